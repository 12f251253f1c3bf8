"""A host of a few VST3 interfaces, written with ctypes: what JUCE's hosts load renders offline and so follows nothing.

It is strict where it matters: values change only by what it hands back to `process`, as in hosts that play.
"""

import os
import sys
import threading
import time
from ctypes import (
    CDLL, CFUNCTYPE, POINTER, Structure, byref, c_char, c_double, c_float, c_int32, c_uint32, c_uint64,
    c_void_p, cast, create_string_buffer, pointer, string_at,
)
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BUNDLED = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "bundled"
FRAMES = 256
REALTIME, OFFLINE = 0, 2
MONO, STEREO = 1 << 19, 3

IID = {
    "IComponent": "E831FF31F2D54301928EBBEE25697802",
    "IAudioProcessor": "42043F99B7DA453CA569E79D9AAEC33D",
    "IEditController": "DCD7BBE37742448DA874AACC979C759E",
}


def param_id(text):
    value = 0
    for byte in text.encode():
        value = (value * 31 + byte) & 0xFFFFFFFF
    return value & 0x7FFFFFFF


class Setup(Structure):
    _fields_ = [("mode", c_int32), ("sample", c_int32), ("frames", c_int32), ("rate", c_double)]


class Bus(Structure):
    _fields_ = [("channels", c_int32), ("silence", c_uint64), ("buffers", POINTER(POINTER(c_float)))]


class Data(Structure):
    _fields_ = [
        ("mode", c_int32), ("sample", c_int32), ("frames", c_int32),
        ("inputs", c_int32), ("outputs", c_int32), ("input", POINTER(Bus)), ("output", POINTER(Bus)),
        ("changes_in", c_void_p), ("changes_out", c_void_p),
        ("events_in", c_void_p), ("events_out", c_void_p), ("context", c_void_p),
    ]


def call(this, slot, *arguments, types=()):
    """A method of a COM object by its place in the table."""
    table = cast(cast(this, POINTER(c_void_p))[0], POINTER(c_void_p))
    return CFUNCTYPE(c_int32, c_void_p, *types)(table[slot])(this, *arguments)


class Com:
    """A COM object of ours: `methods` are (result, types, function) after the three that all have. It has one interface,
    which nobody asks it for, and leads to `others` (by id)."""

    def __init__(self, methods, others={}):
        def query(_, iid, found):
            other = others.get(string_at(iid, 16))
            found[0] = other.pointer if other else None
            return 0 if other else -1

        refuse = CFUNCTYPE(c_int32, c_void_p, c_void_p, POINTER(c_void_p))(query)
        one = CFUNCTYPE(c_uint32, c_void_p)(lambda _: 1)
        made = [CFUNCTYPE(result, c_void_p, *types)(f) for result, types, f in methods]
        self.kept = [refuse, one, one, *made]
        self.table = (c_void_p * len(self.kept))(*[cast(f, c_void_p) for f in self.kept])
        self.object = pointer(cast(self.table, c_void_p))
        self.pointer = cast(self.object, c_void_p)


class Instance:
    """One instance, played."""

    def __init__(self, bundle, mode=REALTIME, arrangement=None):
        self.mode = mode
        path = BUNDLED / f"{bundle}.vst3"
        if not path.exists():
            sys.exit(f"{path} is not there: run `cargo xtask bundle` first")
        library = CDLL(str(next(path.glob("Contents/*/*.so"))))
        library.ModuleEntry(c_void_p(library._handle))
        library.GetPluginFactory.restype = c_void_p
        factory = c_void_p(library.GetPluginFactory())
        info = create_string_buffer(256)
        assert call(factory, 5, 0, info, types=(c_int32, c_void_p)) == 0
        made = c_void_p()
        iid = bytes.fromhex(IID["IComponent"])
        create = (POINTER(c_char), POINTER(c_char), POINTER(c_void_p))
        cid = cast(create_string_buffer(info.raw[:16], 16), POINTER(c_char))
        iid = cast(create_string_buffer(iid, 16), POINTER(c_char))
        assert call(factory, 6, cid, iid, byref(made), types=create) == 0
        self.component = made
        self.processor, self.controller = self.query("IAudioProcessor"), self.query("IEditController")
        self.edits, self.waiting, self.threads = [], {}, set()
        self.handler = Com([
            (c_int32, (c_uint32,), lambda _, id: self.told("begin", id)),
            (c_int32, (c_uint32, c_double), lambda _, id, value: self.perform(id, value)),
            (c_int32, (c_uint32,), lambda _, id: self.told("end", id)),
            (c_int32, (c_int32,), lambda _, flags: 0),
        ])
        call(self.component, 3, None, types=(c_void_p,))
        call(self.controller, 16, self.handler.pointer, types=(c_void_p,))
        if arrangement:
            self.arrange(*arrangement)
        setup = Setup(mode, 0, FRAMES, 48_000.0)
        assert call(self.processor, 7, byref(setup), types=(POINTER(Setup),)) == 0
        for direction in (0, 1):
            call(self.component, 10, 0, direction, 0, 1, types=(c_int32,) * 4)
        assert call(self.component, 11, 1, types=(c_int32,)) == 0
        call(self.processor, 8, 1, types=(c_int32,))

    def arrange(self, inputs, outputs):
        lists = [(c_uint64 * len(side))(*side) for side in (inputs, outputs)]
        arguments = (lists[0], len(inputs), lists[1], len(outputs))
        types = (POINTER(c_uint64), c_int32) * 2
        assert call(self.processor, 3, *arguments, types=types) == 0, f"{inputs}, {outputs} refused"

    def query(self, name):
        found = c_void_p()
        iid = create_string_buffer(bytes.fromhex(IID[name]), 16)
        assert call(self.component, 0, iid, byref(found), types=(c_void_p, POINTER(c_void_p))) == 0
        return found

    def told(self, what, id):
        self.edits.append((what, id))
        self.threads.add(threading.get_native_id())
        return 0

    def perform(self, id, value):
        self.waiting[id] = value
        return self.told("set", id)

    def play(self, sound=None):
        """Plays a block of the one sample given, or of silence, and returns what comes out."""
        changes, self.waiting = list(self.waiting.items()), {}
        lanes = [(c_float * FRAMES)() for _ in range(4)]
        for lane in lanes[:2] if sound else []:
            lane[:] = [sound] * FRAMES

        def bus(pair):
            buffers = (POINTER(c_float) * 2)(*[cast(lane, POINTER(c_float)) for lane in pair])
            return Bus(2, 0, cast(buffers, POINTER(POINTER(c_float)))), buffers

        (source, kept_in), (sink, kept_out) = bus(lanes[:2]), bus(lanes[2:])
        queues = [self.queue(id, value) for id, value in changes]
        changes_in = Com([
            (c_int32, (), lambda _: len(queues)),
            (c_void_p, (c_int32,), lambda _, at: queues[at].pointer.value),
            (c_void_p, (c_void_p, c_void_p), lambda *_: None),
        ])
        data = Data(self.mode, 0, FRAMES, 1, 1, pointer(source), pointer(sink), changes_in.pointer)
        assert call(self.processor, 9, byref(data), types=(POINTER(Data),)) == 0
        return [list(lane) for lane in lanes[2:]]

    def queue(self, id, value):
        def point(_, at, offset, to):
            offset[0], to[0] = 0, value
            return 0

        return Com([
            (c_uint32, (), lambda _: id),
            (c_int32, (), lambda _: 1),
            (c_int32, (c_int32, POINTER(c_int32), POINTER(c_double)), point),
            (c_int32, (c_int32, c_double, c_void_p), lambda *_: -1),
        ])

    def value(self, name):
        """The value as text."""
        table = cast(cast(self.controller, POINTER(c_void_p))[0], POINTER(c_void_p))
        get = CFUNCTYPE(c_double, c_void_p, c_uint32)(table[14])
        position = get(self.controller, param_id(name))
        text = create_string_buffer(256)
        types = (c_uint32, c_double, c_void_p)
        call(self.controller, 10, param_id(name), position, text, types=types)
        return text.raw.decode("utf-16-le").split("\0")[0]

    def close(self):
        call(self.processor, 8, 0, types=(c_int32,))
        call(self.component, 11, 0, types=(c_int32,))
        call(self.controller, 16, None, types=(c_void_p,))
        call(self.component, 4)
        for held in (self.processor, self.controller, self.component):
            call(held, 2)


def play_until(what, instances, so, limit_s=5.0):
    start = time.monotonic()
    while not so():
        taken = time.monotonic() - start
        assert taken < limit_s, f"{what}: not within {limit_s} s"
        for instance in instances:
            instance.play()
        time.sleep(0.005)
    return time.monotonic() - start


def play_on(instances, seconds):
    end = time.monotonic() + seconds
    play_until("time passes", instances, lambda: time.monotonic() > end)


def no_thread_stays_behind():
    names = [task.joinpath("comm").read_text() for task in Path("/proc/self/task").iterdir()]
    ours = [name for name in names if "proscenium" in name or "bg-worker" in name]
    assert not ours, ours

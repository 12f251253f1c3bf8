"""The editors as VST3 in windows of a host that plays: what the framework's patches mend there, and rooms that are
shared while editors are open. Needs Xvfb and libX11. Run by `cargo xtask test`.
"""

import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from ctypes import (
    CDLL, CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int, c_int32, c_uint64, c_ulong, c_void_p, cast,
    create_string_buffer, string_at,
)
from pathlib import Path

from daw.vst3 import Com, Instance, call, no_thread_stays_behind, param_id

IID_RUN_LOOP = bytes.fromhex("18C3536697764F1A9C5B83857A871389")
ALL = ["proscenium-strip", "proscenium-glue", "proscenium-distance", "proscenium-space"]


class Rect(Structure):
    _fields_ = [(side, c_int32) for side in ("left", "top", "right", "bottom")]


class Image(Structure):
    """The first part of an XImage."""
    _fields_ = [("width", c_int), ("height", c_int), ("offset", c_int), ("format", c_int), ("data", c_void_p)]


class Screen:
    """Windows for editors, and the run loop of the thread that they live on."""

    def __init__(self):
        self.x = CDLL("libX11.so.6")
        self.x.XOpenDisplay.restype = c_void_p
        self.x.XDefaultRootWindow.restype = self.x.XCreateSimpleWindow.restype = c_ulong
        self.x.XGetImage.restype = POINTER(Image)
        self.display = c_void_p(self.x.XOpenDisplay(None))
        assert self.display, "no X display"
        self.handlers, self.timers = {}, {}
        # Each is called with the plugin's object.
        self.loop = Com([
            (c_int32, (c_void_p, c_int), lambda _, handler, file: self.handlers.update({handler: file}) or 0),
            (c_int32, (c_void_p,), lambda _, handler: 0 if self.handlers.pop(handler, None) is not None else 1),
            (c_int32, (c_void_p, c_uint64), lambda _, timer, every_ms: self.timers.update({timer: every_ms}) or 0),
            (c_int32, (c_void_p,), lambda _, timer: 0 if self.timers.pop(timer, None) is not None else 1),
        ])
        self.frame = Com([(c_int32, (c_void_p, POINTER(Rect)), lambda *_: 1)], {IID_RUN_LOOP: self.loop})

    def window(self, width, height):
        root = self.x.XDefaultRootWindow(self.display)
        window = self.x.XCreateSimpleWindow(self.display, c_ulong(root), 0, 0, width, height, 0, c_ulong(0), c_ulong(0))
        self.x.XMapWindow(self.display, c_ulong(window))
        self.x.XSync(self.display, 0)
        return window

    def colours(self, window, width, height):
        """How many colours there are in a window."""
        self.x.XSync(self.display, 0)
        picture = self.x.XGetImage(self.display, c_ulong(window), 0, 0, width, height, c_ulong(0xFFFFFFFF), 2)
        data = string_at(picture.contents.data, 4 * width * height)
        for held in (c_void_p(picture.contents.data), picture):
            self.x.XFree(held)
        return len({data[at : at + 3] for at in range(0, len(data), 4)})

    def pump(self, seconds):
        """What a host's window thread does."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select(list(self.handlers.values()), [], [], min(left, 0.01))
            for handler, file in list(self.handlers.items()):
                if file in ready:
                    call(c_void_p(handler), 3, file, types=(c_int,))
            for timer in list(self.timers):
                call(c_void_p(timer), 3)


class View:
    """An editor in a window."""

    def __init__(self, screen, instance):
        self.screen = screen
        table = cast(cast(instance.controller, POINTER(c_void_p))[0], POINTER(c_void_p))
        create = CFUNCTYPE(c_void_p, c_void_p, c_char_p)(table[17])
        self.view = c_void_p(create(instance.controller, b"editor"))
        assert self.view, "no editor"
        size = Rect()
        assert call(self.view, 9, byref(size), types=(POINTER(Rect),)) == 0
        self.size = (size.right - size.left, size.bottom - size.top)
        self.window = screen.window(*self.size)
        assert call(self.view, 12, screen.frame.pointer, types=(c_void_p,)) == 0
        platform = create_string_buffer(b"X11EmbedWindowID")
        assert call(self.view, 4, c_void_p(self.window), platform, types=(c_void_p, c_void_p)) == 0

    def colours(self):
        return self.screen.colours(self.window, *self.size)

    def close(self):
        assert call(self.view, 5) == 0
        call(self.view, 12, None, types=(c_void_p,))
        call(self.view, 2)
        self.screen.x.XDestroyWindow(self.screen.display, c_ulong(self.window))
        self.screen.x.XSync(self.screen.display, 0)


class Playing:
    """Plays instances on a thread of its own, a block every 5 ms or so. `every` is done before each block."""

    def __init__(self, instances, every=lambda: None):
        self.instances, self.every, self.stops, self.blocks = instances, every, False, 0
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stops = True
        self.thread.join()

    def run(self):
        while not self.stops:
            self.every()
            for instance in self.instances:
                instance.play()
            self.blocks += 1
            time.sleep(0.005)


def an_editor_opens_while_automation_plays():
    screen = Screen()
    for name in ALL:
        instance = Instance(name)
        steps = iter(range(1 << 30))

        def automate():
            instance.waiting[param_id("output")] = next(steps) % 100 / 100

        with Playing([instance], automate) as playing:
            for turn in range(5):
                blocks = playing.blocks
                view = View(screen, instance)
                screen.pump(0.3)
                view.close()
                assert playing.blocks > blocks, f"{name}: nothing plays while its editor opens"
        instance.close()
    no_thread_stays_behind()


def counts():
    return [len(list(Path(f"/proc/self/{what}").iterdir())) for what in ("fd", "task")]


def an_editor_is_painted_and_leaves_no_file_thread_or_handler():
    screen = Screen()
    for name in ALL:
        instance = Instance(name)
        found = []
        for turn in range(4):
            view = View(screen, instance)
            end = time.monotonic() + 20
            while (colours := view.colours()) < 100:
                assert time.monotonic() < end, f"{name}: {colours} colours"
                screen.pump(0.1)
            view.close()
            screen.pump(0.1)
            assert not screen.handlers and not screen.timers, f"{name}: the run loop still calls a closed editor"
            found.append(counts())
        instance.close()
        print(f"{name}: {colours} colours; files and threads after each: {found}")
        # The first one loads what the toolkit keeps for the process.
        assert found[1] == found[-1], f"{name}: {found}"


def a_room_is_followed_while_editors_are_open():
    screen = Screen()
    group = [Instance(f"proscenium-{name}") for name in ("distance", "distance", "space")]
    first, second, space = group
    with Playing(group):
        views = [View(screen, instance) for instance in group]
        screen.pump(1.0)
        for instance in group:
            instance.waiting[param_id("room_group")] = 0.25
            screen.pump(0.5)

        def until(what, so):
            start = time.monotonic()
            while not so():
                assert time.monotonic() - start < 10, f"{what}: {second.value('room')}, {space.value('decay')}"
                screen.pump(0.02)

        until("Hall", lambda: space.value("decay") == "2 s")
        for room, place, decay in (("Studio", 1 / 7, "0.4 s"), ("Cathedral", 6 / 7, None)):
            for instance in group:
                instance.edits.clear()
            first.waiting[param_id("room")] = place
            until(room, lambda: second.value("room") == room and decay in (None, space.value("decay")))
            screen.pump(0.5)
            id = param_id("room")
            assert second.edits == [("begin", id), ("set", id), ("end", id)], second.edits
            assert space.edits and space.value("room") == room, (space.edits, space.value("room"))
            assert first.edits == [], first.edits
        for view in views:
            view.close()
    window_thread = threading.get_native_id()
    for instance in group:
        assert instance.threads <= {window_thread}, "edited on another thread than the window's"
        instance.close()
    no_thread_stays_behind()


TESTS = [
    an_editor_opens_while_automation_plays,
    an_editor_is_painted_and_leaves_no_file_thread_or_handler,
    a_room_is_followed_while_editors_are_open,
]


def run(test, environment):
    """A test in a process of its own, which a host that is ended does not take with it."""
    try:
        done = subprocess.run([sys.executable, __file__, test.__name__], env=environment, capture_output=True, text=True, timeout=300)
        said = f"{done.stdout}{done.stderr}"
        # A thread of a plugin's that panics may take nobody with it, but what it did is not done any more.
        return done.returncode == 0 and "panicked" not in said, said
    except subprocess.TimeoutExpired as late:
        return False, f"not done after {late.timeout} s"


def main():
    if not sys.platform.startswith("linux"):
        sys.exit("this host knows the bundles of Linux alone")
    if sys.argv[1:]:
        return next(test for test in TESTS if test.__name__ == sys.argv[1])()
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1800x1200x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    failed = 0
    try:
        display = ":" + server.stdout.readline().strip()
        for test in TESTS:
            with tempfile.TemporaryDirectory() as folder:
                stage = str(Path(folder) / "stage")
                holds, said = run(test, os.environ | {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "PROSCENIUM_STAGE": stage})
            print(f"{said.strip()}\ntest {test.__name__} ... {'ok' if holds else 'FAILED'}".strip(), flush=True)
            failed += not holds
    finally:
        server.terminate()
        server.wait()
    print(f"test result: {'FAILED' if failed else 'ok'}. {len(TESTS) - failed} passed; {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

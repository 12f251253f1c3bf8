"""The built VST3 plugins in Ardour 7, without its window: `check.py [PLUGIN...]`. Run by `cargo xtask hosts ardour`.

For each plugin: a session with it on every track and on a bus; every parameter set, saved and read back in a new process;
automation, sidechain, bypass, latency and rooms that are shared, all heard in exports or seen by the host.
"""

import random
import re
import shutil
import subprocess
import sys
import traceback
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from daw.audio import RATE_HZ, db, lag_frames, level_db, residual_db, rms
from daw.report import TARGET, Failed, Report, bundle, wanted
from session import BUS, LIBRARIES, SECONDS, Ardour

# Settings under which a key turns the pad down, by the names that a host shows and the values that it counts in.
KEYED = {
    "proscenium-strip": {"Comp On": 1, "Comp Threshold": -50, "Comp Ratio": 20, "Comp Key": 1},
    "proscenium-glue": {"Threshold": -40, "Ratio": 3, "Key": 1},
    "proscenium-space": {"Duck": 30, "Duck Release": 50, "Duck Key": 1, "Decay": 0.1},
}
# What makes a plugin play something else than its programme.
NOT_AT_RANDOM = re.compile(r"bypass|listen|delta|freeze|room group|(gate|comp|duck)? ?key$", re.I)

report = Report("Ardour 7")


class Check:
    def __init__(self, ardour, plugin):
        self.ardour, self.plugin = ardour, plugin
        shutil.copytree(bundle(plugin, "vst3"), ardour.plugins / f"{plugin}.vst3", dirs_exist_ok=True)
        # The session as it was built.
        shutil.rmtree(ardour.folder, ignore_errors=True)
        shutil.copytree(ardour.work / "built", ardour.folder)

    def set(self, values, routes=None, settle=0.5):
        found = [[route, label, float(value)] for route in routes or self.ardour.routes for label, value in values.items()]
        return {"step": "set", "values": found, "settle": settle}

    def run(self):
        self.scanned()
        self.inserted()
        for check in (self.bypassed, self.restored, self.automated, self.late, self.keyed, self.played, self.shared):
            try:
                check()
            except Failed as error:
                report.stopped(error)

    def scanned(self):
        path = self.ardour.plugins / f"{self.plugin}.vst3"
        done = subprocess.run([f"{LIBRARIES}/ardour-vst3-scanner", "-f", "-v", path], env=self.ardour.environment,
                              capture_output=True, text=True, timeout=60)
        found = re.search(r'<VST3Info uid="([0-9A-F]+)" name="([^"]*)".*?n_aux_inputs="(\d+)"', done.stdout + done.stderr)
        report.check(done.returncode == 0 and found, "Ardour's scanner knows it", found and found[2], needed=True)
        self.uid = found[1]

    def inserted(self):
        rows = self.ardour.run({"step": "insert", "uid": self.uid}, {"step": "dump"}, self.ardour.export("default"), {"step": "save"})
        on = [route for route, result in rows.get("INSERTED", []) if result == "0"]
        report.check(on == self.ardour.routes, "is inserted on every track and on the bus", ", ".join(on), needed=True)
        self.parameters = {}
        for route, label, low, high, normal, is_stepped, *values in rows["PARAM"]:
            if route == "Pad":
                self.parameters[label] = (float(low), float(high), float(normal), is_stepped == "true", float(values[0]))
        names = [row[1] for row in rows["PARAM"] if row[0] == "Pad"]
        report.check(len(names) == len(set(names)), "no two parameters have one name", f"{len(names)} parameters")
        off = [name for name, (low, high, normal, _, value) in self.parameters.items() if abs(value - normal) > 1e-4 * (high - low)]
        report.check(not off, "a new instance has its defaults", ", ".join(off) or f"{len(names)} parameters")
        self.default = self.ardour.exported("default")
        sound = np.isfinite(self.default).all() and level_db(self.default) > -60
        report.check(sound, "sounds at its defaults", f"{level_db(self.default):.2f} dBFS, without it {level_db(self.ardour.dry):.2f} dBFS")

    def bypassed(self):
        self.ardour.run(self.set({"Output": -6}), {"step": "bypass", "on": True}, self.ardour.export("bypass"))
        # The bypass fades in as the session begins to play.
        quiet = slice(RATE_HZ // 4, None)
        off_db = residual_db(self.ardour.exported("bypass")[:, quiet], self.ardour.dry[:, quiet])
        report.check(off_db < -90, "bypassed, passes audio untouched", f"difference {off_db:.1f} dB")

    def restored(self):
        generator = random.Random(7)
        values = []
        for route in self.ardour.routes:
            for label, (low, high, normal, is_stepped, _) in self.parameters.items():
                if NOT_AT_RANDOM.search(label):
                    continue
                value = low + generator.uniform(0.1, 0.9) * (high - low)
                # What switches on and off stays on: with gates and filters at random nothing would be heard.
                values.append([route, label, normal if is_stepped else value])
        for route in self.ardour.routes:
            values += [[route, label, 0.0] for label in self.parameters if label == "Output"]
        rows = self.ardour.run({"step": "set", "values": values, "settle": 0.5}, {"step": "dump"},
                               self.ardour.export("before"), {"step": "save", "name": "random"})
        before = {(route, label): (float(a), float(b)) for route, label, *_, a, b in rows["PARAM"]}
        scale = {label: high - low for label, (low, high, *_) in self.parameters.items()}
        asked = {(route, label): value for route, label, value in values}
        worst = max((abs(before[key][0] - value) / scale[key[1]], key) for key, value in asked.items())
        report.check(worst[0] < 2e-3, "takes every value that the host sets",
                     f"{len(asked)} values, seed 7; worst {worst[0]:.1e} of the range, {' '.join(worst[1])}")
        rows = self.ardour.run({"step": "dump"}, self.ardour.export("after"), snapshot="random")
        after = {(route, label): (float(a), float(b)) for route, label, *_, a, b in rows["PARAM"]}
        worst = max((max(abs(x - y) for x, y in zip(before[key], after[key])) / scale[key[1]], key) for key in before)
        report.check(before.keys() == after.keys() and worst[0] < 1e-5, "every parameter is as it was after save and reopen",
                     f"{len(after)} values, worst {worst[0]:.1e} of the range, {' '.join(worst[1])}")
        sounds = [self.ardour.exported(name) for name in ("before", "after")]
        levels = [level_db(sound) for sound in sounds]
        off_db = residual_db(sounds[1], sounds[0])
        report.check(levels[0] > -60 and (off_db < -60 or abs(levels[0] - levels[1]) < 0.1), "sounds as before when reopened",
                     f"difference {off_db:.1f} dB, levels {levels[0]:.2f} and {levels[1]:.2f} dBFS")

    def automated(self):
        frames = self.ardour.frames
        points = [[0, -12.0], [frames // 4, -12.0], [3 * frames // 4, 0.0], [frames, 0.0]]
        low = self.set({"Output": -12}, ["Pad"])
        rows = self.ardour.run(low, self.ardour.export("low"), {"step": "automate", "route": "Pad", "label": "Output", "points": points},
                               {"step": "save", "name": "automated"})
        report.check(rows.get("AUTOMATED") == [["4"]], "takes automation", "4 points on Pad's Output, -12 to 0 dB")
        saved = ET.parse(self.ardour.folder / "automated.ardour").getroot()
        lanes = [lane for lane in saved.iter("AutomationList") if lane.find("events") is not None and lane.get("state") == "Play"]
        report.check(len(lanes) == 1, "automation is saved", f"{len(lanes)} lane")
        self.ardour.run(self.ardour.export("automated"), snapshot="automated")
        low, moved = self.ardour.exported("low"), self.ardour.exported("automated")
        # Only the pad differs between the exports: what it adds at 0 dB, and from that its gain over time.
        pad = (self.default - low) / (1 - 10 ** (-12 / 20))
        rest = self.default - pad
        places = {0.2: -12.0, 0.375: -9.0, 0.5: -6.0, 0.625: -3.0, 0.9: 0.0}
        windows = {part: slice(int(part * frames) - 1200, int(part * frames) + 1200) for part in places}
        heard = {part: db(rms((moved - rest)[:, w]) / rms(pad[:, w])) for part, w in windows.items()}
        figures = ", ".join(f"{heard[part]:.2f} for {wish:.0f}" for part, wish in places.items())
        report.check(all(abs(heard[part] - wish) < 0.5 for part, wish in places.items()), "automation is heard as it was drawn", f"dB: {figures}")

    def late(self):
        if self.plugin != "proscenium-strip":
            return
        step = self.set({"Comp On": 1, "Comp Threshold": 0, "Comp Knee": 0, "Comp Lookahead": 5}, ["Pad"], settle=1.0)
        self.ardour.run(step, {"step": "save", "name": "late"})
        rows = self.ardour.run({"step": "dump"}, self.ardour.export("late"), snapshot="late")
        latencies = dict(rows["LATENCY"])
        off_db = residual_db(self.ardour.exported("late"), self.default)
        lag = lag_frames(self.ardour.exported("late"), self.default)
        report.check(latencies["Pad"] == "240" and lag == 0 and off_db < -60, "latency is reported and compensated",
                     f"5 ms: {latencies['Pad']} frames, {lag} left over, difference {off_db:.1f} dB")

    def keyed(self):
        if self.plugin not in KEYED:
            return
        silent = self.set({"Output": -60 if self.plugin != "proscenium-glue" else self.parameters["Output"][0]}, ["Kick", "Snare", BUS])
        self.ardour.run(silent, self.set(KEYED[self.plugin], ["Pad"]), self.ardour.export("unkeyed"),
                        {"step": "key", "from": "Key", "to": "Pad"}, {"step": "save", "name": "keyed"})
        self.ardour.run(self.ardour.export("keyed"), snapshot="keyed")
        time_s = np.arange(self.ardour.frames) / RATE_HZ % 1.0
        burst = (time_s > 0.1) & (time_s < 0.24)
        heard = {name: level_db(self.ardour.exported(name)[:, burst]) for name in ("unkeyed", "keyed")}
        report.check(heard["keyed"] < heard["unkeyed"] - 6, "a sidechain of another track turns it down, when reopened too",
                     f"in the key's bursts {heard['unkeyed']:.2f} dBFS without the key, {heard['keyed']:.2f} dBFS with it")

    def played(self):
        rows = self.ardour.run({"step": "play", "seconds": 2.5}, {"step": "stop"})
        frames, rolling = rows["PLAYED"][0]
        costs = ", ".join(f"{route} {float(cost):.0f}" for route, cost in rows.get("COST", []))
        report.check(int(frames) > RATE_HZ and rolling == "true", "plays in real time", f"{frames} frames; average us for 1024 frames: {costs}")

    def shared(self):
        """With no window open, a room that one instance changes is the room of its group, and seen by the host."""
        if "Room Group" not in self.parameters:
            return
        group, rest = ["Kick", "Snare"], ["Pad", "Key", BUS]
        join = self.set({"Room Group": 1}, group, settle=1.0)
        change = self.set({"Room": 6}, ["Kick"], settle=2.0)
        rows = self.ardour.run({"step": "play", "seconds": 0.5}, join, change, {"step": "dump"}, {"step": "stop"}, {"step": "save", "name": "shared"})
        again = self.ardour.run({"step": "dump"}, snapshot="shared")
        for told, what in ((rows, "the room of one instance is the room of its group"), (again, "the group's room is saved")):
            rooms = {row[0]: (float(row[6]), float(row[7])) for row in told["PARAM"] if row[1] == "Room"}
            own = self.parameters["Room"][2]
            holds = all(rooms[route] == (6, 6) for route in group) and all(rooms[route] == (own, own) for route in rest)
            report.check(holds, what, f"Room 6 set on Kick: {rooms}")


def main():
    work = TARGET / "hosts/ardour"
    ardour = Ardour(work)
    try:
        ardour.build()
        rows = ardour.run({"step": "regions"}, ardour.export("dry"))
        lengths = dict(rows["REGION"])
        report.check(len(lengths) == 4 and set(lengths.values()) == {str(ardour.frames)}, "tracks hold their audio", f"{SECONDS:.0f} s")
        ardour.dry = ardour.exported("dry")
        # Ardour's panner takes 3 dB from a mono track.
        sums = sum(audio * (10 ** (-3 / 20) if len(audio) == 1 else 1) for name, audio in ardour.signals.items() if name != "Key")
        off_db = residual_db(ardour.dry, sums)
        report.check(off_db < -90, "without plugins, exports the sum of its tracks", f"difference {off_db:.1f} dB")
        shutil.copytree(ardour.folder, work / "built")
        for plugin in wanted(sys.argv[1:]):
            report.about(plugin)
            try:
                Check(ardour, plugin).run()
            except Failed as error:
                report.stopped(error)
    except Exception:
        traceback.print_exc(file=sys.stdout)
        report.check(False, "the script comes to its end")
    report.finish()


if __name__ == "__main__":
    main()

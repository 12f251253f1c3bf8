"""The built VST3 plugins in DawDreamer, a host of JUCE's kind with a graph: `dawdreamer_vst3.py [PLUGIN...]`.

Run by `cargo xtask hosts dawdreamer`: parameters, automation, sidechain, latency, state and auxiliary outputs.
"""

import os
import re
import sys
import tempfile
import traceback
from pathlib import Path

# No window is opened. JUCE would look for display 0 by itself, and ends where that one has no window manager.
os.environ["DISPLAY"] = "none"

import dawdreamer
import numpy as np

from daw.audio import RATE_HZ, db, lag_frames, level_db, residual_db, rms, tracks
from daw.report import Failed, Report, bundle, wanted

BLOCK = 512
SECONDS = 3.0
# The host's own parameters, and what makes a plugin play something else than its programme.
NOT_AT_RANDOM = re.compile(r"^(buffer size|sample rate|current program)$|bypass|listen|delta|freeze|room group|(gate|comp|duck)? ?key$", re.I)
# Settings under which a key turns the programme down: names, and positions 0..1 or the text to look for.
KEYED = {
    "proscenium-strip": {"Comp On": 1.0, "Comp Threshold": "-50", "Comp Ratio": "20", "Comp Key": 1.0},
    "proscenium-glue": {"Threshold": "-40", "Ratio": "10", "Key": 1.0},
    "proscenium-space": {"Duck": "30", "Duck Release": "50", "Duck Key": 1.0, "Decay": 0.0},
}

report = Report("DawDreamer")
SIGNALS = tracks(SECONDS)
MUSIC = np.clip(SIGNALS["Snare"] + SIGNALS["Kick"], -1, 1)


class Graph:
    """A playback, perhaps a key, and the plugin behind both."""

    def __init__(self, plugin, audio=MUSIC, key=None):
        self.engine = dawdreamer.RenderEngine(RATE_HZ, BLOCK)
        self.seconds = audio.shape[1] / RATE_HZ
        graph, sources = [(self.engine.make_playback_processor("music", audio), [])], ["music"]
        if key is not None:
            graph.append((self.engine.make_playback_processor("key", key), []))
            sources.append("key")
        self.plugin = self.engine.make_plugin_processor("plugin", str(bundle(plugin, "vst3")))
        self.graph = [*graph, (self.plugin, sources)]
        self.about = {about["name"]: about for about in self.plugin.get_parameters_description()}

    def index(self, name):
        return self.about[name]["index"]

    def set(self, values):
        for name, value in values.items():
            position = self.position(name, value) if isinstance(value, str) else value
            self.plugin.set_parameter(self.index(name), position)

    def position(self, name, text):
        """Where along its travel a parameter reads nearest to this number."""

        def reads(position):
            self.plugin.set_parameter(self.index(name), position)
            found = re.match(r"-?[\d.]+", self.plugin.get_parameter_text(self.index(name)))
            return float(found[0]) if found else np.inf

        return min(np.linspace(0, 1, 401), key=lambda position: abs(reads(float(position)) - float(text)))

    def render(self):
        self.engine.load_graph(self.graph)
        self.engine.render(self.seconds)
        return self.engine.get_audio()

    def values(self):
        return {name: self.plugin.get_parameter_text(about["index"]) for name, about in self.about.items()}


def loads_with_its_defaults(plugin):
    graph = Graph(plugin)
    ours = {name: about for name, about in graph.about.items() if not NOT_AT_RANDOM.search(name)}
    off = [name for name, about in ours.items() if abs(graph.plugin.get_parameter(about["index"]) - about["defaultValue"]) > 1e-4]
    report.check(len(ours) >= 15 and not off, "loads, with its defaults", f"{len(graph.about)} parameters{', not: ' + ', '.join(off) if off else ''}")
    sound = graph.render()
    report.check(np.isfinite(sound).all() and level_db(sound) > -60, "sounds", f"{level_db(sound):.2f} dBFS for {level_db(MUSIC):.2f} dBFS")


def every_parameter_moves_and_reads_as_text(plugin):
    graph = Graph(plugin)
    dead = []
    for name, about in graph.about.items():
        if NOT_AT_RANDOM.search(name) and "bypass" not in name.lower():
            continue
        texts = []
        for position in (0.0, 1.0):
            graph.plugin.set_parameter(about["index"], position)
            texts.append(graph.plugin.get_parameter_text(about["index"]))
        if len(set(texts)) < 2 or not all(texts):
            dead.append(f"{name} {texts}")
    report.check(not dead, "every parameter moves and reads as text", "; ".join(dead) or f"{len(graph.about)} parameters")


def output_follows_automation(plugin):
    graph = Graph(plugin)
    low, high = (float(graph.position("Output", text)) for text in ("-12", "0"))
    frames = MUSIC.shape[1]
    renders = {}
    for name in ("low", "high", "moved"):
        graph = Graph(plugin)
        if name == "moved":
            curve = np.interp(np.arange(frames), [0, frames // 4, 3 * frames // 4, frames], [low, low, high, high])
            graph.plugin.set_automation(graph.index("Output"), curve.astype(np.float32))
        else:
            graph.plugin.set_parameter(graph.index("Output"), low if name == "low" else high)
        renders[name] = graph.render()
    # A value that is set before the first block is reached smoothly within it.
    settled = slice(frames // 10, None)
    gain_db = level_db(renders["low"][:, settled]) - level_db(renders["high"][:, settled])
    report.check(abs(gain_db + 12) < 0.1, "Output turns the sound down", f"{gain_db:.3f} dB for -12 dB")
    first, last = slice(frames // 10, frames // 5), slice(17 * frames // 20, frames)
    ends = residual_db(renders["moved"][:, first], renders["low"][:, first]), residual_db(renders["moved"][:, last], renders["high"][:, last])
    middle = slice(frames // 2 - 12_000, frames // 2 + 12_000)
    middle_db = db(rms(renders["moved"][:, middle]) / rms(renders["high"][:, middle]))
    report.check(max(ends) < -40 and -12 < middle_db < 0, "automation runs between its ends",
                 f"ends differ {ends[0]:.1f} and {ends[1]:.1f} dB from constant values; {middle_db:.2f} dB half-way")


def a_state_brings_back_values_and_sound(plugin):
    generator = np.random.default_rng(11)
    graph = Graph(plugin)
    for name, about in graph.about.items():
        if not NOT_AT_RANDOM.search(name) and not about["isDiscrete"]:
            graph.plugin.set_parameter(about["index"], float(generator.uniform(0.1, 0.9)))
    graph.set({"Output": "0"})
    first = graph.render()
    # Only now has the plugin heard of every value.
    values = graph.values()
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "state")
        graph.plugin.save_state(file)
        again = Graph(plugin)
        again.plugin.load_state(file)
        second = again.render()
    off = [f"{name}: {text} became {again.values()[name]}" for name, text in values.items() if again.values()[name] != text]
    report.check(not off, "a state brings back every value", "; ".join(off) or f"{len(values)} texts, seed 11")
    settled = slice(RATE_HZ, None)
    off_db = residual_db(second[:, settled], first[:, settled])
    near = off_db < -60 or abs(level_db(second[:, settled]) - level_db(first[:, settled])) < 0.1
    report.check(level_db(first) > -60 and near, "a state brings back the sound", f"difference {off_db:.1f} dB at {level_db(first):.1f} dBFS")


def a_key_turns_it_down(plugin):
    if plugin not in KEYED:
        return
    renders = {}
    for name in ("silent", "keyed"):
        key = SIGNALS["Key"] * (name == "keyed")
        graph = Graph(plugin, SIGNALS["Pad"], key.astype(np.float32))
        graph.set(KEYED[plugin])
        renders[name] = graph.render()
    time_s = np.arange(SIGNALS["Pad"].shape[1]) / RATE_HZ
    burst = (time_s > 1) & (time_s % 1.0 > 0.1) & (time_s % 1.0 < 0.24)
    levels = [level_db(renders[name][:2, burst]) for name in ("silent", "keyed")]
    report.check(levels[1] < levels[0] - 6, "a sidechain turns it down", f"in the key's bursts {levels[0]:.2f} dBFS without, {levels[1]:.2f} dBFS with the key")


def latency_is_what_is_measured(plugin):
    noise = (0.1 * np.random.default_rng(5).standard_normal(MUSIC.shape)).astype(np.float32)
    # What is dry: a reverberation has no one time.
    dry = {"Mix": 0.0} if plugin == "proscenium-space" else {}
    settings = [dry]
    if plugin == "proscenium-strip":
        settings.append({"Comp On": 1.0, "Comp Threshold": 1.0, "Comp Lookahead": 0.5})
    for values in settings:
        graph = Graph(plugin, noise)
        graph.set(values)
        # A latency that changes restarts the plugin: the second render is under the new one.
        graph.render()
        sound, told = graph.render(), graph.plugin.get_latency_samples()
        lag = lag_frames(sound[:2], noise)
        ahead = len(values) > 1
        report.check(lag == told and (told > 0) == ahead, "latency is what is measured", f"{told} frames told, {lag} measured{', with lookahead' if ahead else ''}")


def room_feed_sounds(plugin):
    if plugin != "proscenium-distance":
        return
    graph = Graph(plugin)
    graph.set({"Reverb": 1.0})
    sound = graph.render()
    feed = level_db(sound[2:]) if sound.shape[0] == 4 else -240.0
    report.check(feed > -60, "the auxiliary output carries the room feed", f"{sound.shape[0]} channels, {feed:.2f} dBFS")


CHECKS = [
    loads_with_its_defaults,
    every_parameter_moves_and_reads_as_text,
    output_follows_automation,
    a_state_brings_back_values_and_sound,
    a_key_turns_it_down,
    latency_is_what_is_measured,
    room_feed_sounds,
]


def main():
    for plugin in wanted(sys.argv[1:]):
        report.about(plugin)
        for check in CHECKS:
            try:
                check(plugin)
            except Failed as error:
                report.stopped(error)
            except Exception:
                traceback.print_exc(file=sys.stdout)
                report.check(False, check.__name__)
    report.finish()


if __name__ == "__main__":
    main()

"""The built CLAP plugins in Qtractor, on a virtual display and a virtual sound card: `check.py [PLUGIN...]`.

Run by `cargo xtask hosts qtractor`. For each plugin: the sound at its defaults, its editor opened, dragged, closed and opened
again, and the session saved and reopened with the same parameters and the same sound.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import traceback
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from daw.audio import RATE_HZ, lag_frames, level_db, read_wav, residual_db, tracks, write_wav
from daw.report import TARGET, Failed, Report, bundle, wanted
from daw.windows import Display, colours, stop

HERE = Path(__file__).resolve().parent
WORK = TARGET / "hosts/qtractor"
SECONDS = 4.0
# Qtractor fades its first block in and its last out.
STEADY = slice(12_000, int(SECONDS * RATE_HZ) - 12_000)

# With a room whose modulation goes on from one play to the next.
MODULATED = ["proscenium-distance", "proscenium-space"]

report = Report("Qtractor")

SESSION = """<!DOCTYPE qtractor-session>
<session name="song" version="0.9.31">
<properties><directory>{folder}</directory><description></description><sample-rate>{rate}</sample-rate><tempo>120</tempo>
<ticks-per-beat>960</ticks-per-beat><beats-per-bar>4</beats-per-bar><beat-divisor>2</beat-divisor></properties>
<state><loop-start>0</loop-start><loop-end>0</loop-end></state>
<files><audio-list/><midi-list/></files>
<devices><audio-engine><audio-control><transport-mode>duplex</transport-mode></audio-control>
<audio-bus name="Master" mode="duplex"><channels>2</channels><auto-connect>1</auto-connect></audio-bus></audio-engine><midi-engine/></devices>
<tracks><track name="Song" type="audio"><properties><input-bus>Master</input-bus><output-bus>Master</output-bus></properties>
<state><mute>0</mute><solo>0</solo><record>0</record><monitor>1</monitor><gain>1</gain><panning>0</panning></state>
<view><height>96</height><background-color>#000040</background-color><foreground-color>#ffff00</foreground-color></view>
<clips><clip name="song"><properties><name>song</name><start>0</start><offset>0</offset><length>{frames}</length><gain>1</gain>
<panning>0</panning><fade-in type="linear">0</fade-in><fade-out type="linear">0</fade-out></properties>
<audio-clip><filename>song.wav</filename><time-stretch>1</time-stretch><pitch-shift>1</pitch-shift></audio-clip></clip></clips>
<plugins>{plugins}</plugins></track></tracks>
</session>
"""
PLUGIN = """<plugin type="CLAP"><filename>{file}</filename><index>0</index><label></label><activated>1</activated>
<editor-pos>40,40</editor-pos></plugin>"""
SETTINGS = """[Options]
Display\\StdoutCapture=false
Display\\ConfirmRemove=false
Plugins\\OpenEditor=true
Plugins\\QueryEditorType=false
Plugins\\ClapPaths={clap}
[Program]
Version=0.9.31
"""

# A sound server of this run's own: one that a killed run has left behind is not met.
SERVER = f"proscenium-{os.getpid()}"


class Studio:
    """A display, a sound server without a device, and a home of its own."""

    def __init__(self, display):
        shutil.rmtree(WORK, ignore_errors=True)
        settings = WORK / "home/.config/rncbc.org"
        for folder in (settings, WORK / "clap", WORK / "run"):
            folder.mkdir(parents=True)
        (WORK / "run").chmod(0o700)
        (settings / "Qtractor.conf").write_text(SETTINGS.format(clap=WORK / "clap"))
        self.display, self.host = display, None
        nowhere = {name: "/nonexistent" for name in ("LV2_PATH", "LADSPA_PATH", "DSSI_PATH", "VST_PATH", "LXVST_PATH")}
        self.environment = display.environment | nowhere | {
            "HOME": str(WORK / "home"), "XDG_CONFIG_HOME": str(WORK / "home/.config"), "XDG_RUNTIME_DIR": str(WORK / "run"),
            "CLAP_PATH": str(WORK / "clap"), "JACK_DEFAULT_SERVER": SERVER, "JACK_NO_START_SERVER": "1",
            "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8", "NO_AT_BRIDGE": "1", "PROSCENIUM_STAGE": str(WORK / "stage"),
        }
        self.host_environment = dict(self.environment)
        if not Path("/dev/snd/seq").exists():
            library = WORK / "no_sequencer.so"
            subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE / "no_sequencer.c"], check=True)
            self.host_environment["LD_PRELOAD"] = str(library)
        music = tracks(SECONDS)
        # Quiet: a drag may turn anything up.
        self.music = (0.02 * (music["Pad"] + music["Snare"])).astype(np.float32)
        write_wav(WORK / "song.wav", self.music)
        # Synchronous: on a machine that does other things too, the server waits for the host instead of dropping its blocks.
        jackd = ["jackd", "-n", SERVER, "--no-realtime", "-S", "-t", 5000]
        self.jack = self.start([*jackd, "-d", "dummy", "-r", RATE_HZ, "-p", 1024], "jackd", self.environment)
        for _ in range(50):
            time.sleep(0.2)
            if subprocess.run(["jack_lsp", "-s", SERVER], env=self.environment, capture_output=True).returncode == 0:
                return
        raise Failed("jackd does not start")

    def start(self, command, log, environment):
        output = open(WORK / f"{log}.log", "a")
        return subprocess.Popen(list(map(str, command)), env=environment, stdout=output, stderr=subprocess.STDOUT,
                                stdin=subprocess.DEVNULL, start_new_session=True, cwd=WORK)

    def write(self, plugins):
        self.file = WORK / "song.qtr"
        self.file.write_text(SESSION.format(folder=WORK, rate=RATE_HZ, frames=self.music.shape[1], plugins=plugins))

    def open(self):
        self.host = self.start(["qtractor", self.file], "qtractor", self.host_environment)
        self.main = self.display.wait(lambda window: re.search(r"song.* — Qtractor", window.title), 40)
        time.sleep(2)
        faults = [window.title for window in self.display.windows() if re.match("Warning|Error", window.title)]
        if self.main is None or faults or self.host.poll() is not None:
            raise Failed(f"Qtractor does not open the session: {faults}")

    def close(self):
        stop(self.host, 10)
        self.host = None

    def transport(self, *words):
        subprocess.run(["jack_transport"], input="\n".join([*words, "quit", ""]), text=True, env=self.environment, capture_output=True, timeout=20)

    def record(self, name):
        """Plays from the start: what leaves Qtractor, in time with the song."""
        file = WORK / f"{name}.wav"
        self.transport("stop", "locate 0")
        time.sleep(0.5)
        ports = ["Qtractor:Master/out_1", "Qtractor:Master/out_2"]
        recorder = self.start(["jack_rec", "-f", file, "-d", SECONDS + 1.5, "-b", 32, *ports], "jack_rec", self.environment)
        time.sleep(0.4)
        self.transport("play")
        recorder.wait(SECONDS + 15)
        self.transport("stop")
        sound = read_wav(file)
        lag = max(lag_frames(sound, self.music, reach=RATE_HZ), 0)
        return sound[:, lag : lag + self.music.shape[1]][:, STEADY]

    def save(self):
        before = self.file.stat().st_mtime_ns
        self.display.xdo("windowactivate", "--sync", self.main.number)
        self.display.xdo("key", "ctrl+s")
        for _ in range(30):
            time.sleep(0.2)
            if self.file.stat().st_mtime_ns != before:
                time.sleep(0.5)
                return True
        return False

    def saved(self):
        """The plugin's parameters and the sizes of its state in the session's file."""
        plugin = next(ET.parse(self.file).getroot().iter("plugin"))
        values = {value.get("name"): float(value.text) for value in plugin.iter("param")}
        return values, sum(len(config.text or "") for config in plugin.iter("config"))

    def files_and_threads(self):
        return tuple(len(os.listdir(f"/proc/{self.host.pid}/{what}")) for what in ("fd", "task"))

    def open_editor(self):
        """A double click on the plugin in the track's own list."""
        before = {window.number for window in self.display.windows()}
        at = next(window for window in self.display.windows() if window.number == self.main.number)
        self.display.xdo("mousemove", at.x + 188, at.y + 181)
        self.display.xdo("click", "--repeat", 2, "--delay", 80, 1)
        return self.display.wait(lambda window: window.number not in before and window.width > 200, 15)


def opened_and_dragged(studio):
    display = studio.display
    window = studio.open_editor()
    if not report.check(window is not None, "its editor opens", window and f"{window.width}x{window.height}", needed=True):
        return
    time.sleep(2)
    editor = display.editor(window)
    report.check(editor is not None, "its editor is inside the host's window", editor and f"{editor.width}x{editor.height}", needed=True)
    picture = display.picture(editor)
    report.check(colours(picture) > 20, "its editor is painted", f"{colours(picture)} colours")
    # Up and to the right, all over: whatever is a dial there turns.
    for row in range(8):
        for column in range(6):
            display.drag(editor.x + editor.width * (2 * column + 1) // 12, editor.y + editor.height * (2 * row + 1) // 16, 12, 12)
    time.sleep(0.5)
    changed = float(np.mean(np.any(display.picture(editor) != picture, axis=2)))
    report.check(studio.host.poll() is None and changed > 0, "its editor answers the mouse", f"48 drags, {100 * changed:.1f} % of the pixels differ")
    report.check(display.close(window), "its editor closes")
    counts = []
    for _ in range(4):
        window = studio.open_editor()
        if window is None:
            break
        time.sleep(1)
        if not display.close(window):
            break
        # A window's thread ends a moment after the window has gone.
        for _ in range(25):
            time.sleep(0.2)
            if counts and studio.files_and_threads() <= counts[0]:
                break
        counts.append(studio.files_and_threads())
    report.check(len(counts) == 4 and studio.host.poll() is None, "its editor opens and closes again", f"{len(counts)} of 4 times")
    grown = [last - first for first, last in zip(counts[0], counts[-1])] if counts else [99]
    report.check(max(grown) <= 0, "editors that have closed leave nothing", f"files and threads after each: {counts}")


def examine(studio, plugin):
    file = WORK / "clap" / f"{plugin}.clap"
    shutil.copy(bundle(plugin, "clap"), file)
    studio.write(PLUGIN.format(file=file))
    studio.open()
    sound = studio.record("default")
    report.check(np.isfinite(sound).all() and level_db(sound) > -80, "sounds at its defaults",
                 f"{level_db(sound):.2f} dBFS for {level_db(studio.music[:, STEADY]):.2f} dBFS")
    opened_and_dragged(studio)
    before = studio.record("before")
    report.check(studio.save(), "the session is saved", needed=True)
    values, state = studio.saved()
    report.check(len(values) > 10 and state > 100, "its parameters and its state are in the session", f"{len(values)} parameters, {state} characters of state")
    sounds, saves = [], []
    for _ in range(2):
        studio.close()
        studio.open()
        sounds.append(studio.record("after"))
        # What has not been saved would be asked for at the end.
        saves.append(studio.save())
    report.check(all(saves), "the reopened session is saved")
    again, _ = studio.saved()
    off = [name for name, value in values.items() if abs(again.get(name, 1e9) - value) > 1e-5]
    report.check(not off, "every parameter is as it was after save and reopen", ", ".join(off) or f"{len(values)} values")
    off_db = residual_db(sounds[0], before)
    levels = level_db(before), level_db(sounds[0])
    # A modulated room that has played before is never twice the same: there the level must do.
    near = off_db < -60 or (plugin in MODULATED and abs(levels[0] - levels[1]) < 1)
    report.check(near, "sounds as before when reopened", f"difference {off_db:.1f} dB, levels {levels[0]:.2f} and {levels[1]:.2f} dBFS")
    off_db = residual_db(sounds[1], sounds[0])
    report.check(off_db < -120, "sounds the same whenever the session is opened", f"difference {off_db:.1f} dB")


def main():
    with Display() as display:
        studio = None
        try:
            studio = Studio(display)
            studio.write("")
            studio.open()
            off_db = residual_db(studio.record("dry"), studio.music[:, STEADY])
            report.check(off_db < -60, "without plugins, plays the song", f"difference {off_db:.1f} dB")
            studio.close()
            for plugin in wanted(sys.argv[1:]):
                report.about(plugin)
                try:
                    examine(studio, plugin)
                except Failed as error:
                    report.stopped(error)
                finally:
                    studio.close()
        except Exception:
            traceback.print_exc(file=sys.stdout)
            report.check(False, "the script comes to its end")
        finally:
            if studio:
                stop(studio.host)
                stop(studio.jack)
    report.finish()


if __name__ == "__main__":
    main()

"""An Ardour session made, changed, exported and read without Ardour's window."""

import os
import shutil
import subprocess
import xml.etree.ElementTree as ET

from daw.audio import RATE_HZ, read_wav, tracks, write_wav
from daw.report import Failed

LIBRARIES = "/usr/lib/ardour7"
SUPERCLOCK = 282_240_000 // RATE_HZ  # Ardour's ticks for a frame
SECONDS = 4.0
BUS = "Drums"
PRESET = "5d1f0c55-3f3e-4a26-9d38-0a6a2f0c0d01"
FORMAT = "5d1f0c55-3f3e-4a26-9d38-0a6a2f0c0d02"

# Ardour ships presets of 16 and 24 bits only.
EXPORT_FORMAT = f"""<?xml version="1.0" encoding="UTF-8"?>
<ExportFormatSpecification name="float" id="{FORMAT}" with-cue="0" with-toc="0" with-mp4chaps="0" command="" analyse="0" soundcloud-upload="0">
  <Encoding id="F_WAV" type="T_Sndfile" extension="wav" name="WAV" has-sample-format="1" channel-limit="256"/>
  <SampleRate rate="1"/><SRCQuality quality="SRC_SincBest"/>
  <EncodingOptions><Option name="sample-format" value="SF_Float"/><Option name="dithering" value="D_None"/>
    <Option name="tag-metadata" value="0"/><Option name="tag-support" value="0"/><Option name="broadcast-info" value="0"/></EncodingOptions>
  <Processing><Normalize enabled="0" loudness="0" dbfs="0" lufs="-23" dbtp="-1"/><Silence>
    <Start><Trim enabled="0"/><Add enabled="0"><Duration format="Timecode" hours="0" minutes="0" seconds="0" frames="0"/></Add></Start>
    <End><Trim enabled="0"/><Add enabled="0"><Duration format="Timecode" hours="0" minutes="0" seconds="0" frames="0"/></Add></End>
  </Silence></Processing>
</ExportFormatSpecification>
"""
EXPORT_PRESET = f"""<?xml version="1.0" encoding="UTF-8"?>
<ExportPreset id="{PRESET}" name="float"><ExportFormat id="{FORMAT}"/>
  <ExportFilename><Folder relative="1" path="export"/><Field name="label" enabled="0"/><Field name="session" enabled="0"/>
    <Field name="snapshot" enabled="0"/><Field name="timespan" enabled="1"/><Field name="revision" enabled="0"/>
    <Field name="time" enabled="0" value="T_None"/><Field name="date" enabled="0" value="D_None"/></ExportFilename>
</ExportPreset>
"""
REGION = {
    "muted": "0", "opaque": "1", "locked": "0", "video-locked": "0", "automatic": "0", "import": "0", "external": "0",
    "hidden": "0", "position-locked": "0", "start": "a0", "sync-position": "a0", "ancestral-start": "a0",
    "ancestral-length": "a0@a0", "stretch": "1", "shift": "1", "layering-index": "0", "tags": "", "envelope-active": "0",
    "default-fade-in": "0", "default-fade-out": "0", "fade-in-active": "0", "fade-out-active": "0",
    "scale-amplitude": "1", "type": "audio", "first-edit": "nothing", "layer": "0",
}


def lua(value):
    """A value as Lua's source."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, dict):
        return "{" + ",".join(f"[{lua(key)}]={lua(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "{" + ",".join(map(lua, value)) + "}"
    return repr(float(value)) if isinstance(value, float) else str(value)


class Ardour:
    """A session in a folder of its own, with its own home, settings and plugin cache."""

    def __init__(self, work):
        self.work, self.home, self.folder = work, work / "home", work / "session"
        shutil.rmtree(work, ignore_errors=True)
        presets = self.home / ".config/ardour7/export"
        presets.mkdir(parents=True)
        (presets / "float.format").write_text(EXPORT_FORMAT)
        (presets / "float.preset").write_text(EXPORT_PRESET)
        self.plugins = work / "vst3"
        self.plugins.mkdir()
        self.signals = tracks(SECONDS)
        self.frames = int(SECONDS * RATE_HZ)
        self.routes = []
        self.environment = os.environ | {
            "HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / ".config"), "XDG_CACHE_HOME": str(self.home / ".cache"),
            "LD_LIBRARY_PATH": LIBRARIES, "ARDOUR_DLL_PATH": LIBRARIES, "ARDOUR_DATA_PATH": "/usr/share/ardour7",
            "ARDOUR_CONFIG_PATH": "/etc/ardour7", "VST3_PATH": str(self.plugins), "LV2_PATH": f"{LIBRARIES}/LV2",
            "LXVST_PATH": "/nonexistent", "LADSPA_PATH": "/nonexistent", "LC_ALL": "C.UTF-8", "NO_AT_BRIDGE": "1",
            # A room group of this session alone.
            "PROSCENIUM_STAGE": str(work / "stage"),
            # Ardour 7.3 damages its heap where it mixes with AVX512F (mended upstream in d023ea0d77): all but that.
            "ARDOUR_FPU_FLAGS": "95",
        }

    def run(self, *steps, snapshot="session", create=False):
        """Opens the session in a new process and takes these steps. The rows that the driver wrote, by their first word."""
        config = {"folder": str(self.folder), "snapshot": snapshot, "create": create, "rate": RATE_HZ,
                  "routes": self.routes, "steps": list(steps)}
        (self.work / "steps.lua").write_text("return " + lua(config))
        command = ["ardour7-lua", os.path.join(os.path.dirname(__file__), "driver.lua"), str(self.work / "steps.lua")]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, errors="replace", timeout=300)
        rows = {}
        for line in done.stdout.splitlines():
            if line.startswith("\t"):
                word, *fields = line[1:].split("\t")
                rows.setdefault(word, []).append(fields)
        if done.returncode != 0 or "DONE" not in rows or "ERROR" in rows:
            raise Failed(f"Ardour ended with {done.returncode}, {rows.get('ERROR')}: {(done.stdout + done.stderr)[-600:]}")
        return rows

    def export(self, name):
        return {"step": "export", "preset": PRESET, "folder": str(self.work), "name": name}

    def exported(self, name):
        return read_wav(self.work / f"{name}.wav")[:, : self.frames]

    def build(self):
        """Kick and Snare into the bus, Pad beside it, and Key that only keys."""
        made = [{"name": name, "channels": len(audio), "bus": name in ("Kick", "Snare"), "silent": name == "Key"}
                for name, audio in self.signals.items()]
        self.run({"step": "build", "bus": BUS, "tracks": made}, {"step": "save"}, create=True)
        self.place_audio()
        self.routes = [*self.signals, BUS]

    def place_audio(self):
        """Ardour imports with its window only: sources and regions are written into the session."""
        file = self.folder / "session.ardour"
        tree = ET.parse(file)
        root = tree.getroot()
        numbers = [int(e.get("id")) for e in root.iter() if (e.get("id") or "").isdigit()]
        self.number = max(numbers + [int(root.get("id-counter"))]) + 1000

        def add(parent, kind, attributes):
            self.number += 1
            ET.SubElement(parent, kind, attributes | {"id": str(self.number)})
            return str(self.number)

        audio_files = self.folder / "interchange/session/audiofiles"
        audio_files.mkdir(parents=True, exist_ok=True)
        end = self.frames * SUPERCLOCK
        for name, audio in self.signals.items():
            write_wav(audio_files / f"{name}.wav", audio)
            source = {"name": f"{name}.wav", "take-id": "", "type": "audio", "flags": "", "origin": "", "gain": "1"}
            made = [add(root.find("Sources"), "Source", source | {"channel": str(side)}) for side in range(len(audio))]
            playlist = next(p for p in root.find("Playlists") if p.get("name") == name)
            for parent, whole in ((root.find("Regions"), "1"), (playlist, "0")):
                region = REGION | {"name": name, "whole-file": whole, "length": f"a{end}@a0", "channels": str(len(made))}
                for side, number in enumerate(made):
                    region |= {f"source-{side}": number, f"master-source-{side}": number}
                add(parent, "Region", region)
        add(root.find("Locations"), "Location", {
            "name": "session", "start": "a0", "end": f"a{end}", "flags": "IsSessionRange", "locked": "0",
            "timestamp": "0", "cue": "0"})
        root.set("id-counter", str(self.number + 10))
        tree.write(file, xml_declaration=True, encoding="UTF-8")

#!/usr/bin/env python3
"""Writes the stems of "Seventh Row", the song that the tests and the README mix.

The song is ours: the notes stand below. FluidSynth plays them with the soundfont FluidR3 GM
(Debian packages `fluidsynth` and `fluid-soundfont-gm`, MIT licence), reverb and chorus off.
Needs mido, numpy and soundfile (`pip install mido==1.3.3 numpy soundfile`). The stems are in the
repository; run this only to change the song:

    python3 tests/session/compose.py [--soundfont FILE.sf2]
"""

import argparse
import random
import subprocess
import tempfile
from pathlib import Path

import mido
import numpy as np
import soundfile

RATE = 48_000
BPM = 92
BAR_S = 4 * 60 / BPM
LENGTH_S = 9 * BAR_S + 1.5
TICKS = 480
SEED = 7

# Roots and chords of the nine bars; the first two are the introduction, the last one rings out.
ROOTS = ["E2", "C2", "E2", "C2", "G2", "D2", "C2", "D2", "E2"]
CHORDS = [
    ["E3", "B3", "D4", "F#4", "G4"],
    ["C3", "G3", "B3", "E4", "G4"],
    ["E3", "B3", "E4", "G4", "B4"],
    ["C3", "G3", "C4", "E4", "B4"],
    ["G3", "B3", "D4", "G4", "B4"],
    ["D3", "A3", "D4", "F#4", "A4"],
    ["C3", "G3", "C4", "E4", "G4"],
    ["D3", "A3", "C4", "F#4", "A4"],
    ["E3", "B3", "E4", "G4", "B4"],
]
# The lead: (bar, beat, beats long, note, velocity).
LEAD = [
    (1, 3.0, 0.5, "B4", 70), (1, 3.5, 0.5, "D5", 76),
    (2, 0.0, 1.5, "E5", 96), (2, 1.5, 0.5, "D5", 82), (2, 2.0, 0.5, "B4", 78), (2, 2.5, 1.25, "G4", 84),
    (3, 0.0, 1.0, "A4", 82), (3, 1.0, 0.5, "B4", 80), (3, 1.5, 1.5, "G4", 86), (3, 3.5, 0.5, "F#4", 70),
    (4, 0.0, 1.5, "G4", 92), (4, 1.5, 0.5, "A4", 80), (4, 2.0, 1.0, "B4", 90), (4, 3.0, 0.5, "D5", 88), (4, 3.5, 0.5, "B4", 76),
    (5, 0.0, 1.0, "A4", 94), (5, 1.0, 1.75, "F#4", 80), (5, 3.0, 0.5, "D5", 90), (5, 3.5, 0.5, "D5", 94),
    (6, 0.0, 1.0, "E5", 110), (6, 1.0, 0.5, "G5", 106), (6, 1.5, 1.0, "E5", 104), (6, 2.5, 0.5, "D5", 98), (6, 3.0, 1.0, "C5", 100),
    (7, 0.0, 1.0, "D5", 108), (7, 1.0, 0.5, "F#5", 106), (7, 1.5, 0.5, "E5", 98), (7, 2.0, 0.75, "D5", 100), (7, 3.0, 0.5, "B4", 90), (7, 3.5, 0.5, "D5", 92),
    (8, 0.0, 3.5, "E5", 100),
]
BACKING = {
    6: [(0.0, 2.0, ["G4", "C5"]), (2.0, 2.0, ["E4", "A4"])],
    7: [(0.0, 2.0, ["F#4", "A4"]), (2.0, 2.0, ["F#4", "C5"])],
    8: [(0.0, 3.8, ["G4", "B4"])],
}
NAMES = {"C": 0, "C#": 1, "D": 2, "D#": 3, "E": 4, "F": 5, "F#": 6, "G": 7, "G#": 8, "A": 9, "A#": 10, "B": 11}
KICK, SNARE, CLOSED, OPEN, CRASH, RIDE, TOM_HIGH, TOM_LOW = 36, 38, 42, 46, 49, 51, 48, 43


def key(name):
    """MIDI key of a note name such as F#4."""
    return 12 * (int(name[-1]) + 1) + NAMES[name[:-1]]


def kit():
    """The drums as (bar, beat, key, velocity)."""
    hits = []
    for bar in range(9):
        full = 2 <= bar < 8
        if bar == 8:
            hits += [(8, 0, KICK, 118), (8, 0, CRASH, 112)]
            continue
        for eighth in range(8):
            loud = 92 if eighth % 2 == 0 else 66
            opened = full and eighth == 7 and bar % 2 == 1
            cymbal = RIDE if bar >= 6 else OPEN if opened else CLOSED
            hits.append((bar, eighth / 2, cymbal, loud if full else loud - 24))
        if full:
            kicks = [0, 1.5, 2.5] if bar % 2 == 0 else [0, 0.75, 2.5, 3.5]
            hits += [(bar, beat, KICK, 116 if beat == 0 else 98) for beat in kicks]
            hits += [(bar, beat, SNARE, 112) for beat in (1, 3)]
            hits += [(bar, 2.25, SNARE, 34), (bar, 3.75, SNARE, 40)]
        if bar in (2, 6):
            hits.append((bar, 0, CRASH, 104))
    hits += [(1, 3.0, TOM_HIGH, 92), (1, 3.25, TOM_HIGH, 98), (1, 3.5, TOM_LOW, 104), (1, 3.75, TOM_LOW, 110)]
    hits += [(5, 3.5, TOM_HIGH, 100), (5, 3.75, TOM_LOW, 108), (7, 3.5, TOM_HIGH, 106), (7, 3.75, TOM_LOW, 114)]
    return hits


def drum_part(keys, gain=1.0):
    """Those hits of the kit whose key is one of `keys`."""
    return [(bar, beat, 0.4, k, velocity * gain) for bar, beat, k, velocity in kit() if k in keys]


def bass():
    notes = []
    for bar in range(2, 8):
        root, fifth = key(ROOTS[bar]), key(ROOTS[bar]) + 7
        pattern = [(0, 1.25, root, 108), (1.5, 0.75, root, 94), (2.5, 0.75, root + 12, 90), (3.5, 0.5, fifth, 96)]
        notes += [(bar, beat, long, k, velocity) for beat, long, k, velocity in pattern]
    return notes + [(8, 0, 3.6, key("E2"), 108), (1, 3.5, 0.5, key("D2"), 84)]


def acoustic():
    order = [0, 2, 1, 3, 2, 4, 1, 3]
    notes = []
    for bar in range(8):
        for eighth, voice in enumerate(order):
            accent = 92 if eighth in (0, 3, 6) else 74
            notes.append((bar, eighth / 2, 0.9, key(CHORDS[bar][voice]), accent))
    return notes + [(8, 0.03 * i, 3.8, key(n), 88) for i, n in enumerate(CHORDS[8])]


def electric():
    """Off-beat chops in the verse, ringing chords in the last part."""
    notes = []
    for bar in range(2, 6):
        for beat in (1, 3):
            notes += [(bar, beat + 0.01 * i, 0.35, key(n), 86) for i, n in enumerate(CHORDS[bar][2:])]
    for bar in (6, 7, 8):
        long = 3.6 if bar == 8 else 1.9
        for beat in (0,) if bar == 8 else (0, 2):
            notes += [(bar, beat + 0.02 * i, long, key(n), 98) for i, n in enumerate(CHORDS[bar][1:])]
    return notes


def keys_part():
    notes = []
    for bar in range(9):
        for beat, long, velocity in ((0, 1.4, 82), (1.5, 2.3, 70)) if bar < 8 else ((0, 3.8, 84),):
            notes += [(bar, beat, long, key(n), velocity) for n in CHORDS[bar][1:4]]
    return notes


def pad():
    return [(bar, 0, 4.0, key(n), 70) for bar in range(9) for n in CHORDS[bar][:4]]


def lead():
    return [(bar, beat, long, key(n), velocity) for bar, beat, long, n, velocity in LEAD]


def backing():
    return [
        (bar, beat, long, key(n), 88)
        for bar, chords in BACKING.items()
        for beat, long, names in chords
        for n in names
    ]


# Name, program (None is the drum kit), mono or stereo, peak in dBFS, delay in ms, notes.
STEMS = [
    ("kick", None, "mono", -7, 0, drum_part([KICK])),
    ("snare", None, "mono", -8, 0, drum_part([SNARE])),
    ("hats", None, "mono", -14, 0, drum_part([CLOSED, OPEN])),
    ("toms", None, "stereo", -10, 0, drum_part([TOM_HIGH, TOM_LOW])),
    # A spaced pair above the whole kit: cymbals near, shells a metre further away.
    ("overheads", None, "stereo", -9, 2.9, drum_part([CRASH, RIDE]) + drum_part([KICK, SNARE, CLOSED, OPEN, TOM_HIGH, TOM_LOW], 0.55)),
    ("bass", 33, "mono", -8, 0, bass()),
    ("acoustic", 25, "stereo", -11, 0, acoustic()),
    ("electric", 27, "mono", -11, 0, electric()),
    ("keys", 4, "stereo", -12, 0, keys_part()),
    ("pad", 89, "stereo", -13, 0, pad()),
    ("lead", 65, "mono", -9, 0, lead()),
    ("backing", 53, "stereo", -12, 0, backing()),
]


def midi_file(name, program, notes):
    """One track of notes with the small unevenness of a player, the same on every run."""
    rng = random.Random(f"{SEED} {name}")
    channel = 9 if program is None else 0
    events = []
    for bar, beat, long, k, velocity in notes:
        start = 4 * bar + beat + rng.gauss(0, 0.007)
        velocity = int(np.clip(velocity + rng.gauss(0, 4), 1, 127))
        events.append((max(start, 0.0), mido.Message("note_on", channel=channel, note=k, velocity=velocity)))
        events.append((start + long, mido.Message("note_off", channel=channel, note=k)))
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(BPM))])
    if program is not None:
        track.append(mido.Message("program_change", channel=channel, program=program))
    now = 0
    for beat, message in sorted(events, key=lambda e: e[0]):
        tick = round(beat * TICKS)
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=8 * TICKS))
    return mido.MidiFile(ticks_per_beat=TICKS, tracks=[track])


def render(name, program, notes, soundfont, folder):
    """Frames by two channels of one part, played alone."""
    midi, wav = folder / f"{name}.mid", folder / f"{name}.wav"
    midi_file(name, program, notes).save(midi)
    subprocess.run(
        ["fluidsynth", "-niq", "-R0", "-C0", "-g0.5", f"-r{RATE}", "-Ofloat", f"-F{wav}", soundfont, midi],
        check=True,
    )
    audio, rate = soundfile.read(wav, always_2d=True)
    assert rate == RATE
    return audio


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--soundfont", default="/usr/share/sounds/sf2/FluidR3_GM.sf2")
    soundfont = parser.parse_args().soundfont
    folder = Path(__file__).parent / "stems"
    folder.mkdir(exist_ok=True)
    frames = round(LENGTH_S * RATE)
    fade = np.minimum(1.0, np.arange(frames)[::-1] / (0.25 * RATE))[:, None]
    for name, program, channels, peak_db, delay_ms, notes in STEMS:
        with tempfile.TemporaryDirectory() as temporary:
            played = render(name, program, notes, soundfont, Path(temporary))
        audio = np.zeros((frames, 2))
        start = round(delay_ms * RATE / 1000)
        played = played[: frames - start]
        audio[start : start + len(played)] = played
        if channels == "mono":
            audio = audio.mean(axis=1, keepdims=True)
        audio *= fade * 10 ** (peak_db / 20) / np.abs(audio).max()
        # Rounded to 16 bits over a triangular dither, the same on every run.
        dither = np.random.default_rng(SEED).triangular(-1, 0, 1, audio.shape)
        samples = np.floor(audio * 32767 + dither + 0.5).astype(np.int16)
        samples[np.abs(audio).max(axis=1) < 1e-5] = 0
        path = folder / f"{name}.flac"
        soundfile.write(path, samples, RATE, subtype="PCM_16", compression_level=1.0)
        rms_db = 20 * np.log10(np.sqrt((audio**2).mean()) + 1e-12)
        print(f"{name:10} {channels:6} {len(audio) / RATE:6.2f} s  rms {rms_db:6.1f} dB  {path.stat().st_size / 1e6:5.2f} MB")


if __name__ == "__main__":
    main()

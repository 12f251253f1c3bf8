"""Test signals, levels, and WAV files of 32-bit floats."""

import numpy as np
from pedalboard.io import AudioFile

RATE_HZ = 48_000


def rms(audio):
    return float(np.sqrt(np.mean(np.square(audio, dtype=np.float64)))) if np.size(audio) else 0.0


def db(ratio):
    return 20 * np.log10(max(float(ratio), 1e-12))


def level_db(audio):
    return db(rms(audio))


def residual_db(audio, reference):
    """The level of the difference, against the reference's."""
    frames = min(audio.shape[-1], reference.shape[-1])
    return db(rms(audio[..., :frames] - reference[..., :frames]) / max(rms(reference[..., :frames]), 1e-12))


def lag_frames(audio, reference, reach=16_384):
    """By how many frames the audio comes after the reference, from their cross-correlation."""
    a, b = audio.sum(0), reference.sum(0)
    size = 1 << int(np.ceil(np.log2(len(a) + len(b))))
    cross = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
    lags = np.concatenate([cross[-reach:], cross[: reach + 1]])
    return int(np.argmax(np.abs(lags))) - reach


def tracks(seconds):
    """Tracks by name, each (channels, frames): drums, a steady pad, and a key of bursts (250 ms in each second)."""
    frames = int(seconds * RATE_HZ)
    generator = np.random.default_rng(1)
    time_s = np.arange(frames) / RATE_HZ

    def hits(times, sound):
        track = np.zeros(frames)
        for start in (int(time * RATE_HZ) for time in times):
            track[start:] += sound(np.arange(frames - start) / RATE_HZ)
        return track

    def drum(after):
        tone = np.sin(2 * np.pi * 190 * after) + 0.5 * generator.standard_normal(len(after))
        return 0.22 * np.exp(-18 * after) * tone

    def thud(after):
        return 0.4 * np.exp(-9 * after) * np.sin(2 * np.pi * (45 * after + 6 * (1 - np.exp(-30 * after))))

    beats = np.arange(0, seconds, 0.5)
    key = 0.5 * np.sin(2 * np.pi * 220 * time_s) * ((time_s % 1.0) < 0.25)
    found = {
        "Kick": [hits(beats, thud)],
        "Snare": [hits(beats[1::2], drum), hits(beats[1::2], drum)],
        "Pad": [0.2 * np.sin(2 * np.pi * 330 * time_s), 0.2 * np.sin(2 * np.pi * 331 * time_s)],
        "Key": [key, key],
    }
    return {name: np.array(sides, dtype=np.float32) for name, sides in found.items()}


def write_wav(path, audio):
    with AudioFile(str(path), "w", samplerate=RATE_HZ, num_channels=audio.shape[0], bit_depth=32) as file:
        file.write(audio)


def read_wav(path):
    with AudioFile(str(path)) as file:
        return file.read(file.frames)

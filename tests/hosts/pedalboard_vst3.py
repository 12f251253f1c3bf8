"""The built VST3 plugins in pedalboard, a host of JUCE's kind. Run by `cargo xtask test`."""

import os
import sys
import traceback
from pathlib import Path

# No window is opened. JUCE would look for display 0 by itself, and ends where that one has no window manager.
os.environ["DISPLAY"] = "none"

import numpy as np
import pedalboard

RATE_HZ = 48_000
ROOT = Path(__file__).resolve().parents[2]
BUNDLED = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "bundled"
PLUGINS = {
    "proscenium-strip": "Proscenium Strip",
    "proscenium-glue": "Proscenium Glue",
    "proscenium-distance": "Proscenium Distance",
    "proscenium-space": "Proscenium Space",
}


def load(bundle):
    path = BUNDLED / f"{bundle}.vst3"
    if not path.exists():
        sys.exit(f"{path} is not there: run `cargo xtask bundle` first")
    return pedalboard.load_plugin(str(path))


def noise(seconds, channels=2, seed=1):
    generator = np.random.default_rng(seed)
    return (0.1 * generator.standard_normal((channels, int(seconds * RATE_HZ)))).astype(np.float32)


def play(plugin, audio, block=512):
    return plugin.process(audio, RATE_HZ, buffer_size=block, reset=True)


def level_db(audio):
    # The last third: smoothing and reverberation have settled.
    settled = audio[:, -audio.shape[1] // 3 :]
    return 10 * np.log10(np.mean(settled.astype(np.float64) ** 2) + 1e-30)


def parameters(plugin):
    """By the name that the host shows. JUCE adds its own for programs and MIDI: not ours."""
    ours = plugin.parameters.items()
    return {key: p for key, p in ours if "midi" not in key.lower() and key != "program"}


def randomize(plugin, seed):
    generator = np.random.default_rng(seed)
    for key, parameter in parameters(plugin).items():
        if key != "bypass":
            parameter.raw_value = float(generator.random())
    # The plugin hears of them with its next block.
    play(plugin, noise(0.01))


def loads_by_path_under_its_name(bundle):
    plugin = load(bundle)
    assert plugin.name == PLUGINS[bundle], plugin.name
    assert plugin.is_effect and not plugin.is_instrument
    keys = parameters(plugin)
    assert "output_db" in keys and "bypass" in keys, sorted(keys)
    assert len(keys) >= 20, sorted(keys)


def every_parameter_can_be_set_and_reads_as_text(bundle):
    plugin = load(bundle)
    for key, parameter in parameters(plugin).items():
        for value in (0.0, 1.0, 0.5):
            parameter.raw_value = value
            got = parameter.raw_value
            # A choice takes the nearest of its values.
            assert abs(got - value) <= (1e-5 if value != 0.5 else 0.5), (key, value, got)
            assert parameter.string_value, (key, value)


def output_turns_the_sound_down(bundle):
    audio = noise(1.5)
    plugin = load(bundle)
    before = level_db(play(plugin, audio))
    plugin.output_db = -12.0
    after = level_db(play(plugin, audio))
    assert abs(before - after - 12.0) < 0.1, (before, after)


def bypass_passes_audio_bit_for_bit(bundle):
    audio = noise(1.5)
    plugin = load(bundle)
    plugin.output_db = -12.0
    plugin.parameters["bypass"].raw_value = 1.0
    out = play(plugin, audio)
    # The bypass fades in on the first block if it was off before.
    assert np.array_equal(out[:, RATE_HZ:], audio[:, RATE_HZ:])


def a_state_brings_back_values_and_sound(bundle):
    audio = noise(0.5)
    first, second = load(bundle), load(bundle)
    randomize(first, 2)
    randomize(second, 3)
    second.raw_state = first.raw_state
    for (key, a), b in zip(parameters(first).items(), parameters(second).values()):
        # A choice that was set between two of its values comes back as one of them: compare text.
        assert a.string_value == b.string_value, (key, a.string_value, b.string_value)
    assert np.array_equal(play(first, audio), play(second, audio))


def a_damaged_state_leaves_values_alone(bundle):
    plugin = load(bundle)
    randomize(plugin, 4)
    before = {key: parameter.raw_value for key, parameter in parameters(plugin).items()}
    state = plugin.raw_state
    for damaged in (state[: len(state) // 2], b"", bytes(reversed(state))):
        try:
            plugin.raw_state = damaged
        except Exception:
            pass  # A host may say so.
        after = {key: parameter.raw_value for key, parameter in parameters(plugin).items()}
        assert before == after


def mono_sounds(bundle):
    audio = noise(1.0, channels=1)
    out = play(load(bundle), audio)
    assert out.shape == audio.shape, out.shape
    assert np.isfinite(out).all() and level_db(out) > -60.0, level_db(out)


def blocks_make_no_difference(bundle):
    audio = noise(0.5)
    whole = play(load(bundle), audio, 8192)
    for block in (32, 441):
        assert np.array_equal(whole, play(load(bundle), audio, block)), block


TESTS = [
    loads_by_path_under_its_name,
    every_parameter_can_be_set_and_reads_as_text,
    output_turns_the_sound_down,
    bypass_passes_audio_bit_for_bit,
    a_state_brings_back_values_and_sound,
    a_damaged_state_leaves_values_alone,
    mono_sounds,
    blocks_make_no_difference,
]


def main():
    wanted = sys.argv[1:]
    passed = failed = 0
    for bundle in PLUGINS:
        for test in TESTS:
            name = f"{bundle}::{test.__name__}"
            if wanted and not any(part in name for part in wanted):
                continue
            try:
                test(bundle)
                passed += 1
                print(f"test {name} ... ok", flush=True)
            except Exception:
                failed += 1
                print(f"test {name} ... FAILED", flush=True)
                traceback.print_exc(file=sys.stdout)
    print(f"test result: {'FAILED' if failed else 'ok'}. {passed} passed; {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

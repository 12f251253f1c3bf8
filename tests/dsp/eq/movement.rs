//! Bands and cuts on the move: nothing is heard but the movement.

use super::{level_db, one_band, one_exact, play, prepared};
use proscenium_tests::eq_grid::SLOPES;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::eq::*;

const RATE: f64 = 48_000.0;

/// What a steep high-pass at 6 kHz leaves of low tones, against all of them, in dB of energy: a click or a
/// zipper has all frequencies.
fn noise_db(audio: &[f32]) -> f64 {
    let cut = CutSettings { on: true, freq_hz: 6000.0, slope: Slope::Db48 };
    let mut filters = Filters::default();
    let mut settings = FilterSettings { high_pass: cut, ..FilterSettings::default() };
    settings.low_pass.on = false;
    filters.prepare(RATE, &settings);
    let (mut l, mut r) = (audio.to_vec(), audio.to_vec());
    filters.process(Io::stereo(&mut l, &mut r));
    level_db(&l[2400..]) - level_db(&audio[2400..])
}

type Sweep = fn(BandSettings, f32) -> BandSettings;

/// A parameter over its full range in 50 ms, up and down again, and then rest.
fn there_and_back(t: f64) -> f32 {
    let phase = t % 0.4 / 0.05;
    (if phase < 1.0 { phase } else { 2.0 - phase }).clamp(0.0, 1.0) as f32
}

#[test]
fn sweeping_a_band_over_its_full_range_in_50_ms_is_heard_as_a_sweep_only() {
    let base = BandSettings { gain_db: 12.0, q: 2.0, freq_hz: 400.0, ..one_band() };
    let sweeps: [(&str, Sweep); 3] = [
        ("freq", |b, x| BandSettings { freq_hz: 20.0 * 1000f32.powf(x), ..b }),
        ("gain", |b, x| BandSettings { gain_db: 48.0 * x - 24.0, ..b }),
        ("q", |b, x| BandSettings { q: 0.1 * 200f32.powf(x), ..b }),
    ];
    for (name, at) in sweeps {
        for kind in BandKind::ALL {
            for freq_hz in [120.0, 1000.0, 9000.0, 19_000.0] {
                let base = BandSettings { kind, freq_hz, ..base };
                let mut eq = prepared(&one_exact(at(base, 0.0)), RATE);
                let out = play(&mut eq, RATE, 1.2, [0.25, 0.1], 150.0, |t| {
                    Some(one_exact(at(base, there_and_back(t))))
                });
                let noise = noise_db(&out[0]);
                assert!(noise < -60.0, "{name} of {kind:?} at {freq_hz} Hz: {noise:.1} dB");
            }
        }
    }
}

#[test]
fn sweeping_a_cut_over_its_full_range_in_50_ms_is_heard_as_a_sweep_only() {
    let cut = |freq_hz, slope| CutSettings { on: true, freq_hz, slope };
    let off = CutSettings { on: false, freq_hz: 1000.0, slope: Slope::Db6 };
    for (slope, _) in SLOPES {
        for high_pass in [true, false] {
            let at = |t: f64| {
                let x = there_and_back(t);
                if high_pass {
                    let high_pass = cut(16.0 * 62.5f32.powf(x), slope);
                    FilterSettings { high_pass, low_pass: off }
                } else {
                    let low_pass = cut(1000.0 * 22f32.powf(x), slope);
                    FilterSettings { high_pass: off, low_pass }
                }
            };
            let mut filters = Filters::default();
            filters.prepare(RATE, &at(0.0));
            let out = play(&mut filters, RATE, 1.2, [0.25, 0.1], 150.0, |t| Some(at(t)));
            let noise = noise_db(&out[0]);
            assert!(noise < -60.0, "{slope:?}, high-pass {high_pass}: {noise:.1} dB");
        }
    }
}

#[test]
fn switching_a_band_its_kind_or_its_channel_crossfades() {
    let base = BandSettings { gain_db: 12.0, q: 2.0, freq_hz: 200.0, ..one_band() };
    let step = |t: f64| (t / 0.1) as usize;
    type Switch = fn(BandSettings, usize) -> BandSettings;
    let switches: [(&str, Switch); 3] = [
        ("on", |b, n| BandSettings { on: n.is_multiple_of(2), ..b }),
        ("kind", |b, n| BandSettings { kind: BandKind::ALL[n % BandKind::ALL.len()], ..b }),
        ("channel", |b, n| BandSettings {
            channel: if n.is_multiple_of(2) { BandChannel::Mid } else { BandChannel::Left },
            ..b
        }),
    ];
    for (name, at) in switches {
        let mut eq = prepared(&one_exact(at(base, 0)), RATE);
        let out =
            play(&mut eq, RATE, 1.6, [0.25, 0.1], 150.0, |t| Some(one_exact(at(base, step(t)))));
        let noise = noise_db(&out[0]);
        assert!(noise < -60.0, "{name}: {noise:.1} dB");
    }
}

#[test]
fn nothing_hums_or_rings_after_a_sweep() {
    for kind in BandKind::ALL {
        let base = BandSettings { kind, gain_db: 24.0, q: 4.0, ..one_band() };
        let at = |x: f32| one_exact(BandSettings { freq_hz: 20.0 * 1000f32.powf(x), ..base });
        let mut eq = prepared(&at(0.0), RATE);
        play(&mut eq, RATE, 0.2, [0.5, 0.5], 150.0, |t| Some(at((t / 0.2) as f32)));
        let after = play(&mut eq, RATE, 0.5, [0.0, 0.0], 150.0, |_| None);
        let left = level_db(&after[0][9600..]);
        assert!(left < -150.0, "{kind:?}: {left} dB after 200 ms");
    }
}

/// What a band does at rest does not depend on how it came there.
#[test]
fn a_band_that_has_come_to_rest_is_as_exact_as_one_that_never_moved() {
    for kind in BandKind::ALL {
        for freq_hz in [60.0, 900.0, 12_000.0] {
            let there =
                one_exact(BandSettings { kind, freq_hz, gain_db: 9.0, q: 1.5, ..one_band() });
            let away = one_exact(BandSettings { freq_hz: 3000.0, q: 0.4, ..there.bands[2] });
            let mut moved = prepared(&away, RATE);
            play(&mut moved, RATE, 0.1, [0.3, 0.3], 777.0, |_| Some(there));
            let mut still = prepared(&there, RATE);
            for tone_hz in [100.0, 950.0, 11_000.0] {
                let level = |eq: &mut Equaliser| {
                    let out = play(eq, RATE, 0.6, [0.3, 0.3], tone_hz, |_| None);
                    level_db(&out[0][14_400..])
                };
                let (one, other) = (level(&mut moved), level(&mut still));
                assert!((one - other).abs() < 0.001, "{kind:?} {freq_hz}: {one}, {other} dB");
            }
        }
    }
}

//! The equaliser against its analogue prototypes, and its behaviour while it moves.

use proscenium_tests::contract::Contract;
use shared_dsp::dynamics::KeySource;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::eq::*;
use shared_dsp::units::gain_to_db;
use std::f64::consts::TAU;

const KINDS: [BandKind; 8] = [
    BandKind::Bell,
    BandKind::LowShelf,
    BandKind::HighShelf,
    BandKind::LowCut,
    BandKind::HighCut,
    BandKind::Notch,
    BandKind::BandPass,
    BandKind::Tilt,
];

/// Twenty frequencies per decade over 20 Hz..20 kHz.
fn audible() -> impl Iterator<Item = f64> {
    (0..=60).map(|i| 20.0 * 10f64.powf(i as f64 / 20.0))
}

/// Worst deviation in dB from the prototype where that is above -40 dB, over f0 up to `highest_hz`.
fn worst_db(
    kind: BandKind,
    sample_rate_hz: f64,
    highest_hz: f64,
    highest_q: f64,
) -> (f64, BandSpec, f64) {
    let mut worst = (0.0, BandSpec { kind, freq_hz: 0.0, gain_db: 0.0, q: 0.0 }, 0.0);
    for freq_hz in [20.0, 100.0, 500.0, 2000.0, 5000.0, 8000.0, 12_000.0, 16_000.0, 20_000.0] {
        for q in [0.3, 0.7, 1.0, 3.0, 10.0] {
            for gain_db in [-18.0, -6.0, 6.0, 18.0] {
                let spec = BandSpec { kind, freq_hz, gain_db, q };
                let filter = design(&spec, sample_rate_hz);
                assert!(filter.is_stable(), "{spec:?}");
                for f in audible().filter(|_| freq_hz <= highest_hz && q <= highest_q) {
                    let expected = spec.prototype_db(f);
                    let error = (filter.response_db(f) - expected).abs();
                    if expected > -40.0 && error > worst.0 {
                        worst = (error, spec, f);
                    }
                }
            }
        }
    }
    worst
}

#[test]
fn every_kind_follows_its_analogue_prototype() {
    // Highest f0 in Hz, highest Q, rate in Hz, worst deviation over 20 Hz..20 kHz in dB: what one section
    // per band can do. Near Nyquist it can do less.
    let table = [
        (2000.0, 10.0, 44_100.0, 1.01),
        (2000.0, 10.0, 48_000.0, 0.54),
        (2000.0, 10.0, 96_000.0, 0.12),
        (8000.0, 1.0, 44_100.0, 2.1),
        (8000.0, 1.0, 48_000.0, 1.5),
        (8000.0, 1.0, 96_000.0, 0.75),
    ];
    for (highest_hz, highest_q, rate, bound_db) in table {
        for kind in KINDS {
            let (error, spec, at_hz) = worst_db(kind, rate, highest_hz, highest_q);
            assert!(error < bound_db, "{error} dB at {at_hz} Hz, {rate} Hz: {spec:?}");
        }
    }
}

#[test]
fn every_design_is_stable_and_finite_at_the_corners() {
    for rate in [22_050.0, 48_000.0, 384_000.0] {
        for kind in KINDS {
            for freq_hz in [20.0, 1000.0, 20_000.0] {
                for q in [0.1, 20.0] {
                    for gain_db in [-48.0, -0.01, 0.01, 48.0] {
                        let filter = design(&BandSpec { kind, freq_hz, gain_db, q }, rate);
                        assert!(filter.is_stable(), "{kind:?} {freq_hz} {q} {gain_db} {rate}");
                        let all = audible().map(|f| filter.response_db(f.min(0.45 * rate)));
                        assert!(
                            all.fold(0.0, f64::max) < 130.0,
                            "{kind:?} {freq_hz} {q} {gain_db}"
                        );
                    }
                }
            }
        }
    }
}

fn one(band: BandSettings) -> EqSettings {
    let mut settings = EqSettings::default();
    settings.bands[2] = BandSettings { on: true, ..band };
    settings
}

fn prepared(settings: &EqSettings, rate: f64) -> Equaliser {
    let mut eq = Equaliser::default();
    eq.prepare(rate, settings);
    eq
}

/// A sine through an equaliser, with the settings of each moment in s; the output of both channels.
fn play(
    eq: &mut Equaliser,
    rate: f64,
    seconds: f64,
    [left, right]: [f32; 2],
    freq_hz: f64,
    settings: impl Fn(f64) -> Option<EqSettings>,
) -> [Vec<f32>; 2] {
    let sine = |i: usize| (TAU * freq_hz * i as f64 / rate).sin() as f32;
    let frames = (seconds * rate) as usize;
    let mut out: [Vec<f32>; 2] =
        [left, right].map(|gain| (0..frames).map(|i| gain * sine(i)).collect());
    let [l, r] = &mut out;
    for (block, (l, r)) in l.chunks_mut(64).zip(r.chunks_mut(64)).enumerate() {
        if let Some(settings) = settings(block as f64 * 64.0 / rate) {
            eq.set(&settings);
        }
        eq.process(Io::stereo(l, r));
    }
    out
}

fn level_db(audio: &[f32]) -> f64 {
    let power: f64 = audio.iter().map(|x| f64::from(*x).powi(2)).sum();
    10.0 * (2.0 * power / audio.len() as f64).max(1e-20).log10()
}

#[test]
fn the_audio_has_the_gain_that_the_design_says() {
    for rate in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        for kind in KINDS {
            let band = BandSettings { kind, freq_hz: 1200.0, gain_db: 9.0, q: 1.4, ..one_band() };
            for freq_hz in [100.0, 900.0, 3000.0, 15_000.0] {
                let settings = one(band);
                let mut eq = prepared(&settings, rate);
                let out = play(&mut eq, rate, 0.4, [0.5, 0.25], freq_hz, |_| None);
                let expected = response_db(&settings, BandChannel::Left, freq_hz, rate);
                let got = level_db(&out[0][out[0].len() / 2..]) + 6.0206;
                assert!((got - expected).abs() < 0.03, "{kind:?} {freq_hz}: {got}, {expected}");
                assert!((level_db(&out[1][out[1].len() / 2..]) + 12.0412 - got).abs() < 1e-3);
            }
        }
    }
}

fn one_band() -> BandSettings {
    BandSettings { on: true, ..BandSettings::default() }
}

#[test]
fn off_and_flat_bands_pass_audio_bit_for_bit() {
    let mut flat = EqSettings::default();
    for band in &mut flat.bands {
        *band = one_band();
    }
    let off = EqSettings { on: false, ..one(BandSettings { gain_db: 12.0, ..one_band() }) };
    for settings in [EqSettings::default(), flat, off] {
        let mut eq = prepared(&settings, 48_000.0);
        let out = play(&mut eq, 48_000.0, 0.1, [0.7, 0.3], 777.0, |_| None);
        let expected = |i: usize| (TAU * 777.0 * i as f64 / 48_000.0).sin() as f32;
        assert!(
            out[0].iter().enumerate().all(|(i, x)| x.to_bits() == (0.7 * expected(i)).to_bits())
        );
        assert!(
            out[1].iter().enumerate().all(|(i, x)| x.to_bits() == (0.3 * expected(i)).to_bits())
        );
    }
}

#[test]
fn a_band_works_on_its_channels_alone() {
    // channel, left and right in, left and right out in parts of the input
    let gain = 10f32.powf(12.0 / 20.0);
    let half = 0.5 * (gain - 1.0);
    let table = [
        (BandChannel::Stereo, [1.0, 0.5], [gain, 0.5 * gain]),
        (BandChannel::Left, [1.0, 0.5], [gain, 0.5]),
        (BandChannel::Right, [1.0, 0.5], [1.0, 0.5 * gain]),
        (BandChannel::Mid, [1.0, 0.0], [1.0 + half, half]),
        (BandChannel::Mid, [1.0, -1.0], [1.0, -1.0]),
        (BandChannel::Side, [1.0, 0.0], [1.0 + half, -half]),
        (BandChannel::Side, [1.0, 1.0], [1.0, 1.0]),
    ];
    for (channel, input, expected) in table {
        let settings = one(BandSettings { gain_db: 12.0, channel, ..one_band() });
        let mut eq = prepared(&settings, 48_000.0);
        let input = input.map(|x: f32| 0.1 * x);
        let out = play(&mut eq, 48_000.0, 0.3, input, 1000.0, |_| None);
        for side in [0, 1] {
            let got = 10f64.powf(level_db(&out[side][9600..]) / 20.0);
            let wanted = f64::from(0.1 * expected[side]).abs();
            assert!((got - wanted).abs() < 2e-3 * wanted.max(0.1), "{channel:?}: {got}, {wanted}");
        }
    }
}

/// The loudest sample of what a steep high-pass leaves of a low tone: a click has all frequencies.
fn click_db(audio: &[f32]) -> f32 {
    let cut = CutSettings { on: true, freq_hz: 6000.0, slope: Slope::Db48 };
    let mut filters = Filters::default();
    let mut settings = FilterSettings { high_pass: cut, ..FilterSettings::default() };
    settings.low_pass.on = false;
    filters.prepare(48_000.0, &settings);
    let (mut l, mut r) = (audio.to_vec(), audio.to_vec());
    filters.process(Io::stereo(&mut l, &mut r));
    gain_to_db(l[2400..].iter().fold(0.0f32, |most, x| most.max(x.abs())))
}

#[test]
fn moving_a_band_makes_no_click() {
    let base = BandSettings { gain_db: 12.0, q: 2.0, freq_hz: 200.0, ..one_band() };
    type Sweep = fn(BandSettings, f32) -> BandSettings;
    let swept: [(&str, Sweep); 6] = [
        ("freq", |b, x| BandSettings { freq_hz: 40.0 * 400f32.powf(x), ..b }),
        ("gain", |b, x| BandSettings { gain_db: 36.0 * x - 18.0, ..b }),
        ("q", |b, x| BandSettings { q: 0.1 * 100f32.powf(x), ..b }),
        ("on", |b, x| BandSettings { on: x > 0.5, ..b }),
        ("kind", |b, x| BandSettings { kind: KINDS[(x * 7.9) as usize], ..b }),
        ("channel", |b, x| BandSettings {
            channel: if x > 0.5 { BandChannel::Mid } else { BandChannel::Left },
            ..b
        }),
    ];
    for (name, at) in swept {
        let mut eq = prepared(&one_exact(at(base, 0.0)), 48_000.0);
        // Twenty sweeps per second.
        let out = play(&mut eq, 48_000.0, 1.0, [0.25, 0.1], 150.0, |t| {
            Some(one_exact(at(base, (1.0 - (t * 20.0 % 2.0 - 1.0).abs()) as f32)))
        });
        let click = click_db(&out[0]);
        // Fifty changes of kind per second, each a crossfade of 10 ms with the corners of one.
        let limit = if name == "kind" { -50.0 } else { -60.0 };
        assert!(click < limit, "{name}: {click} dB");
    }
}

fn one_exact(band: BandSettings) -> EqSettings {
    let mut settings = EqSettings::default();
    settings.bands[2] = band;
    settings
}

fn dynamic(range_db: f32) -> BandSettings {
    BandSettings {
        dynamic_range_db: range_db,
        threshold_db: -40.0,
        attack_ms: 50.0,
        release_ms: 200.0,
        ..one_band()
    }
}

#[test]
fn a_dynamic_band_moves_by_its_range_and_only_above_its_threshold() {
    for range_db in [-24.0, -6.0, 3.0, 18.0] {
        for (amplitude, expected) in [(0.25, range_db), (0.003, 0.0)] {
            let mut eq = prepared(&one(dynamic(range_db)), 48_000.0);
            let out = play(&mut eq, 48_000.0, 1.0, [amplitude; 2], 1000.0, |_| None);
            let moved = level_db(&out[0][43_200..]) - f64::from(gain_to_db(amplitude));
            assert!((moved - f64::from(expected)).abs() < 0.05, "{moved} for {expected} dB");
            assert!((eq.band_gain_db(2) - expected).abs() < 0.02, "{}", eq.band_gain_db(2));
        }
        // A tone far from the band does not move it.
        let mut eq = prepared(&one(dynamic(range_db)), 48_000.0);
        play(&mut eq, 48_000.0, 0.5, [0.05; 2], 30.0, |_| None);
        assert_eq!(eq.band_gain_db(2), 0.0);
    }
}

#[test]
fn a_dynamic_band_covers_63_percent_in_its_attack_and_in_its_release() {
    for rate in [44_100.0, 96_000.0] {
        let mut eq = prepared(&one(dynamic(-12.0)), rate);
        let (mut l, mut r) = ([0.0f32; 16], [0.0f32; 16]);
        let mut gains = Vec::new();
        for i in 0..(rate as usize / 16) * 2 {
            let on = i < rate as usize / 16;
            for (n, (l, r)) in l.iter_mut().zip(&mut r).enumerate() {
                let t = (16 * i + n) as f64 / rate;
                *l = if on { 0.5 * (TAU * 1000.0 * t).sin() as f32 } else { 0.0 };
                *r = *l;
            }
            eq.process(Io::stereo(&mut l, &mut r));
            gains.push(eq.band_gain_db(2));
        }
        let ms = |i: usize| i as f64 * 16_000.0 / rate;
        let half = gains.len() / 2;
        let up = ms(gains.iter().position(|g| *g < -12.0 * 0.632).unwrap_or(0));
        let down = gains[half..].iter().position(|g| *g > -12.0 * 0.368).unwrap_or(0);
        assert!((up - 50.0).abs() < 3.0, "attack {up} ms");
        assert!((ms(down) - 200.0).abs() < 10.0, "release {} ms", ms(down));
    }
}

#[test]
fn the_sidechain_moves_a_band_that_listens_to_it() {
    let band = BandSettings { key: KeySource::Sidechain, ..dynamic(-10.0) };
    let key: Vec<f32> = (0..24_000).map(|i| 0.5 * (TAU * i as f64 / 48.0).sin() as f32).collect();
    let quiet = vec![0.0; 24_000];
    for (key, expected) in [(&key, -10.0), (&quiet, 0.0)] {
        let mut eq = prepared(&one(band), 48_000.0);
        let (mut l, mut r) = (vec![0.5f32; 24_000], vec![0.5f32; 24_000]);
        eq.process(Io::stereo(&mut l, &mut r).with_key(key, key));
        assert!((eq.band_gain_db(2) - expected).abs() < 0.01, "{}", eq.band_gain_db(2));
    }
}

#[test]
fn the_equaliser_keeps_the_contract() {
    let mut busy = EqSettings::default();
    for (k, band) in busy.bands.iter_mut().enumerate() {
        *band = BandSettings {
            kind: KINDS[k],
            freq_hz: 60.0 * 2f32.powi(k as i32),
            gain_db: if k % 2 == 0 { 5.0 } else { -7.0 },
            q: 0.8,
            dynamic_range_db: 4.0 - k as f32,
            on: k != 4 && k != 6,
            key: if k % 3 == 0 { KeySource::Sidechain } else { KeySource::Internal },
            channel: if k == 1 { BandChannel::Mid } else { BandChannel::Stereo },
            ..dynamic(0.0)
        };
    }
    let bell = |gain_db, freq_hz, q| one(BandSettings { gain_db, freq_hz, q, ..one_band() });
    let corners = KINDS.into_iter().flat_map(|kind| {
        [(20.0, 0.1, 24.0), (20_000.0, 20.0, 24.0), (20.0, 20.0, -24.0), (20_000.0, 0.1, -24.0)]
            .map(|(freq_hz, q, gain_db)| {
                one(BandSettings { kind, freq_hz, q, gain_db, ..one_band() })
            })
    });
    Contract::<Equaliser>::new("equaliser")
        .case("busy", busy)
        .case("bell", bell(9.0, 300.0, 2.0))
        .corners(corners)
        .latency_at(EqSettings::default())
        .recovery_s(3.0)
        .sweep("frequency", |x| bell(12.0, 40.0 * 400f32.powf(x), 2.0))
        .sweep("gain", |x| bell(48.0 * x - 24.0, 200.0, 1.0))
        .sweep("q", |x| bell(12.0, 150.0, 0.1 * 200f32.powf(x)))
        .sweep("on", |x| if x > 0.5 { bell(12.0, 150.0, 1.0) } else { EqSettings::default() })
        .sweep("range", |x| one(dynamic(48.0 * x - 24.0)))
        .check();
}

//! The equaliser: its curves against the analogue prototypes, its behaviour while it moves, its dynamic
//! bands.

mod accuracy;
mod dynamic;
mod movement;
mod states;
mod stress;

use proscenium_tests::contract::Contract;
use shared_dsp::dynamics::KeySource;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::eq::*;
use std::f64::consts::TAU;

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

/// A sine through an effect, with the settings of each moment in s; the output of both channels.
fn play<E: Effect>(
    eq: &mut E,
    rate: f64,
    seconds: f64,
    [left, right]: [f32; 2],
    freq_hz: f64,
    settings: impl Fn(f64) -> Option<E::Settings>,
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
        for kind in BandKind::ALL {
            let band = BandSettings { kind, freq_hz: 1200.0, gain_db: 9.0, q: 1.4, ..one_band() };
            for freq_hz in [100.0, 900.0, 3000.0, 15_000.0] {
                let settings = one(band);
                let mut eq = prepared(&settings, rate);
                let out = play(&mut eq, rate, 0.4, [0.5, 0.25], freq_hz, |_| None);
                let expected =
                    BandCurve::new(&settings, BandChannel::Left, rate).response_db(freq_hz);
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
fn the_equaliser_keeps_the_contract() {
    let mut busy = EqSettings::default();
    for (k, band) in busy.bands.iter_mut().enumerate() {
        *band = BandSettings {
            kind: BandKind::ALL[k],
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
    let corners = BandKind::ALL.into_iter().flat_map(|kind| {
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

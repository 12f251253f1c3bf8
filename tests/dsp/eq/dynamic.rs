//! Bands that are moved by what they hear.

use super::{dynamic, level_db, one, play, prepared};
use shared_dsp::dynamics::KeySource;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::eq::*;
use shared_dsp::units::gain_to_db;
use std::f64::consts::TAU;

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
fn a_band_without_range_is_the_static_one_bit_for_bit() {
    for neighbour in [dynamic(0.0), BandSettings { freq_hz: 700.0, ..dynamic(-9.0) }] {
        let hear = |band: BandSettings| {
            let mut settings = one(band);
            settings.bands[3] = neighbour;
            play(&mut prepared(&settings, 48_000.0), 48_000.0, 0.3, [0.5, 0.2], 900.0, |_| None)
        };
        for kind in BandKind::ALL {
            let plain = BandSettings { kind, gain_db: 8.0, ..super::one_band() };
            let keyed = BandSettings { key: KeySource::Sidechain, threshold_db: -60.0, ..plain };
            let own = BandSettings { key: KeySource::Internal, attack_ms: 0.1, ..keyed };
            let reference = hear(plain);
            assert!(hear(keyed) == reference && hear(own) == reference, "{kind:?}");
        }
    }
}

/// Bass of three tones, a kick at 60 Hz every half second at the key: only what is at 60 Hz moves, only while
/// the kick sounds.
#[test]
fn a_kick_moves_the_bass_only_where_and_while_they_clash() {
    let (rate, frames) = (48_000.0, 72_000);
    let tones = [60.0, 170.0, 1000.0];
    let tone = |hz: f64, i: usize| (TAU * hz * i as f64 / rate).sin();
    let kick = |i: usize| if i % 24_000 < 9600 { (0.5 * tone(60.0, i)) as f32 } else { 0.0 };
    for range_db in [-12.0, 6.0] {
        let band = BandSettings {
            freq_hz: 60.0,
            q: 2.0,
            key: KeySource::Sidechain,
            attack_ms: 5.0,
            release_ms: 30.0,
            ..dynamic(range_db)
        };
        let hear = |key: &[f32]| {
            let bass = |i: usize| tones.iter().map(|hz| 0.1 * tone(*hz, i)).sum::<f64>() as f32;
            let (mut l, mut r): (Vec<f32>, Vec<f32>) =
                (0..frames).map(|i| (bass(i), bass(i))).unzip();
            prepared(&one(band), rate).process(Io::stereo(&mut l, &mut r).with_key(key, key));
            l
        };
        let kicks: Vec<f32> = (0..frames).map(kick).collect();
        let (keyed, alone) = (hear(&kicks), hear(&vec![0.0; frames]));
        // In 100 ms there are whole periods of every tone.
        let level_db = |audio: &[f32], hz: f64, from: usize| {
            let part = |phase: f64| -> f64 {
                let wave = |i: usize| (TAU * hz * i as f64 / rate + phase).sin();
                (from..from + 4800).map(|i| f64::from(audio[i]) * wave(i)).sum::<f64>() / 2400.0
            };
            20.0 * part(0.0).hypot(part(0.25 * TAU)).log10()
        };
        for (hz, during) in [(60.0, f64::from(range_db)), (170.0, 0.0), (1000.0, 0.0)] {
            let moved = |audio: &[f32], from| level_db(audio, hz, from) + 20.0;
            let [while_db, after_db] = [24_000 + 4800, 24_000 + 19_000].map(|at| moved(&keyed, at));
            assert!((while_db - during).abs() < 0.8, "{hz} Hz: {while_db} dB of {range_db}");
            assert!(after_db.abs() < 0.2, "{hz} Hz: {after_db} dB between kicks");
            assert!(moved(&alone, 28_800).abs() < 0.01, "{hz} Hz moves without a key");
        }
    }
}

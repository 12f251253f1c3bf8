//! What is measured of compressors and gates, for the tests and the plots.

use crate::contract::prepared;
use crate::measure::{db, tone_db};
use crate::signals::{self, frames};
use shared_dsp::effect::{Effect, Io};

/// How far the level of a steady sine may be from the static curve, in dB.
pub const CURVE_BOUND_DB: f64 = 0.05;

/// How far attack and release may be from what is set, in parts of it.
pub const TIME_BOUND: f64 = 0.05;

/// The level with which a sine of 1 kHz comes out, 2 s after it has set in, in dBFS.
pub fn steady_level_db<E: Effect + Default>(
    settings: &E::Settings,
    level_db: f64,
    sample_rate_hz: f64,
) -> f64 {
    let mut left = signals::sine(1000.0, level_db, 2.0, sample_rate_hz);
    let mut right = left.clone();
    prepared::<E>(settings, sample_rate_hz).process(Io::stereo(&mut left, &mut right));
    tone_db(&left[left.len() - frames(0.2, sample_rate_hz)..], 1000.0, sample_rate_hz)
}

/// The gain in dB over time that a key gets a constant to have.
pub fn gains_db<E: Effect>(effect: &mut E, key: &[f32]) -> Vec<f64> {
    let mut left = vec![0.5f32; key.len()];
    let mut right = left.clone();
    effect.process(Io::stereo(&mut left, &mut right).with_key(key, key));
    left.iter().map(|x| db(f64::from(*x) / 0.5)).collect()
}

/// A key that is loud at once and silent at once: a square wave of 2 kHz between two times in s.
pub fn burst(
    level_db: f64,
    [from_s, to_s]: [f64; 2],
    seconds: f64,
    sample_rate_hz: f64,
) -> Vec<f32> {
    let amplitude = signals::amplitude(level_db);
    signals::sampled(seconds, sample_rate_hz, |t| {
        let loud = (from_s..to_s).contains(&t);
        let sign = if ((4000.0 * t) as u64).is_multiple_of(2) { 1.0 } else { -1.0 };
        if loud { sign * amplitude } else { 0.0 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_dsp::dynamics::{Compressor, CompressorSettings, KeySource};

    #[test]
    fn a_limiter_is_read_at_its_threshold_and_its_gain_from_the_key() {
        let settings = CompressorSettings {
            on: true,
            threshold_db: -20.0,
            ratio: 100.0,
            knee_db: 0.0,
            ..Default::default()
        };
        let level_db = |level_db| steady_level_db::<Compressor>(&settings, level_db, 48_000.0);
        assert!((level_db(-30.0) + 30.0).abs() < 1e-3 && (level_db(-5.0) + 20.0).abs() < 0.01);
        let keyed = CompressorSettings { key: KeySource::Sidechain, attack_ms: 1.0, ..settings };
        let key = burst(-12.0, [0.1, 0.2], 0.3, 48_000.0);
        let gains = gains_db(&mut prepared::<Compressor>(&keyed, 48_000.0), &key);
        assert!(gains[..4799].iter().all(|gain| *gain == 0.0));
        assert!((gains[9500] + 8.0).abs() < 0.05, "{} dB", gains[9500]);
    }
}

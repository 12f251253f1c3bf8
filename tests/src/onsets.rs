//! Where the hits of a drum track begin.

use crate::measure::db;
use shared_dsp::biquad::{Biquad, BiquadState};

/// Levels are compared in windows of this length, in ms.
const WINDOW_MS: f64 = 1.0;
/// A hit is louder than what was before it for so long, in windows.
const BEFORE: usize = 20;
/// It reaches its level within so many windows.
const RISE: usize = 10;
/// Hits are at least so far apart, in windows.
const APART: usize = 90;

/// First samples of the hits: where the level rises by `rise_db` above that of the 20 ms before and
/// reaches `floor_db` (dBFS of the peak) within 10 ms. A hit begins where it reaches a tenth of its
/// peak.
pub fn onsets(signal: &[f32], rise_db: f64, floor_db: f64, sample_rate_hz: f64) -> Vec<usize> {
    let window = (WINDOW_MS * 0.001 * sample_rate_hz) as usize;
    let peak = |part: &[f32]| part.iter().fold(0f32, |a, x| a.max(x.abs()));
    let levels: Vec<f64> = signal.chunks(window).map(|w| db(f64::from(peak(w)))).collect();
    let loudest = |from: usize, to: usize| {
        levels[from..to.min(levels.len())].iter().fold(-300.0, |a: f64, b| a.max(*b))
    };
    let mut found: Vec<usize> = Vec::new();
    let mut last = None;
    for at in BEFORE..levels.len() {
        let rises = levels[at] - loudest(at - BEFORE, at) > rise_db;
        let reaches = loudest(at, at + RISE) > floor_db;
        if rises && reaches && last.is_none_or(|last| at - last >= APART) {
            last = Some(at);
            let near = &signal[(at - 2) * window..((at + RISE) * window).min(signal.len())];
            let start = near.iter().position(|x| x.abs() > 0.1 * peak(near)).unwrap_or(0);
            found.push((at - 2) * window + start);
        }
    }
    found
}

/// What of a signal a drum's body lies in: 150 Hz to 1 kHz, by slopes so gentle that nothing comes
/// more than half a millisecond late.
pub fn body(signal: &[f32], sample_rate_hz: f64) -> Vec<f32> {
    let sections = [
        Biquad::key_high_pass(150.0, sample_rate_hz),
        Biquad::key_low_pass(1000.0, sample_rate_hz),
    ];
    let mut states = [BiquadState::<1>::default(); 2];
    let filtered = signal.iter().map(|x| {
        let sections = sections.iter().zip(&mut states);
        sections.fold(f64::from(*x), |x, (section, state)| state.tick(section, [x])[0]) as f32
    });
    filtered.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals;

    #[test]
    fn every_burst_above_the_floor_is_found_at_its_first_millisecond() {
        let level = |t: f64| if t % 0.5 < 0.2 { -10.0 - 12.0 * (2.0 * t).floor() } else { -90.0 };
        let bursts = signals::swelling_sine(400.0, 3.0, 48_000.0, level);
        let found = onsets(&bursts[12_000..], 10.0, -50.0, 48_000.0);
        let expected = [12_000, 36_000, 60_000];
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.abs_diff(expected) < 48, "{found}, expected {expected}");
        }
    }
}

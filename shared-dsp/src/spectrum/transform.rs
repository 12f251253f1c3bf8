//! Windowed transforms of a stereo stream.

use crate::units::sanitize;
use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex};
use std::sync::Arc;

/// Frames that a window of `frames_at_48k` (a power of two) has at a sample rate: about as long in
/// time, and a power of two again.
pub fn window_frames(frames_at_48k: usize, sample_rate_hz: f64) -> usize {
    let octaves = (sample_rate_hz / 48_000.0).log2().round().clamp(-8.0, 8.0);
    ((frames_at_48k as f64 * octaves.exp2()) as usize).max(16)
}

/// The newest frames of a stream, and when to look at them again.
pub struct Recent {
    lanes: [Vec<f32>; 2],
    next: usize,
    hop: usize,
    since: usize,
}

impl Recent {
    /// Silence, `frames` long, to be looked at every `hop` frames.
    pub fn new(frames: usize, hop: usize) -> Self {
        Self { lanes: [vec![0.0; frames], vec![0.0; frames]], next: 0, hop, since: 0 }
    }

    /// Takes one frame, made finite; true when it is time to look.
    pub fn push(&mut self, frame: [f32; 2]) -> bool {
        for (lane, sample) in self.lanes.iter_mut().zip(frame) {
            lane[self.next] = sanitize(sample);
        }
        // Remainders would be most of the work.
        let after = |at: usize, end: usize| if at + 1 < end { at + 1 } else { 0 };
        self.next = after(self.next, self.lanes[0].len());
        self.since = after(self.since, self.hop);
        self.since == 0
    }

    /// All silent again.
    pub fn clear(&mut self) {
        self.lanes.iter_mut().for_each(|lane| lane.fill(0.0));
    }

    /// The newest samples of a lane, as many as `into` has, oldest first, each times its weight.
    fn weighted(&self, lane: usize, weights: &[f32], into: &mut [f32]) {
        let (newest, oldest) = self.lanes[lane].split_at(self.next);
        // What is older than the window.
        let early = oldest.len() + newest.len() - into.len();
        let oldest = &oldest[early.min(oldest.len())..];
        let newest = &newest[newest.len() + oldest.len() - into.len()..];
        let weigh = |into: &mut [f32], samples: &[f32], weights: &[f32]| {
            for (x, (sample, weight)) in into.iter_mut().zip(samples.iter().zip(weights)) {
                *x = sample * weight;
            }
        };
        let (first, second) = into.split_at_mut(oldest.len());
        let (first_weights, second_weights) = weights.split_at(oldest.len());
        weigh(first, oldest, first_weights);
        weigh(second, newest, second_weights);
    }
}

/// A transform with a Hann window.
pub struct Window {
    transform: Arc<dyn RealToComplex<f32>>,
    weights: Vec<f32>,
    lanes: [Vec<f32>; 2],
    lines: Vec<Complex<f32>>,
    powers: Vec<f32>,
}

impl Window {
    /// A window of `frames`.
    pub fn new(frames: usize) -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(frames);
        let hann = |i: usize| 0.5 - 0.5 * (std::f32::consts::TAU * i as f32 / frames as f32).cos();
        Self {
            weights: (0..frames).map(hann).collect(),
            lanes: [transform.make_input_vec(), transform.make_input_vec()],
            lines: transform.make_output_vec(),
            powers: vec![0.0; frames / 2 + 1],
            transform,
        }
    }

    /// Frames of the window.
    pub fn frames(&self) -> usize {
        self.weights.len()
    }

    /// Power of each line, mean of both channels, so that the lines of a full-scale sine in both add
    /// up to 1. Line `i` is at `i` times the sample rate over [`Self::frames`].
    pub fn powers(&self) -> &[f32] {
        &self.powers
    }

    /// Looks at the newest frames. Costs one transform where both channels are the same, none where
    /// they are silent.
    pub fn measure(&mut self, recent: &Recent) {
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            recent.weighted(index, &self.weights, lane);
        }
        self.powers.fill(0.0);
        let shares: &[f32] = if self.lanes[0] == self.lanes[1] { &[1.0] } else { &[0.5, 0.5] };
        // The window passes half of the amplitude and a real transform holds half of a sine; its
        // power is spread over one and a half lines.
        let scale = (4.0 / self.weights.len() as f32).powi(2) / 1.5;
        for (lane, share) in self.lanes.iter_mut().zip(shares) {
            let silent = lane.iter().all(|x| *x == 0.0);
            if silent || self.transform.process(lane, &mut self.lines).is_err() {
                continue;
            }
            for (power, line) in self.powers.iter_mut().zip(&self.lines) {
                *power += share * scale * line.norm_sqr();
            }
        }
    }
}

/// Power between two places on the axis of lines. Each line is as wide as the step to the next.
pub fn band_power(powers: &[f32], low: f64, high: f64) -> f32 {
    let (low, high) = (low + 0.5, high + 0.5);
    let (first, last) = (low.max(0.0).floor() as usize, high.max(0.0).floor() as usize);
    let lines = powers.iter().enumerate().take(last + 1).skip(first);
    lines
        .map(|(i, power)| {
            let inside = high.min(i as f64 + 1.0) - low.max(i as f64);
            power * inside.max(0.0) as f32
        })
        .sum()
}

/// Power of the strongest sine between two places on the axis of lines: at the ends as the levels
/// of the lines beside them say, at a maximum between the ends the top of the parabola through the
/// levels of three lines (within 0.4 dB for a Hann window).
pub fn peak_power(powers: &[f32], low: f64, high: f64) -> f32 {
    let level = |line: usize| powers.get(line).map_or(1e-20, |power| power.max(1e-20)).ln();
    let (low, high) = (low.max(1.0), high.max(1.0));
    let between = |place: f64| {
        let (line, part) = (place as usize, place.fract() as f32);
        level(line) * (1.0 - part) + level(line + 1) * part
    };
    let mut highest = between(low).max(between(high));
    for line in low as usize..=(high as usize + 1).min(powers.len()) {
        let [a, b, c] = [level(line - 1), level(line), level(line + 1)];
        if b >= a && b > c {
            let (slope, bend) = (0.5 * (c - a), 0.5 * (a + c) - b);
            let away = -0.5 * slope / bend;
            let place = line as f64 + f64::from(away);
            if (low..=high).contains(&place) {
                highest = highest.max(b + 0.5 * slope * away);
            }
        }
    }
    // The lines of a sine add up to its power; the middle one has two thirds of it.
    1.5 * highest.exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_lasts_as_long_at_every_rate() {
        for (rate_hz, frames) in [(44_100.0, 2048), (48_000.0, 2048), (96_000.0, 4096)] {
            assert_eq!(window_frames(2048, rate_hz), frames, "{rate_hz}");
        }
        assert_eq!(window_frames(2048, 192_000.0), 8192);
    }

    #[test]
    fn parts_of_lines_add_up_to_the_whole() {
        let powers = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(band_power(&powers, -0.5, 3.5), 15.0);
        assert_eq!(band_power(&powers, 0.5, 1.5), 2.0);
        let parts = band_power(&powers, 0.2, 1.9) + band_power(&powers, 1.9, 2.7);
        assert!((parts - band_power(&powers, 0.2, 2.7)).abs() < 1e-5);
        assert_eq!(band_power(&powers, 5.0, 9.0), 0.0);
    }
}

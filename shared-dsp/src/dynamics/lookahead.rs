//! The delay that lets a detector see ahead.

use super::level::Stretch;
use crate::smooth::{CONTROL_PERIOD, Smoothed};
use crate::units::ms_to_samples;

/// Time of the crossfade from one delay to another.
const CROSSFADE_MS: f32 = 10.0;

/// Delays stereo audio by a whole number of samples; a new number is crossfaded to.
#[derive(Clone, Debug)]
pub struct Lookahead {
    rings: [Vec<f32>; 2],
    write: usize,
    from: usize,
    to: usize,
    wanted: usize,
    fade: Smoothed,
}

impl Default for Lookahead {
    fn default() -> Self {
        let rings = [Vec::new(), Vec::new()];
        Self { rings, write: 0, from: 0, to: 0, wanted: 0, fade: Smoothed::new(1.0) }
    }
}

impl Lookahead {
    /// Allocates for delays of up to `longest_ms`.
    pub fn prepare(&mut self, longest_ms: f32, sample_rate_hz: f64) {
        let longest = ms_to_samples(longest_ms, sample_rate_hz) as usize;
        let length = (longest + 2 * CONTROL_PERIOD).next_power_of_two();
        self.rings = [vec![0.0; length], vec![0.0; length]];
        self.fade.configure(CROSSFADE_MS, sample_rate_hz);
        self.reset();
    }

    /// Forgets all audio and sits on the delay that was set.
    pub fn reset(&mut self) {
        self.rings.iter_mut().for_each(|ring| ring.fill(0.0));
        self.write = 0;
        self.from = self.wanted;
        self.to = self.wanted;
        self.fade.snap(1.0);
    }

    /// The delay in samples.
    pub fn set(&mut self, samples: usize) {
        self.wanted = samples.min(self.rings[0].len().saturating_sub(2 * CONTROL_PERIOD));
    }

    /// To be called at control rate: a crossfade starts once the one before has ended.
    pub fn control_tick(&mut self) {
        if self.fade.is_settled() {
            self.from = self.to;
            if self.to != self.wanted {
                self.to = self.wanted;
                self.fade.snap(0.0);
                self.fade.set(1.0);
            }
        }
    }

    /// Delays a stretch in place.
    #[inline]
    pub fn process(&mut self, mut audio: [&mut [f32]; 2]) {
        let frames = audio[0].len();
        let mask = self.rings[0].len().wrapping_sub(1);
        let room = self.rings[0].len().saturating_sub(self.write).min(frames);
        for (ring, audio) in self.rings.iter_mut().zip(&audio) {
            let (now, wrapped) = audio.split_at(room);
            for (from, at) in [(now, self.write), (wrapped, 0)] {
                if let Some(slots) = ring.get_mut(at..at + from.len()) {
                    slots.copy_from_slice(from);
                }
            }
        }
        let at = self.write;
        self.write = (self.write + frames) & mask;
        if self.from == 0 && self.to == 0 {
            return;
        }
        let mut fade: Stretch = [1.0; CONTROL_PERIOD];
        let fading = !self.fade.is_settled();
        if fading {
            fade.iter_mut().take(frames).for_each(|f| *f = self.fade.next());
        }
        for (ring, audio) in self.rings.iter().zip(&mut audio) {
            let read = |back: usize, i: usize| {
                *ring.get((at + i).wrapping_sub(back) & mask).unwrap_or(&0.0)
            };
            for (i, (sample, fade)) in audio.iter_mut().zip(&fade).enumerate() {
                *sample = read(self.to, i);
                if fading {
                    let from = read(self.from, i);
                    *sample = from + fade * (*sample - from);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_delay_is_reached_without_a_step() {
        let mut line = Lookahead::default();
        line.prepare(10.0, 48_000.0);
        let mut worst = 0.0f32;
        let mut last = 0.0;
        let wave = |n: usize| (n as f32 * 0.02).sin();
        for n in (0..9600).step_by(16) {
            line.set([0, 480, 77][n / 3200]);
            line.control_tick();
            let mut left: Stretch = std::array::from_fn(|i| wave(n + i));
            let mut right = left;
            line.process([&mut left, &mut right]);
            for sample in left {
                worst = worst.max((sample - last).abs());
                last = sample;
            }
        }
        assert!(worst < 0.03, "{worst}");
        assert!((last - wave(9599 - 77)).abs() < 1e-6);
    }
}

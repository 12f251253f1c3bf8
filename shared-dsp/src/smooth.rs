//! Smoothing of parameters, and the clock of what is computed at control rate. Both count on across
//! calls, so that the sound does not depend on the host's blocks.

use crate::units::ms_to_samples;
use std::ops::Range;

/// Samples between two updates of what is computed at control rate (coefficients, dynamic gains).
pub const CONTROL_PERIOD: usize = 16;

/// A value that moves to its target on a straight line in a fixed time and then sits on it exactly.
#[derive(Clone, Copy, Debug)]
pub struct Smoothed {
    current: f32,
    target: f32,
    step: f32,
    left: u32,
    length: u32,
}

impl Smoothed {
    /// At rest on `value`; jumps until [`Self::configure`] gives it a time.
    pub fn new(value: f32) -> Self {
        Self { current: value, target: value, step: 0.0, left: 0, length: 0 }
    }

    /// The time of a whole move.
    pub fn configure(&mut self, time_ms: f32, sample_rate_hz: f64) {
        self.length = ms_to_samples(time_ms, sample_rate_hz).round() as u32;
    }

    /// At rest on `value` at once.
    pub fn snap(&mut self, value: f32) {
        self.current = value;
        self.target = value;
        self.left = 0;
    }

    /// At rest on the target at once.
    pub fn settle(&mut self) {
        self.snap(self.target);
    }

    /// Starts towards `target`. The same target again changes nothing.
    #[inline]
    pub fn set(&mut self, target: f32) {
        if target == self.target {
            return;
        }
        self.target = target;
        self.left = self.length;
        if self.length == 0 {
            self.current = target;
        } else {
            self.step = (target - self.current) / self.length as f32;
        }
    }

    /// The value of the next sample.
    #[inline]
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> f32 {
        self.advance(1)
    }

    /// The value after `samples` more samples.
    #[inline]
    pub fn advance(&mut self, samples: u32) -> f32 {
        if self.left > samples {
            self.left -= samples;
            self.current += self.step * samples as f32;
        } else {
            self.left = 0;
            self.current = self.target;
        }
        self.current
    }

    /// The value of the last sample.
    #[inline]
    pub fn current(&self) -> f32 {
        self.current
    }

    /// Where the value is going.
    #[inline]
    pub fn target(&self) -> f32 {
        self.target
    }

    /// Whether the value has arrived.
    #[inline]
    pub fn is_settled(&self) -> bool {
        self.left == 0
    }
}

/// Cuts calls of any length at the ticks of control rate.
#[derive(Clone, Copy, Debug, Default)]
pub struct ControlClock {
    phase: usize,
}

impl ControlClock {
    /// The next sample is a tick.
    pub fn reset(&mut self) {
        self.phase = 0;
    }

    /// Whether the next sample is a tick.
    #[inline]
    pub fn at_tick(&self) -> bool {
        self.phase == 0
    }

    /// Samples until the next tick after the next sample.
    #[inline]
    pub fn to_tick(&self) -> usize {
        CONTROL_PERIOD - self.phase
    }

    /// Passes over samples, and over the ticks among them.
    #[inline]
    pub fn advance(&mut self, frames: usize) {
        self.phase = (self.phase + frames) % CONTROL_PERIOD;
    }

    /// The next stretch inside `done..frames` that holds no tick after its first sample, and whether
    /// its first sample is a tick. `None` when all frames are done.
    #[inline]
    pub fn next(&mut self, done: usize, frames: usize) -> Option<(Range<usize>, bool)> {
        if done >= frames {
            return None;
        }
        let tick = self.at_tick();
        let length = self.to_tick().min(frames - done);
        self.advance(length);
        Some((done..done + length, tick))
    }

    /// Passes over `frames` whose ticks do nothing.
    #[inline]
    pub fn skip(&mut self, frames: usize) {
        self.phase = (self.phase + frames) % CONTROL_PERIOD;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_takes_its_time_and_ends_exactly_on_the_target() {
        let mut value = Smoothed::new(0.25);
        value.configure(10.0, 48_000.0);
        value.set(0.7);
        for _ in 0..479 {
            assert!(value.next() < 0.7);
        }
        assert_eq!(value.next(), 0.7);
        assert!(value.is_settled());
    }

    #[test]
    fn ticks_fall_on_the_same_samples_however_the_audio_is_cut() {
        let ticks = |blocks: &[usize]| {
            let (mut clock, mut at, mut found) = (ControlClock::default(), 0, Vec::new());
            for &frames in blocks {
                let mut done = 0;
                while let Some((range, tick)) = clock.next(done, frames) {
                    if tick {
                        found.push(at + range.start);
                    }
                    done = range.end;
                }
                at += frames;
            }
            found
        };
        assert_eq!(ticks(&[100]), ticks(&[1, 15, 16, 17, 0, 51]));
        assert_eq!(ticks(&[40]), [0, 16, 32]);
    }
}

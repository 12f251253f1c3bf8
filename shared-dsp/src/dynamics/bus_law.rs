//! What the bus compressor's settings mean: its curve, its times, and what is smoothed.

use super::ballistics::BallisticsSpec;
use super::curve::{Curve, CurveSpec};
use super::ramp::Ramp;
use super::settings::{BusCompressorSettings, Release, Topology};
use crate::smooth::Smoothed;

/// The release time that the automatic release is built around: a fast recovery with 48 ms and a
/// slow one with 516 ms.
const AUTO_RELEASE_MS: f32 = 120.0;

/// Gain of the feedback loop, in parts of the gain with which it would reach the ratio.
const LOOP_SHARE: f32 = 0.75;

impl BusCompressorSettings {
    /// The curve that the detector's level is held against: the level at the input, or, in feedback,
    /// at the output.
    pub(super) fn law(&self) -> Curve {
        let spec = CurveSpec {
            threshold_db: self.threshold_db,
            ratio: self.ratio,
            knee_db: self.knee_db,
            range_db: self.range_db,
        };
        match self.topology {
            Topology::FeedForward => Curve::new(spec),
            Topology::Feedback => {
                Curve::with_slope(LOOP_SHARE * (self.ratio.clamp(1.0, 100.0) - 1.0), spec)
            }
        }
    }

    /// Output level in dB for an input level in dB, without make-up: the line an editor draws and
    /// what a steady tone gets.
    pub fn output_db(&self, input_db: f32) -> f32 {
        match self.topology {
            Topology::FeedForward => self.law().output_db(input_db),
            Topology::Feedback => input_db - self.law().feedback_reduction_db(input_db),
        }
    }

    pub(super) fn release_ms(&self) -> f32 {
        match self.release {
            Release::Ms(ms) => ms,
            Release::Auto => AUTO_RELEASE_MS,
        }
    }

    /// A loop is faster than its smoother by its gain; the attack is the loop's.
    pub(super) fn ballistics(&self, held_ms: f32) -> BallisticsSpec {
        let speed_up = match self.topology {
            Topology::FeedForward => 1.0,
            Topology::Feedback => 1.0 + self.law().slope(),
        };
        BallisticsSpec {
            attack_ms: self.attack_ms * speed_up,
            release_ms: self.release_ms(),
            auto_release: self.release == Release::Auto,
            held_ms,
        }
    }

    pub(super) fn shapes(&self) -> bool {
        self.colour > 0.0 || self.clip
    }
}

/// What is smoothed for itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Controls {
    pub mix: Smoothed,
    pub makeup_db: Smoothed,
    pub auto: Smoothed,
    pub link: Smoothed,
    pub colour: Smoothed,
    pub clip: Smoothed,
    pub mid_side: Smoothed,
    pub delta: Smoothed,
}

impl Controls {
    /// All of them.
    pub fn all(&mut self) -> [&mut Smoothed; 8] {
        let Self { mix, makeup_db, auto, link, colour, clip, mid_side, delta } = self;
        [mix, makeup_db, auto, link, colour, clip, mid_side, delta]
    }
}

/// The same, drawn through one control period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ramps {
    pub mix: Ramp,
    pub makeup: Ramp,
    pub colour: Ramp,
    pub clip: Ramp,
    pub mid_side: Ramp,
    pub delta: Ramp,
}

//! A gain without clicks.

use crate::effect::{Effect, Io};
use crate::smooth::Smoothed;
use crate::units::db_to_gain;

/// Time of a whole change of gain, in ms.
pub const GAIN_TIME_MS: f32 = 10.0;

/// Gain and polarity.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GainSettings {
    /// Gain in dB; negative infinity is silence.
    pub gain_db: f32,
    /// Turns the signal upside down.
    pub inverted: bool,
}

impl GainSettings {
    fn factor(&self) -> f32 {
        // exp(-inf) is 0: silence needs no case of its own.
        if self.inverted { -db_to_gain(self.gain_db) } else { db_to_gain(self.gain_db) }
    }
}

/// Gain and polarity of a stereo signal; bit-transparent at 0 dB.
#[derive(Clone, Debug)]
pub struct Gain {
    factor: Smoothed,
}

impl Default for Gain {
    fn default() -> Self {
        Self { factor: Smoothed::new(1.0) }
    }
}

impl Gain {
    /// Whether nothing moves.
    pub fn is_settled(&self) -> bool {
        self.factor.is_settled()
    }
}

impl Effect for Gain {
    type Settings = GainSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &GainSettings) {
        self.factor.configure(GAIN_TIME_MS, sample_rate_hz);
        self.factor.snap(settings.factor());
    }

    fn reset(&mut self) {
        self.factor.settle();
    }

    fn set(&mut self, settings: &GainSettings) {
        self.factor.set(settings.factor());
    }

    fn process(&mut self, mut io: Io<'_>) {
        io.sanitize();
        if self.factor.is_settled() {
            let factor = self.factor.current();
            if factor != 1.0 {
                io.main.iter_mut().for_each(|lane| lane.iter_mut().for_each(|x| *x *= factor));
            }
            return;
        }
        let [left, right] = io.main;
        for (l, r) in left.iter_mut().zip(right) {
            let factor = self.factor.next();
            *l *= factor;
            *r *= factor;
        }
    }
}

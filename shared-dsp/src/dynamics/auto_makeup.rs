//! Make-up that holds the loudness.

use crate::units::{one_pole_coefficient, power_to_db};

/// Both powers are averaged over this long: longer than a phrase breathes, shorter than a verse.
const AVERAGE_MS: f32 = 3000.0;

/// Below this mean square (-70 dBFS) the make-up rests.
const QUIET: f64 = 1e-7;

/// Compares the power before and after a compressor and answers with the gain between them. Both
/// averages start from nothing together, so the answer is right from the first note on.
#[derive(Clone, Copy, Debug, Default)]
pub struct AutoMakeup {
    rate: f64,
    before: f64,
    after: f64,
    pending: [f64; 2],
    makeup_db: f32,
}

impl AutoMakeup {
    /// Takes the sample rate.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.rate = 1.0 - one_pole_coefficient(AVERAGE_MS, sample_rate_hz);
        self.reset();
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        *self = Self { rate: self.rate, ..Self::default() };
    }

    /// Takes one frame's power before and after.
    #[inline(always)]
    pub fn push(&mut self, before: f32, after: f32) {
        self.pending[0] += f64::from(before);
        self.pending[1] += f64::from(after);
    }

    /// To be called at control rate. Gives back the make-up in dB, 0 and above.
    pub fn control_tick(&mut self, period: usize) -> f32 {
        let [before, after] = std::mem::take(&mut self.pending);
        let rate = self.rate * period as f64;
        let scale = 1.0 / period as f64;
        if before * scale > QUIET {
            self.before += rate * (before * scale - self.before);
            self.after += rate * (after * scale - self.after);
            let ratio = self.before / self.after.max(1e-30);
            self.makeup_db = if ratio == 1.0 { 0.0 } else { power_to_db(ratio) as f32 };
        }
        self.makeup_db.clamp(0.0, 60.0)
    }
}

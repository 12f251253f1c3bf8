//! Level meters: what is measured on the audio thread, and how a display falls.

use crate::units::{gain_to_db, one_pole_coefficient};

/// Time constant of the mean square and of the correlation, in ms.
pub const RMS_TIME_MS: f32 = 300.0;

/// Peak, mean square and correlation of stereo audio.
#[derive(Clone, Copy, Debug, Default)]
pub struct LevelMeter {
    keep: f64,
    peak: [f32; 2],
    // Mean of left squared, right squared and of their product.
    mean: [f64; 3],
}

impl LevelMeter {
    /// Takes the sample rate and forgets all audio.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        *self = Self { keep: one_pole_coefficient(RMS_TIME_MS, sample_rate_hz), ..Self::default() };
    }

    /// Takes more audio.
    pub fn push(&mut self, left: &[f32], right: &[f32]) {
        for (&l, &r) in left.iter().zip(right) {
            self.peak = [self.peak[0].max(l.abs()), self.peak[1].max(r.abs())];
            let (l, r) = (f64::from(l), f64::from(r));
            for (mean, now) in self.mean.iter_mut().zip([l * l, r * r, l * r]) {
                *mean = now + self.keep * (*mean - now);
            }
        }
        for mean in &mut self.mean {
            if mean.abs() < 1e-20 {
                *mean = 0.0;
            }
        }
    }

    /// Highest absolute sample of each channel since the last call.
    pub fn take_peak(&mut self) -> [f32; 2] {
        std::mem::take(&mut self.peak)
    }

    /// Root of the mean square of each channel over about [`RMS_TIME_MS`].
    pub fn rms(&self) -> [f32; 2] {
        [self.mean[0].sqrt() as f32, self.mean[1].sqrt() as f32]
    }

    /// Correlation of the channels: 1 is mono, 0 unrelated, -1 cancels in mono; 1 for silence.
    pub fn correlation(&self) -> f32 {
        let power = (self.mean[0] * self.mean[1]).sqrt();
        if power < 1e-14 { 1.0 } else { (self.mean[2] / power).clamp(-1.0, 1.0) as f32 }
    }
}

/// How a meter shows a peak: rises at once, holds the maximum for 1.5 s, falls by 12 dB per second.
#[derive(Clone, Copy, Debug)]
pub struct PeakDisplay {
    level_db: f32,
    hold_db: f32,
    held_s: f32,
    clipped: bool,
}

impl Default for PeakDisplay {
    fn default() -> Self {
        Self { level_db: -200.0, hold_db: -200.0, held_s: 0.0, clipped: false }
    }
}

impl PeakDisplay {
    const HOLD_S: f32 = 1.5;
    const FALL_DB_PER_S: f32 = 12.0;

    /// Takes the peak since the last frame, `elapsed_s` ago.
    pub fn update(&mut self, peak: f32, elapsed_s: f32) {
        let peak_db = gain_to_db(peak);
        let fall_db = Self::FALL_DB_PER_S * elapsed_s;
        self.level_db = peak_db.max(self.level_db - fall_db);
        self.held_s += elapsed_s;
        if peak_db >= self.hold_db {
            (self.hold_db, self.held_s) = (peak_db, 0.0);
        } else if self.held_s > Self::HOLD_S {
            self.hold_db = (self.hold_db - fall_db).max(self.level_db);
        }
        self.clipped |= peak >= 1.0;
    }

    /// The bar, in dBFS.
    pub fn level_db(&self) -> f32 {
        self.level_db
    }

    /// The held maximum, in dBFS.
    pub fn hold_db(&self) -> f32 {
        self.hold_db
    }

    /// Whether a sample has reached 0 dBFS since the last [`Self::reset`].
    pub fn clipped(&self) -> bool {
        self.clipped
    }

    /// Puts out the clip lamp and forgets the maximum.
    pub fn reset(&mut self) {
        *self = Self { level_db: self.level_db, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_reads_its_peak_and_3_db_less_rms_and_correlates_with_itself() {
        let sine: Vec<f32> = (0..96_000).map(|i| 0.5 * (i as f32 * 0.1).sin()).collect();
        let inverted: Vec<f32> = sine.iter().map(|x| -x).collect();
        let mut meter = LevelMeter::default();
        meter.prepare(48_000.0);
        meter.push(&sine, &inverted);
        assert!((gain_to_db(meter.take_peak()[0]) + 6.02).abs() < 0.02);
        assert!((gain_to_db(meter.rms()[1]) + 9.03).abs() < 0.05);
        assert!((meter.correlation() + 1.0).abs() < 1e-3);
        meter.push(&sine, &sine);
        meter.push(&sine, &sine);
        assert!(meter.correlation() > 0.99);
    }

    #[test]
    fn a_display_holds_its_maximum_then_falls_12_db_per_second() {
        let mut display = PeakDisplay::default();
        display.update(1.0, 0.02);
        for _ in 0..50 {
            display.update(0.0, 0.02);
        }
        assert!((display.level_db() + 12.0).abs() < 0.3, "{}", display.level_db());
        assert_eq!(display.hold_db(), 0.0);
        assert!(display.clipped());
        for _ in 0..75 {
            display.update(0.0, 0.02);
        }
        assert!(display.hold_db() < -10.0, "{}", display.hold_db());
    }
}

//! Level detectors: the peak of a short window and the mean square of a long one.

use super::level::louder;
use crate::smooth::CONTROL_PERIOD;
use crate::units::ms_to_samples;

/// The window in which a peak is held: half a period of 50 Hz, so that a tone from there up reads a
/// constant level and the gain does not follow its waveform.
pub const PEAK_WINDOW_MS: f32 = 10.0;

/// Time constant of the mean square: long against half a period of the lowest note.
pub const RMS_TIME_MS: f32 = 80.0;

/// Groups are searched in chunks of this many, side by side.
const LANES: usize = 8;

/// Maximum of a sliding window of one channel's magnitudes. Rises at once; falls when the peak
/// leaves the window. Whole control periods are kept as one value each, so the length is right to
/// one control period.
#[derive(Clone, Debug, Default)]
pub struct PeakWindow {
    groups: Vec<f32>,
    used: usize,
    write: usize,
    held: f32,
    running: f32,
}

impl PeakWindow {
    /// Allocates for windows of up to `longest_ms`, and takes that length.
    pub fn prepare(&mut self, longest_ms: f32, sample_rate_hz: f64) {
        let groups = groups_of(ms_to_samples(longest_ms, sample_rate_hz));
        self.groups = vec![0.0; groups.next_multiple_of(LANES)];
        self.used = groups;
        self.reset();
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        self.groups.fill(0.0);
        self.write = 0;
        self.held = 0.0;
        self.running = 0.0;
    }

    /// Sets the length, at most what was prepared. Gives back the mean length in samples.
    pub fn set_length(&mut self, samples: f64) -> f64 {
        let used = groups_of(samples).min(self.groups.len());
        if used != self.used {
            // Oldest first, then as many of the newest as there is room for; behind them, silence.
            if let Some(ring) = self.groups.get_mut(..self.used) {
                ring.rotate_left(self.write.min(ring.len()));
                ring.rotate_left(ring.len().saturating_sub(used));
            }
            if let Some(unused) = self.groups.get_mut(used..) {
                unused.fill(0.0);
            }
            self.write = if self.used < used { self.used } else { 0 };
            self.used = used;
        }
        (used as f64 + 0.5) * CONTROL_PERIOD as f64
    }

    /// To be called before the first sample of every control period.
    #[inline]
    pub fn control_tick(&mut self) {
        if let Some(group) = self.groups.get_mut(self.write) {
            *group = self.running;
        }
        self.write = if self.write + 1 >= self.used { 0 } else { self.write + 1 };
        let mut held = [0.0; LANES];
        // Behind those in use there is silence, up to whole chunks.
        let searched = self.used.next_multiple_of(LANES);
        for chunk in self.groups.chunks_exact(LANES).take(searched / LANES) {
            for lane in 0..LANES {
                held[lane] = louder(held[lane], chunk[lane]);
            }
        }
        self.held = held.into_iter().fold(0.0, louder);
        self.running = 0.0;
    }

    /// Takes the next sample's magnitude and gives back the maximum of the window.
    #[inline(always)]
    pub fn push(&mut self, magnitude: f32) -> f32 {
        self.running = louder(self.running, magnitude);
        louder(self.held, self.running)
    }
}

/// Control periods that hold at least so many samples.
fn groups_of(samples: f64) -> usize {
    ((samples / CONTROL_PERIOD as f64).round() as usize).max(1)
}

/// Mean square of one channel with an exponential window.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanSquare {
    power: f64,
    rate: f64,
}

impl MeanSquare {
    /// Sets the time constant of the mean.
    pub fn configure(&mut self, time_ms: f32, sample_rate_hz: f64) {
        self.rate = 1.0 - crate::units::one_pole_coefficient(time_ms, sample_rate_hz);
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        self.power = 0.0;
    }

    /// To be called at control rate: ends what has decayed beyond measure.
    #[inline]
    pub fn flush(&mut self) {
        if self.power < 1e-22 {
            self.power = 0.0;
        }
    }

    /// Takes the next sample and gives back the mean square.
    #[inline(always)]
    pub fn push(&mut self, sample: f32) -> f32 {
        let x = f64::from(sample);
        self.power += self.rate * (x * x - self.power);
        self.power as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::gain_to_db;

    #[test]
    fn a_sine_reads_its_amplitude_in_the_peak_window_and_3_db_less_in_the_mean_square() {
        for (freq_hz, rate) in [(1000.0, 44_100.0), (100.0, 48_000.0), (5017.0, 96_000.0)] {
            let (mut peak, mut rms) = (PeakWindow::default(), MeanSquare::default());
            peak.prepare(PEAK_WINDOW_MS, rate);
            rms.configure(RMS_TIME_MS, rate);
            let (mut low, mut high) = (f32::MAX, 0.0f32);
            for i in 0..rate as usize {
                if i % CONTROL_PERIOD == 0 {
                    peak.control_tick();
                }
                let x = 0.5 * (std::f64::consts::TAU * freq_hz * i as f64 / rate).sin() as f32;
                let level = peak.push(x.abs());
                let power = rms.push(x);
                if i > rate as usize / 2 {
                    (low, high) = (low.min(level), high.max(level));
                    assert!((gain_to_db(power.sqrt()) + 9.031).abs() < 0.1, "{freq_hz} Hz");
                }
            }
            assert!(gain_to_db(low / 0.5) > -0.05 && high <= 0.5, "{freq_hz} Hz: {low}..{high}");
        }
    }

    #[test]
    fn a_peak_leaves_the_window_after_its_length() {
        for ms in [1.0f32, 5.0, 10.0] {
            let mut peak = PeakWindow::default();
            peak.prepare(20.0, 48_000.0);
            let mean = peak.set_length(ms_to_samples(ms, 48_000.0));
            let held = (0..4800).filter(|i| {
                if i % CONTROL_PERIOD == 0 {
                    peak.control_tick();
                }
                peak.push(if *i == 7 { 1.0 } else { 0.0 }) == 1.0
            });
            let held = held.count() as f64;
            assert!((held - mean).abs() <= 16.0, "{held} against {mean}");
            assert!((held - f64::from(ms) * 48.0).abs() <= 24.0, "{held} for {ms} ms");
        }
    }

    #[test]
    fn a_new_length_keeps_the_newest_peaks() {
        println!("seed 9");
        let mut state = 9u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        let mut peak = PeakWindow::default();
        peak.prepare(20.0, 48_000.0);
        let mut used = groups_of(960.0);
        let (mut kept, mut past) = (0, Vec::new());
        for _ in 0..5000 {
            if random(5) == 0 {
                used = 1 + random(60) as usize;
                peak.set_length((used * CONTROL_PERIOD) as f64);
                kept = kept.min(used);
            }
            let loud = 1.0 / (1.0 + random(1000) as f32);
            peak.push(loud);
            peak.control_tick();
            past.push(loud);
            kept = (kept + 1).min(used);
            let expected = past.iter().rev().take(kept).fold(0.0, |a, b| louder(a, *b));
            assert_eq!(peak.push(0.0), expected, "of the newest {kept} of {used}");
        }
    }
}

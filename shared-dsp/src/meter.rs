//! Level meters: what is measured on the audio thread, and how a display falls.

use crate::k_weighting::KWeighting;
use crate::units::{gain_to_db, one_pole_coefficient, power_to_db};

/// Time constant of the mean square and of the correlation, in ms.
pub const RMS_TIME_MS: f32 = 300.0;

/// Frames whose mean the follower takes at once: little beside its time, and no long chain of
/// samples that wait for each other.
const STRETCH: usize = 32;
/// Samples that are looked at together.
const LANES: usize = 8;

/// Peak, mean square and correlation of stereo audio.
#[derive(Clone, Copy, Debug, Default)]
pub struct LevelMeter {
    keep: f64,
    /// Of a whole stretch.
    keep_stretch: f64,
    peak: [f32; 2],
    // Mean of left squared, right squared and of their product.
    mean: [f64; 3],
}

impl LevelMeter {
    /// Takes the sample rate and forgets all audio.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        let keep = one_pole_coefficient(RMS_TIME_MS, sample_rate_hz);
        *self = Self { keep, keep_stretch: keep.powi(STRETCH as i32), ..Self::default() };
    }

    /// Takes more audio.
    pub fn push(&mut self, left: &[f32], right: &[f32]) {
        for (left, right) in left.chunks(STRETCH).zip(right.chunks(STRETCH)) {
            let frames = left.len().min(right.len());
            let (peaks, sums) = highest_and_products(&left[..frames], &right[..frames]);
            for (peak, now) in self.peak.iter_mut().zip(peaks) {
                *peak = peak.max(now);
            }
            let keep = match frames {
                STRETCH => self.keep_stretch,
                _ => self.keep.powi(frames as i32),
            };
            for (mean, sum) in self.mean.iter_mut().zip(sums) {
                let now = f64::from(sum) / frames as f64;
                *mean = now + keep * (*mean - now);
                // A sample that is no number would stay for ever.
                if !mean.is_finite() || mean.abs() < 1e-20 {
                    *mean = 0.0;
                }
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

/// Highest absolute samples, and sums of left squared, right squared and of their product.
fn highest_and_products(left: &[f32], right: &[f32]) -> ([f32; 2], [f32; 3]) {
    let mut peaks = [[0.0f32; LANES]; 2];
    let mut sums = [[0.0f32; LANES]; 3];
    let mut take = |lane: usize, l: f32, r: f32| {
        for (peaks, x) in peaks.iter_mut().zip([l, r]) {
            // Unlike `max`, one instruction.
            peaks[lane] = if x.abs() > peaks[lane] { x.abs() } else { peaks[lane] };
        }
        for (sums, product) in sums.iter_mut().zip([l * l, r * r, l * r]) {
            sums[lane] += product;
        }
    };
    let ((lefts, left), (rights, right)) = (left.as_chunks::<LANES>(), right.as_chunks::<LANES>());
    for (l, r) in lefts.iter().zip(rights) {
        for lane in 0..LANES {
            take(lane, l[lane], r[lane]);
        }
    }
    for (lane, (l, r)) in left.iter().zip(right).enumerate() {
        take(lane, *l, *r);
    }
    let highest = |lanes: [f32; LANES]| lanes.into_iter().fold(0.0f32, f32::max);
    (peaks.map(highest), sums.map(|lanes| lanes.iter().sum()))
}

/// Short-term loudness after EBU Tech 3341: K-weighted, over the last 3 s, not gated, new each 100 ms.
/// Nothing in it allocates.
#[derive(Clone, Debug)]
pub struct ShortTermMeter {
    weighting: KWeighting<2>,
    hop: usize,
    counted: usize,
    sum: f64,
    /// Mean power of each of the last hops, and where the next goes.
    hops: [f64; Self::HOPS],
    next: usize,
}

impl Default for ShortTermMeter {
    fn default() -> Self {
        Self {
            weighting: KWeighting::default(),
            hop: 1,
            counted: 0,
            sum: 0.0,
            hops: [0.0; Self::HOPS],
            next: 0,
        }
    }
}

impl ShortTermMeter {
    /// Hops of 100 ms in 3 s.
    const HOPS: usize = 30;
    /// Scale of BS.1770 for a sum of channel powers, in dB.
    const OFFSET_DB: f64 = -0.691;

    /// Takes the sample rate and forgets all audio.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        let hop = (0.1 * sample_rate_hz).round().max(1.0) as usize;
        *self = Self { weighting: KWeighting::new(sample_rate_hz), hop, ..Self::default() };
    }

    /// Takes one frame.
    #[inline]
    pub fn push(&mut self, frame: [f32; 2]) {
        let [l, r] = self.weighting.tick(frame.map(f64::from));
        self.sum += l * l + r * r;
        self.counted += 1;
        if self.counted == self.hop {
            // A sample that is no number would stay for ever.
            if !self.sum.is_finite() {
                self.weighting.reset();
                self.sum = 0.0;
            }
            self.weighting.flush();
            self.hops[self.next] = self.sum / self.hop as f64;
            self.next = (self.next + 1) % Self::HOPS;
            (self.counted, self.sum) = (0, 0.0);
        }
    }

    /// The loudness in LUFS, negative infinity for silence.
    pub fn lufs(&self) -> f32 {
        let mean = self.hops.iter().sum::<f64>() / Self::HOPS as f64;
        if mean < 1e-13 { f32::NEG_INFINITY } else { (power_to_db(mean) + Self::OFFSET_DB) as f32 }
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
    use crate::loudness::LoudnessMeter;

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
    fn short_term_loudness_is_that_of_the_reference_within_a_twentieth_of_a_unit() {
        for rate_hz in [44_100u32, 48_000, 96_000] {
            let sound = |hz: f64, frames: usize| -> Vec<f32> {
                let turn = std::f64::consts::TAU * hz / f64::from(rate_hz);
                // Swells, so that the last 3 s are not like the whole.
                (0..frames)
                    .map(|i| (0.3 * i as f64 / frames as f64 * (turn * i as f64).sin()) as f32)
                    .collect()
            };
            let frames = 5 * rate_hz as usize;
            let (left, right) = (sound(90.0, frames), sound(3000.0, frames));
            let mut ours = ShortTermMeter::default();
            ours.prepare(f64::from(rate_hz));
            let mut theirs = LoudnessMeter::new(rate_hz).expect("a usual rate");
            left.iter().zip(&right).for_each(|(l, r)| ours.push([*l, *r]));
            theirs.push(&left, &right);
            let apart = f64::from(ours.lufs()) - theirs.short_term_lufs();
            assert!(apart.abs() < 0.05, "{apart} LU apart at {rate_hz} Hz");
            ours.push([f32::NAN, 0.0]);
            (0..4 * rate_hz).for_each(|_| ours.push([0.0; 2]));
            assert_eq!(ours.lufs(), f32::NEG_INFINITY);
        }
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

//! Loudness after EBU R 128 and ITU-R BS.1770-4, by the crate `ebur128`.

use ebur128::{EbuR128, Mode};

/// What a stretch of stereo audio measures. Silence reads negative infinity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    /// Gated loudness of the whole, in LUFS.
    pub integrated_lufs: f64,
    /// Loudest 400 ms, in LUFS.
    pub momentary_max_lufs: f64,
    /// Loudest 3 s, in LUFS.
    pub short_term_max_lufs: f64,
    /// Highest peak between the samples, in dBTP.
    pub true_peak_dbtp: f64,
    /// Loudness range in LU.
    pub range_lu: f64,
}

/// A running measurement of stereo audio.
pub struct LoudnessMeter(EbuR128);

impl LoudnessMeter {
    /// Sample rates from 16 Hz to 2.8 MHz are accepted; `None` for others.
    pub fn new(sample_rate_hz: u32) -> Option<Self> {
        let modes = Mode::I | Mode::M | Mode::S | Mode::LRA | Mode::TRUE_PEAK;
        EbuR128::new(2, sample_rate_hz, modes).ok().map(Self)
    }

    /// Takes more audio; both channels have the same length.
    pub fn push(&mut self, left: &[f32], right: &[f32]) {
        // It fails only on a wrong number of channels.
        let _ = self.0.add_frames_planar_f32(&[left, right]);
    }

    /// Loudness of the last 400 ms, in LUFS.
    pub fn momentary_lufs(&self) -> f64 {
        self.0.loudness_momentary().unwrap_or(f64::NEG_INFINITY)
    }

    /// Loudness of the last 3 s, in LUFS.
    pub fn short_term_lufs(&self) -> f64 {
        self.0.loudness_shortterm().unwrap_or(f64::NEG_INFINITY)
    }

    /// Gated loudness so far, in LUFS.
    pub fn integrated_lufs(&self) -> f64 {
        self.0.loudness_global().unwrap_or(f64::NEG_INFINITY)
    }

    /// Loudness range so far, in LU.
    pub fn range_lu(&self) -> f64 {
        self.0.loudness_range().unwrap_or(0.0)
    }

    /// Highest peak between the samples so far, in dBTP.
    pub fn true_peak_dbtp(&self) -> f64 {
        let peak = (0..2).filter_map(|c| self.0.true_peak(c).ok()).fold(0.0, f64::max);
        20.0 * peak.log10()
    }
}

/// Loudness of a whole recording. `None` where [`LoudnessMeter::new`] has none.
pub fn measure(left: &[f32], right: &[f32], sample_rate_hz: u32) -> Option<Loudness> {
    let mut meter = LoudnessMeter::new(sample_rate_hz)?;
    let (mut momentary, mut short_term) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    let step = (sample_rate_hz as usize / 10).max(1);
    for (l, r) in left.chunks(step).zip(right.chunks(step)) {
        meter.push(l, r);
        momentary = momentary.max(meter.momentary_lufs());
        short_term = short_term.max(meter.short_term_lufs());
    }
    Some(Loudness {
        integrated_lufs: meter.integrated_lufs(),
        momentary_max_lufs: momentary,
        short_term_max_lufs: short_term,
        true_peak_dbtp: meter.true_peak_dbtp(),
        range_lu: meter.range_lu(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_scale_sine_in_both_channels_reads_0_lufs() {
        let sine: Vec<f32> = (0..48_000 * 5)
            .map(|i| (std::f64::consts::TAU * 997.0 * f64::from(i) / 48_000.0).sin() as f32)
            .collect();
        let loudness = measure(&sine, &sine, 48_000).unwrap();
        assert!(loudness.integrated_lufs.abs() < 0.1, "{loudness:?}");
        assert!(loudness.true_peak_dbtp.abs() < 0.1, "{loudness:?}");
    }

    #[test]
    fn silence_has_no_loudness() {
        let loudness = measure(&[0.0; 48_000], &[0.0; 48_000], 48_000).unwrap();
        assert_eq!(loudness.integrated_lufs, f64::NEG_INFINITY);
    }
}

//! Spectra for pictures: a windowed transform, gathered into bins of 1/24 octave. Runs on the
//! editor's or the report's side, never on the audio thread.

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex};
use std::sync::Arc;

/// Frames of one transform.
pub const WINDOW: usize = 4096;
/// Bins per octave of the result.
pub const BINS_PER_OCTAVE: usize = 24;
/// Centre of the lowest bin, in Hz.
pub const LOWEST_HZ: f64 = 20.0;
/// Number of bins: 20 Hz to 20 kHz.
pub const BINS: usize = 240;

/// Centre of a bin, in Hz.
pub fn bin_hz(bin: usize) -> f64 {
    LOWEST_HZ * (bin as f64 / BINS_PER_OCTAVE as f64).exp2()
}

/// How a spectrum moves and leans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpectrumSettings {
    /// How fast a bin falls, in dB per second; infinite shows each transform by itself.
    pub decay_db_per_s: f32,
    /// Lift per octave above 1 kHz, in dB: 4.5 makes typical music look level.
    pub tilt_db_per_octave: f32,
}

impl Default for SpectrumSettings {
    fn default() -> Self {
        Self { decay_db_per_s: 24.0, tilt_db_per_octave: 4.5 }
    }
}

/// A running spectrum: a full-scale sine reads 0 dB in its bin (before the tilt).
pub struct Spectrum {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    ring: Vec<f32>,
    write: usize,
    since: usize,
    scratch: (Vec<f32>, Vec<Complex<f32>>),
    sample_rate_hz: f64,
    settings: SpectrumSettings,
    levels_db: Vec<f32>,
}

impl Spectrum {
    /// Frames between two transforms.
    pub const HOP: usize = WINDOW / 4;
    const FLOOR_DB: f32 = -160.0;

    /// A silent spectrum.
    pub fn new(sample_rate_hz: f64, settings: SpectrumSettings) -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(WINDOW);
        let hann = |i: usize| 0.5 - 0.5 * (std::f32::consts::TAU * i as f32 / WINDOW as f32).cos();
        Self {
            window: (0..WINDOW).map(hann).collect(),
            ring: vec![0.0; WINDOW],
            write: 0,
            since: 0,
            scratch: (transform.make_input_vec(), transform.make_output_vec()),
            transform,
            sample_rate_hz,
            settings,
            levels_db: vec![Self::FLOOR_DB; BINS],
        }
    }

    /// Takes one sample; true when it completed a transform.
    pub fn push(&mut self, sample: f32) -> bool {
        self.ring[self.write] = sample;
        self.write = (self.write + 1) % WINDOW;
        self.since += 1;
        if self.since < Self::HOP {
            return false;
        }
        self.since = 0;
        self.update();
        true
    }

    /// Level of each bin in dB, tilted; bin `i` is at [`bin_hz`]`(i)`.
    pub fn levels_db(&self) -> &[f32] {
        &self.levels_db
    }

    fn update(&mut self) {
        let (input, output) = &mut self.scratch;
        for (i, (x, w)) in input.iter_mut().zip(&self.window).enumerate() {
            *x = self.ring[(self.write + i) % WINDOW] * w;
        }
        if self.transform.process(input, output).is_err() {
            return;
        }
        let fall = self.settings.decay_db_per_s * Self::HOP as f32 / self.sample_rate_hz as f32;
        for bin in 0..BINS {
            let octaves = (bin_hz(bin) / 1000.0).log2() as f32;
            let level = power_db(output, bin, self.sample_rate_hz)
                + self.settings.tilt_db_per_octave * octaves;
            self.levels_db[bin] = level.max(self.levels_db[bin] - fall).max(Self::FLOOR_DB);
        }
    }
}

/// The largest line inside a bin, or between two lines where the bin is narrower than a line.
fn power_db(lines: &[Complex<f32>], bin: usize, sample_rate_hz: f64) -> f32 {
    let half = (0.5 / BINS_PER_OCTAVE as f64).exp2();
    let line_of = |hz: f64| hz * WINDOW as f64 / sample_rate_hz;
    let (low, high) = (line_of(bin_hz(bin) / half), line_of(bin_hz(bin) * half));
    // The Hann window passes half of the amplitude, a real transform holds half of a sine.
    let scale = 4.0 / WINDOW as f32;
    let power = |line: usize| lines.get(line).map_or(0.0, |c| c.norm_sqr()) * scale * scale;
    let (first, last) = (low.ceil() as usize, high.floor() as usize);
    let loudest = if first <= last {
        (first..=last).map(power).fold(0.0, f32::max)
    } else {
        let centre = 0.5 * (low + high);
        let part = centre.fract() as f32;
        power(centre as usize) * (1.0 - part) + power(centre as usize + 1) * part
    };
    10.0 * loudest.max(1e-16).log10()
}

/// Mean spectrum of a whole recording in dB per bin, untilted.
pub fn average_db(left: &[f32], right: &[f32], sample_rate_hz: f64) -> Vec<f32> {
    let settings = SpectrumSettings { decay_db_per_s: f32::INFINITY, tilt_db_per_octave: 0.0 };
    let mut spectrum = Spectrum::new(sample_rate_hz, settings);
    let (mut power, mut count) = (vec![0.0f64; BINS], 0.0f64);
    for (l, r) in left.iter().zip(right) {
        if spectrum.push(0.5 * (l + r)) {
            count += 1.0;
            for (sum, level) in power.iter_mut().zip(spectrum.levels_db()) {
                *sum += 10.0f64.powf(f64::from(*level) / 10.0);
            }
        }
    }
    power.iter().map(|p| (10.0 * (p / count.max(1.0)).max(1e-16).log10()) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_scale_sine_reads_0_db_in_its_bin_and_little_an_octave_away() {
        let sine: Vec<f32> = (0..48_000)
            .map(|i| (std::f64::consts::TAU * 1000.0 * f64::from(i) / 48_000.0).sin() as f32)
            .collect();
        let levels = average_db(&sine, &sine, 48_000.0);
        let at = |hz: f64| ((hz / LOWEST_HZ).log2() * BINS_PER_OCTAVE as f64).round() as usize;
        assert!(levels[at(1000.0)].abs() < 1.5, "{}", levels[at(1000.0)]);
        assert!(levels[at(2000.0)] < -55.0 && levels[at(500.0)] < -55.0);
    }

    #[test]
    fn a_spectrum_falls_at_its_decay() {
        let mut spectrum = Spectrum::new(
            48_000.0,
            SpectrumSettings { decay_db_per_s: 24.0, tilt_db_per_octave: 0.0 },
        );
        let loudest = |s: &Spectrum| s.levels_db().iter().fold(-200.0f32, |a, b| a.max(*b));
        for i in 0..WINDOW * 2 {
            spectrum.push((i as f32 * 0.1).sin());
        }
        let before = loudest(&spectrum);
        for _ in 0..48_000 + WINDOW {
            spectrum.push(0.0);
        }
        let fallen = before - loudest(&spectrum);
        assert!((22.0..28.0).contains(&fallen), "{fallen} dB in 1.09 s");
    }
}

//! What a sound leaves in the ear's filters.

use super::{cams_to_hz, erb_hz};
use crate::spectrum::{Recent, Window, window_frames};

/// Number of bands: 30 Hz to 15 kHz, half a Cam apart.
pub const BANDS: usize = 77;
/// Place of the lowest band, in Cams: 30 Hz.
const LOWEST_CAMS: f32 = 1.14;
/// Distance between two bands, in Cams.
pub const STEP_CAMS: f32 = 0.5;
/// Frames of a window at 48 kHz (43 ms): as narrow as the ear's filters are at 60 Hz, and short enough
/// to tell who plays when.
const FRAMES: usize = 2048;
/// Frames between two patterns at 48 kHz.
const HOP: usize = 1024;
/// Weights below this (-60 dB) are left out.
const LEAST_WEIGHT: f32 = 1e-6;

/// Centre of a band, in Hz.
pub fn band_hz(band: usize) -> f32 {
    cams_to_hz(LOWEST_CAMS + STEP_CAMS * band as f32)
}

/// The filter of one band: weights from a line on.
struct Filter {
    first: usize,
    weights: Vec<f32>,
}

impl Filter {
    /// A rounded exponential (1 + p g) e^(-p g) with g = |f - fc| / fc and p = 4 fc / ERB (Patterson
    /// and others 1982; Glasberg and Moore 1990).
    fn new(centre_hz: f32, hz_per_line: f32, lines: usize) -> Self {
        let weight = |line: usize| {
            let pg = 4.0 * (line as f32 * hz_per_line - centre_hz).abs() / erb_hz(centre_hz);
            (1.0 + pg) * (-pg).exp()
        };
        let heard = |line: &usize| weight(*line) > LEAST_WEIGHT;
        let first = (1..lines).find(heard).unwrap_or(lines);
        let weights = (first..lines).take_while(heard).map(weight).collect();
        Self { first, weights }
    }

    fn power(&self, powers: &[f32]) -> f32 {
        let lines = powers.get(self.first..).unwrap_or(&[]);
        lines.iter().zip(&self.weights).map(|(power, weight)| power * weight).sum()
    }
}

/// The excitation pattern of a stereo stream, new each 21 ms, over the 43 ms before.
pub struct Excitation {
    recent: Recent,
    window: Window,
    hop_s: f32,
    filters: Vec<Filter>,
    pattern: Vec<f32>,
}

impl Excitation {
    /// The pattern of silence.
    pub fn new(sample_rate_hz: f64) -> Self {
        let window = Window::new(window_frames(FRAMES, sample_rate_hz));
        let hop = window_frames(HOP, sample_rate_hz);
        let hz_per_line = (sample_rate_hz / window.frames() as f64) as f32;
        let lines = window.powers().len();
        Self {
            recent: Recent::new(window.frames(), hop),
            window,
            hop_s: (hop as f64 / sample_rate_hz) as f32,
            filters: (0..BANDS).map(|i| Filter::new(band_hz(i), hz_per_line, lines)).collect(),
            pattern: vec![0.0; BANDS],
        }
    }

    /// Time between two patterns, in seconds.
    pub fn hop_s(&self) -> f32 {
        self.hop_s
    }

    /// Forgets all audio.
    pub fn clear(&mut self) {
        self.recent.clear();
        self.pattern.fill(0.0);
    }

    /// Takes one stereo frame; true when the pattern is new.
    pub fn push(&mut self, frame: [f32; 2]) -> bool {
        if !self.recent.push(frame) {
            return false;
        }
        self.window.measure(&self.recent);
        for (excitation, filter) in self.pattern.iter_mut().zip(&self.filters) {
            *excitation = filter.power(self.window.powers());
        }
        true
    }

    /// Power behind each filter; 1 is a full-scale sine in both channels, at the filter's centre.
    pub fn pattern(&self) -> &[f32] {
        &self.pattern
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::masking::hz_to_cams;

    fn pattern(freq_hz: f64, rate_hz: f64) -> Vec<f32> {
        let mut excitation = Excitation::new(rate_hz);
        for i in 0..(rate_hz / 2.0) as usize {
            let x = (std::f64::consts::TAU * freq_hz * i as f64 / rate_hz).sin() as f32;
            excitation.push([x, x]);
        }
        excitation.pattern().to_vec()
    }

    #[test]
    fn a_sine_excites_its_own_band_most_and_falls_off_as_the_filters_do() {
        for rate_hz in [44_100.0, 48_000.0, 96_000.0] {
            for own in [12, 30, 60] {
                let pattern = pattern(f64::from(band_hz(own)), rate_hz);
                let db = |band: usize| 10.0 * pattern[band].log10();
                // The window is as wide as the narrowest of the filters.
                assert!(db(own).abs() < 1.2, "{} dB in its band at {rate_hz}", db(own));
                // One and two Cams away: (1 + pg) e^-pg with pg = 4 and 8, by each filter's own width.
                for away in [2usize, 4] {
                    let centre = band_hz(own + away);
                    let pg = 4.0 * (centre - band_hz(own)) / erb_hz(centre);
                    let expected = 10.0 * ((1.0 + pg) * (-pg).exp()).log10();
                    let got = db(own + away);
                    assert!((got - expected).abs() < 1.5, "{got} dB, not {expected}, {away}");
                }
            }
        }
    }

    #[test]
    fn the_bands_reach_from_30_hz_to_15_khz() {
        assert!((band_hz(0) - 30.0).abs() < 1.0, "{}", band_hz(0));
        assert!((14_000.0..16_000.0).contains(&band_hz(BANDS - 1)), "{}", band_hz(BANDS - 1));
        assert!((hz_to_cams(band_hz(10)) - hz_to_cams(band_hz(9)) - STEP_CAMS).abs() < 1e-3);
    }
}

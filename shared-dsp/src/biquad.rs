//! Second-order sections: coefficients, their response, and the state of several lanes.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Coefficients of H(z) = (b0 + b1 z^-1 + b2 z^-2) / (1 + a1 z^-1 + a2 z^-2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Biquad {
    /// Numerator.
    pub b: [f64; 3],
    /// Denominator without its leading 1.
    pub a: [f64; 2],
}

impl Default for Biquad {
    fn default() -> Self {
        Self::IDENTITY
    }
}

impl Biquad {
    /// Passes audio unchanged.
    pub const IDENTITY: Self = Self { b: [1.0, 0.0, 0.0], a: [0.0, 0.0] };

    /// Second-order Butterworth high-pass by the bilinear transform (Audio EQ Cookbook,
    /// Bristow-Johnson 1998). For key filters, where the top octave does not matter.
    pub fn key_high_pass(freq_hz: f64, sample_rate_hz: f64) -> Self {
        let (cos, alpha) = prewarped(freq_hz, sample_rate_hz);
        let b = (1.0 + cos) / 2.0;
        Self::normalised([b, -2.0 * b, b], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    /// Second-order Butterworth low-pass, likewise.
    pub fn key_low_pass(freq_hz: f64, sample_rate_hz: f64) -> Self {
        let (cos, alpha) = prewarped(freq_hz, sample_rate_hz);
        let b = (1.0 - cos) / 2.0;
        Self::normalised([b, 2.0 * b, b], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    /// Divides by the leading coefficient of the denominator.
    pub fn normalised(b: [f64; 3], a: [f64; 3]) -> Self {
        Self { b: b.map(|c| c / a[0]), a: [a[1] / a[0], a[2] / a[0]] }
    }

    /// |H|^2 at a frequency.
    pub fn power(&self, freq_hz: f64, sample_rate_hz: f64) -> f64 {
        let w = 2.0 * PI * freq_hz / sample_rate_hz;
        let at = |c0: f64, c1: f64, c2: f64| {
            let re = c0 + c1 * w.cos() + c2 * (2.0 * w).cos();
            let im = c1 * w.sin() + c2 * (2.0 * w).sin();
            re * re + im * im
        };
        at(self.b[0], self.b[1], self.b[2]) / at(1.0, self.a[0], self.a[1])
    }

    /// Gain in dB at a frequency.
    pub fn response_db(&self, freq_hz: f64, sample_rate_hz: f64) -> f64 {
        10.0 * self.power(freq_hz, sample_rate_hz).max(1e-30).log10()
    }

    /// Radius of the outer pole.
    pub fn pole_radius(&self) -> f64 {
        let [a1, a2] = self.a;
        let discriminant = 0.25 * a1 * a1 - a2;
        if discriminant < 0.0 { a2.sqrt() } else { 0.5 * a1.abs() + discriminant.sqrt() }
    }

    /// Whether both poles are inside the unit circle.
    pub fn is_stable(&self) -> bool {
        self.a[1].abs() < 1.0 && self.a[0].abs() < 1.0 + self.a[1]
    }
}

fn prewarped(freq_hz: f64, sample_rate_hz: f64) -> (f64, f64) {
    let w = 2.0 * PI * (freq_hz / sample_rate_hz).clamp(1e-6, 0.49);
    (w.cos(), w.sin() * FRAC_1_SQRT_2)
}

/// State of one section for `LANES` channels, in transposed direct form II.
#[derive(Clone, Copy, Debug)]
pub struct BiquadState<const LANES: usize> {
    s: [[f64; LANES]; 2],
}

impl<const LANES: usize> Default for BiquadState<LANES> {
    fn default() -> Self {
        Self { s: [[0.0; LANES]; 2] }
    }
}

impl<const LANES: usize> BiquadState<LANES> {
    /// Forgets all audio.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// One frame.
    #[inline(always)]
    pub fn tick(&mut self, c: &Biquad, x: [f64; LANES]) -> [f64; LANES] {
        let mut y = [0.0; LANES];
        for lane in 0..LANES {
            y[lane] = c.b[0] * x[lane] + self.s[0][lane];
            // What needs the output comes last: it is what everything waits for.
            self.s[0][lane] = (c.b[1] * x[lane] + self.s[1][lane]) - c.a[0] * y[lane];
            self.s[1][lane] = c.b[2] * x[lane] - c.a[1] * y[lane];
        }
        y
    }

    /// Whether nothing sounds in it.
    #[inline]
    pub fn is_silent(&self) -> bool {
        self.s.as_flattened().iter().all(|state| *state == 0.0)
    }

    /// Whether [`Self::tick_first_order`] does for these coefficients.
    #[inline]
    pub fn is_first_order(&self, c: &Biquad) -> bool {
        c.b[2] == 0.0 && c.a[1] == 0.0 && self.s[1].iter().all(|s| *s == 0.0)
    }

    /// One frame of a section of first order: the same numbers by a shorter chain.
    #[inline]
    pub fn tick_first_order(&mut self, c: &Biquad, x: [f64; LANES]) -> [f64; LANES] {
        let mut y = [0.0; LANES];
        for lane in 0..LANES {
            y[lane] = c.b[0] * x[lane] + self.s[0][lane];
            self.s[0][lane] = c.b[1] * x[lane] - c.a[0] * y[lane];
        }
        y
    }

    /// Ends what has decayed beyond hearing, before it turns into slow denormal numbers. To be
    /// called at control rate.
    #[inline]
    pub fn flush(&mut self) {
        for state in self.s.iter_mut().flatten() {
            // Not a branch for each, but one comparison of all.
            *state = if state.abs() < 1e-24 { 0.0 } else { *state };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_filters_are_butterworth() {
        for (freq_hz, rate) in [(60.0, 48_000.0), (1000.0, 44_100.0), (4000.0, 192_000.0)] {
            let high = Biquad::key_high_pass(freq_hz, rate);
            let low = Biquad::key_low_pass(freq_hz, rate);
            for (filter, far) in [(high, freq_hz / 10.0), (low, freq_hz * 10.0)] {
                assert!(filter.is_stable());
                assert!((filter.response_db(freq_hz, rate) + 3.01).abs() < 0.02);
                assert!(filter.response_db(far.min(rate / 2.1), rate) < -39.0);
            }
        }
    }
}

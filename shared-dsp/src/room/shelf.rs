//! Second-order shelves for many lanes at once, as state-variable filters by trapezoidal integration
//! (Zavalishin 2012, Simper 2013): accurate in single precision at low corners, and calm while their
//! coefficients move.

use std::f64::consts::{PI, SQRT_2};

/// Coefficients of one shelf per lane, laid out for vectors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shelves<const N: usize> {
    a: [[f32; N]; 3],
    m: [[f32; N]; 3],
}

impl<const N: usize> Shelves<N> {
    /// Passes every lane unchanged.
    pub(crate) const FLAT: Self = Self { a: [[0.0; N]; 3], m: [[1.0; N], [0.0; N], [0.0; N]] };

    /// A low shelf in `lane`: `gain` below `freq_hz`, half of it in dB there.
    pub(crate) fn set_low(&mut self, lane: usize, freq_hz: f64, gain: f64, sample_rate_hz: f64) {
        let a = gain.max(1e-6).sqrt();
        let g = warp(freq_hz, sample_rate_hz) / a.sqrt();
        self.fill(lane, g, [1.0, SQRT_2 * (a - 1.0), a * a - 1.0]);
    }

    /// A high shelf in `lane`: `gain` above `freq_hz`.
    pub(crate) fn set_high(&mut self, lane: usize, freq_hz: f64, gain: f64, sample_rate_hz: f64) {
        let a = gain.max(1e-6).sqrt();
        let g = warp(freq_hz, sample_rate_hz) * a.sqrt();
        self.fill(lane, g, [a * a, SQRT_2 * (1.0 - a) * a, 1.0 - a * a]);
    }

    fn fill(&mut self, lane: usize, g: f64, m: [f64; 3]) {
        let a1 = 1.0 / (1.0 + g * (g + SQRT_2));
        let a = [a1, g * a1, g * g * a1];
        for i in 0..3 {
            self.a[i][lane] = a[i] as f32;
            self.m[i][lane] = m[i] as f32;
        }
    }

    /// Moves by `share` of the way to `target`.
    pub(crate) fn approach(&mut self, target: &Self, share: f32) {
        for i in 0..3 {
            for lane in 0..N {
                self.a[i][lane] += (target.a[i][lane] - self.a[i][lane]) * share;
                self.m[i][lane] += (target.m[i][lane] - self.m[i][lane]) * share;
            }
        }
    }
}

fn warp(freq_hz: f64, sample_rate_hz: f64) -> f64 {
    (PI * (freq_hz / sample_rate_hz).clamp(1e-6, 0.45)).tan()
}

/// State of the shelves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShelfState<const N: usize> {
    s: [[f32; N]; 2],
}

impl<const N: usize> Default for ShelfState<N> {
    fn default() -> Self {
        Self { s: [[0.0; N]; 2] }
    }
}

impl<const N: usize> ShelfState<N> {
    /// One frame of every lane.
    #[inline(always)]
    pub(crate) fn tick(&mut self, c: &Shelves<N>, x: &mut [f32; N]) {
        for n in 0..N {
            let (s1, s2) = (self.s[0][n], self.s[1][n]);
            let v3 = x[n] - s2;
            let v1 = c.a[0][n] * s1 + c.a[1][n] * v3;
            let v2 = s2 + (c.a[1][n] * s1 + c.a[2][n] * v3);
            self.s[0][n] = 2.0 * v1 - s1;
            self.s[1][n] = 2.0 * v2 - s2;
            x[n] = c.m[0][n] * x[n] + (c.m[1][n] * v1 + c.m[2][n] * v2);
        }
    }

    /// Ends what has decayed beyond hearing. To be called at control rate.
    #[inline]
    pub(crate) fn flush(&mut self) {
        for state in self.s.as_flattened_mut() {
            *state = if state.abs() < 1e-15 { 0.0 } else { *state };
        }
    }
}

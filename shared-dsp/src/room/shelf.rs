//! Second-order shelves for many lanes at once, as state-variable filters by trapezoidal integration
//! (Zavalishin 2012, Simper 2013): accurate in single precision at low corners, and calm while their
//! coefficients move.

use std::f64::consts::{PI, SQRT_2};

/// Coefficients of one shelf per lane, laid out for vectors: of the filter as its two states, of which
/// nothing has to wait for more than it must.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shelves<const N: usize> {
    /// What the first state keeps; what each state takes from the other; what the second takes from the input.
    turn: [[f32; N]; 3],
    /// What is heard of the input, of the first state, and of the input without the second.
    heard: [[f32; N]; 3],
}

impl<const N: usize> Shelves<N> {
    /// Passes every lane unchanged.
    pub(crate) const FLAT: Self =
        Self { turn: [[-1.0; N], [0.0; N], [0.0; N]], heard: [[1.0; N], [0.0; N], [0.0; N]] };

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

    /// By the integrators' gain, and by what is heard of input, band-pass and low-pass.
    fn fill(&mut self, lane: usize, g: f64, [input, band, low]: [f64; 3]) {
        let a1 = 1.0 / (1.0 + g * (g + SQRT_2));
        let (a2, a3) = (g * a1, g * g * a1);
        // With v = x - s2: band = a1 s1 + a2 v, low = s2 + a2 s1 + a3 v, and a state becomes twice its
        // output less itself.
        let turn = [2.0 * a1 - 1.0, 2.0 * a2, 2.0 * a3];
        let heard = [input + low, band * a1 + low * a2, band * a2 + low * (a3 - 1.0)];
        for i in 0..3 {
            self.turn[i][lane] = turn[i] as f32;
            self.heard[i][lane] = heard[i] as f32;
        }
    }

    /// Moves by `share` of the way to `target`.
    pub(crate) fn approach(&mut self, target: &Self, share: f32) {
        for i in 0..3 {
            for lane in 0..N {
                self.turn[i][lane] += (target.turn[i][lane] - self.turn[i][lane]) * share;
                self.heard[i][lane] += (target.heard[i][lane] - self.heard[i][lane]) * share;
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
            let v = x[n] - s2;
            x[n] = c.heard[0][n] * x[n] + (c.heard[1][n] * s1 + c.heard[2][n] * v);
            self.s[0][n] = c.turn[0][n] * s1 + c.turn[1][n] * v;
            self.s[1][n] = s2 + (c.turn[1][n] * s1 + c.turn[2][n] * v);
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

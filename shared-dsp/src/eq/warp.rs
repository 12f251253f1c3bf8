//! From the frequency axis of the analogue filter to that of the digital one.
//!
//! An analogue filter's power is a rational function of w^2, a digital filter's one of
//! phi = sin^2(w / 2). The bilinear transform puts 4 phi / (1 - phi) in the place of w^2, which
//! squeezes the whole analogue axis below Nyquist. A [`Warp`] puts there
//!
//! phi (c0 + c1 phi) / (1 + d0 phi + d1 phi^2),
//!
//! which follows w^2 itself almost up to Nyquist. Each analogue pole and zero becomes two digital ones,
//! found by a quadratic equation: one near it, and one that makes up for the top of the axis. Since the
//! denominators cancel, nothing else is left over. The four coefficients are those that a weighted linear
//! least-squares fit gives, the weight being how much the filter's level depends on frequency there: they
//! move smoothly with the filter's parameters.

use super::power::{Power, phi};
use super::prototype::Powers;
use realfft::num_complex::Complex;
use std::f64::consts::TAU;

/// Highest frequency that a design is fitted to, in rad/sample: 20 kHz at 44.1 kHz.
pub const HIGHEST: f64 = TAU * 20_000.0 / 44_100.0;

/// The warp that follows w^2 within 0.32 % up to [`HIGHEST`] (minimax, by numerical optimisation): what a fit
/// is pulled to where the filter does not care.
const WIDE: [f64; 4] = [3.987_551, -3.391_109, -1.213_505, 0.280_370];

/// Strength of that pull.
const PULL: f64 = 1e-3;

/// How much a deviation counts where the analogue filter has a power: a tenth below -43 dB, a little below where
/// more is allowed.
pub fn importance(power: f64) -> f64 {
    if power < 5e-5 { 0.1 } else { 1.0 }
}

/// A frequency in rad/sample, within the bounds of what can be designed.
pub fn radians(freq_hz: f64, sample_rate_hz: f64) -> f64 {
    TAU * freq_hz.clamp(1.0, 2.0 * sample_rate_hz) / sample_rate_hz
}

/// The frequency up to which a design is fitted at a sample rate, in rad/sample.
pub fn top(sample_rate_hz: f64) -> f64 {
    radians(20_000.0, sample_rate_hz).min(HIGHEST)
}

/// Frequencies to fit every design at, in rad/sample: closer towards the top.
pub fn spread(top: f64) -> [f64; 12] {
    [0.06, 0.15, 0.3, 0.45, 0.6, 0.7, 0.78, 0.84, 0.9, 0.95, 0.985, 1.005].map(|part| part * top)
}

/// Most frequencies that a design is fitted at.
pub const NODES: usize = 24;

/// c0, c1, d0, d1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Warp([f64; 4]);

impl Warp {
    /// The first terms of w^2 = 4 phi + (4 / 3) phi^2 + ... as a quotient.
    pub const NARROW: Self = Self([4.0, 0.0, -1.0 / 3.0, 0.0]);

    /// The best warp for a filter with the power `powers` at `w0` rad/sample, fitted at the frequencies `nodes`
    /// in rad/sample.
    pub fn fit(powers: &Powers, w0: f64, nodes: &[f64]) -> Self {
        Self::fitted(WIDE, [0, 1, 2, 3], powers, w0, nodes)
    }

    /// The same with c1 = d1 = 0: one pole for one pole, enough for low frequencies.
    pub fn fit_narrow(powers: &Powers, w0: f64, nodes: &[f64]) -> Self {
        Self::fitted(Self::NARROW.0, [0, 2], powers, w0, nodes)
    }

    fn fitted<const N: usize>(
        from: [f64; 4],
        free: [usize; N],
        powers: &Powers,
        w0: f64,
        nodes: &[f64],
    ) -> Self {
        // Normal equations of the deviations from where it starts.
        let (mut normal, mut right) = ([[0.0; N]; N], [0.0; N]);
        let [c0, c1, d0, d1] = from;
        for &w in nodes {
            let (phi, u) = (phi(w), w * w);
            let below = 1.0 + phi * (d0 + phi * d1);
            let weight = weight_db(powers, u / (w0 * w0)) / below;
            let all = [phi / u, phi * phi / u, -phi, -phi * phi];
            let row = free.map(|i| all[i] * weight);
            let error = weight * (below - phi * (c0 + phi * c1) / u);
            for i in 0..N {
                for j in 0..N {
                    normal[i][j] += row[i] * row[j];
                }
                right[i] += row[i] * error;
            }
        }
        for (i, row) in normal.iter_mut().enumerate() {
            row[i] += PULL;
        }
        let mut fitted = from;
        for (i, change) in free.into_iter().zip(solve(normal, right)) {
            fitted[i] += change;
        }
        Self(fitted)
    }

    /// What becomes of a power polynomial in x, for a narrow warp.
    pub fn narrow(&self, [n0, n1, n2]: [f64; 3], w0: f64) -> Power {
        let (up, down) = (self.scale(w0), self.0[2]);
        Power([n0, 2.0 * n0 * down + n1 * up, down * (n0 * down + n1 * up) + n2 * up * up])
    }

    /// What becomes of n0 + n1 x.
    pub fn single(&self, [n0, n1]: [f64; 2], w0: f64) -> Power {
        let [c0, c1, d0, d1] = self.0;
        let square = w0 * w0;
        Power([n0, n0 * d0 + n1 * c0 / square, n0 * d1 + n1 * c1 / square])
    }

    /// One over each of the two phi that the warp takes to `u`: the near one and the far one. Where both meet
    /// (`branch`) they change roles; the cut between runs outwards, where no low frequency crosses it.
    fn over_roots(&self, u: Complex<f64>) -> [Complex<f64>; 2] {
        let [c0, c1, d0, d1] = self.0;
        let a = c0 - u * d0;
        let branch = self.branch();
        let root = c0 * ((1.0 - u / branch).sqrt() * (1.0 - u / branch.conj()).sqrt());
        let near = (a + root) / (2.0 * u);
        let far = -2.0 * (c1 - u * d1) / (a + root);
        [near, far]
    }

    /// Where the two phi of one u meet.
    fn branch(&self) -> Complex<f64> {
        let [c0, c1, d0, d1] = self.0;
        let (square, linear) = (d0 * d0 - 4.0 * d1, 4.0 * c1 - 2.0 * c0 * d0);
        let spread = Complex::new(linear * linear - 4.0 * square * c0 * c0, 0.0).sqrt();
        (spread - linear) / (2.0 * square)
    }

    /// The near and the far half of what becomes of (x - x1)(x - x2), up to a constant factor, where x is the
    /// square of frequency over `w0`.
    pub fn halves(&self, roots: [Complex<f64>; 2], w0: f64) -> [Power; 2] {
        let [one, two] = roots.map(|x| self.over_roots(x * (w0 * w0)));
        [0, 1].map(|half| {
            let (p, q) = (one[half], two[half]);
            Power([1.0, -(p + q).re, (p * q).re])
        })
    }

    /// What becomes of x^0: the warp's denominator squared, the half that lies further out first.
    pub fn constant(&self) -> [Power; 2] {
        self.over_poles().map(|p| Power([1.0, -2.0 * p, p * p]))
    }

    /// What becomes of x.
    pub fn linear(&self) -> [Power; 2] {
        let ([far, near], zero) = (self.over_poles(), self.over_zero());
        [Power([0.0, 1.0, -far]), Power([1.0, -near - zero, near * zero])]
    }

    /// What becomes of x^2.
    pub fn square(&self) -> [Power; 2] {
        let zero = self.over_zero();
        [Power([0.0, 0.0, 1.0]), Power([1.0, -2.0 * zero, zero * zero])]
    }

    /// x per phi at low frequencies.
    pub fn scale(&self, w0: f64) -> f64 {
        self.0[0] / (w0 * w0)
    }

    fn over_poles(&self) -> [f64; 2] {
        let [.., d0, d1] = self.0;
        let spread = (d0 * d0 - 4.0 * d1).max(0.0).sqrt();
        [0.5 * (-d0 - spread), 0.5 * (-d0 + spread)]
    }

    fn over_zero(&self) -> f64 {
        -self.0[1] / self.0[0]
    }
}

/// How many dB a relative error of w^2 costs, as far as they count.
fn weight_db(powers: &Powers, x: f64) -> f64 {
    powers.slope_db(x) * importance(powers.gain(x))
}

/// Solution of a symmetric positive definite system (Cholesky).
pub fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for i in 0..N {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            if i == j {
                a[i][i] = (a[i][i] - sum).max(f64::MIN_POSITIVE).sqrt();
            } else {
                a[i][j] = (a[i][j] - sum) / a[j][j];
            }
        }
        let sum: f64 = (0..i).map(|k| a[i][k] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    for i in (0..N).rev() {
        let sum: f64 = (i + 1..N).map(|k| a[k][i] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    b
}

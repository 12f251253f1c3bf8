//! The last tenth of a decibel: a fixed number of damped Gauss-Newton steps on the sections that a warp has
//! found, which bring the level to the prototype's at a set of frequencies (Levenberg 1944). It starts within
//! about 0.1 dB and always ends; nothing has to converge.

use super::power::{Power, Section, phi};
use super::prototype::Powers;
use super::warp::{NODES, importance, solve};
use std::f64::consts::LN_10;

/// Damping, as a share of the normal equations' diagonal.
const DAMPING: f64 = 8e-5;

/// The most that one polynomial's level should change in a step, in dB.
const STRIDE_DB: f64 = 0.7;

/// Power below which a deviation counts less and less: -100 dB.
const FAINT: f64 = 1e-10;

const DB: f64 = 10.0 / LN_10;

/// The levels to meet at a set of frequencies.
#[derive(Clone, Copy)]
pub struct Goals {
    phi: [f64; NODES],
    over_wanted: [f64; NODES],
    /// dB per unit of the logarithm of power, less where the filter is faint.
    unit: [f64; NODES],
    count: usize,
}

impl Goals {
    /// The power that a filter at `w0` has at frequencies in rad/sample, of which the first [`NODES`] count.
    pub fn new(powers: &Powers, w0: f64, nodes: &[f64]) -> Self {
        let (mut phis, mut over_wanted, mut unit) = ([0.0; NODES], [1.0; NODES], [0.0; NODES]);
        for (i, w) in nodes.iter().take(NODES).enumerate() {
            let wanted = powers.gain((w / w0).powi(2)).max(1e-14);
            phis[i] = phi(*w);
            over_wanted[i] = 1.0 / wanted;
            unit[i] = DB * importance(wanted) * wanted / (wanted + FAINT);
        }
        Self { phi: phis, over_wanted, unit, count: nodes.len().min(NODES) }
    }

    fn errors_db<const S: usize>(&self, sections: &[Section; S]) -> [f64; NODES] {
        let mut errors = [0.0; NODES];
        for (i, error) in errors.iter_mut().enumerate().take(self.count) {
            let got: f64 = sections.iter().map(|section| section.power(self.phi[i])).product();
            *error = self.unit[i] * (got.max(1e-14) * self.over_wanted[i]).ln();
        }
        errors
    }

    /// The largest weighted deviation in dB.
    pub fn worst_db<const S: usize>(&self, sections: &[Section; S]) -> f64 {
        self.errors_db(sections).into_iter().fold(0.0, |worst, error| error.abs().max(worst))
    }

    /// Change of the deviations per change of each coefficient that is free: those of phi and phi^2 in the zeros
    /// and the poles of each section, and the gain.
    fn slopes<const S: usize, const N: usize>(
        &self,
        sections: &[Section; S],
        free: &[bool; N],
    ) -> [[f64; N]; NODES] {
        let mut slopes = [[0.0; N]; NODES];
        for (i, slopes) in slopes.iter_mut().enumerate().take(self.count) {
            let (phi, unit) = (self.phi[i], self.unit[i]);
            for (s, section) in sections.iter().enumerate() {
                let (up, down) =
                    (unit * phi / section.zeros.at(phi), -unit * phi / section.poles.at(phi));
                slopes[4 * s] = up;
                slopes[4 * s + 1] = up * phi;
                slopes[4 * s + 2] = down;
                slopes[4 * s + 3] = down * phi;
            }
            slopes[4 * S] = unit;
            for (slope, free) in slopes.iter_mut().zip(free) {
                *slope = if *free { *slope } else { 0.0 };
            }
        }
        slopes
    }
}

/// `steps` steps towards the goals, moving what is `free`: per section the coefficients of phi and phi^2 of
/// zeros and poles, and at last the gain. N is 4 S + 1.
pub fn refine<const S: usize, const N: usize>(
    goals: &Goals,
    mut sections: [Section; S],
    free: [bool; N],
    steps: usize,
) -> [Section; S] {
    let mut best = (f64::INFINITY, sections);
    for step in 0..=steps {
        let errors = goals.errors_db(&sections);
        let worst = errors.iter().fold(0.0f64, |worst, error| error.abs().max(worst));
        if worst < best.0 {
            best = (worst, sections);
        }
        if step == steps {
            break;
        }
        let slopes = goals.slopes(&sections, &free);
        let change = damped(&slopes, &errors);
        let stride = slopes.iter().map(|slopes| stride_db::<S, N>(slopes, &change));
        let stride = stride.fold(0.0, f64::max) / STRIDE_DB;
        let share = 1.0 / (1.0 + stride * stride).sqrt();
        apply(&mut sections, change.map(|c| c * share));
    }
    best.1
}

/// Solution of the normal equations, each coefficient scaled by its own effect.
fn damped<const N: usize>(slopes: &[[f64; N]; NODES], errors: &[f64; NODES]) -> [f64; N] {
    let (mut normal, mut right) = ([[0.0; N]; N], [0.0; N]);
    for (slopes, error) in slopes.iter().zip(errors) {
        for (i, row) in normal.iter_mut().enumerate() {
            for (sum, slope) in row.iter_mut().zip(slopes) {
                *sum += slopes[i] * slope;
            }
            right[i] -= slopes[i] * error;
        }
    }
    let scale: [f64; N] =
        std::array::from_fn(|i| if normal[i][i] > 0.0 { 1.0 / normal[i][i].sqrt() } else { 0.0 });
    for i in 0..N {
        for j in 0..N {
            normal[i][j] *= scale[i] * scale[j];
        }
        normal[i][i] = 1.0 + DAMPING;
        right[i] *= scale[i];
    }
    let change = solve(normal, right);
    std::array::from_fn(|i| change[i] * scale[i])
}

/// By how much the level of one polynomial changes at most.
fn stride_db<const S: usize, const N: usize>(slopes: &[f64; N], change: &[f64; N]) -> f64 {
    let part = |i: usize| (slopes[i] * change[i] + slopes[i + 1] * change[i + 1]).abs();
    (0..2 * S).map(|i| part(2 * i)).fold(0.0, f64::max)
}

fn apply<const S: usize, const N: usize>(sections: &mut [Section; S], change: [f64; N]) {
    let moved =
        |Power([k0, k1, k2]): Power, i: usize| Power([k0, k1 + change[i], k2 + change[i + 1]]);
    for (s, section) in sections.iter_mut().enumerate() {
        section.zeros = moved(section.zeros, 4 * s);
        section.poles = moved(section.poles, 4 * s + 2);
    }
    if let Some(first) = sections.first_mut() {
        first.zeros = first.zeros.scaled(change[4 * S].exp());
    }
}

//! What walls take from the treble: for every order of reflections a first-order shelf.
//!
//! A wall passes its gain and lets what it takes from the treble go on in the bass; below the corner all walls are the
//! same low-pass, so that one is enough for all orders that go on together.

use super::{ORDERS, PATHS};
use crate::room::block::Block;
use crate::room::shoebox::Shoebox;
use crate::room::transpose::transpose_two;
use fearless_simd::{Simd, f32x4, f32x8, f32x16, prelude::*};

/// Amplitude that one reflection keeps above the colour's corner, relative to below.
pub(crate) fn wall_colour(shoebox: &Shoebox) -> f64 {
    let kept = (1.0 - shoebox.absorption_high).max(0.0) / (1.0 - shoebox.absorption).max(1e-6);
    kept.sqrt().clamp(0.84, 1.0)
}

/// Energy of a wall filter (a first-order shelf to `gain` at high frequencies) at a frequency.
pub(crate) fn colour_energy(gain: f64, corner_hz: f64, freq_hz: f64) -> f64 {
    let u = (freq_hz / corner_hz).powi(2);
    (1.0 + gain * gain * u) / (1.0 + u)
}

/// The same for white noise up to 20 kHz.
pub(crate) fn white_energy(gain: f64, corner_hz: f64) -> f64 {
    let u = 20_000.0 / corner_hz;
    gain * gain + (1.0 - gain * gain) * u.atan() / u
}

/// The walls of a room.
#[derive(Clone, Debug, Default)]
pub(super) struct Walls {
    /// Gains in the treble by order, and where they are going.
    gain: [f32; ORDERS],
    goal: [f32; ORDERS],
    corner: f32,
    state: [f32; PATHS],
}

impl Walls {
    /// Other walls, to be approached.
    pub(super) fn aim(&mut self, shoebox: &Shoebox, colour_hz: f64, sample_rate_hz: f64) {
        let colour = wall_colour(shoebox);
        self.goal = std::array::from_fn(|order| colour.powi(order as i32 + 1) as f32);
        let corner = (colour_hz / sample_rate_hz).clamp(1e-4, 0.45);
        let g = (std::f64::consts::PI * corner).tan();
        self.corner = (g / (1.0 + g)) as f32;
    }

    /// Takes the walls at once.
    pub(super) fn settle(&mut self) {
        self.gain = self.goal;
    }

    /// Forgets all audio.
    pub(super) fn reset(&mut self) {
        self.state = [0.0; PATHS];
    }

    /// What is kept of the treble in the next block: of the first order, and by how much more of each later one than of
    /// the one after it.
    #[inline(always)]
    pub(super) fn next_block(&mut self) -> [f32; ORDERS] {
        for (gain, goal) in self.gain.iter_mut().zip(self.goal) {
            let step = goal - *gain;
            *gain = if step.abs() < 1e-4 { goal } else { *gain + 0.05 * step };
        }
        let [first, second, third, fourth] = self.gain;
        [first, second - third, third - fourth, fourth]
    }

    /// What goes on in the bass, filtered.
    #[inline(always)]
    pub(super) fn low_pass<S: Simd>(
        &mut self,
        simd: S,
        bass: &[Block; PATHS],
    ) -> [f32x16<S>; PATHS] {
        let pass = LowPass::new(simd, self.corner);
        let mut state = f32x4::load_array(simd, self.state);
        let mut halves = [[f32x8::splat(simd, 0.0); 2]; PATHS];
        for half in 0..2 {
            let mut rows = [f32x8::splat(simd, 0.0); PATHS];
            for path in 0..PATHS {
                rows[path] = f32x8::from_slice(simd, &bass[path][8 * half..8 * half + 8]);
            }
            let rows = transpose_two(simd, pass.eight(&mut state, transpose_two(simd, rows)));
            for path in 0..PATHS {
                halves[path][half] = rows[path];
            }
        }
        let tiny = state.abs().simd_lt(1e-15);
        self.state = tiny.select(f32x4::splat(simd, 0.0), state).to_array();
        let mut passed = [f32x16::splat(simd, 0.0); PATHS];
        for path in 0..PATHS {
            let [a, b] = halves[path];
            passed[path] = a.combine(b);
        }
        passed
    }
}

/// The low-pass of all paths: of first order, by trapezoidal integration. A sample of its output is the sum of the
/// states before and after it. The state, for which everything waits, takes four samples at a time.
struct LowPass<S: Simd> {
    /// What a sample adds to the state.
    fed: f32x8<S>,
    /// What is kept of the state after one sample and two, and after four.
    kept: [f32x8<S>; 2],
    kept_4: f32x4<S>,
}

impl<S: Simd> LowPass<S> {
    #[inline(always)]
    fn new(simd: S, corner: f32) -> Self {
        let kept = 1.0 - 2.0 * corner;
        let kept_2 = kept * kept;
        Self {
            fed: f32x8::splat(simd, corner),
            kept: [f32x8::splat(simd, kept), f32x8::splat(simd, kept_2)],
            kept_4: f32x4::splat(simd, kept_2 * kept_2),
        }
    }

    /// Eight frames: each vector has one of the first four, and the one that comes four later.
    #[inline(always)]
    fn eight(&self, state: &mut f32x4<S>, frames: [f32x8<S>; 4]) -> [f32x8<S>; 4] {
        let [w, x, y, z] = frames;
        let (w, x, y, z) = (w * self.fed, x * self.fed, y * self.fed, z * self.fed);
        let [kept, kept_2] = self.kept;
        let first = kept.mul_add(w, x);
        let (four, other_four) = kept_2.mul_add(first, kept.mul_add(y, z)).split();
        let half = self.kept_4.mul_add(*state, four);
        let before = state.combine(half);
        *state = self.kept_4.mul_add(half, other_four);
        let after_w = kept.mul_add(before, w);
        let after_x = kept_2.mul_add(before, first);
        let after_y = kept.mul_add(after_x, y);
        let after_z = half.combine(*state);
        [before + after_w, after_w + after_x, after_x + after_y, after_y + after_z]
    }
}

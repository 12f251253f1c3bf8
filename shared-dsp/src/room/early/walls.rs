//! What walls take from the treble: for every order of reflections a first-order shelf.
//!
//! A wall passes its gain and lets what it takes from the treble go on in the bass; below the corner all walls are the
//! same low-pass, so that one is enough for all orders that go on together.

use super::{ORDERS, PATHS};
use crate::room::block::{BLOCK, Block};
use crate::room::shoebox::Shoebox;
use crate::room::transpose::{four, transpose};

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

    /// Gains in the treble, by order, for the next block.
    #[inline(always)]
    pub(super) fn next_block(&mut self) -> [f32; ORDERS] {
        for (gain, goal) in self.gain.iter_mut().zip(self.goal) {
            let step = goal - *gain;
            *gain = if step.abs() < 1e-4 { goal } else { *gain + 0.05 * step };
        }
        self.gain
    }

    /// Adds what goes on in the bass to what is kept.
    #[inline(always)]
    pub(super) fn add_bass(&mut self, bass: &[Block; PATHS], kept: &mut [Block; PATHS]) {
        let mut frames = [[0.0; PATHS]; BLOCK];
        for (part, frames) in frames.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            *frames = transpose(std::array::from_fn(|path| four(&bass[path], 4 * part)));
        }
        self.low_pass(&mut frames);
        for (part, [a, b, c, d]) in frames.as_chunks::<4>().0.iter().enumerate() {
            for (kept, passed) in kept.iter_mut().zip(transpose([a, b, c, d])) {
                for t in 0..4 {
                    kept[4 * part + t] += passed[t];
                }
            }
        }
    }

    /// The low-pass: of first order, by trapezoidal integration. Its state, for which everything waits,
    /// takes four samples at a time.
    #[inline(always)]
    fn low_pass(&mut self, frames: &mut [[f32; PATHS]; BLOCK]) {
        let corner = self.corner;
        let (fed, kept, passed) = (2.0 * corner, 1.0 - 2.0 * corner, 1.0 - corner);
        let (fed_2, kept_2) = (fed * kept, kept * kept);
        let kept_4 = kept_2 * kept_2;
        let mut state = self.state;
        for [w, x, y, z] in frames.as_chunks_mut::<4>().0 {
            let first = lanes(|path| fed_2 * w[path] + fed * x[path]);
            let last = lanes(|path| fed_2 * y[path] + fed * z[path]);
            let all = lanes(|path| kept_2 * first[path] + last[path]);
            let middle = lanes(|path| kept_2 * state[path] + first[path]);
            let after_w = lanes(|path| kept * state[path] + fed * w[path]);
            let after_y = lanes(|path| kept * middle[path] + fed * y[path]);
            *w = lanes(|path| corner * w[path] + passed * state[path]);
            *x = lanes(|path| corner * x[path] + passed * after_w[path]);
            *y = lanes(|path| corner * y[path] + passed * middle[path]);
            *z = lanes(|path| corner * z[path] + passed * after_y[path]);
            state = lanes(|path| kept_4 * state[path] + all[path]);
        }
        self.state = state.map(|s| if s.abs() < 1e-15 { 0.0 } else { s });
    }
}

#[inline(always)]
fn lanes(value: impl Fn(usize) -> f32) -> [f32; PATHS] {
    [value(0), value(1), value(2), value(3)]
}

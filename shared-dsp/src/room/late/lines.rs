//! The delay memory of the lines: whole delays, slow modulation, and crossfades to new delays.

use super::LINES;
use crate::room::block::{BLOCK, Block, Ring};

/// One block of every line.
pub(super) type Tile = [Block; LINES];

/// This many lines are modulated; the matrix hands it on to all.
const MODULATED: usize = 8;
/// Furthest excursion of the modulation in s, at full depth.
const EXCURSION_S: f64 = 0.001;
/// Rates of the lines' oscillators as multiples of the rate set.
const DETUNE: [f32; MODULATED] = [1.0, 0.83, 1.17, 0.71, 1.09, 0.93, 1.29, 0.77];
/// Time of a crossfade to other delays.
const FADE_S: f64 = 0.05;

#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    rings: [Ring; LINES],
    delays: [usize; LINES],
    /// The delays before a crossfade, and how far it is.
    before: [usize; LINES],
    fade: f32,
    fade_step: f32,
    phases: [f32; MODULATED],
    offsets: [f32; MODULATED],
    excursion: f32,
}

impl Lines {
    pub(super) fn prepare(&mut self, longest: usize, sample_rate_hz: f64) {
        self.excursion = (EXCURSION_S * sample_rate_hz) as f32;
        self.fade_step = (BLOCK as f64 / (FADE_S * sample_rate_hz)) as f32;
        for ring in &mut self.rings {
            ring.prepare(longest + self.excursion as usize + 8);
        }
    }

    pub(super) fn reset(&mut self, delays: [usize; LINES]) {
        for ring in &mut self.rings {
            ring.reset();
        }
        self.delays = delays;
        self.fade = 1.0;
        self.offsets = [0.0; MODULATED];
        self.phases = std::array::from_fn(|i| (i as f32 * 0.618_034).fract());
    }

    pub(super) fn delays(&self) -> &[usize; LINES] {
        &self.delays
    }

    /// Whether a crossfade is under way.
    pub(super) fn is_fading(&self) -> bool {
        self.fade < 1.0
    }

    /// Starts a crossfade.
    pub(super) fn change(&mut self, delays: [usize; LINES]) {
        if delays != self.delays {
            self.before = self.delays;
            self.delays = delays;
            self.fade = 0.0;
        }
    }

    /// Reads the next block of every line. `depth` is that of the modulation, `step` the cycles of
    /// its oscillator in one block.
    pub(super) fn read(&mut self, tile: &mut Tile, depth: f32, step: f32) {
        for (line, (block, ring)) in tile.iter_mut().zip(&self.rings).enumerate() {
            let delay = self.delays[line];
            let Some(phase) = self.phases.get_mut(line / 2).filter(|_| line % 2 == 0) else {
                *block = *ring.read::<BLOCK>(delay);
                continue;
            };
            *phase += step * DETUNE[line / 2];
            *phase -= phase.floor();
            let from = self.offsets[line / 2];
            let room = 0.5 * (delay as f32 - 48.0);
            let to = (depth * self.excursion).min(room) * (1.0 + wave(*phase));
            self.offsets[line / 2] = to;
            if from == 0.0 && to == 0.0 {
                *block = *ring.read::<BLOCK>(delay);
            } else {
                read_moving(ring, delay, from, to, block);
            }
        }
        if self.is_fading() {
            self.crossfade(tile);
        }
    }

    fn crossfade(&mut self, tile: &mut Tile) {
        let (from, to) = (self.fade, (self.fade + self.fade_step).min(1.0));
        for (line, (block, ring)) in tile.iter_mut().zip(&self.rings).enumerate() {
            let old = ring.read::<BLOCK>(self.before[line]);
            for t in 0..BLOCK {
                let share = from + (to - from) * (t as f32 * (1.0 / BLOCK as f32));
                block[t] = old[t] + (block[t] - old[t]) * share;
            }
        }
        self.fade = to;
    }

    pub(super) fn write(&mut self, tile: &Tile) {
        for (ring, block) in self.rings.iter_mut().zip(tile) {
            ring.push(block);
        }
    }
}

/// A sine of one cycle, by two parabolas.
fn wave(phase: f32) -> f32 {
    let x = 2.0 * phase - 1.0;
    4.0 * x * (1.0 - x.abs())
}

/// Reads at `delay` less an offset that runs straight, by fifth-order Lagrange interpolation. The
/// weights at both ends of the block are exact and straight in between, which a slow move allows.
fn read_moving(ring: &Ring, delay: usize, from: f32, to: f32, out: &mut Block) {
    let whole = (0.5 * (from + to)).floor();
    let samples = ring.read::<{ BLOCK + 5 }>((delay - whole as usize) + 2);
    let (start, end) = (weights(from - whole), weights(to - whole));
    let mut sum = [0.0; BLOCK];
    for k in 0..6 {
        let slope = (end[k] - start[k]) * (1.0 / BLOCK as f32);
        for t in 0..BLOCK {
            sum[t] += (start[k] + slope * t as f32) * samples[t + k];
        }
    }
    *out = sum;
}

/// Weights of the samples at -2..=3 for the value at `x`, 0..1.
fn weights(x: f32) -> [f32; 6] {
    let [a, b, c, d, e, f] = [x + 2.0, x + 1.0, x, x - 1.0, x - 2.0, x - 3.0];
    let (ab, cd, ef) = (a * b, c * d, e * f);
    [
        b * cd * ef * (-1.0 / 120.0),
        a * cd * ef * (1.0 / 24.0),
        ab * d * ef * (-1.0 / 12.0),
        ab * c * ef * (1.0 / 12.0),
        ab * cd * f * (-1.0 / 24.0),
        ab * cd * e * (1.0 / 120.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolation_is_exact_on_samples_and_flat_within_a_tenth_of_a_db_at_8_khz() {
        assert_eq!(weights(0.0), [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        let w = std::f64::consts::TAU * 8000.0 / 48_000.0;
        for i in 0..=10 {
            let x = i as f32 / 10.0;
            let (mut re, mut im) = (0.0, 0.0);
            for (k, c) in weights(x).into_iter().enumerate() {
                let angle = w * (k as f64 - 2.0 - f64::from(x));
                re += f64::from(c) * angle.cos();
                im += f64::from(c) * angle.sin();
            }
            let db = 10.0 * (re * re + im * im).log10();
            assert!(db.abs() < 0.1, "{x}: {db} dB");
        }
    }
}

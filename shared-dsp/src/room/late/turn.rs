//! Modulation of the late field: pairs of lines are turned slowly into each other.
//!
//! A matrix that moves but stays orthogonal breaks up the standing pattern of resonances as moving delays do
//! (Schlecht and Habets 2015), but loses nothing at high frequencies and bends no pitch.

use super::LINES;
use super::lines::Tile;
use crate::room::block::BLOCK;

const PAIRS: usize = LINES / 2;
/// Rates of the pairs as multiples of the rate set.
const DETUNE: [f32; PAIRS] = [1.0, 0.83, 1.17, 0.71, 1.09, 0.93, 1.29, 0.77];

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turn {
    phases: [f32; PAIRS],
    /// Cosine and sine of the angle of each pair at the end of the last block.
    angles: [[f32; 2]; PAIRS],
}

impl Turn {
    pub(super) fn reset(&mut self) {
        self.phases = std::array::from_fn(|i| (i as f32 * 0.618_034).fract());
        self.angles = [[1.0, 0.0]; PAIRS];
    }

    /// Turns one block. `depth` 1 is a quarter turn to both sides; `step` (below 1/2) is in cycles per block.
    pub(super) fn process(&mut self, tile: &mut Tile, depth: f32, step: f32) {
        let mut to = [[0.0; 2]; PAIRS];
        for (pair, phase) in self.phases.iter_mut().enumerate() {
            *phase += step * DETUNE[pair];
            *phase -= if *phase >= 1.0 { 1.0 } else { 0.0 };
            // Tangent of half the angle: cosine and sine come without trigonometry.
            let t = depth * wave(*phase);
            let scale = 1.0 / (1.0 + t * t);
            to[pair] = [(1.0 - t * t) * scale, 2.0 * t * scale];
        }
        for (pair, lines) in tile.chunks_exact_mut(2).enumerate() {
            let to = to[pair];
            let from = std::mem::replace(&mut self.angles[pair], to);
            if from == [1.0, 0.0] && to == from {
                continue;
            }
            let slope = [to[0] - from[0], to[1] - from[1]].map(|x| x * (1.0 / BLOCK as f32));
            let [a, b] = lines else { continue };
            for i in 0..BLOCK {
                let cos = from[0] + slope[0] * (i + 1) as f32;
                let sin = from[1] + slope[1] * (i + 1) as f32;
                (a[i], b[i]) = (cos * a[i] - sin * b[i], sin * a[i] + cos * b[i]);
            }
        }
    }
}

/// A sine of one cycle, by two parabolas.
fn wave(phase: f32) -> f32 {
    let x = 2.0 * phase - 1.0;
    4.0 * x * (1.0 - x.abs())
}

//! Modulation of the late field: pairs of lines are turned slowly into each other.
//!
//! A matrix that moves but stays orthogonal breaks up the standing pattern of resonances as moving delays do
//! (Schlecht and Habets 2015), but loses nothing at high frequencies and bends no pitch.

use super::LINES;
use crate::room::block::BLOCK;

pub(super) const PAIRS: usize = LINES / 2;
/// Rates of the pairs as multiples of the rate set.
const DETUNE: [f32; PAIRS] = [1.0, 0.83, 1.17, 0.71, 1.09, 0.93, 1.29, 0.77];

/// A value of every pair.
type Pairs = [f32; PAIRS];

/// The turns of all pairs through one block, each with the butterfly after it, as matrices of the cosine plus
/// and minus the sine: what both are at its start, and what they gain with each sample.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ramps {
    sum: [Pairs; 2],
    difference: [Pairs; 2],
}

impl Ramps {
    /// From some angles (their cosines and sines) to others.
    #[inline(always)]
    pub(super) fn between(from: &[Pairs; 2], to: &[Pairs; 2]) -> Self {
        let mut ramps = Self { sum: [[0.0; PAIRS]; 2], difference: [[0.0; PAIRS]; 2] };
        for pair in 0..PAIRS {
            let (sum, difference) = (from[0][pair] + from[1][pair], from[0][pair] - from[1][pair]);
            let (sum_to, difference_to) = (to[0][pair] + to[1][pair], to[0][pair] - to[1][pair]);
            ramps.sum[0][pair] = sum;
            ramps.sum[1][pair] = (sum_to - sum) * (1.0 / BLOCK as f32);
            ramps.difference[0][pair] = difference;
            ramps.difference[1][pair] = (difference_to - difference) * (1.0 / BLOCK as f32);
        }
        ramps
    }

    /// Sum and difference of a pair after its turn.
    #[inline(always)]
    pub(super) fn pair(&self, pair: usize, position: usize, a: f32, b: f32) -> (f32, f32) {
        let way = (position + 1) as f32;
        let sum = self.sum[0][pair] + self.sum[1][pair] * way;
        let difference = self.difference[0][pair] + self.difference[1][pair] * way;
        (sum * a + difference * b, difference * a - sum * b)
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turn {
    phases: Pairs,
    /// Cosines and sines of the angles at the end of the last block.
    angles: [Pairs; 2],
}

impl Turn {
    pub(super) fn reset(&mut self) {
        self.phases = std::array::from_fn(|i| (i as f32 * 0.618_034).fract());
        self.angles = [[1.0; PAIRS], [0.0; PAIRS]];
    }

    /// Moves on by one block. `depth` 1 is a quarter turn to both sides; `step` (below 1/2) is in cycles per
    /// block.
    #[inline(always)]
    pub(super) fn next_block(&mut self, depth: f32, step: f32) -> Ramps {
        let mut angles = self.angles;
        for pair in 0..PAIRS {
            let phase = self.phases[pair] + step * DETUNE[pair];
            let phase = phase - if phase >= 1.0 { 1.0 } else { 0.0 };
            self.phases[pair] = phase;
            // Tangent of half the angle: cosine and sine come without trigonometry.
            let t = depth * wave(phase);
            let scale = 1.0 / (1.0 + t * t);
            angles[0][pair] = (1.0 - t * t) * scale;
            angles[1][pair] = 2.0 * t * scale;
        }
        let ramps = Ramps::between(&self.angles, &angles);
        self.angles = angles;
        ramps
    }
}

/// A sine of one cycle, by two parabolas.
#[inline(always)]
fn wave(phase: f32) -> f32 {
    let x = 2.0 * phase - 1.0;
    4.0 * x * (1.0 - x.abs())
}

//! Diffusion: a chain of allpasses for each channel (Schroeder 1962).

use super::block::{BLOCK, Block, Ramp, Ring};
use multiversion::multiversion;

/// Feedback at full diffusion.
const DEEPEST: f32 = 0.75;

#[derive(Clone, Debug)]
pub(super) struct Diffuser<const STAGES: usize> {
    rings: [[Ring; STAGES]; 2],
    delays: [[usize; STAGES]; 2],
    depth: Ramp,
}

impl<const STAGES: usize> Default for Diffuser<STAGES> {
    fn default() -> Self {
        Self {
            rings: std::array::from_fn(|_| std::array::from_fn(|_| Ring::default())),
            delays: [[BLOCK + 1; STAGES]; 2],
            depth: Ramp::default(),
        }
    }
}

impl<const STAGES: usize> Diffuser<STAGES> {
    /// Allocates for delays in ms, left and right.
    pub(super) fn prepare(&mut self, sample_rate_hz: f64, delays_ms: &[[f64; STAGES]; 2]) {
        self.delays = delays_ms
            .map(|side| side.map(|ms| ((ms * 0.001 * sample_rate_hz) as usize).max(BLOCK + 1)));
        for (rings, delays) in self.rings.iter_mut().zip(&self.delays) {
            for (ring, &delay) in rings.iter_mut().zip(delays) {
                ring.prepare(delay);
            }
        }
        self.depth.configure(30.0, sample_rate_hz);
    }

    pub(super) fn reset(&mut self, diffusion: f32) {
        self.rings.iter_mut().flatten().for_each(Ring::reset);
        self.set(diffusion);
        self.depth.settle();
    }

    pub(super) fn set(&mut self, diffusion: f32) {
        let diffusion = if diffusion.is_finite() { diffusion.clamp(0.0, 1.0) } else { 0.0 };
        self.depth.set(DEEPEST * diffusion);
    }

    pub(super) fn process(&mut self, audio: &mut [Block; 2]) {
        self.depth.next_block();
        let depth: Block = std::array::from_fn(|t| self.depth.at(t));
        for side in 0..2 {
            scatter(&mut self.rings[side], &self.delays[side], &depth, &mut audio[side]);
        }
    }
}

/// A chain of allpasses. Wider vectors give the same bits.
#[multiversion(targets("x86_64+avx"))]
fn scatter(rings: &mut [Ring], delays: &[usize], depth: &Block, audio: &mut Block) {
    let mut x = *audio;
    for (ring, &delay) in rings.iter_mut().zip(delays) {
        let old = *ring.read::<BLOCK>(delay);
        let mut write = [0.0; BLOCK];
        for t in 0..BLOCK {
            let w = x[t] + depth[t] * old[t];
            // Flushed: a chain of allpasses left alone would sink into denormal numbers.
            write[t] = if w.abs() < 1e-15 { 0.0 } else { w };
            x[t] = old[t] - depth[t] * write[t];
        }
        ring.push(&write);
    }
    *audio = x;
}

//! Diffusion: a chain of allpasses for each channel (Schroeder 1962).

use super::block::{BLOCK, Ramp, TwinRing, load};
use fearless_simd::{Simd, f32x16, prelude::*};

/// Feedback at full diffusion.
const DEEPEST: f32 = 0.75;

#[derive(Clone, Debug)]
pub(super) struct Diffuser<const STAGES: usize> {
    stages: [Stage; STAGES],
    depth: Ramp,
}

impl<const STAGES: usize> Default for Diffuser<STAGES> {
    fn default() -> Self {
        Self { stages: std::array::from_fn(|_| Stage::default()), depth: Ramp::default() }
    }
}

impl<const STAGES: usize> Diffuser<STAGES> {
    /// Allocates for delays in ms, left and right.
    pub(super) fn prepare(&mut self, sample_rate_hz: f64, delays_ms: &[[f64; STAGES]; 2]) {
        for (at, stage) in self.stages.iter_mut().enumerate() {
            let delays = delays_ms.map(|side| (side[at] * 0.001 * sample_rate_hz) as usize);
            stage.prepare(delays.map(|delay| delay.max(BLOCK + 1)));
        }
        self.depth.configure(30.0, sample_rate_hz);
    }

    pub(super) fn reset(&mut self, diffusion: f32) {
        self.stages.iter_mut().for_each(|stage| stage.ring.reset());
        self.set(diffusion);
        self.depth.settle();
    }

    pub(super) fn set(&mut self, diffusion: f32) {
        let diffusion = if diffusion.is_finite() { diffusion.clamp(0.0, 1.0) } else { 0.0 };
        self.depth.set(DEEPEST * diffusion);
    }

    /// Scatters a block.
    #[inline(always)]
    pub(super) fn process<S: Simd>(
        &mut self,
        simd: S,
        mut audio: [f32x16<S>; 2],
    ) -> [f32x16<S>; 2] {
        self.depth.next_block();
        let gains = self.depth.gains(simd);
        for stage in &mut self.stages {
            stage.scatter(simd, gains, &mut audio);
        }
        audio
    }
}

/// An allpass for each channel.
#[derive(Clone, Debug, Default)]
struct Stage {
    ring: TwinRing,
    ways: [u32; 2],
}

impl Stage {
    fn prepare(&mut self, delays: [usize; 2]) {
        self.ring.prepare(delays[0].max(delays[1]));
        self.ways = [0, 1].map(|side| self.ring.way(side, delays[side]));
    }

    #[inline(always)]
    fn scatter<S: Simd>(&mut self, simd: S, gains: f32x16<S>, audio: &mut [f32x16<S>; 2]) {
        let mut write = *audio;
        for side in 0..2 {
            let Some(old) = self.ring.read(self.ways[side]) else { return };
            let old = load(simd, old);
            let w = gains.mul_add(old, audio[side]);
            // Flushed: a chain of allpasses left alone would sink into denormal numbers.
            write[side] = w.abs().simd_lt(1e-15).select(f32x16::splat(simd, 0.0), w);
            audio[side] = old - gains * write[side];
        }
        self.ring.push(write);
    }
}

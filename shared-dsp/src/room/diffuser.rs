//! Diffusion: a chain of allpasses for each channel (Schroeder 1962).

use super::block::{BLOCK, Ramp, load};
use fearless_simd::{Simd, f32x16, prelude::*};

/// Feedback at full diffusion.
const DEEPEST: f32 = 0.75;
/// Blocks that are scattered at once at most: so many come before what is read of them.
const AT_ONCE: usize = 2;
/// Samples scattered between two moves of what an allpass remembers.
const ROOM: usize = 64 * BLOCK;

#[derive(Clone, Debug)]
pub(super) struct Diffuser<const STAGES: usize> {
    stages: [[Allpass; 2]; STAGES],
    /// Samples since the last move.
    moved: usize,
    depth: Ramp,
}

impl<const STAGES: usize> Default for Diffuser<STAGES> {
    fn default() -> Self {
        let stages = std::array::from_fn(|_| Default::default());
        Self { stages, moved: 0, depth: Ramp::default() }
    }
}

impl<const STAGES: usize> Diffuser<STAGES> {
    /// Allocates for delays in ms, left and right.
    pub(super) fn prepare(&mut self, sample_rate_hz: f64, delays_ms: &[[f64; STAGES]; 2]) {
        for (at, stage) in self.stages.iter_mut().enumerate() {
            for (allpass, delays_ms) in stage.iter_mut().zip(delays_ms) {
                allpass.prepare((delays_ms[at] * 0.001 * sample_rate_hz) as usize);
            }
        }
        self.moved = 0;
        self.depth.configure(30.0, sample_rate_hz);
    }

    pub(super) fn reset(&mut self, diffusion: f32) {
        self.stages.as_flattened_mut().iter_mut().for_each(|allpass| allpass.past.fill(0.0));
        self.moved = 0;
        self.set(diffusion);
        self.depth.settle();
    }

    pub(super) fn set(&mut self, diffusion: f32) {
        let diffusion = if diffusion.is_finite() { diffusion.clamp(0.0, 1.0) } else { 0.0 };
        self.depth.set(DEEPEST * diffusion);
    }

    /// Scatters blocks in a row, left and right. Each allpass takes all of them: for one alone the processor would wait.
    #[inline(always)]
    pub(super) fn process<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        [left, right]: &mut [[f32x16<S>; N]; 2],
    ) {
        const { assert!(N <= AT_ONCE) };
        if self.moved + N * BLOCK > ROOM {
            self.stages
                .as_flattened_mut()
                .iter_mut()
                .for_each(|allpass| allpass.move_on(self.moved));
            self.moved = 0;
        }
        let mut gains = [f32x16::splat(simd, 0.0); N];
        for gains in &mut gains {
            self.depth.next_block();
            *gains = self.depth.gains(simd);
        }
        for [a, b] in &mut self.stages {
            a.scatter(simd, self.moved, &gains, left);
            b.scatter(simd, self.moved, &gains, right);
        }
        self.moved += N * BLOCK;
    }
}

/// Schroeder's allpass for one channel.
#[derive(Clone, Debug, Default)]
struct Allpass {
    /// What it remembers, and room for more.
    past: Vec<f32>,
    delay: usize,
}

impl Allpass {
    fn prepare(&mut self, delay: usize) {
        self.delay = delay.max(AT_ONCE * BLOCK);
        self.past = vec![0.0; self.delay + ROOM];
    }

    /// Puts what is remembered after so many samples to the beginning.
    #[cold]
    fn move_on(&mut self, moved: usize) {
        if moved <= self.past.len() {
            self.past.copy_within(moved.., 0);
        }
    }

    #[inline(always)]
    fn scatter<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        moved: usize,
        gains: &[f32x16<S>; N],
        audio: &mut [f32x16<S>; N],
    ) {
        let Some(past) = self.past.get_mut(moved..moved + self.delay + N * BLOCK) else { return };
        let Some((old, new)) = past.split_at_mut_checked(self.delay) else { return };
        let old = old.as_chunks().0.first_chunk::<N>();
        let new = new.as_chunks_mut().0.first_chunk_mut::<N>();
        let (Some(old), Some(new)) = (old, new) else { return };
        for block in 0..N {
            let old = load(simd, &old[block]);
            let fed = gains[block].mul_add(old, audio[block]);
            // Flushed: a chain of allpasses left alone would sink into denormal numbers.
            let fed = fed.abs().simd_lt(1e-15).select(f32x16::splat(simd, 0.0), fed);
            audio[block] = (-gains[block]).mul_add(fed, old);
            fed.store_array(&mut new[block]);
        }
    }
}

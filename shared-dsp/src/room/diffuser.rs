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

    /// Scatters blocks in a row, left and right.
    #[inline(always)]
    pub(super) fn process<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        audio: &mut [[f32x16<S>; N]; 2],
    ) {
        const { assert!(N <= AT_ONCE) };
        if self.moved + N * BLOCK <= ROOM {
            self.scatter(simd, audio);
            return;
        }
        // What is remembered moves after the same blocks however they come: it is flushed then.
        for block in 0..N {
            if self.moved == ROOM {
                self.move_on(simd);
            }
            let mut one = [[audio[0][block]], [audio[1][block]]];
            self.scatter(simd, &mut one);
            [[audio[0][block]], [audio[1][block]]] = one;
        }
    }

    #[inline(always)]
    fn move_on<S: Simd>(&mut self, simd: S) {
        for allpass in self.stages.as_flattened_mut() {
            allpass.move_on(simd);
        }
        self.moved = 0;
    }

    /// Each allpass takes all blocks: for one alone the processor would wait.
    #[inline(always)]
    fn scatter<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        [left, right]: &mut [[f32x16<S>; N]; 2],
    ) {
        let mut gains = [f32x16::splat(simd, self.depth.current()); N];
        if !self.depth.is_settled() {
            for gains in &mut gains {
                self.depth.next_block();
                *gains = self.depth.gains(simd);
            }
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

    /// Puts what is remembered once the room is full to the beginning.
    ///
    /// Flushed here: a chain of allpasses left alone would sink into denormal numbers. Before the next move it can only
    /// with so little feedback (diffusion below 30 %) that it is through them within some blocks.
    #[inline(always)]
    fn move_on<S: Simd>(&mut self, simd: S) {
        if ROOM <= self.past.len() {
            self.past.copy_within(ROOM.., 0);
        }
        let (blocks, _) = self.past.as_chunks_mut();
        for block in blocks.iter_mut().take(self.delay.div_ceil(BLOCK)) {
            let x = load(simd, block);
            let tiny = x.abs().simd_lt(1e-15);
            tiny.select(f32x16::splat(simd, 0.0), x).store_array(block);
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
            audio[block] = (-gains[block]).mul_add(fed, old);
            fed.store_array(&mut new[block]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::block::Block;
    use crate::simd::level;
    use fearless_simd::dispatch;

    type Scattering = Diffuser<2>;

    fn remembered(diffuser: &Scattering) -> impl Iterator<Item = f32> {
        let stages = diffuser.stages.as_flattened().iter();
        stages.flat_map(|allpass| {
            allpass.past.iter().skip(diffuser.moved).take(allpass.delay).copied()
        })
    }

    /// Scatters a constant block, `N` times in a row.
    fn scatter<const N: usize>(diffuser: &mut Scattering, value: f32) -> [[Block; N]; 2] {
        dispatch!(level(), simd => {
            let mut audio = [[f32x16::splat(simd, value); N]; 2];
            diffuser.process(simd, &mut audio);
            audio.map(|side| side.map(|block| block.to_array()))
        })
    }

    /// Blocks in which something denormal is remembered, until everything is zeros.
    fn denormal_blocks(rate: f64, diffusion: f32) -> usize {
        let mut diffuser = Scattering::default();
        diffuser.prepare(rate, &[[1.07, 3.41], [1.21, 3.73]]);
        diffuser.reset(diffusion);
        scatter::<2>(&mut diffuser, 1.0);
        let (mut blocks, mut denormal) = (0, 0);
        while remembered(&diffuser).any(|x| x != 0.0) {
            scatter::<2>(&mut diffuser, 0.0);
            denormal += 2 * usize::from(remembered(&diffuser).any(f32::is_subnormal));
            blocks += 2;
            assert!(blocks < (3.0 * rate) as usize / BLOCK, "{rate} Hz, {diffusion}: no end");
        }
        denormal
    }

    #[test]
    fn a_chain_left_alone_ends_in_zeros_with_hardly_a_denormal_on_the_way() {
        for rate in [22_050.0, 48_000.0, 384_000.0] {
            for diffusion in [0.3, 0.8, 1.0] {
                assert_eq!(denormal_blocks(rate, diffusion), 0, "{rate} Hz, {diffusion}");
            }
            for diffusion in [0.01, 0.05, 0.1, 0.2] {
                let seconds = (denormal_blocks(rate, diffusion) * BLOCK) as f64 / rate;
                assert!(seconds < 0.03, "{rate} Hz, {diffusion}: {seconds} s");
            }
        }
    }

    #[test]
    fn blocks_sound_the_same_one_by_one_and_two_at_once() {
        let [mut pairs, mut singles] = [(); 2].map(|()| {
            let mut diffuser = Scattering::default();
            diffuser.prepare(48_000.0, &[[1.07, 3.41], [1.21, 3.73]]);
            diffuser.reset(0.8);
            diffuser
        });
        // Moves fall between the blocks of a pair, and what is so quiet is flushed.
        assert_eq!(scatter::<1>(&mut pairs, 1.0), scatter::<1>(&mut singles, 1.0));
        for pair in 0..5 * ROOM / BLOCK {
            let value = if pair % 97 == 0 { 1e-13 } else { 0.0 };
            let [left, right] = scatter::<2>(&mut pairs, value);
            for block in 0..2 {
                assert_eq!(scatter::<1>(&mut singles, value), [[left[block]], [right[block]]]);
            }
        }
    }
}

//! Reflections as the taps of a position give them, and the crossfade from those of the position before.

use super::taps::{Tap, Taps};
use super::{ORDERS, PATHS, TapRequest};
use crate::room::block::{BLOCK, Block, RUN, TwinRing, Window, fetch_next_run, load, rise};
use crate::room::shoebox::length;
use fearless_simd::{Simd, f32x16, prelude::*};

/// Time of a crossfade between two sets of taps, in s.
const FADE_S: f64 = 0.02;
/// A source that moves by this much in m has reflections that are no longer like those before.
const UNLIKE_M: f64 = 0.07;

/// Reflections of a block before their low-pass: what the walls keep of the treble, and what goes on in the bass.
///
/// In lines of the cache, as all blocks that are worked with over and over: one that lies across two is read twice.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub(super) struct Reflected {
    pub(super) kept: [Block; PATHS],
    pub(super) bass: [Block; PATHS],
}

/// The taps of one position, and of the one before it while they fade.
#[derive(Clone, Debug, Default)]
pub(super) struct Reflector {
    pub(super) taps: Taps,
    before: Taps,
    /// Where the reflections of those are worked out.
    fading: [Reflected; 2],
    fade: Fade,
}

impl Reflector {
    pub(super) fn prepare(&mut self, sample_rate_hz: f64) {
        self.fade.step = (BLOCK as f64 / (FADE_S * sample_rate_hz)) as f32;
    }

    /// Takes taps at once.
    pub(super) fn jump(&mut self, request: &TapRequest, sample_rate_hz: f64, ring: &TwinRing) {
        self.taps.design(request, sample_rate_hz, ring);
        self.fade.at = 1.0;
    }

    /// Starts a crossfade. To be called when ready.
    pub(super) fn change(
        &mut self,
        before: Option<&TapRequest>,
        request: &TapRequest,
        sample_rate_hz: f64,
        ring: &TwinRing,
    ) {
        std::mem::swap(&mut self.taps, &mut self.before);
        self.taps.design(request, sample_rate_hz, ring);
        self.fade.alike = before.map_or(1.0, |before| likeness(before, request));
        self.fade.at = 0.0;
    }

    /// Whether the last crossfade is over.
    #[inline]
    pub(super) fn is_ready(&self) -> bool {
        self.fade.is_over()
    }

    /// Blocks until it is, as far as a run looks.
    #[inline]
    pub(super) fn blocks_to_ready(&self) -> usize {
        let fades = std::iter::successors(Some(self.fade.at), |at| Some(at + self.fade.step));
        fades.take(RUN).take_while(|at| *at < 1.0).count()
    }

    /// One or two blocks in a row by what the walls keep (see [`Walls::next_block`](super::Walls::next_block)), from what
    /// the ring held when the first of them had been pushed.
    #[inline(always)]
    pub(super) fn reflect<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        window: Window<'_>,
        kept: &[[f32; ORDERS]; N],
        now: &mut [Reflected; N],
    ) {
        reflect(simd, &self.taps, window, kept, now);
        if self.fade.is_over() {
            return;
        }
        let Some(before) = self.fading.first_chunk_mut() else { return };
        reflect(simd, &self.before, window, kept, before);
        for (now, before) in now.iter_mut().zip(before) {
            if !self.fade.is_over() {
                self.fade.cross(simd, now, before);
            }
        }
    }
}

/// Where a crossfade is.
#[derive(Clone, Debug, Default)]
struct Fade {
    at: f32,
    /// What a block adds to that.
    step: f32,
    /// Correlation that the two sets of taps are taken to have.
    alike: f32,
}

impl Fade {
    #[inline(always)]
    fn is_over(&self) -> bool {
        self.at >= 1.0
    }

    /// The next block.
    #[inline(always)]
    fn cross<S: Simd>(&mut self, simd: S, now: &mut Reflected, before: &Reflected) {
        let (from, to) = (self.at, (self.at + self.step).min(1.0));
        let share = (rise(simd) - 1.0 / BLOCK as f32) * (to - from) + from;
        let rest = f32x16::splat(simd, 1.0) - share;
        // What is not alike adds up in power.
        let unlike = rest * (2.0 * (1.0 - self.alike)) * share;
        let scale = f32x16::splat(simd, 1.0) / (f32x16::splat(simd, 1.0) - unlike).sqrt();
        let (old, new) = (rest * scale, share * scale);
        for (now, before) in [(&mut now.kept, &before.kept), (&mut now.bass, &before.bass)] {
            for (now, before) in now.iter_mut().zip(before) {
                (load(simd, before) * old + load(simd, now) * new).store_array(now);
            }
        }
        self.at = to;
    }
}

/// The taps of one position.
#[inline(always)]
fn reflect<S: Simd, const N: usize>(
    simd: S,
    taps: &Taps,
    window: Window<'_>,
    kept: &[[f32; ORDERS]; N],
    out: &mut [Reflected; N],
) {
    let silent = [[f32x16::splat(simd, 0.0); N]; 2];
    let taps = taps.by_order();
    let mut first = silent;
    add(simd, taps[0], window, &mut first);
    for (block, out) in out.iter_mut().enumerate() {
        for side in 0..2 {
            let treble = first[side][block] * kept[block][0];
            treble.store_array(&mut out.kept[side]);
            (first[side][block] - treble).store_array(&mut out.bass[side]);
        }
    }
    // Sums run on from order to order: what one has more of the treble than the next counts for all up to it. They alone
    // stay in registers while taps are added.
    let mut sums = silent;
    for order in 1..ORDERS {
        add(simd, taps[order], window, &mut sums);
        for (block, out) in out.iter_mut().enumerate() {
            let more = f32x16::splat(simd, kept[block][order]);
            for side in 0..2 {
                let before = if order == 1 {
                    f32x16::splat(simd, 0.0)
                } else {
                    load(simd, &out.kept[2 + side])
                };
                let treble = more.mul_add(sums[side][block], before);
                treble.store_array(&mut out.kept[2 + side]);
                if order + 1 == ORDERS {
                    (sums[side][block] - treble).store_array(&mut out.bass[2 + side]);
                }
            }
        }
    }
}

/// Adds some taps, left and right. Of two blocks each has its own sums, so that none waits for another.
#[inline(always)]
fn add<S: Simd, const N: usize>(
    simd: S,
    taps: &[Tap],
    window: Window<'_>,
    sums: &mut [[f32x16<S>; N]; 2],
) {
    let [mut left, mut right] = *sums;
    for tap in taps {
        // One block of the delay is spent by working in blocks; the other is where the ring counts from.
        let Some(x) = window.read::<N>(tap.way) else { break };
        fetch_next_run(x);
        let gain = [f32x16::splat(simd, tap.gain[0]), f32x16::splat(simd, tap.gain[1])];
        for block in 0..N {
            let x = load(simd, &x[block]);
            left[block] = gain[0].mul_add(x, left[block]);
            right[block] = gain[1].mul_add(x, right[block]);
        }
    }
    *sums = [left, right];
}

/// Correlation of the reflections of a source that moves from one place to another. In another room the
/// fade stays straight, which is never louder than either.
fn likeness(before: &TapRequest, after: &TapRequest) -> f32 {
    if before.shoebox != after.shoebox {
        return 1.0;
    }
    let moved =
        std::array::from_fn(|axis| before.source.position_m[axis] - after.source.position_m[axis]);
    (-(length(moved) / UNLIKE_M).powi(2)).exp() as f32
}

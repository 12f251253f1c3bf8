//! The room is worked out in blocks of fixed length, whatever the host's are: a block goes in while
//! the one before comes out. The delay of one block is taken out of the shortest path through the
//! room, so that nothing comes late.

use crate::smooth::{CONTROL_PERIOD, Smoothed};
use fearless_simd::{Simd, f32x16, prelude::*};

/// Frames of one block.
pub const BLOCK: usize = CONTROL_PERIOD;

/// Blocks that are worked out together where many come at once: what a block costs by itself is then paid once.
/// The samples are the same one by one.
pub const RUN: usize = 4;

/// One block of one channel.
pub type Block = [f32; BLOCK];

/// Samples after the ring's end that repeat its beginning, so that every read is one slice.
const MIRROR: usize = 2 * BLOCK;

/// A block of silence.
pub(crate) const SILENT: Block = [0.0; BLOCK];

/// Delay memory that is written in blocks and read in slices.
#[derive(Clone, Debug, Default)]
pub struct Ring {
    data: Vec<f32>,
    /// Of 32 bits, so that the compiler knows that no place overflows: one check less for each read.
    mask: u32,
    write: usize,
}

impl Ring {
    /// Allocates for delays of up to `longest` samples.
    pub fn prepare(&mut self, longest: usize) {
        let length = (longest + 3 * BLOCK).next_power_of_two();
        self.data = vec![0.0; length + MIRROR];
        self.mask = u32::try_from(length - 1).unwrap_or(0);
        self.write = 0;
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.data.fill(0.0);
        self.write = 0;
    }

    /// Takes the next block.
    #[inline]
    pub fn push(&mut self, block: &Block) {
        self.put(self.write, block);
        self.mirror(self.write);
        self.turn();
    }

    #[inline(always)]
    fn put(&mut self, at: usize, block: &Block) {
        if let Some(slice) = self.data.get_mut(at..at + BLOCK) {
            slice.copy_from_slice(block);
        }
    }

    /// Repeats a block of the beginning after the end; any other stays as it is.
    #[inline]
    fn mirror(&mut self, at: usize) {
        let copy = at + self.mask as usize + 1;
        if at < MIRROR && copy + BLOCK <= self.data.len() {
            self.data.copy_within(at..at + BLOCK, copy);
        }
    }

    #[inline]
    fn turn(&mut self) {
        self.write = (self.write + BLOCK) & self.mask as usize;
    }

    /// `N` samples (at most 32) from `ago` samples before the next block's first on.
    #[inline]
    pub fn read<const N: usize>(&self, ago: usize) -> &[f32; N] {
        let at = self.write.wrapping_sub(ago) & self.mask as usize;
        match self.data.get(at..at + N).and_then(|slice| slice.try_into().ok()) {
            Some(slice) => slice,
            None => &[0.0; N],
        }
    }

    /// Fetches what the next block reads at the same delay from slower memory, while this one is worked out.
    #[inline(always)]
    pub fn prefetch(&self, ago: usize) {
        let at = self.write.wrapping_sub(ago) & self.mask as usize;
        if let Some(sample) = self.data.get(at + 2 * BLOCK - 1) {
            fetch(sample);
        }
    }
}

/// Brings the line of the cache with a sample nearer.
#[inline(always)]
fn fetch(sample: *const f32) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 processor has SSE, and a prefetch reads nothing that a program could see.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(sample.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = sample;
}

/// The same for two channels in one: the right one is half a turn behind the left one, so that one number tells
/// where a sample of either is.
#[derive(Clone, Debug, Default)]
pub struct TwinRing {
    ring: Ring,
}

impl TwinRing {
    /// Allocates for delays of up to `longest` samples, read when as much as a run has come since.
    pub fn prepare(&mut self, longest: usize) {
        self.ring.prepare(2 * (longest + (RUN + 2) * BLOCK).next_power_of_two() - 3 * BLOCK);
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.ring.reset();
    }

    /// Takes the next block of both.
    #[inline(always)]
    pub(crate) fn push<S: Simd>(&mut self, [left, right]: [f32x16<S>; 2]) {
        let near = self.ring.write;
        let far = (near + self.half()) & self.ring.mask as usize;
        self.ring.put(near, &left.to_array());
        self.ring.put(far, &right.to_array());
        self.ring.mirror(near);
        self.ring.mirror(far);
        self.ring.turn();
    }

    fn half(&self) -> usize {
        (self.ring.mask >> 1) as usize + 1
    }

    /// The way to the sample of a channel (0 or 1) that is `ago` before the next block's first.
    #[inline]
    pub fn way(&self, channel: usize, ago: usize) -> u32 {
        (ago + channel * self.half()) as u32
    }

    /// The block from there on.
    #[inline(always)]
    pub fn read(&self, way: u32) -> Option<&Block> {
        self.window(0)?.read(way).map(|[block]| block)
    }

    /// For many reads: what the ring held some blocks ago.
    #[inline(always)]
    pub fn window(&self, blocks_ago: usize) -> Option<Window<'_>> {
        let Ring { data, mask, write } = &self.ring;
        // Of a length that the compiler can tell from the mask.
        let data = data.get(..*mask as usize + 1 + MIRROR)?;
        Some(Window { data, mask: *mask, write: write.wrapping_sub(blocks_ago * BLOCK) as u32 })
    }
}

/// See [`TwinRing::window`].
#[derive(Clone, Copy)]
pub struct Window<'a> {
    data: &'a [f32],
    mask: u32,
    write: u32,
}

impl<'a> Window<'a> {
    /// One or two blocks in a row (see [`TwinRing::read`]), the second of which may have come since.
    #[inline(always)]
    pub fn read<const N: usize>(&self, way: u32) -> Option<&'a [Block; N]> {
        const { assert!(N * BLOCK <= MIRROR) };
        let at = (self.write.wrapping_sub(way) & self.mask) as usize;
        self.data.get(at..at + N * BLOCK)?.as_chunks().0.try_into().ok()
    }
}

/// Fetches the line of the cache in which blocks that were read will end a whole run later: where many rooms take
/// turns, it has left the nearer caches until then. Most processors bring its neighbour by themselves, and to fetch both
/// costs as much as to read them.
#[inline(always)]
pub(super) fn fetch_next_run<const N: usize>(blocks: &[Block; N]) {
    fetch(blocks.as_ptr().cast::<f32>().wrapping_add((RUN + N) * BLOCK - 1));
}

/// Collects input until a block is full, and hands out the block before.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub struct Exchange {
    phase: usize,
    /// The block that fills.
    pub input: [Block; 2],
    /// The block that is played.
    pub output: [Block; 2],
}

impl Exchange {
    /// Frames until the block is full.
    #[inline]
    pub fn left(&self) -> usize {
        BLOCK - self.phase
    }

    /// Position inside the block.
    #[inline]
    pub fn phase(&self) -> usize {
        self.phase
    }

    /// Takes a part of a block as input, and puts the output there.
    #[inline]
    pub fn trade(&mut self, audio: &mut [&mut [f32]; 2]) {
        for ((audio, input), output) in audio.iter_mut().zip(&mut self.input).zip(&self.output) {
            let held = input.iter_mut().zip(output).skip(self.phase);
            for (x, (input, output)) in audio.iter_mut().zip(held) {
                *input = std::mem::replace(x, *output);
            }
        }
    }

    /// Takes input that begins at a position in the block (see [`Self::phase`]).
    #[inline(always)]
    pub fn take(&mut self, audio: &[&mut [f32]; 2], position: usize) {
        for (input, audio) in self.input.iter_mut().zip(audio) {
            for (input, x) in input.iter_mut().skip(position).zip(audio.iter()) {
                *input = *x;
            }
        }
    }

    /// Adds the output to `audio`, likewise.
    #[inline(always)]
    pub fn add_to(&self, audio: &mut [&mut [f32]; 2], position: usize) {
        for (output, audio) in self.output.iter().zip(audio) {
            for (output, x) in output.iter().skip(position).zip(audio.iter_mut()) {
                *x += output;
            }
        }
    }

    /// Passes over any number of frames in which input and output are silent.
    #[inline]
    pub fn skip(&mut self, frames: usize) {
        self.phase = (self.phase + frames) % BLOCK;
    }

    /// Moves on by `frames` (at most `left`); true if the block is full now.
    #[inline]
    pub fn advance(&mut self, frames: usize) -> bool {
        self.phase += frames;
        let full = self.phase >= BLOCK;
        if full {
            self.phase = 0;
        }
        full
    }
}

/// A smoothed gain that is worked out once a block and runs straight inside it.
#[derive(Clone, Copy, Debug)]
pub struct Ramp {
    value: Smoothed,
    from: f32,
    to: f32,
}

impl Default for Ramp {
    fn default() -> Self {
        Self { value: Smoothed::new(1.0), from: 1.0, to: 1.0 }
    }
}

impl Ramp {
    /// The time of a whole move.
    pub fn configure(&mut self, time_ms: f32, sample_rate_hz: f64) {
        self.value.configure(time_ms, sample_rate_hz);
    }

    /// Where to go.
    #[inline]
    pub fn set(&mut self, target: f32) {
        self.value.set(target);
    }

    /// At rest on the target at once.
    pub fn settle(&mut self) {
        self.value.settle();
        self.from = self.value.current();
        self.to = self.from;
    }

    /// Moves on by one block. To be called at its start.
    #[inline]
    pub fn next_block(&mut self) {
        self.from = self.to;
        self.to = self.value.advance(BLOCK as u32);
    }

    /// The value at a position in the block.
    #[inline]
    pub fn at(&self, position: usize) -> f32 {
        self.from + (self.to - self.from) * ((position + 1) as f32 * (1.0 / BLOCK as f32))
    }

    /// The values of a whole block.
    #[inline(always)]
    pub(crate) fn gains<S: Simd>(&self, simd: S) -> f32x16<S> {
        line(simd, self.from, self.to)
    }

    /// Whether the whole block has this value.
    #[inline]
    pub fn rests_on(&self, value: f32) -> bool {
        self.from == value && self.to == value
    }

    /// Whether the block ends where it is going, and did not move.
    #[inline]
    pub fn is_settled(&self) -> bool {
        self.rests_on(self.value.target())
    }

    /// The value at the end of the block.
    #[inline]
    pub fn current(&self) -> f32 {
        self.to
    }

    /// A block of two channels times the values.
    #[inline(always)]
    pub(crate) fn applied<S: Simd>(&self, simd: S, [left, right]: [&Block; 2]) -> [f32x16<S>; 2] {
        let gains = self.gains(simd);
        [load(simd, left) * gains, load(simd, right) * gains]
    }
}

/// A block as a vector.
#[inline(always)]
pub(crate) fn load<S: Simd>(simd: S, block: &Block) -> f32x16<S> {
    f32x16::load_array_ref(simd, block)
}

/// The blocks of two vectors.
#[inline(always)]
pub(crate) fn store<S: Simd>([left, right]: [f32x16<S>; 2]) -> [Block; 2] {
    [left.to_array(), right.to_array()]
}

/// The values of a block on the way from one to another.
#[inline(always)]
pub(crate) fn line<S: Simd>(simd: S, from: f32, to: f32) -> f32x16<S> {
    if from == to { f32x16::splat(simd, to) } else { rise(simd) * (to - from) + from }
}

/// How far a block has come at each of its samples: to 1 at the last.
#[inline(always)]
pub(crate) fn rise<S: Simd>(simd: S) -> f32x16<S> {
    const RISE: Block = {
        let mut rise = SILENT;
        let mut t = 0;
        while t < BLOCK {
            rise[t] = (t + 1) as f32 / BLOCK as f32;
            t += 1;
        }
        rise
    };
    load(simd, &RISE)
}

//! Early reflections: the image sources of a shoebox (Allen and Berkley 1979) up to order 4.
//!
//! Each image is a tap with its own delay, level, wall colour (by order) and direction; some that
//! arrive at once, or nearly, are one. Taps of one order share a wall filter, which comes after their
//! sum. Half of the taps hear the left input, half the right one: so a wide source has the same early
//! energy as one in the middle.
//!
//! From the second order on, allpasses scatter the reflections as rough walls do.
//!
//! The faintest images are left out; the others share their energy.

mod images;
mod mirrored;
mod reflector;
mod taps;
mod walls;

pub(crate) use walls::{colour_energy, wall_colour, white_energy};

use super::block::{BLOCK, Block, RUN, SILENT, TwinRing, load};
use super::diffuser::Diffuser;
use super::shoebox::{Shoebox, Source};
use crate::simd;
use fearless_simd::{Simd, f32x16, prelude::*};
use images::images;
use mirrored::LATEST_S;
use reflector::{Reflected, Reflector};
use walls::Walls;

const ORDERS: usize = 4;
/// The first order and the sum of the others, left and right.
const PATHS: usize = 4;

/// Delays of the scattering in ms, left and right, and its depth.
const SCATTER_MS: [[f64; 3]; 2] = [[1.07, 1.93, 3.41], [1.21, 1.73, 3.73]];
const SCATTER: f32 = 0.8;

/// From where to work out the taps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TapRequest {
    /// The room.
    pub shoebox: Shoebox,
    /// The source in it.
    pub source: Source,
    /// Energy of all taps for an input of energy 1, both channels together.
    pub energy: f64,
    /// Additional delay in samples.
    pub predelay: f64,
    /// Corner of the wall colour in Hz.
    pub colour_hz: f64,
}

/// Shares of the orders in the early energy (of white noise, after the walls), as the taps have it.
pub(crate) fn order_energies(shoebox: &Shoebox, source: &Source, colour_hz: f64) -> [f64; ORDERS] {
    let mut energies = [0.0; ORDERS];
    let (images, count) = images(shoebox, source);
    for image in images.iter().take(count) {
        energies[image.order - 1] += image.energy;
    }
    let colour = wall_colour(shoebox);
    for (order, energy) in energies.iter_mut().enumerate() {
        *energy *= white_energy(colour.powi(order as i32 + 1), colour_hz);
    }
    let sum = energies.iter().sum::<f64>().max(1e-30);
    energies.map(|energy| energy / sum)
}

/// The early reflections of one source.
#[derive(Clone, Debug, Default)]
pub struct Early {
    rate: f64,
    ring: TwinRing,
    reflector: Reflector,
    designed: Option<TapRequest>,
    walls: Walls,
    /// Where a run is worked out.
    reflected: [Reflected; RUN],
    scatter: Diffuser<3>,
    longest: usize,
    /// Samples that walls and scattering sound on.
    ringing: usize,
    quiet_blocks: usize,
    /// Whether something sounded at the last pushes, a bit for each.
    sounding: u32,
}

impl Early {
    /// Allocates for predelays of up to `predelay_s`.
    pub fn prepare(&mut self, sample_rate_hz: f64, predelay_s: f64, request: &TapRequest) {
        simd::prepare();
        self.rate = sample_rate_hz;
        self.longest = ((LATEST_S + predelay_s) * sample_rate_hz) as usize + 2 * BLOCK;
        self.ringing = (0.1 * sample_rate_hz) as usize;
        self.ring.prepare(self.longest);
        self.scatter.prepare(sample_rate_hz, &SCATTER_MS);
        self.reflector.prepare(sample_rate_hz);
        self.reset(request);
    }

    /// Forgets all audio and takes the taps of `request` at once.
    pub fn reset(&mut self, request: &TapRequest) {
        self.ring.reset();
        self.walls.reset();
        self.scatter.reset(SCATTER);
        self.jump(request);
        self.quiet_blocks = usize::MAX;
    }

    /// Takes the taps of `request` at once, where nothing sounds.
    pub fn jump(&mut self, request: &TapRequest) {
        self.reflector.jump(request, self.rate, &self.ring);
        self.aim(request);
        self.walls.settle();
    }

    /// What was said last, and still stands.
    #[inline]
    pub fn designed(&self) -> Option<&TapRequest> {
        self.designed.as_ref()
    }

    /// Whether new taps can be taken: the last crossfade is over.
    #[inline]
    pub fn is_ready(&self) -> bool {
        self.reflector.is_ready()
    }

    /// Blocks until it is, as far as a run looks.
    #[inline]
    pub fn blocks_to_ready(&self) -> usize {
        self.reflector.blocks_to_ready()
    }

    /// Starts a crossfade to the taps of `request`. To be called when ready.
    pub fn change(&mut self, request: &TapRequest) {
        self.reflector.change(self.designed.as_ref(), request, self.rate, &self.ring);
        self.aim(request);
    }

    fn aim(&mut self, request: &TapRequest) {
        self.walls.aim(&request.shoebox, request.colour_hz, self.rate);
        self.designed = Some(*request);
    }

    /// Gain with which the sum of both outputs is as loud as one of them: reflections from the middle
    /// are in both.
    pub fn mono_gain(&self) -> f32 {
        self.reflector.taps.mono_gain
    }

    /// Samples after which an input has left.
    pub fn memory_samples(&self) -> usize {
        self.longest + self.ringing + 2 * BLOCK
    }

    /// Whether nothing sounds any more.
    #[inline]
    pub fn is_idle(&self) -> bool {
        self.quiet_blocks > (self.longest + self.ringing) / BLOCK
    }

    /// The input `ago` samples ago: a block of a further delay, for what follows the predelay.
    #[inline]
    pub fn delayed(&self, ago: usize) -> [&Block; 2] {
        let ago = ago.min(self.longest) + BLOCK;
        [0, 1].map(|input| self.ring.read(self.ring.way(input, ago)).unwrap_or(&SILENT))
    }

    /// Takes the next block of input.
    #[inline(always)]
    pub(crate) fn push<S: Simd>(&mut self, input: [f32x16<S>; 2]) {
        let bits = (input[0].to_bits() | input[1].to_bits()) << 1;
        let silent = bits.simd_eq(0).all_true();
        self.quiet_blocks = if silent { self.quiet_blocks.saturating_add(1) } else { 0 };
        self.sounding = self.sounding << 1 | u32::from(!self.is_idle());
        self.ring.push(input);
    }

    /// The reflections that come out in the blocks after each of the last pushed ones, as many as `output` has
    /// (at most [`RUN`]). Each is to be asked for once, in their order, unless nothing sounds.
    #[inline(always)]
    pub(crate) fn process<S: Simd>(&mut self, simd: S, output: &mut [[Block; 2]]) {
        let sounding = self.sounding;
        let sounds = |left: usize| sounding >> (left - 1) & 1 == 1;
        let mut left = output.len();
        let mut output = output;
        while left > 0 {
            let mut alike = 1;
            while alike < left && sounds(left - alike) == sounds(left) {
                alike += 1;
            }
            let Some((part, rest)) = output.split_at_mut_checked(alike) else { return };
            if sounds(left) {
                self.work(simd, part, rest.len());
            } else {
                part.fill([SILENT; 2]);
            }
            (left, output) = (rest.len(), rest);
        }
    }

    /// `since` blocks have been pushed after those. All reflections come first: what has just been written is not read
    /// at once in another width, for which the processor would wait.
    #[inline(always)]
    fn work<S: Simd>(&mut self, simd: S, output: &mut [[Block; 2]], since: usize) {
        let Self { ring, reflector, walls, reflected, scatter, .. } = self;
        let reflected = &mut reflected[..output.len()];
        let mut ago = since + output.len();
        for blocks in reflected.chunks_mut(2) {
            let Some(window) = ring.window(ago - 1) else { return };
            ago -= blocks.len();
            if let Ok(pair) = <&mut [_; 2]>::try_from(&mut *blocks) {
                let kept = [walls.next_block(), walls.next_block()];
                reflector.reflect(simd, window, &kept, pair);
            } else if let Ok(one) = <&mut [_; 1]>::try_from(blocks) {
                reflector.reflect(simd, window, &[walls.next_block()], one);
            }
        }
        for (reflected, output) in reflected.chunks(2).zip(output.chunks_mut(2)) {
            if let (Ok(pair), Ok(output)) = (reflected.try_into(), (&mut *output).try_into()) {
                finish::<S, 2>(simd, pair, walls, scatter, output);
            } else if let (Ok(one), Ok(output)) = (reflected.try_into(), output.try_into()) {
                finish::<S, 1>(simd, one, walls, scatter, output);
            }
        }
    }
}

/// Low-pass and scattering of blocks in a row.
#[inline(always)]
fn finish<S: Simd, const N: usize>(
    simd: S,
    reflected: &[Reflected; N],
    walls: &mut Walls,
    scatter: &mut Diffuser<3>,
    output: &mut [[Block; 2]; N],
) {
    let [mut first, mut later] = [[[f32x16::splat(simd, 0.0); N]; 2]; 2];
    for (block, Reflected { kept, bass }) in reflected.iter().enumerate() {
        let bass = walls.low_pass(simd, bass);
        for side in 0..2 {
            first[side][block] = load(simd, &kept[side]) + bass[side];
            later[side][block] = load(simd, &kept[2 + side]) + bass[2 + side];
        }
    }
    scatter.process(simd, &mut later);
    for (block, output) in output.iter_mut().enumerate() {
        let [left, right] = output;
        (first[0][block] + later[0][block]).store_array(left);
        (first[1][block] + later[1][block]).store_array(right);
    }
}

#[cfg(test)]
mod tests;

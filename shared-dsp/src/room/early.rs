//! Early reflections: the image sources of a shoebox (Allen and Berkley 1979) up to order 4.
//!
//! Each image is a tap with its own delay, level, wall colour (by order) and direction. Taps of one
//! order share a wall filter, which comes after their sum. Half of the taps hear the left input, half
//! the right one: so a wide source has the same early energy as one in the middle.
//!
//! From the second order on, allpasses scatter the reflections as rough walls do.
//!
//! Images that are 60 dB weaker than the strongest are left out; the others share their energy.

mod images;
mod taps;
mod walls;

pub(crate) use walls::{colour_energy, wall_colour, white_energy};

use super::block::{BLOCK, Block, SILENT, TwinRing};
use super::diffuser::Diffuser;
use super::shoebox::{Shoebox, Source, length};
use crate::units::{add_product, is_silent};
use images::{LATEST_S, images};
use multiversion::{multiversion, target::target_cfg_f};
use taps::{Tap, Taps};
use walls::Walls;

const ORDERS: usize = 4;
/// The first order and the sum of the others, left and right.
const PATHS: usize = 4;
/// Time of a crossfade between two sets of taps, in s.
const FADE_S: f64 = 0.02;
/// A source that moves by this much in m has reflections that are no longer like those before.
const UNLIKE_M: f64 = 0.07;

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

/// Reflections before their low-pass: what the walls keep of the treble, and what goes on in the bass.
type Reflected = [[Block; PATHS]; 2];

/// The taps of one position, by the gains of the walls. The ring holds this block already.
#[inline(always)]
fn reflected<const FUSED: bool>(taps: &Taps, ring: &TwinRing, gain: &[f32; ORDERS]) -> Reflected {
    let [mut kept, mut bass] = [[SILENT; PATHS]; 2];
    for (order, gain) in gain.iter().enumerate() {
        let path = if order == 0 { 0 } else { 2 };
        for (side, sum) in sum::<FUSED>(taps.pairs(order), ring).iter().enumerate() {
            let (kept, bass) = (&mut kept[path + side], &mut bass[path + side]);
            for t in 0..BLOCK {
                let treble = gain * sum[t];
                kept[t] += treble;
                bass[t] += sum[t] - treble;
            }
        }
    }
    [kept, bass]
}

/// Left and right of some taps. Those of a pair are added up apart: no sum waits for the other.
#[inline(always)]
fn sum<const FUSED: bool>(pairs: &[[Tap; 2]], ring: &TwinRing) -> [Block; 2] {
    let [mut left, mut right] = [[SILENT; 2]; 2];
    let Some(window) = ring.window() else { return [SILENT; 2] };
    for [a, b] in pairs {
        // One block of the delay is spent by working in blocks; the other is where the ring counts from.
        if let (Some(x), Some(y)) = (window.read(a.way), window.read(b.way)) {
            for t in 0..BLOCK {
                left[0][t] = add_product::<FUSED>(left[0][t], a.gain[0], x[t]);
                right[0][t] = add_product::<FUSED>(right[0][t], a.gain[1], x[t]);
                left[1][t] = add_product::<FUSED>(left[1][t], b.gain[0], y[t]);
                right[1][t] = add_product::<FUSED>(right[1][t], b.gain[1], y[t]);
            }
        }
    }
    [left, right].map(|[a, b]| std::array::from_fn(|t| a[t] + b[t]))
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

/// The early reflections of one source.
#[derive(Clone, Debug, Default)]
pub struct Early {
    rate: f64,
    ring: TwinRing,
    taps: Taps,
    before: Taps,
    fade: f32,
    fade_step: f32,
    /// Correlation that the two sets of taps are taken to have.
    alike: f32,
    designed: Option<TapRequest>,
    walls: Walls,
    scatter: Diffuser<3>,
    longest: usize,
    /// Samples that walls and scattering sound on.
    ringing: usize,
    quiet_blocks: usize,
}

impl Early {
    /// Allocates for predelays of up to `predelay_s`.
    pub fn prepare(&mut self, sample_rate_hz: f64, predelay_s: f64, request: &TapRequest) {
        self.rate = sample_rate_hz;
        self.longest = ((LATEST_S + predelay_s) * sample_rate_hz) as usize + 2 * BLOCK;
        self.ringing = (0.1 * sample_rate_hz) as usize;
        self.ring.prepare(self.longest);
        self.scatter.prepare(sample_rate_hz, &SCATTER_MS);
        self.fade_step = (BLOCK as f64 / (FADE_S * sample_rate_hz)) as f32;
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
        self.fade = 1.0;
        self.design(request);
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
        self.fade >= 1.0
    }

    /// Starts a crossfade to the taps of `request`. To be called when ready.
    pub fn change(&mut self, request: &TapRequest) {
        std::mem::swap(&mut self.taps, &mut self.before);
        self.fade = 0.0;
        self.alike = self.designed.as_ref().map_or(1.0, |before| likeness(before, request));
        self.design(request);
    }

    fn design(&mut self, request: &TapRequest) {
        self.taps.design(request, self.rate, &self.ring);
        self.walls.aim(&request.shoebox, request.colour_hz, self.rate);
        self.designed = Some(*request);
    }

    /// Gain with which the sum of both outputs is as loud as one of them: reflections from the middle
    /// are in both.
    pub fn mono_gain(&self) -> f32 {
        self.taps.mono_gain
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
    pub fn push(&mut self, input: &[Block; 2]) {
        let silent = is_silent(input.as_flattened());
        self.quiet_blocks = if silent { self.quiet_blocks.saturating_add(1) } else { 0 };
        self.ring.push(input);
    }

    /// The reflections that come out in the block after the last pushed one.
    pub fn process(&mut self) -> [Block; 2] {
        work(self)
    }

    #[inline(always)]
    fn work<const FUSED: bool>(&mut self) -> [Block; 2] {
        let gain = self.walls.next_block();
        let mut now = reflected::<FUSED>(&self.taps, &self.ring, &gain);
        if self.fade < 1.0 {
            self.crossfade::<FUSED>(&mut now, &gain);
        }
        let [mut kept, bass] = now;
        self.walls.add_bass(&bass, &mut kept);
        let [left, right, mut others @ ..] = kept;
        self.scatter.process(&mut others);
        for (others, first) in others.iter_mut().zip([left, right]) {
            for t in 0..BLOCK {
                others[t] += first[t];
            }
        }
        others
    }

    /// Mixes with the taps before.
    #[inline(always)]
    fn crossfade<const FUSED: bool>(&mut self, now: &mut Reflected, gain: &[f32; ORDERS]) {
        let (from, to) = (self.fade, (self.fade + self.fade_step).min(1.0));
        // What is not alike adds up in power.
        let [mut before, mut after] = [SILENT; 2];
        for t in 0..BLOCK {
            let share = from + (to - from) * (t as f32 * (1.0 / BLOCK as f32));
            let level = (1.0 - 2.0 * (1.0 - self.alike) * (1.0 - share) * share).sqrt();
            (before[t], after[t]) = ((1.0 - share) / level, share / level);
        }
        let old = reflected::<FUSED>(&self.before, &self.ring, gain);
        for (now, old) in now.as_flattened_mut().iter_mut().zip(old.as_flattened()) {
            for t in 0..BLOCK {
                now[t] = old[t] * before[t] + now[t] * after[t];
            }
        }
        self.fade = to;
    }
}

/// [`Early::work`]. Where a processor rounds a product and a sum at once, the last bits differ from others'.
#[multiversion(targets("x86_64+avx+fma", "x86_64+avx"))]
fn work(early: &mut Early) -> [Block; 2] {
    if target_cfg_f!(target_feature = "fma") { early.work::<true>() } else { early.work::<false>() }
}

#[cfg(test)]
mod tests;

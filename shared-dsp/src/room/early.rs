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

use super::block::{BLOCK, Block, Ring, SILENT};
use super::diffuser::Diffuser;
use super::shoebox::{Shoebox, Source, length};
use super::transpose::{four, transpose};
use images::{IMAGES, LATEST_S, images};
use multiversion::multiversion;

const ORDERS: usize = 4;
/// Taps are kept by order and by the input they hear.
const GROUPS: usize = 2 * ORDERS;
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

#[derive(Clone, Copy, Debug, Default)]
struct Tap {
    delay: usize,
    gain: [f32; 2],
}

/// The taps of one position.
#[derive(Clone, Debug)]
struct Taps {
    taps: [Tap; IMAGES],
    ends: [usize; GROUPS],
    /// See [`Early::mono_gain`].
    mono_gain: f32,
}

impl Default for Taps {
    fn default() -> Self {
        Self { taps: [Tap::default(); IMAGES], ends: [0; GROUPS], mono_gain: 0.5 }
    }
}

/// Amplitude that one reflection keeps above the colour's corner, relative to below.
pub(crate) fn wall_colour(shoebox: &Shoebox) -> f64 {
    let kept = (1.0 - shoebox.absorption_high).max(0.0) / (1.0 - shoebox.absorption).max(1e-6);
    kept.sqrt().clamp(0.84, 1.0)
}

/// Energy of a wall filter (a first-order shelf to `gain` at high frequencies) at a frequency.
pub(crate) fn colour_energy(gain: f64, corner_hz: f64, freq_hz: f64) -> f64 {
    let u = (freq_hz / corner_hz).powi(2);
    (1.0 + gain * gain * u) / (1.0 + u)
}

/// The same for white noise up to 20 kHz.
pub(crate) fn white_energy(gain: f64, corner_hz: f64) -> f64 {
    let u = 20_000.0 / corner_hz;
    gain * gain + (1.0 - gain * gain) * u.atan() / u
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

impl Taps {
    fn design(&mut self, request: &TapRequest, sample_rate_hz: f64) {
        let mut counts = [0usize; GROUPS];
        let mut found = [(0usize, Tap::default(), 0.0f64); IMAGES];
        let (mut used, mut heard, mut strongest) = (0, [0.0f64; 2], 0.0f64);
        // Energies for a mono input: the mean of both outputs, and their sum.
        let (mut one, mut both) = (0.0, 0.0);
        let (images, count) = images(&request.shoebox, &request.source);
        let images = images.get(..count).unwrap_or(&[]);
        for image in images {
            let delay = image.gap_s * sample_rate_hz + request.predelay;
            let delay = delay.round().max(BLOCK as f64) as usize;
            // Each input is heard by taps of the same energy: the strong ones are dealt out first.
            let input = usize::from(heard[0] > heard[1]);
            let (energy, gain) = (image.energy, image.panned());
            heard[input] += energy;
            if let Some(slot) = found.get_mut(used) {
                *slot = (2 * (image.order - 1) + input, Tap { delay, gain }, energy);
                used += 1;
            }
            strongest = strongest.max(energy);
            let [left, right] = image.panned().map(f64::from);
            one += 0.5 * (left * left + right * right);
            both += (left + right) * (left + right);
        }
        self.mono_gain = if both > 0.0 { (one / both).sqrt() as f32 } else { 0.5 };
        let colour = wall_colour(&request.shoebox);
        let heard_white: [f64; ORDERS] = std::array::from_fn(|order| {
            white_energy(colour.powi(order as i32 + 1), request.colour_hz)
        });
        let kept = |energy: f64| energy > strongest * 1e-6;
        let mut sum = 0.0;
        for &(group, _, energy) in found.iter().take(used).filter(|found| kept(found.2)) {
            counts[group] += 1;
            sum += energy * heard_white[group / 2];
        }
        // Each tap hears one of two inputs, so both together need twice the energy.
        let scale = (2.0 * request.energy / sum.max(1e-30)).sqrt() as f32;
        let mut next = [0usize; GROUPS];
        let mut end = 0;
        for group in 0..GROUPS {
            next[group] = end;
            end += counts[group];
            self.ends[group] = end;
        }
        for &(group, tap, _) in found.iter().take(used).filter(|found| kept(found.2)) {
            if let Some(slot) = self.taps.get_mut(next[group]) {
                *slot = Tap { delay: tap.delay, gain: tap.gain.map(|gain| gain * scale) };
                next[group] += 1;
            }
        }
    }

    fn group(&self, group: usize) -> &[Tap] {
        let start = if group == 0 { 0 } else { self.ends[group - 1] };
        self.taps.get(start..self.ends[group]).unwrap_or(&[])
    }
}

/// Sums of the taps of every order, left and right. `rings` hold this block already. Wider vectors give
/// the same bits: every lane is its own sum.
#[multiversion(targets("x86_64+avx"))]
fn sums(taps: &Taps, rings: &[Ring; 2]) -> [[Block; 2]; ORDERS] {
    let mut sums = [[SILENT; 2]; ORDERS];
    for (order, sum) in sums.iter_mut().enumerate() {
        let (mut left, mut right) = (SILENT, SILENT);
        for (input, ring) in rings.iter().enumerate() {
            for tap in taps.group(2 * order + input) {
                // One block of the delay is spent by working in blocks; the other is where the ring
                // counts from.
                let x = ring.read::<BLOCK>(tap.delay);
                for t in 0..BLOCK {
                    left[t] += tap.gain[0] * x[t];
                    right[t] += tap.gain[1] * x[t];
                }
            }
        }
        *sum = [left, right];
    }
    sums
}

/// Every order through its wall: the first by itself, and the sum of the others. A wall passes its gain and
/// lets what it takes from the treble go on in the bass; below the corner all walls are the same low-pass, so that
/// one is enough for all.
#[multiversion(targets("x86_64+avx"))]
fn colour(
    sums: &[[Block; 2]; ORDERS],
    gain: &[f32; ORDERS],
    corner: f32,
    walls: &mut [f32; PATHS],
) -> [Block; PATHS] {
    let (mut output, mut bass) = ([SILENT; PATHS], [SILENT; PATHS]);
    let ([first, second, third, fourth], &[gain, gain_2, gain_3, gain_4]) = (sums, gain);
    for side in 0..2 {
        for t in 0..BLOCK {
            let kept = gain * first[side][t];
            output[side][t] = kept;
            bass[side][t] = first[side][t] - kept;
        }
        for t in 0..BLOCK {
            let [x, y, z] = [second[side][t], third[side][t], fourth[side][t]];
            let kept = gain_2 * x + gain_3 * y + gain_4 * z;
            output[2 + side][t] = kept;
            bass[2 + side][t] = x + y + z - kept;
        }
    }
    let mut frames = [[0.0; PATHS]; BLOCK];
    for (part, frames) in frames.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        *frames = transpose(std::array::from_fn(|path| four(&bass[path], 4 * part)));
    }
    low_pass(&mut frames, corner, walls);
    for (part, [a, b, c, d]) in frames.as_chunks::<4>().0.iter().enumerate() {
        for (output, passed) in output.iter_mut().zip(transpose([a, b, c, d])) {
            for t in 0..4 {
                output[4 * part + t] += passed[t];
            }
        }
    }
    output
}

/// The low-pass of the walls: of first order, by trapezoidal integration. Its state, for which everything
/// waits, takes two samples at a time.
#[inline(always)]
fn low_pass(frames: &mut [[f32; PATHS]; BLOCK], corner: f32, walls: &mut [f32; PATHS]) {
    let (fed, kept, passed) = (2.0 * corner, 1.0 - 2.0 * corner, 1.0 - corner);
    let (fed_2, kept_2) = (fed * kept, kept * kept);
    let mut state = *walls;
    for [x, y] in frames.as_chunks_mut::<2>().0 {
        let both = lanes(|path| fed_2 * x[path] + fed * y[path]);
        let between = lanes(|path| fed * x[path] + kept * state[path]);
        *x = lanes(|path| corner * x[path] + passed * state[path]);
        *y = lanes(|path| corner * y[path] + passed * between[path]);
        state = lanes(|path| kept_2 * state[path] + both[path]);
    }
    *walls = state.map(|s| if s.abs() < 1e-15 { 0.0 } else { s });
}

#[inline(always)]
fn lanes(value: impl Fn(usize) -> f32) -> [f32; PATHS] {
    [value(0), value(1), value(2), value(3)]
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
    rings: [Ring; 2],
    taps: Taps,
    before: Taps,
    fade: f32,
    fade_step: f32,
    /// Correlation that the two sets of taps are taken to have.
    alike: f32,
    designed: Option<TapRequest>,
    colour: [f32; ORDERS],
    colour_goal: [f32; ORDERS],
    corner: f32,
    mono_gain: f32,
    walls: [f32; PATHS],
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
        self.rings.iter_mut().for_each(|ring| ring.prepare(self.longest));
        self.scatter.prepare(sample_rate_hz, &SCATTER_MS);
        self.fade_step = (BLOCK as f64 / (FADE_S * sample_rate_hz)) as f32;
        self.reset(request);
    }

    /// Forgets all audio and takes the taps of `request` at once.
    pub fn reset(&mut self, request: &TapRequest) {
        self.rings.iter_mut().for_each(Ring::reset);
        self.walls = Default::default();
        self.scatter.reset(SCATTER);
        self.jump(request);
        self.quiet_blocks = usize::MAX;
    }

    /// Takes the taps of `request` at once, where nothing sounds.
    pub fn jump(&mut self, request: &TapRequest) {
        self.fade = 1.0;
        self.design(request);
        self.colour = self.colour_goal;
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
        self.taps.design(request, self.rate);
        let colour = wall_colour(&request.shoebox);
        self.colour_goal = std::array::from_fn(|order| colour.powi(order as i32 + 1) as f32);
        let corner = (request.colour_hz / self.rate).clamp(1e-4, 0.45);
        let g = (std::f64::consts::PI * corner).tan();
        self.corner = (g / (1.0 + g)) as f32;
        self.mono_gain = self.taps.mono_gain;
        self.designed = Some(*request);
    }

    /// Gain with which the sum of both outputs is as loud as one of them: reflections from the middle
    /// are in both.
    pub fn mono_gain(&self) -> f32 {
        self.mono_gain
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
        [self.rings[0].read(ago), self.rings[1].read(ago)]
    }

    /// Takes the next block of input.
    #[inline]
    pub fn push(&mut self, input: &[Block; 2]) {
        let silent = input.as_flattened().iter().all(|&x| x == 0.0);
        self.quiet_blocks = if silent { self.quiet_blocks.saturating_add(1) } else { 0 };
        self.rings[0].push(&input[0]);
        self.rings[1].push(&input[1]);
    }

    /// The reflections that come out in the block after the last pushed one.
    pub fn process(&mut self) -> [Block; 2] {
        let mut all = sums(&self.taps, &self.rings);
        let fading = self.fade < 1.0;
        let (from, to) = (self.fade, (self.fade + self.fade_step).min(1.0));
        if fading {
            // What is not alike adds up in power.
            let shares: [[f32; 2]; BLOCK] = std::array::from_fn(|t| {
                let after = from + (to - from) * (t as f32 * (1.0 / BLOCK as f32));
                let before = 1.0 - after;
                let level = 1.0 - 2.0 * (1.0 - self.alike) * before * after;
                [before, after].map(|share| share / level.sqrt())
            });
            let old = sums(&self.before, &self.rings);
            for (sum, old) in all.as_flattened_mut().iter_mut().zip(old.as_flattened()) {
                for t in 0..BLOCK {
                    let [before, after] = shares[t];
                    sum[t] = old[t] * before + sum[t] * after;
                }
            }
        }
        self.fade = to;
        self.paint(&all)
    }

    /// The walls: for every order a first-order shelf, and all orders summed.
    fn paint(&mut self, sums: &[[Block; 2]; ORDERS]) -> [Block; 2] {
        for (colour, goal) in self.colour.iter_mut().zip(self.colour_goal) {
            let step = goal - *colour;
            *colour = if step.abs() < 1e-4 { goal } else { *colour + 0.05 * step };
        }
        let [left, right, mut others @ ..] =
            colour(sums, &self.colour, self.corner, &mut self.walls);
        self.scatter.process(&mut others);
        for (others, first) in others.iter_mut().zip([left, right]) {
            for t in 0..BLOCK {
                others[t] += first[t];
            }
        }
        others
    }
}

#[cfg(test)]
mod tests;

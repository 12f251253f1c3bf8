//! The direct sound: time of flight, air, near field, width, level and direction, with no latency.

use super::GLIDE_MS;
use super::cues::{Place, Scene};
use super::flight::Flight;
use crate::air::AirFilter;
use crate::delay_line::DelayLine;
use crate::room::{BLOCK, Block, Ramp, line, load};
use fearless_simd::{Simd, f32x8, prelude::*};

/// Most of the synthetic width that a near source gets.
const WIDEST: f64 = 0.1;
/// Time over which the energies of middle and side are measured, in s.
const IMAGE_S: f64 = 0.4;
/// Lanes in which they are added up: each has two samples of a block.
const IMAGE_LANES: usize = BLOCK / 2;
/// Blocks after which the gain follows them at rest.
const IMAGE_BLOCKS: u32 = 4;
/// Steps of the way through air while it glides, in m: another response for each.
const AIR_STEP_M: f64 = 1.0 / 256.0;
/// Delays of the allpasses that make it, in ms.
/// Short, so that they are over before any reflection comes.
const ALLPASS_MS: [f64; 3] = [0.13, 0.21, 0.31];
const ALLPASS_GAIN: f32 = 0.5;
/// Corner of the shade in Hz: below it the nearer side of a wide source leads in time, above it in level.
const SHADE_HZ: f64 = 400.0;

/// The direct sound of one source.
#[derive(Clone, Debug, Default)]
pub(super) struct Direct {
    rate: f64,
    /// Nothing moves but the flight.
    still: bool,
    /// There is neither a near field, nor synthetic width, nor shade.
    only_pans: bool,
    flight: Flight,
    air: AirFilter,
    air_m: Ramp,
    /// Level in nepers and as a gain, and what becomes of it and the direction.
    level: Ramp,
    present: f32,
    loudness: [f32; 2],
    pan: [Ramp; 2],
    gains: [[f32; 2]; 2],
    /// What the treble has more or less than the pan's gains.
    shade: [Ramp; 2],
    shade_pole: f32,
    shade_state: [f32; 2],
    narrow: Ramp,
    widen: Ramp,
    /// Running energies of middle and side, in lanes, and the gain that keeps what a narrow image loses.
    image: [[f32; IMAGE_LANES]; 2],
    image_share: f32,
    /// Whether middle or side has any energy, and blocks since the gain followed.
    image_sounds: bool,
    image_blocks: u32,
    image_gain: f32,
    bass: Ramp,
    bass_pole: f64,
    bass_state: [f64; 2],
    decorrelator: [(DelayLine, usize); 3],
}

impl Direct {
    pub(super) fn prepare(&mut self, sample_rate_hz: f64, longest_flight_s: f64) {
        self.rate = sample_rate_hz;
        self.flight.prepare(sample_rate_hz, longest_flight_s);
        self.air.prepare(sample_rate_hz);
        self.image_share = (-(BLOCK as f64) / (IMAGE_S * sample_rate_hz)).exp() as f32;
        for ((line, delay), ms) in self.decorrelator.iter_mut().zip(ALLPASS_MS) {
            *delay = (ms * 0.001 * sample_rate_hz).round().max(1.0) as usize;
            line.prepare(*delay);
        }
        self.air_m.configure(GLIDE_MS, sample_rate_hz);
        self.ramps().into_iter().for_each(|ramp| ramp.configure(GLIDE_MS, sample_rate_hz));
    }

    fn ramps(&mut self) -> [&mut Ramp; 8] {
        let [left, right] = &mut self.pan;
        let [shade_left, shade_right] = &mut self.shade;
        [
            &mut self.level,
            left,
            right,
            shade_left,
            shade_right,
            &mut self.narrow,
            &mut self.widen,
            &mut self.bass,
        ]
    }

    /// Forgets all audio and jumps to where it was going.
    pub(super) fn reset(&mut self) {
        self.flight.reset();
        self.shade_state = [0.0; 2];
        self.image = Default::default();
        (self.image_sounds, self.image_blocks, self.image_gain) = (false, 0, 1.0);
        self.bass_state = [0.0; 2];
        self.decorrelator.iter_mut().for_each(|(line, _)| line.reset());
        self.still = false;
        self.ramps().into_iter().for_each(Ramp::settle);
        self.air_m.settle();
        self.air.reset();
        self.next_block();
        self.gains = self.gains.map(|[_, to]| [to; 2]);
        self.loudness = [self.loudness[1]; 2];
    }

    /// Where to go. `level` is a gain on top of the place's.
    pub(super) fn aim(&mut self, scene: &Scene, place: &Place, flies: bool, level: f64) {
        let flight = if flies { scene.flight_s(place.distance_m) * self.rate } else { 0.0 };
        self.still = false;
        self.flight.aim(flight);
        self.air_m.set(place.air_m as f32);
        self.level.set((place.direct * level).max(1e-12).ln() as f32);
        for side in 0..2 {
            self.pan[side].set(place.pan[side] as f32);
            self.shade[side].set((place.treble[side] - place.pan[side]) as f32);
        }
        self.narrow.set((1.0 - place.spread).max(0.0) as f32);
        self.widen.set((WIDEST * place.wide * (1.0 - 1.0 / place.spread.max(1.0))) as f32);
        self.bass.set((place.bass - 1.0) as f32);
        let pole = |freq_hz: f64| 1.0 - (-std::f64::consts::TAU * freq_hz / self.rate).exp();
        self.bass_pole = pole(scene.near_field_hz());
        self.shade_pole = pole(SHADE_HZ) as f32;
    }

    /// Moves on by one block. To be called at the start of one that comes in parts.
    pub(super) fn next_block(&mut self) {
        self.flight.next_block();
        self.air.set(next_way_m(&mut self.air_m));
        self.next_place();
    }

    /// The same of what the direct sound alone has.
    #[inline(always)]
    fn next_place(&mut self) {
        let rested = self.still;
        if !rested {
            self.ramps().into_iter().for_each(Ramp::next_block);
            self.still = self.ramps().iter().all(|ramp| ramp.is_settled());
            let others = [&self.shade[0], &self.shade[1], &self.bass, &self.widen];
            self.only_pans = others.iter().all(|ramp| ramp.rests_on(0.0));
            let neutral = self.level.rests_on(0.0);
            self.present = if neutral { 1.0 } else { self.level.current().exp() };
        }
        let level = self.present * self.image_gain;
        if rested && self.only_pans && self.loudness == [level; 2] {
            return;
        }
        self.loudness = [self.loudness[1], level];
        for (gain, pan) in self.gains.iter_mut().zip(&self.pan) {
            *gain = [gain[1], level * pan.current()];
        }
        if self.bass_state != [0.0; 2] {
            self.bass_state = self.bass_state.map(|s| if s.abs() < 1e-20 { 0.0 } else { s });
        }
        if self.shade_state != [0.0; 2] {
            self.shade_state = self.shade_state.map(|s| if s.abs() < 1e-20 { 0.0 } else { s });
        }
    }

    /// Hears a whole block of what has travelled. A source whose sides are narrowed away would get
    /// softer than the law says; how much of it was in the sides is measured.
    #[inline(always)]
    pub(super) fn observe<S: Simd>(&mut self, simd: S, audio: [&Block; 2]) {
        image_energies(simd, audio, self.image_share, &mut self.image);
        self.image_blocks += 1;
        if self.still && self.image_sounds && self.image_blocks < IMAGE_BLOCKS {
            return;
        }
        self.image_blocks = 0;
        let kept = 1.0 - self.narrow.current();
        if kept >= 1.0 {
            self.image_gain = 1.0;
        }
        let [middle, side] = self.image.map(sum);
        self.image_sounds = middle + side > 1e-12;
        if !self.image_sounds {
            self.image = Default::default();
        } else if kept < 1.0 {
            let left = (middle + kept * kept * side).max(0.5 * (middle + side));
            self.image_gain = ((middle + side) / left).sqrt();
        }
    }

    /// Time of flight and air, which the reflections hear too. `position` is that in the block.
    #[inline(always)]
    pub(super) fn travel(&mut self, audio: &mut [&mut [f32]; 2], position: usize) {
        self.flight.process(audio, position);
        let [left, right] = audio;
        self.air.process([left, right]);
    }

    /// The same of whole blocks in a row, moving on for each.
    #[inline(always)]
    pub(super) fn travel_run<S: Simd>(&mut self, simd: S, [left, right]: [&mut [Block]; 2]) {
        if self.flight.is_over() {
            self.flight.keep_last([left, right]);
        } else {
            for (left, right) in left.iter_mut().zip(&mut *right) {
                self.flight.next_block();
                self.flight.process(&mut [left, right], 0);
            }
        }
        // What rests is not asked again for each block.
        let rests_m = self.air_m.is_settled().then(|| f64::from(self.air_m.current()));
        let next_way_m = || rests_m.unwrap_or_else(|| next_way_m(&mut self.air_m));
        self.air.process_run(simd, [left, right], next_way_m);
    }

    /// The same of everything that the direct sound alone has.
    #[inline(always)]
    pub(super) fn place_run<S: Simd>(&mut self, simd: S, [left, right]: [&mut [Block]; 2]) {
        for (left, right) in left.iter_mut().zip(right) {
            self.next_place();
            self.observe(simd, [left, right]);
            if self.only_pans {
                self.pan_block(simd, [left, right]);
            } else {
                self.place(&mut [left, right], 0);
            }
        }
    }

    /// What [`Self::place`] does to a block that it only pans, to the same bits.
    #[inline(always)]
    fn pan_block<S: Simd>(&mut self, simd: S, block: [&mut Block; 2]) {
        self.shade_state = [0.0; 2];
        let (left, right) = (load(simd, block[0]), load(simd, block[1]));
        let side = (left - right) * 0.5 * self.narrow.gains(simd);
        let [[left_from, left_to], [right_from, right_to]] = self.gains;
        ((left - side) * line(simd, left_from, left_to)).store_array(block[0]);
        ((right + side) * line(simd, right_from, right_to)).store_array(block[1]);
    }

    /// Everything that the direct sound alone has.
    #[inline(always)]
    pub(super) fn place(&mut self, audio: &mut [&mut [f32]; 2], position: usize) {
        let [left, right] = audio;
        if !self.bass.rests_on(0.0) {
            for (i, (l, r)) in left.iter_mut().zip(right.iter_mut()).enumerate() {
                let rise = f64::from(self.bass.at(position + i));
                for (x, state) in [l, r].into_iter().zip(&mut self.bass_state) {
                    *state += (f64::from(*x) - *state) * self.bass_pole;
                    *x += (rise * *state) as f32;
                }
            }
        }
        let widens = !self.widen.rests_on(0.0);
        let shaded = !self.shade.iter().all(|shade| shade.rests_on(0.0));
        if !widens && !shaded {
            self.shade_state = [0.0; 2];
            let [[left_from, left_to], [right_from, right_to]] = self.gains;
            for (i, (l, r)) in left.iter_mut().zip(right.iter_mut()).enumerate() {
                let way = share(position + i);
                let side = 0.5 * (*l - *r) * self.narrow.at(position + i);
                *l = (*l - side) * (left_from + (left_to - left_from) * way);
                *r = (*r + side) * (right_from + (right_to - right_from) * way);
            }
            return;
        }
        if widens || !self.narrow.rests_on(0.0) {
            for (i, (l, r)) in left.iter_mut().zip(right.iter_mut()).enumerate() {
                let side = 0.5 * (*l - *r) * self.narrow.at(position + i);
                let mut bent = 0.0;
                if widens {
                    bent = 0.5 * (*l + *r);
                    for (line, delay) in &mut self.decorrelator {
                        bent = allpass(line, *delay, bent);
                    }
                    bent *= self.widen.at(position + i);
                }
                // What is added left is taken right: in mono nothing of it is heard.
                *l += bent - side;
                *r -= bent - side;
            }
        }
        for (side, audio) in [left, right].into_iter().enumerate() {
            let [from, to] = self.gains[side];
            let (shade, state) = (&self.shade[side], &mut self.shade_state[side]);
            if shade.rests_on(0.0) {
                for (i, x) in audio.iter_mut().enumerate() {
                    *x *= from + (to - from) * share(position + i);
                }
                *state = 0.0;
                continue;
            }
            let (low, high) = (self.loudness[0], self.loudness[1]);
            for (i, x) in audio.iter_mut().enumerate() {
                let way = share(position + i);
                *state += (*x - *state) * self.shade_pole;
                let treble = (*x - *state) * shade.at(position + i) * (low + (high - low) * way);
                *x = *x * (from + (to - from) * way) + treble;
            }
        }
    }

    /// Samples that the direct sound may come late.
    pub(super) fn memory_samples(&self) -> u64 {
        (self.flight.wanted() + 0.1 * self.rate) as u64
    }
}

/// The way through air of the next block: while it glides, in steps of which each takes less than 0.01 dB of anything.
#[inline(always)]
fn next_way_m(way_m: &mut Ramp) -> f64 {
    way_m.next_block();
    let exact_m = f64::from(way_m.current());
    if way_m.is_settled() { exact_m } else { (exact_m / AIR_STEP_M).round() * AIR_STEP_M }
}

/// Adds a block to the energies of middle and side, of which the share `kept` is left.
#[inline(always)]
fn image_energies<S: Simd>(
    simd: S,
    [left, right]: [&Block; 2],
    kept: f32,
    image: &mut [[f32; IMAGE_LANES]; 2],
) {
    let (left, right) = (load(simd, left), load(simd, right));
    for (image, heard) in image.iter_mut().zip([left + right, left - right]) {
        let (a, b) = (heard * heard).split();
        (a + b + f32x8::load_array_ref(simd, image) * kept).store_array(image);
    }
}

/// Sum of the lanes of an energy, in a tree.
#[inline(always)]
fn sum(lanes: [f32; IMAGE_LANES]) -> f32 {
    let [a, b, c, d] = [0, 1, 2, 3].map(|lane| lanes[lane] + lanes[lane + 4]);
    (a + c) + (b + d)
}

/// Share of the block that is over after a position.
#[inline]
fn share(position: usize) -> f32 {
    (position + 1) as f32 * (1.0 / BLOCK as f32)
}

/// Schroeder's allpass on a delay line.
#[inline]
fn allpass(line: &mut DelayLine, delay: usize, x: f32) -> f32 {
    let old = line.read(delay - 1);
    let w = x + ALLPASS_GAIN * old;
    let w = if w.abs() < 1e-15 { 0.0 } else { w };
    line.push(w);
    old - ALLPASS_GAIN * w
}

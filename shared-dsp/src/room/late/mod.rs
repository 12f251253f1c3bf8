//! The late field: a feedback delay network of 16 lines with a Hadamard matrix.
//!
//! Lines are kept one after the other so that each is read and written in slices, and the matrix is
//! butterflies of whole blocks; only the damping filters, which run sample by sample, turn the block
//! round so that the lines are lanes.

mod design;
mod lines;
mod matrix;
mod turn;

pub use design::LateSettings;
pub(crate) use design::Onset;
use design::{Damping, TONE_LANES, delays, longest_delays};
use lines::{Lines, Tile};
use matrix::circulate;
use turn::Turn;

use super::block::{BLOCK, Block, Ramp, SILENT, load, store};
use super::diffuser::Diffuser;
use super::shelf::{ShelfState, Shelves};
use super::shoebox::Shoebox;
use super::transpose::transpose_16;
use crate::simd::{self, level};
use crate::smooth::Smoothed;
use crate::units::is_silent;
use fearless_simd::dispatch;
use multiversion::multiversion;
use std::ops::Range;

/// Lines of the network.
pub const LINES: usize = 16;

/// Signs with which left and right come out of the lines, see also [`matrix::IN`].
const OUT: [[f32; LINES]; 2] =
    [signs(0b0001_1101_0100_1011), signs(0b0001_1101_0100_1011 ^ 0b0011_0011_0011_0011)];

const fn signs(bits: u32) -> [f32; LINES] {
    let mut out = [1.0; LINES];
    let mut i = 0;
    while i < LINES {
        if bits >> i & 1 == 1 {
            out[i] = -1.0;
        }
        i += 1;
    }
    out
}

/// Delays of the input's diffusers in ms, left and right.
const DIFFUSER_MS: [[f64; 4]; 2] = [[1.31, 2.17, 3.79, 6.23], [1.49, 2.41, 3.37, 6.71]];
/// Time in which the damping follows its settings.
const GLIDE_MS: f64 = 30.0;
/// Below this, what circulates is silence.
const QUIET: f32 = 3.0e-8;

/// The late field. Its output has the energy of its input, both channels together.
#[derive(Clone, Debug, Default)]
pub struct Late {
    rate: f64,
    settings: Option<LateSettings>,
    applied: Option<LateSettings>,
    lines: Lines,
    turn: Turn,
    diffuser: Diffuser<4>,
    now: Option<Box<Damping>>,
    goal: Option<Box<Damping>>,
    glide: Glide,
    shelves: [ShelfState<LINES>; 2],
    tone: [ShelfState<TONE_LANES>; 2],
    gate: Ramp,
    depth: Depth,
    quiet_blocks: usize,
    blocks_to_idle: usize,
}

/// How far the damping is on its way to its goal, in blocks.
#[derive(Clone, Copy, Debug, Default)]
struct Glide {
    left: u32,
    length: u32,
}

impl Glide {
    /// Share of the way left that the sample at a position in the block goes.
    #[inline]
    fn share(self, position: usize) -> f32 {
        1.0 / (self.left * BLOCK as u32 - position as u32) as f32
    }
}

#[derive(Clone, Copy, Debug)]
struct Depth(Smoothed);

impl Default for Depth {
    fn default() -> Self {
        Self(Smoothed::new(0.0))
    }
}

impl Late {
    /// Allocates, and takes the settings at once.
    pub fn prepare(&mut self, sample_rate_hz: f64, settings: &LateSettings) {
        simd::prepare();
        self.rate = sample_rate_hz;
        let longest = longest_delays(sample_rate_hz);
        self.lines.prepare(&longest, sample_rate_hz);
        let longest = longest.into_iter().max().unwrap_or(0);
        self.diffuser.prepare(sample_rate_hz, &DIFFUSER_MS);
        self.glide.length = (GLIDE_MS * 0.001 * sample_rate_hz / BLOCK as f64).ceil() as u32;
        self.gate.configure(GLIDE_MS as f32, sample_rate_hz);
        self.depth.0.configure(100.0, sample_rate_hz);
        // All lines and diffusers have been read once and more.
        self.blocks_to_idle = (longest + (0.1 * sample_rate_hz) as usize) / BLOCK;
        self.now = Some(Box::new(Damping::FROZEN));
        self.goal = Some(Box::new(Damping::FROZEN));
        self.settings = Some(*settings);
        self.reset();
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        let Some(settings) = self.settings else { return };
        self.lines.reset();
        self.turn.reset();
        self.diffuser.reset(settings.diffusion);
        self.shelves = Default::default();
        self.tone = Default::default();
        self.settle();
        self.quiet_blocks = self.blocks_to_idle;
    }

    /// Takes the settings at once, where nothing sounds.
    fn settle(&mut self) {
        let Some(settings) = self.settings else { return };
        self.lines.jump(delays(&Shoebox::new(&settings.room), self.rate));
        self.aim(&settings);
        if let (Some(now), Some(goal)) = (&mut self.now, &self.goal) {
            **now = **goal;
        }
        self.glide.left = 0;
        self.diffuser.set(settings.diffusion);
        self.gate.settle();
        self.depth.0.settle();
    }

    /// New settings. They are followed as fast as the glide allows.
    pub fn set(&mut self, settings: &LateSettings) {
        self.settings = Some(*settings);
    }

    /// Whether nothing sounds any more.
    #[inline]
    pub fn is_idle(&self) -> bool {
        self.quiet_blocks >= self.blocks_to_idle
    }

    /// Samples that the damped network sounds on after the decay itself.
    pub fn memory_samples(&self) -> usize {
        (self.blocks_to_idle + 2) * BLOCK
    }

    /// Works out one block: what comes out while `input` (finite) goes in.
    pub fn process(&mut self, input: &[Block; 2]) -> [Block; 2] {
        work(self, input)
    }

    #[inline(always)]
    fn work(&mut self, input: &[Block; 2]) -> [Block; 2] {
        if self.is_idle() {
            if is_silent(input.as_flattened()) {
                return [SILENT; 2];
            }
            self.settle();
        }
        self.follow();
        self.gate.next_block();
        let (entered, mut input) = (input, *input);
        if !self.gate.rests_on(1.0) {
            for block in &mut input {
                for t in 0..BLOCK {
                    block[t] *= self.gate.at(t);
                }
            }
        }
        let mut tile = self.lines.read();
        self.colour(&mut input, &mut tile);
        let output = hear(&tile);
        input = dispatch!(level(), simd => {
            let [left, right] = &input;
            let mut audio = [[load(simd, left)], [load(simd, right)]];
            self.diffuser.process(simd, &mut audio);
            let [[left], [right]] = audio;
            store([left, right])
        });
        let depth = self.depth.0.advance(BLOCK as u32);
        let rate_hz = self.settings.map_or(0.5, |settings| settings.mod_rate_hz.clamp(0.01, 10.0));
        let turned = self.turn.next_block(depth, rate_hz * BLOCK as f32 / self.rate as f32);
        circulate(&mut tile, &turned, &input);
        if is_quiet(entered) && is_quiet(&tile) {
            self.quiet_blocks += 1;
            tile = [SILENT; LINES];
        } else {
            self.quiet_blocks = 0;
        }
        self.lines.write(&tile);
        if self.is_idle() {
            self.shelves = Default::default();
            self.tone = Default::default();
        }
        output
    }

    /// Gives the input the level and the colour that the decay asks for, and damps the lines.
    #[inline(always)]
    fn colour(&mut self, input: &mut [Block; 2], tile: &mut Tile) {
        let (Some(now), Some(goal)) = (&mut self.now, &self.goal) else { return };
        let gliding = self.glide.left > 0;
        let levels = if gliding {
            now.levels_towards(goal, self.glide.share(0))
        } else {
            [now.level; BLOCK]
        };
        for block in &mut *input {
            for t in 0..BLOCK {
                block[t] *= levels[t];
            }
        }
        if gliding {
            let mut frames = [[0.0f32; LINES]; BLOCK];
            transpose_16(tile, &mut frames);
            let [low, high] = &mut self.shelves;
            for (t, frame) in frames.iter_mut().enumerate() {
                now.approach(goal, self.glide.share(t));
                tint(input, t..t + 1, &now.tone, &mut self.tone);
                frame.iter_mut().zip(now.gain).for_each(|(x, gain)| *x *= gain);
                low.tick(&now.low, frame);
                high.tick(&now.high, frame);
            }
            transpose_16(&frames, tile);
        } else {
            tint(input, 0..BLOCK, &now.tone, &mut self.tone);
            damp(tile, now, &mut self.shelves);
        }
        self.tone.iter_mut().for_each(ShelfState::flush);
        self.shelves.iter_mut().for_each(ShelfState::flush);
    }

    /// Ends the block of a glide, and starts towards new settings once the last ones are reached.
    fn follow(&mut self) {
        if self.glide.left > 0 {
            self.glide.left -= 1;
            if self.glide.left == 0
                && let (Some(now), Some(goal)) = (&mut self.now, &self.goal)
            {
                **now = **goal;
            }
        }
        if self.glide.left == 0
            && !self.lines.is_fading()
            && self.settings != self.applied
            && let Some(settings) = self.settings
        {
            if !settings.freeze {
                self.lines.change(delays(&Shoebox::new(&settings.room), self.rate));
            }
            self.diffuser.set(settings.diffusion);
            self.aim(&settings);
            self.glide.left = self.glide.length;
        }
    }

    /// Works out where the damping has to go.
    fn aim(&mut self, settings: &LateSettings) {
        let damping = Damping::new(settings, self.lines.delays(), self.rate);
        if let Some(goal) = &mut self.goal {
            **goal = if settings.freeze { damping.frozen() } else { damping };
        }
        self.gate.set(if settings.freeze { 0.0 } else { 1.0 });
        // Held sound stands still: in an hour even rounding would wear it away.
        let depth =
            if settings.mod_depth.is_finite() { settings.mod_depth.clamp(0.0, 1.0) } else { 0.0 };
        self.depth.0.set(if settings.freeze { 0.0 } else { depth });
        self.applied = Some(*settings);
    }
}

/// [`Late::work`]. Wider vectors give the same bits, but for those of the diffuser, which rounds once where the
/// processor can.
#[multiversion(targets("x86_64+avx"))]
fn work(late: &mut Late, input: &[Block; 2]) -> [Block; 2] {
    late.work(input)
}

/// Colours a part of the input. By itself: among wide vectors the compiler would widen this, and each sample,
/// which waits for the last one, would take longer.
#[inline(never)]
fn tint(
    [left, right]: &mut [Block; 2],
    part: Range<usize>,
    tone: &[Shelves<TONE_LANES>; 2],
    states: &mut [ShelfState<TONE_LANES>; 2],
) {
    let [mut low, mut high] = *states;
    for (left, right) in left[part.clone()].iter_mut().zip(&mut right[part]) {
        let mut frame = [0.0; TONE_LANES];
        (frame[0], frame[1]) = (*left, *right);
        low.tick(&tone[0], &mut frame);
        high.tick(&tone[1], &mut frame);
        (*left, *right) = (frame[0], frame[1]);
    }
    *states = [low, high];
}

/// Damps the lines by damping that stands still.
#[multiversion(targets("x86_64+avx"))]
fn damp(tile: &mut Tile, now: &Damping, shelves: &mut [ShelfState<LINES>; 2]) {
    let mut frames = [[0.0f32; LINES]; BLOCK];
    transpose_16(tile, &mut frames);
    let [mut low, mut high] = *shelves;
    for frame in &mut frames {
        for line in 0..LINES {
            frame[line] *= now.gain[line];
        }
        low.tick(&now.low, frame);
        high.tick(&now.high, frame);
    }
    *shelves = [low, high];
    transpose_16(&frames, tile);
}

/// What comes out of the lines.
#[multiversion(targets("x86_64+avx"))]
fn hear(tile: &Tile) -> [Block; 2] {
    let mut output = [SILENT; 2];
    for (line, block) in tile.iter().enumerate() {
        for t in 0..BLOCK {
            output[0][t] += OUT[0][line] * block[t];
            output[1][t] += OUT[1][line] * block[t];
        }
    }
    output
}

/// Whether nothing in these blocks can be heard.
#[inline(always)]
fn is_quiet(blocks: &[Block]) -> bool {
    blocks.iter().all(|block| block.iter().filter(|x| x.abs() >= QUIET).count() == 0)
}

#[cfg(test)]
mod tests {
    use super::matrix::IN;
    use super::*;

    #[test]
    fn left_and_right_go_in_and_come_out_at_right_angles() {
        let dot =
            |a: [f32; LINES], b: [f32; LINES]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        assert_eq!(dot(IN[0], IN[1]), 0.0);
        assert_eq!(dot(OUT[0], OUT[1]), 0.0);
        // Bent: against every row of the matrix the output keeps many lines.
        for row in 0..LINES {
            let walsh =
                std::array::from_fn(|i| if (row & i).count_ones() % 2 == 0 { 1.0 } else { -1.0 });
            for out in OUT {
                assert!(dot(out, walsh).abs() <= 8.0, "row {row}");
            }
        }
    }
}

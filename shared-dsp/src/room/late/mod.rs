//! The late field: a feedback delay network of 16 lines with a Hadamard matrix.
//!
//! Lines are kept one after the other so that each is read and written in slices, and the matrix is
//! butterflies of whole blocks; only the damping filters, which run sample by sample, turn the block
//! round so that the lines are lanes.

mod design;
mod lines;
mod turn;

pub use design::LateSettings;
pub(crate) use design::Onset;
use design::{Damping, TONE_LANES, delays, longest_delay};
use lines::{Lines, Tile};
use turn::Turn;

use super::block::{BLOCK, Block, Ramp, SILENT};
use super::diffuser::Diffuser;
use super::shelf::ShelfState;
use super::shoebox::Shoebox;
use crate::smooth::Smoothed;
use multiversion::multiversion;

/// Lines of the network.
pub const LINES: usize = 16;

/// Signs with which left and right go in, and with which the lines come out. Any two rows are
/// orthogonal, and none is a row of the Hadamard matrix, which would hear one line alone.
const IN: [[f32; LINES]; 2] = [
    signs(0b0110_1001_1100_0011),
    signs(0b0011_1100_1100_1001 ^ 0b0101_0101_0101_0101 ^ 0b0110_1001_1100_0011),
];
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
        self.rate = sample_rate_hz;
        let longest = longest_delay(sample_rate_hz);
        self.lines.prepare(longest, sample_rate_hz);
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
        let peak = input.as_flattened().iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
        if self.is_idle() {
            if peak == 0.0 {
                return [SILENT; 2];
            }
            self.settle();
        }
        self.follow();
        self.gate.next_block();
        let mut input = *input;
        if !self.gate.rests_on(1.0) {
            input.iter_mut().for_each(|block| self.gate.apply(block));
        }
        self.feed(&mut input);
        self.diffuser.process(&mut input);
        let mut tile = [SILENT; LINES];
        self.lines.read(&mut tile);
        let output = self.damp(&mut tile);
        let depth = self.depth.0.advance(BLOCK as u32);
        let rate_hz = self.settings.map_or(0.5, |settings| settings.mod_rate_hz.clamp(0.01, 10.0));
        self.turn.process(&mut tile, depth, rate_hz * BLOCK as f32 / self.rate as f32);
        circulate(&mut tile, &input);
        let loudest = tile.as_flattened().iter().fold(peak, |peak, x| peak.max(x.abs()));
        if loudest < QUIET {
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

    /// Gives the input the level and the colour that the decay asks for.
    fn feed(&mut self, input: &mut [Block; 2]) {
        let (Some(now), Some(goal)) = (&mut self.now, &self.goal) else { return };
        let gliding = self.glide.left > 0;
        let levels = if gliding {
            now.levels_towards(goal, self.glide.share(0))
        } else {
            [now.level; BLOCK]
        };
        let mut frames = [[0.0; TONE_LANES]; BLOCK];
        for (t, frame) in frames.iter_mut().enumerate() {
            (frame[0], frame[1]) = (input[0][t] * levels[t], input[1][t] * levels[t]);
        }
        let [mut low, mut high] = self.tone;
        for (t, frame) in frames.iter_mut().enumerate() {
            if gliding {
                now.approach_tone(goal, self.glide.share(t));
            }
            low.tick(&now.tone[0], frame);
            high.tick(&now.tone[1], frame);
        }
        self.tone = [low, high];
        for (t, frame) in frames.iter().enumerate() {
            (input[0][t], input[1][t]) = (frame[0], frame[1]);
        }
        self.tone.iter_mut().for_each(ShelfState::flush);
    }

    /// Damps the lines and takes the output from them.
    fn damp(&mut self, tile: &mut Tile) -> [Block; 2] {
        let (Some(now), Some(goal)) = (&mut self.now, &self.goal) else { return [SILENT; 2] };
        if self.glide.left > 0 {
            let mut turned = [[0.0f32; LINES]; BLOCK];
            turn(tile, &mut turned);
            let [low, high] = &mut self.shelves;
            for (t, frame) in turned.iter_mut().enumerate() {
                now.approach_lines(goal, self.glide.share(t));
                frame.iter_mut().zip(now.gain).for_each(|(x, gain)| *x *= gain);
                low.tick(&now.low, frame);
                high.tick(&now.high, frame);
            }
            turn(&turned, tile);
        } else {
            damp(tile, now, &mut self.shelves);
        }
        self.shelves.iter_mut().for_each(ShelfState::flush);
        hear(tile)
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

/// Damps the lines by damping that stands still. As everywhere here, wider vectors give the same bits.
#[multiversion(targets("x86_64+avx"))]
fn damp(tile: &mut Tile, now: &Damping, shelves: &mut [ShelfState<LINES>; 2]) {
    let mut turned = [[0.0f32; LINES]; BLOCK];
    turn(tile, &mut turned);
    let [mut low, mut high] = *shelves;
    for frame in &mut turned {
        for line in 0..LINES {
            frame[line] *= now.gain[line];
        }
        low.tick(&now.low, frame);
    }
    for frame in &mut turned {
        high.tick(&now.high, frame);
    }
    *shelves = [low, high];
    turn(&turned, tile);
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

/// Lines to frames and back.
#[inline(always)]
fn turn(from: &[[f32; 16]; 16], to: &mut [[f32; 16]; 16]) {
    const { assert!(LINES == 16 && BLOCK == 16) };
    for i in (0..16).step_by(4) {
        for j in (0..16).step_by(4) {
            for a in 0..4 {
                for b in 0..4 {
                    to[j + b][i + a] = from[i + a][j + b];
                }
            }
        }
    }
}

/// The matrix, and the input on top.
#[multiversion(targets("x86_64+avx"))]
fn circulate(tile: &mut Tile, input: &[Block; 2]) {
    let mut span = 1;
    while span < LINES {
        for pair in tile.chunks_exact_mut(2 * span) {
            let (upper, lower) = pair.split_at_mut(span);
            for (a, b) in upper.iter_mut().zip(lower) {
                for t in 0..BLOCK {
                    (a[t], b[t]) = (a[t] + b[t], a[t] - b[t]);
                }
            }
        }
        span *= 2;
    }
    for (line, block) in tile.iter_mut().enumerate() {
        let (left, right) = (IN[0][line], IN[1][line]);
        for t in 0..BLOCK {
            // 1/4 makes the matrix and the input orthogonal.
            block[t] = 0.25 * (block[t] + left * input[0][t] + right * input[1][t]);
        }
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn the_matrix_keeps_energy() {
        let mut tile: Tile =
            std::array::from_fn(|l| std::array::from_fn(|t| ((l * 7 + t * 3) % 11) as f32));
        let energy = |tile: &Tile| tile.as_flattened().iter().map(|x| x * x).sum::<f32>();
        let before = energy(&tile);
        circulate(&mut tile, &[SILENT; 2]);
        assert!((energy(&tile) / before - 1.0).abs() < 1e-5);
    }
}

//! The time that the sound takes to arrive: a delay that glides, and so bends the pitch of what moves
//! as it should be (a source that recedes at v is heard at f (1 - v / c)).
//!
//! Between samples a windowed sinc reads (Kaiser and Schafer 1980), flat to 0.7 of Nyquist: a moving
//! delay passes through all fractions, and a kernel with losses would tremble there.

use super::GLIDE_MS;
use crate::delay_line::DelayLine;
use crate::room::{BLOCK, Block};
use std::f64::consts::PI;

/// Samples that the kernel sees, and how many of them are later than the one sought.
const TAPS: usize = 16;
const LATER: usize = TAPS / 2 - 1;
/// Fractions of a sample for which the kernel is worked out; between them it runs straight.
const PHASES: usize = 128;
/// Kaiser's parameter: side lobes below -63 dB.
const BETA: f64 = 6.0;
/// How fast the delay may change, in samples per sample: half the speed of sound.
const FASTEST: f64 = 0.5;
/// Time in which a source takes up speed, in s: a pitch that changes at once clicks.
const EASE_S: f64 = 0.005;
/// Nearer to where it is going than this, in samples, the delay is there.
const THERE: f64 = 1e-4;

/// The flight of two channels.
#[derive(Clone, Debug, Default)]
pub(super) struct Flight {
    lines: [DelayLine; 2],
    kernels: Vec<[f32; TAPS]>,
    /// Where the delay is going, and where it would be if nothing held it back, in samples.
    wanted: f64,
    glide: f64,
    step: f64,
    left: u32,
    length: u32,
    /// The same at no more than the highest speed.
    held: f64,
    ease: f64,
    /// The delay at the start and the end of the block.
    delays: [f64; 2],
}

impl Flight {
    /// Allocates for flights of up to `longest_s`.
    pub(super) fn prepare(&mut self, sample_rate_hz: f64, longest_s: f64) {
        let longest = (longest_s * sample_rate_hz) as usize + TAPS;
        self.lines.iter_mut().for_each(|line| line.prepare(longest));
        self.length = (0.001 * f64::from(GLIDE_MS) * sample_rate_hz / BLOCK as f64).ceil() as u32;
        self.ease = 1.0 - (-(BLOCK as f64) / (EASE_S * sample_rate_hz)).exp();
        self.kernels = (0..=PHASES).map(kernel).collect();
    }

    /// Forgets all audio and jumps to where it was going.
    pub(super) fn reset(&mut self) {
        self.lines.iter_mut().for_each(DelayLine::reset);
        self.glide = self.wanted;
        self.held = self.wanted;
        self.left = 0;
        self.delays = [self.wanted; 2];
    }

    /// Where to go, in samples.
    pub(super) fn aim(&mut self, delay: f64) {
        if delay != self.wanted {
            self.wanted = delay;
            self.left = self.length.max(1);
            self.step = (delay - self.glide) / f64::from(self.left);
        }
    }

    /// Where it is going, in samples.
    pub(super) fn wanted(&self) -> f64 {
        self.wanted
    }

    /// Moves on by one block. To be called at its start.
    #[inline(always)]
    pub(super) fn next_block(&mut self) {
        if self.left == 0 && self.held == self.wanted && self.delays == [self.wanted; 2] {
            return;
        }
        self.left = self.left.saturating_sub(1);
        self.glide = if self.left == 0 { self.wanted } else { self.glide + self.step };
        let furthest = FASTEST * BLOCK as f64;
        self.held += (self.glide - self.held).clamp(-furthest, furthest);
        let from = self.delays[1];
        let to = from + (self.held - from) * self.ease;
        self.delays = [from, if (self.held - to).abs() < THERE { self.held } else { to }];
    }

    /// Whether there is nothing to fly, now and in the blocks to come.
    #[inline(always)]
    pub(super) fn is_over(&self) -> bool {
        self.left == 0 && [self.held, self.wanted] == [0.0; 2] && self.delays == [0.0; 2]
    }

    /// While it is over: keeps the last of some blocks. Since a delay grows by half a sample per sample at most, a flight
    /// that begins reads hardly anything from before.
    #[inline(always)]
    pub(super) fn keep_last(&mut self, [left, right]: [&[Block]; 2]) {
        if let (Some(left), Some(right)) = (left.last(), right.last()) {
            self.lines[0].push_block(left);
            self.lines[1].push_block(right);
        }
    }

    /// Delays a stretch that begins at `position` in the block.
    #[inline(always)]
    pub(super) fn process(&mut self, audio: &mut [&mut [f32]; 2], position: usize) {
        if self.delays == [0.0; 2] {
            self.lines[0].push_block(audio[0]);
            self.lines[1].push_block(audio[1]);
        } else {
            self.fly(audio, position);
        }
    }

    fn fly(&mut self, audio: &mut [&mut [f32]; 2], position: usize) {
        let [from, to] = self.delays;
        let [left, right] = audio;
        for (i, (l, r)) in left.iter_mut().zip(right.iter_mut()).enumerate() {
            let way = (position + i + 1) as f64 / BLOCK as f64;
            let delay = from + (to - from) * way;
            let whole = delay as usize;
            let fraction = (delay - whole as f64) as f32;
            self.lines[0].push(*l);
            self.lines[1].push(*r);
            (*l, *r) = if whole > LATER {
                let kernel = self.kernel_at(fraction);
                (read(&self.lines[0], whole, &kernel), read(&self.lines[1], whole, &kernel))
            } else {
                (near(&self.lines[0], whole, fraction), near(&self.lines[1], whole, fraction))
            };
        }
    }

    #[inline]
    fn kernel_at(&self, fraction: f32) -> [f32; TAPS] {
        let place = fraction * PHASES as f32;
        let low = (place as usize).min(PHASES - 1);
        let share = place - low as f32;
        let Some([a, b]) = self.kernels.get(low..low + 2) else { return [0.0; TAPS] };
        std::array::from_fn(|tap| a[tap] + (b[tap] - a[tap]) * share)
    }
}

/// Weights of the samples around a delay, the earliest sample first, for one of the fractions.
fn kernel(phase: usize) -> [f32; TAPS] {
    let fraction = phase as f64 / PHASES as f64;
    std::array::from_fn(|tap| {
        // How much earlier than the delay sought the sample is.
        let x = TAPS as f64 / 2.0 - tap as f64 - fraction;
        let sinc = if x.abs() < 1e-9 { 1.0 } else { (PI * x).sin() / (PI * x) };
        let edge = 1.0 - (2.0 * x / TAPS as f64).powi(2);
        (sinc * bessel(BETA * edge.max(0.0).sqrt()) / bessel(BETA)) as f32
    })
}

/// Modified Bessel function of the first kind and order 0, by its series.
fn bessel(x: f64) -> f64 {
    let terms = (1..30).scan(1.0, |term, k| {
        *term *= (0.5 * x / f64::from(k)).powi(2);
        Some(*term)
    });
    1.0 + terms.sum::<f64>()
}

#[inline]
fn read(line: &DelayLine, whole: usize, kernel: &[f32; TAPS]) -> f32 {
    let mut samples = [0.0; TAPS];
    line.read_block(whole + TAPS / 2, &mut samples);
    samples.iter().zip(kernel).fold(0.0, |sum, (x, weight)| sum + x * weight)
}

/// The same nearer to the present than the kernel reaches: by a cubic, and at last by a line. At whole
/// samples all of them meet.
#[inline]
fn near(line: &DelayLine, whole: usize, fraction: f32) -> f32 {
    if whole == 0 {
        return line.read(0) + (line.read(1) - line.read(0)) * fraction;
    }
    line.read_cubic_at(whole, fraction)
}

//! The host's bypass: without a click, with the latency kept, and at equal loudness if wanted.

use crate::delay_line::DelayLine;
use crate::effect::Io;
use crate::gain::GAIN_TIME_MS;
use crate::level_match::LevelMatch;
use crate::smooth::Smoothed;

/// Frames that a chain is handed at once, at most.
const PIECE: usize = 256;

/// What stands around a chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BypassSettings {
    /// Hear the input, delayed by the chain's latency.
    pub bypassed: bool,
    /// Hear it as loud as the chain's output.
    pub level_match: bool,
}

/// Stands around a chain and fades between its output and its input.
#[derive(Clone, Debug)]
pub struct Bypass {
    settings: BypassSettings,
    lines: [DelayLine; 2],
    longest: usize,
    // Delays of the input: it fades from the first to the second when the latency changes.
    delays: [usize; 2],
    moved: Smoothed,
    fresh: bool,
    // 0 is the chain, 1 is the input.
    amount: Smoothed,
    // 0 is the input as it is, 1 at the chain's loudness.
    matching: Smoothed,
    level_match: LevelMatch,
}

impl Default for Bypass {
    fn default() -> Self {
        Self {
            settings: BypassSettings::default(),
            lines: Default::default(),
            longest: 0,
            delays: [0; 2],
            moved: Smoothed::new(1.0),
            fresh: true,
            amount: Smoothed::new(0.0),
            matching: Smoothed::new(0.0),
            level_match: LevelMatch::default(),
        }
    }
}

impl Bypass {
    /// Allocates for a chain with a latency of up to `longest_samples`.
    pub fn prepare(
        &mut self,
        sample_rate_hz: f64,
        longest_samples: usize,
        settings: &BypassSettings,
    ) {
        self.longest = longest_samples;
        self.lines.iter_mut().for_each(|line| line.prepare(longest_samples + PIECE));
        self.moved.configure(GAIN_TIME_MS, sample_rate_hz);
        self.amount.configure(GAIN_TIME_MS, sample_rate_hz);
        self.matching.configure(GAIN_TIME_MS, sample_rate_hz);
        self.level_match.prepare(sample_rate_hz);
        self.set(settings);
        self.reset();
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        self.lines.iter_mut().for_each(DelayLine::reset);
        self.moved.snap(1.0);
        self.fresh = true;
        self.amount.settle();
        self.matching.settle();
        self.level_match.reset();
    }

    /// New settings, heard from the next sample on.
    pub fn set(&mut self, settings: &BypassSettings) {
        if settings.level_match && !self.settings.level_match {
            self.level_match.reset();
        }
        self.settings = *settings;
        self.amount.set(if settings.bypassed { 1.0 } else { 0.0 });
        self.matching.set(if settings.level_match { 1.0 } else { 0.0 });
    }

    /// The gain in dB that the input gets to be as loud as the output; 0 without level match.
    pub fn match_db(&self) -> f32 {
        if self.settings.level_match {
            crate::units::gain_to_db(self.level_match.gain())
        } else {
            0.0
        }
    }

    /// Whether nothing moves and nothing is remembered: silence can pass without it.
    pub fn is_resting(&self) -> bool {
        self.longest == 0 && !self.settings.level_match && self.is_still()
    }

    fn is_still(&self) -> bool {
        self.moved.is_settled() && self.amount.is_settled() && self.matching.is_settled()
    }

    /// Runs `chain`, whose output is `latency` samples late, and fades to its input where bypassed.
    /// The chain runs on while it is bypassed, so that it comes back without a gap.
    pub fn process(&mut self, mut io: Io<'_>, latency: usize, mut chain: impl FnMut(Io<'_>)) {
        io.sanitize();
        let latency = latency.min(self.longest);
        let mut start = 0;
        while start < io.frames() {
            let end = (start + PIECE).min(io.frames());
            let mut dry = [[0.0; PIECE]; 2];
            self.delay(latency, [&io.main[0][start..end], &io.main[1][start..end]], &mut dry);
            chain(io.part(start, end));
            let [left, right] = &mut io.main;
            self.blend(&dry, &mut left[start..end], &mut right[start..end]);
            start = end;
        }
    }

    /// The input as late as the chain's output.
    fn delay(&mut self, latency: usize, input: [&[f32]; 2], dry: &mut [[f32; PIECE]; 2]) {
        if self.fresh {
            self.fresh = false;
            self.delays = [latency; 2];
        }
        if self.longest == 0 {
            for (dry, input) in dry.iter_mut().zip(input) {
                dry.iter_mut().zip(input).for_each(|(dry, sample)| *dry = *sample);
            }
            return;
        }
        let frames = input[0].len();
        if self.moved.is_settled() && self.delays[1] == latency && frames > 0 {
            self.delays[0] = latency;
            for ((line, dry), input) in self.lines.iter_mut().zip(dry).zip(input) {
                line.push_block(input);
                line.read_block(latency + frames - 1, &mut dry[..frames]);
            }
            return;
        }
        for i in 0..frames {
            if self.moved.is_settled() {
                self.delays[0] = self.delays[1];
                if self.delays[1] != latency {
                    self.delays[1] = latency;
                    self.moved.snap(0.0);
                    self.moved.set(1.0);
                }
            }
            let moved = self.moved.next();
            for (channel, line) in self.lines.iter_mut().enumerate() {
                line.push(input[channel][i]);
                let [from, to] = self.delays.map(|delay| line.read(delay));
                dry[channel][i] = if from == to { to } else { from + moved * (to - from) };
            }
        }
    }

    fn blend(&mut self, dry: &[[f32; PIECE]; 2], left: &mut [f32], right: &mut [f32]) {
        let resting = self.amount.is_settled() && self.matching.is_settled();
        let matched = self.matching.current() > 0.0 || !resting;
        if resting && !matched && self.amount.current() == 0.0 {
            return;
        }
        for (i, (l, r)) in left.iter_mut().zip(right).enumerate() {
            let mut input = [dry[0][i], dry[1][i]];
            if matched {
                let gain = self.level_match.tick(input, [*l, *r]);
                let gain = 1.0 + self.matching.next() * (gain - 1.0);
                input = input.map(|sample| sample * gain);
            }
            let amount = self.amount.next();
            if amount == 1.0 {
                [*l, *r] = input;
            } else if amount > 0.0 {
                *l += amount * (input[0] - *l);
                *r += amount * (input[1] - *r);
            }
        }
    }
}

//! The stereo delay of Space.
//!
//! Times are whole samples, so that echoes lose nothing by interpolation unless wow moves them. A new
//! time is a crossfade between two read positions: no change of pitch, no click. Filters, saturation
//! and limit lie before the line, so the first echo has them too.

mod saturation;
mod settings;

pub use settings::DelaySettings;

use crate::delay_line::DelayLine;
use crate::effect::{Effect, Io, Tail};
use crate::eq::Filters;
use crate::smooth::{CONTROL_PERIOD, ControlClock, Smoothed};
use crate::units::{is_silent, ms_to_samples};
use saturation::{LIMIT, driven, limited};
use settings::loop_filters;
use std::f64::consts::TAU;

/// Longest time in ms with the longest offset: 2/1 dotted at 60 bpm, and half of that again.
const LONGEST_MS: f32 = 18_000.0;

/// Shortest delay in samples: half of 1 ms at 8 kHz, and what the interpolation needs.
const SHORTEST: usize = 4;

/// Samples beyond a delay that the interpolation may reach.
const MARGIN: usize = 4;

/// Time of the crossfade to a new time.
const FADE_MS: f32 = 30.0;

/// Time of a move of feedback, cross feed, drive and wow.
const SMOOTHING_MS: f32 = 20.0;

/// Rate of wow, and how far it moves the delay at full depth: 0.6 % of pitch. Tuned by ear of tape.
const WOW_HZ: f64 = 0.7;
const WOW_MS: f32 = 1.4;

/// What is quieter than this (-140 dBFS) does not enter the line, so that echoes end.
const FLOOR: f32 = 1e-7;

type Lane = [f32; CONTROL_PERIOD];
type Chunk = [Lane; 2];

/// Two delay lines in a loop. The output is the echoes alone.
#[derive(Clone, Debug)]
pub struct Delay {
    settings: DelaySettings,
    sample_rate_hz: f64,
    lines: [DelayLine; 2],
    /// Frames that the lines hold.
    capacity: usize,
    heads: [usize; 2],
    next_heads: [usize; 2],
    /// Frames of the crossfade that are done, of all.
    faded: usize,
    fade_length: usize,
    feedback: Smoothed,
    cross_feed: Smoothed,
    drive: Smoothed,
    wow: Smoothed,
    wow_phase: f64,
    wow_samples: [f32; 2],
    wow_step: [f32; 2],
    filters: Filters,
    clock: ControlClock,
    /// Frames that may be worked on at once: what goes in comes out after them.
    stretch: usize,
    /// Frames of silence in a row that went into the lines.
    silent: usize,
    /// Frames back to which the lines are heard: what is older was forgotten in a rest.
    heard: usize,
    /// Whether a read position lies farther back.
    beyond: bool,
    /// Nothing sounds: until something comes in, nothing is worked out.
    resting: bool,
    /// Whether settings came in the rest that have not been taken yet.
    moved: bool,
}

impl Default for Delay {
    fn default() -> Self {
        Self {
            settings: DelaySettings::default(),
            sample_rate_hz: 48_000.0,
            lines: [DelayLine::default(), DelayLine::default()],
            capacity: 0,
            heads: [SHORTEST; 2],
            next_heads: [SHORTEST; 2],
            faded: 0,
            fade_length: 1,
            feedback: Smoothed::new(0.0),
            cross_feed: Smoothed::new(0.0),
            drive: Smoothed::new(0.0),
            wow: Smoothed::new(0.0),
            wow_phase: 0.0,
            wow_samples: [0.0; 2],
            wow_step: [0.0; 2],
            filters: Filters::default(),
            clock: ControlClock::default(),
            stretch: 1,
            silent: 0,
            heard: 0,
            beyond: false,
            resting: false,
            moved: false,
        }
    }
}

impl Delay {
    fn parts(&mut self) -> [&mut Smoothed; 4] {
        [&mut self.feedback, &mut self.cross_feed, &mut self.drive, &mut self.wow]
    }

    /// Left and right delay in whole samples.
    fn wanted_heads(&self) -> [usize; 2] {
        let left = ms_to_samples(self.settings.time_ms, self.sample_rate_hz);
        let right = left * (1.0 + f64::from(self.settings.offset));
        let longest = self.capacity.saturating_sub(self.wow_reach() + MARGIN).max(SHORTEST);
        [left, right].map(|samples| (samples.round() as usize).clamp(SHORTEST, longest))
    }

    /// How far wow moves the delay at most, in samples.
    fn wow_reach(&self) -> usize {
        ms_to_samples(WOW_MS, self.sample_rate_hz).ceil() as usize
    }

    fn control_tick(&mut self) {
        if self.resting {
            return;
        }
        let [a, b] = self.heads;
        let [c, d] = self.next_heads;
        let deepest = a.max(b).max(c).max(d) + self.wow_reach() + MARGIN;
        if self.silent > deepest {
            self.resting = true;
            self.heard = self.heard.min(self.silent);
            self.settle();
            return;
        }
        if self.faded >= self.fade_length {
            self.heads = self.next_heads;
            let wanted = self.wanted_heads();
            if wanted != self.next_heads {
                self.next_heads = wanted;
                self.faded = 0;
            }
        }
        self.move_wow();
        self.look_ahead();
    }

    /// Takes all settings at once: nothing sounds.
    fn settle(&mut self) {
        self.parts().into_iter().for_each(Smoothed::settle);
        self.heads = self.wanted_heads();
        self.next_heads = self.heads;
        self.faded = self.fade_length;
        self.wow_samples = [0.0; 2];
        self.wow_step = [0.0; 2];
        self.filters.reset();
        self.moved = false;
        self.look_ahead();
    }

    fn move_wow(&mut self) {
        let depth = self.wow.advance(CONTROL_PERIOD as u32);
        if depth == 0.0 && self.wow_samples == [0.0; 2] {
            self.wow_step = [0.0; 2];
            return;
        }
        self.wow_phase =
            (self.wow_phase + WOW_HZ * CONTROL_PERIOD as f64 / self.sample_rate_hz).fract();
        let deepest = ms_to_samples(WOW_MS, self.sample_rate_hz) as f32;
        for side in 0..2 {
            let nearest = self.heads[side].min(self.next_heads[side]);
            let depth = depth * deepest.min(0.4 * nearest as f32);
            let phase = TAU * (self.wow_phase + 0.25 * side as f64);
            let target = depth * phase.sin() as f32;
            if target == 0.0 && self.wow_samples[side].abs() < 1e-4 {
                // Rests exactly on the whole sample.
                self.wow_samples[side] = 0.0;
            }
            self.wow_step[side] = (target - self.wow_samples[side]) / CONTROL_PERIOD as f32;
        }
    }

    /// Works out how many frames can be read before the first of them is written, and whether all of
    /// them are to be heard.
    fn look_ahead(&mut self) {
        let [a, b] = self.heads;
        let [c, d] = self.next_heads;
        let (nearest, farthest) = (a.min(b).min(c).min(d), a.max(b).max(c).max(d));
        // Wow takes up to 0.4 of it, and the cubic one sample.
        let free = if self.wavers() { (0.6 * nearest as f32) as usize } else { nearest };
        self.stretch = free.saturating_sub(1).clamp(1, CONTROL_PERIOD);
        self.beyond = farthest + self.wow_reach() + MARGIN > self.heard;
    }

    /// Whether wow moves the read positions.
    fn wavers(&self) -> bool {
        self.wow_samples != [0.0; 2] || self.wow_step != [0.0; 2]
    }

    /// Reads the echoes of a stretch.
    fn read(&mut self, echoes: &mut Chunk, frames: usize) {
        let fading = self.faded < self.fade_length;
        if fading || self.beyond || self.wavers() {
            self.read_moving(echoes, frames);
            return;
        }
        for (line, (echoes, head)) in self.lines.iter().zip(echoes.iter_mut().zip(self.heads)) {
            if let Some(echoes) = echoes.get_mut(..frames) {
                line.read_block(head - 1, echoes);
            }
        }
    }

    /// The same where read positions move or meet what was forgotten.
    fn read_moving(&mut self, echoes: &mut Chunk, frames: usize) {
        for n in 0..frames {
            let fading = self.faded < self.fade_length;
            let t = self.faded as f32 / self.fade_length as f32;
            let share = t * t * (3.0 - 2.0 * t);
            for side in 0..2 {
                self.wow_samples[side] += self.wow_step[side];
                let shift = self.wow_samples[side];
                let whole = shift.floor();
                let at = |head: usize| {
                    // Nothing of this stretch has been written yet.
                    let delay = (head as i64 + whole as i64 - n as i64 - 1).max(1) as usize;
                    self.lines[side].read_cubic_within(self.heard, delay, shift - whole)
                };
                let new = at(self.next_heads[side]);
                echoes[side][n] = if fading {
                    let old = at(self.heads[side]);
                    old + share * (new - old)
                } else {
                    new
                };
            }
            self.faded += usize::from(fading);
        }
    }

    /// Mixes what enters the lines: the input, which ping-pong sends to the left, and the feedback.
    /// Gives back the cross feed of each frame.
    fn mix_loop(&mut self, input: &Chunk, echoes: &Chunk, entering: &mut Chunk) -> Lane {
        let mut feedback = [self.feedback.current(); CONTROL_PERIOD];
        let mut cross = [self.cross_feed.current(); CONTROL_PERIOD];
        for (values, part) in [(&mut feedback, &self.feedback), (&mut cross, &self.cross_feed)] {
            let mut part = *part;
            if !part.is_settled() {
                values.iter_mut().for_each(|value| *value = part.next());
            }
        }
        let (left, right) = (&input[0], &input[1]);
        for n in 0..CONTROL_PERIOD {
            let own = 1.0 - cross[n];
            let (a, b) = (echoes[0][n], echoes[1][n]);
            entering[0][n] = left[n]
                + 0.5 * cross[n] * (right[n] - left[n])
                + feedback[n] * (own * a + cross[n] * b);
            entering[1][n] = own * right[n] + feedback[n] * (own * b + cross[n] * a);
        }
        cross
    }

    /// Saturates and limits what enters the lines, and writes it.
    fn write(&mut self, entering: &mut Chunk, frames: usize) {
        if self.drive.current() != 0.0 || !self.drive.is_settled() {
            let [left, right] = entering;
            for (l, r) in left.iter_mut().zip(right).take(frames) {
                let drive = self.drive.next();
                (*l, *r) = (driven(*l, drive), driven(*r, drive));
            }
        }
        let samples = entering.as_flattened_mut();
        if samples.iter().filter(|x| x.abs() > LIMIT).count() > 0 {
            samples.iter_mut().for_each(|x| *x = limited(*x));
        }
        samples.iter_mut().for_each(|x| *x = if x.abs() < FLOOR { 0.0 } else { *x });
        for (line, lane) in self.lines.iter_mut().zip(&*entering) {
            line.push_block(lane.get(..frames).unwrap_or_default());
        }
        let sounds =
            |n: &usize| entering.iter().any(|lane| lane.get(*n).is_some_and(|x| *x != 0.0));
        self.silent = match (0..frames).rev().find(sounds) {
            Some(last) => frames - 1 - last,
            None => (self.silent + frames).min(self.capacity),
        };
        self.heard = (self.heard + frames).min(self.capacity);
    }

    /// Works on a stretch in which nothing comes out that went in.
    fn process_stretch(&mut self, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len().min(right.len()).min(CONTROL_PERIOD);
        let mut input: Chunk = [[0.0; CONTROL_PERIOD]; 2];
        for (input, lane) in input.iter_mut().zip([&*left, &*right]) {
            input.iter_mut().zip(lane).for_each(|(x, sample)| *x = *sample);
        }
        let mut echoes: Chunk = [[0.0; CONTROL_PERIOD]; 2];
        let mut entering = echoes;
        self.read(&mut echoes, frames);
        let cross = self.mix_loop(&input, &echoes, &mut entering);
        // Sample by sample, as the values were taken: the same bits however the audio is cut.
        for part in [&mut self.feedback, &mut self.cross_feed] {
            for _ in 0..if part.is_settled() { 0 } else { frames } {
                part.next();
            }
        }
        let [a, b] = &mut entering;
        if let (Some(a), Some(b)) = (a.get_mut(..frames), b.get_mut(..frames)) {
            self.filters.process(Io::stereo(a, b));
        }
        self.write(&mut entering, frames);
        if self.settings.mono {
            for n in 0..CONTROL_PERIOD {
                let both = (echoes[0][n] + echoes[1][n]) / (2.0 - cross[n]);
                (echoes[0][n], echoes[1][n]) = (both, both);
            }
        }
        for (lane, echoes) in [left, right].into_iter().zip(&echoes) {
            lane.iter_mut().zip(echoes).for_each(|(x, echo)| *x = *echo);
        }
    }

    /// Rests over the silence that the input begins with. Gives back its length in frames.
    fn rest(&mut self, left: &mut [f32], right: &mut [f32]) -> usize {
        let first = |lane: &[f32]| lane.iter().position(|x| *x != 0.0).unwrap_or(lane.len());
        let quiet = if is_silent(left) && is_silent(right) {
            left.len().min(right.len())
        } else {
            first(left).min(first(right))
        };
        if quiet > 0 {
            if self.moved {
                self.settle();
            }
            for lane in [left, right] {
                lane.get_mut(..quiet).unwrap_or_default().fill(0.0);
            }
        }
        quiet
    }

    /// Whether nothing sounds any more.
    pub fn is_idle(&self) -> bool {
        self.resting
    }

    /// Passes over frames of silence while nothing sounds.
    pub fn skip(&mut self, frames: usize) {
        if self.moved && frames > 0 {
            self.settle();
        }
        self.clock.skip(frames);
    }
}

impl Effect for Delay {
    type Settings = DelaySettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &DelaySettings) {
        self.sample_rate_hz = sample_rate_hz;
        let longest = ms_to_samples(LONGEST_MS, sample_rate_hz).ceil() as usize;
        self.capacity = longest + self.wow_reach() + 2 * MARGIN;
        for line in &mut self.lines {
            line.prepare(self.capacity);
        }
        self.fade_length = ms_to_samples(FADE_MS, sample_rate_hz).round().max(1.0) as usize;
        for part in self.parts() {
            part.configure(SMOOTHING_MS, sample_rate_hz);
        }
        self.set(settings);
        self.filters.prepare(sample_rate_hz, &loop_filters(settings));
        self.reset();
    }

    fn reset(&mut self) {
        self.lines.iter_mut().for_each(DelayLine::reset);
        self.wow_phase = 0.0;
        self.clock.reset();
        self.silent = self.capacity;
        self.heard = self.capacity;
        self.settle();
        self.resting = true;
    }

    fn set(&mut self, settings: &DelaySettings) {
        self.moved |= *settings != self.settings;
        self.settings = *settings;
        self.feedback.set(settings.feedback.clamp(0.0, 1.1));
        self.cross_feed.set(settings.cross_feed.clamp(0.0, 1.0));
        self.drive.set(settings.drive.clamp(0.0, 1.0));
        self.wow.set(settings.wow.clamp(0.0, 1.0));
        self.filters.set(&loop_filters(settings));
    }

    fn process(&mut self, mut io: Io<'_>) {
        let frames = io.frames();
        let mut done = 0;
        if self.resting {
            let [left, right] = &mut io.main;
            done = self.rest(left, right);
            self.clock.skip(done);
            if done == frames {
                return;
            }
        }
        io.sanitize();
        let [left, right] = io.main;
        while let Some((range, tick)) = self.clock.next(done, frames) {
            if tick {
                self.control_tick();
            }
            done = range.end;
            let (Some(mut left), Some(mut right)) =
                (left.get_mut(range.clone()), right.get_mut(range))
            else {
                return;
            };
            if self.resting {
                let quiet = self.rest(left, right);
                (left, right) = (&mut left[quiet..], &mut right[quiet..]);
                self.resting = left.is_empty();
            }
            let parts = left.chunks_mut(self.stretch).zip(right.chunks_mut(self.stretch));
            for (left, right) in parts {
                self.process_stretch(left, right);
            }
        }
    }

    fn tail(&self) -> Tail {
        let feedback = f64::from(self.settings.feedback);
        if feedback >= 1.0 {
            return Tail::Infinite;
        }
        // Echoes until 120 dB are lost; the input may have been as loud as the loop lets it be.
        let echoes =
            if feedback <= 0.0 { 1.0 } else { 1.0 + (-6.0 / feedback.log10()).ceil().min(1e9) };
        let [left, right] = self.wanted_heads();
        let wow = ms_to_samples(WOW_MS, self.sample_rate_hz);
        let line = Tail::Samples((echoes * (left.max(right) as f64 + wow)) as u64);
        line.then(self.filters.tail())
    }
}

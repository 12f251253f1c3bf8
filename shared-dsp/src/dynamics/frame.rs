//! What stands around every processor here: the clock, the filtered key, the delay by which the
//! detector sees ahead, the key that is listened to, and what a meter shows.

use super::key_filter::KeyFilter;
use super::level::Stretch;
use super::lookahead::Lookahead;
use super::ramp::{Ramp, crossfade, places};
use super::settings::KeySource;
use crate::effect::Io;
use crate::smooth::{CONTROL_PERIOD, ControlClock, Smoothed};

/// What a meter shows of a processor, since it was last asked: so that nothing falls between two
/// frames of a display.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The deepest gain reduction in dB, 0 and above.
    pub reduction_db: f32,
    /// The highest level in dB that was held against the threshold: after the key's filters, and in a
    /// feedback loop after the reduction.
    pub level_db: f32,
    /// The same before the reduction: what the static curve is drawn against.
    pub input_db: f32,
}

impl Default for Reading {
    fn default() -> Self {
        Self { reduction_db: 0.0, level_db: -200.0, input_db: -200.0 }
    }
}

impl Reading {
    /// Takes a stretch in which the reduction was at most `reduction_db`.
    #[inline]
    pub(super) fn add(&mut self, reduction_db: f32, level_db: f32, input_db: f32) {
        self.reduction_db = self.reduction_db.max(reduction_db);
        self.level_db = self.level_db.max(level_db);
        self.input_db = self.input_db.max(input_db);
    }
}

/// Clock, key and delays of a processor.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    clock: ControlClock,
    phase: usize,
    key: KeyFilter,
    dry: Lookahead,
    listened: Lookahead,
    listening: Listening,
    pub reading: Reading,
}

/// How much of the key is heard.
#[derive(Clone, Debug)]
struct Listening {
    share: Smoothed,
    ramp: Ramp,
}

impl Default for Listening {
    fn default() -> Self {
        Self { share: Smoothed::new(0.0), ramp: Ramp::new(0.0) }
    }
}

/// What the key is, and by how many samples the audio waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameSpec {
    pub source: KeySource,
    pub high_pass_hz: f32,
    pub low_pass_hz: f32,
    pub latency_samples: usize,
    pub listen: bool,
}

impl Frame {
    /// Allocates for delays of up to `longest_ms`; `smooth_ms` is the time of a switch.
    pub fn prepare(&mut self, longest_ms: f32, smooth_ms: f32, sample_rate_hz: f64) {
        self.dry.prepare(longest_ms, sample_rate_hz);
        self.listened.prepare(longest_ms, sample_rate_hz);
        self.listening.share.configure(smooth_ms, sample_rate_hz);
        self.key.prepare(sample_rate_hz);
    }

    /// Forgets all audio and sits on what was set.
    pub fn reset(&mut self) {
        self.clock.reset();
        self.phase = 0;
        self.dry.reset();
        self.forget_key();
        self.listening.share.settle();
        self.listening.ramp = Ramp::new(self.listening.share.current());
        self.reading = Reading::default();
    }

    /// Forgets what was heard of the key.
    pub fn forget_key(&mut self) {
        self.key.reset();
        self.listened.reset();
    }

    pub fn set(&mut self, spec: FrameSpec) {
        self.key.set(spec.source, spec.high_pass_hz, spec.low_pass_hz);
        self.wait(spec.latency_samples);
        self.listening.share.set(if spec.listen { 1.0 } else { 0.0 });
    }

    /// By how many samples the audio waits.
    pub fn wait(&mut self, samples: usize) {
        self.dry.set(samples);
        self.listened.set(samples);
    }

    /// Whether nothing is heard of the key.
    pub fn hears_no_key(&self) -> bool {
        self.listening.ramp.rests_on(0.0)
    }

    /// Where the samples of the coming stretch stand in their control period.
    #[inline]
    pub fn places(&self) -> Stretch {
        places(self.phase)
    }

    /// Filters the key of a stretch.
    #[inline]
    pub fn hear(&mut self, main: &[&mut [f32]; 2], external: Option<[&[f32]; 2]>) -> [Stretch; 2] {
        let mut key = [[0.0; CONTROL_PERIOD]; 2];
        self.key.load([&*main[0], &*main[1]], external, &mut key);
        key
    }

    /// Delays the audio.
    #[inline]
    pub fn delay(&mut self, main: &mut [&mut [f32]; 2]) {
        self.dry.process(main.each_mut().map(|channel| &mut **channel));
    }

    /// Lets the key be heard where it is wanted. The last thing done with a stretch.
    #[inline]
    pub fn listen(&mut self, main: &mut [&mut [f32]; 2], mut key: [Stretch; 2]) {
        let frames = main[0].len();
        let [left, right] = &mut key;
        self.listened.process([&mut left[..frames], &mut right[..frames]]);
        if !self.hears_no_key() {
            crossfade(main, &key, &self.listening.ramp, &self.places());
        }
    }
}

/// A processor in its frame.
pub(super) trait Framed {
    fn frame(&mut self) -> &mut Frame;

    /// Whether it is off and faded out: then audio is delayed and nothing else is computed.
    fn is_asleep(&self) -> bool;

    /// At control rate, before the stretch that begins with it. Not called while it sleeps.
    fn control_tick(&mut self);

    /// Frames between two ticks of control rate.
    fn stretch(&mut self, main: [&mut [f32]; 2], external: Option<[&[f32]; 2]>);

    /// Cuts audio at the ticks of control rate.
    #[inline]
    fn run(&mut self, mut io: Io<'_>) {
        io.sanitize();
        let frames = io.frames();
        let mut done = 0;
        while let Some((range, tick)) = self.frame().clock.next(done, frames) {
            done = range.end;
            if tick {
                let awake = !self.is_asleep();
                let frame = self.frame();
                frame.phase = 0;
                frame.dry.control_tick();
                frame.listened.control_tick();
                if awake {
                    frame.key.control_tick(CONTROL_PERIOD);
                    let share = frame.listening.share.advance(CONTROL_PERIOD as u32);
                    frame.listening.ramp.go_to(share);
                    self.control_tick();
                }
            }
            let external = io.key.map(|key| key.map(|k| k.get(range.clone()).unwrap_or(&[])));
            let [left, right] = &mut io.main;
            let mut main = [&mut left[range.clone()], &mut right[range.clone()]];
            if self.is_asleep() {
                self.frame().delay(&mut main);
            } else {
                self.stretch(main, external);
            }
            self.frame().phase += range.len();
        }
    }
}

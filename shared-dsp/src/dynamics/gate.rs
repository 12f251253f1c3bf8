//! The gate and downward expander of a channel strip.
//!
//! The detector holds the peak of a short window, so that a low note does not make it chatter. The
//! gate opens along an exponential in dB that overshoots and stops at unity after exactly the attack
//! time; it closes by one pole in dB and stops at exactly the range.

use super::curve::{ExpanderCurve, INFINITE_RATIO};
use super::detector::{PEAK_WINDOW_MS, PeakWindow};
use super::key_filter::KeyFilter;
use super::level::{Stretch, fast_gain, fast_level_db, louder};
use super::lookahead::Lookahead;
use super::ramp::{Ramp, crossfade, places};
use super::settings::GateSettings;
use crate::effect::{Effect, Io, Tail};
use crate::smooth::{CONTROL_PERIOD, ControlClock, Smoothed};
use crate::units::{db_to_gain, ms_to_samples, one_pole_coefficient};

/// The longest lookahead in ms.
const LONGEST_LOOKAHEAD_MS: f32 = 10.0;

/// Time of a move of any setting, and of switching on and off.
const SMOOTH_MS: f32 = 20.0;

/// How far beyond unity the opening aims, in parts of the range.
const OVERSHOOT: f64 = 0.05;

/// Closing aims this much below its target, so that it arrives, in dB.
const ARRIVAL_DB: f64 = 0.01;

impl GateSettings {
    /// The static curve of the closed gate: what an editor draws.
    pub fn curve(&self) -> ExpanderCurve {
        ExpanderCurve {
            threshold_db: self.threshold_db,
            ratio: self.ratio,
            range_db: self.range_db.max(0.0),
        }
    }
}

/// When the gate is open: threshold, hysteresis and hold.
#[derive(Clone, Copy, Debug, Default)]
struct Trigger {
    open: bool,
    held: u32,
}

impl Trigger {
    /// Whether the gate is open at this level.
    #[inline(always)]
    fn tick(&mut self, level: f32, opens_at: f32, closes_at: f32, hold: u32) -> bool {
        if level >= opens_at || (self.open && level >= closes_at) {
            self.open = true;
            self.held = hold;
        } else if self.held > 0 {
            self.held -= 1;
        } else {
            self.open = false;
        }
        self.open
    }
}

/// How fast the gain moves.
#[derive(Clone, Copy, Debug, Default)]
struct Speed {
    opening: f64,
    overshoot_db: f64,
    closing: f64,
}

/// The gate.
#[derive(Clone, Debug)]
pub struct Gate {
    settings: GateSettings,
    sample_rate_hz: f64,
    clock: ControlClock,
    phase: usize,
    key: KeyFilter,
    window: [PeakWindow; 2],
    trigger: Trigger,
    hold: u32,
    speed: Speed,
    reduction_db: f64,
    dry: Lookahead,
    listened: Lookahead,
    threshold_db: Smoothed,
    range_db: Smoothed,
    engaged: Smoothed,
    listening: Smoothed,
    opens_at: f32,
    closes_at: f32,
    closed_gain: f32,
    wet: Ramp,
    listen: Ramp,
    deepest_db: f32,
    level_db: f32,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            settings: GateSettings::default(),
            sample_rate_hz: 48_000.0,
            clock: ControlClock::default(),
            phase: 0,
            key: KeyFilter::default(),
            window: Default::default(),
            trigger: Trigger::default(),
            hold: 0,
            speed: Speed::default(),
            reduction_db: 0.0,
            dry: Lookahead::default(),
            listened: Lookahead::default(),
            threshold_db: Smoothed::new(0.0),
            range_db: Smoothed::new(0.0),
            engaged: Smoothed::new(0.0),
            listening: Smoothed::new(0.0),
            opens_at: 0.0,
            closes_at: 0.0,
            closed_gain: 1.0,
            wet: Ramp::new(0.0),
            listen: Ramp::new(0.0),
            deepest_db: 0.0,
            level_db: -200.0,
        }
    }
}

impl Gate {
    /// The deepest gain reduction in the last call of `process`, in dB (0 and above).
    pub fn gain_reduction_db(&self) -> f32 {
        self.deepest_db
    }

    /// The level that the detector read last, in dB: after the key filters.
    pub fn detector_level_db(&self) -> f32 {
        self.level_db
    }

    /// Whether the key holds it open.
    pub fn is_open(&self) -> bool {
        self.trigger.open
    }

    /// On or off: a switch that changed the latency would make a host restart the plugin.
    fn lookahead_ms(&self) -> f32 {
        self.settings.lookahead_ms.clamp(0.0, LONGEST_LOOKAHEAD_MS)
    }

    fn apply_settings(&mut self) {
        let s = self.settings;
        let rate = self.sample_rate_hz;
        let window = ms_to_samples(PEAK_WINDOW_MS + self.lookahead_ms(), rate);
        let held = self.window.each_mut().map(|w| w.set_length(window))[0];
        // What the window holds is part of the hold; what is seen ahead comes on top.
        let hold = ms_to_samples(s.hold_ms + self.lookahead_ms(), rate) - held;
        self.hold = hold.max(0.0).round() as u32;
        let attack = ms_to_samples(s.attack_ms, rate).max(1.0);
        let range_db = f64::from(s.range_db.max(0.0));
        self.speed = Speed {
            opening: 1.0 - ((OVERSHOOT / (1.0 + OVERSHOOT)).ln() / attack).exp(),
            overshoot_db: OVERSHOOT * range_db,
            closing: 1.0 - one_pole_coefficient(s.release_ms, rate),
        };
        self.threshold_db.set(s.threshold_db);
        self.range_db.set(s.range_db.max(0.0));
        self.key.set(s.key, s.key_high_pass_hz, s.key_low_pass_hz);
        let latency = self.latency_samples();
        self.dry.set(latency);
        self.listened.set(latency);
        self.engaged.set(if s.on { 1.0 } else { 0.0 });
        self.listening.set(if s.on && s.listen { 1.0 } else { 0.0 });
    }

    fn is_asleep(&self) -> bool {
        !self.settings.on && self.wet.rests_on(0.0) && self.listen.rests_on(0.0)
    }

    /// Begins closed, at the settings.
    fn start(&mut self) {
        self.key.reset();
        self.listened.reset();
        self.window.iter_mut().for_each(PeakWindow::reset);
        self.threshold_db.settle();
        self.range_db.settle();
        self.trigger = Trigger::default();
        let silence_db = self.curve_now().reduction_db(-200.0);
        self.reduction_db = f64::from(silence_db);
        self.update_levels();
    }

    fn curve_now(&self) -> ExpanderCurve {
        ExpanderCurve {
            threshold_db: self.threshold_db.current(),
            ratio: self.settings.ratio,
            range_db: self.range_db.current(),
        }
    }

    fn update_levels(&mut self) {
        let threshold_db = self.threshold_db.current();
        self.opens_at = db_to_gain(threshold_db);
        self.closes_at = db_to_gain(threshold_db - self.settings.hysteresis_db.max(0.0));
        self.closed_gain = db_to_gain(-self.range_db.current());
    }

    fn control_tick(&mut self) {
        self.phase = 0;
        self.dry.control_tick();
        self.listened.control_tick();
        if self.is_asleep() && self.engaged.is_settled() {
            return;
        }
        let period = CONTROL_PERIOD as u32;
        self.key.control_tick(CONTROL_PERIOD);
        self.window.iter_mut().for_each(PeakWindow::control_tick);
        self.threshold_db.advance(period);
        self.range_db.advance(period);
        self.update_levels();
        let wet = self.engaged.advance(period);
        self.wet.go_to(wet);
        let listen = self.listening.advance(period);
        self.listen.go_to(listen);
    }

    fn stretch(&mut self, mut main: [&mut [f32]; 2], external: Option<[&[f32]; 2]>) {
        let frames = main[0].len();
        if self.is_asleep() {
            self.dry.process(main);
            self.phase += frames;
            return;
        }
        let mut key = [[0.0; CONTROL_PERIOD]; 2];
        self.key.load([&*main[0], &*main[1]], external, &mut key);
        let reductions = self.reduce(&key, frames);
        self.dry.process(main.each_mut().map(|channel| &mut **channel));
        let place = places(self.phase);
        if let Some(reductions) = reductions {
            self.apply(&mut main, &reductions, &place);
        }
        let [left, right] = &mut key;
        self.listened.process([&mut left[..frames], &mut right[..frames]]);
        if !self.listen.rests_on(0.0) {
            crossfade(&mut main, &key, &self.listen, &place);
        }
        self.phase += frames;
    }

    /// The reduction of every frame in dB, or nothing where it is open.
    fn reduce(&mut self, key: &[Stretch; 2], frames: usize) -> Option<Stretch> {
        let mut peaks = [0.0; CONTROL_PERIOD];
        let [left, right] = &mut self.window;
        for (peak, (x, y)) in peaks.iter_mut().zip(key[0].iter().zip(&key[1])).take(frames) {
            *peak = louder(left.push(x.abs()), right.push(y.abs()));
        }
        let range_db = self.range_db.current();
        let mut targets = [range_db; CONTROL_PERIOD];
        if self.settings.ratio < INFINITE_RATIO {
            let curve = self.curve_now();
            targets = peaks.map(|peak| curve.reduction_db(fast_level_db(peak)));
        }
        let mut reductions = [0.0; CONTROL_PERIOD];
        let mut deepest = 0.0f32;
        for i in 0..frames.min(CONTROL_PERIOD) {
            let open = self.trigger.tick(peaks[i], self.opens_at, self.closes_at, self.hold);
            let target = if open { 0.0 } else { f64::from(targets[i]) };
            self.reduction_db = self.speed.tick(self.reduction_db, target);
            reductions[i] = self.reduction_db as f32;
            deepest = louder(deepest, reductions[i]);
        }
        self.level_db = fast_level_db(peaks[frames.clamp(1, CONTROL_PERIOD) - 1]);
        self.deepest_db = louder(self.deepest_db, deepest);
        (deepest > 0.0).then_some(reductions)
    }

    fn apply(&mut self, main: &mut [&mut [f32]; 2], reductions: &Stretch, place: &Stretch) {
        let range_db = self.range_db.current();
        let closed_gain = self.closed_gain;
        let gain = |db: f32| if db == range_db { closed_gain } else { fast_gain(-db) };
        let gains = reductions.map(gain);
        for channel in main {
            for ((x, gain), place) in channel.iter_mut().zip(&gains).zip(place) {
                // Written so that a closed gate's gain is met exactly.
                let wet = self.wet.at(*place);
                *x *= (1.0 - wet) + wet * gain;
            }
        }
    }
}

impl Speed {
    /// The next reduction in dB on the way to `target`.
    #[inline(always)]
    fn tick(&self, from: f64, target: f64) -> f64 {
        if target < from {
            let next = from + self.opening * (target - self.overshoot_db - from);
            if next < target { target } else { next }
        } else {
            let next = from + self.closing * (target + ARRIVAL_DB - from);
            if next > target { target } else { next }
        }
    }
}

impl Effect for Gate {
    type Settings = GateSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &GateSettings) {
        self.sample_rate_hz = sample_rate_hz;
        self.settings = *settings;
        self.dry.prepare(LONGEST_LOOKAHEAD_MS, sample_rate_hz);
        self.listened.prepare(LONGEST_LOOKAHEAD_MS, sample_rate_hz);
        for window in &mut self.window {
            window.prepare(PEAK_WINDOW_MS + LONGEST_LOOKAHEAD_MS, sample_rate_hz);
        }
        self.key.prepare(sample_rate_hz);
        for control in
            [&mut self.threshold_db, &mut self.range_db, &mut self.engaged, &mut self.listening]
        {
            control.configure(SMOOTH_MS, sample_rate_hz);
        }
        self.apply_settings();
        self.reset();
    }

    fn reset(&mut self) {
        self.clock.reset();
        self.phase = 0;
        self.dry.reset();
        self.engaged.settle();
        self.listening.settle();
        self.wet = Ramp::new(self.engaged.current());
        self.listen = Ramp::new(self.listening.current());
        self.start();
        self.deepest_db = 0.0;
        self.level_db = -200.0;
    }

    fn set(&mut self, settings: &GateSettings) {
        if *settings == self.settings {
            return;
        }
        let waking = settings.on && self.is_asleep();
        self.settings = *settings;
        self.apply_settings();
        if waking {
            self.start();
        }
    }

    fn process(&mut self, mut io: Io<'_>) {
        io.sanitize();
        self.deepest_db = 0.0;
        let frames = io.frames();
        let mut done = 0;
        while let Some((range, tick)) = self.clock.next(done, frames) {
            done = range.end;
            if tick {
                self.control_tick();
            }
            let key = io.key.map(|key| key.map(|k| k.get(range.clone()).unwrap_or(&[])));
            let [left, right] = &mut io.main;
            self.stretch([&mut left[range.clone()], &mut right[range]], key);
        }
    }

    fn latency_samples(&self) -> usize {
        ms_to_samples(self.lookahead_ms(), self.sample_rate_hz).round() as usize
    }

    fn tail(&self) -> Tail {
        Tail::Samples(self.latency_samples() as u64)
    }
}

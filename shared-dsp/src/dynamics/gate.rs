//! The gate and downward expander of a channel strip.
//!
//! The detector holds the peak of a short window, so that a low note does not make it chatter. The
//! gate opens along an exponential in dB that overshoots and stops at unity after exactly the attack
//! time; it closes by one pole in dB and stops at exactly the range.

use super::ballistics::Rise;
use super::curve::{ExpanderCurve, INFINITE_RATIO};
use super::detector::{PEAK_WINDOW_MS, PeakWindow};
use super::frame::{Frame, FrameSpec, Framed, Reading};
use super::level::{Stretch, each, fast_gain, fast_level_db, louder};
use super::ramp::Ramp;
use super::settings::GateSettings;
use crate::effect::{Effect, Io, Tail};
use crate::smooth::{CONTROL_PERIOD, Smoothed};
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
    /// Of an expander that is on its way between closed and open.
    rising: Rise,
    overshoot_db: f64,
    closing: f64,
}

/// The gate.
#[derive(Clone, Debug)]
pub struct Gate {
    settings: GateSettings,
    sample_rate_hz: f64,
    frame: Frame,
    window: [PeakWindow; 2],
    trigger: Trigger,
    hold: u32,
    speed: Speed,
    reduction_db: f64,
    threshold_db: Smoothed,
    range_db: Smoothed,
    engaged: Smoothed,
    opens_at: f32,
    closes_at: f32,
    closed_gain: f32,
    wet: Ramp,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            settings: GateSettings::default(),
            sample_rate_hz: 48_000.0,
            frame: Frame::default(),
            window: Default::default(),
            trigger: Trigger::default(),
            hold: 0,
            speed: Speed::default(),
            reduction_db: 0.0,
            threshold_db: Smoothed::new(0.0),
            range_db: Smoothed::new(0.0),
            engaged: Smoothed::new(0.0),
            opens_at: 0.0,
            closes_at: 0.0,
            closed_gain: 1.0,
            wet: Ramp::new(0.0),
        }
    }
}

impl Gate {
    /// What a meter shows, since the last call of this.
    pub fn take_reading(&mut self) -> Reading {
        std::mem::take(&mut self.frame.reading)
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
            rising: Rise::from_ms(s.attack_ms, rate),
            overshoot_db: OVERSHOOT * range_db,
            closing: 1.0 - one_pole_coefficient(s.release_ms, rate),
        };
        self.threshold_db.set(s.threshold_db);
        self.range_db.set(s.range_db.max(0.0));
        self.frame.set(FrameSpec {
            source: s.key,
            high_pass_hz: s.key_high_pass_hz,
            low_pass_hz: s.key_low_pass_hz,
            latency_samples: self.latency_samples(),
            listen: s.on && s.listen,
        });
        self.engaged.set(if s.on { 1.0 } else { 0.0 });
    }

    /// Begins closed, at the settings.
    fn start(&mut self) {
        self.frame.forget_key();
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

    /// The reduction of every frame in dB, or nothing where it is open.
    fn reduce(&mut self, key: &[Stretch; 2], frames: usize) -> Option<Stretch> {
        let mut peaks = [0.0; CONTROL_PERIOD];
        let [left, right] = &mut self.window;
        for (peak, (x, y)) in peaks.iter_mut().zip(key[0].iter().zip(&key[1])).take(frames) {
            *peak = louder(left.push(x.abs()), right.push(y.abs()));
        }
        // Between two ticks the peak of a window only rises.
        let [lowest, highest] = [peaks[0], peaks[frames.clamp(1, CONTROL_PERIOD) - 1]];
        let level_db = fast_level_db(highest);
        let range_db = self.range_db.current();
        if self.trigger.open && self.reduction_db == 0.0 && lowest >= self.closes_at {
            self.trigger.held = self.hold;
            self.frame.reading.add(0.0, level_db, level_db);
            return None;
        }
        let is_gate = self.settings.ratio >= INFINITE_RATIO;
        let rests = self.reduction_db == f64::from(range_db);
        if is_gate && rests && !self.trigger.open && highest < self.opens_at {
            self.trigger.held = self.trigger.held.saturating_sub(frames as u32);
            self.frame.reading.add(range_db, level_db, level_db);
            return (range_db > 0.0).then_some([range_db; CONTROL_PERIOD]);
        }
        let mut targets = [range_db; CONTROL_PERIOD];
        if !is_gate {
            let curve = self.curve_now();
            targets = each(&peaks, |peak| curve.reduction_db(fast_level_db(peak)));
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
        self.frame.reading.add(deepest, level_db, level_db);
        (deepest > 0.0).then_some(reductions)
    }

    fn apply(&mut self, main: &mut [&mut [f32]; 2], reductions: &Stretch, place: &Stretch) {
        let range_db = self.range_db.current();
        let closed_gain = self.closed_gain;
        let gain = |db: f32| if db == range_db { closed_gain } else { fast_gain(-db) };
        let gains = each(reductions, gain);
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
        if target < from && target > 0.0 {
            from + self.rising.over(from - target) * (target - from)
        } else if target < from {
            let next = from + self.opening * (target - self.overshoot_db - from);
            if next < target { target } else { next }
        } else {
            let next = from + self.closing * (target + ARRIVAL_DB - from);
            if next > target { target } else { next }
        }
    }
}

impl Framed for Gate {
    fn frame(&mut self) -> &mut Frame {
        &mut self.frame
    }

    fn is_asleep(&self) -> bool {
        !self.settings.on
            && self.wet.rests_on(0.0)
            && self.engaged.is_settled()
            && self.frame.hears_no_key()
    }

    fn control_tick(&mut self) {
        let period = CONTROL_PERIOD as u32;
        self.window.iter_mut().for_each(PeakWindow::control_tick);
        self.threshold_db.advance(period);
        self.range_db.advance(period);
        self.update_levels();
        let wet = self.engaged.advance(period);
        self.wet.go_to(wet);
    }

    fn stretch(&mut self, mut main: [&mut [f32]; 2], external: Option<[&[f32]; 2]>) {
        let frames = main[0].len();
        let key = self.frame.hear(&main, external);
        let reductions = self.reduce(&key, frames);
        self.frame.delay(&mut main);
        if let Some(reductions) = reductions {
            self.apply(&mut main, &reductions, &self.frame.places());
        }
        self.frame.listen(&mut main, key);
    }
}

impl Effect for Gate {
    type Settings = GateSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &GateSettings) {
        self.sample_rate_hz = sample_rate_hz;
        self.settings = *settings;
        self.frame.prepare(LONGEST_LOOKAHEAD_MS, SMOOTH_MS, sample_rate_hz);
        for window in &mut self.window {
            window.prepare(PEAK_WINDOW_MS + LONGEST_LOOKAHEAD_MS, sample_rate_hz);
        }
        for control in [&mut self.threshold_db, &mut self.range_db, &mut self.engaged] {
            control.configure(SMOOTH_MS, sample_rate_hz);
        }
        self.apply_settings();
        self.reset();
    }

    fn reset(&mut self) {
        self.frame.reset();
        self.engaged.settle();
        self.wet = Ramp::new(self.engaged.current());
        self.start();
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

    fn process(&mut self, io: Io<'_>) {
        self.run(io);
    }

    fn latency_samples(&self) -> usize {
        ms_to_samples(self.lookahead_ms(), self.sample_rate_hz).round() as usize
    }

    fn tail(&self) -> Tail {
        Tail::Samples(self.latency_samples() as u64)
    }
}

//! The compressor of a channel strip.
//!
//! Key filter, detector, static curve, ballistics in dB, application: feed-forward, after Giannoulis,
//! Massberg and Reiss (2012). The detector holds the peak of a short window, so that a steady tone
//! reads a steady level: the static curve is met exactly and low notes are hardly distorted.

use super::auto_makeup::AutoMakeup;
use super::ballistics::{Ballistics, BallisticsSpec, Reduction};
use super::curve::{Curve, CurveSpec, MovingCurve};
use super::frame::{Frame, FrameSpec, Framed, Reading};
use super::key_filter::LOW_PASS_OFF_HZ;
use super::level::{Stretch, each, fast_gain, louder, loudest};
use super::levels::{Detected, Levels};
use super::ramp::Ramp;
use super::settings::CompressorSettings;
use crate::effect::{Effect, Io, Tail};
use crate::smooth::{CONTROL_PERIOD, Smoothed};
use crate::units::{db_to_gain, ms_to_samples};

/// The longest lookahead in ms.
pub const LONGEST_LOOKAHEAD_MS: f32 = 10.0;

/// Time of a move of any setting, and of switching on and off.
const SMOOTH_MS: f32 = 20.0;

impl CompressorSettings {
    /// The static curve: what an editor draws and what a steady tone gets.
    pub fn curve(&self) -> Curve {
        Curve::new(CurveSpec {
            threshold_db: self.threshold_db,
            ratio: self.ratio,
            knee_db: self.knee_db,
            range_db: self.range_db,
        })
    }
}

/// The compressor.
#[derive(Clone, Debug)]
pub struct Compressor {
    settings: CompressorSettings,
    sample_rate_hz: f64,
    frame: Frame,
    levels: Levels,
    curve: MovingCurve,
    ballistics: Ballistics,
    reductions: [Reduction; 2],
    auto: AutoMakeup,
    smooth: Controls<Smoothed>,
    link: f32,
    /// Whether one channel's reduction holds for both.
    together: bool,
    wet: Ramp,
    makeup: Ramp,
}

/// What is smoothed for itself.
#[derive(Clone, Copy, Debug)]
struct Controls<T> {
    engaged: T,
    mix: T,
    makeup_db: T,
    auto: T,
    link: T,
}

impl Controls<Smoothed> {
    fn all(&mut self) -> [&mut Smoothed; 5] {
        [&mut self.engaged, &mut self.mix, &mut self.makeup_db, &mut self.auto, &mut self.link]
    }
}

impl Default for Compressor {
    fn default() -> Self {
        let settings = CompressorSettings::default();
        let still = Smoothed::new(0.0);
        let smooth =
            Controls { engaged: still, mix: still, makeup_db: still, auto: still, link: still };
        Self {
            settings,
            sample_rate_hz: 48_000.0,
            frame: Frame::default(),
            levels: Levels::default(),
            curve: MovingCurve::new(settings.curve()),
            ballistics: Ballistics::default(),
            reductions: [Reduction::default(); 2],
            auto: AutoMakeup::default(),
            smooth,
            link: 1.0,
            together: true,
            wet: Ramp::new(0.0),
            makeup: Ramp::new(1.0),
        }
    }
}

impl Compressor {
    /// What a meter shows, since the last call of this.
    pub fn take_reading(&mut self) -> Reading {
        std::mem::take(&mut self.frame.reading)
    }

    /// On or off: a switch that changed the latency would make a host restart the plugin.
    fn lookahead_ms(&self) -> f32 {
        self.settings.lookahead_ms.clamp(0.0, LONGEST_LOOKAHEAD_MS)
    }

    fn apply_settings(&mut self) {
        let s = self.settings;
        let lookahead_ms = self.lookahead_ms();
        let held_ms = self.levels.set(s.detector, s.release_ms, lookahead_ms);
        self.ballistics = Ballistics::new(
            BallisticsSpec {
                attack_ms: s.attack_ms,
                release_ms: s.release_ms,
                auto_release: s.auto_release,
                held_ms,
            },
            self.sample_rate_hz,
        );
        self.curve.set(s.curve());
        self.frame.set(FrameSpec {
            source: s.key,
            high_pass_hz: s.key_high_pass_hz,
            low_pass_hz: LOW_PASS_OFF_HZ,
            latency_samples: self.latency_samples(),
            listen: s.on && s.listen,
        });
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        self.smooth.engaged.set(flag(s.on));
        self.smooth.mix.set(s.mix.clamp(0.0, 1.0));
        self.smooth.makeup_db.set(s.makeup_db);
        self.smooth.auto.set(flag(s.auto_makeup));
        self.smooth.link.set(s.link.clamp(0.0, 1.0));
    }

    fn forget_levels(&mut self) {
        self.levels.reset();
        self.reductions = [Reduction::default(); 2];
        self.auto.reset();
    }

    /// Begins as if it had been there all along; only the fade in is heard.
    fn wake(&mut self) {
        self.frame.forget_key();
        self.forget_levels();
        self.curve.settle();
        let s = &mut self.smooth;
        for control in [&mut s.mix, &mut s.makeup_db, &mut s.auto, &mut s.link] {
            control.settle();
        }
        self.makeup = Ramp::new(makeup_gain(self.smooth.makeup_db.current()));
        self.link = self.smooth.link.current();
        self.meet();
    }

    /// After a change of link the channels first have to meet: none takes over the other's state.
    fn meet(&mut self) {
        let [a, b] = self.reductions.each_ref().map(Reduction::current_db);
        self.together = self.link == 1.0 && (a - b).abs() < 1e-5;
    }

    /// The reductions of both channels in dB, or nothing where there is none at all.
    fn reduce(&mut self, mut detected: Detected, frames: usize) -> Option<[Stretch; 2]> {
        let loudest_db = detected.loudest_db();
        self.frame.reading.add(0.0, loudest_db, loudest_db);
        if loudest_db <= self.curve.onset_db() && self.reductions.iter().all(Reduction::is_none) {
            return None;
        }
        if self.link == 1.0 {
            detected.link();
        }
        let mut reductions = [self.targets(&detected, 0), [0.0; CONTROL_PERIOD]];
        if self.together {
            let state = &mut self.reductions[0];
            let c = self.ballistics;
            for target in reductions[0].iter_mut().take(frames) {
                *target = state.tick(&c, *target);
            }
            self.reductions[1] = *state;
            reductions[1] = reductions[0];
        } else {
            reductions[1] = self.targets(&detected, 1);
            let (c, link) = (self.ballistics, self.link);
            let [left, right] = &mut reductions;
            for (l, r) in left.iter_mut().zip(right).take(frames) {
                let both = louder(*l, *r);
                *l = self.reductions[0].tick(&c, *l + link * (both - *l));
                *r = self.reductions[1].tick(&c, *r + link * (both - *r));
            }
        }
        // Behind the last frame stand the targets of what was not heard yet: they are no reductions.
        reductions.iter_mut().for_each(|lane| lane[frames..].fill(0.0));
        let [left_db, right_db] = reductions.each_ref().map(loudest);
        self.frame.reading.add(louder(left_db, right_db), loudest_db, loudest_db);
        Some(reductions)
    }

    /// What the curve asks of a channel, in dB.
    #[inline]
    fn targets(&self, detected: &Detected, channel: usize) -> Stretch {
        let levels = detected.levels_db(channel);
        let [from, to] = self.curve.ends();
        let mut targets = each(&levels, |level| to.reduction_db(level));
        if !self.curve.is_still() {
            let place = self.frame.places();
            for i in 0..CONTROL_PERIOD {
                let start = from.reduction_db(levels[i]);
                targets[i] = start + place[i] * (targets[i] - start);
            }
        }
        targets
    }

    fn apply(
        &mut self,
        main: &mut [&mut [f32]; 2],
        reductions: Option<[Stretch; 2]>,
        place: &Stretch,
    ) {
        let measuring = self.smooth.auto.target() > 0.0;
        if reductions.is_none() && self.makeup.rests_on(1.0) && !measuring {
            return;
        }
        let reductions = reductions.unwrap_or([[0.0; CONTROL_PERIOD]; 2]);
        let mut gains = [each(&reductions[0], |db| fast_gain(-db)); 2];
        if !self.together {
            gains[1] = each(&reductions[1], |db| fast_gain(-db));
        }
        if measuring {
            for (i, (l, r)) in main[0].iter().zip(main[1].iter()).enumerate() {
                self.auto.push([*l, *r], [gains[0][i], gains[1][i]]);
            }
        }
        let mixed = |gains: &Stretch| -> Stretch {
            let mut mixed = *gains;
            for i in 0..CONTROL_PERIOD {
                let wet = gains[i] * self.makeup.at(place[i]);
                mixed[i] = 1.0 + self.wet.at(place[i]) * (wet - 1.0);
            }
            mixed
        };
        let left = mixed(&gains[0]);
        let right = if self.together { left } else { mixed(&gains[1]) };
        for (channel, gains) in main.iter_mut().zip([left, right]) {
            for (x, gain) in channel.iter_mut().zip(gains) {
                *x *= gain;
            }
        }
    }
}

impl Framed for Compressor {
    fn frame(&mut self) -> &mut Frame {
        &mut self.frame
    }

    fn is_asleep(&self) -> bool {
        !self.settings.on
            && self.wet.rests_on(0.0)
            && self.smooth.engaged.is_settled()
            && self.frame.hears_no_key()
    }

    fn control_tick(&mut self) {
        let period = CONTROL_PERIOD as u32;
        self.levels.control_tick();
        self.curve.control_tick(CONTROL_PERIOD);
        let wet = self.smooth.engaged.advance(period) * self.smooth.mix.advance(period);
        self.wet.go_to(wet);
        self.link = self.smooth.link.advance(period);
        self.meet();
        let mut makeup_db = self.smooth.makeup_db.advance(period);
        let auto = self.smooth.auto.advance(period);
        if auto > 0.0 {
            makeup_db += auto * self.auto.control_tick();
        }
        self.makeup.go_to(makeup_gain(makeup_db));
    }

    fn stretch(&mut self, mut main: [&mut [f32]; 2], external: Option<[&[f32]; 2]>) {
        let frames = main[0].len();
        let key = self.frame.hear(&main, external);
        let detected = self.levels.measure(&key, frames);
        let reductions = self.reduce(detected, frames);
        self.frame.delay(&mut main);
        self.apply(&mut main, reductions, &self.frame.places());
        self.frame.listen(&mut main, key);
    }
}

impl Effect for Compressor {
    type Settings = CompressorSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &CompressorSettings) {
        self.sample_rate_hz = sample_rate_hz;
        self.settings = *settings;
        self.levels.prepare(LONGEST_LOOKAHEAD_MS, sample_rate_hz);
        self.curve.configure(SMOOTH_MS, sample_rate_hz);
        for control in self.smooth.all() {
            control.configure(SMOOTH_MS, sample_rate_hz);
        }
        self.auto.prepare(sample_rate_hz);
        self.frame.prepare(LONGEST_LOOKAHEAD_MS, SMOOTH_MS, sample_rate_hz);
        self.apply_settings();
        self.reset();
    }

    fn reset(&mut self) {
        self.frame.reset();
        self.forget_levels();
        self.curve.settle();
        for control in self.smooth.all() {
            control.settle();
        }
        let s = &self.smooth;
        self.wet = Ramp::new(s.engaged.current() * s.mix.current());
        self.makeup = Ramp::new(makeup_gain(s.makeup_db.current()));
        self.link = s.link.current();
        self.meet();
    }

    fn set(&mut self, settings: &CompressorSettings) {
        if *settings == self.settings {
            return;
        }
        let waking = settings.on && self.is_asleep();
        self.settings = *settings;
        self.apply_settings();
        if waking {
            self.wake();
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

fn makeup_gain(db: f32) -> f32 {
    if db == 0.0 { 1.0 } else { db_to_gain(db) }
}

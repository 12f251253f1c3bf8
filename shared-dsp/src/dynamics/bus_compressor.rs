//! The bus compressor of Glue.
//!
//! The parts are the compressor's. In feedback the curve is asked about the level at the output: the
//! loop is closed in dB, on the detector's reading less the reduction of the sample before, so that
//! the detector's hold is no delay inside the loop.

use super::auto_makeup::AutoMakeup;
use super::ballistics::{Ballistics, Reduction};
use super::bus_law::{Controls, Ramps};
use super::colour::{Shaper, colour_amount, hold_ceiling, spread};
use super::curve::MovingCurve;
use super::frame::{Frame, FrameSpec, Framed, Reading};
use super::key_filter::LOW_PASS_OFF_HZ;
use super::level::{Stretch, fast_gain, louder};
use super::levels::{Detected, Levels};
use super::oversampled::{HalfBand, OVERSAMPLING_LATENCY};
use super::ramp::Ramp;
use super::settings::{BusChannel, BusCompressorSettings, Topology};
use crate::effect::{Effect, Io, Tail};
use crate::smooth::{CONTROL_PERIOD, Smoothed};
use crate::units::db_to_gain;
use std::f32::consts::FRAC_1_SQRT_2;

/// Time of a move of any setting.
const SMOOTH_MS: f32 = 20.0;

/// In how many control periods all that the shapers have added has come out.
const SHAPER_TAIL: u32 = (OVERSAMPLING_LATENCY / CONTROL_PERIOD + 2) as u32;

/// The bus compressor.
#[derive(Clone, Debug)]
pub struct BusCompressor {
    settings: BusCompressorSettings,
    sample_rate_hz: f64,
    frame: Frame,
    levels: Levels,
    curve: MovingCurve,
    ballistics: Ballistics,
    reductions: [Reduction; 2],
    auto: AutoMakeup,
    filter: HalfBand,
    shapers: [Shaper; 2],
    /// Control periods for which the shapers still run: what they added last is on its way.
    shaping: u32,
    /// Whether the audio waits for the shapers: from the first colour or clip on until a reset, so
    /// that their automation does not change the latency again and again.
    late: bool,
    smooth: Controls,
    ramps: Ramps,
    link: f32,
    /// Whether one lane's reduction holds for both.
    together: bool,
}

impl Default for BusCompressor {
    fn default() -> Self {
        let settings = BusCompressorSettings::default();
        let (s, r) = (Smoothed::new(0.0), Ramp::new(0.0));
        Self {
            settings,
            sample_rate_hz: 48_000.0,
            frame: Frame::default(),
            levels: Levels::default(),
            curve: MovingCurve::new(settings.law()),
            ballistics: Ballistics::default(),
            reductions: [Reduction::default(); 2],
            auto: AutoMakeup::default(),
            filter: HalfBand::default(),
            shapers: [Shaper::default(); 2],
            shaping: 0,
            late: false,
            smooth: Controls {
                mix: s,
                makeup_db: s,
                auto: s,
                link: s,
                colour: s,
                clip: s,
                mid_side: s,
                delta: s,
            },
            ramps: Ramps {
                mix: r,
                makeup: Ramp::new(1.0),
                colour: r,
                clip: r,
                mid_side: r,
                delta: r,
            },
            link: 1.0,
            together: true,
        }
    }
}

impl BusCompressor {
    /// What a meter shows, since the last call of this.
    pub fn take_reading(&mut self) -> Reading {
        std::mem::take(&mut self.frame.reading)
    }

    fn apply_settings(&mut self) {
        let s = self.settings;
        let held_ms = self.levels.set(s.detector, s.release_ms(), 0.0);
        self.ballistics = Ballistics::new(s.ballistics(held_ms), self.sample_rate_hz);
        self.curve.set(s.law());
        self.late |= s.shapes();
        self.frame.set(FrameSpec {
            source: s.key,
            high_pass_hz: s.key_high_pass_hz,
            low_pass_hz: LOW_PASS_OFF_HZ,
            latency_samples: self.latency_samples(),
            listen: s.key_listen,
        });
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        let to = &mut self.smooth;
        to.mix.set(s.mix.clamp(0.0, 1.0));
        to.makeup_db.set(s.makeup_db);
        to.auto.set(flag(s.auto_makeup));
        to.link.set(if s.channel == BusChannel::Stereo { s.link.clamp(0.0, 1.0) } else { 0.0 });
        to.colour.set(s.colour.clamp(0.0, 1.0));
        to.clip.set(flag(s.clip));
        to.mid_side.set(flag(s.channel == BusChannel::MidSide));
        to.delta.set(flag(s.delta));
    }

    /// The reductions of both lanes in dB, or nothing where there is none at all.
    fn reduce(&mut self, mut detected: Detected, frames: usize) -> Option<[Stretch; 2]> {
        let input_db = detected.loudest_db();
        let reduced_db = self.reduced_db();
        self.frame.reading.add(0.0, input_db - self.in_loop(reduced_db), input_db);
        let idle = self.reductions.iter().all(Reduction::is_none);
        if idle && input_db <= self.curve.onset_db() {
            return None;
        }
        if self.link == 1.0 {
            detected.link();
        }
        let place = self.frame.places();
        let left = detected.levels_db(0);
        let mut out = [[0.0; CONTROL_PERIOD]; 2];
        if self.together {
            for i in 0..frames.min(CONTROL_PERIOD) {
                let (target, gain) = self.target(left[i], 0, place[i]);
                out[0][i] = self.reductions[0].tick_in_loop(&self.ballistics, target, gain);
            }
            self.reductions[1] = self.reductions[0];
            out[1] = out[0];
        } else {
            let right = detected.levels_db(1);
            for i in 0..frames.min(CONTROL_PERIOD) {
                let (l, gain_l) = self.target(left[i], 0, place[i]);
                let (r, gain_r) = self.target(right[i], 1, place[i]);
                let both = louder(l, r);
                let (l, r) = (l + self.link * (both - l), r + self.link * (both - r));
                out[0][i] = self.reductions[0].tick_in_loop(&self.ballistics, l, gain_l);
                out[1][i] = self.reductions[1].tick_in_loop(&self.ballistics, r, gain_r);
            }
        }
        let deepest = out.iter().flat_map(|lane| lane.iter().take(frames));
        let deepest_db = deepest.fold(0.0, |a, b| louder(a, *b));
        self.frame.reading.reduction_db = louder(self.frame.reading.reduction_db, deepest_db);
        Some(out)
    }

    /// The larger reduction of both lanes in dB.
    fn reduced_db(&self) -> f32 {
        let [left, right] = self.reductions.each_ref().map(Reduction::current_db);
        louder(left, right)
    }

    /// What of a reduction the detector hears: all of it in feedback.
    fn in_loop(&self, reduction_db: f32) -> f32 {
        if self.settings.topology == Topology::Feedback { reduction_db } else { 0.0 }
    }

    /// The shapers run while there is something to shape and until it has come out.
    fn keep_shaping(&mut self) {
        let ramps = &self.ramps;
        let rest = ramps.colour.rests_on(0.0) && ramps.clip.rests_on(0.0);
        if self.settings.shapes() || !rest {
            if self.shaping == 0 {
                self.shapers.iter_mut().for_each(Shaper::reset);
            }
            self.shaping = SHAPER_TAIL;
        } else {
            self.shaping = self.shaping.saturating_sub(1);
        }
        self.shapers.iter_mut().for_each(Shaper::flush);
    }

    /// What the curve asks of a lane in dB, and by how much less for each dB of reduction.
    #[inline(always)]
    fn target(&self, level_db: f32, lane: usize, place: f32) -> (f32, f32) {
        let [from, to] = self.curve.ends();
        let feedback = self.settings.topology == Topology::Feedback;
        let level_db =
            if feedback { level_db - self.reductions[lane].current_db() } else { level_db };
        let mut target = to.reduction_db(level_db);
        if !self.curve.is_still() {
            let start = from.reduction_db(level_db);
            target = start + place * (target - start);
        }
        (target, if feedback { to.gradient(level_db) } else { 0.0 })
    }

    /// Gains both channels. Parallel mix and delta are gains of the same sample: nothing can be out
    /// of phase.
    fn apply(
        &mut self,
        main: &mut [&mut [f32]; 2],
        reductions: &Option<[Stretch; 2]>,
        place: &Stretch,
    ) {
        let r = self.ramps;
        let measuring = self.smooth.auto.target() > 0.0;
        if reductions.is_none() && r.makeup.rests_on(1.0) && r.delta.rests_on(0.0) && !measuring {
            return;
        }
        let reductions = reductions.unwrap_or([[0.0; CONTROL_PERIOD]; 2]);
        let compressed = reductions.map(|lane| lane.map(|db| fast_gain(-db)));
        let mut gains = compressed;
        for lane in &mut gains {
            for (gain, place) in lane.iter_mut().zip(place) {
                let mix = r.mix.at(*place);
                let heard = 1.0 + mix * (*gain * r.makeup.at(*place) - 1.0);
                let taken = mix * (1.0 - *gain);
                *gain = heard + r.delta.at(*place) * (taken - heard);
            }
        }
        let [left, right] = main;
        for (i, (l, r)) in left.iter_mut().zip(right.iter_mut()).enumerate() {
            let (x, y) = (*l, *r);
            if measuring {
                self.measure(x, y, [compressed[0][i], compressed[1][i]]);
            }
            let share = self.ramps.mid_side.at(place[i]);
            let (a, b) = (gains[0][i] - 1.0, gains[1][i] - 1.0);
            (*l, *r) = (x * gains[0][i], y * gains[1][i]);
            if share > 0.0 {
                let (mid, side) = (0.5 * a * (x + y), 0.5 * b * (x - y));
                *l += share * (x + mid + side - *l);
                *r += share * (y + mid - side - *r);
            }
        }
    }

    /// What the automatic make-up compares.
    #[inline(always)]
    fn measure(&mut self, x: f32, y: f32, gains: [f32; 2]) {
        let lanes = if self.settings.channel == BusChannel::MidSide {
            [FRAC_1_SQRT_2 * (x + y), FRAC_1_SQRT_2 * (x - y)]
        } else {
            [x, y]
        };
        self.auto.push(lanes, gains);
    }

    /// Colour and clip: what they add comes late, and the audio waits for it.
    fn shape(
        &mut self,
        main: &mut [&mut [f32]; 2],
        reductions: &Option<[Stretch; 2]>,
        place: &Stretch,
    ) {
        let frames = main[0].len();
        let r = self.ramps;
        let reductions = reductions.unwrap_or([[0.0; CONTROL_PERIOD]; 2]);
        let clip = spread(|i| r.clip.at(place[i]) * (1.0 - r.delta.at(place[i])));
        let mut added = [[0.0; CONTROL_PERIOD]; 2];
        for (lane, channel) in main.iter().enumerate() {
            let amount = spread(|i| {
                let deeper = louder(reductions[0][i], reductions[1][i]);
                let share = r.mix.at(place[i]) * (1.0 - r.delta.at(place[i]));
                share * colour_amount(r.colour.at(place[i]), deeper)
            });
            let mut signal = [0.0; CONTROL_PERIOD];
            for (to, from) in signal.iter_mut().zip(channel.iter()) {
                *to = *from;
            }
            added[lane] = self.shapers[lane].added(&self.filter, &signal, frames, &amount, &clip);
        }
        self.frame.delay(main);
        for (channel, added) in main.iter_mut().zip(&added) {
            for (x, added) in channel.iter_mut().zip(added) {
                *x += added;
            }
            hold_ceiling(channel, &clip);
        }
    }
}

impl Framed for BusCompressor {
    fn frame(&mut self) -> &mut Frame {
        &mut self.frame
    }

    fn is_asleep(&self) -> bool {
        false
    }

    fn control_tick(&mut self) {
        self.levels.control_tick();
        self.curve.control_tick(CONTROL_PERIOD);
        let period = CONTROL_PERIOD as u32;
        let (smooth, ramps) = (&mut self.smooth, &mut self.ramps);
        let auto = smooth.auto.advance(period);
        let mut makeup_db = smooth.makeup_db.advance(period);
        if auto > 0.0 {
            makeup_db += auto * self.auto.control_tick();
        }
        self.link = smooth.link.advance(period);
        // After a change of link or channels the lanes first have to meet.
        let [a, b] = self.reductions.each_ref().map(Reduction::current_db);
        self.together = self.link == 1.0 && (a - b).abs() < 1e-5;
        ramps.makeup.go_to(makeup_gain(makeup_db));
        ramps.mix.go_to(smooth.mix.advance(period));
        ramps.colour.go_to(smooth.colour.advance(period));
        ramps.clip.go_to(smooth.clip.advance(period));
        ramps.mid_side.go_to(smooth.mid_side.advance(period));
        ramps.delta.go_to(smooth.delta.advance(period));
        self.keep_shaping();
    }

    fn stretch(&mut self, mut main: [&mut [f32]; 2], external: Option<[&[f32]; 2]>) {
        let frames = main[0].len();
        let key = self.frame.hear(&main, external);
        let mid_side = self.settings.channel == BusChannel::MidSide;
        let mut heard = key;
        if mid_side {
            for i in 0..CONTROL_PERIOD {
                let (l, r) = (key[0][i], key[1][i]);
                (heard[0][i], heard[1][i]) = (0.5 * (l + r), 0.5 * (l - r));
            }
        }
        let detected = self.levels.measure(&heard, frames);
        let reductions = self.reduce(detected, frames);
        let place = self.frame.places();
        self.apply(&mut main, &reductions, &place);
        if self.shaping > 0 {
            self.shape(&mut main, &reductions, &place);
        } else {
            self.frame.delay(&mut main);
        }
        self.frame.listen(&mut main, key);
    }
}

impl Effect for BusCompressor {
    type Settings = BusCompressorSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &BusCompressorSettings) {
        self.sample_rate_hz = sample_rate_hz;
        self.settings = *settings;
        let longest_ms = (OVERSAMPLING_LATENCY as f64 / sample_rate_hz * 1000.0) as f32 + 0.01;
        self.frame.prepare(longest_ms, SMOOTH_MS, sample_rate_hz);
        self.levels.prepare(0.0, sample_rate_hz);
        self.curve.configure(SMOOTH_MS, sample_rate_hz);
        for control in self.smooth.all() {
            control.configure(SMOOTH_MS, sample_rate_hz);
        }
        self.auto.prepare(sample_rate_hz);
        self.shapers.iter_mut().for_each(|shaper| shaper.prepare(sample_rate_hz));
        self.apply_settings();
        self.reset();
    }

    fn reset(&mut self) {
        self.levels.reset();
        self.reductions = [Reduction::default(); 2];
        self.auto.reset();
        self.shapers.iter_mut().for_each(Shaper::reset);
        self.late = self.settings.shapes();
        self.shaping = if self.late { SHAPER_TAIL } else { 0 };
        self.frame.wait(self.latency_samples());
        self.frame.reset();
        self.curve.settle();
        for control in self.smooth.all() {
            control.settle();
        }
        let s = &self.smooth;
        let at = |control: &Smoothed| Ramp::new(control.current());
        self.ramps = Ramps {
            mix: at(&s.mix),
            makeup: Ramp::new(makeup_gain(s.makeup_db.current())),
            colour: at(&s.colour),
            clip: at(&s.clip),
            mid_side: at(&s.mid_side),
            delta: at(&s.delta),
        };
        self.link = s.link.current();
    }

    fn set(&mut self, settings: &BusCompressorSettings) {
        if *settings == self.settings {
            return;
        }
        let turned = settings.topology != self.settings.topology;
        self.settings = *settings;
        self.apply_settings();
        if turned {
            // The two laws are not points of one family: nothing between them would make sense.
            self.curve.settle();
        }
    }

    fn process(&mut self, io: Io<'_>) {
        self.run(io);
    }

    fn latency_samples(&self) -> usize {
        if self.late { OVERSAMPLING_LATENCY } else { 0 }
    }

    fn tail(&self) -> Tail {
        Tail::Samples(2 * self.latency_samples() as u64)
    }
}

fn makeup_gain(db: f32) -> f32 {
    if db == 0.0 { 1.0 } else { db_to_gain(db) }
}

//! The steep cuts: Butterworth high-pass and low-pass of 6 to 48 dB per octave.

use super::svf::{Svf, SvfState};
use super::{BandKind, BandSpec, CutSettings, FilterSettings, Slope, design};
use crate::biquad::Biquad;
use crate::effect::{Effect, Io, Tail};
use crate::smooth::{CONTROL_PERIOD, ControlClock, Smoothed};
use std::f64::consts::PI;

/// Time of a move of the frequency.
const SMOOTHING_MS: f32 = 10.0;

/// Time of a crossfade between slopes, on and off.
const FADE_MS: f32 = 10.0;

/// Second-order sections of the steepest slope.
const SECTIONS: usize = 4;

/// Which side is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    High,
    Low,
}

fn order(slope: Slope) -> usize {
    match slope {
        Slope::Db6 => 1,
        Slope::Db12 => 2,
        Slope::Db18 => 3,
        Slope::Db24 => 4,
        Slope::Db36 => 6,
        Slope::Db48 => 8,
    }
}

/// The sections of a cut; unused ones are unity.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cut {
    sections: [Biquad; SECTIONS],
}

impl Cut {
    /// Butterworth: poles evenly on the circle, each pair a section of the band design.
    fn new(side: Side, slope: Slope, freq_hz: f64, sample_rate_hz: f64) -> Self {
        let order = order(slope);
        let kind = if side == Side::High { BandKind::LowCut } else { BandKind::HighCut };
        let mut sections = [Biquad::IDENTITY; SECTIONS];
        for (pair, section) in sections.iter_mut().take(order / 2).enumerate() {
            let angle = PI * (2 * pair + 1) as f64 / (2 * order) as f64;
            let q = 0.5 / angle.sin();
            *section =
                design(&BandSpec { kind, freq_hz, gain_db: 0.0, q }, sample_rate_hz).section();
        }
        if order % 2 == 1
            && let Some(section) = sections.get_mut(order / 2)
        {
            *section = first_order(side, freq_hz, sample_rate_hz);
        }
        Self { sections }
    }

    fn response_db(&self, freq_hz: f64, sample_rate_hz: f64) -> f64 {
        self.sections.iter().map(|section| section.response_db(freq_hz, sample_rate_hz)).sum()
    }

    fn decay_samples(&self, decay_db: f64) -> f64 {
        let radius = self.sections.iter().map(Biquad::pole_radius).fold(0.0, f64::max);
        if radius <= 0.0 { 0.0 } else { -decay_db / (20.0 * radius.log10()) }
    }
}

/// One pole, exact, and a zero that meets the prototype's power at its frequency and at 0 Hz (low-pass) or
/// there alone (high-pass, whose zero is at 0 Hz).
fn first_order(side: Side, freq_hz: f64, sample_rate_hz: f64) -> Biquad {
    let w0 = 2.0 * PI * freq_hz / sample_rate_hz;
    let pole = (-w0).exp();
    let dc = -(-w0).exp_m1();
    // Matched where the curve bends, as far as that is below Nyquist.
    let at = w0.min(2.4);
    let phi = (0.5 * at).sin().powi(2);
    let denominator = dc * dc + 4.0 * pole * phi;
    let ratio = at / w0;
    let low = denominator / (1.0 + ratio * ratio);
    let b = match side {
        // |B|^2 = (b0 + b1)^2 - 4 b0 b1 phi.
        Side::Low => {
            let product = (dc * dc - low) / (4.0 * phi);
            let b0 = 0.5 * (dc + (dc * dc - 4.0 * product).max(0.0).sqrt());
            [b0, dc - b0, 0.0]
        }
        Side::High => {
            let gain = (low * ratio * ratio / (4.0 * phi)).sqrt();
            [gain, -gain, 0.0]
        }
    };
    Biquad { b, a: [-pole, 0.0] }
}

/// Gain in dB of the cuts at a frequency.
pub fn cut_response_db(settings: &FilterSettings, freq_hz: f64, sample_rate_hz: f64) -> f64 {
    let of = |side, cut: &CutSettings| {
        if cut.on {
            Cut::new(side, cut.slope, cut.freq_hz.into(), sample_rate_hz)
                .response_db(freq_hz, sample_rate_hz)
        } else {
            0.0
        }
    };
    of(Side::High, &settings.high_pass) + of(Side::Low, &settings.low_pass)
}

type Frames = [[f64; 2]; CONTROL_PERIOD];

/// One slope with its way of fading in and out.
#[derive(Clone, Debug)]
struct Voice {
    slope: Slope,
    presence: Smoothed,
    coefficients: [Svf; SECTIONS],
    target: [Svf; SECTIONS],
    step: Option<[Svf; SECTIONS]>,
    states: [SvfState; SECTIONS],
}

impl Voice {
    fn new() -> Self {
        Self {
            slope: Slope::default(),
            presence: Smoothed::new(0.0),
            coefficients: [Svf::IDENTITY; SECTIONS],
            target: [Svf::IDENTITY; SECTIONS],
            step: None,
            states: [SvfState::default(); SECTIONS],
        }
    }

    fn start(&mut self, slope: Slope, target: [Svf; SECTIONS]) {
        self.slope = slope;
        self.presence.snap(0.0);
        self.states = [SvfState::default(); SECTIONS];
        (self.coefficients, self.target, self.step) = (target, target, None);
    }

    fn is_present(&self) -> bool {
        self.presence.target() > 0.0 || !self.presence.is_settled()
    }

    fn control_tick(&mut self, target: Option<[Svf; SECTIONS]>) {
        self.coefficients = self.target;
        self.step = None;
        if let Some(target) = target {
            let from = self.coefficients;
            self.step = Some(std::array::from_fn(|i| from[i].step_to(target[i], CONTROL_PERIOD)));
            self.target = target;
        }
        self.states.iter_mut().for_each(SvfState::flush);
    }

    /// Filters frames that lie within one control period.
    fn filter(&mut self, frames: &mut [[f64; 2]]) {
        let used = order(self.slope).div_ceil(2);
        let sections = self.coefficients.iter_mut().zip(&mut self.states).enumerate();
        for (index, (coefficients, state)) in sections.take(used) {
            if let Some(step) = self.step.as_ref().and_then(|step| step.get(index)) {
                for frame in frames.iter_mut() {
                    *coefficients = coefficients.stepped(*step);
                    *frame = state.tick(coefficients, *frame);
                }
            } else {
                let (still, mut resting) = (coefficients.still(), *state);
                for frame in frames.iter_mut() {
                    *frame = resting.tick_still(&still, *frame);
                }
                *state = resting;
            }
        }
    }

    /// Adds what this voice changes of `dry` to `wet`.
    fn blend(&mut self, dry: &Frames, wet: &mut [[f64; 2]]) {
        let mut audio = *dry;
        self.filter(audio.get_mut(..wet.len()).unwrap_or_default());
        for ((wet, audio), dry) in wet.iter_mut().zip(&audio).zip(dry) {
            let presence = f64::from(self.presence.next());
            for lane in 0..2 {
                wet[lane] += presence * (audio[lane] - dry[lane]);
            }
        }
    }
}

/// One cut: its smoothed frequency and two voices, so that a change of slope is a crossfade.
#[derive(Clone, Debug)]
struct MovingCut {
    side: Side,
    settings: CutSettings,
    octave: Smoothed,
    voices: [Voice; 2],
    /// Whether the second voice is the one that fades in or is in.
    second: bool,
    /// The voice that is heard alone, without a fade, in this control period.
    alone: Option<usize>,
    sample_rate_hz: f64,
}

impl MovingCut {
    fn new(side: Side) -> Self {
        Self {
            side,
            settings: CutSettings { on: false, freq_hz: 1000.0, slope: Slope::default() },
            octave: Smoothed::new(0.0),
            voices: [Voice::new(), Voice::new()],
            second: false,
            alone: None,
            sample_rate_hz: 48_000.0,
        }
    }

    fn prepare(&mut self, sample_rate_hz: f64, settings: &CutSettings) {
        *self = Self::new(self.side);
        self.sample_rate_hz = sample_rate_hz;
        self.octave.configure(SMOOTHING_MS, sample_rate_hz);
        for voice in &mut self.voices {
            voice.presence.configure(FADE_MS, sample_rate_hz);
        }
        self.set(settings);
        self.reset();
    }

    fn reset(&mut self) {
        self.octave.settle();
        let target = self.sections(self.settings.slope);
        for voice in &mut self.voices {
            voice.start(self.settings.slope, target);
        }
        self.second = false;
        let presence = if self.settings.on { 1.0 } else { 0.0 };
        self.voices[0].presence.snap(presence);
    }

    fn set(&mut self, settings: &CutSettings) {
        self.settings = *settings;
        self.octave.set(settings.freq_hz.clamp(1.0, 1e6).log2());
        if !self.is_active() {
            self.octave.settle();
        }
    }

    fn is_active(&self) -> bool {
        self.settings.on || self.voices.iter().any(Voice::is_present)
    }

    fn sections(&self, slope: Slope) -> [Svf; SECTIONS] {
        let freq_hz = f64::from(self.octave.current()).exp2();
        Cut::new(self.side, slope, freq_hz, self.sample_rate_hz).sections.map(|section| {
            if section == Biquad::IDENTITY { Svf::IDENTITY } else { Svf::from_biquad(&section) }
        })
    }

    /// Starts a fade, where the switch or the slope asks for one: only then are sections designed.
    fn change_voice(&mut self) {
        let CutSettings { on, slope, .. } = self.settings;
        let [now, other] = if self.second { [1, 0] } else { [0, 1] };
        let [now_present, other_present] = [now, other].map(|i| self.voices[i].is_present());
        let presence = if on { 1.0 } else { 0.0 };
        if !now_present {
            if on && !other_present {
                self.start_voice(now, slope, 1.0);
            }
        } else if self.voices[now].slope != slope && !other_present {
            self.voices[now].presence.set(0.0);
            self.start_voice(other, slope, presence);
            self.second = !self.second;
        } else {
            self.voices[now].presence.set(presence);
        }
    }

    fn start_voice(&mut self, index: usize, slope: Slope, presence: f32) {
        let target = self.sections(slope);
        self.voices[index].start(slope, target);
        self.voices[index].presence.set(presence);
    }

    fn control_tick(&mut self) {
        let moves = !self.octave.is_settled();
        self.change_voice();
        self.octave.advance(CONTROL_PERIOD as u32);
        let targets = [0, 1].map(|index| {
            let voice = &self.voices[index];
            (moves && voice.is_present()).then(|| self.sections(voice.slope))
        });
        for (voice, target) in self.voices.iter_mut().zip(targets) {
            voice.control_tick(target);
        }
        let now = usize::from(self.second);
        let presence = self.voices[now].presence;
        let whole = presence.is_settled() && presence.current() == 1.0;
        self.alone = (whole && !self.voices[1 - now].is_present()).then_some(now);
    }

    fn process(&mut self, frames: &mut [[f64; 2]]) {
        if let Some(voice) = self.alone.and_then(|index| self.voices.get_mut(index)) {
            voice.filter(frames);
            return;
        }
        let mut dry: Frames = [[0.0; 2]; CONTROL_PERIOD];
        for (dry, frame) in dry.iter_mut().zip(frames.iter()) {
            *dry = *frame;
        }
        for voice in self.voices.iter_mut().filter(|voice| voice.is_present()) {
            voice.blend(&dry, frames);
        }
    }

    fn tail_samples(&self) -> u64 {
        if !self.settings.on {
            return 0;
        }
        let freq_hz = self.settings.freq_hz.into();
        Cut::new(self.side, self.settings.slope, freq_hz, self.sample_rate_hz)
            .decay_samples(120.0)
            .ceil() as u64
    }
}

/// High-pass and low-pass, each with its slope. No latency. With both off, audio passes bit for bit.
#[derive(Clone, Debug)]
pub struct Filters {
    cuts: [MovingCut; 2],
    clock: ControlClock,
}

impl Default for Filters {
    fn default() -> Self {
        Self {
            cuts: [MovingCut::new(Side::High), MovingCut::new(Side::Low)],
            clock: ControlClock::default(),
        }
    }
}

impl Filters {
    fn process_period(&mut self, left: &mut [f32], right: &mut [f32], tick: bool) {
        let mut frames: Frames = [[0.0; 2]; CONTROL_PERIOD];
        for ((frame, l), r) in frames.iter_mut().zip(left.iter()).zip(right.iter()) {
            *frame = [f64::from(*l), f64::from(*r)];
        }
        let length = left.len().min(right.len()).min(CONTROL_PERIOD);
        let Some(frames) = frames.get_mut(..length) else { return };
        for cut in self.cuts.iter_mut().filter(|cut| cut.is_active()) {
            if tick {
                cut.control_tick();
            }
            cut.process(frames);
        }
        for ((frame, l), r) in frames.iter().zip(left).zip(right) {
            (*l, *r) = (frame[0] as f32, frame[1] as f32);
        }
    }
}

impl Effect for Filters {
    type Settings = FilterSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &FilterSettings) {
        self.cuts[0].prepare(sample_rate_hz, &settings.high_pass);
        self.cuts[1].prepare(sample_rate_hz, &settings.low_pass);
        self.clock.reset();
    }

    fn reset(&mut self) {
        self.cuts.iter_mut().for_each(MovingCut::reset);
        self.clock.reset();
    }

    fn set(&mut self, settings: &FilterSettings) {
        self.cuts[0].set(&settings.high_pass);
        self.cuts[1].set(&settings.low_pass);
    }

    fn process(&mut self, mut io: Io<'_>) {
        io.sanitize();
        let frames = io.frames();
        let [left, right] = io.main;
        let mut done = 0;
        while let Some((range, tick)) = self.clock.next(done, frames) {
            done = range.end;
            if !self.cuts.iter().any(MovingCut::is_active) {
                continue;
            }
            if let (Some(l), Some(r)) = (left.get_mut(range.clone()), right.get_mut(range)) {
                self.process_period(l, r, tick);
            }
        }
    }

    fn tail(&self) -> Tail {
        Tail::Samples(self.cuts.iter().map(MovingCut::tail_samples).fold(0, u64::saturating_add))
    }
}

//! The steep cuts: Butterworth high-pass and low-pass of 6 to 48 dB per octave.

use super::butterworth::{Cut, SECTIONS};
use super::cascade::{Cascade, Frames, REFINING, load, store};
use super::design::decay_samples;
use super::runner::{Filtering, Runner};
use super::svf::{StillSvf, SvfState};
use super::{BandKind, BandSpec, CutSettings, FilterSettings, Side, Slope};
use crate::effect::{Effect, Io, Tail};
use crate::smooth::{CONTROL_PERIOD, Smoothed};
use std::f64::consts::PI;

/// Time of a move of the frequency.
const SMOOTHING_MS: f32 = 10.0;

/// Time of a crossfade between slopes, on and off.
const FADE_MS: f32 = 10.0;

/// One slope with its way of fading in and out.
#[derive(Clone, Debug)]
struct Voice {
    slope: Slope,
    presence: Smoothed,
    cut: Cut,
    cascade: Cascade<SECTIONS>,
}

impl Voice {
    fn new() -> Self {
        Self {
            slope: Slope::default(),
            presence: Smoothed::new(0.0),
            cut: Cut::unity(48_000.0),
            cascade: Cascade::new(),
        }
    }

    fn start(&mut self, slope: Slope, cut: &Cut) {
        (self.slope, self.cut) = (slope, *cut);
        self.presence.snap(0.0);
        self.cascade.snap(cut.svf());
    }

    fn is_present(&self) -> bool {
        self.presence.target() > 0.0 || !self.presence.is_settled()
    }

    /// Adds what this voice changes of `dry` to `wet`.
    fn blend(&mut self, dry: &Frames, wet: &mut [[f64; 2]]) {
        let mut audio = *dry;
        self.cascade.process(audio.get_mut(..wet.len()).unwrap_or_default());
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
    /// Whether the sections are exact, and not only those of a moving cut.
    exact: bool,
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
            exact: false,
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
        let slope = self.settings.slope;
        let cut = self.at_rest(slope, &Cut::unity(self.sample_rate_hz));
        self.voices.iter_mut().for_each(|voice| voice.start(slope, &cut));
        (self.exact, self.second, self.alone) = (true, false, None);
        let presence = if self.settings.on { 1.0 } else { 0.0 };
        self.voices[0].presence.snap(presence);
    }

    fn set(&mut self, settings: &CutSettings) {
        let silent = !self.is_active();
        self.settings = *settings;
        self.octave.set(settings.freq_hz.clamp(1.0, 1e6).log2());
        if silent {
            self.octave.settle();
        }
    }

    fn is_active(&self) -> bool {
        self.settings.on || self.is_heard()
    }

    /// Whether it is heard or fades, whatever it was switched to since the last control tick.
    fn is_heard(&self) -> bool {
        self.voices.iter().any(Voice::is_present)
    }

    fn freq_hz(&self) -> f64 {
        f64::from(self.octave.current()).exp2()
    }

    fn moving(&self, slope: Slope, neighbour: &Cut) -> Cut {
        Cut::moving(self.side, slope, self.freq_hz(), neighbour)
    }

    fn at_rest(&self, slope: Slope, neighbour: &Cut) -> Cut {
        Cut::at_rest(self.side, slope, self.freq_hz(), neighbour)
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
        let cut = self.moving(slope, &Cut::unity(self.sample_rate_hz));
        self.voices[index].start(slope, &cut);
        self.voices[index].presence.set(presence);
        self.exact = false;
    }

    /// `may_refine` becomes false where the costly last refinement was made.
    fn control_tick(&mut self, may_refine: &mut bool) {
        let moves = !self.octave.is_settled();
        self.change_voice();
        self.octave.advance(CONTROL_PERIOD as u32);
        let refine = !moves && !self.exact && *may_refine;
        *may_refine &= !refine;
        for index in [0, 1] {
            let voice = &self.voices[index];
            let design = if moves { Self::moving } else { Self::at_rest };
            let target = (voice.is_present() && (moves || refine))
                .then(|| design(self, voice.slope, &voice.cut));
            let voice = &mut self.voices[index];
            voice.cut = target.unwrap_or(voice.cut);
            let periods = if moves { 1 } else { REFINING };
            voice.cascade.control_tick(target.map(|cut| (cut.svf(), periods)));
        }
        self.exact = !moves && (self.exact || refine);
        let now = usize::from(self.second);
        let presence = self.voices[now].presence;
        let whole = presence.is_settled() && presence.current() == 1.0;
        self.alone = (whole && !self.voices[1 - now].is_present()).then_some(now);
    }

    /// Whether it is on and stands still.
    fn rests(&self) -> bool {
        self.exact && self.alone.is_some_and(|now| self.voices[now].cascade.is_still())
    }

    /// The cascade that is heard while it rests.
    fn cascade(&mut self) -> &mut Cascade<SECTIONS> {
        &mut self.voices[usize::from(self.second)].cascade
    }

    fn process(&mut self, frames: &mut [[f64; 2]]) {
        if let Some(voice) = self.alone.and_then(|index| self.voices.get_mut(index)) {
            voice.cascade.process(frames);
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
        // The pair of poles with the least damping rings longest.
        let q = 0.5 / (PI / f64::from(2 * self.settings.slope.order())).sin();
        let freq_hz = self.settings.freq_hz.into();
        let spec = BandSpec { kind: BandKind::HighCut, freq_hz, gain_db: 0.0, q };
        decay_samples(&spec, self.sample_rate_hz, 120.0).ceil() as u64
    }
}

/// High-pass and low-pass, each with its slope. No latency. With both off, audio passes bit for bit.
#[derive(Clone, Debug)]
pub struct Filters {
    settings: FilterSettings,
    cuts: Cuts,
    runner: Runner<{ 2 * SECTIONS }>,
}

impl Default for Filters {
    fn default() -> Self {
        let cuts = Cuts([MovingCut::new(Side::High), MovingCut::new(Side::Low)]);
        Self { settings: FilterSettings::default(), cuts, runner: Runner::new() }
    }
}

#[derive(Clone, Debug)]
struct Cuts([MovingCut; 2]);

impl Cuts {
    fn active(&mut self) -> impl Iterator<Item = &mut MovingCut> {
        self.0.iter_mut().filter(|cut| cut.is_active())
    }
}

impl Filtering for Cuts {
    fn is_active(&self) -> bool {
        self.0.iter().any(MovingCut::is_active)
    }

    fn control_tick(&mut self) {
        let mut may_refine = true;
        self.active().for_each(|cut| cut.control_tick(&mut may_refine));
    }

    fn rests(&self) -> bool {
        self.0.iter().filter(|cut| cut.is_active()).all(MovingCut::rests)
    }

    fn resting(&mut self) -> impl Iterator<Item = (StillSvf, &mut SvfState)> {
        let heard = self.0.iter_mut().filter(|cut| cut.is_heard());
        heard.flat_map(|cut| cut.cascade().resting())
    }

    fn process_period(&mut self, [left, right]: [&mut [f32]; 2], _: Option<[&[f32]; 2]>) {
        let mut frames: Frames = [[0.0; 2]; CONTROL_PERIOD];
        load(&mut frames, left, right);
        let length = left.len().min(right.len()).min(CONTROL_PERIOD);
        let Some(frames) = frames.get_mut(..length) else { return };
        self.active().for_each(|cut| cut.process(frames));
        store(frames, 1.0, left, right);
    }
}

impl Effect for Filters {
    type Settings = FilterSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &FilterSettings) {
        self.settings = *settings;
        self.cuts.0[0].prepare(sample_rate_hz, &settings.high_pass);
        self.cuts.0[1].prepare(sample_rate_hz, &settings.low_pass);
        self.runner.reset();
    }

    fn reset(&mut self) {
        self.cuts.0.iter_mut().for_each(MovingCut::reset);
        self.runner.reset();
    }

    fn set(&mut self, settings: &FilterSettings) {
        if *settings == self.settings {
            return;
        }
        self.settings = *settings;
        self.runner.disturb();
        self.cuts.0[0].set(&settings.high_pass);
        self.cuts.0[1].set(&settings.low_pass);
    }

    fn process(&mut self, mut io: Io<'_>) {
        io.sanitize();
        self.runner.process(&mut self.cuts, io);
    }

    fn tail(&self) -> Tail {
        Tail::Samples(self.cuts.0.iter().map(MovingCut::tail_samples).fold(0, u64::saturating_add))
    }
}

//! One band: its smoothed parameters, its two voices and its detector.

use super::cascade::{Cascade, REFINING};
use super::design::{SECTIONS, decay_samples};
use super::detector::BandDetector;
use super::voice::Voice;
use super::{BandSettings, BandSpec, has_gain};
use crate::dynamics::KeySource;
use crate::smooth::{CONTROL_PERIOD, Smoothed};

/// Time of a move of frequency, gain or quality.
const SMOOTHING_MS: f32 = 10.0;

/// Time of a crossfade between kinds, channels, on and off.
const FADE_MS: f32 = 10.0;

/// How far the coefficients have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Design {
    /// The parameters move.
    Due,
    /// Those of the parameters, without the last refinement.
    Rough,
    /// Exact.
    Exact,
}

/// Designs of a moving band that are made on one layout of the frequency axis.
const DESIGNS_ON_LAYOUT: u8 = 4;

#[derive(Clone, Debug)]
pub struct Band {
    settings: BandSettings,
    on: bool,
    octave: Smoothed,
    gain_db: Smoothed,
    log_q: Smoothed,
    voices: [Voice; 2],
    /// Index of the voice that fades in or is in.
    current: usize,
    detector: BandDetector,
    moved_db: f32,
    design: Design,
    designs_on_layout: u8,
    /// Whether the detector's filter is that of the parameters.
    tuned: bool,
    sample_rate_hz: f64,
}

impl Band {
    pub fn new() -> Self {
        Self {
            settings: BandSettings::default(),
            on: false,
            octave: Smoothed::new(0.0),
            gain_db: Smoothed::new(0.0),
            log_q: Smoothed::new(0.0),
            voices: [Voice::new(), Voice::new()],
            current: 0,
            detector: BandDetector::new(),
            moved_db: 0.0,
            design: Design::Due,
            designs_on_layout: DESIGNS_ON_LAYOUT,
            tuned: false,
            sample_rate_hz: 48_000.0,
        }
    }

    pub fn prepare(&mut self, sample_rate_hz: f64, on: bool, settings: &BandSettings) {
        *self = Self::new();
        self.sample_rate_hz = sample_rate_hz;
        for part in [&mut self.octave, &mut self.gain_db, &mut self.log_q] {
            part.configure(SMOOTHING_MS, sample_rate_hz);
        }
        self.voices.iter_mut().for_each(|voice| voice.configure(FADE_MS, sample_rate_hz));
        self.detector.prepare(sample_rate_hz);
        self.set(on, settings);
        self.reset();
    }

    pub fn reset(&mut self) {
        self.snap_parameters();
        self.current = 0;
        self.designs_on_layout = DESIGNS_ON_LAYOUT;
        self.forget();
        self.tune_detector();
        let (spec, most, on) = (self.spec(), self.most(), self.on);
        let BandSettings { kind, channel, .. } = self.settings;
        let [voice, other] = &mut self.voices;
        voice.fade(on);
        other.fade(false);
        voice.reset(kind, channel, [&most, &spec]);
        other.reset(kind, channel, [&most, &spec]);
        self.design = Design::Exact;
    }

    fn snap_parameters(&mut self) {
        for part in [&mut self.octave, &mut self.gain_db, &mut self.log_q] {
            part.settle();
        }
    }

    pub fn set(&mut self, on: bool, settings: &BandSettings) {
        if (on, settings) == (self.on, &self.settings) {
            return;
        }
        if settings.dynamic_range_db != self.settings.dynamic_range_db {
            if !self.is_dynamic() {
                // What it heard and where it moved when it last listened is long over.
                self.detector.reset();
                self.detector.face(settings.dynamic_range_db);
            }
            self.design = Design::Due;
        }
        let silent = !self.is_active();
        self.settings = *settings;
        self.on = on;
        self.octave.set(settings.freq_hz.clamp(1.0, 1e6).log2());
        self.gain_db.set(settings.gain_db);
        self.log_q.set(settings.q.clamp(0.01, 100.0).ln());
        if silent {
            self.snap_parameters();
            self.tuned = false;
        }
        self.detector.set(settings, f64::from(settings.freq_hz.max(1.0)), self.sample_rate_hz);
    }

    fn voice(&self, index: usize) -> &Voice {
        if index == 0 { &self.voices[0] } else { &self.voices[1] }
    }

    fn voice_mut(&mut self, index: usize) -> &mut Voice {
        if index == 0 { &mut self.voices[0] } else { &mut self.voices[1] }
    }

    /// Whether it is on or still fading out.
    pub fn is_active(&self) -> bool {
        self.on || self.is_heard()
    }

    /// Whether it is heard or fades, whatever it was switched to since the last control tick.
    pub fn is_heard(&self) -> bool {
        self.voices.iter().any(Voice::is_present)
    }

    fn is_dynamic(&self) -> bool {
        has_gain(self.voice(self.current).kind)
            && (self.settings.dynamic_range_db != 0.0 || self.moved_db != 0.0)
    }

    /// What the band listens to, if it listens.
    pub fn key(&self) -> Option<KeySource> {
        (self.is_active() && self.is_dynamic()).then_some(self.settings.key)
    }

    /// By how much the gain is moved, in dB.
    pub fn moved_db(&self) -> f32 {
        if self.on && self.is_dynamic() { self.moved_db } else { 0.0 }
    }

    /// Until what it has stored has fallen by 120 dB: its slowest pole decides.
    pub fn tail_samples(&self) -> u64 {
        if !self.on {
            return 0;
        }
        let settings = &self.settings;
        let range_db = settings.dynamic_range_db;
        let at = |moved_db: f32| {
            let gain_db = (settings.gain_db + moved_db).into();
            let spec = BandSpec { gain_db, ..BandSpec::at_rest(settings) };
            decay_samples(&spec, self.sample_rate_hz, 120.0)
        };
        let moved = if range_db == 0.0 { 0.0 } else { at(range_db) };
        at(0.0).max(moved).ceil() as u64
    }

    /// What the parameters and the detector ask for now.
    fn spec(&self) -> BandSpec {
        BandSpec {
            kind: self.settings.kind,
            freq_hz: f64::from(self.octave.current()).exp2(),
            gain_db: f64::from(self.gain_db.current() + self.moved_db),
            q: f64::from(self.log_q.current()).exp(),
        }
    }

    /// The same where the detector has moved it furthest from flat.
    fn most(&self) -> BandSpec {
        let rest_db = self.gain_db.current();
        let moved_db = rest_db + self.settings.dynamic_range_db;
        let most_db = if moved_db.abs() > rest_db.abs() { moved_db } else { rest_db };
        BandSpec { gain_db: most_db.into(), ..self.spec() }
    }

    /// Whether it is on, stands still and works on both channels alike.
    pub fn rests(&self) -> bool {
        self.design == Design::Exact
            && !self.is_dynamic()
            && !self.voice(1 - self.current).is_present()
            && self.voice(self.current).rests()
    }

    /// The cascade that is heard while it rests.
    pub fn cascade(&mut self) -> &mut Cascade<SECTIONS> {
        self.voice_mut(self.current).cascade()
    }

    fn tune_detector(&mut self) {
        let freq_hz = f64::from(self.octave.current()).exp2();
        let q = f64::from(self.log_q.current()).exp();
        self.detector.tune(freq_hz, q, self.sample_rate_hz);
        self.tuned = true;
    }

    /// Starts the crossfade to another kind or channel once the last one has ended.
    fn change_voice(&mut self) {
        let (kind, channel) = (self.settings.kind, self.settings.channel);
        let (now, other) = (self.current, 1 - self.current);
        let same = self.voice(now).kind == kind && self.voice(now).channel == channel;
        if self.on && !self.voice(now).is_present() {
            self.forget();
            self.start_voice(now);
        } else if !same && !self.voice(other).is_present() {
            self.voice_mut(now).fade(false);
            if !self.is_dynamic() {
                self.forget();
            }
            self.start_voice(other);
        }
        let on = self.on;
        self.voice_mut(self.current).fade(on);
    }

    /// Lets the detector begin anew.
    fn forget(&mut self) {
        self.detector.reset();
        self.moved_db = 0.0;
    }

    fn start_voice(&mut self, index: usize) {
        let (spec, most) = (self.spec(), self.most());
        let (kind, channel) = (self.settings.kind, self.settings.channel);
        self.voice_mut(index).start(kind, channel, [&most, &spec]);
        self.current = index;
        self.design = Design::Due;
    }

    fn redesign(&mut self, lay_out: bool, refine: bool) {
        self.designs_on_layout = if lay_out { 1 } else { self.designs_on_layout.saturating_add(1) };
        let (spec, most) = (self.spec(), self.most());
        for voice in self.voices.iter_mut().filter(|voice| voice.is_present()) {
            if lay_out {
                voice.lay_out(&most);
            }
            if refine { voice.settle(&spec) } else { voice.aim(&spec) }
        }
    }

    /// To be called at control rate, before the first sample of the period. `may_refine` becomes false where
    /// the costly last refinement was made.
    pub fn control_tick(&mut self, may_refine: &mut bool) {
        if !self.is_active() {
            return;
        }
        self.change_voice();
        self.tuned &= self.octave.is_settled() && self.log_q.is_settled();
        let mut moves = false;
        for part in [&mut self.octave, &mut self.gain_db, &mut self.log_q] {
            moves |= !part.is_settled();
            part.advance(CONTROL_PERIOD as u32);
        }
        let was_db = self.moved_db;
        if self.is_dynamic() {
            if !self.tuned {
                self.tune_detector();
            }
            self.moved_db = self.detector.control_tick();
        }
        let refine = *may_refine && !moves && self.design == Design::Rough && !self.is_dynamic();
        let due = moves || self.design == Design::Due || self.moved_db != was_db;
        *may_refine &= !refine;
        if due || refine {
            // While it moves, each layout serves for a few designs: it costs several times as much.
            let stale = self.designs_on_layout >= DESIGNS_ON_LAYOUT;
            self.redesign(if moves { stale } else { self.design == Design::Due }, refine);
        }
        let periods = if refine { Some(REFINING) } else { due.then_some(1) };
        for voice in &mut self.voices {
            voice.control_tick(periods);
        }
        self.design = match self.design {
            _ if moves => Design::Due,
            _ if refine => Design::Exact,
            Design::Exact if !due => Design::Exact,
            _ => Design::Rough,
        };
    }

    /// Filters frames that lie within one control period.
    pub fn process(&mut self, frames: &mut [[f64; 2]], key: &[[f64; 2]]) {
        if self.is_dynamic() {
            self.detector.listen(self.voice(self.current).channel, key);
        }
        for voice in &mut self.voices {
            voice.process(frames);
        }
    }
}

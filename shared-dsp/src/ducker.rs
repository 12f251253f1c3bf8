//! The ducker of Space: the effect steps back while its input, or the sidechain, sounds.

use crate::dynamics::KeySource;
use crate::dynamics::ballistics::{Ballistics, BallisticsSpec, Reduction};
use crate::dynamics::curve::{Curve, CurveSpec, INFINITE_RATIO};
use crate::dynamics::detector::{PEAK_WINDOW_MS, PeakWindow};
use crate::smooth::{CONTROL_PERIOD, ControlClock};
use crate::units::{db_to_gain, gain_to_db, is_silent, sanitize};

/// Level of the key around which it begins to duck, in dBFS. A key as much louder as the depth ducks
/// by the whole depth.
const THRESHOLD_DB: f32 = -45.0;
const KNEE_DB: f32 = 12.0;

/// Time to 63 % of the ducking.
const ATTACK_MS: f32 = 5.0;

/// What a ducker is set to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DuckerSettings {
    /// By how much at most the effect is lowered, 0..40 dB; 0 is off and passes audio bit for bit.
    pub depth_db: f32,
    /// Time to 63 % of the recovery, in ms.
    pub release_ms: f32,
    /// What lowers it: the effect's input (internal) or the external sidechain.
    pub key: KeySource,
}

impl Default for DuckerSettings {
    fn default() -> Self {
        Self { depth_db: 0.0, release_ms: 250.0, key: KeySource::Internal }
    }
}

/// Peak detector, curve and ballistics of the compressor, at control rate.
#[derive(Clone, Debug)]
pub struct Ducker {
    settings: DuckerSettings,
    sample_rate_hz: f64,
    peaks: PeakWindow,
    level: f32,
    curve: Curve,
    ballistics: Ballistics,
    reduction: Reduction,
    gain: f32,
    step: f32,
    clock: ControlClock,
}

impl Default for Ducker {
    fn default() -> Self {
        Self {
            settings: DuckerSettings::default(),
            sample_rate_hz: 48_000.0,
            peaks: PeakWindow::default(),
            level: 0.0,
            curve: curve(0.0),
            ballistics: Ballistics::default(),
            reduction: Reduction::default(),
            gain: 1.0,
            step: 0.0,
            clock: ControlClock::default(),
        }
    }
}

fn curve(depth_db: f32) -> Curve {
    Curve::new(CurveSpec {
        threshold_db: THRESHOLD_DB,
        ratio: INFINITE_RATIO,
        knee_db: KNEE_DB,
        range_db: depth_db,
    })
}

impl Ducker {
    /// Allocates for a sample rate.
    pub fn prepare(&mut self, sample_rate_hz: f64, settings: &DuckerSettings) {
        self.sample_rate_hz = sample_rate_hz;
        self.peaks.prepare(PEAK_WINDOW_MS, sample_rate_hz);
        self.configure(settings);
        self.reset();
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        self.peaks.reset();
        self.reduction.reset();
        (self.level, self.gain, self.step) = (0.0, 1.0, 0.0);
        self.clock.reset();
    }

    /// New settings; the gain moves to them with attack and release.
    pub fn set(&mut self, settings: &DuckerSettings) {
        if *settings != self.settings {
            self.configure(settings);
        }
    }

    fn configure(&mut self, settings: &DuckerSettings) {
        if self.is_off() {
            // While it was off nothing listened to the key.
            self.peaks.reset();
            self.level = 0.0;
        }
        self.settings = *settings;
        self.curve = curve(settings.depth_db);
        let spec = BallisticsSpec {
            attack_ms: ATTACK_MS,
            release_ms: settings.release_ms,
            auto_release: false,
            held_ms: PEAK_WINDOW_MS,
        };
        self.ballistics = Ballistics::new(spec, self.sample_rate_hz / CONTROL_PERIOD as f64);
    }

    /// Whether it is off, and nothing of it is heard any more.
    fn is_off(&self) -> bool {
        self.settings.depth_db <= 0.0
            && self.gain == 1.0
            && self.step == 0.0
            && self.reduction.is_none()
    }

    /// Whether it lowers nothing, and will not as long as this key is silent.
    pub fn is_idle(&self, key: Option<[&[f32]; 2]>) -> bool {
        let heard = match self.settings.key {
            KeySource::Internal => None,
            KeySource::Sidechain => key,
        };
        let rests = self.level == 0.0 && self.gain == 1.0 && self.step == 0.0;
        let silent = |key: [&[f32]; 2]| key.iter().all(|lane| is_silent(lane));
        self.is_off() || rests && self.reduction.is_none() && heard.is_none_or(silent)
    }

    /// Passes over frames in which it is idle.
    pub fn skip(&mut self, frames: usize) {
        self.clock.skip(frames);
    }

    /// By how much the effect is lowered now, in dB.
    pub fn reduction_db(&self) -> f32 {
        self.reduction.current_db()
    }

    fn control_tick(&mut self) {
        let wanted_db = self.curve.reduction_db(gain_to_db(self.level));
        let reduction_db = self.reduction.tick(&self.ballistics, wanted_db);
        self.peaks.control_tick();
        let target = if self.reduction.is_none() { 1.0 } else { db_to_gain(-reduction_db) };
        // The last step may have missed by a rounding: unity is exact.
        if target == 1.0 && (self.gain - 1.0).abs() < 1e-5 {
            (self.gain, self.step) = (1.0, 0.0);
        } else {
            self.step = (target - self.gain) / CONTROL_PERIOD as f32;
        }
    }

    /// Lowers `wet`, of the same length as `input` (what entered the effect) and `key`.
    pub fn process(&mut self, wet: [&mut [f32]; 2], input: [&[f32]; 2], key: Option<[&[f32]; 2]>) {
        let [left, right] = wet;
        if self.is_off() {
            self.skip(left.len().min(right.len()));
            return;
        }
        let silence: &[f32] = &[];
        let key = match self.settings.key {
            KeySource::Internal => input,
            KeySource::Sidechain => key.unwrap_or([silence; 2]),
        };
        let frames = left.len().min(right.len());
        let mut done = 0;
        while let Some((range, tick)) = self.clock.next(done, frames) {
            done = range.end;
            if tick {
                self.control_tick();
            }
            for i in range {
                let at = |side: &[f32]| sanitize(side.get(i).copied().unwrap_or(0.0)).abs();
                self.level = self.peaks.push(at(key[0]).max(at(key[1])));
                if self.gain != 1.0 || self.step != 0.0 {
                    self.gain += self.step;
                    for side in [&mut *left, &mut *right] {
                        if let Some(sample) = side.get_mut(i) {
                            *sample *= self.gain;
                        }
                    }
                }
            }
        }
    }
}

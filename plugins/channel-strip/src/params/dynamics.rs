//! The parameters of the gate and of the compressor.

use nice_plug::prelude::{BoolParam, EnumParam, FloatParam, Params};
use shared_dsp::dynamics::{CompressorSettings, GateSettings};
use shared_plugin::choices::{Detector, KeySource};
use shared_plugin::kinds::{cut, decibels, percent, ratio, switch, time_ms};

/// The gate and expander.
#[derive(Params)]
pub struct GateParams {
    /// Whether it works.
    #[id = "on"]
    pub on: BoolParam,
    /// The level at which it opens.
    #[id = "threshold"]
    pub threshold: FloatParam,
    /// How far it closes: a little is often enough.
    #[id = "range"]
    pub range: FloatParam,
    /// Below the threshold: a gate at 100, an expander below.
    #[id = "ratio"]
    pub ratio: FloatParam,
    /// How fast it opens.
    #[id = "attack"]
    pub attack: FloatParam,
    /// How long it stays open after the last sound.
    #[id = "hold"]
    pub hold: FloatParam,
    /// How fast it closes.
    #[id = "release"]
    pub release: FloatParam,
    /// How much lower it closes than it opens, against chatter.
    #[id = "hysteresis"]
    pub hysteresis: FloatParam,
    /// Own audio or sidechain. A switch, since a plugin cannot see whether a sidechain is connected.
    #[id = "key"]
    pub key: EnumParam<KeySource>,
    /// Keeps the lows from opening it.
    #[id = "key_hpf"]
    pub key_hpf: FloatParam,
    /// Keeps the highs from opening it.
    #[id = "key_lpf"]
    pub key_lpf: FloatParam,
    /// Opens it before the sound comes, for the price of latency.
    #[id = "lookahead"]
    pub lookahead: FloatParam,
    /// Hear what the detector hears.
    #[id = "listen"]
    pub listen: BoolParam,
}

impl Default for GateParams {
    fn default() -> Self {
        Self {
            on: switch("Gate On", false),
            threshold: decibels("Gate Threshold", -80.0, 0.0, -40.0),
            range: decibels("Gate Range", 0.0, 80.0, 40.0),
            ratio: ratio("Gate Ratio", 100.0),
            attack: time_ms("Gate Attack", 0.05, 100.0, 0.5),
            hold: time_ms("Gate Hold", 0.0, 1000.0, 50.0),
            release: time_ms("Gate Release", 5.0, 4000.0, 150.0),
            hysteresis: decibels("Gate Hysteresis", 0.0, 12.0, 3.0),
            key: EnumParam::new("Gate Key", KeySource::Internal),
            key_hpf: cut("Gate Key HPF", 20.0, 4000.0, 20.0),
            key_lpf: cut("Gate Key LPF", 200.0, 20_000.0, 20_000.0),
            lookahead: time_ms("Gate Lookahead", 0.0, 10.0, 0.0),
            listen: switch("Gate Listen", false),
        }
    }
}

impl GateParams {
    /// What the gate is to be set to.
    pub fn settings(&self) -> GateSettings {
        GateSettings {
            on: self.on.value(),
            threshold_db: self.threshold.value(),
            range_db: self.range.value(),
            ratio: self.ratio.value(),
            attack_ms: self.attack.value(),
            hold_ms: self.hold.value(),
            release_ms: self.release.value(),
            hysteresis_db: self.hysteresis.value(),
            key: self.key.value().into(),
            key_high_pass_hz: self.key_hpf.value(),
            key_low_pass_hz: self.key_lpf.value(),
            lookahead_ms: self.lookahead.value(),
            listen: self.listen.value(),
        }
    }
}

/// The compressor.
#[derive(Params)]
pub struct CompParams {
    /// Whether it works.
    #[id = "on"]
    pub on: BoolParam,
    /// The level from which on it works.
    #[id = "threshold"]
    pub threshold: FloatParam,
    /// How much of what is above remains: a limiter at 100.
    #[id = "ratio"]
    pub ratio: FloatParam,
    /// Softness of the corner.
    #[id = "knee"]
    pub knee: FloatParam,
    /// How fast the gain falls.
    #[id = "attack"]
    pub attack: FloatParam,
    /// How fast it recovers.
    #[id = "release"]
    pub release: FloatParam,
    /// Short peaks recover fast, long passages slowly.
    #[id = "auto_release"]
    pub auto_release: BoolParam,
    /// Peaks or loudness.
    #[id = "detector"]
    pub detector: EnumParam<Detector>,
    /// Gain after the compression.
    #[id = "makeup"]
    pub makeup: FloatParam,
    /// Adds the make-up that holds the loudness.
    #[id = "auto_makeup"]
    pub auto_makeup: BoolParam,
    /// The most that the gain may fall.
    #[id = "range"]
    pub range: FloatParam,
    /// Parallel compression: how much of the compressed signal is heard.
    #[id = "mix"]
    pub mix: FloatParam,
    /// How far one channel pulls the other along.
    #[id = "link"]
    pub link: FloatParam,
    /// Own audio or sidechain.
    #[id = "key"]
    pub key: EnumParam<KeySource>,
    /// Keeps the lows from pumping.
    #[id = "key_hpf"]
    pub key_hpf: FloatParam,
    /// Lowers the gain before the peak comes, for the price of latency.
    #[id = "lookahead"]
    pub lookahead: FloatParam,
    /// Hear what the detector hears.
    #[id = "listen"]
    pub listen: BoolParam,
}

impl Default for CompParams {
    fn default() -> Self {
        Self {
            on: switch("Comp On", false),
            threshold: decibels("Comp Threshold", -60.0, 0.0, -18.0),
            ratio: ratio("Comp Ratio", 4.0),
            knee: decibels("Comp Knee", 0.0, 24.0, 6.0),
            attack: time_ms("Comp Attack", 0.05, 250.0, 10.0),
            release: time_ms("Comp Release", 5.0, 2500.0, 120.0),
            auto_release: switch("Comp Auto Release", false),
            detector: EnumParam::new("Comp Detector", Detector::Peak),
            makeup: decibels("Comp Makeup", -12.0, 36.0, 0.0),
            auto_makeup: switch("Comp Auto Makeup", false),
            range: decibels("Comp Range", 0.0, 60.0, 60.0),
            mix: percent("Comp Mix", 0.0, 100.0, 100.0),
            link: percent("Comp Link", 0.0, 100.0, 100.0),
            key: EnumParam::new("Comp Key", KeySource::Internal),
            key_hpf: cut("Comp Key HPF", 20.0, 1000.0, 20.0),
            lookahead: time_ms("Comp Lookahead", 0.0, 10.0, 0.0),
            listen: switch("Comp Listen", false),
        }
    }
}

impl CompParams {
    /// What the compressor is to be set to.
    pub fn settings(&self) -> CompressorSettings {
        CompressorSettings {
            on: self.on.value(),
            threshold_db: self.threshold.value(),
            ratio: self.ratio.value(),
            knee_db: self.knee.value(),
            attack_ms: self.attack.value(),
            release_ms: self.release.value(),
            auto_release: self.auto_release.value(),
            detector: self.detector.value().into(),
            makeup_db: self.makeup.value(),
            auto_makeup: self.auto_makeup.value(),
            range_db: self.range.value(),
            mix: self.mix.value() / 100.0,
            link: self.link.value() / 100.0,
            key: self.key.value().into(),
            key_high_pass_hz: self.key_hpf.value(),
            lookahead_ms: self.lookahead.value(),
            listen: self.listen.value(),
        }
    }
}

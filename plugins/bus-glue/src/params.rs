//! The parameters of Glue: ids, names, ranges and text. Ids and ranges never change.

use nice_plug::prelude::{BoolParam, Enum, EnumParam, FloatParam, Params};
use shared_dsp::bypass::BypassSettings;
use shared_dsp::dynamics::{BusChannel as DspBusChannel, BusCompressorSettings};
use shared_dsp::dynamics::{Release as DspRelease, Topology as DspTopology};
use shared_dsp::gain::GainSettings;
use shared_plugin::choice;
use shared_plugin::choices::{Detector, KeySource};
use shared_plugin::kinds::{bypass, cut, decibels, fader, percent, switch};
use shared_plugin::preset::Current;
use shared_plugin::state::{StateVersion, WindowMemory};

use crate::chain::GlueSettings;

choice! {
    /// Ratios of the curve: the few that a bus needs, so that a change is a decision.
    Ratio => f32 {
        /// Hardly there.
        R1_5 "1.5" "1.5:1" => 1.5,
        /// Gentle.
        R2 "2" "2:1" => 2.0,
        /// The usual glue.
        R4 "4" "4:1" => 4.0,
        /// Nearly a limiter.
        R10 "10" "10:1" => 10.0,
    }
}

choice! {
    /// Attack times in ms.
    Attack => f32 {
        /// Catches every peak.
        Ms0_1 "0.1" "0.1 ms" => 0.1,
        /// Nearly every peak.
        Ms0_3 "0.3" "0.3 ms" => 0.3,
        /// Softens drums.
        Ms1 "1" "1 ms" => 1.0,
        /// Rounds drums.
        Ms3 "3" "3 ms" => 3.0,
        /// Lets the stick through.
        Ms10 "10" "10 ms" => 10.0,
        /// Lets the drum through.
        Ms30 "30" "30 ms" => 30.0,
    }
}

choice! {
    /// Release.
    Release => DspRelease {
        /// 100 ms.
        Ms100 "100" "100 ms" => DspRelease::Ms(100.0),
        /// 300 ms.
        Ms300 "300" "300 ms" => DspRelease::Ms(300.0),
        /// 600 ms.
        Ms600 "600" "600 ms" => DspRelease::Ms(600.0),
        /// 1.2 s.
        Ms1200 "1200" "1200 ms" => DspRelease::Ms(1200.0),
        /// Short peaks recover fast, long passages slowly.
        Auto "auto" "Auto" => DspRelease::Auto,
    }
}

choice! {
    /// Where the level is measured.
    Topology => DspTopology {
        /// At the input: exact and firm.
        FeedForward "feed-forward" "Feed-forward" => DspTopology::FeedForward,
        /// At the output: softer, the classic bus sound.
        Feedback "feedback" "Feedback" => DspTopology::Feedback,
    }
}

choice! {
    /// What the two channels hold.
    Channel => DspBusChannel {
        /// Left and right, linked.
        Stereo "stereo" "Stereo" => DspBusChannel::Stereo,
        /// Sum and difference, each by itself.
        MidSide "mid-side" "Mid-Side" => DspBusChannel::MidSide,
        /// Left and right, each by itself.
        DualMono "dual-mono" "Dual Mono" => DspBusChannel::DualMono,
    }
}

/// Every parameter of Glue, in the order in which hosts show them.
#[derive(Params)]
pub struct GlueParams {
    /// Version of the saved state.
    #[persist = "state_version"]
    state_version: StateVersion,
    /// The preset that was chosen last.
    #[persist = "preset"]
    pub preset: Current,
    /// How large the window is.
    #[persist = "window"]
    pub window: WindowMemory,
    /// Level into the compressor: drives it without touching the threshold.
    #[id = "input"]
    pub input: FloatParam,
    /// Where compression begins. Buses run hot, so it reaches down to -40 dB only.
    #[id = "threshold"]
    pub threshold: FloatParam,
    /// How much of what is above the threshold remains.
    #[id = "ratio"]
    pub ratio: EnumParam<Ratio>,
    /// Softness of the corner.
    #[id = "knee"]
    pub knee: FloatParam,
    /// How fast the gain falls.
    #[id = "attack"]
    pub attack: EnumParam<Attack>,
    /// How fast the gain recovers.
    #[id = "release"]
    pub release: EnumParam<Release>,
    /// Where the level is measured.
    #[id = "topology"]
    pub topology: EnumParam<Topology>,
    /// Peaks or loudness.
    #[id = "detector"]
    pub detector: EnumParam<Detector>,
    /// How far one channel pulls the other along: holds the stereo image still.
    #[id = "link"]
    pub link: FloatParam,
    /// The most that the gain may fall.
    #[id = "range"]
    pub range: FloatParam,
    /// Own audio or sidechain. A switch, since a plugin cannot see whether a sidechain is connected.
    #[id = "key"]
    pub key: EnumParam<KeySource>,
    /// Keeps the kick from pumping the bus.
    #[id = "key_hpf"]
    pub key_hpf: FloatParam,
    /// Hear what the detector hears.
    #[id = "key_listen"]
    pub key_listen: BoolParam,
    /// Gain after the compression.
    #[id = "makeup"]
    pub makeup: FloatParam,
    /// Adds the make-up that holds the loudness.
    #[id = "auto_makeup"]
    pub auto_makeup: BoolParam,
    /// Parallel compression: how much of the compressed signal is heard.
    #[id = "mix"]
    pub mix: FloatParam,
    /// Harmonics that follow the gain reduction.
    #[id = "colour"]
    pub colour: FloatParam,
    /// A soft ceiling at -0.5 dBFS for the peaks that the attack lets through.
    #[id = "clip"]
    pub clip: BoolParam,
    /// Stereo, mid-side or dual mono.
    #[id = "channel"]
    pub channel: EnumParam<Channel>,
    /// Hear only what is taken away.
    #[id = "delta"]
    pub delta: BoolParam,
    /// Level of the result.
    #[id = "output"]
    pub output: FloatParam,
    /// Plays the bypassed signal as loud as the result, so that louder does not pass for better.
    #[id = "match"]
    pub level_match: BoolParam,
    /// The host's bypass, without a click and without a change of latency.
    #[id = "bypass"]
    pub bypass: BoolParam,
}

impl Default for GlueParams {
    fn default() -> Self {
        Self {
            state_version: StateVersion::default(),
            preset: Current::default(),
            window: WindowMemory::default(),
            input: decibels("Input", -24.0, 24.0, 0.0),
            threshold: decibels("Threshold", -40.0, 0.0, -12.0),
            ratio: EnumParam::new("Ratio", Ratio::R4),
            knee: decibels("Knee", 0.0, 18.0, 6.0),
            attack: EnumParam::new("Attack", Attack::Ms10),
            release: EnumParam::new("Release", Release::Auto),
            topology: EnumParam::new("Topology", Topology::Feedback),
            detector: EnumParam::new("Detector", Detector::Peak),
            link: percent("Link", 0.0, 100.0, 100.0),
            range: decibels("Range", 0.0, 40.0, 40.0),
            key: EnumParam::new("Key", KeySource::Internal),
            key_hpf: cut("Key HPF", 20.0, 500.0, 20.0),
            key_listen: switch("Key Listen", false),
            makeup: decibels("Makeup", -6.0, 24.0, 0.0),
            auto_makeup: switch("Auto Makeup", false),
            mix: percent("Mix", 0.0, 100.0, 100.0),
            colour: percent("Colour", 0.0, 100.0, 0.0),
            clip: switch("Soft Clip", false),
            channel: EnumParam::new("Channel", Channel::Stereo),
            delta: switch("Delta", false),
            output: fader("Output", -60.0, 24.0),
            level_match: switch("Level Match", false),
            bypass: bypass(),
        }
    }
}

impl GlueParams {
    /// What the chain is to be set to. Cheap: loads of atomics.
    pub fn settings(&self) -> GlueSettings {
        GlueSettings {
            input: GainSettings { gain_db: self.input.value(), inverted: false },
            compressor: BusCompressorSettings {
                threshold_db: self.threshold.value(),
                ratio: self.ratio.value().into(),
                knee_db: self.knee.value(),
                attack_ms: self.attack.value().into(),
                release: self.release.value().into(),
                topology: self.topology.value().into(),
                detector: self.detector.value().into(),
                link: self.link.value() / 100.0,
                range_db: self.range.value(),
                key: self.key.value().into(),
                key_high_pass_hz: self.key_hpf.value(),
                key_listen: self.key_listen.value(),
                makeup_db: self.makeup.value(),
                auto_makeup: self.auto_makeup.value(),
                mix: self.mix.value() / 100.0,
                colour: self.colour.value() / 100.0,
                clip: self.clip.value(),
                channel: self.channel.value().into(),
                delta: self.delta.value(),
            },
            output: GainSettings { gain_db: self.output.value(), inverted: false },
            bypass: BypassSettings {
                bypassed: self.bypass.value(),
                level_match: self.level_match.value(),
            },
        }
    }
}

//! The parameters of one band of the equaliser.

use nice_plug::prelude::{BoolParam, Enum, EnumParam, FloatParam, Params};
use shared_dsp::eq::{BandChannel as DspBandChannel, BandKind as DspBandKind, BandSettings};
use shared_plugin::choice;
use shared_plugin::kinds::{decibels, frequency, quality, switch, time_ms};

choice! {
    /// The curve of a band.
    BandKind => DspBandKind {
        /// Peak or dip.
        Bell "bell" "Bell" => DspBandKind::Bell,
        /// Below the frequency.
        LowShelf "low-shelf" "Low Shelf" => DspBandKind::LowShelf,
        /// Above the frequency.
        HighShelf "high-shelf" "High Shelf" => DspBandKind::HighShelf,
        /// High-pass.
        LowCut "low-cut" "Low Cut" => DspBandKind::LowCut,
        /// Low-pass.
        HighCut "high-cut" "High Cut" => DspBandKind::HighCut,
        /// Removes the frequency.
        Notch "notch" "Notch" => DspBandKind::Notch,
        /// Keeps the frequency only.
        BandPass "band-pass" "Band Pass" => DspBandKind::BandPass,
        /// Lifts one side of the frequency and lowers the other.
        Tilt "tilt" "Tilt" => DspBandKind::Tilt,
    }
}

choice! {
    /// The channels that a band works on.
    BandChannel => DspBandChannel {
        /// Left and right alike.
        Stereo "stereo" "Stereo" => DspBandChannel::Stereo,
        /// Left only.
        Left "left" "Left" => DspBandChannel::Left,
        /// Right only.
        Right "right" "Right" => DspBandChannel::Right,
        /// The sum only.
        Mid "mid" "Mid" => DspBandChannel::Mid,
        /// The difference only.
        Side "side" "Side" => DspBandChannel::Side,
    }
}

choice! {
    /// What moves a dynamic band.
    BandKey => shared_dsp::dynamics::KeySource {
        /// The audio that is processed.
        Own "self" "Self" => shared_dsp::dynamics::KeySource::Internal,
        /// The plugin's sidechain input.
        Sidechain "sidechain" "Sidechain" => shared_dsp::dynamics::KeySource::Sidechain,
    }
}

/// One band.
#[derive(Params)]
pub struct BandParams {
    /// Whether the band does anything.
    #[id = "on"]
    pub on: BoolParam,
    /// Its curve.
    #[id = "type"]
    pub kind: EnumParam<BandKind>,
    /// Its centre or corner.
    #[id = "freq"]
    pub freq: FloatParam,
    /// Its gain at rest.
    #[id = "gain"]
    pub gain: FloatParam,
    /// Its quality factor: how narrow it is.
    #[id = "q"]
    pub q: FloatParam,
    /// By how much the gain moves when the band is loud. Zero is a static band.
    #[id = "dyn"]
    pub dynamic: FloatParam,
    /// The level inside the band from which on it moves.
    #[id = "threshold"]
    pub threshold: FloatParam,
    /// What moves it.
    #[id = "key"]
    pub key: EnumParam<BandKey>,
    /// How fast it moves away from rest.
    #[id = "attack"]
    pub attack: FloatParam,
    /// How fast it moves back.
    #[id = "release"]
    pub release: FloatParam,
    /// The channels that it works on.
    #[id = "channel"]
    pub channel: EnumParam<BandChannel>,
}

impl BandParams {
    /// The band of this number, with its default frequency.
    pub fn new(number: usize, freq_hz: f32) -> Self {
        let name = |word: &str| format!("EQ {number} {word}");
        Self {
            on: switch(&name("On"), false),
            kind: EnumParam::new(name("Type"), BandKind::Bell),
            freq: frequency(&name("Freq"), 20.0, 20_000.0, freq_hz),
            gain: decibels(&name("Gain"), -24.0, 24.0, 0.0),
            q: quality(&name("Q"), 0.1, 20.0, 1.0),
            dynamic: decibels(&name("Dynamic"), -24.0, 24.0, 0.0),
            threshold: decibels(&name("Threshold"), -60.0, 0.0, -24.0),
            key: EnumParam::new(name("Key"), BandKey::Own),
            attack: time_ms(&name("Attack"), 0.1, 200.0, 10.0),
            release: time_ms(&name("Release"), 10.0, 2000.0, 120.0),
            channel: EnumParam::new(name("Channel"), BandChannel::Stereo),
        }
    }

    /// What the band is to be set to.
    pub fn settings(&self) -> BandSettings {
        BandSettings {
            on: self.on.value(),
            kind: self.kind.value().into(),
            freq_hz: self.freq.value(),
            gain_db: self.gain.value(),
            q: self.q.value(),
            dynamic_range_db: self.dynamic.value(),
            threshold_db: self.threshold.value(),
            key: self.key.value().into(),
            attack_ms: self.attack.value(),
            release_ms: self.release.value(),
            channel: self.channel.value().into(),
        }
    }
}

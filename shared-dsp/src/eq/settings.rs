//! What an equaliser is set to.

use crate::dynamics::KeySource;

/// Number of bands of the equaliser.
pub const BANDS: usize = 8;

/// The curve of a band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BandKind {
    /// Peak or dip.
    #[default]
    Bell,
    /// Second-order shelf below the frequency.
    LowShelf,
    /// Second-order shelf above the frequency.
    HighShelf,
    /// Second-order high-pass.
    LowCut,
    /// Second-order low-pass.
    HighCut,
    /// Removes the frequency.
    Notch,
    /// Keeps the frequency only.
    BandPass,
    /// Lifts what is above the frequency by the gain and lowers what is below by the same.
    Tilt,
}

impl BandKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Bell,
        Self::LowShelf,
        Self::HighShelf,
        Self::LowCut,
        Self::HighCut,
        Self::Notch,
        Self::BandPass,
        Self::Tilt,
    ];
}

/// The channels that a band works on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BandChannel {
    /// Left and right alike.
    #[default]
    Stereo,
    /// Left only.
    Left,
    /// Right only.
    Right,
    /// The sum only.
    Mid,
    /// The difference only.
    Side,
}

/// One band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandSettings {
    /// Whether the band does anything.
    pub on: bool,
    /// Its curve.
    pub kind: BandKind,
    /// Centre or corner frequency in Hz.
    pub freq_hz: f32,
    /// Gain at rest in dB. Without effect for cuts, notch and band-pass.
    pub gain_db: f32,
    /// Quality factor.
    pub q: f32,
    /// By how much the gain moves when the detector is far above the threshold, in dB; 0 is static.
    pub dynamic_range_db: f32,
    /// Level of the band at which it starts to move, in dBFS.
    pub threshold_db: f32,
    /// What moves the band.
    pub key: KeySource,
    /// Time to 63 % of a move away from rest, in ms.
    pub attack_ms: f32,
    /// Time to 63 % of a move back to rest, in ms.
    pub release_ms: f32,
    /// The channels that it works on.
    pub channel: BandChannel,
}

impl Default for BandSettings {
    fn default() -> Self {
        Self {
            on: false,
            kind: BandKind::Bell,
            freq_hz: 1000.0,
            gain_db: 0.0,
            q: 1.0,
            dynamic_range_db: 0.0,
            threshold_db: -24.0,
            key: KeySource::Internal,
            attack_ms: 10.0,
            release_ms: 120.0,
            channel: BandChannel::Stereo,
        }
    }
}

/// The dynamic equaliser.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EqSettings {
    /// Off passes audio bit for bit.
    pub on: bool,
    /// The bands, one after another.
    pub bands: [BandSettings; BANDS],
}

impl Default for EqSettings {
    fn default() -> Self {
        Self { on: true, bands: [BandSettings::default(); BANDS] }
    }
}

/// Slope of a Butterworth cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slope {
    /// 6 dB per octave.
    Db6,
    /// 12 dB per octave.
    Db12,
    /// 18 dB per octave.
    #[default]
    Db18,
    /// 24 dB per octave.
    Db24,
    /// 36 dB per octave.
    Db36,
    /// 48 dB per octave.
    Db48,
}

impl Slope {
    /// Order of the filter.
    pub fn order(self) -> i32 {
        match self {
            Self::Db6 => 1,
            Self::Db12 => 2,
            Self::Db18 => 3,
            Self::Db24 => 4,
            Self::Db36 => 6,
            Self::Db48 => 8,
        }
    }
}

/// Which side of its frequency a cut takes away from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// High-pass.
    High,
    /// Low-pass.
    Low,
}

/// One cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutSettings {
    /// Off passes audio bit for bit.
    pub on: bool,
    /// Frequency at which 3 dB are lost, in Hz.
    pub freq_hz: f32,
    /// Slope.
    pub slope: Slope,
}

/// High-pass and low-pass in front of everything else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FilterSettings {
    /// Takes away the lows.
    pub high_pass: CutSettings,
    /// Takes away the highs.
    pub low_pass: CutSettings,
}

impl Default for FilterSettings {
    fn default() -> Self {
        Self {
            high_pass: CutSettings { on: false, freq_hz: 80.0, slope: Slope::Db18 },
            low_pass: CutSettings { on: false, freq_hz: 18_000.0, slope: Slope::Db12 },
        }
    }
}

//! How the spectrum is looked at: not heard and not automated, but saved with the project.

use serde::{Deserialize, Serialize};
use shared_dsp::spectrum::SpectrumSettings;

/// Lift of the spectrum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tilt {
    /// As measured.
    #[serde(rename = "0")]
    None,
    /// 3 dB per octave: pink noise in equal bands of frequency looks level.
    #[serde(rename = "3")]
    Db3,
    /// 4.5 dB per octave: typical music looks level. Also what a later version may call otherwise.
    #[default]
    #[serde(other, rename = "4.5")]
    Db4_5,
}

/// How fast the spectrum falls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decay {
    /// 12 dB per second.
    Slow,
    /// 48 dB per second.
    Fast,
    /// 24 dB per second. Also what a later version may call otherwise.
    #[default]
    #[serde(other)]
    Medium,
}

/// What the spectrum shows and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SpectrumLook {
    /// What goes into the equaliser.
    pub before: bool,
    /// What comes out of it.
    pub after: bool,
    /// The sidechain.
    pub sidechain: bool,
    /// Where the track covers the sidechain.
    pub collisions: bool,
    /// Lift.
    pub tilt: Tilt,
    /// Fall.
    pub decay: Decay,
}

impl Default for SpectrumLook {
    fn default() -> Self {
        Self {
            before: false,
            after: true,
            sidechain: true,
            collisions: true,
            tilt: Tilt::default(),
            decay: Decay::default(),
        }
    }
}

impl SpectrumLook {
    /// The same in physical units.
    pub fn settings(&self) -> SpectrumSettings {
        SpectrumSettings {
            decay_db_per_s: match self.decay {
                Decay::Slow => 12.0,
                Decay::Medium => 24.0,
                Decay::Fast => 48.0,
            },
            tilt_db_per_octave: match self.tilt {
                Tilt::None => 0.0,
                Tilt::Db3 => 3.0,
                Tilt::Db4_5 => 4.5,
            },
        }
    }
}

//! What is measured of the reverb, for the tests and the plots.

use crate::acoustics::{Response, decay_line, impulse_response, mean_decay_db};
use shared_dsp::reverb::{Reverb, ReverbSettings};
use shared_dsp::room::{RoomKind, RoomSettings};

/// Octave bands in which a decay is held against what is set, by their centres in Hz.
pub const OCTAVES_HZ: [f64; 7] = [125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0];

/// How far T30 may be from what is set.
pub const T30_BOUND: f64 = 0.05;

/// How far a decay may be from a straight line between -5 and -45 dB, in dB.
pub const BEND_BOUND_DB: f64 = 1.5;

/// The seven rooms by name.
pub fn rooms() -> impl Iterator<Item = (RoomKind, RoomSettings)> {
    RoomKind::ALL.into_iter().filter_map(|kind| Some((kind, kind.settings()?)))
}

/// A room without a predelay whose octaves all decay alike.
pub fn flat(volume_m3: f32, rt60_s: f32) -> ReverbSettings {
    at_once(RoomSettings { volume_m3, rt60_s, low: 1.0, high: 1.0 })
}

/// A room without a predelay.
pub fn at_once(room: RoomSettings) -> ReverbSettings {
    ReverbSettings { room, predelay_ms: 0.0, ..Default::default() }
}

/// The decay of one octave.
#[derive(Clone, Debug)]
pub struct OctaveDecay {
    /// Centre of the octave in Hz.
    pub centre_hz: f64,
    /// Energy still to come in dB, at every sample.
    pub curve_db: Vec<f64>,
    /// Reverberation time from -5 to -35 dB, in s.
    pub t30_s: f64,
    /// The furthest that it is from a straight line between -5 and -45 dB, in dB.
    pub bend_db: f64,
    /// Standard deviation that chance alone gives to T30 in so narrow a band, in parts of T30
    /// (ISO 3382-2, A.2; four responses that each count as ten bursts).
    pub chance: f64,
}

impl OctaveDecay {
    /// How far T30 may be from what is set, in parts of it: the bound, or what chance does.
    pub fn t30_bound(&self) -> f64 {
        T30_BOUND.max(2.0 * self.chance)
    }

    /// The same of the bend in dB.
    pub fn bend_bound_db(&self) -> f64 {
        BEND_BOUND_DB + 20.0 * (self.chance - 0.02).max(0.0)
    }
}

/// The decays of octaves around these frequencies: the mean over both outputs for an impulse left and
/// for one right, from responses of so many seconds.
pub fn octave_decays(
    settings: &ReverbSettings,
    sample_rate_hz: f64,
    seconds: f64,
    centres_hz: &[f64],
) -> Vec<OctaveDecay> {
    let sides = [[1.0, 0.0], [0.0, 1.0]];
    let responses: Vec<Response> = sides
        .map(|heights| impulse_response::<Reverb>(settings, sample_rate_hz, seconds, heights))
        .into();
    let rt60_s = f64::from(settings.room.rt60_s);
    let of = |&centre_hz: &f64| {
        let curve_db = mean_decay_db(&responses, sample_rate_hz, centre_hz);
        let (t30_s, _) = decay_line(&curve_db, sample_rate_hz, -5.0, -35.0);
        let (_, bend_db) = decay_line(&curve_db, sample_rate_hz, -5.0, -45.0);
        let chance = 0.55 * (1.15 / (4.0 * centre_hz / 2f64.sqrt() * rt60_s)).sqrt();
        OctaveDecay { centre_hz, curve_db, t30_s, bend_db, chance }
    };
    centres_hz.iter().map(of).collect()
}

//! What is measured of the placement, for the tests and the plots.

use crate::acoustics::{Response, energy, impulse_response};
use crate::measure;
use shared_dsp::air::room_air_db_per_m;
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::room::barron;

/// Distances in m: doublings over the whole range.
pub const DISTANCES_M: [f32; 9] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// How far the direct level may be from its law, in dB.
pub const DIRECT_BOUND_DB: f64 = 0.1;

/// How far the direct-to-reverberant ratio may be from Barron's, in dB.
pub const RATIO_BOUND_DB: f64 = 1.0;

/// How far the first reflection may be from where the geometry puts it, in ms: a few samples.
pub const GAP_BOUND_MS: f64 = 0.1;

/// How far the loss in air may be from ISO 9613-1, in dB.
pub const AIR_BOUND_DB: f64 = 0.3;

/// The direct sound alone.
pub fn dry(settings: PlacementSettings) -> PlacementSettings {
    PlacementSettings { early_db: -60.0, late_db: -60.0, ..settings }
}

/// The answer to an impulse on both channels.
pub fn response(settings: &PlacementSettings, sample_rate_hz: f64, seconds: f64) -> Response {
    impulse_response::<Placement>(settings, sample_rate_hz, seconds, [1.0; 2])
}

fn db(power: f64) -> f64 {
    10.0 * power.max(1e-30).log10()
}

/// Level of the direct sound in dB, of settings without room and air.
pub fn direct_level_db(settings: &PlacementSettings, sample_rate_hz: f64) -> f64 {
    db(energy(&response(settings, sample_rate_hz, 0.01), sample_rate_hz, 0.0, 0.0005) / 2.0)
}

/// The same by the law.
pub fn wanted_direct_level_db(settings: &PlacementSettings) -> f64 {
    let nearer = f64::from(settings.recorded_at_m) / f64::from(settings.distance_m);
    f64::from(settings.level_law) * 20.0 * nearer.log10()
}

/// Direct-to-reverberant ratio in dB, of settings without air.
pub fn direct_to_reverberant_db(settings: &PlacementSettings, sample_rate_hz: f64) -> f64 {
    let seconds = 1.3 * f64::from(settings.room.rt60_s) + 0.2;
    let out = response(settings, sample_rate_hz, seconds);
    // The direct sound ends before the first reflection comes.
    let gap_s = (0.0009 * f64::from(settings.readouts().initial_time_gap_ms)).min(0.0015);
    let gap_s = gap_s.max(1.0 / sample_rate_hz);
    db(energy(&out, sample_rate_hz, 0.0, gap_s) / energy(&out, sample_rate_hz, gap_s, 1000.0))
}

/// The same by Barron's revised theory.
pub fn wanted_direct_to_reverberant_db(settings: &PlacementSettings) -> f64 {
    let PlacementSettings { room, distance_m, .. } = settings;
    barron::direct_to_reverberant_db(
        room.volume_m3.into(),
        room.rt60_s.into(),
        f64::from(*distance_m),
    )
}

/// How much later than the direct sound the first reflection comes, in ms, of a point source without air.
pub fn initial_time_gap_ms(settings: &PlacementSettings, sample_rate_hz: f64) -> f64 {
    let out = response(settings, sample_rate_hz, 0.1);
    let loudest = out.iter().flat_map(|c| &c[1..]).fold(0.0f32, |p, x| p.max(x.abs()));
    let first = (1..out[0].len()).find(|&i| out.iter().any(|c| c[i].abs() > 0.1 * loudest));
    1000.0 * first.expect("a reflection") as f64 / sample_rate_hz
}

/// The response of the direct sound in mono, where nothing of the width is heard.
pub fn mono_response(settings: &PlacementSettings, sample_rate_hz: f64) -> Vec<f32> {
    let [left, right] = response(settings, sample_rate_hz, 0.05);
    left.iter().zip(&right).map(|(l, r)| 0.5 * (l + r)).collect()
}

/// What the air leaves at a frequency, in dB, read from such a response.
pub fn air_level_db(mono: &[f32], freq_hz: f64, sample_rate_hz: f64) -> f64 {
    measure::response_db(mono, freq_hz, sample_rate_hz)
}

/// The same by ISO 9613-1.
pub fn wanted_air_level_db(settings: &PlacementSettings, freq_hz: f64) -> f64 {
    let further_m = f64::from(settings.distance_m - settings.recorded_at_m);
    -room_air_db_per_m(freq_hz) * f64::from(settings.air) * further_m
}

//! Distance's cues against their laws.

use crate::axis::Axis;
use crate::measured::{Measured, Subject};
use crate::page::{Page, Picture};
use crate::text::{hertz, words};
use anyhow::Result;
use proscenium_tests::distance::{
    AIR_BOUND_DB, DIRECT_BOUND_DB, RATIO_BOUND_DB, air_level_db, direct_level_db,
    direct_to_reverberant_db, dry, mono_response, wanted_air_level_db, wanted_direct_level_db,
    wanted_direct_to_reverberant_db,
};
use proscenium_tests::eq_grid::geometric;
use shared_dsp::placement::PlacementSettings;
use shared_dsp::room::RoomKind;

const RATE_HZ: f64 = 48_000.0;

/// The page.
pub fn page() -> Result<Page> {
    Ok(Page {
        title: "Distance: cues",
        about: "Impulse responses of the placement at 48 kHz, recorded at 1 m, straight ahead.",
        pictures: vec![direct()?, ratio()?, air()?],
    })
}

/// Distances over the whole range, in m.
fn distances_m() -> Vec<f64> {
    geometric(0.25, 64.0, 33).collect()
}

fn in_metres(distance_m: f64) -> String {
    format!("{distance_m:.2} m")
}

fn metres() -> Axis {
    let ticks = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
    Axis::log("distance in m", 0.25, 64.0, &ticks)
}

fn direct() -> Result<Picture> {
    let of = |law: f32| {
        let points = distances_m().into_iter().map(|distance_m| {
            let settings = dry(PlacementSettings {
                distance_m: distance_m as f32,
                level_law: law,
                air: 0.0,
                ..Default::default()
            });
            (distance_m, wanted_direct_level_db(&settings), direct_level_db(&settings, RATE_HZ))
        });
        Measured { label: format!("law {:.0} %", 100.0 * law), points: points.collect() }
    };
    Subject {
        name: "distance-direct",
        title: "Level of the direct sound",
        caption: "Against 6.02 dB per doubling of distance, times the level law.",
        axes: [metres(), Axis::linear("level in dB", -58.0, 22.0)],
        bound_db: DIRECT_BOUND_DB,
        at: in_metres,
    }
    .picture(&[0.0, 0.5, 1.0, 1.5].map(of))
}

fn ratio() -> Result<Picture> {
    let rooms = RoomKind::ALL.into_iter().filter_map(|kind| Some((kind, kind.settings()?)));
    let of = |(kind, room): (RoomKind, _)| {
        let points = distances_m().into_iter().map(|distance_m| {
            let distance_m = distance_m as f32;
            let settings = PlacementSettings { distance_m, room, air: 0.0, ..Default::default() };
            (
                distance_m.into(),
                wanted_direct_to_reverberant_db(&settings),
                direct_to_reverberant_db(&settings, RATE_HZ),
            )
        });
        Measured { label: words(&format!("{kind:?}")), points: points.collect() }
    };
    let measured: Vec<Measured> = rooms.map(of).collect();
    let ratios = measured.iter().flat_map(|one| one.points.iter().map(|point| point.1));
    let (low, high) = ratios.fold((0.0f64, 0.0f64), |(l, h), db| (l.min(db), h.max(db)));
    Subject {
        name: "distance-ratio",
        title: "Direct-to-reverberant ratio",
        caption: "Against Barron's revised theory (Barron and Lee 1988), in every room.",
        axes: [metres(), Axis::linear("ratio in dB", low - 3.0, high + 3.0)],
        bound_db: RATIO_BOUND_DB,
        at: in_metres,
    }
    .picture(&measured)
}

fn air() -> Result<Picture> {
    // What is 60 dB down is gone.
    const GONE_DB: f64 = -60.0;
    let of = |distance_m: f32| {
        let settings = dry(PlacementSettings { distance_m, level_law: 0.0, ..Default::default() });
        let mono = mono_response(&settings, RATE_HZ);
        let points = geometric(20.0, 16_000.0, 400).map(|freq_hz| {
            let wanted = wanted_air_level_db(&settings, freq_hz);
            (freq_hz, wanted, air_level_db(&mono, freq_hz, RATE_HZ))
        });
        let points = points.filter(|point| point.1 > GONE_DB).collect();
        Measured { label: format!("{distance_m} m"), points }
    };
    Subject {
        name: "distance-air",
        title: "Loss in air",
        caption: "Against ISO 9613-1 at 20 C, 50 % relative humidity and 101.325 kPa, up to 16 kHz, \
                  from where it was recorded (1 m) to the distance.",
        axes: [Axis::hertz(), Axis::linear("level in dB", -26.0, 1.0)],
        bound_db: AIR_BOUND_DB,
        at: hertz,
    }
    .picture(&[4.0, 16.0, 64.0].map(of))
}

//! Distance's cues against their laws.

use crate::axis::Axis;
use crate::chart::{Line, Panel, Row, svg};
use crate::colour::{BOUND, COLOURS};
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

/// A curve that is wanted and what was measured of it.
struct Measured {
    label: String,
    /// Where, what is wanted, what was found.
    points: Vec<(f64, f64, f64)>,
}

impl Measured {
    fn worst(&self) -> (f64, f64) {
        let errors = self.points.iter().map(|(x, wanted, found)| (*x, found - wanted));
        errors.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).unwrap_or_default()
    }
}

/// Distances over the whole range, in m.
fn distances_m() -> Vec<f64> {
    geometric(0.25, 64.0, 33).collect()
}

fn metres() -> Axis {
    let ticks = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
    Axis::log("distance in m", 0.25, 64.0, &ticks)
}

/// Curves, beneath them their errors with a bound, and the worst of each in words.
fn picture(
    [name, title, caption]: [&str; 3],
    [x, y]: [Axis; 2],
    measured: &[Measured],
    bound_db: f64,
    at: impl Fn(f64) -> String,
) -> Result<Picture> {
    let ends = x.range;
    let error = Axis::linear("error in dB", -1.5 * bound_db, 1.5 * bound_db);
    let mut curves = Panel::new(title, x.clone(), y);
    let bound = |label: String, db| Line::mark(label, BOUND, [(ends[0], db), (ends[1], db)]);
    let mut errors = Panel::new("Error", x, error)
        .line(bound(format!("bound of {bound_db} dB"), bound_db))
        .line(bound(String::new(), -bound_db));
    let mut figures = Vec::new();
    for (index, (one, colour)) in measured.iter().zip(COLOURS).enumerate() {
        let of = |pick: fn(&(f64, f64, f64)) -> f64| {
            one.points.iter().map(|point| (point.0, pick(point))).collect::<Vec<_>>()
        };
        let wanted = if index == 0 { "wanted" } else { "" };
        curves = curves.line(Line::reference(wanted, of(|point| point.1))).line(Line::new(
            one.label.clone(),
            colour,
            of(|point| point.2),
        ));
        let (worst_at, worst) = one.worst();
        let said = format!("{worst:+.3} dB at {}", at(worst_at));
        figures.push(format!("{title}, {}: worst {said}", one.label));
        errors = errors.line(Line::new(said, colour, of(|point| point.2 - point.1)));
    }
    let rows = [(440, curves), (320, errors)];
    let rows = rows.map(|(height, panel)| Row { height, panels: vec![panel] });
    Ok(Picture {
        name: format!("distance-{name}"),
        title: title.to_owned(),
        caption: caption.to_owned(),
        figures,
        svg: svg(1100, &rows)?,
    })
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
    picture(
        [
            "direct",
            "Level of the direct sound",
            "Against 6.02 dB per doubling of distance, times the level law.",
        ],
        [metres(), Axis::linear("level in dB", -58.0, 22.0)],
        &[0.0, 0.5, 1.0, 1.5].map(of),
        DIRECT_BOUND_DB,
        |distance_m| format!("{distance_m:.2} m"),
    )
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
    picture(
        [
            "ratio",
            "Direct-to-reverberant ratio",
            "Against Barron's revised theory (Barron and Lee 1988), in every room.",
        ],
        [metres(), Axis::linear("ratio in dB", low - 3.0, high + 3.0)],
        &measured,
        RATIO_BOUND_DB,
        |distance_m| format!("{distance_m:.2} m"),
    )
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
    picture(
        [
            "air",
            "Loss in air",
            "Against ISO 9613-1 at 20 C, 50 % relative humidity and 101.325 kPa, up to 16 kHz, from \
             where it was recorded (1 m) to the distance.",
        ],
        [Axis::hertz(), Axis::linear("level in dB", -26.0, 1.0)],
        &[4.0, 16.0, 64.0].map(of),
        AIR_BOUND_DB,
        hertz,
    )
}

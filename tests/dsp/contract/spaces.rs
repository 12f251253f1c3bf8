//! Delay, reverb and placement.

use proscenium_tests::contract::Contract;
use shared_dsp::delay::{Delay, DelaySettings};
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::reverb::{Reverb, ReverbSettings};
use shared_dsp::room::RoomSettings;

#[test]
fn delay_keeps_the_contract() {
    let short = DelaySettings { time_ms: 120.0, offset: 0.25, ..Default::default() };
    let rough = DelaySettings {
        low_cut_hz: 150.0,
        high_cut_hz: 5000.0,
        drive: 0.6,
        wow: 0.5,
        cross_feed: 1.0,
        feedback: 0.5,
        ..short
    };
    let extreme = DelaySettings {
        time_ms: 1.0,
        offset: -0.5,
        feedback: 1.1,
        cross_feed: 1.0,
        drive: 1.0,
        wow: 1.0,
        low_cut_hz: 1000.0,
        high_cut_hz: 1000.0,
        mono: false,
    };
    let longest = DelaySettings { time_ms: 4000.0, offset: 0.5, feedback: 0.0, ..extreme };
    Contract::<Delay>::new("delay")
        .case("short", short)
        .case("rough", rough)
        .corners([
            extreme,
            longest,
            DelaySettings { feedback: 0.99, ..extreme },
            DelaySettings { drive: 0.0, ..extreme },
        ])
        .rate_tolerance_db(1.0)
        .sweep("time", |x| DelaySettings { time_ms: 20.0 + 400.0 * x, ..short })
        .sweep("offset", |x| DelaySettings { offset: x - 0.5, ..short })
        .sweep("feedback", |x| DelaySettings { feedback: 0.9 * x, ..short })
        .sweep("cross feed", |x| DelaySettings { cross_feed: x, ..rough })
        .sweep("cuts", |x| DelaySettings { low_cut_hz: 20.0 + 500.0 * x, ..short })
        .sweep("drive", |x| DelaySettings { drive: x, ..short })
        .sweep("wow", |x| DelaySettings { wow: x, ..short })
        .check();
}

#[test]
fn reverb_keeps_the_contract() {
    let small = ReverbSettings {
        room: RoomSettings { volume_m3: 60.0, rt60_s: 0.4, low: 0.8, high: 0.5 },
        predelay_ms: 0.0,
        low_cut_hz: 100.0,
        high_cut_hz: 8000.0,
        ..Default::default()
    };
    let tiny = ReverbSettings {
        room: RoomSettings { volume_m3: 20.0, rt60_s: 0.1, low: 0.25, high: 0.1 },
        mod_depth: 1.0,
        mod_rate_hz: 5.0,
        diffusion: 0.0,
        early_db: 12.0,
        late_db: 12.0,
        ..small
    };
    let vast = ReverbSettings {
        room: RoomSettings { volume_m3: 100_000.0, rt60_s: 30.0, low: 3.0, high: 1.5 },
        predelay_ms: 500.0,
        diffusion: 1.0,
        ..tiny
    };
    Contract::<Reverb>::new("reverb")
        .case("small", small)
        .corners([tiny, vast, ReverbSettings { freeze: true, ..vast }])
        .rate_tolerance_db(1.5)
        .sweep("decay", |x| ReverbSettings {
            room: RoomSettings { rt60_s: 0.3 + 3.0 * x, ..small.room },
            ..small
        })
        .sweep("early", |x| ReverbSettings { early_db: 24.0 * x - 12.0, ..small })
        .sweep("late", |x| ReverbSettings { late_db: 24.0 * x - 12.0, ..small })
        .sweep("freeze", |x| ReverbSettings { freeze: x > 0.5, ..small })
        .sweep("predelay", |x| ReverbSettings { predelay_ms: 100.0 * x, ..small })
        .sweep("volume", |x| ReverbSettings {
            room: RoomSettings { volume_m3: 60.0 + 2000.0 * x, ..small.room },
            ..small
        })
        .check();
}

#[test]
fn placement_keeps_the_contract() {
    let studio = RoomSettings { volume_m3: 200.0, rt60_s: 0.5, low: 1.1, high: 0.7 };
    let near = PlacementSettings { room: studio, distance_m: 2.0, ..Default::default() };
    let far = PlacementSettings {
        distance_m: 12.0,
        azimuth_deg: -35.0,
        time_of_flight: true,
        room_feed: true,
        ..near
    };
    let held = PlacementSettings { hold_loudness: true, proximity: 1.0, distance_m: 0.5, ..near };
    let extreme = PlacementSettings {
        distance_m: 64.0,
        recorded_at_m: 0.1,
        azimuth_deg: 90.0,
        level_law: 1.5,
        air: 8.0,
        source_width_m: 10.0,
        early_db: 12.0,
        late_db: 12.0,
        ..far
    };
    let dry = PlacementSettings { early_db: -60.0, late_db: -60.0, distance_m: 1.0, ..near };
    Contract::<Placement>::new("placement")
        .case("far", far)
        .case("held", held)
        .corners([
            extreme,
            PlacementSettings { distance_m: 0.25, recorded_at_m: 10.0, proximity: 1.0, ..extreme },
            PlacementSettings { hold_loudness: true, room_feed: false, ..extreme },
        ])
        .latency_at(dry)
        .rate_tolerance_db(1.0)
        .sweep("distance", |x| PlacementSettings { distance_m: 1.0 + 15.0 * x, ..near })
        .sweep("azimuth", |x| PlacementSettings { azimuth_deg: 180.0 * x - 90.0, ..near })
        .sweep("air", |x| PlacementSettings { air: 8.0 * x, ..far })
        .sweep("level law", |x| PlacementSettings { level_law: 1.5 * x, ..near })
        .sweep("feed", |x| PlacementSettings { room_feed: x > 0.5, ..near })
        .sweep("held loudness", |x| PlacementSettings { hold_loudness: x > 0.5, ..far })
        .check();
}

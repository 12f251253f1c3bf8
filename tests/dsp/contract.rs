//! Every whole effect keeps the contract.

use proscenium_tests::contract::Contract;
use shared_dsp::dynamics::{
    BusChannel, BusCompressor, BusCompressorSettings, Compressor, CompressorSettings, Detector,
    Gate, GateSettings, KeySource, Release, Topology,
};
use shared_dsp::gain::{Gain, GainSettings};
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::reverb::{Reverb, ReverbSettings};
use shared_dsp::room::RoomSettings;
use shared_dsp::stereo::{PanLaw, Stereo, StereoSettings};

#[test]
fn gain_keeps_the_contract() {
    let by = |gain_db, inverted| GainSettings { gain_db, inverted };
    Contract::<Gain>::new("gain")
        .case("inverted", by(-6.0, true))
        .corners([by(f32::NEG_INFINITY, false), by(24.0, true), by(-60.0, false)])
        .latency_at(by(6.0, false))
        .sweep("gain", |x| by(-24.0 + 36.0 * x, false))
        .sweep("polarity", |x| by(0.0, x > 0.5))
        .check();
}

#[test]
fn stereo_keeps_the_contract() {
    let panned =
        |pan, width, mono_source| StereoSettings { pan, width, mono_source, law: PanLaw::Db4_5 };
    Contract::<Stereo>::new("stereo")
        .case("narrow left", panned(-0.6, 0.3, false))
        .case("mono right", panned(0.6, 1.0, true))
        .corners([panned(-1.0, 0.0, false), panned(1.0, 2.0, false), panned(1.0, 2.0, true)])
        .latency_at(StereoSettings::default())
        .sweep("pan", |x| panned(2.0 * x - 1.0, 1.0, false))
        .sweep("width", |x| panned(0.0, 2.0 * x, false))
        .sweep("mono source", |x| panned(0.0, 1.0, x > 0.5))
        .check();
}

#[test]
fn compressor_keeps_the_contract() {
    let on = CompressorSettings { on: true, threshold_db: -24.0, ..Default::default() };
    let keyed = CompressorSettings {
        key: KeySource::Sidechain,
        detector: Detector::Rms,
        auto_release: true,
        auto_makeup: true,
        key_high_pass_hz: 120.0,
        link: 0.5,
        mix: 0.7,
        lookahead_ms: 3.0,
        ..on
    };
    let extreme = CompressorSettings {
        threshold_db: -60.0,
        ratio: 100.0,
        knee_db: 0.0,
        attack_ms: 0.05,
        release_ms: 5.0,
        makeup_db: 36.0,
        auto_makeup: true,
        lookahead_ms: 10.0,
        ..on
    };
    let slow = CompressorSettings {
        attack_ms: 250.0,
        release_ms: 2500.0,
        knee_db: 24.0,
        link: 0.0,
        range_db: 0.0,
        detector: Detector::Rms,
        key_high_pass_hz: 1000.0,
        ..extreme
    };
    Contract::<Compressor>::new("compressor")
        .case("4:1", on)
        .case("keyed", keyed)
        .case("listening", CompressorSettings { listen: true, ..keyed })
        .corners([extreme, slow, CompressorSettings { mix: 0.0, ..extreme }])
        .latency_at(CompressorSettings { on: true, lookahead_ms: 5.0, ..Default::default() })
        .recovery_s(2.0)
        .sweep("on", |x| CompressorSettings { on: x > 0.5, ..on })
        .sweep("threshold", |x| CompressorSettings { threshold_db: -40.0 * x, ..on })
        .sweep("ratio", |x| CompressorSettings { ratio: 1.0 + 19.0 * x, ..on })
        .sweep("knee", |x| CompressorSettings { knee_db: 24.0 * x, ..on })
        .sweep("makeup", |x| CompressorSettings { makeup_db: 24.0 * x, ..on })
        .sweep("range", |x| CompressorSettings { range_db: 20.0 * x, ..on })
        .sweep("mix", |x| CompressorSettings { mix: x, ..on })
        .sweep("detector", |x| CompressorSettings {
            detector: if x > 0.5 { Detector::Rms } else { Detector::Peak },
            ..on
        })
        .sweep("auto makeup", |x| CompressorSettings { auto_makeup: x > 0.5, ..on })
        .sweep("listen", |x| CompressorSettings { listen: x > 0.5, ..on })
        .check();
}

#[test]
fn gate_keeps_the_contract() {
    let on = GateSettings { on: true, threshold_db: -24.0, ..Default::default() };
    let expander = GateSettings {
        ratio: 2.0,
        range_db: 20.0,
        key: KeySource::Sidechain,
        key_high_pass_hz: 100.0,
        key_low_pass_hz: 5000.0,
        lookahead_ms: 2.0,
        ..on
    };
    let extreme = GateSettings {
        threshold_db: -80.0,
        range_db: 80.0,
        attack_ms: 0.05,
        hold_ms: 0.0,
        release_ms: 5.0,
        hysteresis_db: 0.0,
        lookahead_ms: 10.0,
        ..on
    };
    let slow = GateSettings {
        threshold_db: 0.0,
        ratio: 1.0,
        attack_ms: 100.0,
        hold_ms: 1000.0,
        release_ms: 4000.0,
        hysteresis_db: 12.0,
        ..expander
    };
    let open = GateSettings { threshold_db: -80.0, ..on };
    Contract::<Gate>::new("gate")
        .case("gate", on)
        .case("keyed expander", expander)
        .case("listening", GateSettings { listen: true, ..expander })
        .corners([extreme, slow])
        .latency_at(GateSettings { lookahead_ms: 5.0, ..open })
        .recovery_s(1.0)
        .rate_tolerance_db(1.0)
        .sweep("on", |x| GateSettings { on: x > 0.5, threshold_db: 0.0, attack_ms: 5.0, ..on })
        .sweep("range", |x| GateSettings {
            threshold_db: 0.0,
            range_db: 40.0 * x,
            attack_ms: 5.0,
            ..on
        })
        .sweep("listen", |x| GateSettings { listen: x > 0.5, ..open })
        .check();
}

#[test]
fn bus_compressor_keeps_the_contract() {
    let on = BusCompressorSettings { threshold_db: -20.0, ..Default::default() };
    let keyed = BusCompressorSettings {
        topology: Topology::FeedForward,
        detector: Detector::Rms,
        key: KeySource::Sidechain,
        key_high_pass_hz: 100.0,
        release: Release::Ms(300.0),
        link: 0.5,
        mix: 0.6,
        auto_makeup: true,
        ..on
    };
    let coloured = BusCompressorSettings { colour: 1.0, clip: true, makeup_db: 6.0, ..on };
    let mid_side = BusCompressorSettings { channel: BusChannel::MidSide, ratio: 10.0, ..on };
    let dual = BusCompressorSettings {
        channel: BusChannel::DualMono,
        attack_ms: 0.1,
        release: Release::Ms(100.0),
        threshold_db: -40.0,
        ratio: 10.0,
        knee_db: 0.0,
        ..on
    };
    Contract::<BusCompressor>::new("bus compressor")
        .case("-20 dB", on)
        .case("keyed", keyed)
        .case("coloured", coloured)
        .case("mid-side", mid_side)
        .corners([dual, BusCompressorSettings { delta: true, makeup_db: 24.0, ..dual }])
        .recovery_s(5.0)
        .sweep("threshold", |x| BusCompressorSettings { threshold_db: -40.0 * x, ..on })
        .sweep("makeup", |x| BusCompressorSettings { makeup_db: 24.0 * x - 6.0, ..on })
        .sweep("mix", |x| BusCompressorSettings { mix: x, ..on })
        .sweep("colour", |x| BusCompressorSettings { colour: x, ..on })
        .sweep("delta", |x| BusCompressorSettings { delta: x > 0.5, ..on })
        .sweep("channel", |x| BusCompressorSettings {
            channel: if x > 0.5 { BusChannel::MidSide } else { BusChannel::Stereo },
            ..on
        })
        .sweep("key listen", |x| BusCompressorSettings { key_listen: x > 0.5, ..on })
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
        .sweep("early", |x| ReverbSettings { early_db: 24.0 * x - 12.0, ..small })
        .sweep("late", |x| ReverbSettings { late_db: 24.0 * x - 12.0, ..small })
        .sweep("predelay", |x| ReverbSettings { predelay_ms: 100.0 * x, ..small })
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

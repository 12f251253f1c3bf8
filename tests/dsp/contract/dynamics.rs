//! Compressors and gate.

use proscenium_tests::contract::Contract;
use shared_dsp::dynamics::{
    BusChannel, BusCompressor, BusCompressorSettings, Compressor, CompressorSettings, Detector,
    Gate, GateSettings, KeySource, Release, Topology,
};

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

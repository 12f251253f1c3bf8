//! The automatic make-up holds the loudness of what people record.

use super::support::*;
use proscenium_tests::material::{bus, demo_stem, session_stem};
use shared_dsp::dynamics::*;
use shared_dsp::effect::Effect;

/// Vocal, drums, bass, guitar and piano, of the session or, where it is there, of the demo.
fn material(stem: impl Fn(&str) -> Option<Stereo>, names: [&'static str; 9]) -> Vec<Stereo> {
    let [vocal, kick, snare, hats, toms, overheads, bass, guitar, piano] = names;
    let drums = [kick, snare, hats, toms, overheads].map(&stem).into_iter();
    let drums: Option<Vec<_>> = drums.map(|drum| Some((drum?, 0.0))).collect();
    let kinds =
        [stem(vocal), drums.map(|drums| bus(&drums)), stem(bass), stem(guitar), stem(piano)];
    kinds.into_iter().flatten().collect()
}

fn recorded() -> Vec<Stereo> {
    let session = material(
        |name| Some(session_stem(name)),
        ["lead", "kick", "snare", "hats", "toms", "overheads", "bass", "electric", "keys"],
    );
    let demo = material(
        demo_stem,
        [
            "13_lead_vocal",
            "01_kick",
            "02_snare",
            "03_hihat",
            "04_toms",
            "05_overheads",
            "08_bass_di",
            "10_electric_guitar",
            "11_piano",
        ],
    );
    session.into_iter().chain(demo).collect()
}

/// Change of the integrated loudness in LU.
fn change_lu<E: Effect + Default>(settings: &E::Settings, input: &Stereo) -> f64 {
    let out = run_stereo(&mut prepared::<E>(settings, RATE), [&input[0], &input[1]], None);
    measure::lufs(&out, RATE) - measure::lufs(input, RATE)
}

#[test]
fn compressor_auto_makeup_holds_the_loudness_of_five_kinds_of_recordings_within_1_5_lu() {
    let mut worst = 0.0f64;
    for (n, input) in recorded().iter().enumerate() {
        for (threshold_db, ratio) in [(-36.0, 2.0), (-24.0, 4.0), (-36.0, 8.0), (-45.0, 100.0)] {
            let off = CompressorSettings {
                on: true,
                threshold_db,
                ratio,
                ..CompressorSettings::default()
            };
            let on = CompressorSettings { auto_makeup: true, ..off };
            let with = change_lu::<Compressor>(&on, input);
            println!("recording {n}, {threshold_db} dB {ratio}:1: {with:+.2} LU");
            assert!(with.abs() < 1.5, "recording {n}, {threshold_db} dB {ratio}:1: {with} LU");
            worst = worst.max(with.abs());
        }
        let heavy =
            CompressorSettings { on: true, threshold_db: -36.0, ratio: 8.0, ..Default::default() };
        let without = change_lu::<Compressor>(&heavy, input);
        assert!(without < -9.0, "recording {n}: {without} LU without make-up");
    }
    println!("worst {worst:.2} LU");
}

#[test]
fn glue_auto_makeup_holds_the_loudness_of_five_kinds_of_recordings_within_1_5_lu() {
    let mut worst = 0.0f64;
    for (n, input) in recorded().iter().enumerate() {
        for (threshold_db, ratio, topology, channel) in [
            (-20.0, 2.0, Topology::Feedback, BusChannel::Stereo),
            (-30.0, 4.0, Topology::FeedForward, BusChannel::MidSide),
            (-40.0, 10.0, Topology::Feedback, BusChannel::DualMono),
        ] {
            let settings = BusCompressorSettings {
                threshold_db,
                ratio,
                topology,
                channel,
                auto_makeup: true,
                ..Default::default()
            };
            let with = change_lu::<BusCompressor>(&settings, input);
            println!("recording {n}, {threshold_db} dB {ratio}:1 {channel:?}: {with:+.2} LU");
            assert!(with.abs() < 1.5, "recording {n}, {threshold_db} dB {ratio}:1: {with} LU");
            worst = worst.max(with.abs());
        }
    }
    println!("worst {worst:.2} LU");
}

//! What is promised of Strip as a plugin, measured on its parameters and on its chain.

use channel_strip::chain::{Order, Strip, StripSettings};
use channel_strip::params::StripParams;
use proscenium_tests::contract::{Audio, Contract, prepared, run};
use proscenium_tests::{measure, signals};
use shared_dsp::bypass::BypassSettings;
use shared_dsp::dynamics::{CompressorSettings, GateSettings};
use shared_dsp::eq::EqSettings;
use shared_dsp::gain::GainSettings;
use shared_plugin::rack::Shape;
use shared_plugin::testing::{
    assert_all_are_heard, assert_listed, assert_room_for_automation, assert_text_round_trips, list,
    set,
};

const RATE: f64 = 48_000.0;

/// In a stereo track, then as a mono source in a stereo track.
fn render(params: &StripParams) -> Vec<f32> {
    let once = |shape| {
        let mut audio = Audio::programme(0.6, RATE);
        if shape == Shape::MonoToStereo {
            audio.main[1] = audio.main[0].clone();
        }
        let mut strip = prepared::<Strip>(&params.settings(shape), RATE);
        run(&mut strip, &audio, &[], || 512).main.concat()
    };
    [once(Shape::Stereo), once(Shape::MonoToStereo)].concat()
}

#[test]
fn saved_projects_find_every_parameter_where_it_was() {
    assert_listed(&StripParams::default(), include_str!("parameters.txt"));
}

#[test]
fn a_host_can_automate_every_parameter_at_once_without_an_allocation() {
    assert_room_for_automation::<channel_strip::StripPlugin>();
}

#[test]
fn every_text_reads_back_as_the_value_it_was_written_for() {
    assert_text_round_trips(&StripParams::default());
}

#[test]
fn every_parameter_is_heard() {
    let words = ["on", "freq", "gain", "dyn", "threshold", "key", "release", "*"];
    let ids: Vec<[String; 8]> =
        (1..=8).map(|n| words.map(|word| format!("eq{n}_{word}"))).collect();
    let mut bands: Vec<(&str, Vec<(&str, &str)>)> = Vec::new();
    for [on, freq, gain, dynamic, threshold, key, release, all] in &ids {
        let settings: [(&str, &str); 5] =
            [(on, "on"), (freq, "500"), (gain, "6"), (dynamic, "-12"), (threshold, "-50")];
        // Drums at the sidechain leave gaps in which a band can recover.
        let keyed = settings.into_iter().chain([(key.as_str(), "sidechain")]);
        bands.push((release, keyed.collect()));
        bands.push((all, settings.to_vec()));
    }
    let mut contexts: Vec<(&str, &[(&str, &str)])> = vec![
        ("hpf_*", &[("hpf_on", "on"), ("hpf_freq", "300")]),
        ("lpf_*", &[("lpf_on", "on"), ("lpf_freq", "3k")]),
        ("gate_key", &[("gate_on", "on"), ("gate_threshold", "-20")]),
        (
            "gate_*",
            &[
                ("gate_on", "on"),
                ("gate_threshold", "-20"),
                ("gate_ratio", "4"),
                ("gate_key", "sidechain"),
            ],
        ),
        ("comp_*", &[("comp_on", "on"), ("comp_threshold", "-35")]),
        ("eq_on", &[("eq5_on", "on"), ("eq5_gain", "6")]),
        ("match", &[("bypass", "on"), ("output", "-12")]),
        ("bypass", &[("output", "-12")]),
        (
            "order",
            &[
                ("gate_on", "on"),
                ("gate_threshold", "-20"),
                ("eq5_on", "on"),
                ("eq5_gain", "12"),
                ("comp_on", "on"),
                ("comp_threshold", "-35"),
            ],
        ),
    ];
    contexts.extend(bands.iter().map(|(pattern, settings)| (*pattern, settings.as_slice())));
    assert_all_are_heard(&contexts, &[], render);
}

#[test]
fn a_strip_with_nothing_on_passes_audio_bit_for_bit() {
    let audio = Audio::programme(0.5, RATE);
    for order in ["Gate EQ Comp", "Gate Comp EQ", "EQ Gate Comp"] {
        let params = StripParams::default();
        set(&params, "order", order);
        for shape in [Shape::Stereo, Shape::Mono] {
            let mut strip = prepared::<Strip>(&params.settings(shape), RATE);
            let output = run(&mut strip, &audio, &[], || 333);
            assert!(output.main == audio.main, "{order}, {shape:?}");
        }
    }
}

#[test]
fn a_mono_track_has_no_sides_to_pan_to() {
    let params = StripParams::default();
    set(&params, "pan", "100L");
    set(&params, "width", "0 %");
    let audio = Audio::programme(0.2, RATE);
    let mut strip = prepared::<Strip>(&params.settings(Shape::Mono), RATE);
    assert!(run(&mut strip, &audio, &[], || 512).main == audio.main);
}

fn working() -> StripSettings {
    let params = StripParams::default();
    for (id, text) in [
        ("hpf_on", "on"),
        ("gate_on", "on"),
        ("gate_threshold", "-45"),
        ("eq3_on", "on"),
        ("eq3_gain", "-6"),
        ("eq6_on", "on"),
        ("eq6_gain", "4"),
        ("comp_on", "on"),
        ("comp_threshold", "-24"),
        ("pan", "20R"),
        ("output", "-3"),
    ] {
        set(&params, id, text);
    }
    params.settings(Shape::Stereo)
}

#[test]
fn strip_keeps_the_contract() {
    let ordered = |order| StripSettings { order, ..working() };
    let bypassed = |bypassed| StripSettings {
        bypass: BypassSettings { bypassed, level_match: false },
        gate: GateSettings { lookahead_ms: 5.0, ..working().gate },
        comp: CompressorSettings { lookahead_ms: 3.0, ..working().comp },
        ..working()
    };
    let loud = StripSettings {
        input: GainSettings { gain_db: 24.0, inverted: true },
        eq: EqSettings { on: false, ..working().eq },
        output: GainSettings { gain_db: 24.0, inverted: false },
        ..working()
    };
    Contract::<Strip>::new("Strip")
        .case("working", working())
        .corners([loud, ordered(Order::EqGateComp)])
        .latency_at(bypassed(true))
        .sweep("bypass", |x| bypassed(x > 0.5))
        .check();
}

#[test]
fn a_change_of_order_has_no_click() {
    let params = StripParams::default();
    // A resonance before or after a hard compressor: the orders differ by many dB.
    for (id, text) in [
        ("eq2_on", "on"),
        ("eq2_freq", "150"),
        ("eq2_gain", "18"),
        ("comp_on", "on"),
        ("comp_threshold", "-30"),
        ("comp_ratio", "20"),
        ("comp_lookahead", "3 ms"),
    ] {
        set(&params, id, text);
    }
    let first = params.settings(Shape::Stereo);
    let second = StripSettings { order: Order::GateCompEq, ..first };
    let sine = signals::both(signals::sine(150.0, -12.0, 0.6, RATE));
    let audio = Audio { key: sine.clone(), main: sine };
    let played = |sets: &[(usize, StripSettings)]| {
        let output = run(&mut prepared::<Strip>(&first, RATE), &audio, sets, || 64);
        output.main[0][9600..].to_vec()
    };
    let changed = played(&[(12_613, second), (21_011, first)]);
    let still = played(&[]);
    let [clicks_db, resting_db] = [&changed, &still].map(|lane| measure::click_db(lane, RATE));
    let level = |lane: &[f32]| measure::rms_db(&lane[9000..11_000]);
    assert!(level(&changed) > level(&still) + 6.0, "the orders sound the same");
    println!("{clicks_db:.1} dB, {resting_db:.1} dB at rest");
    assert!(clicks_db < -80.0, "clicks at {clicks_db:.1} dB");
}

#[test]
fn a_matched_bypass_is_as_loud_as_the_working_strip_within_half_a_unit() {
    let heard = |bypassed| {
        let settings = StripSettings {
            bypass: BypassSettings { bypassed, level_match: true },
            output: GainSettings { gain_db: -9.0, inverted: false },
            ..working()
        };
        let audio = Audio::programme(8.0, RATE);
        let output = run(&mut prepared::<Strip>(&settings, RATE), &audio, &[], || 512).main;
        let from = signals::frames(3.0, RATE);
        measure::lufs(&output.map(|channel| channel[from..].to_vec()), RATE)
    };
    let apart_lu = heard(true) - heard(false);
    assert!(apart_lu.abs() < 0.5, "{apart_lu} LU apart");
    println!("bypassed and working: {apart_lu:.2} LU apart");
}

/// Writes the list that is checked in.
#[test]
#[ignore = "run by hand after adding a parameter"]
fn print_the_list() {
    print!("{}", list(&StripParams::default()));
}

//! What is promised of Glue as a plugin, measured on its parameters and on its chain.

use bus_glue::chain::{Glue, GlueSettings};
use bus_glue::params::GlueParams;
use proscenium_tests::contract::{Audio, Contract, prepared, run};
use proscenium_tests::{measure, signals};
use shared_dsp::bypass::BypassSettings;
use shared_dsp::dynamics::BusCompressorSettings;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::gain::GainSettings;
use shared_plugin::rack::Metered;
use shared_plugin::telemetry::Telemetry;
use shared_plugin::testing::{
    assert_all_are_heard, assert_listed, assert_room_for_automation, assert_text_round_trips, list,
    set,
};

const RATE: f64 = 48_000.0;

fn render(params: &GlueParams) -> Vec<f32> {
    let mut glue = prepared::<Glue>(&params.settings(), RATE);
    let output = run(&mut glue, &Audio::programme(0.5, RATE), &[], || 512);
    output.main.concat()
}

#[test]
fn saved_projects_find_every_parameter_where_it_was() {
    assert_listed(&GlueParams::default(), include_str!("parameters.txt"));
}

#[test]
fn a_host_can_automate_every_parameter_at_once_without_an_allocation() {
    assert_room_for_automation::<bus_glue::GluePlugin>();
}

#[test]
fn every_text_reads_back_as_the_value_it_was_written_for() {
    assert_text_round_trips(&GlueParams::default());
}

#[test]
fn every_parameter_is_heard() {
    assert_all_are_heard(
        &[
            ("clip", &[("input", "18")]),
            ("match", &[("bypass", "on"), ("output", "-12")]),
            ("*", &[("threshold", "-30")]),
        ],
        &[],
        render,
    );
}

#[test]
fn meters_show_the_deepest_reduction_of_a_call_and_the_key_as_the_detector_hears_it() {
    let params = GlueParams::default();
    for (id, text) in [("threshold", "-30"), ("release", "100 ms"), ("key_hpf", "500")] {
        set(&params, id, text);
    }
    let show = |topology: &str| {
        set(&params, "topology", topology);
        let mut glue = prepared::<Glue>(&params.settings(), RATE);
        let (telemetry, _probes) = Telemetry::new();
        let mut measured = |hz: f64, peak_db: f64| {
            let mut left = signals::sine(hz, peak_db, 0.3, RATE);
            let mut right = left.clone();
            glue.process(Io::stereo(&mut left, &mut right));
            glue.measure(&telemetry);
            telemetry.compressor.look()
        };
        // The loud tone is over long before this call is, in which the chain works piece by piece.
        measured(2000.0, -6.0);
        let again = measured(2000.0, -6.0);
        let after = measured(2000.0, -90.0);
        measured(50.0, -6.0);
        let low = measured(50.0, -6.0);
        (again, after, low)
    };
    let (forward, after, low) = show("Feed-forward");
    assert!((forward.level_db + 6.0).abs() < 0.3, "{forward:?}");
    assert!((after.reduction_db - forward.reduction_db).abs() < 0.1, "{after:?} {forward:?}");
    // 50 Hz is 40 dB down behind a high-pass of second order at 500 Hz.
    assert!(low.level_db < -40.0 && low.level_db > -52.0, "{low:?}");
    let (back, _, _) = show("Feedback");
    let heard = back.input_db - back.reduction_db;
    assert!((back.input_db + 6.0).abs() < 0.3, "{back:?}");
    assert!((back.level_db - heard).abs() < 0.5 && back.reduction_db > 8.0, "{back:?}");
}

#[test]
fn what_stays_below_the_threshold_passes_bit_for_bit() {
    let params = GlueParams::default();
    set(&params, "threshold", "0 dB");
    let mut audio = Audio::programme(0.5, RATE);
    audio.main.iter_mut().flatten().for_each(|sample| *sample *= 0.05);
    let mut glue = prepared::<Glue>(&params.settings(), RATE);
    let output = run(&mut glue, &audio, &[], || 480);
    assert!(output.main == audio.main);
}

#[test]
fn glue_keeps_the_contract() {
    let compressor = BusCompressorSettings { threshold_db: -30.0, ..Default::default() };
    let working = GlueSettings { compressor, ..Default::default() };
    let loud = GlueSettings {
        input: GainSettings { gain_db: 24.0, inverted: false },
        output: GainSettings { gain_db: 24.0, inverted: false },
        compressor: BusCompressorSettings {
            threshold_db: -40.0,
            colour: 1.0,
            clip: true,
            ..compressor
        },
        ..working
    };
    let bypassed = |bypassed| GlueSettings {
        bypass: BypassSettings { bypassed, level_match: false },
        ..working
    };
    Contract::<Glue>::new("Glue")
        .case("working", working)
        .corners([loud])
        .latency_at(bypassed(true))
        .sweep("bypass", |x| bypassed(x > 0.5))
        .check();
}

#[test]
fn a_matched_bypass_is_as_loud_as_the_working_glue_within_half_a_unit() {
    let heard = |bypassed| {
        let compressor = BusCompressorSettings { threshold_db: -30.0, ..Default::default() };
        let settings = GlueSettings {
            compressor,
            bypass: BypassSettings { bypassed, level_match: true },
            output: GainSettings { gain_db: 9.0, inverted: false },
            ..Default::default()
        };
        let audio = Audio::programme(8.0, RATE);
        let output = run(&mut prepared::<Glue>(&settings, RATE), &audio, &[], || 512).main;
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
    print!("{}", list(&GlueParams::default()));
}

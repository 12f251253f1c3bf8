//! The factory's presets of Space on the material that they are made for.

use proscenium_tests::contract::{Audio, prepared, run};
use proscenium_tests::material::track;
use proscenium_tests::measure;
use proscenium_tests::mutate::{Mutator, runs};
use shared_plugin::testing::{assert_factory, assert_read_or_refused, wear};
use space::chain::Space;
use space::params::SpaceParams;
use space::presets::bank;
use std::sync::Arc;

const RATE: f64 = 48_000.0;

/// What a preset is for.
fn material(name: &str) -> &'static str {
    match name {
        "Concert hall, two seconds" | "Cathedral, dark" => "keys",
        "Chamber, vocal" | "Quarter notes, ducked" | "Slap, 110 ms" => "lead",
        "Plate, bright" => "snare",
        "Drum room" => "overheads",
        "Ambience, unheard" => "acoustic",
        "Swell, frozen light" => "pad",
        "Ping-pong, dotted eighths" | "Echoes into the hall" => "electric",
        _ => panic!("no material is named for '{name}'"),
    }
}

#[test]
fn every_preset_answers_on_an_effects_bus_and_is_no_louder_than_what_is_sent() {
    let params = Arc::new(SpaceParams::default());
    let mut faults = Vec::new();
    for preset in assert_factory(&bank(&params), 8) {
        wear(&*params, &preset);
        let main = track(material(&preset.name));
        let key = main.clone().map(|lane| vec![0.0; lane.len()]);
        let audio = Audio { main, key };
        let settings = params.settings(92.0);
        let mut space = prepared::<Space>(&settings, RATE);
        let output = run(&mut space, &audio, &[], || 512).main;
        assert!(output.iter().flatten().all(|x| x.is_finite()), "{}", preset.name);
        let change = measure::lufs(&output, RATE) - measure::lufs(&audio.main, RATE);
        println!("{:32} {change:+.2} LU", preset.name);
        if !(-15.0..=1.5).contains(&change) {
            faults.push(format!("{}: {change:+.2} LU", preset.name));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn any_text_is_read_as_a_preset_or_refused_with_a_reason() {
    let bank = bank(&Arc::new(SpaceParams::default()));
    let mutator = Mutator::new(bank.factory_texts().map(Vec::from).collect());
    runs("Space preset", 500, |random| {
        assert_read_or_refused(&bank.sheet, &String::from_utf8_lossy(&mutator.next(random)));
    });
}

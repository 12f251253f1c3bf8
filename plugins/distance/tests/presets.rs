//! The factory's presets of Distance on the material that they are made for.

use distance::chain::Distance;
use distance::params::DistanceParams;
use distance::presets::bank;
use proscenium_tests::contract::{Audio, prepared, run};
use proscenium_tests::material::track;
use proscenium_tests::measure;
use proscenium_tests::mutate::{Mutator, runs};
use shared_plugin::testing::{assert_factory, assert_read_or_refused, wear};
use std::sync::Arc;

const RATE: f64 = 48_000.0;

/// What a preset is for.
fn material(name: &str) -> &'static str {
    match name {
        "Front row" | "Voice in the booth" | "Intimate, whispered" | "Next room" => "lead",
        "Middle of the hall" => "acoustic",
        "Back of the hall" => "keys",
        "Choir on the risers" => "backing",
        "Strings on the stage" | "Organ in the cathedral" => "pad",
        "Drums in the studio" => "overheads",
        "Guitar amp across the club" => "electric",
        _ => panic!("no material is named for '{name}'"),
    }
}

#[test]
fn every_preset_moves_in_depth_and_is_no_louder() {
    let params = Arc::new(DistanceParams::default());
    let mut faults = Vec::new();
    for preset in assert_factory(&bank(&params), 8) {
        wear(&*params, &preset);
        let main = track(material(&preset.name));
        let key = main.clone().map(|lane| vec![0.0; lane.len()]);
        let audio = Audio { main, key };
        let mut distance = prepared::<Distance>(&params.settings(), RATE);
        let output = run(&mut distance, &audio, &[], || 512).main;
        assert!(output.iter().flatten().all(|x| x.is_finite()), "{}", preset.name);
        let change = measure::lufs(&output, RATE) - measure::lufs(&audio.main, RATE);
        let moved = measure::difference_db(&audio.main[0], &output[0]);
        let found = format!("{change:+.2} LU, moved {moved:.0} dB");
        println!("{:32} {found}", preset.name);
        if !(-6.0..=1.5).contains(&change) || moved < -30.0 {
            faults.push(format!("{}: {found}", preset.name));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn any_text_is_read_as_a_preset_or_refused_with_a_reason() {
    let bank = bank(&Arc::new(DistanceParams::default()));
    let mutator = Mutator::new(bank.factory_texts().map(Vec::from).collect());
    runs("Distance preset", 500, |random| {
        assert_read_or_refused(&bank.sheet, &String::from_utf8_lossy(&mutator.next(random)));
    });
}

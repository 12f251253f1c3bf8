//! The factory's presets of Glue on the material that they are made for.

use bus_glue::chain::Glue;
use bus_glue::params::GlueParams;
use bus_glue::presets::bank;
use proscenium_tests::contract::{Audio, prepared, run};
use proscenium_tests::material::{bus, track};
use proscenium_tests::measure;
use proscenium_tests::mutate::{Mutator, runs};
use proscenium_tests::signals::Stereo;
use shared_plugin::testing::{assert_factory, assert_read_or_refused, wear};
use std::sync::Arc;

const RATE: f64 = 48_000.0;

/// What a preset is for: the bus, at the level of a bus, and its sidechain.
fn material(name: &str) -> (Stereo, Option<Stereo>) {
    let kit = || bus(&[(track("kick"), 0.0), (track("snare"), 0.0), (track("overheads"), -6.0)]);
    let voices = || bus(&[(track("lead"), 3.0), (track("backing"), 0.0)]);
    let mix = || {
        let band = [(track("bass"), 0.0), (track("keys"), -6.0), (track("pad"), -9.0)];
        bus(&[(kit(), -1.0), (bus(&band), 0.0), (track("lead"), 2.0)])
    };
    match name {
        "Drum bus, 2 dB" | "Drum bus, smashed in parallel" | "Peaks, caught" => (kit(), None),
        "Mix bus, glue" | "Mix bus, loud passages only" | "Mix bus, centre and sides" => {
            (mix(), None)
        }
        "Vocal bus, one voice" => (voices(), None),
        "Guitar bus, thick" => (bus(&[(track("electric"), 3.0), (track("acoustic"), 0.0)]), None),
        "Keys and pads, ducked" => {
            (bus(&[(track("keys"), 0.0), (track("pad"), 0.0)]), Some(track("lead")))
        }
        "Bass and kick, pumping" => (track("bass"), Some(track("kick"))),
        _ => panic!("no material is named for '{name}'"),
    }
}

#[test]
fn every_preset_does_its_work_at_the_loudness_that_it_found() {
    let params = Arc::new(GlueParams::default());
    let mut faults = Vec::new();
    for preset in assert_factory(&bank(&params), 8) {
        wear(&*params, &preset);
        let (main, key) = material(&preset.name);
        let keyed = key.is_some();
        let key = key.unwrap_or_else(|| main.clone().map(|lane| vec![0.0; lane.len()]));
        let audio = Audio { main, key };
        let mut glue = prepared::<Glue>(&params.settings(), RATE);
        let output = run(&mut glue, &audio, &[], || 512).main;
        assert!(output.iter().flatten().all(|x| x.is_finite()), "{}", preset.name);
        let change = measure::lufs(&output, RATE) - measure::lufs(&audio.main, RATE);
        let moved = measure::difference_db(&audio.main[0], &output[0]);
        let found = format!("{change:+.2} LU, moved {moved:.0} dB");
        println!("{:32} {found}", preset.name);
        // A key that is no part of the bus takes level: that is its work.
        let least = if keyed { -4.0 } else { -2.0 };
        if !(least..=1.5).contains(&change) || moved < -40.0 {
            faults.push(format!("{}: {found}", preset.name));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn any_text_is_read_as_a_preset_or_refused_with_a_reason() {
    let bank = bank(&Arc::new(GlueParams::default()));
    let mutator = Mutator::new(bank.factory_texts().map(Vec::from).collect());
    runs("Glue preset", 500, |random| {
        assert_read_or_refused(&bank.sheet, &String::from_utf8_lossy(&mutator.next(random)));
    });
}

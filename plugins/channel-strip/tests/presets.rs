//! The factory's presets of Strip on the material that they are made for.

use channel_strip::chain::Strip;
use channel_strip::params::StripParams;
use channel_strip::presets::bank;
use proscenium_tests::contract::{Audio, prepared, run};
use proscenium_tests::material::{bus, track};
use proscenium_tests::measure;
use proscenium_tests::mutate::{Mutator, runs};
use proscenium_tests::signals::Stereo;
use shared_plugin::rack::Shape;
use shared_plugin::testing::{assert_factory, assert_read_or_refused, wear};
use std::sync::Arc;

const RATE: f64 = 48_000.0;

/// What a preset is for: the track and its sidechain.
fn material(name: &str) -> (Stereo, Option<Stereo>) {
    let kit = || bus(&[(track("kick"), -3.0), (track("snare"), -3.0), (track("overheads"), -9.0)]);
    match name {
        "Vocal, forward" | "Vocal, back in the row" | "Vocal, de-ess only" => (track("lead"), None),
        "Backing vocals, tucked" => (track("backing"), None),
        "Kick, weight and click" => (track("kick"), None),
        "Snare, crack" => (track("snare"), None),
        "Toms, tight" => (track("toms"), None),
        "Overheads, air" => (track("overheads"), None),
        "Drum bus, punch" => (kit(), None),
        "Bass, even" => (track("bass"), None),
        "Bass, under the kick" => (track("bass"), Some(track("kick"))),
        "Acoustic guitar, clear" => (track("acoustic"), None),
        "Electric guitar, in the band" => (track("electric"), None),
        "Keys, make room" => (track("keys"), Some(track("lead"))),
        "Pad, behind everything" => (track("pad"), None),
        _ => panic!("no material is named for '{name}'"),
    }
}

#[test]
fn every_preset_does_its_work_at_the_loudness_that_it_found() {
    let params = Arc::new(StripParams::default());
    let mut faults = Vec::new();
    for preset in assert_factory(&bank(&params), 12) {
        wear(&*params, &preset);
        let (main, key) = material(&preset.name);
        let key = key.unwrap_or_else(|| main.clone().map(|lane| vec![0.0; lane.len()]));
        let frames = main[0].len().min(key[0].len());
        let cut = |audio: Stereo| audio.map(|lane| lane[..frames].to_vec());
        let audio = Audio { main: cut(main), key: cut(key) };
        let mut strip = prepared::<Strip>(&params.settings(Shape::Stereo), RATE);
        let output = run(&mut strip, &audio, &[], || 512).main;
        assert!(output.iter().flatten().all(|x| x.is_finite()), "{}", preset.name);
        let change = measure::lufs(&output, RATE) - measure::lufs(&audio.main, RATE);
        let peak = measure::true_peak_db(&output, RATE);
        let moved = measure::difference_db(&audio.main[0], &output[0]);
        let found = format!("{change:+.2} LU, peak {peak:.1} dBTP, moved {moved:.0} dB");
        println!("{:32} {found}", preset.name);
        // A gate takes the bleed between the hits with it.
        if !(-2.5..=1.5).contains(&change) || peak > 0.0 || moved < -40.0 {
            faults.push(format!("{}: {found}", preset.name));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn any_text_is_read_as_a_preset_or_refused_with_a_reason() {
    let bank = bank(&Arc::new(StripParams::default()));
    let mutator = Mutator::new(bank.factory_texts().map(Vec::from).collect());
    runs("Strip preset", 500, |random| {
        assert_read_or_refused(&bank.sheet, &String::from_utf8_lossy(&mutator.next(random)));
    });
}

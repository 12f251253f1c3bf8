//! An external key moves the gain; no key leaves it.

use clap_host::RenderOptions;
use proscenium_tests::signals;

use crate::support::{GLUE, Plugin, RATE_HZ, SPACE, STRIP, frames, level_db, noise, play};

/// By how much a loud sidechain turns the plugin's output down, in dB.
fn reduction_db(plugin: Plugin, settings: &[(&str, &str)]) -> f64 {
    let input = noise(-40.0, 1.0, 31);
    let loud = vec![signals::sine(500.0, -3.0, 1.0, RATE_HZ); 2];
    let level = |sidechain| {
        let options = RenderOptions { sidechain, ..RenderOptions::default() };
        let out = play(&mut plugin.set(settings), &input, &options).main;
        level_db(&out, frames(0.5), frames(1.0))
    };
    level(None) - level(Some(&loud))
}

#[test]
fn the_strips_compressor_follows_the_sidechain() {
    let settings = [
        ("comp_on", "On"),
        ("comp_key", "Sidechain"),
        ("comp_threshold", "-23 dB"),
        ("comp_ratio", "2:1"),
        ("comp_knee", "0 dB"),
    ];
    // A peak of -3 dB is 20 dB above the threshold: 2:1 takes 10 dB.
    let reduction = reduction_db(STRIP, &settings);
    assert!((reduction - 10.0).abs() < 0.3, "{reduction} dB");
}

#[test]
fn the_strips_internal_key_ignores_the_sidechain() {
    let settings = [("comp_on", "On"), ("comp_threshold", "-23 dB")];
    let reduction = reduction_db(STRIP, &settings);
    assert_eq!(reduction, 0.0);
}

#[test]
fn the_strips_gate_opens_to_the_sidechain() {
    let settings = [("gate_on", "On"), ("gate_key", "Sidechain"), ("gate_threshold", "-20 dB")];
    let reduction = reduction_db(STRIP, &settings);
    assert!((reduction + 40.0).abs() < 0.5, "{reduction} dB");
}

#[test]
fn glue_follows_the_sidechain() {
    let settings = [
        ("key", "Sidechain"),
        ("threshold", "-23 dB"),
        ("ratio", "2:1"),
        ("topology", "Feed-forward"),
        ("release", "100 ms"),
        ("attack", "1 ms"),
        ("knee", "0 dB"),
    ];
    let reduction = reduction_db(GLUE, &settings);
    assert!((reduction - 10.0).abs() < 0.5, "{reduction} dB");
}

#[test]
fn space_ducks_under_the_sidechain() {
    let settings = [("duck", "20 dB"), ("duck_key", "Sidechain")];
    let reduction = reduction_db(SPACE, &settings);
    assert!(reduction > 10.0 && reduction < 21.0, "{reduction} dB");
}

//! The host's bypass: bit for bit, with the plugin's latency, and without a click.

use clap_host::{Automation, RenderOptions};
use proscenium_tests::signals;

use crate::support::{
    ALL, DISTANCE, GLUE, Plugin, RATE_HZ, SPACE, STRIP, first_difference, noise, play,
};

/// Settings that change the sound plainly.
fn audible(plugin: Plugin) -> &'static [(&'static str, &'static str)] {
    match plugin {
        p if p == STRIP => &[
            ("comp_on", "On"),
            ("comp_threshold", "-40 dB"),
            ("comp_lookahead", "5 ms"),
            ("output", "-9 dB"),
        ],
        p if p == GLUE => &[("threshold", "-40 dB"), ("colour", "50 %"), ("output", "-9 dB")],
        p if p == DISTANCE => &[("distance", "16 m"), ("azimuth", "40")],
        p if p == SPACE => &[("decay", "3 s"), ("mix", "80 %")],
        _ => unreachable!("the suite has four plugins"),
    }
}

#[test]
fn bypassed_plugins_pass_audio_bit_for_bit_in_time() {
    let input = noise(-20.0, 0.5, 41);
    for plugin in ALL {
        let mut instance = plugin.set(audible(plugin));
        instance.set("bypass", "On").unwrap();
        let out = play(&mut instance, &input, &RenderOptions::default());
        assert_eq!(first_difference(&out.main, &input), None, "{}", plugin.bundle);
        if plugin == STRIP {
            assert_eq!(out.latency, 240, "the latency stays");
        }
    }
}

#[test]
fn bypass_while_playing_does_not_click_and_ends_bit_for_bit() {
    let tone: Vec<_> =
        signals::both(signals::sine(100.0, -12.0, 1.5, RATE_HZ)).into_iter().collect();
    for plugin in ALL {
        let mut instance = plugin.set(audible(plugin));
        let automation = vec![Automation::new(24_007, "bypass", "On")];
        let options = RenderOptions { automation, ..RenderOptions::default() };
        let out = play(&mut instance, &tone, &options).main;
        let steepest = |from: usize, to: usize| {
            out[0][from..to].windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max)
        };
        // The tone moves by 0.0033 a sample dry; a jump would move by more than 0.05.
        let (steady, switching) = (steepest(12_000, 24_000), steepest(24_000, 40_000));
        assert!(
            switching < steady.max(0.0033) + 0.006,
            "{}: {switching} against {steady}",
            plugin.bundle
        );
        let end = tone[0].len() - 24_000;
        let same = out[0][end..].iter().zip(&tone[0][end..]).all(|(a, b)| a == b);
        assert!(same, "{}: not the input in the end", plugin.bundle);
    }
}

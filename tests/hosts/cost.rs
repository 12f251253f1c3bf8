//! Silence and denormals cost no more than sound.

use clap_host::RenderOptions;

use crate::support::{ALL, Plugin, noise, play};

/// The least time of several renders, in seconds: what else runs on the machine only adds to it.
fn seconds(plugin: Plugin, input: &[Vec<f32>]) -> f64 {
    let mut instance = plugin.set(&[]);
    let render = |_| play(&mut instance, input, &RenderOptions::default()).elapsed.as_secs_f64();
    (0..9).map(render).fold(f64::INFINITY, f64::min)
}

#[test]
fn silence_and_denormals_cost_no_more_than_sound() {
    let sound = noise(-20.0, 0.5, 61);
    let scaled = |factor: f32| -> Vec<Vec<f32>> {
        sound.iter().map(|channel| channel.iter().map(|x| x * factor).collect()).collect()
    };
    for plugin in ALL {
        let usual = seconds(plugin, &sound);
        for (what, input) in [("silence", scaled(0.0)), ("denormals", scaled(1e-38))] {
            let ratio = seconds(plugin, &input) / usual;
            println!("{}: {what} costs {ratio:.2} of sound", plugin.bundle);
            assert!(ratio < 2.0, "{}: {what} costs {ratio:.2} of sound", plugin.bundle);
        }
    }
}

//! Saved states: whole, refused when damaged, and heard again as they were.

use clap_host::{Instance, RenderOptions};
use proscenium_tests::signals;

use crate::support::{ALL, Plugin, first_difference, noise, play};

fn values(instance: &mut Instance, plugin: Plugin) -> Vec<(String, f64)> {
    let ids = crate::tables::rows(plugin).into_iter().map(|row| row.id);
    ids.map(|id| {
        let value = instance.value(&id).unwrap();
        (id, value)
    })
    .collect()
}

/// Every parameter but the bypass at random.
fn randomize(instance: &mut Instance, plugin: Plugin, seed: u64) {
    let mut random = signals::random(seed);
    for row in crate::tables::rows(plugin) {
        let param = instance.param(&row.id).unwrap().clone();
        let part = random.f64();
        let value = param.min + part * (param.max - param.min);
        let value = if param.is_stepped { value.round() } else { value };
        if !param.is_bypass {
            instance.set_value(&row.id, value).unwrap();
        }
    }
}

#[test]
fn a_saved_state_brings_back_every_value_and_the_sound() {
    let input = noise(-20.0, 0.4, 51);
    for plugin in ALL {
        for seed in 0..5 {
            let mut first = plugin.set(&[]);
            randomize(&mut first, plugin, seed);
            let state = first.save_state().unwrap();
            let mut second = plugin.set(&[]);
            randomize(&mut second, plugin, seed + 100);
            second.load_state(&state).unwrap();
            let (a, b) = (values(&mut first, plugin), values(&mut second, plugin));
            for ((id, a), (_, b)) in a.iter().zip(&b) {
                assert!((a - b).abs() < 1e-6, "{} {id}: {a} {b} (seed {seed})", plugin.bundle);
            }
            let options = RenderOptions::default();
            let a = play(&mut first, &input, &options).main;
            let b = play(&mut second, &input, &options).main;
            assert!(a.iter().flatten().all(|x| x.is_finite()), "{} seed {seed}", plugin.bundle);
            assert_eq!(first_difference(&a, &b), None, "{} (seed {seed})", plugin.bundle);
        }
    }
}

#[test]
fn a_damaged_state_is_refused_and_the_previous_one_kept() {
    for plugin in ALL {
        let mut instance = plugin.set(&[]);
        randomize(&mut instance, plugin, 7);
        let before = values(&mut instance, plugin);
        let mut fresh = plugin.set(&[]);
        let whole = fresh.save_state().unwrap();
        let mut flipped = whole.clone();
        flipped.iter_mut().step_by(3).for_each(|byte| *byte ^= 0x55);
        let damaged: [&[u8]; 5] =
            [&[], &whole[..whole.len() / 2], &whole[..whole.len() - 1], &flipped, &[0xff; 4096]];
        for (index, state) in damaged.into_iter().enumerate() {
            assert!(instance.load_state(state).is_err(), "{} damage {index}", plugin.bundle);
            assert_eq!(values(&mut instance, plugin), before, "{} damage {index}", plugin.bundle);
        }
    }
}

#[test]
fn a_state_loads_while_the_plugin_plays() {
    for plugin in ALL {
        let mut saved = plugin.set(&[("output", "-20 dB")]);
        let state = saved.save_state().unwrap();
        let mut instance = plugin.set(&[]);
        let processor = instance.activate().unwrap();
        instance.load_state(&state).unwrap();
        instance.deactivate(processor);
        let text = instance.value("output").unwrap();
        assert_eq!(text, saved.value("output").unwrap(), "{}", plugin.bundle);
    }
}

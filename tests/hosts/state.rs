//! Saved states: whole, refused when damaged, and heard again as they were.

use std::sync::atomic::{AtomicBool, Ordering};

use clap_host::{Block, Instance, Processor, RenderOptions};
use proscenium_tests::signals;

use crate::support::{ALL, DISTANCE, Plugin, SPACE, first_difference, noise, play};

/// Every parameter of the design by its id.
pub fn values(instance: &mut Instance, plugin: Plugin) -> Vec<(String, f64)> {
    let ids = crate::tables::rows(plugin).into_iter().map(|row| row.id);
    ids.map(|id| {
        let value = instance.value(&id).unwrap();
        (id, value)
    })
    .collect()
}

/// Every parameter but the bypass at random.
pub fn randomize(instance: &mut Instance, plugin: Plugin, seed: u64) {
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

/// Plays blocks of a constant on a thread of its own until it is told to stop, and for 5 s more, in which the
/// room of the first state dies away; returns the processor and the level of the last block.
fn play_on(mut processor: Processor, stop: &AtomicBool) -> (Processor, f32) {
    let (input, mut out) = ([0.25_f32; 64], [[0.0_f32; 64]; 2]);
    let mut tail = 4000;
    while tail > 0 {
        let [left, right] = &mut out;
        let output: &mut [&mut [f32]] = &mut [left, right];
        let block = Block { input: &[&input, &input], output, ..Block::default() };
        processor.process(block).unwrap();
        tail -= usize::from(stop.load(Ordering::Relaxed));
    }
    assert!(out.iter().flatten().all(|sample| sample.is_finite()));
    (processor, out[0][63])
}

#[test]
fn states_load_while_the_plugin_plays_and_the_last_one_is_heard() {
    for plugin in ALL {
        let dry: &[(&str, &str)] = match plugin {
            DISTANCE => &[("early", "-60 dB"), ("late", "-60 dB"), ("air", "0 %")],
            SPACE => &[("mix", "0 %")],
            _ => &[],
        };
        let saved = |output| {
            let mut instance = plugin.set(dry);
            instance.set("output", output).unwrap();
            instance.save_state().unwrap()
        };
        let (quiet, loud) = (saved("-20 dB"), saved("0 dB"));
        let mut instance = plugin.set(&[]);
        let processor = instance.activate().unwrap();
        let stop = AtomicBool::new(false);
        let (processor, level) = std::thread::scope(|scope| {
            let playing = scope.spawn(|| play_on(processor, &stop));
            for _ in 0..200 {
                instance.load_state(&loud).unwrap();
                instance.load_state(&quiet).unwrap();
            }
            stop.store(true, Ordering::Relaxed);
            playing.join().unwrap()
        });
        instance.deactivate(processor);
        let level_db = 20.0 * (level / 0.25).abs().log10();
        assert!((level_db + 20.0).abs() < 0.5, "{}: {level_db:.2} dB", plugin.bundle);
    }
}

//! What the audio thread must not do, in debug builds that notice: to allocate ends the process, and a
//! chain panics where the audio asks for it. Each test in a process of its own.

#[path = "support.rs"]
#[allow(dead_code)]
mod support;

use std::time::Duration;

use clap_host::{Block, HostOptions, Instance, Layout, ParamEvent, Processor, Transport};
use proscenium_tests::{process, signals};
use shared_plugin::failure::{ALLOCATION_SAMPLE, PANIC_SAMPLE};
use support::{ALL, Plugin, STRIP, noise};

const BLOCK: usize = 480;

fn instance(plugin: Plugin, options: &HostOptions) -> Instance {
    let instance = plugin.load_guarded().instance(plugin.id, options);
    instance.unwrap_or_else(|error| panic!("{error}"))
}

/// Plays a block in place of the audio given, with a sidechain where there is one.
fn play(processor: &mut Processor, main: &mut [Vec<f32>; 2], events: &[ParamEvent], has_key: bool) {
    let input = main.clone();
    let key = [&input[1][..], &input[0][..]];
    let [left, right] = main;
    let block = Block {
        input: &[&input[0], &input[1]],
        sidechain: has_key.then_some(&key),
        output: &mut [&mut left[..], &mut right[..]],
        events,
        transport: Some(Transport { tempo_bpm: 97.0, playing: true, position_s: 1.0 }),
        ..Block::default()
    };
    processor.process(block).unwrap();
}

/// Any parameter anywhere, with one chance in four at either end.
fn random_event(instance: &Instance, random: &mut fastrand::Rng) -> ParamEvent {
    let param = &instance.params()[random.usize(..instance.params().len())];
    let part = (1.5 * random.f64() - 0.25).clamp(0.0, 1.0);
    let value = param.min + part * (param.max - param.min);
    let value = if param.is_stepped { value.round() } else { value };
    ParamEvent { offset: random.usize(..BLOCK), id: param.id, value }
}

#[test]
fn nothing_allocates_in_process_whatever_is_automated() {
    let test = "nothing_allocates_in_process_whatever_is_automated";
    process::log_of(test, || {
        let mut random = signals::random(signals::SEED);
        for plugin in ALL {
            let mut saved = instance(plugin, &HostOptions::default());
            let state = saved.save_state().unwrap();
            let options = HostOptions { offline: false, ..HostOptions::default() };
            let mut instance = instance(plugin, &options);
            let has_key = instance.ports().inputs.len() > 1;
            let mut processor = instance.activate().unwrap();
            let sound = noise(-12.0, 300.0 * BLOCK as f64 / support::RATE_HZ, 8);
            for block in 0..300 {
                let part = |lane: &Vec<f32>| lane[block * BLOCK..(block + 1) * BLOCK].to_vec();
                let mut events: Vec<_> =
                    (0..4).map(|_| random_event(&instance, &mut random)).collect();
                events.sort_by_key(|event| event.offset);
                play(&mut processor, &mut [part(&sound[0]), part(&sound[1])], &events, has_key);
                instance.answer_requests();
                match block % 100 {
                    33 => processor.reset(),
                    66 => instance.load_state(&state).unwrap(),
                    99 => processor = instance.restart(processor).unwrap(),
                    _ => {}
                }
            }
            instance.deactivate(processor);
        }
    });
}

#[test]
fn an_allocation_in_process_ends_the_process() {
    let outcome = process::outcome_of("an_allocation_in_process_ends_the_process", || {
        let mut strip = instance(STRIP, &HostOptions::default());
        let mut processor = strip.activate().unwrap();
        for sample in [0.5, ALLOCATION_SAMPLE] {
            play(&mut processor, &mut [vec![sample; BLOCK], vec![0.0; BLOCK]], &[], true);
        }
        eprintln!("survived");
        strip.deactivate(processor);
    });
    if let Some((status, log)) = outcome {
        assert!(!status.success() && !log.contains("survived"), "{status} {log}");
        assert!(log.contains("memory allocation of 64 bytes failed"), "{status} {log}");
    }
}

#[test]
fn a_panic_leaves_the_input_as_late_as_before_and_is_told_once_until_reset() {
    let test = "a_panic_leaves_the_input_as_late_as_before_and_is_told_once_until_reset";
    let log = process::log_of(test, || {
        for plugin in ALL {
            for layout in [Layout::STEREO, Layout::MONO] {
                fails_and_recovers(plugin, layout);
            }
        }
    });
    if let Some(log) = log {
        println!("{log}");
        let told = log.lines().filter(|line| line.contains("has failed inside"));
        assert_eq!(told.count(), 2 * ALL.len(), "{log}");
        assert!(log.contains("failure.rs:"), "says where: {log}");
        assert_eq!(log.matches("on purpose").count(), 0, "written by the audio thread: {log}");
    }
}

fn fails_and_recovers(plugin: Plugin, layout: Layout) {
    let mut instance = instance(plugin, &HostOptions { layout, ..HostOptions::default() });
    instance.set("output", "-6 dB").unwrap();
    if plugin == STRIP {
        support::set(&mut instance, &[("comp_on", "On"), ("comp_lookahead", "5 ms")]);
    }
    let mut processor = instance.activate().unwrap();
    let (latency, channels) = (instance.latency(), layout.inputs);
    assert_eq!(latency, if plugin == STRIP { 240 } else { 0 });
    let mut input = noise(-20.0, 6.0 * BLOCK as f64 / support::RATE_HZ, 3);
    input.truncate(channels);
    input[0][2 * BLOCK] = PANIC_SAMPLE;
    let mut output = vec![vec![0.0; 6 * BLOCK]; channels];
    for block in 0..6 {
        let range = block * BLOCK..(block + 1) * BLOCK;
        if block == 5 {
            processor.reset();
        }
        let ins: Vec<_> = input.iter().map(|lane| &lane[range.clone()]).collect();
        let mut outs: Vec<_> = output.iter_mut().map(|lane| &mut lane[range.clone()]).collect();
        let block = Block { input: &ins, output: &mut outs, ..Block::default() };
        processor.process(block).unwrap();
    }
    instance.deactivate(processor);
    // What is told goes to the log by another thread, and ends with the instance.
    std::thread::sleep(Duration::from_millis(300));
    let what = format!("{} {layout:?}", plugin.bundle);
    for (output, input) in output.iter().zip(&input) {
        let late = |from: usize, to: usize| &input[from - latency..to - latency];
        assert!(output[BLOCK..2 * BLOCK] != *late(BLOCK, 2 * BLOCK), "{what} did not work");
        assert!(output[2 * BLOCK..5 * BLOCK] == *late(2 * BLOCK, 5 * BLOCK), "{what} is not dry");
        assert!(output[5 * BLOCK..] != *late(5 * BLOCK, 6 * BLOCK), "{what} is still dry");
    }
}

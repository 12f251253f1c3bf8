//! The latency that is reported is the latency there is.

use clap_host::{Block, ParamEvent, Processor, RenderOptions, param_id};
use proscenium_tests::signals;

use crate::support::{ALL, Plugin, STRIP, frames, play};

/// Reported latency, and the frame at which an impulse comes out.
fn reported_and_measured(plugin: Plugin, settings: &[(&str, &str)]) -> (usize, usize) {
    let impulse = vec![signals::impulse(4096); 2];
    let at = impulse[0].iter().position(|&x| x != 0.0).unwrap();
    let options = RenderOptions { compensate: false, ..RenderOptions::default() };
    let rendered = play(&mut plugin.set(settings), &impulse, &options);
    let peak = |channel: &[f32]| {
        (0..channel.len()).max_by(|&a, &b| channel[a].abs().total_cmp(&channel[b].abs())).unwrap()
    };
    (rendered.latency, peak(&rendered.main[0]) - at)
}

#[test]
fn the_strips_latency_follows_its_lookaheads() {
    let gate = [("gate_on", "On"), ("gate_threshold", "-80 dB"), ("gate_lookahead", "5 ms")];
    let comp = [("comp_on", "On"), ("comp_threshold", "0 dB"), ("comp_lookahead", "2.5 ms")];
    let both: Vec<_> = gate.iter().chain(&comp).copied().collect();
    for (settings, expected) in
        [(&[][..], 0), (&gate[..], frames(0.005)), (&comp[..], frames(0.0025)), (&both[..], 360)]
    {
        let (reported, measured) = reported_and_measured(STRIP, settings);
        assert_eq!(reported, measured, "{settings:?}");
        assert_eq!(reported, expected, "{settings:?}");
    }
}

#[test]
fn plugins_have_no_latency_of_their_own() {
    for plugin in ALL {
        let mut instance = plugin.set(&[]);
        let processor = instance.activate().unwrap();
        assert_eq!(instance.latency(), 0, "{}", plugin.bundle);
        instance.deactivate(processor);
    }
}

/// Plays a block in which the compressor's lookahead goes to this value.
fn turn_lookahead(processor: &mut Processor, value: f64) {
    let event = ParamEvent { offset: 100, id: param_id("comp_lookahead"), value };
    play_block(processor, std::slice::from_ref(&event));
}

fn play_block(processor: &mut Processor, events: &[ParamEvent]) {
    let (input, mut out) = ([0.1f32; 512], [[0.0f32; 512]; 2]);
    let [left, right] = &mut out;
    let block = Block {
        input: &[&input, &input],
        output: &mut [&mut left[..], &mut right[..]],
        events,
        ..Block::default()
    };
    processor.process(block).unwrap();
}

#[test]
fn a_lookahead_that_changes_while_playing_restarts_the_plugin_with_its_latency() {
    let mut strip = STRIP.set(&[("comp_on", "On")]);
    let value = strip.text_to_value("comp_lookahead", "10 ms").unwrap();
    let mut processor = strip.activate().unwrap();
    for block in 0..4 {
        if block == 1 {
            turn_lookahead(&mut processor, value);
        } else {
            play_block(&mut processor, &[]);
        }
        strip.answer_requests();
    }
    assert!(strip.wants_restart());
    processor = strip.restart(processor).unwrap();
    assert!(!strip.wants_restart());
    assert_eq!(strip.latency(), frames(0.010));
    strip.deactivate(processor);
    assert_eq!(strip.take_log(), [], "told of a latency at a time when it may not change");
}

#[test]
fn a_lookahead_that_changes_as_the_plugin_is_stopped_is_told_when_it_starts_again() {
    let mut strip = STRIP.set(&[("comp_on", "On")]);
    let mut processor = strip.activate().unwrap();
    let value = strip.text_to_value("comp_lookahead", "10 ms").unwrap();
    // On a thread of its own, as hosts play: what it asks for waits for the main thread.
    std::thread::scope(|scope| {
        scope.spawn(|| turn_lookahead(&mut processor, value)).join().unwrap()
    });
    strip.deactivate(processor);
    strip.answer_requests();
    assert_eq!(strip.take_log(), [], "told of a latency at a time when it may not change");
    processor = strip.activate().unwrap();
    assert_eq!(strip.latency(), frames(0.010));
    strip.deactivate(processor);
    assert_eq!(strip.take_log(), []);
}

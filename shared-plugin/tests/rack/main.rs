//! What stands between a host and a chain, measured with chains whose sound is known.

mod rig;

use nice_plug::prelude::*;
use rig::*;
use shared_plugin::ports::{WITH_ROOM_FEED, WITH_SIDECHAIN};
use shared_plugin::rack::Rack;
use shared_plugin::telemetry::Telemetry;

/// Counts allocations where there must be none.
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Longer than the rack hands over at once, and no multiple of it.
const FRAMES: usize = 2500;

#[test]
fn stereo_goes_through_the_chain() {
    let mut host = Host::new();
    let (mut rack, _) = rack(&WITH_SIDECHAIN[0], Work::Double, &mut host);
    let input = vec![noise(1, FRAMES), noise(2, FRAMES)];
    let mut main = input.clone();
    let status = call(&mut rack, Work::Double, &mut main, &mut [], &mut [], &mut host);
    assert_eq!(status, ProcessStatus::Tail(7));
    for (output, input) in main.iter().flatten().zip(input.iter().flatten()) {
        assert_eq!(*output, 2.0 * input);
    }
}

#[test]
fn mono_runs_in_both_lanes_and_folds_back_to_the_same_bits() {
    let mut host = Host::new();
    let (mut rack, _) = rack(&WITH_SIDECHAIN[1], Work::Late(0), &mut host);
    let input = vec![noise(3, FRAMES)];
    let mut main = input.clone();
    call(&mut rack, Work::Late(0), &mut main, &mut [], &mut [], &mut host);
    assert!(main == input);
    call(&mut rack, Work::LeftOnly, &mut main, &mut [], &mut [], &mut host);
    for (output, input) in main[0].iter().zip(&input[0]) {
        assert_eq!(*output, 0.5 * input, "the mean of a full and a silent lane");
    }
}

#[test]
fn mono_into_stereo_feeds_both_lanes() {
    let mut host = Host::new();
    let (mut rack, _) = rack(&WITH_SIDECHAIN[2], Work::Double, &mut host);
    let input = noise(4, FRAMES);
    let mut main = vec![input.clone(), vec![0.0; FRAMES]];
    call(&mut rack, Work::Double, &mut main, &mut [], &mut [], &mut host);
    assert!(main[0] == main[1] && main[0][17] == 2.0 * input[17]);
}

#[test]
fn the_key_is_the_sidechain_and_silence_where_it_is_missing_or_too_short() {
    let mut host = Host::new();
    let (mut rack, _) = rack(&WITH_SIDECHAIN[0], Work::Key, &mut host);
    let mut key = vec![noise(5, FRAMES), noise(6, FRAMES)];
    let mut main = vec![noise(1, FRAMES), noise(2, FRAMES)];
    call(&mut rack, Work::Key, &mut main, &mut key, &mut [], &mut host);
    assert!(main == key);
    let mut short = vec![noise(5, 100), noise(6, 100)];
    call(&mut rack, Work::Key, &mut main, &mut short, &mut [], &mut host);
    assert!(main.iter().flatten().all(|sample| *sample == 0.0));
}

#[test]
fn the_feed_leaves_through_its_own_port() {
    let mut host = Host::new();
    let (mut rack, _) = rack(&WITH_ROOM_FEED[0], Work::Feed, &mut host);
    let mut main = vec![noise(1, FRAMES), noise(2, FRAMES)];
    let mut feed = vec![vec![1.0; FRAMES]; 2];
    call(&mut rack, Work::Feed, &mut main, &mut [], &mut feed, &mut host);
    assert!(feed == main);
    call(&mut rack, Work::Double, &mut main, &mut [], &mut feed, &mut host);
    assert!(feed.iter().flatten().all(|sample| *sample == 0.0), "unwritten is silent");
}

#[test]
fn a_latency_that_changes_is_told_while_playing() {
    let mut host = Host::new();
    let (mut rack, _) = rack(&WITH_SIDECHAIN[0], Work::Late(64), &mut host);
    assert_eq!(host.latency.get(), 64);
    let mut main = vec![noise(1, 64), noise(2, 64)];
    call(&mut rack, Work::Late(480), &mut main, &mut [], &mut [], &mut host);
    assert_eq!(host.latency.get(), 480);
}

#[test]
fn a_chain_that_fails_keeps_the_latency_that_the_host_knows() {
    let mut host = Host::new();
    let (mut rack, _) = rack(&WITH_SIDECHAIN[0], Work::Late(64), &mut host);
    let mut main = vec![noise(1, 64), noise(2, 64)];
    for work in [Work::Fail, Work::Fail, Work::Late(480)] {
        call(&mut rack, work, &mut main, &mut [], &mut [], &mut host);
        assert_eq!(host.latency.get(), 64, "{work:?}");
    }
}

#[test]
fn what_is_loaded_before_a_reset_sounds_from_the_first_sample() {
    let mut host = Host::new();
    let (mut rack, _) = rack(&WITH_SIDECHAIN[0], Work::Gain(1.0), &mut host);
    without_allocation(|| rack.reset(|| Work::Gain(0.25)));
    let input = vec![noise(7, FRAMES), noise(8, FRAMES)];
    let mut main = input.clone();
    call(&mut rack, Work::Gain(0.25), &mut main, &mut [], &mut [], &mut host);
    for (output, input) in main.iter().flatten().zip(input.iter().flatten()) {
        assert_eq!(*output, 0.25 * input);
    }
}

#[test]
fn a_chain_that_fails_leaves_the_input_as_late_as_before_and_says_so_once_until_it_is_reset() {
    const LATENCY: usize = 64;
    let mut host = Host::new();
    let (mut rack, _) = rack(&WITH_SIDECHAIN[0], Work::Late(LATENCY), &mut host);
    let input = [noise(1, 5 * FRAMES), noise(2, 5 * FRAMES)];
    let works = [Work::Late(LATENCY), Work::Fail, Work::Fail, Work::Double, Work::Late(480)];
    let mut played = [Vec::new(), Vec::new()];
    for (index, work) in works.into_iter().enumerate() {
        let range = index * FRAMES..(index + 1) * FRAMES;
        let mut main = input.each_ref().map(|lane| lane[range.clone()].to_vec());
        call(&mut rack, work, &mut main, &mut [], &mut [], &mut host);
        played.iter_mut().zip(main).for_each(|(lane, more)| lane.extend(more));
    }
    for (played, input) in played.iter().zip(&input) {
        assert!(played[FRAMES..] == input[FRAMES - LATENCY..5 * FRAMES - LATENCY]);
    }
    let told = format!("{:?}", host.tasks.borrow());
    assert!(host.tasks.borrow().len() == 1 && told.contains("rig.rs:"), "{told}");
    rack.reset(|| Work::Double);
    let mut main = input.each_ref().map(|lane| lane[..FRAMES].to_vec());
    call(&mut rack, Work::Double, &mut main, &mut [], &mut [], &mut host);
    assert_eq!(main[1][3], 2.0 * input[1][3]);
}

#[test]
fn a_chain_that_has_failed_lets_through_nothing_but_numbers() {
    const LATENCY: usize = 64;
    let mut host = Host::new();
    let (mut rack, _) = rack(&WITH_SIDECHAIN[0], Work::Fail, &mut host);
    let mut main = vec![noise(1, FRAMES), noise(2, FRAMES)];
    let input = main.clone();
    for (lane, bad) in main.iter_mut().zip([f32::NAN, f32::INFINITY]) {
        lane[5] = bad;
    }
    call(&mut rack, Work::Fail, &mut main, &mut [], &mut [], &mut host);
    for (output, input) in main.iter().zip(&input) {
        let (before, after) = (&output[LATENCY..LATENCY + 5], &output[LATENCY + 6..]);
        assert!(before == &input[..5] && after == &input[6..FRAMES - LATENCY]);
        assert_eq!(output[LATENCY + 5], 0.0);
    }
}

#[test]
fn settings_that_cannot_be_read_are_a_failure_like_any_other() {
    let mut host = Host::new();
    let (mut rack, _) = rack(&WITH_SIDECHAIN[0], Work::Double, &mut host);
    let input = vec![noise(1, FRAMES), noise(2, FRAMES)];
    let mut main = input.clone();
    let mut aux = AuxiliaryBuffers { inputs: &mut [], outputs: &mut [] };
    let mut main_buffer = buffer(&mut main);
    let unreadable = || panic!("on purpose");
    rack.process::<Nothing>(unreadable, &mut main_buffer, &mut aux, &mut host);
    assert!(main == input && host.tasks.borrow().len() == 1);
    rack.reset(|| panic!("on purpose"));
    call(&mut rack, Work::Double, &mut main, &mut [], &mut [], &mut host);
    assert!(main == input, "a reset that fails is no reset");
    rack.reset(|| Work::Double);
    call(&mut rack, Work::Double, &mut main, &mut [], &mut [], &mut host);
    assert_eq!(main[1][3], 2.0 * input[1][3]);
}

#[test]
fn loudness_is_that_of_what_comes_in_and_goes_out() {
    let mut host = Host::new();
    let (mut rack, telemetry) = rack(&WITH_SIDECHAIN[0], Work::Double, &mut host);
    let turn = std::f32::consts::TAU * 997.0 / 48_000.0;
    // The last 3 s count; what was played before was louder.
    for (seconds, amplitude) in [(1, 0.5), (4, 0.1)] {
        for block in 0..100 * seconds {
            let from = 480 * (block % 100);
            let sine: Vec<f32> =
                (from..from + 480).map(|i| amplitude * (turn * i as f32).sin()).collect();
            telemetry.look();
            let mut main = [sine.clone(), sine];
            call(&mut rack, Work::Double, &mut main, &mut [], &mut [], &mut host);
            if block % 10 == 0 {
                telemetry.input.short_term_lufs(48_000.0);
                telemetry.output.short_term_lufs(48_000.0);
            }
        }
    }
    // A sine in both channels reads its level (EBU Tech 3341); the chain doubles it.
    let read = [&telemetry.input, &telemetry.output].map(|at| at.short_term_lufs(48_000.0));
    for (read, expected) in read.into_iter().zip([-20.0, -13.98]) {
        assert!((read - expected).abs() < 0.1, "{read} LUFS, not {expected}");
    }
}

#[test]
fn meters_run_only_while_an_editor_looks() {
    let mut host = Host::new();
    let (mut rack, telemetry) = rack(&WITH_SIDECHAIN[0], Work::Double, &mut host);
    let mut main = vec![vec![0.25; 480]; 2];
    let mut play = |rack: &mut Rack<Chain>, host: &mut Host| {
        main.iter_mut().flatten().for_each(|sample| *sample = 0.25);
        call(rack, Work::Double, &mut main, &mut [], &mut [], host);
    };
    let copied = || {
        let mut last = [0.0; 2];
        let rings = [&telemetry.eq_before, &telemetry.eq_after];
        let frames = rings.map(|ring| Telemetry::drain(ring, |frame| last = frame));
        (frames, last)
    };
    play(&mut rack, &mut host);
    assert_eq!(telemetry.compressor.look().reduction_db, 0.0);
    assert_eq!(copied().0, [0, 0], "nobody looks");
    play(&mut rack, &mut host);
    telemetry.look();
    play(&mut rack, &mut host);
    let seen = telemetry.compressor.look().reduction_db;
    assert_eq!(seen, 480.0, "what was done before the editor opened is not shown");
    let (frames, last) = copied();
    assert!(frames[0] > 0 && frames[0] == frames[1], "{frames:?}");
    assert_eq!(last, [0.5, 0.5]);
    assert_eq!(telemetry.input.peak[0].take(), 0.25);
    assert_eq!(telemetry.output.peak[1].take(), 0.5);
    // Nobody looks for more than half a second.
    for _ in 0..60 {
        play(&mut rack, &mut host);
    }
    let _ = telemetry.output.peak[0].take();
    let _ = copied();
    play(&mut rack, &mut host);
    assert_eq!(telemetry.output.peak[0].take(), 0.0);
    assert_eq!(copied().0, [0, 0], "nobody looks any more");
}

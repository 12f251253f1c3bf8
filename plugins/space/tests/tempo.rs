//! Times in notes follow the host's tempo, also while it changes.

use proscenium_tests::contract::{Audio, prepared, run};
use proscenium_tests::{measure, signals};
use shared_dsp::effect::{Effect, Io};
use shared_plugin::testing::set;
use space::chain::{Space, SpaceSettings};
use space::params::SpaceParams;

const RATE: f64 = 48_000.0;

/// What the host's tempo makes of these parameters.
fn at_tempo(texts: &[(&str, &str)]) -> impl Fn(f64) -> SpaceSettings + use<> {
    let params = SpaceParams::default();
    texts.iter().for_each(|(id, text)| set(&params, id, text));
    move |bpm| params.settings(bpm)
}

fn echoes(note: &str) -> impl Fn(f64) -> SpaceSettings + use<> {
    at_tempo(&[("mode", "delay"), ("delay_sync", note), ("feedback", "0")])
}

/// When an impulse comes back, in samples after it.
fn echo_after(space: &mut Space, frames: usize) -> usize {
    let main = signals::both(signals::impulse(frames));
    let out = run(space, &Audio { key: main.clone(), main }, &[], || 100).main;
    let loudest = |(at, peak): (usize, f32), (i, x): (usize, &f32)| {
        if x.abs() > peak { (i, x.abs()) } else { (at, peak) }
    };
    let [left, right] = out.map(|lane| lane.iter().enumerate().fold((0, 0.0), loudest));
    assert_eq!(left, right);
    assert!((left.1 - 1.0).abs() < 1e-6, "{left:?}");
    left.0
}

#[test]
fn notes_take_their_new_time_when_the_tempo_changes_while_playing() {
    for (note, from_bpm, to_bpm, ms) in [
        ("1/4", 120.0, 90.0, 666.667),
        ("1/8D", 120.0, 90.0, 500.0),
        ("1/8D", 90.0, 187.5, 240.0),
        ("1/4T", 100.0, 80.0, 500.0),
        ("1/16T", 80.0, 200.0, 50.0),
    ] {
        let settings = echoes(note);
        let mut space = prepared::<Space>(&settings(from_bpm), RATE);
        let programme = Audio::programme(0.5, RATE);
        run(&mut space, &programme, &[(9_001, settings(to_bpm))], || 64);
        // What played has gone, and the delay has stayed where it went.
        run(&mut space, &Audio::silence(2.0, RATE), &[], || 64);
        let wanted = (ms * 0.001 * RATE).round() as usize;
        assert_eq!(echo_after(&mut space, 40_000), wanted, "{note} at {to_bpm} bpm");
    }
}

#[test]
fn a_tempo_that_changes_while_playing_makes_no_click() {
    // A jump, and a ritardando that the host tells in every block.
    let jump = |t: f64| if t < 1.0 { 120.0 } else { 93.0 };
    let slower = |t: f64| 120.0 - 20.0 * (t - 0.8).clamp(0.0, 1.5);
    let sine = signals::sine(150.0, -12.0, 4.0, RATE);
    for note in ["1/4", "1/8D", "1/8T", "1/64"] {
        for (what, tempo) in [("a jump", &jump as &dyn Fn(f64) -> f64), ("slower", &slower)] {
            let settings = echoes(note);
            let mut space = prepared::<Space>(&settings(tempo(0.0)), RATE);
            let (mut left, mut right) = (sine.clone(), sine.clone());
            for (k, (l, r)) in left.chunks_mut(64).zip(right.chunks_mut(64)).enumerate() {
                space.set(&settings(tempo(k as f64 * 64.0 / RATE)));
                space.process(Io::stereo(l, r));
            }
            // From where the first echo has set in.
            let from = (0.7 * RATE) as usize;
            let click_db = measure::click_db(&left[from..], RATE);
            println!("{note}, {what}: {click_db:.1} dB");
            assert!(click_db < -60.0, "{note}, {what}: clicks at {click_db:.1} dB");
            assert!(measure::peak_db(&left[from..]) < -11.9, "{note}, {what}");
            // In the end it is there.
            let end = (3.5 * RATE) as usize;
            let ms = f64::from(settings(tempo(4.0)).delay.time_ms);
            let late = (ms * 0.001 * RATE).round() as usize;
            let apart = measure::difference_db(&left[end..], &sine[end - late..sine.len() - late]);
            assert!(apart < -100.0, "{note}, {what}: {apart:.1} dB");
        }
    }
}

#[test]
fn the_predelay_in_notes_follows_the_tempo_too() {
    let room = [("room", "studio"), ("decay", "0.3 s"), ("late", "-60"), ("predelay_sync", "1/8")];
    let settings = at_tempo(&room);
    let first = |space: &mut Space| {
        let main = signals::both(signals::impulse(48_000));
        let [left, _] = run(space, &Audio { key: main.clone(), main }, &[], || 100).main;
        left.iter().position(|x| x.abs() > 1e-3).unwrap_or(0)
    };
    let at_120 = first(&mut prepared::<Space>(&settings(120.0), RATE));
    let mut space = prepared::<Space>(&settings(120.0), RATE);
    run(&mut space, &Audio::programme(0.5, RATE), &[(9_001, settings(75.0))], || 64);
    run(&mut space, &Audio::silence(3.0, RATE), &[], || 64);
    // 250 ms become 400.
    assert_eq!(first(&mut space), at_120 + 7200);
}

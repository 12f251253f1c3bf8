//! Blocks that a host hands over together are worked out together; nothing of that is heard.

use proscenium_tests::contract::{Audio, prepared, run};
use proscenium_tests::signals;
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::room::RoomKind;

const RATE: f64 = 48_000.0;

/// Short noises after silences that are longer than anything sounds on but the late field, at frames
/// that no block begins with.
fn noises_after_silence() -> Audio {
    let mut audio = Audio::silence(1.6, RATE);
    let noise = signals::white_noise(-20.0, 0.02, RATE, signals::SEED);
    for (at, length) in [(0, 900), (30_005, 1), (30_100, 300), (55_555, 700), (56_400, 2)] {
        for (side, channel) in audio.main.iter_mut().enumerate() {
            channel[at + side..at + side + length].copy_from_slice(&noise[..length]);
        }
    }
    audio
}

#[test]
fn a_source_that_falls_silent_and_wakes_sounds_the_same_however_it_is_cut() {
    let audio = noises_after_silence();
    let room = RoomKind::Booth.settings().unwrap();
    let rests = PlacementSettings { distance_m: 4.0, room, room_feed: true, ..Default::default() };
    let moved = PlacementSettings { distance_m: 9.0, azimuth_deg: 30.0, ..rests };
    let held = PlacementSettings { hold_loudness: true, room_feed: false, ..rests };
    // Moved while it rests, and while it sounds.
    let sets = [(28_000, moved), (30_130, rests), (31_000, moved), (56_000, held)];
    let cut = |block: usize| run(&mut prepared::<Placement>(&rests, RATE), &audio, &sets, || block);
    let whole = cut(usize::MAX / 2);
    for block in [1, 16, 31, 48, 64, 100, 4096] {
        assert!(cut(block) == whole, "blocks of {block} sound otherwise");
    }
}

#[test]
fn a_loudness_that_is_held_for_seconds_is_the_same_however_it_is_cut() {
    let mut audio = Audio::silence(5.0, RATE);
    for (side, channel) in audio.main.iter_mut().enumerate() {
        let noise = signals::white_noise(-20.0, 4.0, RATE, signals::SEED + side as u64);
        // Phrases, so that there is something to make good.
        for (t, (out, noise)) in channel.iter_mut().zip(noise).enumerate() {
            *out = if (t / 13_000).is_multiple_of(3) { noise } else { 0.1 * noise };
        }
    }
    let room = RoomKind::Club.settings().unwrap();
    let held =
        PlacementSettings { distance_m: 40.0, room, hold_loudness: true, ..Default::default() };
    let flies = PlacementSettings { time_of_flight: true, distance_m: 20.0, ..held };
    let off = PlacementSettings { hold_loudness: false, ..flies };
    let sets = [(100_000, flies), (200_000, off), (210_000, flies)];
    let cut = |block: usize| run(&mut prepared::<Placement>(&held, RATE), &audio, &sets, || block);
    let whole = cut(usize::MAX / 2);
    for block in [31, 64, 4096] {
        assert!(cut(block) == whole, "blocks of {block} sound otherwise");
    }
}

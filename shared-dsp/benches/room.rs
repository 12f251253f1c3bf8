//! Cost of placement: divide a time by the frames of its name for ns per stereo frame.
//!
//! `cargo bench -p shared-dsp --bench room`

use divan::Bencher;
use divan::counter::ItemsCount;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::room::{RoomKind, RoomSettings};

const BLOCKS: [usize; 2] = [64, 512];

fn main() {
    divan::main();
}

fn noise(frames: usize) -> Vec<f32> {
    let mut state = 0x1234_5678u32;
    (0..frames)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        })
        .collect()
}

fn work<E: Effect>(
    bencher: Bencher,
    effect: &mut E,
    frames: usize,
    loud: bool,
    mut each: impl FnMut(&mut E),
) {
    let source = if loud { noise(frames) } else { vec![0.0; frames] };
    let (mut left, mut right) = (source.clone(), source.clone());
    // Past every crossfade, or past the tail.
    for _ in 0..200_000 / frames {
        left.copy_from_slice(&source);
        right.copy_from_slice(&source);
        effect.process(Io::stereo(&mut left, &mut right));
    }
    bencher.counter(ItemsCount::new(frames)).bench_local(|| {
        left.copy_from_slice(&source);
        right.copy_from_slice(&source);
        each(effect);
        effect.process(Io::stereo(&mut left, &mut right));
    });
}

fn hall() -> RoomSettings {
    RoomKind::ConcertHall.settings().unwrap_or_default()
}

fn placement(bencher: Bencher, frames: usize, room_feed: bool, loud: bool, moving: bool) {
    let mut settings =
        PlacementSettings { distance_m: 8.0, room: hall(), room_feed, ..Default::default() };
    let mut placement = Placement::default();
    placement.prepare(48_000.0, &settings);
    work(bencher, &mut placement, frames, loud, |placement| {
        if moving {
            let next = settings.distance_m * 1.01;
            settings.distance_m = if next > 16.0 { 4.0 } else { next };
            placement.set(&settings);
        }
    });
}

#[divan::bench(args = BLOCKS)]
fn placement_still(bencher: Bencher, frames: usize) {
    placement(bencher, frames, false, true, false);
}

#[divan::bench(args = BLOCKS)]
fn placement_moving(bencher: Bencher, frames: usize) {
    placement(bencher, frames, false, true, true);
}

#[divan::bench(args = BLOCKS)]
fn placement_room_feed(bencher: Bencher, frames: usize) {
    placement(bencher, frames, true, true, false);
}

#[divan::bench(args = BLOCKS)]
fn placement_on_silence(bencher: Bencher, frames: usize) {
    placement(bencher, frames, false, false, false);
}

//! Cost of the whole chain of Space, working and at rest after its tail. One item is one stereo frame.

use divan::{Bencher, counter::ItemsCount};
use shared_dsp::delay::DelaySettings;
use shared_dsp::ducker::DuckerSettings;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::gain::GainSettings;
use shared_dsp::reverb::ReverbSettings;
use shared_dsp::room::RoomKind;
use space::chain::{Mode, Space, SpaceSettings};
use std::hint::black_box;

const RATE: f64 = 48_000.0;
const FRAMES: usize = 8192;
const BLOCKS: [usize; 2] = [64, 512];

/// What is measured: the modes as they come, and one with everything else that the chain can do.
const CASES: [&str; 5] = ["reverb", "delay", "delay into reverb", "parallel", "all of it"];

fn main() {
    divan::main();
}

fn settings(case: &str) -> SpaceSettings {
    let room = RoomKind::ConcertHall.settings().unwrap_or_default();
    let reverb = ReverbSettings { room, ..Default::default() };
    let plain = SpaceSettings { reverb, ..Default::default() };
    match case {
        "delay" => SpaceSettings { mode: Mode::Delay, ..plain },
        "delay into reverb" => SpaceSettings { mode: Mode::DelayIntoReverb, ..plain },
        "parallel" => SpaceSettings { mode: Mode::Parallel, ..plain },
        "all of it" => SpaceSettings {
            mode: Mode::Parallel,
            reverb: ReverbSettings { low_cut_hz: 100.0, high_cut_hz: 8000.0, ..reverb },
            delay: DelaySettings {
                cross_feed: 0.5,
                low_cut_hz: 150.0,
                high_cut_hz: 5000.0,
                drive: 0.5,
                wow: 0.5,
                ..Default::default()
            },
            duck: DuckerSettings { depth_db: 12.0, ..Default::default() },
            width: 1.4,
            mix: 0.5,
            output: GainSettings { gain_db: 3.0, inverted: false },
            ..plain
        },
        _ => plain,
    }
}

/// Measures on noise, or on silence after noise and its tail.
fn measure(bencher: Bencher, block: usize, case: &str, sounds: bool) {
    let mut space = Space::default();
    space.prepare(RATE, &settings(case));
    let mut state = 0x1234_5678u32;
    let noise: Vec<f32> = (0..FRAMES)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            0.5 * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
        })
        .collect();
    let (mut left, mut right) = (noise.clone(), noise.clone());
    let mut pass = |input: &[f32]| {
        left.copy_from_slice(input);
        right.copy_from_slice(input);
        for (l, r) in left.chunks_mut(block).zip(right.chunks_mut(block)) {
            space.process(Io::stereo(l, r));
        }
        left[0]
    };
    for _ in 0..25 {
        black_box(pass(&noise));
    }
    let silence = vec![0.0; FRAMES];
    if !sounds {
        // A minute: every tail is over.
        for _ in 0..350 {
            black_box(pass(&silence));
        }
    }
    let input = if sounds { noise } else { silence };
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| pass(&input));
}

#[divan::bench(args = CASES, consts = BLOCKS)]
fn chain<const BLOCK: usize>(bencher: Bencher, case: &str) {
    measure(bencher, BLOCK, case, true);
}

#[divan::bench(args = CASES, consts = BLOCKS)]
fn chain_at_rest<const BLOCK: usize>(bencher: Bencher, case: &str) {
    measure(bencher, BLOCK, case, false);
}

//! Cost of the whole chain of Space, working and at rest after its tail. One item is one stereo frame.
//!
//! First the rest: all modes in turns, many times over, beside the least that any effect must do (look
//! whether its input is silent), so that what is ours can be told from it. Then each by itself.

use divan::{Bencher, counter::ItemsCount};
use shared_dsp::delay::DelaySettings;
use shared_dsp::ducker::DuckerSettings;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::gain::GainSettings;
use shared_dsp::reverb::ReverbSettings;
use shared_dsp::room::RoomKind;
use shared_dsp::units::is_silent;
use space::chain::{Mode, Space, SpaceSettings};
use std::hint::black_box;
use std::time::Instant;

const RATE: f64 = 48_000.0;
const FRAMES: usize = 8192;
const BLOCKS: [usize; 2] = [64, 512];

/// What is measured: the modes as they come, and one with everything else that the chain can do.
const CASES: [&str; 5] = ["reverb", "delay", "delay into reverb", "parallel", "all of it"];

/// Turns of the comparison at rest.
const TURNS: usize = 400;

fn main() {
    at_rest_in_turns();
    divan::main();
}

/// What is timed: it is handed silence, again and again.
type Run = Box<dyn FnMut(&mut [f32], &mut [f32])>;

/// The least an idle effect must do.
fn floor() -> Run {
    Box::new(|left, right| {
        if black_box(is_silent(left) && is_silent(right)) {
            return;
        }
        left.fill(0.0);
        right.fill(0.0);
    })
}

/// A chain after noise, and after its tail.
fn rested(case: &str, block: usize) -> (Run, f64) {
    let mut space = Space::default();
    space.prepare(RATE, &settings(case));
    let mut left = noise();
    let mut right = left.clone();
    let mut work_s = f64::INFINITY;
    for _ in 0..60 {
        work_s = work_s.min(timed(block, &mut left, &mut right, &mut |l, r| {
            space.process(Io::stereo(l, r));
        }));
        left = noise();
        right.copy_from_slice(&left);
    }
    // A minute: every tail is over.
    for _ in 0..350 {
        left.fill(0.0);
        right.fill(0.0);
        space.process(Io::stereo(&mut left, &mut right));
    }
    (Box::new(move |left, right| space.process(Io::stereo(left, right))), work_s)
}

fn timed(
    block: usize,
    left: &mut [f32],
    right: &mut [f32],
    run: &mut dyn FnMut(&mut [f32], &mut [f32]),
) -> f64 {
    let start = Instant::now();
    for (l, r) in left.chunks_mut(block).zip(right.chunks_mut(block)) {
        run(l, r);
    }
    start.elapsed().as_secs_f64()
}

fn at_rest_in_turns() {
    for block in BLOCKS {
        let mut runs: Vec<(Run, f64)> = vec![(floor(), f64::NAN)];
        runs.extend(CASES.iter().map(|case| rested(case, block)));
        let mut fastest = vec![f64::INFINITY; runs.len()];
        let (mut left, mut right) = (vec![0.0; FRAMES], vec![0.0; FRAMES]);
        for _ in 0..TURNS {
            for ((run, _), fastest) in runs.iter_mut().zip(&mut fastest) {
                *fastest = fastest.min(timed(block, &mut left, &mut right, run));
            }
        }
        let ns = |seconds: f64| 1e9 * seconds / FRAMES as f64;
        println!("at rest, blocks of {block}: the least is {:.3} ns a frame", ns(fastest[0]));
        for ((case, (_, work_s)), rest_s) in CASES.iter().zip(&runs[1..]).zip(&fastest[1..]) {
            println!(
                "  {case:18} {:6.3} ns, of it ours {:6.3} ns: {:.2} % of {:6.2} ns at work",
                ns(*rest_s),
                ns(rest_s - fastest[0]),
                100.0 * (rest_s - fastest[0]) / work_s,
                ns(*work_s),
            );
        }
    }
}

fn noise() -> Vec<f32> {
    let mut state = 0x1234_5678u32;
    let noise = (0..FRAMES).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        0.5 * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
    });
    noise.collect()
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
    let noise = noise();
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

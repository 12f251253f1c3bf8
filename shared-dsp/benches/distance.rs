//! Cost of placement. One item is one stereo frame: 50 Mitem/s are 20 ns per frame.
//!
//! First internal reverb and Room Feed are timed in turns, many times over, so that a machine that slows
//! down does so for both: the fastest of each, and the median of their ratios. At rest, moving, holding
//! loudness and on silence; then at rest in every room; then with forty instances that take turns block
//! by block, as the tracks of a session do, at rest and with some that move. Then each case by itself.

use divan::Bencher;
use divan::counter::ItemsCount;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::room::RoomKind;
use std::time::Instant;

const RATE_HZ: f64 = 48_000.0;
const BLOCKS: [usize; 2] = [64, 512];
/// Frames that are timed at once.
const FRAMES: usize = 4096;
const TURNS: usize = 300;
const TRACKS: usize = 40;

fn main() {
    every_case();
    every_room();
    forty_tracks();
    divan::main();
}

/// A placement at work.
struct Case {
    placement: Placement,
    settings: PlacementSettings,
    moving: bool,
    source: Vec<f32>,
    audio: [Vec<f32>; 4],
    block: usize,
}

impl Case {
    fn new(settings: PlacementSettings, block: usize, moving: bool, loud: bool) -> Self {
        let mut state = 0x1234_5678u32;
        let noise = (0..FRAMES).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if loud { (state >> 8) as f32 / (1 << 23) as f32 - 1.0 } else { 0.0 }
        });
        let mut placement = Placement::default();
        placement.prepare(RATE_HZ, &settings);
        let source: Vec<f32> = noise.collect();
        let audio = std::array::from_fn(|_| source.clone());
        let mut case = Self { placement, settings, moving, source, audio, block };
        // Past every crossfade, or past the tail.
        for _ in 0..80 {
            case.play();
        }
        case
    }

    /// Plays all frames, without the copies into place.
    fn play(&mut self) -> f64 {
        self.rewind();
        let start = Instant::now();
        for at in (0..FRAMES).step_by(self.block) {
            self.play_block(at);
        }
        start.elapsed().as_secs_f64()
    }

    fn rewind(&mut self) {
        for audio in &mut self.audio[..2] {
            audio.copy_from_slice(&self.source);
        }
    }

    fn play_block(&mut self, at: usize) {
        if self.moving {
            // 3 m/s, a new value every block.
            let next = self.settings.distance_m + 3.0 * self.block as f32 / RATE_HZ as f32;
            self.settings.distance_m = if next > 16.0 { 4.0 } else { next };
            self.placement.set(&self.settings);
        }
        let [left, right, feed_left, feed_right] =
            self.audio.each_mut().map(|audio| &mut audio[at..at + self.block]);
        let io = Io::stereo(left, right);
        self.placement.process(if self.settings.room_feed {
            io.with_feed(feed_left, feed_right)
        } else {
            io
        });
    }
}

const CASES: [&str; 8] = [
    "internal, still",
    "internal, moving",
    "internal, holds loudness",
    "internal, on silence",
    "feed, still",
    "feed, moving",
    "feed, holds loudness",
    "feed, on silence",
];

fn case(name: &str, block: usize) -> Case {
    case_in(RoomKind::ConcertHall, name, block)
}

fn case_in(kind: RoomKind, name: &str, block: usize) -> Case {
    let settings = PlacementSettings {
        distance_m: 8.0,
        room: kind.settings().unwrap_or_default(),
        room_feed: name.starts_with("feed"),
        hold_loudness: name.ends_with("loudness"),
        ..Default::default()
    };
    Case::new(settings, block, name.ends_with("moving"), !name.ends_with("silence"))
}

/// Lets internal reverb and Room Feed take turns, each of which tells how long it took for a frame: the fastest of each,
/// and the median of their ratios.
fn compared<T>(turns: usize, mut players: [T; 2], play: impl Fn(&mut T) -> f64) -> String {
    let times: Vec<[f64; 2]> = (0..turns).map(|_| players.each_mut().map(&play)).collect();
    let mut ratios: Vec<f64> = times.iter().map(|[internal, feed]| feed / internal).collect();
    ratios.sort_by(f64::total_cmp);
    let [internal_ns, feed_ns] = [0, 1]
        .map(|player| 1e9 * times.iter().map(|turn| turn[player]).fold(f64::INFINITY, f64::min));
    let ratio = ratios[turns / 2];
    format!("internal {internal_ns:.1}, feed {feed_ns:.1} ns a frame, ratio {ratio:.3}")
}

fn play(case: &mut Case) -> f64 {
    case.play() / FRAMES as f64
}

fn every_case() {
    for block in BLOCKS {
        println!("blocks of {block}:");
        for state in ["still", "moving", "holds loudness", "on silence"] {
            let cases = ["internal", "feed"].map(|mode| case(&format!("{mode}, {state}"), block));
            println!("  {state:26} {}", compared(TURNS, cases, play));
        }
    }
}

fn every_room() {
    for block in BLOCKS {
        println!("rooms, blocks of {block}:");
        for kind in RoomKind::ALL {
            let cases = ["internal, still", "feed, still"];
            let cases = cases.map(|name| case_in(kind, name, block));
            println!("  {:26} {}", format!("{kind:?}"), compared(TURNS, cases, play));
        }
    }
}

fn forty_tracks() {
    for (block, moving) in BLOCKS.into_iter().flat_map(|block| [(block, 0), (block, TRACKS / 10)]) {
        let sessions = ["internal", "feed"].map(|mode| {
            let tracks = (0..TRACKS).map(|track| {
                let pace = if track < moving { "moving" } else { "still" };
                case(&format!("{mode}, {pace}"), block)
            });
            tracks.collect::<Vec<_>>()
        });
        let costs = compared(TURNS / 10, sessions, |session| {
            session.iter_mut().for_each(Case::rewind);
            let start = Instant::now();
            for at in (0..FRAMES).step_by(block) {
                session.iter_mut().for_each(|case| case.play_block(at));
            }
            start.elapsed().as_secs_f64() / (FRAMES * TRACKS) as f64
        });
        println!("forty tracks, {moving} of them moving, blocks of {block}: {costs}");
    }
}

#[divan::bench(args = CASES, consts = BLOCKS)]
fn placement<const BLOCK: usize>(bencher: Bencher, name: &str) {
    let mut case = case(name, BLOCK);
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| case.play());
}

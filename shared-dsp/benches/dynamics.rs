//! Cost of the dynamics. One item is one stereo frame: 50 Mitem/s are 20 ns per frame.

use divan::{Bencher, counter::ItemsCount};
use shared_dsp::dynamics::*;
use shared_dsp::effect::{Effect, Io};

const RATE: f64 = 48_000.0;
const FRAMES: usize = 8192;
const BLOCKS: [usize; 2] = [64, 512];

fn main() {
    divan::main();
}

/// A tone whose level swells by 12 dB, so that gains keep moving.
fn material(level: f32) -> Vec<f32> {
    let sample = |n: usize| {
        let t = n as f32 / RATE as f32;
        level * (2765.0 * t).sin() * (0.625 + 0.375 * (40.0 * t).sin())
    };
    (0..FRAMES).map(sample).collect()
}

fn measure<E: Effect + Default>(bencher: Bencher, block: usize, settings: E::Settings, level: f32) {
    let mut effect = E::default();
    effect.prepare(RATE, &settings);
    let input = material(level);
    let (mut left, mut right) = (input.clone(), input.clone());
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        left.copy_from_slice(&input);
        right.copy_from_slice(&input);
        for (l, r) in left.chunks_mut(block).zip(right.chunks_mut(block)) {
            effect.process(Io::stereo(l, r));
        }
        left[0]
    });
}

/// What a plain compressor or gate does for each frame, to compare with on the same machine: the
/// louder channel's level in dB, a gain computer, one branching pole, a gain.
#[derive(Default)]
struct Plain {
    reduction_db: f32,
}

impl Plain {
    fn process(&mut self, left: &mut [f32], right: &mut [f32], asks_db: impl Fn(f32) -> f32) {
        let pole = |ms: f32| (-1000.0 / (ms * RATE as f32)).exp();
        let (attack, release) = (pole(10.0), pole(120.0));
        for (l, r) in left.iter_mut().zip(right) {
            let level_db = 20.0 * l.abs().max(r.abs()).max(1e-10).log10();
            let target_db = asks_db(level_db);
            let pole = if target_db > self.reduction_db { attack } else { release };
            self.reduction_db = target_db + pole * (self.reduction_db - target_db);
            let gain = 10f32.powf(-0.05 * self.reduction_db);
            *l *= gain;
            *r *= gain;
        }
    }
}

fn measure_plain(bencher: Bencher, block: usize, level: f32, asks_db: impl Fn(f32) -> f32) {
    let mut plain = Plain::default();
    let input = material(level);
    let (mut left, mut right) = (input.clone(), input.clone());
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        left.copy_from_slice(&input);
        right.copy_from_slice(&input);
        for (l, r) in left.chunks_mut(block).zip(right.chunks_mut(block)) {
            plain.process(l, r, &asks_db);
        }
        left[0]
    });
}

#[divan::bench(args = BLOCKS)]
fn yardstick_plain_compressor(bencher: Bencher, block: usize) {
    measure_plain(bencher, block, 0.9, |level_db| 0.75 * (level_db + 18.0).max(0.0));
}

#[divan::bench(args = BLOCKS)]
fn yardstick_plain_expander(bencher: Bencher, block: usize) {
    measure_plain(bencher, block, 0.3, |level_db| (-level_db).clamp(0.0, 40.0));
}

const COMPRESSOR: CompressorSettings = CompressorSettings {
    on: true,
    threshold_db: -18.0,
    ratio: 4.0,
    knee_db: 6.0,
    attack_ms: 10.0,
    release_ms: 120.0,
    auto_release: false,
    detector: Detector::Peak,
    makeup_db: 0.0,
    auto_makeup: false,
    range_db: 60.0,
    mix: 1.0,
    link: 1.0,
    key: KeySource::Internal,
    key_high_pass_hz: 20.0,
    lookahead_ms: 0.0,
    listen: false,
};

#[divan::bench(args = BLOCKS)]
fn compressor_idle(bencher: Bencher, block: usize) {
    measure::<Compressor>(bencher, block, COMPRESSOR, 0.01);
}

#[divan::bench(args = BLOCKS)]
fn compressor_working(bencher: Bencher, block: usize) {
    measure::<Compressor>(bencher, block, COMPRESSOR, 0.9);
}

#[divan::bench(args = BLOCKS)]
fn compressor_working_unlinked_with_lookahead(bencher: Bencher, block: usize) {
    let settings = CompressorSettings { link: 0.5, lookahead_ms: 5.0, ..COMPRESSOR };
    measure::<Compressor>(bencher, block, settings, 0.9);
}

#[divan::bench(args = BLOCKS)]
fn compressor_working_with_auto_makeup(bencher: Bencher, block: usize) {
    let settings = CompressorSettings { auto_makeup: true, ..COMPRESSOR };
    measure::<Compressor>(bencher, block, settings, 0.9);
}

#[divan::bench(args = BLOCKS)]
fn compressor_working_with_a_fast_attack(bencher: Bencher, block: usize) {
    let settings = CompressorSettings { attack_ms: 0.05, release_ms: 5.0, ..COMPRESSOR };
    measure::<Compressor>(bencher, block, settings, 0.9);
}

#[divan::bench(args = BLOCKS)]
fn compressor_off(bencher: Bencher, block: usize) {
    measure::<Compressor>(bencher, block, CompressorSettings::default(), 0.9);
}

#[divan::bench(args = BLOCKS)]
fn gate_open(bencher: Bencher, block: usize) {
    measure::<Gate>(bencher, block, GateSettings { on: true, ..Default::default() }, 0.9);
}

#[divan::bench(args = BLOCKS)]
fn gate_closed(bencher: Bencher, block: usize) {
    measure::<Gate>(bencher, block, GateSettings { on: true, ..Default::default() }, 0.001);
}

#[divan::bench(args = BLOCKS)]
fn expander_working(bencher: Bencher, block: usize) {
    let settings = GateSettings { on: true, ratio: 2.0, threshold_db: 0.0, ..Default::default() };
    measure::<Gate>(bencher, block, settings, 0.3);
}

#[divan::bench(args = BLOCKS)]
fn bus_compressor_idle(bencher: Bencher, block: usize) {
    measure::<BusCompressor>(bencher, block, BusCompressorSettings::default(), 0.01);
}

#[divan::bench(args = BLOCKS)]
fn bus_compressor_working(bencher: Bencher, block: usize) {
    measure::<BusCompressor>(bencher, block, BusCompressorSettings::default(), 0.9);
}

#[divan::bench(args = BLOCKS)]
fn bus_compressor_with_colour_and_clip(bencher: Bencher, block: usize) {
    let settings = BusCompressorSettings { colour: 0.5, clip: true, ..Default::default() };
    measure::<BusCompressor>(bencher, block, settings, 0.9);
}

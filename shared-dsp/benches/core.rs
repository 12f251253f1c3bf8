//! Cost of gain, pan, bypass, level match and meters. One item is one stereo frame.

use divan::{Bencher, counter::ItemsCount};
use shared_dsp::bypass::{Bypass, BypassSettings};
use shared_dsp::effect::{Effect, Io};
use shared_dsp::gain::{Gain, GainSettings};
use shared_dsp::meter::LevelMeter;
use shared_dsp::stereo::{Stereo, StereoSettings};

const RATE: f64 = 48_000.0;
const FRAMES: usize = 8192;
const BLOCKS: [usize; 2] = [64, 512];

fn main() {
    divan::main();
}

/// Hands a tone over in blocks.
fn measure(bencher: Bencher, block: usize, mut process: impl FnMut(&mut [f32], &mut [f32])) {
    let input: Vec<f32> = (0..FRAMES).map(|n| 0.3 * (0.07 * n as f32).sin()).collect();
    let (mut left, mut right) = (input.clone(), input.clone());
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        left.copy_from_slice(&input);
        right.copy_from_slice(&input);
        for (l, r) in left.chunks_mut(block).zip(right.chunks_mut(block)) {
            process(l, r);
        }
        left[0]
    });
}

fn effect<E: Effect + Default>(bencher: Bencher, block: usize, settings: E::Settings) {
    let mut effect = E::default();
    effect.prepare(RATE, &settings);
    measure(bencher, block, |l, r| effect.process(Io::stereo(l, r)));
}

fn bypass(bencher: Bencher, block: usize, settings: BypassSettings) {
    let mut bypass = Bypass::default();
    bypass.prepare(RATE, 500, &settings);
    measure(bencher, block, |l, r| bypass.process(Io::stereo(l, r), 100, |_| {}));
}

#[divan::bench(args = BLOCKS)]
fn gain(bencher: Bencher, block: usize) {
    effect::<Gain>(bencher, block, GainSettings { gain_db: -6.0, inverted: false });
}

#[divan::bench(args = BLOCKS)]
fn gain_neutral(bencher: Bencher, block: usize) {
    effect::<Gain>(bencher, block, GainSettings::default());
}

#[divan::bench(args = BLOCKS)]
fn pan_and_width(bencher: Bencher, block: usize) {
    let settings = StereoSettings { pan: 0.3, width: 1.2, ..Default::default() };
    effect::<Stereo>(bencher, block, settings);
}

#[divan::bench(args = BLOCKS)]
fn bypass_active(bencher: Bencher, block: usize) {
    bypass(bencher, block, BypassSettings::default());
}

#[divan::bench(args = BLOCKS)]
fn bypass_matching(bencher: Bencher, block: usize) {
    bypass(bencher, block, BypassSettings { bypassed: false, level_match: true });
}

#[divan::bench(args = BLOCKS)]
fn meter(bencher: Bencher, block: usize) {
    let mut meter = LevelMeter::default();
    meter.prepare(RATE);
    measure(bencher, block, |l, r| meter.push(l, r));
}

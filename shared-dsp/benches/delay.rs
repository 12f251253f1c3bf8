//! Cost of the delay. One item is one stereo frame: 50 Mitem/s are 20 ns per frame.

use divan::{Bencher, counter::ItemsCount};
use shared_dsp::delay::{Delay, DelaySettings};
use shared_dsp::effect::{Effect, Io};

const RATE: f64 = 48_000.0;
const FRAMES: usize = 8192;
const BLOCKS: [usize; 2] = [64, 512];

fn main() {
    divan::main();
}

fn measure(bencher: Bencher, block: usize, level: f32, settings: DelaySettings) {
    let mut delay = Delay::default();
    delay.prepare(RATE, &settings);
    let input: Vec<f32> = (0..FRAMES).map(|n| level * (n as f32 * 0.0576).sin()).collect();
    let (mut left, mut right) = (input.clone(), input.clone());
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        left.copy_from_slice(&input);
        right.copy_from_slice(&input);
        for (l, r) in left.chunks_mut(block).zip(right.chunks_mut(block)) {
            delay.process(Io::stereo(l, r));
        }
        left[0]
    });
}

#[divan::bench(args = BLOCKS)]
fn plain(bencher: Bencher, block: usize) {
    measure(bencher, block, 0.3, DelaySettings::default());
}

#[divan::bench(args = BLOCKS)]
fn everything(bencher: Bencher, block: usize) {
    let settings = DelaySettings {
        cross_feed: 0.5,
        low_cut_hz: 150.0,
        high_cut_hz: 5000.0,
        drive: 0.5,
        wow: 0.5,
        ..DelaySettings::default()
    };
    measure(bencher, block, 0.3, settings);
}

#[divan::bench(args = BLOCKS)]
fn silence(bencher: Bencher, block: usize) {
    measure(bencher, block, 0.0, DelaySettings::default());
}

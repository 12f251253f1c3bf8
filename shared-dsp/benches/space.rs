//! Cost of reverb and delay. One item is one stereo frame: 20 Mitem/s are 50 ns per frame.
//!
//! Machines differ and drift, so the figures to hold against are the yardsticks of the same run: a
//! textbook Freeverb costs what it costs in other hosts and plugins, and so does a plain delay.

use divan::{Bencher, counter::ItemsCount};
use shared_dsp::delay::{Delay, DelaySettings};
use shared_dsp::effect::{Effect, Io};
use shared_dsp::reverb::{Reverb, ReverbSettings};
use shared_dsp::room::RoomKind;
use std::hint::black_box;

const RATE: f64 = 48_000.0;
const FRAMES: usize = 8192;
const BLOCKS: [usize; 2] = [64, 512];

fn main() {
    divan::main();
}

/// Measures `process` on noise of this level, after everything has set in or fallen silent.
fn measure(
    bencher: Bencher,
    block: usize,
    level: f32,
    mut process: impl FnMut(&mut [f32], &mut [f32]),
) {
    let mut state = 0x1234_5678u32;
    let input: Vec<f32> = (0..FRAMES)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            level * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
        })
        .collect();
    let (mut left, mut right) = (input.clone(), input.clone());
    let mut pass = || {
        left.copy_from_slice(&input);
        right.copy_from_slice(&input);
        for (l, r) in left.chunks_mut(block).zip(right.chunks_mut(block)) {
            process(l, r);
        }
        left[0]
    };
    for _ in 0..25 {
        black_box(pass());
    }
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(pass);
}

fn effect<E: Effect + Default>(bencher: Bencher, block: usize, level: f32, settings: E::Settings) {
    let mut effect = E::default();
    effect.prepare(RATE, &settings);
    measure(bencher, block, level, |l, r| effect.process(Io::stereo(l, r)));
}

fn hall() -> ReverbSettings {
    let room = RoomKind::ConcertHall.settings().unwrap_or_default();
    ReverbSettings { room, ..Default::default() }
}

#[divan::bench(args = BLOCKS)]
fn reverb(bencher: Bencher, block: usize) {
    effect::<Reverb>(bencher, block, 0.5, hall());
}

#[divan::bench(args = BLOCKS)]
fn reverb_at_rest(bencher: Bencher, block: usize) {
    effect::<Reverb>(bencher, block, 0.0, hall());
}

#[divan::bench(args = BLOCKS)]
fn delay(bencher: Bencher, block: usize) {
    effect::<Delay>(bencher, block, 0.5, DelaySettings::default());
}

#[divan::bench(args = BLOCKS)]
fn delay_with_everything(bencher: Bencher, block: usize) {
    let settings = DelaySettings {
        cross_feed: 0.5,
        low_cut_hz: 150.0,
        high_cut_hz: 5000.0,
        drive: 0.5,
        wow: 0.5,
        ..DelaySettings::default()
    };
    effect::<Delay>(bencher, block, 0.5, settings);
}

#[divan::bench(args = BLOCKS)]
fn delay_at_rest(bencher: Bencher, block: usize) {
    effect::<Delay>(bencher, block, 0.0, DelaySettings::default());
}

/// What the measurement itself costs: copying the input.
#[divan::bench(args = BLOCKS)]
fn yardstick_nothing(bencher: Bencher, block: usize) {
    measure(bencher, block, 0.0, |_, _| ());
}

/// A ring read and written a sample at a time.
struct Ring(Vec<f32>, usize);

impl Ring {
    fn new(length: usize) -> Self {
        Self(vec![0.0; length], 0)
    }

    fn write(&mut self, x: f32) {
        self.0[self.1] = x;
        self.1 += 1;
        if self.1 == self.0.len() {
            self.1 = 0;
        }
    }

    fn oldest(&self) -> f32 {
        self.0[self.1]
    }
}

/// Freeverb (Jezar 2000): eight damped combs and four allpasses a side.
struct Freeverb {
    combs: Vec<(Ring, f32)>,
    allpasses: Vec<Ring>,
}

impl Freeverb {
    fn new(spread: usize) -> Self {
        let combs = [1214, 1293, 1390, 1476, 1548, 1623, 1695, 1760];
        let allpasses = [605, 480, 371, 245];
        Self {
            combs: combs.map(|length| (Ring::new(length + spread), 0.0)).into(),
            allpasses: allpasses.map(|length| Ring::new(length + spread)).into(),
        }
    }

    fn tick(&mut self, x: f32) -> f32 {
        let mut sum = 0.0;
        for (ring, low) in &mut self.combs {
            let out = ring.oldest();
            *low = 0.8 * out + 0.2 * *low;
            ring.write(x + 0.84 * *low);
            sum += out;
        }
        for ring in &mut self.allpasses {
            let old = ring.oldest();
            ring.write(sum + 0.5 * old);
            sum = old - sum;
        }
        sum
    }
}

/// JUCE's reverb is this one.
#[divan::bench(args = BLOCKS)]
fn yardstick_freeverb(bencher: Bencher, block: usize) {
    let mut sides = [Freeverb::new(0), Freeverb::new(25)];
    measure(bencher, block, 0.5, |l, r| {
        for (l, r) in l.iter_mut().zip(r) {
            let x = 0.015 * (*l + *r);
            let [a, b] = &mut sides;
            (*l, *r) = (a.tick(x), b.tick(x));
        }
    });
}

/// A stereo delay a sample at a time: a read between two samples, and feedback.
#[divan::bench(args = BLOCKS)]
fn yardstick_plain_delay(bencher: Bencher, block: usize) {
    const LENGTH: usize = 1 << 16;
    let mut lines = [vec![0.0f32; LENGTH], vec![0.0f32; LENGTH]];
    let (mut at, time) = (0usize, black_box(18_000.25f32));
    measure(bencher, block, 0.5, |l, r| {
        for (l, r) in l.iter_mut().zip(r) {
            for (line, x) in lines.iter_mut().zip([l, r]) {
                let (whole, part) = (time as usize, time.fract());
                let newer = line[at.wrapping_sub(whole) & (LENGTH - 1)];
                let older = line[at.wrapping_sub(whole + 1) & (LENGTH - 1)];
                let echo = newer + part * (older - newer);
                line[at] = *x + 0.35 * echo;
                *x = echo;
            }
            at = (at + 1) & (LENGTH - 1);
        }
    });
}

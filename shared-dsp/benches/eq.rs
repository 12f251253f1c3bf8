//! Cost of the equaliser. One item is one stereo frame: 50 Mitem/s are 20 ns per frame.

use divan::{Bencher, counter::ItemsCount};
use shared_dsp::biquad::{Biquad, BiquadState};
use shared_dsp::effect::{Effect, Io};
use shared_dsp::eq::*;

const RATE: f64 = 48_000.0;
const FRAMES: usize = 8192;
const BLOCKS: [usize; 2] = [64, 512];

fn main() {
    divan::main();
}

fn material() -> Vec<f32> {
    (0..FRAMES).map(|n| 0.3 * (n as f32 * 0.0576).sin() + 0.1 * (n as f32 * 0.61).sin()).collect()
}

fn measure(bencher: Bencher, block: usize, mut process: impl FnMut(&mut [f32], &mut [f32])) {
    let input = material();
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

fn bells(dynamic_range_db: f32) -> EqSettings {
    let mut settings = EqSettings::default();
    for (k, band) in settings.bands.iter_mut().enumerate() {
        *band = BandSettings {
            on: true,
            freq_hz: 50.0 * 2f32.powi(k as i32),
            gain_db: 6.0,
            dynamic_range_db,
            threshold_db: -40.0,
            ..BandSettings::default()
        };
    }
    settings
}

fn equaliser(bencher: Bencher, block: usize, settings: &EqSettings) {
    let mut eq = Equaliser::default();
    eq.prepare(RATE, settings);
    measure(bencher, block, |l, r| eq.process(Io::stereo(l, r)));
}

#[divan::bench(args = BLOCKS)]
fn eight_static_bells(bencher: Bencher, block: usize) {
    equaliser(bencher, block, &bells(0.0));
}

#[divan::bench(args = BLOCKS)]
fn eight_dynamic_bells(bencher: Bencher, block: usize) {
    equaliser(bencher, block, &bells(-6.0));
}

/// All of them in the top octaves, where each band needs two sections.
#[divan::bench(args = BLOCKS)]
fn eight_static_bells_near_nyquist(bencher: Bencher, block: usize) {
    let mut settings = bells(0.0);
    for (k, band) in settings.bands.iter_mut().enumerate() {
        band.freq_hz = 6000.0 + 1700.0 * k as f32;
    }
    equaliser(bencher, block, &settings);
}

/// Automation: the frequency of every band moves all the time.
#[divan::bench(args = BLOCKS)]
fn eight_moving_bells(bencher: Bencher, block: usize) {
    let (mut settings, mut eq) = (bells(0.0), Equaliser::default());
    eq.prepare(RATE, &settings);
    let mut up = false;
    measure(bencher, block, |l, r| {
        up = !up;
        for band in &mut settings.bands {
            band.freq_hz *= if up { 1.1 } else { 1.0 / 1.1 };
        }
        eq.set(&settings);
        eq.process(Io::stereo(l, r));
    });
}

#[divan::bench(args = BLOCKS)]
fn nothing_on(bencher: Bencher, block: usize) {
    equaliser(bencher, block, &EqSettings::default());
}

/// A bell of the Audio EQ Cookbook: the yardstick.
fn cookbook_bell(freq_hz: f64, gain_db: f64, q: f64) -> Biquad {
    let a = 10f64.powf(gain_db / 40.0);
    let w = std::f64::consts::TAU * freq_hz / RATE;
    let (cos, alpha) = (w.cos(), w.sin() / (2.0 * q));
    Biquad::normalised(
        [1.0 + alpha * a, -2.0 * cos, 1.0 - alpha * a],
        [1.0 + alpha / a, -2.0 * cos, 1.0 - alpha / a],
    )
}

#[divan::bench(args = BLOCKS)]
fn yardstick_eight_cookbook_biquads(bencher: Bencher, block: usize) {
    let bells: [Biquad; 8] =
        std::array::from_fn(|k| cookbook_bell(50.0 * 2f64.powi(k as i32), 6.0, 1.0));
    let mut states = [BiquadState::<2>::default(); 8];
    measure(bencher, block, |l, r| {
        for (l, r) in l.iter_mut().zip(r) {
            let mut frame = [f64::from(*l), f64::from(*r)];
            for (bell, state) in bells.iter().zip(&mut states) {
                frame = state.tick(bell, frame);
            }
            (*l, *r) = (frame[0] as f32, frame[1] as f32);
        }
    });
}

/// A band at rest, with one section below and two above about 4 kHz.
#[divan::bench(args = [1000.0, 12_000.0])]
fn one_design(bencher: Bencher, freq_hz: f64) {
    let mut up = freq_hz;
    bencher.bench_local(|| {
        up = if up > 1.2 * freq_hz { freq_hz } else { up * 1.001 };
        design(&BandSpec { kind: BandKind::Bell, freq_hz: up, gain_db: 6.0, q: 1.0 }, RATE)
    });
}

#[divan::bench(args = BLOCKS)]
fn one_cut_of_18_db_per_octave(bencher: Bencher, block: usize) {
    let mut settings = FilterSettings::default();
    settings.high_pass.on = true;
    let mut filters = Filters::default();
    filters.prepare(RATE, &settings);
    measure(bencher, block, |l, r| filters.process(Io::stereo(l, r)));
}

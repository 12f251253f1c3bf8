//! What an open editor costs the audio thread, beside the eight bands that it shows: copies into
//! three rings. One item is one stereo frame. And what the pictures cost the editor's side.

use divan::{Bencher, counter::ItemsCount};
use shared_dsp::effect::{Effect, Io};
use shared_dsp::eq::{BandSettings, EqSettings, Equaliser};
use shared_dsp::handoff::{AudioReceiver, Taps, audio_ring};
use shared_dsp::masking::Excitation;
use shared_dsp::spectrum::{Spectrum, SpectrumSettings};

const RATE: f64 = 48_000.0;
const FRAMES: usize = 8192;
const BLOCKS: [usize; 2] = [64, 512];

fn main() {
    divan::main();
}

fn equaliser() -> Equaliser {
    let band = |i: usize| BandSettings {
        on: true,
        freq_hz: 60.0 * 2f32.powi(i as i32),
        gain_db: 3.0,
        ..BandSettings::default()
    };
    let mut eq = Equaliser::default();
    eq.prepare(RATE, &EqSettings { on: true, bands: std::array::from_fn(band) });
    eq
}

fn noise() -> Vec<f32> {
    (0..FRAMES).map(|n| 0.3 * (0.07 * n as f32).sin() + 0.1 * (1.7 * n as f32).sin()).collect()
}

fn rings() -> (Taps, Vec<AudioReceiver>) {
    let [(before, a), (after, b), (key, c)] = std::array::from_fn(|_| audio_ring(2 * FRAMES));
    (Taps { before, after, key, linger: 48_000 }, vec![a, b, c])
}

/// Equalises in blocks as the strip does, with an editor or without. The rings are emptied outside
/// of what is measured, as by another thread.
fn strip(bencher: Bencher, block: usize, watched: bool, equalises: bool) {
    let (mut eq, input) = (equaliser(), noise());
    let (mut left, mut right) = (input.clone(), input.clone());
    let (mut taps, mut receivers) = rings();
    bencher
        .counter(ItemsCount::new(FRAMES))
        .with_inputs(|| receivers.iter_mut().for_each(|ring| _ = ring.drain(|_| {})))
        .bench_local_refs(|()| {
            left.copy_from_slice(&input);
            right.copy_from_slice(&input);
            let blocks = left.chunks_mut(block).zip(right.chunks_mut(block));
            for ((l, r), key) in blocks.zip(input.chunks(block)) {
                let mut io = Io::stereo(l, r).with_key(key, key);
                if watched {
                    taps.before(&io);
                }
                if equalises {
                    eq.process(io.reborrow());
                }
                if watched {
                    taps.after(&io);
                }
            }
            left[0]
        });
}

#[divan::bench(args = BLOCKS)]
fn eq_with_editor_closed(bencher: Bencher, block: usize) {
    strip(bencher, block, false, true);
}

#[divan::bench(args = BLOCKS)]
fn eq_with_editor_open(bencher: Bencher, block: usize) {
    strip(bencher, block, true, true);
}

#[divan::bench(args = BLOCKS)]
fn copies_alone(bencher: Bencher, block: usize) {
    strip(bencher, block, true, false);
}

/// The editor's side: one stereo spectrum.
#[divan::bench]
fn spectrum(bencher: Bencher) {
    let (mut spectrum, input) = (Spectrum::new(RATE, SpectrumSettings::default()), noise());
    bencher
        .counter(ItemsCount::new(FRAMES))
        .bench_local(|| input.iter().filter(|x| spectrum.push([**x, 0.5 * **x])).count());
}

/// The editor's side: one stereo excitation pattern.
#[divan::bench]
fn excitation(bencher: Bencher) {
    let (mut excitation, input) = (Excitation::new(RATE), noise());
    bencher
        .counter(ItemsCount::new(FRAMES))
        .bench_local(|| input.iter().filter(|x| excitation.push([**x, 0.5 * **x])).count());
}

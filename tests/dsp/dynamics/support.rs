//! Signals and measurements of the dynamics tests.

use shared_dsp::effect::{Effect, Io};
use std::f64::consts::TAU;

pub const RATE: f64 = 48_000.0;
pub const RATES: [f64; 4] = [44_100.0, 48_000.0, 96_000.0, 192_000.0];

pub fn db(ratio: f64) -> f64 {
    20.0 * ratio.max(1e-12).log10()
}

pub fn gain(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// A sine with a level in dBFS (of its peak) for every moment in seconds.
pub fn tone(freq_hz: f64, rate: f64, seconds: f64, level_db: impl Fn(f64) -> f64) -> Vec<f32> {
    let sample = |n: usize| {
        let t = n as f64 / rate;
        ((TAU * freq_hz * t).sin() * gain(level_db(t))) as f32
    };
    (0..(seconds * rate) as usize).map(sample).collect()
}

/// A fresh effect at these settings.
pub fn fresh<E: Effect + Default>(rate: f64, settings: &E::Settings) -> E {
    let mut effect = E::default();
    effect.prepare(rate, settings);
    effect
}

/// Runs mono audio in odd blocks through an effect, on both channels, with a mono key.
pub fn run_keyed<E: Effect>(effect: &mut E, input: &[f32], key: Option<&[f32]>) -> Vec<f32> {
    run_stereo(effect, [input, input], key)[0].clone()
}

/// The same without a key.
pub fn run<E: Effect>(effect: &mut E, input: &[f32]) -> Vec<f32> {
    run_keyed(effect, input, None)
}

pub fn run_stereo<E: Effect>(
    effect: &mut E,
    input: [&[f32]; 2],
    key: Option<&[f32]>,
) -> [Vec<f32>; 2] {
    let mut out = input.map(<[f32]>::to_vec);
    let [left, right] = &mut out;
    for (n, (l, r)) in left.chunks_mut(441).zip(right.chunks_mut(441)).enumerate() {
        let frames = l.len();
        let mut io = Io::stereo(l, r);
        if let Some(key) = key {
            let key = &key[n * 441..n * 441 + frames];
            io = io.with_key(key, key);
        }
        effect.process(io);
    }
    out
}

/// Amplitude of a frequency in the audio, by least squares over whole periods at its end.
pub fn amplitude(audio: &[f32], freq_hz: f64, rate: f64, seconds: f64) -> f64 {
    let period = rate / freq_hz;
    let periods = (seconds * rate / period + 1e-6).floor().max(1.0);
    let length = (periods * period).round() as usize;
    let tail = &audio[audio.len() - length..];
    let (mut re, mut im) = (0.0, 0.0);
    for (n, x) in tail.iter().enumerate() {
        let (sin, cos) = (TAU * freq_hz * n as f64 / rate).sin_cos();
        re += f64::from(*x) * cos;
        im += f64::from(*x) * sin;
    }
    2.0 * re.hypot(im) / length as f64
}

pub fn rms(audio: &[f32]) -> f64 {
    let power: f64 = audio.iter().map(|x| f64::from(*x).powi(2)).sum();
    (power / audio.len().max(1) as f64).sqrt()
}

/// Harmonics 2 to 20 against the fundamental, in dB.
pub fn distortion_db(audio: &[f32], freq_hz: f64, rate: f64) -> f64 {
    let fundamental = amplitude(audio, freq_hz, rate, 1.0);
    let power: f64 =
        (2..=20).map(|k| amplitude(audio, freq_hz * f64::from(k), rate, 1.0).powi(2)).sum();
    db(power.sqrt() / fundamental)
}

/// Noise from a linear congruential generator, -1..1.
pub fn noise(seed: u64, length: usize) -> Vec<f32> {
    let mut state = seed;
    let next = |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / (1u64 << 23) as f32) - 1.0
    };
    (0..length).map(next).collect()
}

/// Time in ms from `from_s` until the gain of a constant has covered `share` of its way in dB.
pub fn time_ms(gains_db: &[f64], rate: f64, from_s: f64, until_s: f64, share: f64) -> f64 {
    let (from, until) = ((from_s * rate) as usize, (until_s * rate) as usize);
    let (start, end) = (gains_db[from - 1], gains_db[until - 1]);
    let goal = start + share * (end - start);
    let reached = gains_db[from..until].iter().position(|g| (g - goal) * (end - start) >= 0.0);
    reached.map_or(f64::NAN, |n| n as f64 / rate * 1000.0)
}

/// The gain in dB over time that a key gets a constant to have.
pub fn gains_db<E: Effect>(effect: &mut E, key: &[f32]) -> Vec<f64> {
    let constant = vec![0.5f32; key.len()];
    run_keyed(effect, &constant, Some(key)).iter().map(|x| db(f64::from(*x) / 0.5)).collect()
}

/// Five kinds of material of 8 s: tone, noise, bursts, a decaying pulse train, and a slow swell.
pub fn materials() -> [Vec<f32>; 5] {
    let swell = |t: f64| -14.0 + 8.0 * (TAU * 0.25 * t).sin();
    let drum = |t: f64| -1.0 - 60.0 * (t % 0.5) / 0.5;
    let burst = |t: f64| if t % 1.0 < 0.4 { -4.0 } else { -34.0 };
    println!("seed 11");
    let noise = noise(11, 8 * 48_000).iter().map(|x| x * 0.5).collect();
    [
        tone(440.0, RATE, 8.0, |_| -6.0),
        noise,
        tone(330.0, RATE, 8.0, burst),
        tone(80.0, RATE, 8.0, drum),
        tone(700.0, RATE, 8.0, swell),
    ]
}

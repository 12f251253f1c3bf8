//! Test signals. Those with a length in seconds describe the same sound at every sample rate.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;
use std::f64::consts::TAU;

/// Left and right.
pub type Stereo = [Vec<f32>; 2];

/// Seed of tests that do not care which.
pub const SEED: u64 = 0x5eed_2024;

/// A random generator that says on standard output what it was seeded with, so that the report of a
/// failed test holds it.
pub fn random(seed: u64) -> fastrand::Rng {
    println!("random seed {seed:#x}");
    generator(seed)
}

/// Neighbouring seeds of the generator give related numbers: they are spread first (SplitMix64,
/// Steele, Lea and Flood 2014).
pub(crate) fn generator(seed: u64) -> fastrand::Rng {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    fastrand::Rng::with_seed(z ^ (z >> 31))
}

/// Number of samples of a time.
pub fn frames(seconds: f64, sample_rate_hz: f64) -> usize {
    (seconds * sample_rate_hz).round() as usize
}

/// Amplitude of a level in dB.
pub fn amplitude(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// Both channels the same.
pub fn both(mono: Vec<f32>) -> Stereo {
    [mono.clone(), mono]
}

/// Samples of a function of time in s.
pub fn sampled(seconds: f64, sample_rate_hz: f64, at: impl Fn(f64) -> f64) -> Vec<f32> {
    (0..frames(seconds, sample_rate_hz)).map(|n| at(n as f64 / sample_rate_hz) as f32).collect()
}

/// Silence.
pub fn silence(seconds: f64, sample_rate_hz: f64) -> Vec<f32> {
    vec![0.0; frames(seconds, sample_rate_hz)]
}

/// A 1 and then zeros.
pub fn impulse(length: usize) -> Vec<f32> {
    let mut signal = vec![0.0; length];
    if let Some(first) = signal.first_mut() {
        *first = 1.0;
    }
    signal
}

/// Zero, then `level` from the middle on.
pub fn step(level: f32, length: usize) -> Vec<f32> {
    (0..length).map(|n| if n < length / 2 { 0.0 } else { level }).collect()
}

/// A sine by frequency and peak level.
pub fn sine(freq_hz: f64, peak_db: f64, seconds: f64, sample_rate_hz: f64) -> Vec<f32> {
    let peak = amplitude(peak_db);
    sampled(seconds, sample_rate_hz, |t| peak * (TAU * freq_hz * t).sin())
}

/// A sine with a peak level in dB for every moment in seconds.
pub fn swelling_sine(
    freq_hz: f64,
    seconds: f64,
    sample_rate_hz: f64,
    peak_db: impl Fn(f64) -> f64,
) -> Vec<f32> {
    sampled(seconds, sample_rate_hz, |t| amplitude(peak_db(t)) * (TAU * freq_hz * t).sin())
}

/// A sine whose peak level jumps at given times: `(seconds, dB)` pairs, each a stretch's length and
/// level. The phase runs on.
pub fn stepped_sine(freq_hz: f64, stretches: &[(f64, f64)], sample_rate_hz: f64) -> Vec<f32> {
    let levels = stretches
        .iter()
        .flat_map(|&(seconds, db)| vec![amplitude(db); frames(seconds, sample_rate_hz)]);
    levels
        .enumerate()
        .map(|(n, peak)| (peak * (TAU * freq_hz * n as f64 / sample_rate_hz).sin()) as f32)
        .collect()
}

/// A sine that rises exponentially from one frequency to another.
pub fn sweep(
    from_hz: f64,
    to_hz: f64,
    peak_db: f64,
    seconds: f64,
    sample_rate_hz: f64,
) -> Vec<f32> {
    let (peak, growth) = (amplitude(peak_db), (to_hz / from_hz).ln());
    sampled(seconds, sample_rate_hz, |t| {
        peak * (TAU * from_hz * seconds / growth * ((growth * t / seconds).exp() - 1.0)).sin()
    })
}

/// White noise of an RMS level, with equal probability inside its bounds.
pub fn white_noise(rms_db: f64, seconds: f64, sample_rate_hz: f64, seed: u64) -> Vec<f32> {
    let (mut random, peak) = (generator(seed), amplitude(rms_db) * 3f64.sqrt());
    let length = frames(seconds, sample_rate_hz);
    (0..length).map(|_| (peak * (2.0 * random.f64() - 1.0)) as f32).collect()
}

/// Pink noise from 20 Hz to 20 kHz of an RMS level. The same seed and length give the same sound at
/// every sample rate (up to Nyquist).
pub fn pink_noise(rms_db: f64, seconds: f64, sample_rate_hz: f64, seed: u64) -> Vec<f32> {
    pink_band(20.0, 20_000.0, rms_db, seconds, sample_rate_hz, seed)
}

/// The same between two frequencies. Each partial is drawn once, in rising order: that makes it the
/// same at every rate.
pub fn pink_band(
    low_hz: f64,
    high_hz: f64,
    rms_db: f64,
    seconds: f64,
    sample_rate_hz: f64,
    seed: u64,
) -> Vec<f32> {
    let (mut random, length) = (generator(seed), frames(seconds, sample_rate_hz));
    let inverse = RealFftPlanner::<f64>::new().plan_fft_inverse(length);
    let (mut bins, mut signal) = (inverse.make_input_vec(), inverse.make_output_vec());
    let last = bins.len() - 1;
    let partials = (low_hz * seconds).ceil() as usize..=(high_hz * seconds) as usize;
    let power: f64 = partials.clone().map(|k| 1.0 / k as f64).sum();
    for k in partials.take_while(|&k| k < last) {
        let size = amplitude(rms_db) * (0.5 / (k as f64 * power)).sqrt();
        bins[k] = Complex::from_polar(size, TAU * random.f64());
    }
    inverse.process(&mut bins, &mut signal).expect("lengths come from the plan");
    signal.into_iter().map(|sample| sample as f32).collect()
}

/// Drums: a kick on every beat, a snare on every second one, hats between, at 120 beats per minute,
/// peaking near -6 dBFS. All below 9 kHz, so that it is the same at every rate.
pub fn drums(seconds: f64, sample_rate_hz: f64) -> Vec<f32> {
    let noise =
        |low_hz, high_hz, seed| pink_band(low_hz, high_hz, -14.0, seconds, sample_rate_hz, seed);
    let (snare, hat) = (noise(180.0, 7000.0, 1), noise(5000.0, 9000.0, 2));
    // Time since the last hit of a drum that plays every `period` seconds.
    let since = |t: f64, period: f64, offset: f64| {
        if t < offset { f64::INFINITY } else { (t - offset) % period }
    };
    // An attack of 1 ms keeps the onset within the band.
    let hit = |at: f64, decay_s: f64| -> f64 {
        if at.is_infinite() { 0.0 } else { (-at / decay_s).exp() * (1.0 - (-at / 1e-3).exp()) }
    };
    let kick = |t: f64| {
        let turns = 50.0 * t + 2.0 * (1.0 - (-t / 0.02).exp());
        0.45 * hit(t, 0.08) * (TAU * turns).sin()
    };
    let hits = snare.iter().zip(&hat).enumerate().map(|(n, (&snare, &hat))| {
        let t = n as f64 / sample_rate_hz;
        let snare = hit(since(t, 1.0, 0.5), 0.05) * f64::from(snare);
        let hat = 0.3 * hit(since(t, 0.25, 0.125), 0.015) * f64::from(hat);
        (kick(since(t, 0.5, 0.0)) + snare + hat) as f32
    });
    hits.collect()
}

/// Drums on the left and right over two quiet noises: a programme with levels, transients, a centre
/// and sides, the same at every sample rate.
pub fn programme(seconds: f64, sample_rate_hz: f64) -> Stereo {
    let drums = drums(seconds, sample_rate_hz);
    let mix = |seed: u64, gain: f32| -> Vec<f32> {
        let bed = pink_band(80.0, 8000.0, -28.0, seconds, sample_rate_hz, seed);
        drums.iter().zip(bed).map(|(drum, bed)| gain * drum + bed).collect()
    };
    [mix(3, 1.0), mix(4, 0.8)]
}

//! Meters, loudness, spectrum and the way to the editor.

use proscenium_tests::{measure, signals};
use shared_dsp::biquad::BiquadState;
use shared_dsp::k_weighting::k_weighting;
use shared_dsp::meter::{LevelMeter, RMS_TIME_MS};
use shared_dsp::spectrum::{BINS, Spectrum, SpectrumSettings, average_db, bin_hz};
use shared_dsp::units::gain_to_db;
use shared_dsp::{handoff, loudness};

const RATES: [f64; 3] = [44_100.0, 48_000.0, 192_000.0];

#[test]
fn rms_covers_63_percent_of_the_power_in_its_time_at_every_rate() {
    for rate in RATES {
        let mut meter = LevelMeter::default();
        meter.prepare(rate);
        let ones = vec![1.0f32; signals::frames(0.001, rate)];
        let mut powers = vec![0.0];
        for _ in 0..3000 {
            meter.push(&ones, &ones);
            powers.push(f64::from(meter.rms()[0]).powi(2));
        }
        let time_ms = 1000.0 * measure::time_to_63(&powers, 0, rate / ones.len() as f64).unwrap();
        assert!((time_ms - f64::from(RMS_TIME_MS)).abs() < 3.0, "{time_ms} ms at {rate} Hz");
    }
}

#[test]
fn correlation_is_what_the_mix_of_two_noises_makes_it() {
    let [a, b] = [1, 2].map(|seed| signals::white_noise(-20.0, 4.0, 48_000.0, seed));
    // Left a, right c a + s b: the correlation is c.
    for expected in [1.0f32, 0.7, 0.0, -0.4, -1.0] {
        let s = (1.0 - expected * expected).sqrt();
        let right: Vec<f32> = a.iter().zip(&b).map(|(a, b)| expected * a + s * b).collect();
        let mut meter = LevelMeter::default();
        meter.prepare(48_000.0);
        meter.push(&a, &right);
        let read = meter.correlation();
        assert!((read - expected).abs() < 0.03, "{read} for {expected}");
        let whole = measure::correlation(&a, &right);
        assert!((whole - f64::from(expected)).abs() < 0.01, "{whole} for {expected}");
    }
}

#[test]
fn a_peak_of_one_sample_is_seen_and_read_once() {
    let mut meter = LevelMeter::default();
    meter.prepare(48_000.0);
    let mut left = vec![0.1f32; 1000];
    left[567] = -0.9;
    meter.push(&left, &[0.1; 1000]);
    assert_eq!(meter.take_peak(), [0.9, 0.1]);
    assert_eq!(meter.take_peak(), [0.0, 0.0]);
}

#[test]
fn loudness_reads_the_figures_of_ebu_tech_3341() {
    // Case 1 and 2: a stereo sine of 1 kHz. Case 3: 10 s at -36, 60 s at -23, 10 s at -36 LUFS,
    // shortened to 3, 20 and 3 s; the gate leaves the middle.
    let sine = |level_db: f64| signals::sine(1000.0, level_db, 20.0, 48_000.0);
    for level_db in [-23.0, -33.0] {
        let read = loudness::measure(&sine(level_db), &sine(level_db), 48_000).unwrap();
        for lufs in [read.integrated_lufs, read.momentary_max_lufs, read.short_term_max_lufs] {
            assert!((lufs - level_db).abs() < 0.1, "{read:?}");
        }
        assert!((read.true_peak_dbtp - level_db).abs() < 0.2, "{read:?}");
    }
    let stretches = [(3.0, -36.0), (20.0, -23.0), (3.0, -36.0)];
    let gated = signals::stepped_sine(1000.0, &stretches, 48_000.0);
    let read = loudness::measure(&gated, &gated, 48_000).unwrap();
    assert!((read.integrated_lufs + 23.0).abs() < 0.1, "{read:?}");
}

#[test]
fn true_peak_sees_between_the_samples() {
    // A quarter of the rate, 45 degrees off: no sample is higher than 3 dB below the peak.
    let level = 0.5 * std::f32::consts::FRAC_1_SQRT_2;
    let sine: Vec<f32> = (0..48_000).map(|n| if n & 2 == 0 { level } else { -level }).collect();
    assert!((measure::peak_db(&sine) + 9.03).abs() < 0.01);
    let read = loudness::measure(&sine, &sine, 48_000).unwrap();
    assert!((-6.4..=-5.8).contains(&read.true_peak_dbtp), "{read:?}");
}

#[test]
fn our_k_weighting_measures_the_loudness_that_ebur128_measures() {
    for rate in [44_100.0, 48_000.0, 96_000.0] {
        for (low_hz, high_hz) in [(20.0, 100.0), (300.0, 1000.0), (2000.0, 10_000.0)] {
            let noise = signals::pink_band(low_hz, high_hz, -20.0, 5.0, rate, 7);
            let mut states = [BiquadState::<1>::default(); 2];
            let [shelf, high_pass] = k_weighting(rate);
            let power: f64 = noise
                .iter()
                .map(|&x| {
                    let [y] = states[0].tick(&shelf, [f64::from(x)]);
                    states[1].tick(&high_pass, [y])[0].powi(2)
                })
                .sum();
            let ours = -0.691 + 10.0 * (2.0 * power / noise.len() as f64).log10();
            let theirs = measure::lufs(&signals::both(noise), rate);
            assert!((ours - theirs).abs() < 0.2, "{ours} and {theirs} LUFS, {low_hz} Hz at {rate}");
        }
    }
}

#[test]
fn a_tone_stands_in_its_bin_at_its_level() {
    for rate in RATES {
        for freq_hz in [55.0, 440.0, 997.0, 5000.0, 15_000.0] {
            let tone = signals::sine(freq_hz, -12.0, 1.5, rate);
            let levels = average_db(&tone, &tone, rate);
            let loudest = (0..BINS).max_by(|&a, &b| levels[a].total_cmp(&levels[b])).unwrap();
            let off_hz = (bin_hz(loudest) - freq_hz).abs();
            let width_hz = 0.03 * freq_hz;
            assert!(off_hz <= width_hz, "{freq_hz} Hz shows at {} Hz, {rate}", bin_hz(loudest));
            let level = levels[loudest];
            // The windows at both ends of the recording see less of it.
            assert!((-13.0..=-11.8).contains(&level), "{freq_hz} Hz at {rate}: {level} dB");
        }
    }
}

#[test]
fn pink_noise_is_level_in_a_spectrum_from_150_hz_up() {
    // Every bin of pink noise holds the same power, whichever of the windows shows it.
    let noise = signals::pink_noise(-20.0, 20.0, 48_000.0, signals::SEED);
    let settings = SpectrumSettings { decay_db_per_s: f32::INFINITY, tilt_db_per_octave: 0.0 };
    let mut spectrum = Spectrum::new(48_000.0, settings);
    let mut sums = vec![0.0; BINS];
    for sample in noise {
        if spectrum.push([sample; 2]) {
            for (sum, level) in sums.iter_mut().zip(spectrum.levels_db()) {
                *sum += 10f64.powf(f64::from(*level) / 10.0);
            }
        }
    }
    // A third of an octave together, to see past the noise's own chance.
    let thirds: Vec<f64> =
        sums[72..].chunks_exact(8).map(|third| 10.0 * third.iter().sum::<f64>().log10()).collect();
    let [low, high] = [f64::min, f64::max].map(|of| thirds.iter().copied().reduce(of).unwrap());
    println!("{:.1} dB from least to most", high - low);
    assert!(high - low < 2.0, "{thirds:?}");
}

#[test]
fn the_tilt_lifts_by_its_decibels_per_octave() {
    let noise = signals::white_noise(-20.0, 1.0, 48_000.0, signals::SEED);
    let levels = |tilt_db_per_octave: f32| {
        let settings = SpectrumSettings { decay_db_per_s: f32::INFINITY, tilt_db_per_octave };
        let mut spectrum = Spectrum::new(48_000.0, settings);
        noise.iter().for_each(|&sample| {
            spectrum.push([sample; 2]);
        });
        spectrum.levels_db().to_vec()
    };
    let (flat, tilted) = (levels(0.0), levels(4.5));
    for bin in (0..BINS).step_by(24) {
        let octaves = (bin_hz(bin) / 1000.0).log2() as f32;
        let lift = tilted[bin] - flat[bin];
        assert!((lift - 4.5 * octaves).abs() < 0.01, "{lift} dB at {} Hz", bin_hz(bin));
    }
}

#[test]
fn audio_reaches_another_thread_whole_and_in_order() {
    const COUNT: usize = 50_000;
    let (mut sender, mut receiver) = handoff::audio_ring(2 * COUNT);
    let writer = std::thread::spawn(move || {
        for block in (0..COUNT).collect::<Vec<_>>().chunks(64) {
            let block: Vec<f32> = block.iter().map(|&n| n as f32).collect();
            sender.push([&block, &block]);
        }
    });
    let mut got = Vec::new();
    while got.len() < COUNT {
        receiver.drain(|[left, _]| got.push(left));
        std::thread::yield_now();
    }
    writer.join().unwrap();
    assert!(got.iter().enumerate().all(|(n, &sample)| sample == n as f32));
}

#[test]
fn no_peak_is_lost_between_two_looks_of_an_editor() {
    let gauge = std::sync::Arc::new(handoff::PeakGauge::default());
    let audio = gauge.clone();
    let writer = std::thread::spawn(move || {
        for n in 0..100_000u32 {
            audio.push((n % 1000) as f32);
        }
    });
    let mut highest = 0.0f32;
    while !writer.is_finished() {
        highest = highest.max(gauge.take());
    }
    highest = highest.max(gauge.take());
    assert_eq!(highest, 999.0);
    assert!(gain_to_db(gauge.take()) < -190.0);
}

//! The compressor.

use super::support::*;
use shared_dsp::dynamics::{Compressor, CompressorSettings, Detector, KeySource};
use shared_dsp::effect::Effect;

fn comp() -> CompressorSettings {
    CompressorSettings { on: true, ..Default::default() }
}

fn keyed() -> CompressorSettings {
    CompressorSettings { key: KeySource::Sidechain, ..comp() }
}

#[test]
fn compressor_meets_its_static_curve_on_steady_sines_within_0_05_db() {
    for rate in RATES {
        for (ratio, knee_db) in [(2.0, 0.0), (4.0, 6.0), (100.0, 12.0)] {
            for level_db in [-40.0f32, -21.0, -17.5, -12.0, -3.0] {
                for freq_hz in [100.0, 1000.0, 5017.0] {
                    let settings = CompressorSettings { ratio, knee_db, ..comp() };
                    let input = tone(freq_hz, rate, 0.6, |_| f64::from(level_db));
                    let out = run(&mut prepared::<Compressor>(&settings, rate), &input);
                    let got = db(amplitude(&out, freq_hz, rate, 0.2));
                    let expected = f64::from(settings.curve().output_db(level_db));
                    assert!(
                        (got - expected).abs() < 0.05,
                        "{ratio}:1 knee {knee_db}, {level_db} dB at {freq_hz} Hz, {rate} Hz: \
                         {got:.3} dB, expected {expected:.3}"
                    );
                }
            }
        }
    }
}

#[test]
fn rms_compressor_reads_a_sine_3_db_below_its_peak() {
    let settings = CompressorSettings { detector: Detector::Rms, knee_db: 0.0, ..comp() };
    let input = tone(1000.0, RATE, 2.0, |_| -6.0);
    let out = run(&mut prepared::<Compressor>(&settings, RATE), &input);
    let got = db(amplitude(&out, 1000.0, RATE, 0.2)) + 6.0;
    let expected = f64::from(settings.curve().output_db(-9.0103)) + 9.0103;
    assert!((got - expected).abs() < 0.05, "{got} dB, expected {expected}");
}

#[test]
fn compressor_attack_and_release_take_their_time_to_63_percent_within_5_percent() {
    for rate in [44_100.0, 96_000.0] {
        for (attack, release) in [(0.5, 5.0), (1.0, 20.0), (10.0, 120.0), (100.0, 1000.0)] {
            let settings = CompressorSettings {
                attack_ms: attack as f32,
                release_ms: release as f32,
                knee_db: 0.0,
                ..keyed()
            };
            // A key that is loud at once: a square well above hearing the period of.
            let (on, off, end) = (0.1, 0.1 + attack * 0.015, 0.2 + attack * 0.015 + release * 0.01);
            let key: Vec<f32> = tone(2000.0, rate, end + 0.1, |_| 0.0)
                .iter()
                .enumerate()
                .map(|(n, x)| {
                    let loud = (on..off).contains(&(n as f64 / rate));
                    if loud { 0.5f32.copysign(*x) } else { 0.0 }
                })
                .collect();
            let gains = gains_db(&mut prepared::<Compressor>(&settings, rate), &key);
            let up = time_ms(&gains, rate, on, off, 0.632);
            let down = time_ms(&gains, rate, off, end, 0.632);
            let slack = 2000.0 / rate;
            assert!((up - attack).abs() < 0.05 * attack + slack, "attack {attack}: {up} ms");
            assert!((down - release).abs() < 0.05 * release + 0.5, "release {release}: {down} ms");
        }
    }
}

#[test]
fn compressor_below_its_threshold_and_switched_off_keeps_every_bit() {
    let input: Vec<f32> = noise(7, 48_000).iter().map(|x| x * 0.07).collect();
    for settings in [
        comp(),
        CompressorSettings { auto_makeup: true, link: 0.3, mix: 0.6, ..comp() },
        CompressorSettings { threshold_db: -60.0, ..Default::default() },
    ] {
        let out = run(&mut prepared::<Compressor>(&settings, RATE), &input);
        assert!(out == input, "{settings:?}");
    }
}

#[test]
fn compressor_recovers_to_every_bit_after_a_loud_passage() {
    let input = tone(200.0, RATE, 6.0, |t| if t < 1.0 { 0.0 } else { -30.0 });
    let out = run(&mut prepared::<Compressor>(&comp(), RATE), &input);
    assert!(out[144_000..] == input[144_000..]);
}

#[test]
fn compressor_gain_never_exceeds_the_range() {
    for range_db in [0.0f32, 3.0, 12.0] {
        let settings = CompressorSettings {
            range_db,
            threshold_db: -50.0,
            ratio: 100.0,
            attack_ms: 0.05,
            ..keyed()
        };
        let gains = gains_db(&mut prepared::<Compressor>(&settings, RATE), &noise(3, 48_000));
        let deepest = gains.iter().fold(0.0f64, |a, b| a.min(*b));
        assert!(deepest >= -f64::from(range_db) - 0.001, "{deepest} dB, range {range_db}");
        assert!(deepest < -f64::from(range_db) + 0.01, "{deepest} dB, range {range_db}");
    }
}

#[test]
fn compressor_mix_adds_dry_and_wet_in_phase_also_with_lookahead() {
    for lookahead_ms in [0.0, 3.3] {
        let at = |mix: f32| {
            let settings = CompressorSettings { mix, lookahead_ms, ..comp() };
            run(&mut prepared::<Compressor>(&settings, RATE), &tone(997.0, RATE, 0.5, |_| -3.0))
        };
        let (dry, half, wet) = (at(0.0), at(0.5), at(1.0));
        for i in 0..dry.len() {
            assert!((half[i] - 0.5 * (dry[i] + wet[i])).abs() < 1e-6, "sample {i}");
        }
        assert!((rms_db(&wet[24_000 - 4800..]) - rms_db(&dry[24_000 - 4800..])) < -10.0);
    }
}

#[test]
fn compressor_lookahead_is_the_latency_and_lowers_the_first_transient() {
    let first_peak = |lookahead_ms: f32| {
        let settings = CompressorSettings { lookahead_ms, attack_ms: 1.0, ..comp() };
        let mut compressor = prepared::<Compressor>(&settings, RATE);
        assert_eq!(compressor.latency_samples(), (lookahead_ms * 48.0).round() as usize);
        let input = tone(1000.0, RATE, 0.4, |t| if t < 0.2 { -200.0 } else { -1.0 });
        let out = run(&mut compressor, &input);
        let start = 9600 + compressor.latency_samples();
        assert!(out[..start].iter().all(|x| x.abs() < 1e-6), "sound before the latency");
        out[start..start + 48].iter().fold(0.0f32, |a, b| a.max(b.abs()))
    };
    let (without, with) = (first_peak(0.0), first_peak(5.0));
    assert!(db(f64::from(with / without)) < -8.0, "{without} {with}");
}

#[test]
fn compressor_link_that_arrives_at_100_percent_steps_neither_channel() {
    // Magnitudes are constant, so that every sample shows its gain.
    let alternating =
        |level: f32| (0..96_000).map(|n| if n % 2 == 0 { level } else { -level }).collect();
    let input: [Vec<f32>; 2] = [alternating(0.001), alternating(1.0)];
    let settings = CompressorSettings {
        threshold_db: -40.0,
        ratio: 4.0,
        attack_ms: 100.0,
        link: 0.0,
        ..comp()
    };
    let mut compressor = prepared::<Compressor>(&settings, RATE);
    run_stereo(&mut compressor, [&input[0], &input[1]], None);
    compressor.set(&CompressorSettings { link: 1.0, ..settings });
    let out = run_stereo(&mut compressor, [&input[0], &input[1]], None);
    let gains = |lane: usize| -> Vec<f64> {
        out[lane].iter().zip(&input[lane]).map(|(y, x)| db(f64::from(y / x))).collect()
    };
    let (left, right) = (gains(0), gains(1));
    assert!(right[0] < -25.0, "{} dB", right[0]);
    let moved = right.iter().fold(0.0f64, |a, gain| a.max((gain - right[0]).abs()));
    assert!(moved < 0.02, "the louder channel's gain moved by {moved} dB");
    let step = left.windows(2).fold(0.0f64, |a, w| a.max((w[1] - w[0]).abs()));
    assert!(step < 0.02, "the quieter channel's gain stepped by {step} dB");
    assert!((left[95_999] - right[95_999]).abs() < 0.01, "they meet");
}

#[test]
fn compressor_link_carries_the_louder_channels_reduction_to_the_other() {
    let loud = tone(1000.0, RATE, 0.5, |_| -6.0);
    let quiet = tone(1000.0, RATE, 0.5, |_| -40.0);
    for (link, expected_db) in [(0.0, 0.0), (0.5, -4.5), (1.0, -9.0)] {
        let settings = CompressorSettings { link, knee_db: 0.0, ..comp() };
        let out = run_stereo(&mut prepared::<Compressor>(&settings, RATE), [&loud, &quiet], None);
        let left = db(amplitude(&out[0], 1000.0, RATE, 0.1)) + 6.0;
        let right = db(amplitude(&out[1], 1000.0, RATE, 0.1)) + 40.0;
        assert!((left + 9.0).abs() < 0.05, "left {left} dB");
        assert!((right - expected_db).abs() < 0.05, "link {link}: right {right} dB");
    }
}

#[test]
fn compressor_key_high_pass_spares_the_lows() {
    let settings = CompressorSettings { key_high_pass_hz: 60.0, ..comp() };
    let reduction = |freq_hz: f64| {
        let input = tone(freq_hz, RATE, 1.0, |_| -3.0);
        let out = run(&mut prepared::<Compressor>(&settings, RATE), &input);
        -3.0 - db(amplitude(&out, freq_hz, RATE, 0.4))
    };
    let (low, mid) = (reduction(25.0), reduction(1000.0));
    assert!(mid - low >= 10.0, "25 Hz: {low} dB, 1 kHz: {mid} dB");
}

#[test]
fn compressor_hears_the_sidechain_and_nothing_where_there_is_none() {
    let input = tone(1000.0, RATE, 0.5, |_| -3.0);
    let key = tone(300.0, RATE, 0.5, |_| -6.0);
    let mut compressor = prepared::<Compressor>(&keyed(), RATE);
    let out = run_keyed(&mut compressor, &input, Some(&key));
    let expected = f64::from(keyed().curve().output_db(-6.0) + 6.0);
    let got = db(amplitude(&out, 1000.0, RATE, 0.1)) + 3.0;
    assert!((got - expected).abs() < 0.05, "{got} dB, expected {expected}");
    compressor.take_reading();
    run_keyed(&mut compressor, &input, Some(&key));
    let reading = compressor.take_reading();
    assert!((f64::from(reading.reduction_db) + got).abs() < 0.05, "{reading:?}");
    assert!((reading.level_db + 6.0).abs() < 0.05, "{reading:?}");
    assert!(run(&mut prepared::<Compressor>(&keyed(), RATE), &input) == input);
}

#[test]
fn listen_lets_the_filtered_key_be_heard_at_the_reported_latency() {
    let input = tone(1000.0, RATE, 0.5, |_| -3.0);
    let key = tone(100.0, RATE, 0.5, |_| -6.0);
    let settings =
        CompressorSettings { listen: true, key_high_pass_hz: 200.0, lookahead_ms: 2.0, ..keyed() };
    let out = run_keyed(&mut prepared::<Compressor>(&settings, RATE), &input, Some(&key));
    assert!(amplitude(&out, 1000.0, RATE, 0.2) < 1e-4);
    let expected = shared_dsp::biquad::Biquad::key_high_pass(200.0, RATE).response_db(100.0, RATE);
    let got = db(amplitude(&out, 100.0, RATE, 0.2)) + 6.0;
    assert!((got - expected).abs() < 0.05, "compressor {got} dB, expected {expected}");
    // The key is as late as is reported.
    let at_once = run_keyed(
        &mut prepared::<Compressor>(&CompressorSettings { lookahead_ms: 0.0, ..settings }, RATE),
        &input,
        Some(&key),
    );
    for i in 96..input.len() {
        assert!((out[i] - at_once[i - 96]).abs() < 1e-6, "sample {i}");
    }
}

/// A plain branching one-pole on the peak of every sample: what the distortion is compared with.
fn plain_compressor(input: &[f32], s: &CompressorSettings) -> Vec<f32> {
    let pole = |ms: f32| (-1.0 / (f64::from(ms) * 0.001 * RATE)).exp();
    let (attack, release) = (pole(s.attack_ms), pole(s.release_ms));
    let mut state = 0.0;
    let sample = |x: &f32| {
        let target = f64::from(s.curve().reduction_db(db(f64::from(x.abs())) as f32));
        let pole = if target > state { attack } else { release };
        state = pole * state + (1.0 - pole) * target;
        (f64::from(*x) * signals::amplitude(-state)) as f32
    };
    input.iter().map(sample).collect()
}

#[test]
fn compressor_distorts_a_low_note_6_db_less_than_a_plain_smoother() {
    for freq_hz in [100.0, 60.0] {
        let settings = CompressorSettings {
            threshold_db: -20.0,
            ratio: 4.0,
            knee_db: 0.0,
            attack_ms: 10.0,
            release_ms: 100.0,
            ..comp()
        };
        let input = tone(freq_hz, RATE, 2.0, |_| -12.0);
        let ours = run(&mut prepared::<Compressor>(&settings, RATE), &input);
        let end = |audio: &[f32]| measure::thd_db(&audio[audio.len() - 48_000..], freq_hz, RATE);
        let (ours, plain) = (end(&ours), end(&plain_compressor(&input, &settings)));
        println!("{freq_hz} Hz: {ours:.1} dB, plain {plain:.1} dB");
        assert!(ours < plain - 6.0, "{freq_hz} Hz: {ours} dB, plain {plain} dB");
    }
}

#[test]
fn compressor_auto_release_recovers_fast_from_a_burst_and_slowly_from_a_passage() {
    let recovery = |passage_s: f64| {
        let settings =
            CompressorSettings { auto_release: true, attack_ms: 1.0, knee_db: 0.0, ..keyed() };
        let end = 0.2 + passage_s;
        let key =
            tone(2000.0, RATE, end + 4.0, |t| if (0.2..end).contains(&t) { -6.0 } else { -200.0 });
        let gains = gains_db(&mut prepared::<Compressor>(&settings, RATE), &key);
        time_ms(&gains, RATE, end, end + 4.0, 0.9)
    };
    let (burst, passage) = (recovery(0.005), recovery(2.0));
    assert!(burst < 150.0, "{burst} ms");
    assert!((800.0..2000.0).contains(&passage), "{passage} ms");
}

//! Neither a fast gain nor colour nor clip make tones that are in no relation to the input's.

use super::support::*;
use shared_dsp::dynamics::*;
use shared_dsp::effect::Effect;
use std::f64::consts::TAU;

/// The loudest component up to 20 kHz in the last second that lies farther than `beside_hz` from the
/// tone, from each of its harmonics and from DC; in dBFS.
fn loudest_inharmonic_db(audio: &[f32], freq_hz: f64, beside_hz: f64) -> f64 {
    let spectrum = measure::spectrum_db(&audio[audio.len() - 48_000..], RATE);
    let inharmonic = |hz: f64| {
        let harmonic = (hz / freq_hz).round() * freq_hz;
        hz < 20_000.0 && (hz - harmonic).abs() > beside_hz
    };
    let levels = spectrum.iter().filter(|(hz, _)| inharmonic(*hz)).map(|(_, level)| *level);
    levels.fold(-300.0, f64::max)
}

/// How far the loudest inharmonic component lies below a tone that a processor pumps, in dB. What is
/// near the tone and its harmonics is the pumping itself.
fn below_the_tone_db<E: Effect + Default>(settings: &E::Settings, freq_hz: f64) -> f64 {
    let mut worst = -300.0f64;
    for pump_hz in [4.0, 31.7] {
        let level = |t: f64| -8.0 + 4.0 * (TAU * pump_hz * t).sin();
        let out = run(&mut prepared::<E>(settings, RATE), &tone(freq_hz, RATE, 2.0, level));
        let inharmonic = loudest_inharmonic_db(&out, freq_hz, 1000.0);
        let below = inharmonic - measure::tone_db(&out[48_000..], freq_hz, RATE);
        println!("{freq_hz} Hz pumped {pump_hz} times a second: {below:.1} dB");
        worst = worst.max(below);
    }
    worst
}

/// In an integer relation to the sample rate, and in none.
const TONES_HZ: [f64; 4] = [7000.0, 6997.3, 7919.9, 11_025.7];

#[test]
fn fast_compression_of_a_pumped_tone_makes_nothing_inharmonic_above_70_db_below_it() {
    for freq_hz in TONES_HZ {
        for (ratio, detector) in
            [(4.0, Detector::Peak), (100.0, Detector::Peak), (4.0, Detector::Rms)]
        {
            let settings = CompressorSettings {
                on: true,
                ratio,
                detector,
                attack_ms: 0.05,
                release_ms: 5.0,
                ..Default::default()
            };
            let below = below_the_tone_db::<Compressor>(&settings, freq_hz);
            assert!(below < -70.0, "{freq_hz} Hz {ratio}:1 {detector:?}: {below} dB");
        }
    }
}

#[test]
fn fast_glue_on_a_pumped_tone_makes_nothing_inharmonic_above_70_db_below_it() {
    for freq_hz in TONES_HZ {
        for topology in [Topology::FeedForward, Topology::Feedback] {
            let settings = BusCompressorSettings {
                topology,
                ratio: 10.0,
                attack_ms: 0.1,
                release: Release::Ms(100.0),
                ..Default::default()
            };
            let below = below_the_tone_db::<BusCompressor>(&settings, freq_hz);
            assert!(below < -70.0, "{freq_hz} Hz {topology:?}: {below} dB");
        }
    }
}

#[test]
fn fast_expansion_of_a_pumped_tone_makes_nothing_inharmonic_above_70_db_below_it() {
    for freq_hz in TONES_HZ {
        let settings = GateSettings {
            on: true,
            threshold_db: 0.0,
            ratio: 2.0,
            range_db: 24.0,
            attack_ms: 0.05,
            hold_ms: 0.0,
            release_ms: 5.0,
            ..Default::default()
        };
        let below = below_the_tone_db::<Gate>(&settings, freq_hz);
        assert!(below < -70.0, "{freq_hz} Hz: {below} dB");
    }
}

#[test]
fn colour_and_clip_hardly_alias() {
    for (colour, clip, peak_dbfs, freq_hz, bound) in [
        (1.0, false, -12.0, 5000.0, -120.0),
        (1.0, true, -12.0, 5000.0, -120.0),
        (1.0, false, -12.0, 7100.0, -120.0),
        (0.0, true, 0.0, 5000.0, -90.0),
        (0.0, true, -1.0, 7100.0, -75.0),
    ] {
        let settings = BusCompressorSettings {
            colour,
            clip,
            threshold_db: if clip { 0.0 } else { -24.0 },
            release: Release::Ms(100.0),
            ..Default::default()
        };
        let mut compressor = prepared::<BusCompressor>(&settings, RATE);
        let out = run(&mut compressor, &tone(freq_hz, RATE, 2.0, |_| peak_dbfs));
        let worst = loudest_inharmonic_db(&out, freq_hz, 50.0);
        println!("colour {colour} clip {clip} {peak_dbfs} dBFS {freq_hz} Hz: {worst:.1} dBFS");
        assert!(worst < bound, "{worst} dBFS, {freq_hz} Hz");
    }
}

//! The steep cuts against Butterworth's formula, and their behaviour while they move.

use proscenium_tests::contract::Contract;
use proscenium_tests::eq_grid::SLOPES;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::eq::*;
use std::f64::consts::TAU;

const OFF: CutSettings = CutSettings { on: false, freq_hz: 1000.0, slope: Slope::Db18 };

fn high(freq_hz: f32, slope: Slope) -> FilterSettings {
    FilterSettings { high_pass: CutSettings { on: true, freq_hz, slope }, low_pass: OFF }
}

fn low(freq_hz: f32, slope: Slope) -> FilterSettings {
    FilterSettings { high_pass: OFF, low_pass: CutSettings { on: true, freq_hz, slope } }
}

fn tone(frames: usize, freq_hz: f64, rate: f64) -> Vec<f32> {
    (0..frames).map(|i| (0.5 * (TAU * freq_hz * i as f64 / rate).sin()) as f32).collect()
}

fn level_db(audio: &[f32]) -> f64 {
    let power: f64 = audio.iter().map(|x| f64::from(*x).powi(2)).sum();
    10.0 * (8.0 * power / audio.len() as f64).max(1e-20).log10()
}

#[test]
fn the_audio_has_the_loss_that_the_response_says() {
    for rate in [44_100.0, 192_000.0] {
        for (slope, _) in SLOPES {
            for (settings, freq_hz) in [(high(500.0, slope), 350.0), (low(500.0, slope), 700.0)] {
                let mut filters = Filters::default();
                filters.prepare(rate, &settings);
                let mut left = tone(rate as usize / 2, freq_hz, rate);
                let mut right = left.clone();
                filters.process(Io::stereo(&mut left, &mut right));
                let got = level_db(&left[left.len() / 2..]);
                let expected = CutCurve::new(&settings, rate).response_db(freq_hz);
                assert!((got - expected).abs() < 0.02, "{slope:?}: {got}, {expected}");
                assert_eq!(left, right);
            }
        }
    }
}

#[test]
fn off_passes_audio_bit_for_bit_also_after_it_was_on() {
    let mut filters = Filters::default();
    filters.prepare(48_000.0, &high(300.0, Slope::Db24));
    let input = tone(9600, 200.0, 48_000.0);
    let (mut left, mut right) = (input.clone(), input.clone());
    filters.process(Io::stereo(&mut left, &mut right));
    assert_ne!(left, input);
    filters.set(&FilterSettings { high_pass: OFF, low_pass: OFF });
    let (mut left, mut right) = (input.clone(), input.clone());
    filters.process(Io::stereo(&mut left, &mut right));
    assert_eq!(left[600..], input[600..]);
}

#[test]
fn filters_keep_the_contract() {
    let both = FilterSettings {
        high_pass: CutSettings { on: true, freq_hz: 120.0, slope: Slope::Db48 },
        low_pass: CutSettings { on: true, freq_hz: 6000.0, slope: Slope::Db6 },
    };
    let corner = |low_hz, high_hz, slope| FilterSettings {
        high_pass: CutSettings { on: true, freq_hz: low_hz, slope },
        low_pass: CutSettings { on: true, freq_hz: high_hz, slope },
    };
    Contract::<Filters>::new("filters")
        .case("both", both)
        .case("high-pass", high(60.0, Slope::Db18))
        .corners([
            corner(16.0, 22_000.0, Slope::Db48),
            corner(1000.0, 1000.0, Slope::Db6),
            corner(16.0, 1000.0, Slope::Db36),
        ])
        .latency_at(FilterSettings { high_pass: OFF, low_pass: OFF })
        .sweep("high-pass frequency", |x| high(16.0 * 60f32.powf(x), Slope::Db48))
        .sweep("low-pass frequency", |x| low(1000.0 * 22f32.powf(x), Slope::Db48))
        .sweep("slope", |x| high(60.0, SLOPES[(5.9 * x) as usize].0))
        .sweep("on", |x| if x > 0.5 { both } else { FilterSettings::default() })
        .check();
}

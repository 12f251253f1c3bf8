//! Gain, pan and width, measured on noise.

use proscenium_tests::contract::{Audio, prepared, run};
use proscenium_tests::{measure, signals};
use shared_dsp::effect::Effect;
use shared_dsp::gain::{Gain, GainSettings};
use shared_dsp::stereo::{PanLaw, Stereo, StereoSettings};

const RATE: f64 = 48_000.0;

fn through<E: Effect + Default>(settings: &E::Settings, main: &signals::Stereo) -> signals::Stereo {
    let audio = Audio { main: main.clone(), key: main.clone() };
    run(&mut prepared::<E>(settings, RATE), &audio, &[], || 512).main
}

fn noise() -> signals::Stereo {
    [1, 2].map(|seed| signals::white_noise(-20.0, 0.5, RATE, seed))
}

fn bits(audio: &signals::Stereo) -> Vec<u32> {
    audio.iter().flatten().map(|sample| sample.to_bits()).collect()
}

#[test]
fn what_is_neutral_keeps_every_bit() {
    let mut odd = noise();
    odd[0][..4].copy_from_slice(&[-0.0, 1e-20, -1e-24, -999.0]);
    assert_eq!(bits(&through::<Gain>(&GainSettings::default(), &odd)), bits(&odd));
    for law in [PanLaw::Db3, PanLaw::Db4_5, PanLaw::Db6] {
        let settings = StereoSettings { law, ..Default::default() };
        assert_eq!(bits(&through::<Stereo>(&settings, &odd)), bits(&odd), "{law:?}");
    }
}

#[test]
fn a_gain_is_its_decibels_and_minus_infinity_is_silence() {
    let input = noise();
    for gain_db in [-60.0f32, -6.0, 0.1, 24.0] {
        let output = through::<Gain>(&GainSettings { gain_db, inverted: false }, &input);
        let gained = measure::rms_db(&output[1]) - measure::rms_db(&input[1]);
        assert!((gained - f64::from(gain_db)).abs() < 1e-3, "{gained} for {gain_db} dB");
    }
    let muted = GainSettings { gain_db: f32::NEG_INFINITY, inverted: false };
    assert!(through::<Gain>(&muted, &input).iter().flatten().all(|&sample| sample == 0.0));
    let inverted = through::<Gain>(&GainSettings { gain_db: 0.0, inverted: true }, &input);
    assert!(inverted[0].iter().zip(&input[0]).all(|(a, b)| *a == -b));
}

#[test]
fn a_gain_settles_within_10_ms_of_its_change() {
    let ones = signals::both(vec![1.0; 2000]);
    let audio = Audio { main: ones.clone(), key: ones };
    let to = GainSettings { gain_db: -20.0, inverted: false };
    let mut gain = prepared::<Gain>(&GainSettings::default(), RATE);
    let output = run(&mut gain, &audio, &[(500, to)], || 64).main;
    assert!(output[0][499] == 1.0 && output[0][500] < 1.0 && output[0][978] > 0.1001);
    assert!((output[0][980] - 0.1).abs() < 1e-6);
}

#[test]
fn a_panned_mono_source_follows_the_law() {
    let mono = signals::both(noise()[0].clone());
    let level = measure::rms_db(&mono[0]);
    for (law, centre_db) in [(PanLaw::Db3, -3.01), (PanLaw::Db4_5, -4.515), (PanLaw::Db6, -6.02)] {
        for pan in [-1.0f32, -0.5, 0.0, 0.3, 1.0] {
            let settings = StereoSettings { pan, law, mono_source: true, width: 1.0 };
            let [l, r] = through::<Stereo>(&settings, &mono)
                .map(|side| 10f64.powf((measure::rms_db(&side) - level) / 20.0));
            let exact =
                |what: f64, of: f64| assert!((what - of).abs() < 1e-4, "{law:?} {pan} {what}");
            match law {
                PanLaw::Db3 => exact(l * l + r * r, 1.0),
                PanLaw::Db6 => exact(l + r, 1.0),
                PanLaw::Db4_5 => exact(l * r, {
                    // The geometric mean of the other two.
                    let x = f64::from(pan);
                    let angle = (x + 1.0) * std::f64::consts::FRAC_PI_4;
                    (angle.cos() * angle.sin() * (0.25 * (1.0 - x * x))).max(0.0).sqrt()
                }),
            }
            if pan == 0.0 {
                assert!((measure::db(l) - centre_db).abs() < 0.01 && (l - r).abs() < 1e-6);
            }
            if pan.abs() == 1.0 {
                assert!((l.max(r) - 1.0).abs() < 1e-4 && l.min(r) < 1e-6, "{law:?} {l} {r}");
            }
        }
    }
}

#[test]
fn a_panned_stereo_source_keeps_the_near_side_and_loses_the_far_one() {
    let input = noise();
    let mut last = 1.0;
    for pan in [0.0f32, 0.25, 0.5, 0.75, 1.0] {
        let output = through::<Stereo>(&StereoSettings { pan, ..Default::default() }, &input);
        assert_eq!(output[1], input[1], "pan {pan}");
        let far = (measure::energy(&output[0]) / measure::energy(&input[0])).sqrt();
        assert!(far <= last && (pan < 1.0 || far < 1e-6), "pan {pan}: {far}");
        last = far;
        let mirrored = StereoSettings { pan: -pan, ..Default::default() };
        assert_eq!(through::<Stereo>(&mirrored, &input)[0], input[0], "pan -{pan}");
    }
}

#[test]
fn width_scales_the_difference_and_leaves_the_sum() {
    let input = noise();
    let part = |audio: &signals::Stereo, sign: f32| -> Vec<f32> {
        audio[0].iter().zip(&audio[1]).map(|(l, r)| 0.5 * (l + sign * r)).collect()
    };
    for (width, side_db) in [(0.0f32, -200.0), (0.5, -6.02), (1.0, 0.0), (2.0, 6.02)] {
        let output = through::<Stereo>(&StereoSettings { width, ..Default::default() }, &input);
        let mid = measure::difference_db(&part(&output, 1.0), &part(&input, 1.0));
        assert!(mid < -130.0, "width {width}: the sum changes by {mid} dBFS");
        let side = measure::rms_db(&part(&output, -1.0)) - measure::rms_db(&part(&input, -1.0));
        let right = if width == 0.0 { side < -100.0 } else { (side - side_db).abs() < 0.01 };
        assert!(right, "width {width}: the difference by {side} dB");
    }
}

//! Bands beside bands: what one does is not heard in what another has stored.

use super::{dynamic, one_band, one_exact, play, prepared};
use proscenium_tests::measure::click_db;
use shared_dsp::dynamics::KeySource;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::eq::*;
use shared_dsp::units::gain_to_db;
use std::f64::consts::TAU;

const RATE: f64 = 48_000.0;

#[test]
fn a_band_switched_on_before_others_that_rest_leaves_their_states_alone() {
    let settings = |first_on| {
        let mut settings = EqSettings::default();
        settings.bands[0] = BandSettings { on: first_on, gain_db: 12.0, ..one_band() };
        for (band, freq_hz) in settings.bands[1..4].iter_mut().zip([150.0, 90.0, 400.0]) {
            *band = BandSettings { gain_db: 9.0, freq_hz, q: 4.0, ..one_band() };
        }
        settings
    };
    for at in [0.205, 0.2037] {
        let mut eq = prepared(&settings(false), RATE);
        let out = play(&mut eq, RATE, 0.5, [0.25, 0.1], 150.0, |t| Some(settings(t > at)));
        let click = click_db(&out[0], RATE);
        assert!(click < -60.0, "{click} dB");
    }
}

#[test]
fn a_cut_switched_on_before_one_that_rests_leaves_its_states_alone() {
    let cut = |on, freq_hz| CutSettings { on, freq_hz, slope: Slope::Db24 };
    let settings = |on| FilterSettings { high_pass: cut(on, 30.0), low_pass: cut(true, 1000.0) };
    let mut filters = Filters::default();
    filters.prepare(RATE, &settings(false));
    let out = play(&mut filters, RATE, 0.5, [0.25, 0.1], 150.0, |t| Some(settings(t > 0.2)));
    let click = click_db(&out[0], RATE);
    assert!(click < -60.0, "{click} dB");
}

#[test]
fn a_moved_band_keeps_its_gain_while_its_kind_or_channel_crossfades() {
    let base = BandSettings { freq_hz: 150.0, attack_ms: 10.0, ..dynamic(-18.0) };
    let others = [
        BandSettings { channel: BandChannel::Left, ..base },
        BandSettings { kind: BandKind::LowShelf, freq_hz: 150.0, ..base },
    ];
    for other in others {
        let mut eq = prepared(&one_exact(base), RATE);
        let out = play(&mut eq, RATE, 0.6, [0.25; 2], 150.0, |t| {
            Some(one_exact(if t > 0.3 { other } else { base }))
        });
        let least = out[0][14_000..].chunks(480).map(|part| {
            f64::from(gain_to_db(part.iter().fold(0.0f32, |peak, x| peak.max(x.abs()))))
        });
        let loudest = least.fold(-200.0, f64::max);
        assert!(loudest < -20.0, "rises to {loudest} dB with {other:?}");
    }
}

#[test]
fn a_band_that_becomes_dynamic_forgets_what_it_heard_before() {
    let away = |range_db| BandSettings { freq_hz: 60.0, ..dynamic(range_db) };
    for (kind, range_db) in [(BandKind::Bell, 0.0), (BandKind::LowCut, -24.0)] {
        let mut eq = prepared(&one_exact(away(-24.0)), RATE);
        play(&mut eq, RATE, 0.5, [0.5; 2], 60.0, |_| None);
        assert!(eq.band_gain_db(2) < -20.0);
        let resting = BandSettings { kind, ..away(range_db) };
        play(&mut eq, RATE, 3.0, [0.5; 2], 60.0, |_| Some(one_exact(resting)));
        assert_eq!(eq.band_gain_db(2), 0.0, "{kind:?}");
        eq.set(&one_exact(away(-24.0)));
        for _ in 0..100 {
            eq.process(Io::stereo(&mut [0.0; 32], &mut [0.0; 32]));
            assert_eq!(eq.band_gain_db(2), 0.0, "{kind:?}");
        }
    }
}

#[test]
fn a_band_that_is_switched_on_starts_where_it_is_set() {
    let at = |on, freq_hz| BandSettings { on, freq_hz, q: 8.0, gain_db: 24.0, ..one_band() };
    let mut eq = prepared(&one_exact(at(false, 20.0)), RATE);
    // A glide from 20 Hz would pass the tone on its way.
    let out = play(&mut eq, RATE, 0.1, [0.01; 2], 1000.0, |_| Some(one_exact(at(true, 15_000.0))));
    let peak = out[0].iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
    assert!(peak < 0.0105, "{peak}");
}

#[test]
fn a_cut_that_is_switched_on_starts_where_it_is_set() {
    let at = |on, freq_hz| FilterSettings {
        high_pass: CutSettings { on, freq_hz, slope: Slope::Db48 },
        ..FilterSettings::default()
    };
    let mut filters = Filters::default();
    filters.prepare(RATE, &at(false, 1000.0));
    let out = play(&mut filters, RATE, 0.1, [0.5; 2], 400.0, |_| Some(at(true, 16.0)));
    // A glide from 1 kHz would take the tone away on its way.
    let peak = |part: &[f32]| part.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
    assert!(out[0].chunks_exact(240).all(|part| peak(part) > 0.48));
}

#[test]
fn after_a_reset_nothing_is_left_of_the_way_there() {
    let at = |kind, freq_hz: f32, q| {
        one_exact(BandSettings { kind, freq_hz, q, gain_db: 12.0, ..one_band() })
    };
    for kind in [BandKind::Bell, BandKind::Tilt, BandKind::Notch] {
        let (there, next) = (at(kind, 9000.0, 0.5), at(kind, 14_000.0, 3.0));
        let hear = |eq: &mut Equaliser| {
            play(eq, RATE, 0.1, [0.25; 2], 5000.0, |t| Some(if t > 0.03 { next } else { there }))
        };
        let mut used = prepared(&at(kind, 1500.0, 6.0), RATE);
        for blocks in 1..9 {
            let seconds = 64.0 * f64::from(blocks) / RATE;
            play(&mut used, RATE, seconds, [0.25; 2], 5000.0, |_| Some(at(kind, 19_000.0, 0.3)));
            used.set(&there);
            used.reset();
            assert!(hear(&mut used) == hear(&mut prepared(&there, RATE)), "{kind:?}, {blocks}");
            used.set(&at(kind, 1500.0, 6.0));
        }
    }
}

#[test]
fn a_parameter_that_is_no_number_is_forgotten() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let good = dynamic(-12.0);
        let cases = [
            BandSettings { freq_hz: bad, ..good },
            BandSettings { gain_db: bad, ..good },
            BandSettings { q: bad, ..good },
        ];
        for wrong in cases {
            let mut eq = prepared(&one_exact(good), RATE);
            let out = play(&mut eq, RATE, 0.8, [0.25; 2], 1000.0, |t| {
                Some(one_exact(if (0.1..0.2).contains(&t) { wrong } else { good }))
            });
            assert!(out[0].iter().all(|x| x.is_finite()), "{wrong:?}");
            let clean =
                play(&mut prepared(&one_exact(good), RATE), RATE, 0.8, [0.25; 2], 1000.0, |_| None);
            let apart = out[0][36_000..].iter().zip(&clean[0][36_000..]);
            assert!(apart.into_iter().all(|(a, b)| (a - b).abs() < 1e-5), "{wrong:?}");
        }
    }
}

#[test]
fn not_a_number_in_audio_or_key_leaves_no_trace_after_100_ms() {
    let mut settings = EqSettings::default();
    for (n, band) in settings.bands.iter_mut().enumerate() {
        let key = if n % 2 == 0 { KeySource::Sidechain } else { KeySource::Internal };
        let range_db = if n < 4 { -9.0 } else { 0.0 };
        let freq_hz = 300.0 * 1.7f32.powi(n as i32);
        *band = BandSettings {
            freq_hz,
            gain_db: 6.0,
            key,
            release_ms: 10.0,
            attack_ms: 1.0,
            ..dynamic(range_db)
        };
    }
    let tone = |i: usize| (0.1 * (TAU * 700.0 * i as f64 / RATE).sin()) as f32;
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for (at_key, is_bad) in [(false, true), (true, true), (false, false)] {
            let clean: Vec<f32> = (0..24_000).map(tone).collect();
            let mut spoilt = clean.clone();
            if is_bad {
                spoilt[9600..9632].fill(bad);
            }
            let (main, key) = if at_key { (&clean, &spoilt) } else { (&spoilt, &clean) };
            let hear = |main: &[f32], key: &[f32]| {
                let mut eq = prepared(&settings, RATE);
                let (mut l, mut r) = (main.to_vec(), main.to_vec());
                for (from, (l, r)) in l.chunks_mut(64).zip(r.chunks_mut(64)).enumerate() {
                    let key = &key[64 * from..64 * from + l.len()];
                    eq.process(Io::stereo(l, r).with_key(key, key));
                }
                l
            };
            let (got, wanted) = (hear(main, key), hear(&clean, &clean));
            assert!(got.iter().all(|x| x.is_finite()));
            let trace = got[9632 + 4800..].iter().zip(&wanted[9632 + 4800..]);
            let trace = trace.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(trace < 1e-5, "{bad} at the key {at_key}: {trace}");
        }
    }
}

//! The placement, from its impulse response and from noise.

use proscenium_tests::acoustics::*;
use proscenium_tests::distance::*;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::reverb::{Reverb, ReverbSettings};
use shared_dsp::room::RoomKind;

const RATES: [f64; 3] = [44_100.0, 48_000.0, 96_000.0];
fn db(power: f64) -> f64 {
    10.0 * power.max(1e-30).log10()
}

#[test]
fn where_it_was_recorded_the_direct_sound_is_untouched() {
    for width in [0.0, 1.0, 10.0] {
        let settings = dry(PlacementSettings {
            distance_m: 2.5,
            recorded_at_m: 2.5,
            source_width_m: width,
            air: 8.0,
            proximity: 1.0,
            time_of_flight: true,
            ..Default::default()
        });
        let mut noise = Noise::new(7);
        let input: Response = std::array::from_fn(|_| (0..9000).map(|_| noise.next()).collect());
        assert_eq!(through::<Placement>(&settings, 48_000.0, input.clone()), input);
    }
}

#[test]
fn the_direct_level_follows_the_law_at_every_distance() {
    for rate in RATES {
        for law in [0.0f32, 0.5, 1.0, 1.5] {
            for distance_m in DISTANCES_M {
                let settings = dry(PlacementSettings {
                    distance_m,
                    level_law: law,
                    air: 0.0,
                    ..Default::default()
                });
                let found = direct_level_db(&settings, rate);
                let wanted = wanted_direct_level_db(&settings);
                assert!(
                    (found - wanted).abs() < DIRECT_BOUND_DB,
                    "{rate} {law} {distance_m}: {found} {wanted}"
                );
                assert!((f64::from(settings.readouts().direct_db) - wanted).abs() < 0.01);
            }
        }
    }
}

#[test]
fn air_takes_what_iso_9613_1_says_up_to_16_khz() {
    let mut worst = (0.0f64, String::new());
    for rate in [22_050.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        for air in [1.0f32, 3.0, 8.0] {
            for distance_m in DISTANCES_M {
                let settings = dry(PlacementSettings {
                    distance_m,
                    air,
                    level_law: 0.0,
                    ..Default::default()
                });
                let mono = mono_response(&settings, rate);
                let mut line = String::new();
                for freq_hz in [125.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 12_000.0, 16_000.0] {
                    if freq_hz > 0.45 * rate {
                        continue;
                    }
                    let wanted = wanted_air_level_db(&settings, freq_hz);
                    let error = air_level_db(&mono, freq_hz, rate) - wanted;
                    line += &format!(" {freq_hz}: {wanted:.1} {error:+.3}");
                    // What is 60 dB down is gone.
                    if wanted > -60.0 && error.abs() > worst.0 {
                        worst =
                            (error.abs(), format!("{rate} Hz x{air} {distance_m} m {freq_hz} Hz"));
                    }
                }
                if rate == 48_000.0 && !(0.3..=30.0).contains(&distance_m) {
                    println!("{air} {distance_m}:{line}");
                }
            }
        }
    }
    println!("worst {worst:?} dB");
    assert!(worst.0 < AIR_BOUND_DB);
}

#[test]
fn direct_to_reverberant_ratio_is_barrons_in_every_room() {
    let mut worst = 0.0f64;
    for rate in [48_000.0, 96_000.0] {
        for kind in RoomKind::ALL {
            let Some(room) = kind.settings() else { continue };
            let mut line = format!("{rate} {kind:?}:");
            for distance_m in DISTANCES_M {
                let settings =
                    PlacementSettings { distance_m, room, air: 0.0, ..Default::default() };
                let wanted = wanted_direct_to_reverberant_db(&settings);
                let error = direct_to_reverberant_db(&settings, rate) - wanted;
                line += &format!(" {error:+.2}");
                worst = worst.max(error.abs());
                assert!(
                    (f64::from(settings.readouts().direct_to_reverberant_db) - wanted).abs() < 0.01
                );
            }
            println!("{line}");
        }
    }
    assert!(worst < RATIO_BOUND_DB, "{worst}");
}

#[test]
fn the_first_reflection_comes_when_the_geometry_says() {
    let rate = 48_000.0;
    for kind in RoomKind::ALL {
        let Some(room) = kind.settings() else { continue };
        for distance_m in DISTANCES_M {
            let settings = PlacementSettings {
                distance_m,
                room,
                air: 0.0,
                source_width_m: 0.0,
                ..Default::default()
            };
            let out = response(&settings, rate, 0.1);
            let loudest = out.iter().flat_map(|c| &c[1..]).fold(0.0f32, |p, x| p.max(x.abs()));
            let first = (1..out[0].len())
                .find(|&i| out.iter().any(|c| c[i].abs() > 0.1 * loudest))
                .unwrap();
            let found = 1000.0 * first as f64 / rate;
            let wanted = f64::from(settings.readouts().initial_time_gap_ms);
            assert!((found - wanted).abs() < 1.0, "{kind:?} {distance_m}: {found} {wanted}");
        }
    }
}

#[test]
fn loudness_holds_at_every_distance() {
    let rate = 48_000.0;
    let mut worst = 0.0f64;
    let n = 5 * 48_000;
    for mono in [true, false] {
        let input: Response = [pink(1, n, rate), pink(if mono { 1 } else { 2 }, n, rate)];
        for kind in [
            RoomKind::Booth,
            RoomKind::Studio,
            RoomKind::Club,
            RoomKind::ConcertHall,
            RoomKind::Cathedral,
        ] {
            let Some(room) = kind.settings() else { continue };
            let loudness = |distance_m: f32, azimuth_deg: f32| {
                let settings = PlacementSettings {
                    distance_m,
                    azimuth_deg,
                    room,
                    hold_loudness: true,
                    proximity: 0.5,
                    ..Default::default()
                };
                let out = through::<Placement>(&settings, rate, input.clone());
                let from = (2.0 * rate) as usize;
                loudness_lufs(&[out[0][from..].to_vec(), out[1][from..].to_vec()], rate)
            };
            let reference = loudness(1.0, 0.0);
            let mut line = format!("mono {mono} {kind:?}:");
            for (distance_m, azimuth) in
                [(0.25, 0.0), (0.5, 0.0), (2.0, -40.0), (4.0, 0.0), (16.0, 80.0), (64.0, 0.0)]
            {
                let change = loudness(distance_m, azimuth) - reference;
                line += &format!(" {change:+.2}");
                worst = worst.max(change.abs());
            }
            println!("{line}");
        }
    }
    println!("worst {worst:.2} LU");
    assert!(worst < 0.5);
}

#[test]
fn a_source_that_walks_away_neither_clicks_nor_steps() {
    let rate = 48_000.0;
    for (azimuth_to, time_of_flight) in [(0.0, false), (60.0, true)] {
        let mut settings = PlacementSettings {
            time_of_flight,
            room: RoomKind::ConcertHall.settings().unwrap(),
            ..dry(Default::default())
        };
        let mut placement = Placement::default();
        placement.prepare(rate, &settings);
        let (mut levels, mut sharpest) = (Vec::new(), 0.0f32);
        let (mut phase, mut before) = (0.0f64, [0.0f32; 2]);
        // 1 to 16 m in 2 s, automated every 64 samples; a 300 Hz tone changes by 4 % a sample at most.
        for block in 0..1500 {
            let walked = (block as f32 * 64.0 / rate as f32 / 2.0).min(1.0);
            settings.distance_m = 16f32.powf(walked);
            settings.azimuth_deg = azimuth_to * walked;
            placement.set(&settings);
            let mut left: Vec<f32> = (0..64)
                .map(|_| {
                    phase += std::f64::consts::TAU * 300.0 / rate;
                    phase.sin() as f32
                })
                .collect();
            let mut right = left.clone();
            placement.process(Io::stereo(&mut left, &mut right));
            for (l, r) in left.iter().zip(&right) {
                let level = (levels.len() as f32 / rate as f32).min(2.0);
                // Against the level that the law has here.
                let gain = 16f32.powf(-level / 2.0);
                for (x, before) in [*l, *r].into_iter().zip(&mut before) {
                    sharpest = sharpest.max((x - *before).abs() / gain);
                    *before = x;
                }
                levels.push(l * l + r * r);
            }
        }
        assert!(sharpest < 0.09, "{sharpest}");
        // Mean power of whole periods (10 ms), from ms to ms.
        let power = |ms: usize| levels[ms * 48..ms * 48 + 480].iter().sum::<f32>();
        let worst = (100..1980)
            .map(|ms| (10.0 * (power(ms + 1) / power(ms)).log10()).abs())
            .fold(0.0, f32::max);
        println!("steepest {worst:.3} dB per ms, sharpest {sharpest:.4}");
        assert!(worst < 0.5);
    }
}

#[test]
fn in_mono_the_direct_sound_has_no_comb() {
    let rate = 48_000.0;
    for (distance_m, azimuth_deg, source_width_m) in
        [(0.25, 0.0, 10.0), (0.5, 60.0, 1.0), (8.0, -90.0, 3.0), (1.0, 45.0, 10.0)]
    {
        let settings = dry(PlacementSettings {
            distance_m,
            azimuth_deg,
            source_width_m,
            air: 0.0,
            ..Default::default()
        });
        let out = response(&settings, rate, 0.1);
        let mono: Vec<f32> = out[0].iter().zip(&out[1]).map(|(l, r)| l + r).collect();
        let magnitudes: Vec<f64> = (1..400)
            .map(|i| {
                let w = std::f64::consts::TAU * 50.0 * f64::from(i) / rate;
                let sum = mono.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, &x)| {
                    let (sin, cos) = (w * n as f64).sin_cos();
                    (re + f64::from(x) * cos, im + f64::from(x) * sin)
                });
                db(sum.0 * sum.0 + sum.1 * sum.1)
            })
            .collect();
        let (low, high) =
            magnitudes.iter().fold((f64::MAX, f64::MIN), |(l, h), &m| (l.min(m), h.max(m)));
        println!(
            "{distance_m} m {azimuth_deg} deg {source_width_m} m: ripple {:.2} dB",
            high - low
        );
        assert!(high - low < 3.0);
    }
}

#[test]
fn a_space_fed_by_it_gives_the_late_field_that_it_would_have_inside() {
    let rate = 48_000.0;
    for kind in RoomKind::ALL {
        let Some(room) = kind.settings() else { continue };
        let seconds = 1.2 * f64::from(room.rt60_s) + 0.2;
        let mut line = format!("{kind:?}:");
        for distance_m in [0.5, 2.0, 8.0, 32.0] {
            let settings = PlacementSettings {
                distance_m,
                room,
                air: 0.0,
                source_width_m: 0.0,
                early_db: -60.0,
                room_feed: true,
                ..Default::default()
            };
            let mut impulse = vec![0.0; (seconds * rate) as usize];
            impulse[0] = 1.0;
            let mut main: Response = [impulse.clone(), impulse];
            let mut feed: Response = [main[0].clone(), main[1].clone()];
            let ([left, right], [feed_left, feed_right]) = (&mut main, &mut feed);
            let mut placement = Placement::default();
            placement.prepare(rate, &settings);
            placement.process(Io::stereo(left, right).with_feed(feed_left, feed_right));
            let space = ReverbSettings { room, early_db: -60.0, ..Default::default() };
            let fed = energy(&through::<Reverb>(&space, rate, feed), rate, 0.0, 100.0);
            let inside = PlacementSettings { room_feed: false, ..settings };
            let late = energy(&response(&inside, rate, seconds), rate, 0.002, 100.0);
            let error = db(fed / late);
            line += &format!(" {error:+.2}");
            assert!(error.abs() < 0.5, "{kind:?} {distance_m} m: {error:+.2} dB");
            assert!(energy(&main, rate, 0.002, 100.0) < 1e-12 * late);
        }
        println!("{line}");
    }
}

#[test]
fn the_readouts_tell_the_send_to_dial_and_what_the_recording_allows() {
    let room = RoomKind::Theatre.settings().unwrap();
    let at = |distance_m: f32, recorded_at_m: f32| {
        PlacementSettings { distance_m, recorded_at_m, room, air: 0.0, ..Default::default() }
            .readouts()
    };
    // The driest that it can sound is the ratio where it was recorded.
    assert_eq!(at(0.5, 2.0).recorded_ratio_db, at(2.0, 2.0).direct_to_reverberant_db);
    assert!(at(0.5, 2.0).closer_than_recorded && !at(2.0, 2.0).closer_than_recorded);
    assert!(!at(8.0, 2.0).closer_than_recorded);
    // What leaves by the feed, against the main output: of pink noise, as loud as meters have it.
    let rate = 48_000.0;
    for distance_m in [0.5, 4.0, 16.0] {
        let settings =
            PlacementSettings { distance_m, room, room_feed: true, ..Default::default() };
        let mut main: Response = [pink(1, 96_000, rate), pink(2, 96_000, rate)];
        let mut feed: Response = [vec![0.0; 96_000], vec![0.0; 96_000]];
        let ([left, right], [feed_left, feed_right]) = (&mut main, &mut feed);
        let mut placement = Placement::default();
        placement.prepare(rate, &settings);
        placement.process(Io::stereo(left, right).with_feed(feed_left, feed_right));
        let found = loudness_lufs(&feed, rate) - loudness_lufs(&main, rate);
        let told = f64::from(settings.readouts().send_db);
        println!("{distance_m} m: send {found:+.2} dB, told {told:+.2} dB");
        assert!((found - told).abs() < 0.5, "{distance_m} m: {found:+.2} dB, told {told:+.2} dB");
    }
}

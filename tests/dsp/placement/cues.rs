//! The cues at rest, from impulse responses and noise.

use proscenium_tests::acoustics::*;
use proscenium_tests::distance::*;
use proscenium_tests::{measure, signals};
use shared_dsp::air::{AirFilter, room_air_db_per_m};
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::room::{BLOCK, RoomKind};

use super::{RATES_HZ, db};

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
    for rate in RATES_HZ {
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
fn direct_to_reverberant_ratio_is_barrons_in_every_room() {
    let mut worst = 0.0f64;
    for rate in RATES_HZ {
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
    for (rate, kind) in RATES_HZ.into_iter().flat_map(|rate| RoomKind::ALL.map(|kind| (rate, kind)))
    {
        let Some(room) = kind.settings() else { continue };
        for distance_m in DISTANCES_M {
            let settings = PlacementSettings {
                distance_m,
                room,
                air: 0.0,
                source_width_m: 0.0,
                ..Default::default()
            };
            let found = initial_time_gap_ms(&settings, rate);
            let wanted = f64::from(settings.readouts().initial_time_gap_ms);
            assert!(
                (found - wanted).abs() < GAP_BOUND_MS,
                "{kind:?} {distance_m}: {found} {wanted}"
            );
        }
    }
}

#[test]
fn what_is_read_off_is_what_sounds() {
    const RATE_HZ: f64 = 48_000.0;
    let mut worst = [0.0f64; 4];
    for room in RoomKind::ALL.into_iter().filter_map(RoomKind::settings) {
        for distance_m in [0.25, 1.0, 4.0, 16.0, 64.0] {
            let settings = PlacementSettings {
                distance_m,
                room,
                level_law: 0.8,
                air: 1.5,
                early_db: -4.0,
                late_db: 3.0,
                source_width_m: 0.0,
                ..Default::default()
            };
            let no_air = PlacementSettings { air: 0.0, ..settings };
            let mono = mono_response(&dry(settings), RATE_HZ);
            let direct_db = direct_level_db(&dry(no_air), RATE_HZ);
            let measured = [
                direct_db,
                direct_db - air_level_db(&mono, 8000.0, RATE_HZ),
                direct_to_reverberant_db(&no_air, RATE_HZ),
                initial_time_gap_ms(&no_air, RATE_HZ),
            ];
            let shown = settings.readouts();
            let shown = [
                shown.direct_db,
                shown.air_loss_8k_db,
                shown.direct_to_reverberant_db,
                shown.initial_time_gap_ms,
            ];
            for (worst, (measured, shown)) in worst.iter_mut().zip(measured.iter().zip(shown)) {
                let apart = (measured - f64::from(shown)).abs();
                assert!(apart.is_finite(), "{room:?}, {distance_m} m: {measured} {shown}");
                *worst = worst.max(apart);
            }
        }
    }
    let [direct_db, air_db, ratio_db, gap_ms] = worst;
    println!(
        "readouts: direct level {direct_db:.3} dB, air {air_db:.3} dB, direct to reverberant {ratio_db:.2} dB, gap {gap_ms:.3} ms"
    );
    assert!(direct_db < DIRECT_BOUND_DB && air_db < AIR_BOUND_DB, "{worst:?}");
    assert!(ratio_db < RATIO_BOUND_DB && gap_ms < GAP_BOUND_MS, "{worst:?}");
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

/// What the air filter leaves of these frequencies after a way, in dB.
fn through_air(filter: &mut AirFilter, way_m: f64, freqs_hz: &[f64], rate: f64) -> Vec<f64> {
    filter.set(way_m);
    filter.reset();
    let mut response = vec![0.0f32; (0.008 * rate) as usize];
    response[0] = 1.0;
    let mut other = response.clone();
    for (left, right) in response.chunks_mut(BLOCK).zip(other.chunks_mut(BLOCK)) {
        filter.process([left, right]);
    }
    freqs_hz.iter().map(|&hz| air_level_db(&response, hz, rate)).collect()
}

#[test]
fn air_takes_what_iso_9613_1_says_up_to_16_khz_however_long_the_way() {
    let freqs_hz: Vec<f64> = (0..26).map(|i| 50.0 * 2f64.powf(f64::from(i) / 3.0)).collect();
    for rate in [22_050.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0] {
        let mut filter = AirFilter::default();
        filter.prepare(rate);
        let heard: Vec<f64> = freqs_hz.iter().copied().filter(|hz| *hz < 0.45 * rate).collect();
        let mut worst = (0.0f64, 0.0, 0.0);
        // From 0.25 m of a recording at 10 m (made good for) to 64 m of one at 0.1 m, at 800 %: on the
        // stored responses (every 4.4 m) and between.
        let short = (-36..=60).map(|i| 2.2 * f64::from(i));
        let long = (0..26).map(|i| 132.0 + 14.6 * f64::from(i));
        for way_m in short.chain(long).chain([-78.0, -0.75, 0.3, 1.0, 511.2]) {
            let levels = through_air(&mut filter, way_m, &heard, rate);
            for (freq_hz, level) in heard.iter().zip(levels) {
                let wanted = -room_air_db_per_m(*freq_hz) * way_m;
                let error = level - wanted;
                // What is 60 dB down is gone.
                if wanted > -60.0 && error.abs() > worst.0 {
                    worst = (error.abs(), way_m, *freq_hz);
                }
            }
        }
        println!("{rate} Hz: {:.3} dB at {:.1} m, {:.0} Hz", worst.0, worst.1, worst.2);
        assert!(worst.0 < AIR_BOUND_DB, "{rate} Hz: {worst:?}");
    }
}

#[test]
fn the_way_through_air_is_the_distance_from_the_recording_times_the_setting() {
    let rate = 48_000.0;
    for (distance_m, recorded_at_m, air) in
        [(0.25, 10.0, 8.0), (0.5, 2.0, 1.0), (16.0, 1.0, 3.0), (64.0, 1.0, 1.0), (64.0, 0.1, 8.0)]
    {
        let settings = dry(PlacementSettings {
            distance_m,
            recorded_at_m,
            air,
            level_law: 0.0,
            ..Default::default()
        });
        let mono = mono_response(&settings, rate);
        for freq_hz in [500.0, 2000.0, 4000.0, 8000.0, 16_000.0] {
            let wanted = wanted_air_level_db(&settings, freq_hz);
            let found = air_level_db(&mono, freq_hz, rate);
            if wanted > -60.0 {
                assert!((found - wanted).abs() < AIR_BOUND_DB, "{settings:?}: {found} {wanted}");
            }
        }
    }
}

/// A burst of noise on these channels and its decay: direct against reverberant sound in dB.
fn ratio_of_noise_db(settings: &PlacementSettings, sides: [bool; 2], rate: f64) -> f64 {
    let seconds = 0.5 + 1.3 * f64::from(settings.room.rt60_s);
    let input: Response = std::array::from_fn(|side| {
        let mut noise = Noise::new(3 + side as u64);
        let end = if sides[side] { (0.4 * rate) as usize } else { 0 };
        (0..(seconds * rate) as usize).map(|n| if n < end { noise.next() } else { 0.0 }).collect()
    });
    let direct = through::<Placement>(&dry(*settings), rate, input.clone());
    let mut room = through::<Placement>(settings, rate, input);
    for (room, direct) in room.iter_mut().flatten().zip(direct.iter().flatten()) {
        *room -= direct;
    }
    db(energy(&direct, rate, 0.0, 100.0) / energy(&room, rate, 0.0, 100.0))
}

#[test]
fn noise_in_any_channel_has_barrons_ratio_too() {
    for (rate, kind) in [
        (44_100.0, RoomKind::Booth),
        (44_100.0, RoomKind::Studio),
        (48_000.0, RoomKind::Chamber),
        (48_000.0, RoomKind::Club),
        (48_000.0, RoomKind::Theatre),
        (96_000.0, RoomKind::ConcertHall),
        (44_100.0, RoomKind::Cathedral),
    ] {
        let room = kind.settings().unwrap();
        let mut line = format!("{kind:?} {rate}:");
        for distance_m in [0.25, 4.0, 64.0] {
            let settings = PlacementSettings { distance_m, room, air: 0.0, ..Default::default() };
            let wanted = wanted_direct_to_reverberant_db(&settings);
            for sides in [[true, true], [true, false]] {
                let error = ratio_of_noise_db(&settings, sides, rate) - wanted;
                line += &format!(" {error:+.2}");
                assert!(error.abs() < RATIO_BOUND_DB, "{kind:?} {distance_m} {sides:?}: {error}");
            }
        }
        println!("{line}");
    }
}

#[test]
fn a_source_narrows_with_distance_as_its_angle_does_and_keeps_its_level() {
    let rate = 48_000.0;
    let mut noise = [Noise::new(1), Noise::new(2)];
    let input: Response =
        std::array::from_fn(|side| (0..96_000).map(|_| noise[side].next()).collect());
    for distance_m in [1.0f32, 2.0, 4.0, 16.0, 64.0] {
        let settings = dry(PlacementSettings {
            distance_m,
            source_width_m: 2.0,
            level_law: 0.0,
            air: 0.0,
            ..Default::default()
        });
        let [left, right] = through::<Placement>(&settings, rate, input.clone());
        let power = |sign: f32, [left, right]: [&[f32]; 2]| {
            let pairs = left.iter().zip(right).skip(48_000);
            pairs.map(|(l, r)| f64::from(l + sign * r).powi(2)).sum::<f64>()
        };
        let (heard, given) = ([&left[..], &right[..]], [&input[0][..], &input[1][..]]);
        let side = db(power(-1.0, heard) / power(1.0, heard));
        let level =
            db((power(-1.0, heard) + power(1.0, heard)) / (power(-1.0, given) + power(1.0, given)));
        let angle = |r: f64| (1.0 / r).atan();
        let wanted = 20.0 * (angle(distance_m.into()) / angle(1.0)).log10();
        println!(
            "{distance_m} m: side {side:+.2} dB, by the angle {wanted:+.2}, level {level:+.2}"
        );
        assert!((side - wanted).abs() < 0.3 && level.abs() < 0.1);
    }
}

#[test]
fn a_point_brought_near_gains_a_little_width_that_mono_does_not_hear() {
    let rate = 48_000.0;
    let input = signals::both(pink(5, 96_000, rate));
    let heard = |distance_m: f32| {
        let settings =
            dry(PlacementSettings { distance_m, level_law: 0.0, air: 0.0, ..Default::default() });
        let [left, right] = through::<Placement>(&settings, rate, input.clone());
        let power = |sign: f32| {
            let pairs = left.iter().zip(&right).skip(48_000);
            pairs.map(|(l, r)| f64::from(l + sign * r).powi(2)).sum::<f64>()
        };
        [power(1.0), power(-1.0)]
    };
    let [mono, side] = heard(1.0);
    assert!(side < 1e-9 * mono, "where it was recorded it is as it was");
    for (distance_m, share) in [(0.25f32, 0.058), (0.5, 0.041)] {
        let [near, side] = heard(distance_m);
        let (side_db, level_db) = (db(side / near), db(near / mono));
        let wanted_db = 20.0 * f64::log10(share);
        println!("{distance_m} m: side {side_db:.2} dB, mono {level_db:+.3} dB");
        assert!((side_db - wanted_db).abs() < 0.5 && level_db.abs() < 0.01);
    }
}

#[test]
fn the_far_side_of_a_wide_source_comes_later_in_the_bass() {
    let rate = 48_000.0;
    let lead_ms = |source_width_m: f32, azimuth_deg: f32| {
        let settings =
            dry(PlacementSettings { azimuth_deg, source_width_m, air: 0.0, ..Default::default() });
        let tone = signals::sine(150.0, -6.0, 0.5, rate);
        let [left, right] = through::<Placement>(&settings, rate, signals::both(tone));
        let phase = |side: &[f32]| measure::tone(&side[9600..], 150.0, rate).phase;
        1000.0 * (phase(&left) - phase(&right)) / std::f64::consts::TAU / 150.0
    };
    for azimuth in [15.0, 30.0, 60.0] {
        let (left, right) = (lead_ms(10.0, -azimuth), lead_ms(10.0, azimuth));
        println!("{azimuth} deg: {left:+.3} ms, {right:+.3} ms");
        assert!((0.05..0.35).contains(&left) && (left + right).abs() < 1e-3);
        // A point has none.
        assert!(lead_ms(0.0, azimuth).abs() < 1e-6 && lead_ms(1.0, azimuth).abs() < 1e-6);
    }
}

//! Sources and rooms that change while they sound.

use proscenium_tests::acoustics::*;
use proscenium_tests::contract::prepared;
use proscenium_tests::distance::*;
use proscenium_tests::{measure, signals};
use shared_dsp::effect::{Effect, Io};
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::room::{RoomKind, RoomSettings, SPEED_OF_SOUND};

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

/// A placement that is played to while its settings change at every 64th frame.
fn played(
    first: PlacementSettings,
    input: &Response,
    rate: f64,
    mut settings: impl FnMut(f64) -> PlacementSettings,
) -> Response {
    let mut placement = prepared::<Placement>(&first, rate);
    let mut output = input.clone();
    let [left, right] = &mut output;
    for (n, (left, right)) in left.chunks_mut(64).zip(right.chunks_mut(64)).enumerate() {
        placement.set(&settings(64.0 * n as f64 / rate));
        placement.process(Io::stereo(left, right));
    }
    output
}

fn tone(freq_hz: f64, seconds: f64, rate: f64) -> Response {
    signals::both(signals::sine(freq_hz, -6.0, seconds, rate))
}

fn hall() -> RoomSettings {
    RoomKind::ConcertHall.settings().unwrap()
}

#[test]
fn a_source_that_recedes_is_heard_lower_by_its_speed_and_steadily() {
    for (rate, speed, freq_hz) in [
        (48_000.0, 10.0, 1000.0),
        (48_000.0, -3.0, 10_000.0),
        (44_100.0, 1.3, 10_000.0),
        (192_000.0, 20.0, 10_000.0),
    ] {
        let start = if speed < 0.0 { 40.0 } else { 4.0 };
        let settings = |time_s: f64| {
            dry(PlacementSettings {
                distance_m: (start + speed * time_s) as f32,
                time_of_flight: true,
                level_law: 0.0,
                air: 0.0,
                source_width_m: 0.0,
                ..Default::default()
            })
        };
        let [left, _] = played(settings(0.0), &tone(freq_hz, 1.5, rate), rate, settings);
        let heard_hz = freq_hz * (1.0 - speed / SPEED_OF_SOUND);
        let steady = &left[(0.5 * rate) as usize..];
        // What is left when the tone that should be there is taken away: trembling pitch and level.
        let found = measure::tone(steady, heard_hz, rate);
        let (mut rest, mut all) = (0.0, 0.0);
        for (n, &x) in steady.iter().enumerate() {
            let phase = std::f64::consts::TAU * heard_hz / rate * n as f64 + found.phase;
            rest += (f64::from(x) - found.amplitude * phase.sin()).powi(2);
            all += f64::from(x).powi(2);
        }
        let (rest_db, level_db) = (10.0 * (rest / all).log10(), measure::db(found.amplitude) + 6.0);
        println!(
            "{rate} Hz, {speed} m/s, {freq_hz} Hz: level {level_db:+.3}, rest {rest_db:.1} dB"
        );
        // A hundredth of a cent off would leave more than -50 dB at 10 kHz.
        assert!(rest_db < -50.0 && level_db.abs() < 0.05, "{rest_db:.1} dB, {level_db:+.3} dB");
    }
}

#[test]
fn a_jump_bends_the_pitch_by_no_more_than_half_the_speed_of_sound() {
    let (rate, freq_hz, window_s) = (48_000.0, 1000.0, 0.02);
    let settings = |time_s: f64| {
        dry(PlacementSettings {
            distance_m: if (0.2..0.8).contains(&time_s) { 64.0 } else { 0.25 },
            time_of_flight: true,
            level_law: 0.0,
            air: 0.0,
            ..Default::default()
        })
    };
    let [left, _] = played(settings(0.0), &tone(freq_hz, 1.4, rate), rate, settings);
    let rises: Vec<usize> =
        (1..left.len()).filter(|&n| left[n - 1] < 0.0 && left[n] >= 0.0).collect();
    let frames = (window_s * rate) as usize;
    let heard_hz = (0..left.len() - frames).step_by(48).map(|from| {
        let after = |frame: usize| rises.partition_point(|&rise| rise < frame);
        (after(from + frames) - after(from)) as f64 / window_s
    });
    let (lowest, highest) =
        heard_hz.fold((f64::MAX, 0.0f64), |(low, high), hz| (low.min(hz), high.max(hz)));
    println!("{lowest} to {highest} Hz");
    // A window counts whole periods.
    let count_hz = 1.0 / window_s;
    assert!(lowest >= 0.5 * freq_hz - count_hz && highest <= 1.5 * freq_hz + count_hz);
    assert!(lowest < 0.6 * freq_hz && highest > 1.4 * freq_hz, "it takes its time");
}

#[test]
fn jumps_over_the_whole_range_are_bounded_and_do_not_click() {
    let rate = 48_000.0;
    for (time_of_flight, hold_loudness, room_feed) in
        [(false, false, false), (true, false, false), (false, true, false), (true, true, true)]
    {
        let settings = |time_s: f64| {
            let far = (0.3..0.6).contains(&time_s) || time_s > 0.9;
            PlacementSettings {
                distance_m: if far { 64.0 } else { 0.25 },
                azimuth_deg: if far { 90.0 } else { -90.0 },
                time_of_flight,
                hold_loudness,
                room_feed,
                room: hall(),
                ..Default::default()
            }
        };
        let output = played(settings(0.0), &tone(200.0, 1.3, rate), rate, settings);
        for side in &output {
            let (click, peak) = (measure::click_db(side, rate), measure::peak_db(side));
            println!(
                "flight {time_of_flight}, hold {hold_loudness}: click {click:.1}, peak {peak:.1} dB"
            );
            assert!(click < -50.0, "{click:.1} dB");
            // At 0.25 m the source is 12 dB up, and 3 more where it is panned to.
            assert!(peak < 12.0, "{peak:.1} dBFS");
        }
    }
}

#[test]
fn what_sounds_in_the_room_is_not_lifted_when_the_source_or_the_room_jumps() {
    let rate = 48_000.0;
    let near = PlacementSettings { room: hall(), hold_loudness: true, ..Default::default() };
    let jumps = [
        ("distance", PlacementSettings { distance_m: 64.0, ..near }),
        ("nearer", PlacementSettings { distance_m: 0.25, ..near }),
        ("azimuth", PlacementSettings { azimuth_deg: 90.0, ..near }),
        ("cathedral", PlacementSettings { room: RoomKind::Cathedral.settings().unwrap(), ..near }),
        ("theatre", PlacementSettings { room: RoomKind::Theatre.settings().unwrap(), ..near }),
        ("chamber", PlacementSettings { room: RoomKind::Chamber.settings().unwrap(), ..near }),
    ];
    let mut noise = Noise::new(5);
    let burst: Vec<f32> =
        (0..72_000).map(|n| if n < 48_000 { 0.1 * noise.next() } else { 0.0 }).collect();
    let input = signals::both(burst);
    let levels = |to: PlacementSettings| {
        let output = played(near, &input, rate, |time_s| if time_s < 1.004 { near } else { to });
        let window = |ms: usize| {
            let from = 48_000 + 48 * ms;
            let part = output.iter().flat_map(|side| &side[from..from + 960]);
            10.0 * part.map(|&x| f64::from(x).powi(2)).sum::<f64>().max(1e-20).log10()
        };
        [10, 30, 50, 80, 120, 200, 300].map(window)
    };
    let still = levels(near);
    for (name, to) in jumps {
        let moved = levels(to);
        let lifts: Vec<f64> = moved.iter().zip(still).map(|(moved, still)| moved - still).collect();
        println!("{name}: {lifts:+.1?} dB");
        assert!(lifts[..3].iter().all(|lift| *lift < 1.0), "{name}: {lifts:+.1?} dB");
    }
}

#[test]
fn a_source_that_walks_keeps_the_level_of_its_room() {
    let rate = 48_000.0;
    let mut noise = Noise::new(9);
    let input = signals::both((0..144_000).map(|_| 0.1 * noise.next()).collect::<Vec<f32>>());
    // Direct sound and late field off: what is left are the reflections, which move with the source.
    let at = |distance_m: f32| PlacementSettings {
        distance_m,
        late_db: -60.0,
        air: 0.0,
        source_width_m: 0.0,
        room: hall(),
        ..Default::default()
    };
    let early = |settings: &dyn Fn(f64) -> PlacementSettings| {
        let mut with = played(settings(0.0), &input, rate, settings);
        let without = played(settings(0.0), &input, rate, |time_s| dry(settings(time_s)));
        with.iter_mut().flatten().zip(without.iter().flatten()).for_each(|(a, b)| *a -= b);
        let power = |ms: usize| {
            let part = with.iter().flat_map(|side| &side[48 * ms..48 * (ms + 20)]);
            10.0 * part.map(|&x| f64::from(x).powi(2)).sum::<f64>().log10()
        };
        (500..2500).step_by(20).map(power).collect::<Vec<f64>>()
    };
    let mean = |levels: &[f64]| levels.iter().sum::<f64>() / levels.len() as f64;
    let still = early(&|_| at(4.0));
    let walks = early(&|time_s| at(2.0 * 8f32.powf((time_s / 3.0) as f32)));
    let lost = mean(&walks) - mean(&still);
    println!("walking against still: {lost:+.2} dB");
    assert!(lost.abs() < 1.0, "{lost:+.2} dB");
}

#[test]
fn a_reset_takes_a_new_direction_at_once() {
    let rate = 48_000.0;
    let ahead = dry(PlacementSettings { air: 0.0, ..Default::default() });
    let aside = PlacementSettings { azimuth_deg: 60.0, ..ahead };
    let mut placement = prepared::<Placement>(&ahead, rate);
    let [mut left, mut right] = tone(500.0, 0.2, rate);
    placement.process(Io::stereo(&mut left, &mut right));
    placement.set(&aside);
    placement.reset();
    let [mut left, mut right] = tone(500.0, 0.2, rate);
    placement.process(Io::stereo(&mut left, &mut right));
    let [wanted_left, wanted_right] = played(aside, &tone(500.0, 0.2, rate), rate, |_| aside);
    assert!(measure::rms_db(&right) > measure::rms_db(&left) + 6.0);
    assert!(left == wanted_left && right == wanted_right);
}

/// How far below a tone of `share` of the rate the loudest is of what is apart from it by a hundredth to a tenth of the
/// rate, in dB: steps of its level.
fn steps_db(audio: &[f32], rate: f64, share: f64) -> f64 {
    let spectrum = measure::spectrum_db(&audio[(0.2 * rate) as usize..], rate);
    let loudest = |low_hz: f64, high_hz: f64| {
        let apart = |freq_hz: f64| (low_hz..high_hz).contains(&(freq_hz - share * rate).abs());
        let levels = spectrum.iter().filter(|(freq_hz, _)| apart(*freq_hz));
        levels.map(|(_, db)| *db).fold(f64::NEG_INFINITY, f64::max)
    };
    loudest(0.01 * rate, 0.1 * rate) - loudest(0.0, 20.0)
}

#[test]
fn the_air_takes_the_treble_of_a_source_that_recedes_without_steps() {
    for (rate, air) in [(48_000.0, 1.0), (48_000.0, 8.0), (96_000.0, 1.0)] {
        let share = 12_000.0 / rate;
        let recedes = |time_s: f64| {
            dry(PlacementSettings {
                distance_m: 2.0 + 4.0 * time_s as f32,
                recorded_at_m: 1.0,
                level_law: 0.0,
                air,
                ..Default::default()
            })
        };
        let [left, _] = played(recedes(0.0), &tone(12_000.0, 1.5, rate), rate, recedes);
        let steps_db = steps_db(&left, rate, share);
        println!("{rate} Hz, air {air}: steps of the treble at {steps_db:.1} dB");
        assert!(steps_db < -80.0, "{rate} Hz: {steps_db:.1} dB");
    }
}

#[test]
fn a_source_that_narrows_as_it_recedes_changes_its_level_without_steps() {
    for rate in [22_050.0, 48_000.0] {
        // As much of it in the middle as at the sides, whose loss is made good for.
        let sides = [0.0, 0.25].map(|turn| {
            let phase = |n: usize| std::f64::consts::TAU * (0.125 * n as f64 + turn);
            (0..(1.5 * rate) as usize).map(|n| 0.5 * phase(n).sin() as f32).collect::<Vec<_>>()
        });
        let recedes = |time_s: f64| {
            dry(PlacementSettings {
                distance_m: 1.0 + 4.0 * time_s as f32,
                recorded_at_m: 1.0,
                source_width_m: 3.0,
                level_law: 0.0,
                air: 0.0,
                ..Default::default()
            })
        };
        let [left, _] = played(recedes(0.0), &sides, rate, recedes);
        let steps_db = steps_db(&left, rate, 0.125);
        println!("{rate} Hz: steps of the level at {steps_db:.1} dB");
        assert!(steps_db < -110.0, "{rate} Hz: {steps_db:.1} dB");
    }
}

//! Distance and Space in one room: what they measure together, and how Distance moves.

use clap_host::{Automation, HostOptions, Layout, RenderOptions, Rendered};
use proscenium_tests::{measure, signals};
use shared_dsp::room::{RoomKind, barron};

use crate::support::{DISTANCE, RATE_HZ, SPACE, frames, play};

/// The rooms by the names that the parameter has.
const ROOMS: [(RoomKind, &str); 7] = [
    (RoomKind::Booth, "Booth"),
    (RoomKind::Studio, "Studio"),
    (RoomKind::Chamber, "Chamber"),
    (RoomKind::Club, "Club"),
    (RoomKind::Theatre, "Theatre"),
    (RoomKind::ConcertHall, "Concert Hall"),
    (RoomKind::Cathedral, "Cathedral"),
];

fn energy(audio: &[Vec<f32>]) -> f64 {
    audio.iter().map(|channel| measure::energy(channel)).sum()
}

/// An impulse in every channel.
fn impulse(channels: usize, seconds: f64) -> Vec<Vec<f32>> {
    vec![signals::impulse(frames(seconds)); channels]
}

#[test]
fn tracks_that_feed_one_space_have_barrons_level_at_any_distance() {
    for (kind, room) in ROOMS {
        let physical = kind.settings().expect("a room by name");
        let [low, high] = [physical.low, physical.high].map(|factor| factor.to_string());
        let decay = format!("{} s", physical.rt60_s);
        let mut space = SPACE.set(&[
            ("room", room),
            ("room_group", "C"),
            ("decay", &decay),
            ("decay_low", &low),
            ("decay_high", &high),
            ("predelay", "0 ms"),
            ("early", "-60 dB"),
            ("late", "0 dB"),
            ("mix", "100 %"),
        ]);
        let input = impulse(2, 1.2 * f64::from(physical.rt60_s) + 0.2);
        let mut line = format!("{room}:");
        for (metres, distance_m) in [("0.5 m", 0.5), ("2 m", 2.0), ("8 m", 8.0), ("32 m", 32.0)] {
            let mut distance = DISTANCE.set(&[
                ("distance", metres),
                ("room", room),
                ("room_group", "C"),
                ("reverb", "Room Feed"),
                ("air", "0 %"),
                ("source_width", "0 m"),
            ]);
            let Rendered { main, aux, .. } = play(&mut distance, &input, &RenderOptions::default());
            let room = play(&mut space, &aux, &RenderOptions::default()).main;
            let mixed: Vec<Vec<f32>> = main
                .iter()
                .zip(&room)
                .map(|(a, b)| a.iter().zip(b).map(|(a, b)| a + b).collect())
                .collect();
            // The direct sound is the first sample: nothing delays it.
            let direct: f64 = mixed.iter().map(|channel| f64::from(channel[0]).powi(2)).sum();
            let ratio_db = 10.0 * (direct / (energy(&mixed) - direct)).log10();
            let wanted_db = barron::direct_to_reverberant_db(
                physical.volume_m3.into(),
                physical.rt60_s.into(),
                distance_m,
            );
            line += &format!(" {:+.2}", ratio_db - wanted_db);
            assert!(
                (ratio_db - wanted_db).abs() < 1.0,
                "{kind:?} {metres}: {ratio_db:.2} dB, by Barron {wanted_db:.2} dB"
            );
        }
        println!("{line} dB from Barron");
    }
}

/// Events for a walk, every 32 frames, as hosts that are sample-accurate send them.
fn walk(seconds: f64, place: impl Fn(f64) -> (f64, f64)) -> Vec<Automation> {
    let steps = (0..frames(seconds)).step_by(32);
    let events = steps.flat_map(|frame| {
        let (metres, degrees) = place(frame as f64 / frames(seconds) as f64);
        [
            Automation::new(frame, "distance", &format!("{metres:.5} m")),
            Automation::new(frame, "azimuth", &format!("{degrees:.3}")),
        ]
    });
    events.collect()
}

#[test]
fn a_source_that_events_move_neither_clicks_nor_steps() {
    let tone: Vec<Vec<f32>> = signals::both(signals::sine(300.0, -12.0, 2.4, RATE_HZ)).into();
    for (time_of_flight, azimuth) in [("Off", 0.0), ("Off", 180.0), ("On", 120.0)] {
        let place = |way: f64| (16f64.powf(way), azimuth * (way - 0.5));
        let options = RenderOptions { automation: walk(2.0, place), ..RenderOptions::default() };
        for (early, late) in [("-60 dB", "-60 dB"), ("0 dB", "0 dB")] {
            let mut distance = DISTANCE.set(&[
                ("distance", "1 m"),
                ("azimuth", &format!("{}", -0.5 * azimuth)),
                ("time_of_flight", time_of_flight),
                ("early", early),
                ("late", late),
            ]);
            let main = play(&mut distance, &tone, &options).main;
            for side in &main {
                let click = measure::click_db(side, RATE_HZ);
                assert!(
                    click < -55.0,
                    "flight {time_of_flight}, early {early}: click {click:.1} dB"
                );
            }
            if early != "0 dB" {
                // Powers of three periods, from ms to ms, both sides together.
                let power = |ms: usize| -> f64 {
                    main.iter().map(|side| measure::energy(&side[48 * ms..48 * ms + 480])).sum()
                };
                let steps =
                    (100..1980).map(|ms| (10.0 * (power(ms + 1) / power(ms)).log10()).abs());
                let steepest = steps.fold(0.0, f64::max);
                println!("flight {time_of_flight}, {azimuth} degrees: {steepest:.3} dB per ms");
                assert!(steepest < 0.5, "{steepest:.3} dB per ms");
            }
        }
    }
}

#[test]
fn one_event_over_the_whole_range_is_bounded_and_does_not_click() {
    let tone: Vec<Vec<f32>> = signals::both(signals::sine(200.0, -12.0, 1.5, RATE_HZ)).into();
    let jumps = [(0.3, "64 m", "90R"), (0.6, "0.25 m", "90L"), (0.9, "64 m", "90L")];
    let automation = jumps.iter().flat_map(|(seconds, metres, degrees)| {
        // Not a multiple of any block or control period.
        let frame = frames(*seconds) + 5;
        [
            Automation::new(frame, "distance", metres),
            Automation::new(frame, "azimuth", degrees),
            Automation::new(
                frame + 3000,
                "room",
                if *seconds < 0.5 { "Booth" } else { "Cathedral" },
            ),
        ]
    });
    let options = RenderOptions { automation: automation.collect(), ..RenderOptions::default() };
    for (layout, reverb, hold) in [
        (Layout::STEREO, "Internal", "Off"),
        (Layout::STEREO, "Room Feed", "On"),
        (Layout::MONO, "Internal", "On"),
        (Layout::MONO_TO_STEREO, "Internal", "Off"),
    ] {
        let mut distance = DISTANCE.with(&HostOptions { layout, ..HostOptions::default() });
        for (id, text) in [
            ("distance", "0.25 m"),
            ("azimuth", "90L"),
            ("reverb", reverb),
            ("hold_loudness", hold),
        ] {
            distance.set(id, text).expect("a parameter");
        }
        let Rendered { main, aux, .. } = play(&mut distance, &tone[..layout.inputs], &options);
        for side in main.iter().chain(&aux) {
            let (click, peak) = (measure::click_db(side, RATE_HZ), measure::peak_db(side));
            println!("{layout:?} {reverb} {hold}: click {click:.1} dB, peak {peak:.1} dBFS");
            // 12 dB nearer, 3 dB panned, and the room.
            assert!(peak < 6.0 && (peak < -100.0 || click < -50.0));
        }
    }
}

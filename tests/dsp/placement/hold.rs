//! Loudness that holds at every distance.
//!
//! What holds is the integrated loudness, and that of the 400 ms windows where the programme sounds: all
//! that the reference's own gate (10 LU below its loudness) lets pass, their powers averaged as BS.1770
//! does. Single windows cannot hold: a room fills the gaps between two hits and rounds them off, and a
//! gain that undid more than a part of it would pump.

use proscenium_tests::acoustics::*;
use proscenium_tests::material::{bus, demo_stem, session_stem};
use proscenium_tests::measure;
use proscenium_tests::signals::{self, Stereo};
use shared_dsp::loudness::LoudnessMeter;
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::room::{RoomKind, SPEED_OF_SOUND};

const RATE_HZ: f64 = 48_000.0;
/// How far the loudness may be from that at `recorded_at`, in LU.
const BOUND_LU: f64 = 0.5;
/// Mean change of the single 400 ms windows where the reference sounds, in LU, where quiet ones count as
/// much as loud ones, and rises make up for falls: a cathedral fills every gap.
const SINGLE_LU: f64 = 1.25;
/// The same with sparse hits, which stand out less from a room that is nearer or farther.
const SPARSE_LU: f64 = 2.0;

const SETTLED_S: usize = 4;

/// Integrated loudness, and the momentary one every 100 ms, in LUFS.
fn loudness(audio: &Response) -> (f64, Vec<f64>) {
    let mut meter = LoudnessMeter::new(RATE_HZ as u32).unwrap();
    let mut momentary = Vec::new();
    // It takes some seconds to know a programme.
    let [left, right] = [0, 1].map(|side| &audio[side][SETTLED_S * RATE_HZ as usize..]);
    for (left, right) in left.chunks_exact(4800).zip(right.chunks_exact(4800)) {
        meter.push(left, right);
        momentary.push(meter.momentary_lufs());
    }
    (meter.integrated_lufs(), momentary)
}

/// Changes against the reference in LU: integrated, of the 400 ms windows where it sounds, and the mean of
/// those windows' changes.
fn change_lu(reference: &Response, audio: &Response) -> [f64; 3] {
    let ((integrated, momentary), (here, now)) = (loudness(reference), loudness(audio));
    let power = |lufs: f64| 10f64.powf(lufs / 10.0);
    let (mut before, mut after, mut changes) = (0.0, 0.0, Vec::new());
    for (reference, now) in momentary.into_iter().zip(now) {
        if reference > integrated - 10.0 {
            before += power(reference);
            after += power(now);
            changes.push(now - reference);
        }
    }
    let single = changes.iter().sum::<f64>() / changes.len() as f64;
    let changes = [here - integrated, 10.0 * (after / before).log10(), single];
    assert!(changes.iter().all(|change| change.is_finite()), "{changes:?}");
    changes
}

fn part(stem: &Stereo, from_s: f64, seconds: f64) -> Stereo {
    let at = |s: f64| (s * RATE_HZ) as usize;
    [0, 1].map(|side| stem[side][at(from_s)..at(from_s + seconds).min(stem[side].len())].to_vec())
}

fn drums() -> Stereo {
    let kit = ["kick", "snare", "hats", "toms", "overheads"].map(|name| (session_stem(name), 0.0));
    part(&bus(&kit), 6.0, 14.0)
}

/// The worst changes of a material in these rooms, at distances over the whole range, and how far apart
/// the two changes are at worst: no constant gain alters that.
fn worst_lu(name: &str, material: &Stereo, rooms: &[RoomKind]) -> ([f64; 3], f64) {
    let mut worst = [0.0f64; 3];
    let mut apart = 0.0f64;
    for kind in rooms {
        let at = |distance_m: f32, azimuth_deg: f32, hold_loudness: bool| {
            let settings = PlacementSettings {
                distance_m,
                azimuth_deg,
                room: kind.settings().unwrap(),
                hold_loudness,
                proximity: 0.5,
                ..Default::default()
            };
            through::<Placement>(&settings, RATE_HZ, material.clone())
        };
        let reference = at(1.0, 0.0, false);
        let mut line = format!("{name}, {kind:?}:");
        for (distance_m, azimuth_deg) in
            [(1.0, 0.0), (0.25, 0.0), (2.0, -40.0), (8.0, 0.0), (64.0, 0.0)]
        {
            let change = change_lu(&reference, &at(distance_m, azimuth_deg, true));
            line += &format!(" {:+.2} {:+.2} {:+.2},", change[0], change[1], change[2]);
            apart = apart.max((change[0] - change[1]).abs());
            for (worst, change) in worst.iter_mut().zip(change) {
                *worst = worst.max(change.abs());
            }
        }
        println!("{line}");
    }
    (worst, apart)
}

const ROOMS: [RoomKind; 2] = [RoomKind::Studio, RoomKind::Cathedral];

fn assert_holds(name: &str, material: &Stereo, bounds_lu: [f64; 3]) {
    let (worst, apart) = worst_lu(name, material, &ROOMS);
    let [integrated, windows, single] = worst;
    println!(
        "{name}: worst {integrated:.2} LU integrated, {windows:.2} in 400 ms, {single:.2} by window"
    );
    println!("  one constant gain, chosen afterwards, would leave {:.2} LU of each", 0.5 * apart);
    assert!(
        worst.iter().zip(bounds_lu).all(|(worst, bound)| *worst < bound),
        "{name}: {worst:.2?} LU"
    );
}

#[test]
fn the_loudness_of_noise_holds_at_every_distance() {
    let n = 8 * 48_000;
    let wide = [pink(1, n, RATE_HZ), pink(2, n, RATE_HZ)];
    assert_holds("pink noise", &wide, [BOUND_LU; 3]);
    let bright = signals::both(signals::white_noise(-20.0, 8.0, RATE_HZ, 3));
    assert_holds("white noise", &bright, [BOUND_LU; 3]);
}

#[test]
fn the_loudness_of_speech_and_of_drums_holds_at_every_distance() {
    let voice = part(&session_stem("lead"), 6.0, 14.0);
    assert_holds("voice", &voice, [BOUND_LU, BOUND_LU, SINGLE_LU]);
    assert_holds("drums", &drums(), [BOUND_LU, BOUND_LU, SINGLE_LU]);
}

#[test]
fn the_loudness_holds_with_time_of_flight_as_without() {
    let drums = drums();
    let mut worst = 0.0f64;
    for (room, distance_m) in ROOMS.into_iter().flat_map(|room| [(room, 8.0f32), (room, 64.0)]) {
        let at = |distance_m: f32, hold_loudness: bool| {
            let settings = PlacementSettings {
                distance_m,
                room: room.settings().unwrap(),
                hold_loudness,
                time_of_flight: hold_loudness,
                ..Default::default()
            };
            through::<Placement>(&settings, RATE_HZ, drums.clone())
        };
        // The reference comes as late as the other.
        let flight = (f64::from(distance_m - 1.0) / SPEED_OF_SOUND * RATE_HZ).round() as usize;
        let mut reference = at(1.0, false);
        reference.iter_mut().for_each(|lane| lane.rotate_right(flight));
        let [integrated, windows, _] = change_lu(&reference, &at(distance_m, true));
        println!("{room:?}, {distance_m} m: {integrated:+.2} {windows:+.2} LU");
        worst = worst.max(integrated.abs()).max(windows.abs());
    }
    assert!(worst < BOUND_LU, "{worst} LU");
}

#[test]
fn how_long_a_pause_was_changes_nothing_of_what_follows() {
    let drums = drums();
    for (room, distance_m) in [(RoomKind::Booth, 4.0), (RoomKind::Studio, 8.0)] {
        let settings = PlacementSettings {
            distance_m,
            room: room.settings().unwrap(),
            hold_loudness: true,
            ..Default::default()
        };
        let [short, long] = [8, 40].map(|pause_s| {
            let input = drums.clone().map(|lane| {
                let pause = vec![0.0; pause_s * RATE_HZ as usize];
                let again = &lane[..4 * RATE_HZ as usize];
                [&lane, &pause, again].concat()
            });
            let [left, _] = through::<Placement>(&settings, RATE_HZ, input);
            measure::rms_db(&left[left.len() - 4 * RATE_HZ as usize..])
        });
        println!("{room:?}: {short:.2} dB after 8 s, {long:.2} dB after 40 s");
        assert!((long - short).abs() < 0.01, "{room:?}: {short} dB, {long} dB");
    }
}

#[test]
fn the_loudness_of_a_recorded_voice_and_kit_holds_at_every_distance() {
    let Some(voice) = demo_stem("13_lead_vocal") else { return };
    assert_holds("recorded voice", &part(&voice, 0.0, 18.0), [BOUND_LU, BOUND_LU, SINGLE_LU]);
    let kit: Vec<(Stereo, f64)> = ["01_kick", "02_snare", "03_hihat", "04_toms", "05_overheads"]
        .into_iter()
        .filter_map(|name| Some((demo_stem(name)?, 0.0)))
        .collect();
    assert_holds("recorded kit", &part(&bus(&kit), 0.0, 18.0), [BOUND_LU, BOUND_LU, SPARSE_LU]);
}

//! Where a track is said to cover another, measured with sound.

use proscenium_tests::{material, signals};
use shared_dsp::masking::{Collision, Collisions, Excitation, cams_to_hz, erb_hz, hz_to_cams};

const RATE: f64 = 48_000.0;

/// What collides at the end of two mono recordings.
fn collisions(track: &[f32], key: &[f32]) -> Vec<Collision> {
    let (mut heard, mut wanted) = (Excitation::new(RATE), Excitation::new(RATE));
    let mut collisions = Collisions::default();
    for (t, k) in track.iter().zip(key) {
        wanted.push([*k; 2]);
        if heard.push([*t; 2]) {
            collisions.update(heard.pattern(), wanted.pattern(), heard.hop_s());
        }
    }
    collisions.list(8)
}

/// A mono stem of the song in `tests/session`, `seconds` from the 8th on.
fn stem(name: &str, seconds: usize) -> Vec<f32> {
    let [left, _] = material::session_stem(name);
    left.into_iter().skip(8 * 48_000).take(seconds * 48_000).collect()
}

fn tone(freq_hz: f32, peak_db: f64) -> Vec<f32> {
    signals::sine(f64::from(freq_hz), peak_db, 3.0, RATE)
}

fn scaled(lane: &[f32], db: f64) -> Vec<f32> {
    lane.iter().map(|x| x * signals::amplitude(db) as f32).collect()
}

fn places(collisions: &[Collision]) -> Vec<String> {
    let text = |c: &Collision| {
        let (low, high) = (c.low_hz, c.high_hz);
        format!("{:.0} ({low:.0}..{high:.0}) Hz {:.2} {:.1} dB", c.freq_hz, c.share, c.key_db)
    };
    collisions.iter().map(text).collect()
}

#[test]
fn kick_and_bass_collide_in_the_bass() {
    let found = collisions(&stem("bass", 8), &stem("kick", 8));
    println!("{:?}", places(&found));
    let bass = found.iter().find(|c| (40.0..150.0).contains(&c.freq_hz));
    let bass = bass.expect("a collision between 40 and 150 Hz");
    assert!(bass.share > 0.4 && bass.share <= 1.0, "{}", bass.share);
    assert!((-40.0..0.0).contains(&bass.key_db), "{} dB", bass.key_db);
    assert!(found.first().is_some_and(|c| c.freq_hz < 150.0), "the gravest lies elsewhere");
}

#[test]
fn hats_and_bass_do_not_collide() {
    let found = collisions(&stem("bass", 8), &stem("hats", 8));
    assert!(found.is_empty(), "{:?}", places(&found));
}

#[test]
fn tones_two_erbs_apart_do_not_collide_and_tones_within_half_an_erb_do() {
    for freq_hz in [100.0f32, 1000.0, 5000.0] {
        let beside = |cams: f32| cams_to_hz(hz_to_cams(freq_hz) + cams);
        let track = tone(freq_hz, -12.0);
        for away in [-2.0, 2.0] {
            let found = collisions(&track, &tone(beside(away), -12.0));
            assert!(found.is_empty(), "{freq_hz} Hz, {away}: {:?}", places(&found));
        }
        for away in [-0.4, 0.0, 0.4] {
            let key = beside(away);
            let found = collisions(&track, &tone(key, -12.0));
            assert_eq!(found.len(), 1, "{freq_hz} Hz, {away}: {:?}", places(&found));
            let collision = found[0];
            let off = (collision.freq_hz - key).abs() / erb_hz(key);
            assert!(off < 0.6, "{key} Hz is marked at {:?}", places(&found));
            assert!(collision.share > 0.9, "{}", collision.share);
            assert!((collision.key_db + 12.0).abs() < 2.5, "{} dB", collision.key_db);
            let width = (collision.high_hz - collision.low_hz) / erb_hz(key);
            assert!((0.4..2.6).contains(&width), "{width} ERB wide");
        }
    }
}

#[test]
fn sounds_that_take_turns_do_not_collide_though_each_leaks_into_the_other() {
    let tone = tone(200.0, -12.0);
    let gated = |on: bool| -> Vec<f32> {
        let turn = |i: usize| (i / 12_000).is_multiple_of(2) == on;
        tone.iter().enumerate().map(|(i, x)| if turn(i) { *x } else { 0.12 * x }).collect()
    };
    let apart = collisions(&gated(true), &gated(false));
    assert!(apart.is_empty(), "{:?}", places(&apart));
    assert_eq!(collisions(&gated(true), &gated(true)).len(), 1, "the same turns");
}

#[test]
fn a_sound_alone_and_one_far_below_the_other_do_not_collide() {
    let (loud, silent) = (tone(500.0, -12.0), vec![0.0; 144_000]);
    let soft = |db: f64| scaled(&loud, db);
    let cases = [
        ("no key", loud.clone(), silent.clone()),
        ("no track", silent, loud.clone()),
        ("a key far below", loud.clone(), soft(-30.0)),
        ("a track far below", soft(-20.0), loud.clone()),
    ];
    for (what, track, key) in cases {
        let found = collisions(&track, &key);
        assert!(found.is_empty(), "{what}: {:?}", places(&found));
    }
}

#[test]
fn collisions_do_not_depend_on_the_level_of_both_together() {
    let (track, key) = (stem("bass", 4), stem("kick", 4));
    let usual = collisions(&track, &key);
    for db in [-12.0, 6.0] {
        let moved = collisions(&scaled(&track, db), &scaled(&key, db));
        assert_eq!(moved.len(), usual.len(), "{db} dB");
        for (a, b) in usual.iter().zip(&moved) {
            assert!((a.freq_hz / b.freq_hz - 1.0).abs() < 0.02, "{} {} Hz", a.freq_hz, b.freq_hz);
            assert!((a.share - b.share).abs() < 0.02, "{} {}", a.share, b.share);
            assert!((b.key_db - a.key_db - db as f32).abs() < 0.3, "{} {}", a.key_db, b.key_db);
        }
    }
}

#[test]
fn a_collision_over_many_bands_becomes_several_of_a_bells_width() {
    let noise = |seed: u64| signals::pink_noise(-20.0, 4.0, RATE, seed);
    let found = collisions(&noise(1), &noise(2));
    assert!(found.len() >= 4, "{:?}", places(&found));
    for (i, one) in found.iter().enumerate() {
        let width = hz_to_cams(one.high_hz) - hz_to_cams(one.low_hz);
        assert!((0.4..3.6).contains(&width), "{width} Cams");
        assert!((one.low_hz..=one.high_hz).contains(&one.freq_hz));
        let before = |one: &Collision, other: &Collision| one.high_hz < 1.001 * other.low_hz;
        let apart = |other: &Collision| before(one, other) || before(other, one);
        assert!(found[i + 1..].iter().all(apart), "{:?}", places(&found));
    }
}

#[test]
fn what_is_not_a_number_leaves_no_trace() {
    let (track, mut key) = (tone(300.0, -12.0), tone(300.0, -12.0));
    key[..100].fill(f32::NAN);
    key[100] = f32::INFINITY;
    let found = collisions(&track, &key);
    assert_eq!(found.len(), 1, "{:?}", places(&found));
    assert!(found[0].share > 0.8 && found[0].key_db.is_finite());
}

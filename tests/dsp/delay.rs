//! The delay: its times, its loss, its sides and its limits.

use proscenium_tests::contract::Contract;
use shared_dsp::delay::{Delay, DelaySettings};
use shared_dsp::ducker::{Ducker, DuckerSettings};
use shared_dsp::dynamics::KeySource;
use shared_dsp::effect::{Effect, Io, Tail};
use shared_dsp::units::gain_to_db;
use std::f64::consts::TAU;

fn prepared(settings: &DelaySettings, rate: f64) -> Delay {
    let mut delay = Delay::default();
    delay.prepare(rate, settings);
    delay
}

fn play(delay: &mut Delay, mut left: Vec<f32>, mut right: Vec<f32>) -> [Vec<f32>; 2] {
    for (l, r) in left.chunks_mut(128).zip(right.chunks_mut(128)) {
        delay.process(Io::stereo(l, r));
    }
    [left, right]
}

fn impulse(frames: usize) -> Vec<f32> {
    let mut audio = vec![0.0; frames];
    audio[0] = 0.5;
    audio
}

fn peak(audio: &[f32]) -> (usize, f32) {
    let louder = |best: (usize, f32), (i, x): (usize, &f32)| {
        if x.abs() > best.1 { (i, x.abs()) } else { best }
    };
    audio.iter().enumerate().fold((0, 0.0), louder)
}

fn tone(frames: usize, freq_hz: f64, rate: f64, amplitude: f64) -> Vec<f32> {
    (0..frames).map(|i| (amplitude * (TAU * freq_hz * i as f64 / rate).sin()) as f32).collect()
}

fn level_db(audio: &[f32]) -> f64 {
    let power: f64 = audio.iter().map(|x| f64::from(*x).powi(2)).sum();
    10.0 * (2.0 * power / audio.len() as f64).max(1e-20).log10()
}

const CLEAN: DelaySettings = DelaySettings {
    time_ms: 100.0,
    offset: 0.0,
    feedback: 0.5,
    cross_feed: 0.0,
    low_cut_hz: 20.0,
    high_cut_hz: 20_000.0,
    drive: 0.0,
    wow: 0.0,
    mono: false,
};

#[test]
fn echoes_come_at_their_sample_and_lose_the_feedback() {
    for rate in [8000.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0] {
        for (time_ms, offset) in [(1.0, 0.0), (1.0, -0.5), (12.5, 0.5), (250.0, -0.25)] {
            let settings = DelaySettings { time_ms, offset, ..CLEAN };
            let mut delay = prepared(&settings, rate);
            let frames = (rate * 0.8) as usize;
            let out = play(&mut delay, impulse(frames), impulse(frames));
            for (side, stretch) in [(0, 1.0), (1, 1.0 + f64::from(offset))] {
                let at = (f64::from(time_ms) * 0.001 * rate * stretch).round() as usize;
                assert_eq!(peak(&out[side]), (at, 0.5), "{rate} Hz, {time_ms} ms, side {side}");
                for (echo, level) in [(2, 0.25), (3, 0.125)] {
                    let got = out[side].get(echo * at).copied().unwrap_or(level);
                    assert!((got - level).abs() < 1e-6, "echo {echo}: {got}");
                }
            }
        }
    }
}

#[test]
fn ten_khz_lose_less_than_half_a_db_per_repeat_also_with_wow() {
    for wow in [0.0, 0.3, 1.0] {
        let settings = DelaySettings { feedback: 1.0, wow, time_ms: 123.4, ..CLEAN };
        let mut delay = prepared(&settings, 48_000.0);
        // A burst that fits into the loop, and its first and fifth echo.
        let mut burst = tone(5000, 10_000.0, 48_000.0, 0.25);
        burst.resize(48_000, 0.0);
        let out = play(&mut delay, burst.clone(), burst);
        let repeat = (0.1234f64 * 48_000.0).round() as usize;
        let echo = |n: usize| level_db(&out[0][n * repeat + 500..n * repeat + 4500]);
        let loss = (echo(1) - echo(6)) / 5.0;
        assert!(loss < 0.5 && loss > -0.01, "wow {wow}: {loss} dB per repeat");
    }
}

#[test]
fn a_mono_hit_alternates_sides_at_full_cross_feed() {
    let settings = DelaySettings { cross_feed: 1.0, feedback: 0.8, ..CLEAN };
    let mut delay = prepared(&settings, 48_000.0);
    let out = play(&mut delay, impulse(40_000), impulse(40_000));
    for echo in 1..8 {
        let (near, far) = if echo % 2 == 1 { (0, 1) } else { (1, 0) };
        let expected = 0.5 * 0.8f32.powi(echo - 1);
        let at = echo as usize * 4800;
        assert!((out[near][at] - expected).abs() < 1e-6, "echo {echo}: {}", out[near][at]);
        assert_eq!(out[far][at], 0.0, "echo {echo}");
    }
}

#[test]
fn a_mono_track_hears_the_echoes_of_both_sides_at_one_level() {
    for cross_feed in [0.0, 0.3, 1.0] {
        let settings = DelaySettings { cross_feed, feedback: 0.8, mono: true, ..CLEAN };
        let mut delay = prepared(&settings, 48_000.0);
        let out = play(&mut delay, impulse(40_000), impulse(40_000));
        for echo in 1..8 {
            let (heard, expected) = (out[0][echo * 4800], 0.5 * 0.8f32.powi(echo as i32 - 1));
            assert!((heard - expected).abs() < 1e-6, "cross feed {cross_feed}, {echo}: {heard}");
        }
        assert_eq!(out[0], out[1]);
    }
}

#[test]
fn a_delay_rests_once_its_echoes_have_ended_and_forgets_them() {
    // The echoes of half of full scale reach the floor of -140 dBFS with the 23rd.
    let mut delay = prepared(&CLEAN, 48_000.0);
    play(&mut delay, impulse(23 * 4800), impulse(23 * 4800));
    assert!(!delay.is_idle());
    play(&mut delay, vec![0.0; 10_000], vec![0.0; 10_000]);
    assert!(delay.is_idle());
    // Longer ago than its time, but inside its memory, there was sound.
    delay.set(&DelaySettings { time_ms: 2500.0, ..CLEAN });
    let out = play(&mut delay, vec![0.0; 120_000], vec![0.0; 120_000]);
    assert!(out.iter().all(|lane| lane.iter().all(|x| *x == 0.0)));
    let out = play(&mut delay, impulse(200_000), impulse(200_000));
    assert_eq!(peak(&out[0]), (120_000, 0.5));
    assert_eq!(out[0][..120_000].iter().find(|x| **x != 0.0), None);
}

#[test]
fn the_ends_of_the_rates_stay_bounded_and_recover() {
    for rate in [8000.0, 384_000.0] {
        let wild = DelaySettings { time_ms: 30.0, feedback: 1.1, wow: 1.0, drive: 0.3, ..CLEAN };
        let mut delay = prepared(&wild, rate);
        let frames = (2.0 * rate) as usize;
        let mut loud = tone(frames, 700.0, rate, 4.0);
        loud[1000] = f32::NAN;
        loud[2000] = f32::NEG_INFINITY;
        let out = play(&mut delay, loud.clone(), loud);
        assert!(out.iter().flatten().all(|x| x.abs() < 1.99), "{rate} Hz");
        delay.set(&DelaySettings { feedback: 0.3, ..wild });
        play(&mut delay, vec![0.0; frames], vec![0.0; frames]);
        assert!(delay.is_idle(), "{rate} Hz");
    }
}

#[test]
fn rests_do_not_depend_on_how_the_audio_is_cut() {
    let mut input = vec![0.0; 96_000];
    for at in [3, 30_005, 30_017, 61_111] {
        input[at..at + 700].copy_from_slice(&tone(700, 900.0, 48_000.0, 0.5));
    }
    let settings = |k: usize| {
        let other = DelaySettings { low_cut_hz: 300.0, wow: 0.5, drive: 0.5, ..CLEAN };
        if k.is_multiple_of(2) {
            DelaySettings { time_ms: 1.0, offset: -0.5, ..other }
        } else {
            DelaySettings { time_ms: 9.0, cross_feed: 0.6, high_cut_hz: 5000.0, ..other }
        }
    };
    let cut = |block: usize| {
        let mut delay = prepared(&settings(0), 48_000.0);
        let (mut left, mut right) = (input.clone(), input.clone());
        for (k, (l, r)) in left.chunks_mut(6000).zip(right.chunks_mut(6000)).enumerate() {
            delay.set(&settings(k / 3));
            for (l, r) in l.chunks_mut(block).zip(r.chunks_mut(block)) {
                delay.process(Io::stereo(l, r));
            }
        }
        assert!(delay.is_idle());
        [left, right]
    };
    let whole = cut(6000);
    assert!([1, 5, 16, 37, 1000].iter().all(|block| cut(*block) == whole));
}

#[test]
fn feedback_of_110_percent_grows_and_stays_below_6_dbfs() {
    for (wow, drive, cross_feed) in [(0.0, 0.0, 0.0), (1.0, 0.0, 0.5), (1.0, 1.0, 1.0)] {
        let settings =
            DelaySettings { feedback: 1.1, time_ms: 20.0, wow, drive, cross_feed, ..CLEAN };
        let mut delay = prepared(&settings, 48_000.0);
        let mut left = tone(96_000, 700.0, 48_000.0, 1.0);
        left.resize(60 * 48_000, 0.0);
        let right = left.iter().map(|x| -0.7 * x).collect();
        let out = play(&mut delay, left, right);
        let loudest = out.iter().map(|side| gain_to_db(peak(side).1)).fold(-200.0, f32::max);
        assert!(loudest < 6.0, "{loudest} dBFS");
        assert_eq!(delay.tail(), Tail::Infinite);
        let end = level_db(&out[0][59 * 48_000..]).max(level_db(&out[1][59 * 48_000..]));
        assert!(end > -30.0, "it sounds on: {end} dB");
    }
}

#[test]
fn silence_in_is_digital_silence_after_the_tail() {
    for settings in [
        CLEAN,
        DelaySettings { drive: 0.7, wow: 0.5, low_cut_hz: 200.0, high_cut_hz: 4000.0, ..CLEAN },
        DelaySettings { feedback: 0.9, cross_feed: 0.7, time_ms: 30.0, ..CLEAN },
    ] {
        let mut delay = prepared(&settings, 48_000.0);
        let Tail::Samples(tail) = delay.tail() else { panic!("endless") };
        let mut audio = tone(4800, 500.0, 48_000.0, 0.5);
        audio.resize(4800 + tail as usize + 480_000, 0.0);
        let out = play(&mut delay, audio.clone(), audio);
        let after = 4800 + tail as usize;
        assert!(peak(&out[0][after..]).1 < 1e-6, "below -120 dBFS after the tail");
        assert!(out.iter().all(|side| side[after + 240_000..].iter().all(|x| *x == 0.0)));
        assert!(level_db(&out[0][4800..9600]) > -20.0);
    }
}

#[test]
fn a_new_time_makes_no_click_and_holds_at_once_after_its_crossfade() {
    let mut delay = prepared(&DelaySettings { feedback: 0.0, ..CLEAN }, 48_000.0);
    let input = tone(96_000, 200.0, 48_000.0, 0.5);
    let mut out = input.clone();
    let mut right = input.clone();
    for (k, (l, r)) in out.chunks_mut(480).zip(right.chunks_mut(480)).enumerate() {
        let time_ms = if k < 50 { 100.0 } else { 137.3 + 31.0 * (k.min(100) / 7) as f32 };
        delay.set(&DelaySettings { feedback: 0.0, time_ms, ..CLEAN });
        delay.process(Io::stereo(l, r));
    }
    // A click is a sudden bend: the second difference of the tone is its own, 0.00034.
    let bend = |w: &[f32]| (w[2] - 2.0 * w[1] + w[0]).abs();
    let worst = out[9600..].windows(3).map(bend).fold(0.0, f32::max);
    assert!(worst < 0.0006, "{worst}");
    let delay_frames = ((137.3 + 31.0 * 14.0) * 48.0f64).round() as usize;
    assert!(
        out[60_000..]
            .iter()
            .zip(&input[60_000 - delay_frames..])
            .all(|(a, b)| (a - b).abs() < 2e-7)
    );
}

#[test]
fn loop_filters_and_drive_and_wow_do_what_they_say() {
    let level = |settings: DelaySettings, freq_hz: f64, amplitude: f64| {
        let mut delay = prepared(&DelaySettings { feedback: 0.0, ..settings }, 48_000.0);
        let audio = tone(48_000, freq_hz, 48_000.0, amplitude);
        level_db(&play(&mut delay, audio.clone(), audio)[0][24_000..]) - 20.0 * amplitude.log10()
    };
    let cut = DelaySettings { low_cut_hz: 400.0, high_cut_hz: 4000.0, ..CLEAN };
    for (freq_hz, expected, tolerance) in
        [(400.0, -3.01, 0.1), (4000.0, -3.01, 0.1), (100.0, -24.1, 0.3), (1265.0, -0.1, 0.2)]
    {
        let got = level(cut, freq_hz, 0.1);
        assert!((got - expected).abs() < tolerance, "{freq_hz} Hz: {got} dB");
    }
    let driven = DelaySettings { drive: 1.0, ..CLEAN };
    assert!(level(driven, 300.0, 0.001).abs() < 0.01);
    assert!(level(driven, 300.0, 1.0) < -10.0);
    // Wow spreads a tone: what is left after taking out the tone itself.
    let spread = |wow| {
        let mut delay = prepared(&DelaySettings { feedback: 0.0, wow, ..CLEAN }, 48_000.0);
        let audio = tone(144_000, 1000.0, 48_000.0, 0.5);
        let out = play(&mut delay, audio.clone(), audio);
        let tail = &out[0][48_000..];
        let part = |f: fn(f64) -> f64| -> f64 {
            let at = |(i, x): (usize, &f32)| f64::from(*x) * f(TAU * i as f64 / 48.0);
            2.0 * tail.iter().enumerate().map(at).sum::<f64>() / tail.len() as f64
        };
        part(f64::sin).hypot(part(f64::cos))
    };
    assert!((spread(0.0) - 0.5).abs() < 1e-4);
    assert!(spread(1.0) < 0.25, "{}", spread(1.0));
}

#[test]
fn the_delay_keeps_the_contract() {
    let dub = DelaySettings {
        time_ms: 187.3,
        offset: 0.1,
        feedback: 0.7,
        cross_feed: 0.5,
        low_cut_hz: 150.0,
        high_cut_hz: 5000.0,
        drive: 0.5,
        wow: 0.3,
        mono: false,
    };
    let shortest = DelaySettings { time_ms: 1.0, offset: -0.5, feedback: 0.9, wow: 1.0, ..CLEAN };
    Contract::<Delay>::new("delay")
        .case("dub", dub)
        .case("ping-pong", DelaySettings { cross_feed: 1.0, ..CLEAN })
        .corners([
            shortest,
            DelaySettings { feedback: 1.1, drive: 1.0, wow: 1.0, ..CLEAN },
            DelaySettings { low_cut_hz: 1000.0, high_cut_hz: 1000.0, feedback: 1.1, ..CLEAN },
            DelaySettings { time_ms: 4000.0, offset: 0.5, feedback: 0.0, ..CLEAN },
        ])
        .sweep("time", |x| DelaySettings { time_ms: 50.0 + 300.0 * x, ..CLEAN })
        .sweep("feedback", |x| DelaySettings { feedback: 0.9 * x, ..CLEAN })
        .sweep("cross feed", |x| DelaySettings { cross_feed: x, ..CLEAN })
        .sweep("wow", |x| DelaySettings { wow: x, ..CLEAN })
        .sweep("low cut", |x| DelaySettings { low_cut_hz: 20.0 + 500.0 * x, ..CLEAN })
        .check();
}

#[test]
fn the_ducker_lowers_by_its_depth_while_the_key_sounds_and_recovers_in_its_release() {
    for (key, depth_db) in [(KeySource::Internal, 12.0), (KeySource::Sidechain, 30.0)] {
        let mut ducker = Ducker::default();
        ducker.prepare(48_000.0, &DuckerSettings { depth_db, release_ms: 200.0, key });
        let mut loud = tone(24_000, 300.0, 48_000.0, 0.5);
        loud.resize(168_000, 0.0);
        let quiet = vec![0.0; 168_000];
        let (mut left, mut right) = (vec![0.25; 168_000], vec![-0.25; 168_000]);
        let keys = match key {
            KeySource::Internal => [&loud, &quiet],
            KeySource::Sidechain => [&quiet, &loud],
        };
        ducker.process([&mut left, &mut right], [keys[0], keys[0]], Some([keys[1], keys[1]]));
        let lowered = |i: usize| -gain_to_db(left[i] / 0.25);
        assert!((lowered(23_000) - depth_db).abs() < 0.02, "{} dB", lowered(23_000));
        let ms = (24_000..168_000).position(|i| lowered(i) < depth_db * 0.368).unwrap_or(0) / 48;
        assert!((190..=210).contains(&ms), "release {ms} ms");
        assert_eq!(left[167_999], 0.25);
        assert!(left.iter().zip(&right).all(|(l, r)| l == &-r));
        // Off is bit for bit, and the other key does not duck.
        let other = DuckerSettings { depth_db: 0.0, release_ms: 200.0, key };
        ducker.prepare(48_000.0, &other);
        let mut audio = [loud.clone(), loud.clone()];
        let [l, r] = &mut audio;
        ducker.process([l, r], [&loud, &loud], Some([&loud, &loud]));
        assert_eq!(audio[0], loud);
    }
}

#[test]
fn a_ducker_that_is_switched_on_knows_nothing_of_the_key_while_it_was_off() {
    let with = |depth_db| DuckerSettings { depth_db, release_ms: 20.0, key: KeySource::Internal };
    let mut ducker = Ducker::default();
    ducker.prepare(48_000.0, &with(12.0));
    let play = |ducker: &mut Ducker, level: f64| {
        let key = tone(48_000, 300.0, 48_000.0, level);
        let mut wet = [vec![0.25; 48_000], vec![0.25; 48_000]];
        let [left, right] = &mut wet;
        ducker.process([left, right], [&key, &key], None);
        wet[0].clone()
    };
    assert!(play(&mut ducker, 0.5)[40_000] < 0.1);
    ducker.set(&with(0.0));
    assert_eq!(play(&mut ducker, 0.5)[47_999], 0.25);
    ducker.set(&with(12.0));
    assert!(play(&mut ducker, 0.0).iter().all(|x| *x == 0.25));
}

//! The reverb, from its impulse response and from noise.

use proscenium_tests::acoustics::*;
use proscenium_tests::reverberation::*;
use shared_dsp::effect::{Effect, Io, Tail};
use shared_dsp::reverb::{Reverb, ReverbSettings};
use shared_dsp::room::{RoomKind, RoomSettings, barron};

fn run(reverb: &mut Reverb, mut audio: Response) -> Response {
    let [left, right] = &mut audio;
    reverb.process(Io::stereo(left, right));
    audio
}

const RATES: [f64; 2] = [48_000.0, 96_000.0];

/// The seven rooms by name.
fn rooms() -> impl Iterator<Item = (RoomKind, RoomSettings)> {
    RoomKind::ALL.into_iter().filter_map(|kind| Some((kind, kind.settings()?)))
}

fn check_decays(rate: f64) {
    let rooms = rooms().map(|(_, room)| (room.volume_m3, room.rt60_s.max(0.4)));
    let corners = [(20.0, 8.0), (2000.0, 1.2), (100_000.0, 8.0), (120.0, 4.0)];
    for (volume_m3, rt60_s) in rooms.chain(corners) {
        let rt60 = f64::from(rt60_s);
        // Long decays take long to measure: the ends and the middle at the higher rate.
        let some = [OCTAVES_HZ[0], OCTAVES_HZ[3], OCTAVES_HZ[6]];
        let octaves = if rate > 50_000.0 && rt60 > 2.0 { &some[..] } else { &OCTAVES_HZ };
        let settings = flat(volume_m3, rt60_s);
        let mut line = format!("{rate} Hz {volume_m3} m3 {rt60_s} s:");
        let mut held = true;
        for octave in octave_decays(&settings, rate, 1.2 * rt60 + 0.3, octaves) {
            let (t30, bend) = (octave.t30_s / rt60, octave.bend_db);
            line += &format!(" {t30:.3} ({bend:.2} dB)");
            held &= (t30 - 1.0).abs() < octave.t30_bound() && bend < octave.bend_bound_db();
        }
        println!("{line}");
        assert!(held, "{line}");
    }
}

#[test]
fn every_octave_decays_in_the_time_set_and_straight() {
    check_decays(48_000.0);
}

#[test]
fn every_octave_decays_in_the_time_set_and_straight_at_96_khz() {
    check_decays(96_000.0);
}

/// The largest sample; infinite if one is no number.
fn loudest(audio: &Response) -> f32 {
    let heights = audio.iter().flatten().map(|x| if x.is_finite() { x.abs() } else { f32::MAX });
    heights.fold(0.0, f32::max)
}

#[test]
fn low_and_high_octaves_decay_by_their_multipliers() {
    let rate = 48_000.0;
    for (low, high) in [(2.0, 0.5), (0.5, 0.3), (1.3, 0.8)] {
        let room = RoomSettings { volume_m3: 4000.0, rt60_s: 2.0, low, high };
        let wanted = [(63.0, low), (1000.0, 1.0), (10_000.0, high)];
        let mut line = format!("low {low} high {high}:");
        let decays = octave_decays(&at_once(room), rate, 5.0, &wanted.map(|(band, _)| band));
        for (octave, (band, wanted)) in decays.iter().zip(wanted) {
            let error = octave.t30_s / 2.0 / f64::from(wanted) - 1.0;
            line += &format!(" {band} Hz {:+.1} %", 100.0 * error);
            assert!(error.abs() < 0.05, "{line}");
        }
        println!("{line}");
    }
}

/// Colour of noise that decays as evenly as can be, in dB: the mean over many.
fn ideal_colour_db(rt60_s: f64, frames: usize, rate: f64) -> f64 {
    let fall = 10f64.powf(-3.0 / (rt60_s * rate));
    let of = |seed| {
        let mut noise = Noise::new(seed);
        let decaying: Vec<f32> =
            (0..frames).map(|i| noise.next() * fall.powi(i as i32) as f32).collect();
        colour_db(&decaying, rate)
    };
    (1..=16).map(of).sum::<f64>() / 16.0
}

#[test]
fn the_tail_is_dense_neutral_wide_and_whole_in_mono() {
    for rate in RATES {
        for (kind, room) in rooms() {
            let t = f64::from(room.rt60_s);
            let response = impulse_response::<Reverb>(&at_once(room), rate, t + 1.5, [1.0; 2]);
            let density = echo_density(&response[0], rate, 0.4);
            let dense = time_to_density_ms(&density).expect("gets dense");
            let from = (0.5f64.min(0.3 * t) * rate) as usize;
            let to = from + (0.5f64.min(t) * rate) as usize;
            let tail = [0, 1].map(|side| response[side][from..to].to_vec());
            let mono: Vec<f32> = tail[0].iter().zip(&tail[1]).map(|(l, r)| l + r).collect();
            let colour = colour_db(&tail[0], rate);
            let mono_colour = colour_db(&mono, rate);
            // Few beats of a third octave fit into the tail of a booth: the most even noise of its
            // length has 1.4 dB itself in the mean, and more in places.
            let ideal = ideal_colour_db(t, to - from, rate);
            let high: Vec<f64> = OCTAVES_HZ[3..]
                .iter()
                .map(|&f| {
                    correlation(&octave_band(&tail[0], rate, f), &octave_band(&tail[1], rate, f))
                })
                .collect();
            println!(
                "{rate} Hz {kind:?}: dense after {dense} ms, colour {colour:.2} dB, in mono \
                 {mono_colour:.2} dB (ideal {ideal:.2}), correlation {high:.2?}"
            );
            let bound = if kind == RoomKind::Booth { 2.2 } else { 1.5 };
            assert!(colour < bound && mono_colour < bound, "{kind:?}");
            // So the sum of both sides keeps their power within 0.8 dB.
            assert!(high.iter().all(|c| c.abs() < 0.2), "{kind:?}");
            let limit = match kind {
                RoomKind::Studio => 50,
                RoomKind::ConcertHall => 100,
                _ => 200,
            };
            assert!(dense <= limit, "{kind:?}: {dense} ms");
        }
    }
}

#[test]
fn what_comes_after_80_ms_has_barrons_share() {
    for rate in RATES {
        for (kind, room) in rooms() {
            let rt60_s = f64::from(room.rt60_s);
            let settings = flat(room.volume_m3, room.rt60_s);
            let response =
                impulse_response::<Reverb>(&settings, rate, 2.0 * rt60_s + 0.5, [1.0; 2]);
            let whole = energy(&response, rate, 0.0, 1e3);
            let late = energy(&response, rate, 0.08, 1e3) / whole;
            let error_db = 10.0 * (late / barron::share_after(0.08, rt60_s)).log10();
            println!("{rate} Hz {kind:?}: {error_db:+.2} dB");
            // In dry rooms that is a small rest, which single reflections decide.
            let bound_db = if rt60_s < 1.0 { 2.5 } else { 1.0 };
            assert!(error_db.abs() < bound_db, "{kind:?}: {error_db:+.2} dB");
        }
    }
}

#[test]
fn the_ends_of_rate_level_and_decay_stay_bounded_and_recover() {
    let vast = RoomSettings { volume_m3: 100_000.0, rt60_s: 30.0, low: 3.0, high: 1.5 };
    let tiny = RoomSettings { volume_m3: 20.0, rt60_s: 0.1, low: 0.25, high: 0.1 };
    for rate in [8000.0, 48_000.0, 384_000.0] {
        for room in [vast, tiny] {
            let mut reverb = Reverb::default();
            let settings = ReverbSettings { mod_depth: 1.0, mod_rate_hz: 5.0, ..at_once(room) };
            reverb.prepare(rate, &settings);
            // +12 dBFS of noise, then what is not a number.
            let n = (2.0 * rate) as usize;
            let mut noise = Noise::new(7);
            let mut loud: Vec<f32> = (0..n).map(|_| 4.0 * noise.next()).collect();
            loud[n / 2] = f32::NAN;
            loud[n / 2 + 99] = f32::INFINITY;
            let out = run(&mut reverb, [loud.clone(), loud]);
            let peak = loudest(&out);
            assert!(peak < 40.0, "{rate} Hz {room:?}: {peak}");
            let rest = run(&mut reverb, [vec![0.0; n], vec![0.0; n]]);
            assert!(loudest(&rest) < 1.5 * peak, "{rate} Hz {room:?} grows");
            reverb.set(&ReverbSettings { room: tiny, ..settings });
            for _ in 0..3 {
                run(&mut reverb, [vec![0.0; n], vec![0.0; n]]);
            }
            assert!(reverb.is_idle(), "{rate} Hz {room:?} still sounds");
        }
    }
}

#[test]
fn pink_noise_comes_out_as_loud_as_it_goes_in() {
    let rate = 48_000.0;
    for mono in [false, true] {
        for (volume_m3, rt60_s, low, high) in [
            (20.0, 0.2, 1.0, 1.0),
            (20.0, 0.1, 1.0, 0.6),
            (150.0, 0.4, 1.1, 0.8),
            (2000.0, 1.8, 1.0, 0.6),
            (15_000.0, 2.0, 1.0, 0.6),
            (40_000.0, 5.0, 1.0, 0.4),
            (100_000.0, 8.0, 2.0, 0.2),
        ] {
            let room = RoomSettings { volume_m3, rt60_s, low, high };
            let settings = ReverbSettings { room, ..Default::default() };
            let mut reverb = Reverb::default();
            reverb.prepare(rate, &settings);
            let warm = ((1.5 * f64::from(rt60_s * low.max(1.0)) + 1.0) * rate) as usize;
            let n = warm + 4 * 48_000;
            let left = pink(3, n, rate);
            let right = if mono { left.clone() } else { pink(4, n, rate) };
            let before = [left[warm..].to_vec(), right[warm..].to_vec()];
            let out = run(&mut reverb, [left, right]);
            let after = [out[0][warm..].to_vec(), out[1][warm..].to_vec()];
            let change = loudness_lufs(&after, rate) - loudness_lufs(&before, rate);
            println!("mono {mono} {room:?}: {change:+.2} LU");
            assert!(change.abs() < 1.0);
        }
    }
}

#[test]
fn silence_follows_the_tail() {
    let rate = 48_000.0;
    let mut reverb = Reverb::default();
    let settings = flat(2000.0, 1.0);
    reverb.prepare(rate, &settings);
    let Tail::Samples(tail) = reverb.tail() else { panic!("a tail that ends") };
    let mut input = vec![0.0; tail as usize + 48_000];
    input[0] = 1.0;
    let out = run(&mut reverb, [input.clone(), input]);
    let last = out[0].iter().rposition(|&x| x != 0.0).unwrap();
    println!("tail {} s, last sample {} s", tail as f64 / rate, last as f64 / rate);
    assert!((last as u64) < tail && reverb.is_idle());
}

#[test]
fn freeze_holds_the_level_and_lets_go() {
    let rate = 48_000.0;
    let mut settings = ReverbSettings::default();
    let mut reverb = Reverb::default();
    reverb.prepare(rate, &settings);
    let n = 48_000;
    run(&mut reverb, [pink(1, n, rate), pink(2, n, rate)]);
    settings.freeze = true;
    reverb.set(&settings);
    assert_eq!(reverb.tail(), Tail::Infinite);
    // What comes in while frozen is not heard in the late field; the early reflections ring out.
    let quiet = || -> Response { [vec![0.0; n], vec![0.0; n]] };
    run(&mut reverb, quiet());
    let levels: Vec<f64> = (0..60)
        .map(|_| 10.0 * energy(&run(&mut reverb, quiet()), rate, 0.0, 1.0).log10())
        .collect();
    let (low, high) = levels.iter().fold((f64::MAX, f64::MIN), |(l, h), &x| (l.min(x), h.max(x)));
    println!("a minute between {low:.3} and {high:.3} dB");
    assert!(high - low < 0.5);
    settings.freeze = false;
    reverb.set(&settings);
    for _ in 0..8 {
        run(&mut reverb, quiet());
    }
    assert!(reverb.is_idle());
}

#[test]
fn moving_size_decay_and_predelay_makes_no_burst() {
    let rate = 48_000.0;
    let mut settings = ReverbSettings::default();
    let mut reverb = Reverb::default();
    reverb.prepare(rate, &settings);
    let n = 2400;
    let mut input = pink(5, 400 * n, rate);
    let mut other = pink(6, 400 * n, rate);
    let mut levels = Vec::new();
    for (step, (left, right)) in
        input.chunks_exact_mut(n).zip(other.chunks_exact_mut(n)).enumerate()
    {
        if step >= 200 {
            let x = (step as f32 * 0.37).sin();
            settings.room.volume_m3 = 2000.0 * 30f32.powf(x);
            settings.room.rt60_s = 1.8 * 2f32.powf(x);
            settings.predelay_ms = 100.0 + 99.0 * x;
            reverb.set(&settings);
        }
        reverb.process(Io::stereo(left, right));
        levels.push(left.iter().chain(right.iter()).map(|x| f64::from(x * x)).sum::<f64>());
    }
    let mean = |steps: &[f64]| 10.0 * (steps.iter().sum::<f64>() / steps.len() as f64).log10();
    let loudest = |steps: &[f64]| 10.0 * steps.iter().fold(0.0f64, |a, &b| a.max(b)).log10();
    let (still, moving) = (&levels[100..200], &levels[200..]);
    println!(
        "still {:.2} dB (loudest {:.2}), moving {:.2} dB (loudest {:.2})",
        mean(still),
        loudest(still),
        mean(moving),
        loudest(moving)
    );
    assert!(mean(moving) < mean(still) + 1.0 && loudest(moving) < loudest(still) + 1.0);
}

#[test]
fn a_sine_keeps_its_pitch() {
    let rate = 48_000.0;
    let mut reverb = Reverb::default();
    reverb.prepare(rate, &ReverbSettings::default());
    let n = 6 * 48_000;
    let sine: Vec<f32> =
        (0..n).map(|i| (std::f32::consts::TAU * (i % 48) as f32 / 48.0).sin()).collect();
    let out = run(&mut reverb, [sine.clone(), sine]);
    // Phase against 1 kHz in windows of 100 ms: its slope is the detuning.
    let phases: Vec<f64> = out[0][3 * 48_000..]
        .chunks_exact(4800)
        .map(|window| {
            let (mut re, mut im) = (0.0, 0.0);
            for (i, &x) in window.iter().enumerate() {
                let (sin, cos) = (std::f64::consts::TAU * (i % 48) as f64 / 48.0).sin_cos();
                re += f64::from(x) * cos;
                im -= f64::from(x) * sin;
            }
            im.atan2(re)
        })
        .collect();
    let worst = phases
        .windows(2)
        .map(|pair| {
            let turn = (pair[1] - pair[0] + 3.0 * std::f64::consts::PI) % std::f64::consts::TAU
                - std::f64::consts::PI;
            1200.0 * (1.0 + turn / std::f64::consts::TAU / 0.1 / 1000.0).log2()
        })
        .fold(0.0f64, |a, b| a.max(b.abs()));
    println!("furthest {worst:.2} cents");
    assert!(worst < 2.0);
}

/// Mean power in dB of a stretch of both channels.
fn power_db(audio: &[&[f32]; 2]) -> f64 {
    let frames = audio[0].len().max(1) as f64;
    let energy: f64 =
        audio.iter().flat_map(|lane| lane.iter()).map(|x| f64::from(*x).powi(2)).sum();
    10.0 * (energy / frames).max(1e-30).log10()
}

#[test]
fn a_jump_of_any_setting_makes_no_burst() {
    let rate = 48_000.0;
    let hall = at_once(RoomKind::ConcertHall.settings().unwrap());
    let with = |rt60_s: f32| ReverbSettings { room: RoomSettings { rt60_s, ..hall.room }, ..hall };
    let size =
        |volume_m3: f32| ReverbSettings { room: RoomSettings { volume_m3, ..hall.room }, ..hall };
    let named = |kind: RoomKind| at_once(kind.settings().unwrap());
    let frozen = ReverbSettings { freeze: true, ..hall };
    let jumps = [
        ("shorter", with(8.0), with(0.3)),
        ("longer", with(0.3), with(8.0)),
        ("smaller", size(100_000.0), size(50.0)),
        ("larger", size(50.0), size(100_000.0)),
        ("to a booth", named(RoomKind::Cathedral), named(RoomKind::Booth)),
        ("to a cathedral", named(RoomKind::Booth), named(RoomKind::Cathedral)),
        ("to a chamber", named(RoomKind::Theatre), named(RoomKind::Chamber)),
        ("freeze", hall, frozen),
        ("release", frozen, hall),
    ];
    for (name, from, to) in jumps {
        // Windows long enough that noise itself keeps within a dB.
        let window = 4800;
        let seconds = 12.0;
        let n = (seconds * rate) as usize;
        let (left, right) = (pink(5, n, rate), pink(6, n, rate));
        let levels = |sets: &[(usize, ReverbSettings)]| -> Vec<f64> {
            let mut reverb = Reverb::default();
            reverb.prepare(rate, &hall);
            let (mut left, mut right) = (left.clone(), right.clone());
            let blocks = left.chunks_mut(window).zip(right.chunks_mut(window));
            for (k, (l, r)) in blocks.enumerate() {
                for (at, settings) in sets {
                    if *at == k {
                        reverb.set(settings);
                    }
                }
                reverb.process(Io::stereo(l, r));
            }
            let blocks = left.chunks(window).zip(right.chunks(window));
            blocks.map(|(l, r)| power_db(&[l, r])).collect()
        };
        let at = 60;
        let jump = levels(&[(0, hall), (20, from), (at, to)]);
        let (before, after) = (levels(&[(0, hall), (20, from)]), levels(&[(0, hall), (20, to)]));
        let worst = (at..jump.len())
            .map(|k| (jump[k] - before[k].max(after[k]), k - at))
            .fold((f64::MIN, 0), |a, b| if b.0 > a.0 { b } else { a });
        println!("{name}: {:+.2} dB after {} ms", worst.0, 100 * worst.1);
        assert!(worst.0 < 1.0, "{name}: {worst:?}");
    }
}

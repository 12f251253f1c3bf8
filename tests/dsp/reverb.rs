//! The reverb, from its impulse response and from noise.

use proscenium_tests::acoustics::*;
use proscenium_tests::reverberation::*;
use shared_dsp::effect::{Effect, Io, Tail};
use shared_dsp::reverb::{Reverb, ReverbSettings};
use shared_dsp::room::{RoomKind, RoomSettings};

fn run(reverb: &mut Reverb, mut audio: Response) -> Response {
    let [left, right] = &mut audio;
    reverb.process(Io::stereo(left, right));
    audio
}

const RATES: [f64; 2] = [48_000.0, 96_000.0];

/// The largest sample; infinite if one is no number.
fn loudest(audio: &Response) -> f32 {
    let heights = audio.iter().flatten().map(|x| if x.is_finite() { x.abs() } else { f32::MAX });
    heights.fold(0.0, f32::max)
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
            // length has 1.4 dB itself in the mean.
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
            assert!(colour < 1.5 && mono_colour < 1.5, "{kind:?}");
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

/// The furthest that what the reverb makes of 1 kHz is from it in any half second, in cents: by the
/// turn of its phase from one tenth of a second to the next, in both channels together and weighted
/// with their power, since where modulation lets a tone fade away it has any phase.
fn furthest_cents(settings: &ReverbSettings, rate: f64) -> f64 {
    let settle_s = 1.5 * f64::from(settings.room.rt60_s) + 1.0;
    let turn = |i: usize| std::f64::consts::TAU * (1000.0 * i as f64 / rate).fract();
    let frames = ((settle_s + 6.0) * rate) as usize;
    let sine: Vec<f32> = (0..frames).map(|i| turn(i).sin() as f32).collect();
    let out = through::<Reverb>(settings, rate, [sine.clone(), sine]);
    // Whole periods at every rate.
    let window = (0.1 * rate) as usize;
    let start = (settle_s * 10.0) as usize * window;
    let tones = out.map(|side| -> Vec<[f64; 2]> {
        let tone = |window: &[f32]| {
            window.iter().enumerate().fold([0.0; 2], |[re, im], (i, &x)| {
                let (sin, cos) = turn(i).sin_cos();
                [re + f64::from(x) * cos, im - f64::from(x) * sin]
            })
        };
        side[start..].chunks_exact(window).map(tone).collect()
    });
    let cents = (0..tones[0].len() - 5).map(|from| {
        let (mut re, mut im) = (0.0, 0.0);
        for pair in tones.iter().flat_map(|side| side[from..from + 6].windows(2)) {
            let ([a, b], [c, d]) = (pair[0], pair[1]);
            re += a * c + b * d;
            im += a * d - b * c;
        }
        1200.0 * (1.0 + im.atan2(re) / std::f64::consts::TAU / 0.1 / 1000.0).log2()
    });
    cents.fold(0.0f64, |a, b| a.max(b.abs()))
}

#[test]
fn a_sine_keeps_its_pitch_in_every_room() {
    for rate in [44_100.0, 48_000.0, 96_000.0] {
        let named = rooms().map(|(_, room)| at_once(room));
        for settings in named.chain([ReverbSettings::default()]) {
            let worst = furthest_cents(&settings, rate);
            println!("{rate} Hz {} m3: furthest {worst:.2} cents", settings.room.volume_m3);
            assert!(worst < 2.0, "{rate} Hz {settings:?}: {worst:.2} cents");
        }
    }
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
        // Windows long enough that noise itself keeps within a dB: what is held beats with the
        // early reflections of what comes.
        let window = if from.freeze || to.freeze { 9600 } else { 4800 };
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
        let (early, at) = (96_000 / window, 288_000 / window);
        let jump = levels(&[(0, hall), (early, from), (at, to)]);
        let (before, after) =
            (levels(&[(0, hall), (early, from)]), levels(&[(0, hall), (early, to)]));
        let worst = (at..jump.len())
            .map(|k| (jump[k] - before[k].max(after[k]), k - at))
            .fold((f64::MIN, 0), |a, b| if b.0 > a.0 { b } else { a });
        println!("{name}: {:+.2} dB after {} ms", worst.0, window / 48 * worst.1);
        assert!(worst.0 < 1.0, "{name}: {worst:?}");
    }
}

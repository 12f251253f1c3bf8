//! The reverb, from its impulse response and from noise.

use proscenium_tests::acoustics::*;
use shared_dsp::effect::{Effect, Io, Tail};
use shared_dsp::reverb::{Reverb, ReverbSettings};
use shared_dsp::room::{RoomKind, RoomSettings};

pub const BANDS: [f64; 7] = [125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0];

fn flat(volume_m3: f32, rt60_s: f32) -> ReverbSettings {
    let room = RoomSettings { volume_m3, rt60_s, low: 1.0, high: 1.0 };
    ReverbSettings { room, predelay_ms: 0.0, ..Default::default() }
}

fn run(reverb: &mut Reverb, mut audio: Response) -> Response {
    let [left, right] = &mut audio;
    reverb.process(Io::stereo(left, right));
    audio
}

fn response(settings: &ReverbSettings, rate: f64, seconds: f64) -> Response {
    let mut reverb = Reverb::default();
    reverb.prepare(rate, settings);
    let mut impulse = vec![0.0; (seconds * rate) as usize];
    impulse[0] = 1.0;
    run(&mut reverb, [impulse.clone(), impulse])
}

#[test]
fn every_octave_decays_in_the_time_set_and_straight() {
    for rate in [48_000.0, 96_000.0] {
        for (volume_m3, rt60_s) in [
            (20.0, 0.4),
            (150.0, 0.4),
            (2000.0, 1.2),
            (15_000.0, 2.0),
            (40_000.0, 8.0),
            (120.0, 4.0),
        ] {
            let rt60 = f64::from(rt60_s);
            let response = response(&flat(volume_m3, rt60_s), rate, 1.3 * rt60 + 0.3);
            let mut line = format!("{rate} Hz {volume_m3} m3 {rt60_s} s:");
            for band in BANDS {
                let curve = decay_db(&octave_band(&response[0], rate, band));
                let (t30, _) = decay_line(&curve, rate, -5.0, -35.0);
                let (_, bend) = decay_line(&curve, rate, -5.0, -45.0);
                line += &format!(" {:.3} ({bend:.2} dB)", t30 / rt60);
                if std::env::var_os("SHOW").is_none() {
                    assert!((t30 / rt60 - 1.0).abs() < 0.05, "{line}");
                    assert!(bend < 1.5, "{line}");
                }
            }
            println!("{line}");
        }
    }
}

#[test]
fn the_tail_is_dense_neutral_and_wide() {
    for kind in RoomKind::ALL {
        let Some(room) = kind.settings() else { continue };
        let settings = ReverbSettings { room, predelay_ms: 0.0, ..Default::default() };
        let rate = 48_000.0;
        let response = response(&settings, rate, f64::from(room.rt60_s) + 1.5);
        let density = echo_density(&response[0], rate, 1.0);
        let dense = time_to_density_ms(&density);
        let t = f64::from(room.rt60_s);
        let cut = |c: &[f32]| c[(0.25 * t * rate) as usize..(0.5 * t * rate) as usize].to_vec();
        let tail = [cut(&response[0]), cut(&response[1])];
        let colour = colour_db(&tail[0], rate);
        let high: Vec<f64> = BANDS[3..]
            .iter()
            .map(|&f| correlation(&octave_band(&tail[0], rate, f), &octave_band(&tail[1], rate, f)))
            .collect();
        println!(
            "{kind:?}: dense {dense:?} ms, colour {colour:.2} dB, correlation {high:.2?} all {:.2}",
            correlation(&tail[0], &tail[1])
        );
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

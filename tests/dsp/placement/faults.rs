//! What no host should send, at every sample rate.

use proscenium_tests::acoustics::*;
use proscenium_tests::contract::prepared;
use proscenium_tests::signals;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::room::{RoomKind, RoomSettings};

use super::db;

const RATES_HZ: [f64; 8] =
    [22_050.0, 32_000.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0, 384_000.0];

fn level_db(audio: &Response, from: usize) -> f64 {
    let sum: f64 = audio.iter().flat_map(|c| &c[from..]).map(|&x| f64::from(x).powi(2)).sum();
    db(sum / (2 * (audio[0].len() - from)) as f64)
}

#[test]
fn a_source_sounds_alike_at_every_sample_rate() {
    let levels = RATES_HZ.map(|rate| {
        let settings = PlacementSettings {
            distance_m: 12.0,
            azimuth_deg: 25.0,
            time_of_flight: true,
            hold_loudness: true,
            room: RoomKind::Studio.settings().unwrap(),
            ..Default::default()
        };
        let input = signals::both(signals::pink_band(60.0, 8000.0, -20.0, 1.2, rate, 3));
        let level = level_db(&through::<Placement>(&settings, rate, input), (0.6 * rate) as usize);
        println!("{rate} Hz: {level:.2} dBFS");
        level
    });
    for (rate, level) in RATES_HZ.iter().zip(levels) {
        assert!((level - levels[3]).abs() < 1.0, "{rate} Hz: {level:.2}, not {:.2}", levels[3]);
    }
}

#[test]
fn nothing_that_a_host_sends_breaks_it() {
    for rate in [22_050.0, 48_000.0, 384_000.0] {
        let n = (0.4 * rate) as usize;
        let mut noise = Noise::new(11);
        let mut audio: Response = std::array::from_fn(|_| (0..n).map(|_| noise.next()).collect());
        let mut feed = audio.clone();
        let bad = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e38, 1e-42, -f32::NAN];
        for (at, x) in bad.into_iter().cycle().take(60).enumerate() {
            audio[at % 2][at * n / 80] = x;
        }
        let numbers = [0.25, 64.0, f32::NAN, f32::INFINITY, -1.0, 1e30, 0.0, 10.0];
        let mut placement = prepared::<Placement>(&PlacementSettings::default(), rate);
        let ([left, right], [feed_left, feed_right]) = (&mut audio, &mut feed);
        let step = n / 40;
        for (i, at) in (0..n - step).step_by(step).enumerate() {
            let pick = |k: usize| numbers[(i * 3 + k * 5 + i * k) % numbers.len()];
            placement.set(&PlacementSettings {
                distance_m: pick(0),
                azimuth_deg: 30.0 * pick(1),
                recorded_at_m: pick(2),
                level_law: pick(3),
                air: pick(4),
                proximity: pick(5),
                source_width_m: pick(6),
                time_of_flight: i % 2 == 0,
                hold_loudness: i % 3 == 0,
                room: RoomSettings {
                    volume_m3: pick(7),
                    rt60_s: pick(8),
                    low: pick(9),
                    high: pick(10),
                },
                room_feed: i % 5 == 0,
                ..Default::default()
            });
            let io = Io::stereo(&mut left[at..at + step], &mut right[at..at + step])
                .with_feed(&mut feed_left[at..at + step], &mut feed_right[at..at + step]);
            placement.process(io);
        }
        // As good as new: what comes after a reset is what comes first.
        let settings = PlacementSettings { distance_m: 4.0, ..Default::default() };
        placement.set(&settings);
        placement.reset();
        let input = signals::both(signals::white_noise(-20.0, 0.2, rate, 5));
        let mut again = input.clone();
        let [after, also] = &mut again;
        placement.process(Io::stereo(after, also));
        let played = |audio: &Response| {
            audio.iter().all(|c| c[..n - 2 * step].iter().all(|x| x.is_finite()))
        };
        assert!(played(&audio) && played(&feed), "{rate} Hz: not finite");
        assert!(again == through::<Placement>(&settings, rate, input), "{rate} Hz: not as new");
    }
}

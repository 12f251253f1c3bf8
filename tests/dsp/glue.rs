//! The bus compressor, measured on steady tones, bursts and steps.

use crate::dynamics::support::*;
use shared_dsp::dynamics::{
    BusChannel, BusCompressor, BusCompressorSettings, Detector, KeySource, Release, Topology,
};
use shared_dsp::effect::Effect;

const TOPOLOGIES: [Topology; 2] = [Topology::FeedForward, Topology::Feedback];

fn glue(topology: Topology) -> BusCompressorSettings {
    BusCompressorSettings { topology, release: Release::Ms(100.0), ..Default::default() }
}

fn keyed(topology: Topology) -> BusCompressorSettings {
    BusCompressorSettings { key: KeySource::Sidechain, ..glue(topology) }
}

fn through(settings: &BusCompressorSettings, input: &[f32]) -> Vec<f32> {
    run(&mut prepared::<BusCompressor>(settings, RATE), input)
}

/// The level of a steady 1 kHz tone after the bus compressor, in dB.
fn steady_db(settings: &BusCompressorSettings, level_db: f64) -> f64 {
    let out = through(settings, &tone(1000.0, RATE, 1.0, |_| level_db));
    db(amplitude(&out, 1000.0, RATE, 0.2))
}

#[test]
fn glue_meets_its_static_curve_within_0_05_db() {
    for topology in TOPOLOGIES {
        for (ratio, knee_db, attack_ms) in [(1.5, 0.0, 0.1), (4.0, 6.0, 10.0), (10.0, 18.0, 0.1)] {
            let settings = BusCompressorSettings { ratio, knee_db, attack_ms, ..glue(topology) };
            for level_db in [-30.0f32, -14.0, -11.0, -6.0, 0.0] {
                let got = steady_db(&settings, f64::from(level_db));
                let expected = f64::from(settings.output_db(level_db));
                assert!(
                    (got - expected).abs() < 0.05,
                    "{topology:?} {ratio}:1 at {level_db} dB: {got:.3}, expected {expected:.3}"
                );
            }
        }
    }
}

#[test]
fn feedback_is_softer_than_feed_forward() {
    let at = |topology, level_db| level_db - steady_db(&glue(topology), level_db);
    // Less reduction at the same setting.
    let (forward, back) = (at(Topology::FeedForward, 0.0), at(Topology::Feedback, 0.0));
    assert!(back < forward - 0.5, "{back} against {forward} dB");
    // A wider knee: 6 dB in, the slope has not arrived at the one far above.
    let slope = |topology, level_db| at(topology, level_db + 1.0) - at(topology, level_db);
    let lag = |topology| slope(topology, -8.0) / slope(topology, 10.0);
    let (forward, back) = (lag(Topology::FeedForward), lag(Topology::Feedback));
    assert!(forward > 0.99 && back < 0.95, "{back} against {forward} of the slope");
}

fn attack_ms(topology: Topology, level_db: f64) -> f64 {
    let settings = BusCompressorSettings { attack_ms: 10.0, ..keyed(topology) };
    let key = tone(5000.0, RATE, 0.6, |t| if t < 0.1 { -200.0 } else { level_db });
    let gains = gains_db(&mut prepared::<BusCompressor>(&settings, RATE), &key);
    time_ms(&gains, RATE, 0.1, 0.6, 0.632)
}

#[test]
fn feed_forward_attack_is_the_setting_and_feedback_attack_depends_on_the_program() {
    for level_db in [-8.0, 6.0] {
        let took = attack_ms(Topology::FeedForward, level_db);
        assert!((took - 10.0).abs() < 0.5, "{took} ms at {level_db} dB");
    }
    let (gentle, hard) = (attack_ms(Topology::Feedback, -13.0), attack_ms(Topology::Feedback, 6.0));
    assert!((hard - 10.0).abs() < 2.0, "{hard} ms when driven hard");
    assert!(gentle > 1.3 * hard, "{gentle} ms gently, {hard} ms hard");
}

#[test]
fn auto_release_recovers_fast_from_a_burst_and_slowly_from_a_passage() {
    for topology in TOPOLOGIES {
        for attack_ms in [0.1, 10.0] {
            let recovery = |passage_s: f64| {
                let settings =
                    BusCompressorSettings { attack_ms, release: Release::Auto, ..keyed(topology) };
                let end = 0.2 + passage_s;
                let key = tone(2000.0, RATE, end + 4.0, |t| {
                    if (0.2..end).contains(&t) { -3.0 } else { -200.0 }
                });
                let gains = gains_db(&mut prepared::<BusCompressor>(&settings, RATE), &key);
                let deepest = gains.iter().fold(0.0f64, |a, b| a.min(*b));
                let end = (end * RATE) as usize;
                let after = gains[end..].iter().position(|g| *g > 0.1 * deepest);
                after.expect("it recovers") as f64 / RATE * 1000.0
            };
            let (burst, passage) = (recovery(0.005), recovery(2.0));
            println!("{topology:?} attack {attack_ms} ms: {burst:.0} ms, {passage:.0} ms");
            assert!(burst < 150.0, "{burst} ms");
            assert!((800.0..2000.0).contains(&passage), "{passage} ms");
        }
    }
}

#[test]
fn fixed_release_takes_its_time() {
    for release_ms in [100.0, 600.0] {
        let settings = BusCompressorSettings {
            release: Release::Ms(release_ms as f32),
            ..keyed(Topology::FeedForward)
        };
        let end = 0.3 + 0.01 * release_ms;
        let key = tone(2000.0, RATE, end + 0.1, |t| if t < 0.3 { -3.0 } else { -200.0 });
        let gains = gains_db(&mut prepared::<BusCompressor>(&settings, RATE), &key);
        let took = time_ms(&gains, RATE, 0.3, end, 0.632);
        assert!((took - release_ms).abs() < 0.05 * release_ms, "{took} ms for {release_ms}");
    }
}

#[test]
fn key_high_pass_spares_the_lows() {
    for topology in TOPOLOGIES {
        let settings = BusCompressorSettings {
            key_high_pass_hz: 60.0,
            threshold_db: -24.0,
            ratio: 10.0,
            ..glue(topology)
        };
        let reduction = |freq_hz: f64| {
            let out = through(&settings, &tone(freq_hz, RATE, 1.0, |_| -6.0));
            -6.0 - db(amplitude(&out, freq_hz, RATE, 0.4))
        };
        let (low, mid) = (reduction(25.0), reduction(1000.0));
        assert!(mid - low >= 10.0, "{topology:?}: 25 Hz {low} dB, 1 kHz {mid} dB");
    }
}

#[test]
fn nothing_to_do_keeps_every_bit() {
    let input: Vec<f32> = noise(9, 48_000).iter().map(|x| x * 0.1).collect();
    for topology in TOPOLOGIES {
        for channel in [BusChannel::Stereo, BusChannel::MidSide, BusChannel::DualMono] {
            let settings =
                BusCompressorSettings { channel, auto_makeup: true, mix: 0.4, ..glue(topology) };
            assert!(through(&settings, &input) == input, "{settings:?}");
        }
    }
    let delta = BusCompressorSettings { delta: true, ..glue(Topology::Feedback) };
    assert!(through(&delta, &input).iter().all(|x| *x == 0.0), "nothing is taken away");
}

#[test]
fn delta_and_output_add_up_to_the_input() {
    let input = tone(300.0, RATE, 0.5, |_| 0.0);
    let settings = BusCompressorSettings { mix: 0.7, ..glue(Topology::Feedback) };
    let kept = through(&settings, &input);
    let taken = through(&BusCompressorSettings { delta: true, ..settings }, &input);
    for i in 0..input.len() {
        assert!((kept[i] + taken[i] - input[i]).abs() < 1e-6, "sample {i}");
    }
    assert!(rms_db(&taken) > -26.0);
}

#[test]
fn parallel_mix_adds_in_phase_also_with_colour() {
    for colour in [0.0, 1.0] {
        let at = |mix: f32| {
            let settings =
                BusCompressorSettings { mix, colour, makeup_db: 3.0, ..glue(Topology::Feedback) };
            through(&settings, &tone(5000.0, RATE, 0.5, |_| -6.0))
        };
        let amount = |mix| amplitude(&at(mix), 5000.0, RATE, 0.2);
        let (dry, half, wet) = (amount(0.0), amount(0.5), amount(1.0));
        assert!((db(half / (0.5 * (dry + wet)))).abs() < 0.05, "{dry} {half} {wet}");
    }
}

#[test]
fn range_link_and_makeup_are_met() {
    let settings =
        BusCompressorSettings { range_db: 3.0, makeup_db: 2.0, ..glue(Topology::Feedback) };
    assert!((steady_db(&settings, 6.0) - 5.0).abs() < 0.01);
    let loud = tone(1000.0, RATE, 1.0, |_| 0.0);
    let quiet = tone(1000.0, RATE, 1.0, |_| -40.0);
    for topology in TOPOLOGIES {
        let settings = BusCompressorSettings { link: 0.0, ..glue(topology) };
        let out =
            run_stereo(&mut prepared::<BusCompressor>(&settings, RATE), [&loud, &quiet], None);
        assert!((db(amplitude(&out[1], 1000.0, RATE, 0.2)) + 40.0).abs() < 0.01);
        let settings = BusCompressorSettings { link: 1.0, ..settings };
        let out =
            run_stereo(&mut prepared::<BusCompressor>(&settings, RATE), [&loud, &quiet], None);
        let expected = -40.0 + f64::from(settings.output_db(0.0));
        assert!((db(amplitude(&out[1], 1000.0, RATE, 0.2)) - expected).abs() < 0.05);
    }
}

#[test]
fn mid_side_compresses_the_sum_and_leaves_the_difference() {
    let settings = BusCompressorSettings {
        channel: BusChannel::MidSide,
        knee_db: 0.0,
        ..glue(Topology::FeedForward)
    };
    let mid = tone(1000.0, RATE, 1.0, |_| 0.0);
    let side = tone(300.0, RATE, 1.0, |_| -20.0);
    let mixed =
        |sign: f32| -> Vec<f32> { mid.iter().zip(&side).map(|(m, s)| m + sign * s).collect() };
    let out = run_stereo(
        &mut prepared::<BusCompressor>(&settings, RATE),
        [&mixed(1.0), &mixed(-1.0)],
        None,
    );
    let half = |sign: f32| -> Vec<f32> {
        out[0].iter().zip(&out[1]).map(|(l, r)| 0.5 * (l + sign * r)).collect()
    };
    let (mid, side) = (half(1.0), half(-1.0));
    assert!((db(amplitude(&mid, 1000.0, RATE, 0.2)) + 9.0).abs() < 0.05);
    assert!((db(amplitude(&side, 300.0, RATE, 0.2)) + 20.0).abs() < 0.01);
    // Dual mono: the same tone on one side leaves the other alone.
    let settings = BusCompressorSettings { channel: BusChannel::DualMono, ..settings };
    let quiet = tone(1000.0, RATE, 1.0, |_| -20.0);
    let loud = tone(1000.0, RATE, 1.0, |_| 0.0);
    let out = run_stereo(&mut prepared::<BusCompressor>(&settings, RATE), [&loud, &quiet], None);
    assert!((db(amplitude(&out[0], 1000.0, RATE, 0.2)) + 9.0).abs() < 0.05);
    assert!((db(amplitude(&out[1], 1000.0, RATE, 0.2)) + 20.0).abs() < 0.01);
}

#[test]
fn rms_detector_reads_3_db_less() {
    let settings = BusCompressorSettings { detector: Detector::Rms, ..glue(Topology::FeedForward) };
    let got = steady_db(&settings, 0.0);
    let expected = f64::from(settings.output_db(-3.0103)) + 3.0103;
    assert!((got - expected).abs() < 0.1, "{got} dB, expected {expected}");
}

#[test]
fn colour_adds_even_and_odd_harmonics_that_follow_the_reduction() {
    // A key sets the reduction and the make-up undoes it: the same level is coloured each time.
    let harmonics = |colour: f32, range_db: f32| {
        let settings = BusCompressorSettings {
            colour,
            range_db,
            makeup_db: range_db,
            ratio: 10.0,
            ..keyed(Topology::FeedForward)
        };
        let input = tone(500.0, RATE, 1.5, |_| -12.0);
        let key = tone(700.0, RATE, 1.5, |_| 12.0);
        let out = run_keyed(&mut prepared::<BusCompressor>(&settings, RATE), &input, Some(&key));
        let wanted = amplitude(&out, 500.0, RATE, 1.0);
        let tail = &out[24_000..];
        let mean = tail.iter().map(|x| f64::from(*x)).sum::<f64>() / tail.len() as f64;
        assert!(mean.abs() < 1e-4, "DC {mean}");
        [2.0, 3.0].map(|k| db(amplitude(&out, 500.0 * k, RATE, 1.0) / wanted))
    };
    let (none, rest) = (harmonics(0.0, 12.0), harmonics(1.0, 0.0));
    let (some, driven) = (harmonics(1.0, 3.0), harmonics(1.0, 12.0));
    println!("colour: {none:.1?} {rest:.1?} {some:.1?} {driven:.1?} dB");
    for k in 0..2 {
        assert!(none[k] < -90.0 && rest[k] > -70.0, "{none:?} {rest:?}");
        assert!(some[k] > rest[k] + 3.0 && driven[k] > some[k] + 3.0, "{some:?} {driven:?}");
        assert!((-60.0..-35.0).contains(&driven[k]), "{driven:?}");
    }
}

#[test]
fn soft_clip_never_exceeds_half_a_db_below_full_scale_and_spares_what_is_quiet() {
    let settings = BusCompressorSettings {
        clip: true,
        threshold_db: 0.0,
        makeup_db: 12.0,
        ..glue(Topology::Feedback)
    };
    let out = through(&settings, &noise(21, 48_000));
    let peak = out.iter().fold(0.0f32, |a, b| a.max(b.abs()));
    assert!(peak <= 0.944_07 && peak > 0.93, "{peak}");
    let settings = BusCompressorSettings { makeup_db: 0.0, ..settings };
    let compressor = prepared::<BusCompressor>(&settings, RATE);
    let late = compressor.latency_samples();
    let input = tone(997.0, RATE, 0.5, |_| -20.0);
    let out = through(&settings, &input);
    for i in 2 * late..input.len() {
        assert!((out[i] - input[i - late]).abs() < 1e-6, "sample {i}");
    }
}

#[test]
fn key_listen_lets_the_filtered_key_be_heard() {
    let settings = BusCompressorSettings {
        key_listen: true,
        key_high_pass_hz: 200.0,
        ..keyed(Topology::Feedback)
    };
    let input = tone(1000.0, RATE, 0.5, |_| -3.0);
    let key = tone(100.0, RATE, 0.5, |_| -6.0);
    let out = run_keyed(&mut prepared::<BusCompressor>(&settings, RATE), &input, Some(&key));
    let filter = shared_dsp::biquad::Biquad::key_high_pass(200.0, RATE);
    let got = db(amplitude(&out, 100.0, RATE, 0.2)) + 6.0;
    assert!((got - filter.response_db(100.0, RATE)).abs() < 0.05, "{got} dB");
    assert!(amplitude(&out, 1000.0, RATE, 0.2) < 1e-4);
}

#[test]
fn colour_automated_to_nothing_keeps_the_latency_and_delays_bit_for_bit_until_a_reset() {
    let input: Vec<f32> = noise(6, 24_000).iter().map(|x| 0.1 * x).collect();
    let plain = BusCompressorSettings { threshold_db: 0.0, ..glue(Topology::Feedback) };
    for shaped in [
        BusCompressorSettings { colour: 0.5, ..plain },
        BusCompressorSettings { clip: true, ..plain },
    ] {
        let mut compressor = prepared::<BusCompressor>(&plain, RATE);
        assert_eq!(compressor.latency_samples(), 0);
        assert!(run(&mut compressor, &input) == input);
        for settings in [&shaped, &plain, &shaped, &plain] {
            compressor.set(settings);
            assert_eq!(compressor.latency_samples(), 31);
            run(&mut compressor, &input);
        }
        let out = run(&mut compressor, &input);
        assert!(out[31..] == input[..input.len() - 31]);
        compressor.reset();
        assert_eq!(compressor.latency_samples(), 0);
        assert!(run(&mut compressor, &input) == input);
    }
}

#[test]
fn colour_and_clip_that_fade_out_end_without_a_step() {
    // Nothing is reduced, so what differs from the input is what they add.
    let plain = BusCompressorSettings {
        threshold_db: 0.0,
        ratio: 1.5,
        knee_db: 0.0,
        ..glue(Topology::Feedback)
    };
    let input = tone(997.0, RATE, 0.5, |_| -1.0);
    for shaped in [
        BusCompressorSettings { colour: 1.0, ..plain },
        BusCompressorSettings { clip: true, ..plain },
    ] {
        let mut compressor = prepared::<BusCompressor>(&shaped, RATE);
        let late = compressor.latency_samples();
        run(&mut compressor, &input);
        compressor.set(&plain);
        // The tone goes on where it was, half a second having been whole periods and a half.
        let next: Vec<f32> = input.iter().map(|x| -x).collect();
        let out = run(&mut compressor, &next);
        let added: Vec<f32> = out[late..].iter().zip(&next).map(|(y, x)| y - x).collect();
        let bend = |w: &[f32]| (w[2] - 2.0 * w[1] + w[0]).abs();
        let faded = 960 - late;
        let sharpest = added[faded - 16..].windows(3).map(bend).fold(0.0, f32::max);
        println!("sharpest bend at the end {sharpest:.2e}");
        assert!(sharpest < 2.5e-4, "{sharpest}: {shaped:?}");
        assert!(added[960 + late..].iter().all(|x| *x == 0.0), "the bits come back");
    }
}

//! The gate and expander.

use super::support::*;
use shared_dsp::dynamics::{Gate, GateSettings, KeySource};
use shared_dsp::effect::Effect;

fn gate() -> GateSettings {
    GateSettings { on: true, ..Default::default() }
}

fn keyed() -> GateSettings {
    GateSettings { key: KeySource::Sidechain, ..gate() }
}

#[test]
fn gate_opens_within_its_attack_and_one_sample_of_the_crossing() {
    for rate in RATES {
        for attack_ms in [0.05, 0.5, 5.0, 100.0] {
            for range_db in [10.0f32, 80.0] {
                let settings = GateSettings { attack_ms: attack_ms as f32, range_db, ..keyed() };
                let crossing = 4000;
                let mut key = vec![0.0f32; crossing + (0.2 * rate) as usize];
                key[crossing..].fill(0.1);
                let gains = gains_db(&mut prepared::<Gate>(&settings, rate), &key);
                assert!(gains[crossing - 1] < -f64::from(range_db) + 0.001);
                let open = gains.iter().position(|g| *g == 0.0).expect("it opens");
                let took = (open + 1 - crossing) as f64;
                let attack = (attack_ms * 0.001 * rate).max(1.0);
                assert!(took <= attack + 1.0, "{took} samples for {attack}, {rate} Hz");
                assert!(took >= 0.9 * attack - 1.0, "{took} samples for {attack}, {rate} Hz");
            }
        }
    }
}

#[test]
fn closed_gate_gain_is_exactly_the_range() {
    for range_db in [0.0f32, 6.0, 40.0, 80.0] {
        let settings = GateSettings { range_db, release_ms: 20.0, hold_ms: 0.0, ..gate() };
        let input = tone(500.0, RATE, 1.0, |t| if t < 0.2 { -6.0 } else { -50.0 });
        let out = run(&mut prepared::<Gate>(&settings, RATE), &input);
        let gain = shared_dsp::units::db_to_gain(-range_db);
        for i in 36_000..48_000 {
            assert_eq!(out[i], input[i] * gain, "range {range_db} dB");
        }
        assert!(out[9600 - 4800..9600] == input[9600 - 4800..9600], "open keeps every bit");
    }
}

#[test]
fn gate_does_not_chatter_on_a_decaying_low_tone() {
    for freq_hz in [40.0, 60.0, 110.0] {
        let settings = GateSettings { hold_ms: 0.0, release_ms: 5.0, ..keyed() };
        let key = tone(freq_hz, RATE, 3.0, |t| -20.0 - 20.0 * t);
        let gains = gains_db(&mut prepared::<Gate>(&settings, RATE), &key);
        let open: Vec<bool> = gains.iter().map(|g| *g > -1.0).collect();
        let changes = open.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert_eq!(changes, 2, "{freq_hz} Hz: opens and closes once");
    }
}

#[test]
fn gate_closes_below_threshold_less_hysteresis_after_the_hold() {
    for hysteresis_db in [0.0f32, 3.0, 12.0] {
        // A falling level: the time of closing tells the level of closing.
        let settings = GateSettings { hysteresis_db, hold_ms: 10.0, release_ms: 5.0, ..keyed() };
        let key = tone(3000.0, RATE, 3.0, |t| -30.0 - 20.0 * t);
        let gains = gains_db(&mut prepared::<Gate>(&settings, RATE), &key);
        let closing = gains.iter().skip(4800).position(|g| *g < -0.5).expect("it closes") + 4800;
        let level_db = -30.0 - 20.0 * (closing as f64 / RATE - 0.01);
        let expected = -40.0 - f64::from(hysteresis_db);
        assert!((level_db - expected).abs() < 0.1, "{level_db} dB, expected {expected}");
    }
    for hold_ms in [20.0, 50.0, 500.0] {
        let settings = GateSettings { hold_ms: hold_ms as f32, release_ms: 5.0, ..keyed() };
        let key = tone(3000.0, RATE, 1.5, |t| if t < 0.5 { -6.0 } else { -200.0 });
        let gains = gains_db(&mut prepared::<Gate>(&settings, RATE), &key);
        let closing = gains.iter().skip(4800).position(|g| *g < 0.0).expect("it closes") + 4800;
        let held = (closing as f64 / RATE - 0.5) * 1000.0;
        assert!((held - hold_ms).abs() < 0.6, "{held} ms for {hold_ms}");
    }
}

#[test]
fn gate_release_covers_63_percent_in_its_time() {
    for release_ms in [20.0, 150.0, 1000.0] {
        let settings = GateSettings { release_ms: release_ms as f32, hold_ms: 20.0, ..keyed() };
        let off = 0.5;
        let end = off + 0.03 + release_ms * 0.01;
        let key = tone(3000.0, RATE, end + 0.1, |t| if t < off { -6.0 } else { -200.0 });
        let gains = gains_db(&mut prepared::<Gate>(&settings, RATE), &key);
        let took = time_ms(&gains, RATE, off, end, 0.632) - 20.0;
        assert!((took - release_ms).abs() < 0.05 * release_ms, "{took} ms for {release_ms}");
    }
}

#[test]
fn gate_with_lookahead_passes_the_first_transient_whole_at_the_reported_latency() {
    let settings = GateSettings { lookahead_ms: 2.0, attack_ms: 1.0, ..gate() };
    let mut gate = prepared::<Gate>(&settings, RATE);
    assert_eq!(gate.latency_samples(), 96);
    let input = tone(1000.0, RATE, 0.4, |t| if t < 0.2 { -200.0 } else { -6.0 });
    let out = run(&mut gate, &input);
    assert!(out[9600 + 96..] == input[9600..input.len() - 96]);
    assert!(gate.is_open());
    gate.take_reading();
    run(&mut gate, &input[9600..]);
    let reading = gate.take_reading();
    assert!(reading.reduction_db == 0.0 && (reading.level_db + 6.0).abs() < 0.05, "{reading:?}");
}

#[test]
fn expander_follows_its_ratio_below_the_threshold() {
    for (ratio, level_db) in [(2.0f32, -50.0f32), (3.0, -45.0), (1.0, -60.0), (4.0, -70.0)] {
        let settings = GateSettings { ratio, range_db: 30.0, ..gate() };
        let input = tone(1000.0, RATE, 2.0, |_| f64::from(level_db));
        let out = run(&mut prepared::<Gate>(&settings, RATE), &input);
        let got = db(amplitude(&out, 1000.0, RATE, 0.2));
        let expected = f64::from(settings.curve().output_db(level_db));
        assert!((got - expected).abs() < 0.05, "{ratio}:1 at {level_db}: {got} dB, {expected}");
    }
}

#[test]
fn gate_key_filters_choose_what_opens_it() {
    // high-pass, low-pass, and whether 60 Hz, 1 kHz and 10 kHz of -30 dB open it
    let table = [
        (20.0, 20_000.0, [true, true, true]),
        (400.0, 20_000.0, [false, true, true]),
        (20.0, 3000.0, [true, true, false]),
        (400.0, 3000.0, [false, true, false]),
    ];
    for (key_high_pass_hz, key_low_pass_hz, expected) in table {
        let settings = GateSettings { key_high_pass_hz, key_low_pass_hz, ..gate() };
        let opened = [60.0, 1000.0, 10_000.0].map(|freq_hz| {
            let mut gate = prepared::<Gate>(&settings, RATE);
            run(&mut gate, &tone(freq_hz, RATE, 0.5, |_| -30.0));
            gate.is_open()
        });
        assert_eq!(opened, expected, "{key_high_pass_hz}..{key_low_pass_hz} Hz");
    }
}

#[test]
fn gate_listen_lets_the_filtered_key_be_heard() {
    let input = tone(1000.0, RATE, 0.5, |_| -3.0);
    let key = tone(100.0, RATE, 0.5, |_| -6.0);
    let settings =
        GateSettings { listen: true, key_high_pass_hz: 200.0, lookahead_ms: 1.0, ..keyed() };
    let out = run_keyed(&mut prepared::<Gate>(&settings, RATE), &input, Some(&key));
    let filter = shared_dsp::biquad::Biquad::key_high_pass(200.0, RATE);
    let got = db(amplitude(&out, 100.0, RATE, 0.2)) + 6.0;
    assert!((got - filter.response_db(100.0, RATE)).abs() < 0.05, "{got} dB");
    assert!(amplitude(&out, 1000.0, RATE, 0.2) < 1e-4);
}

#[test]
fn gate_switched_off_keeps_every_bit() {
    let input = noise(5, 20_000);
    let settings = GateSettings { on: false, threshold_db: 0.0, ..gate() };
    assert!(run(&mut prepared::<Gate>(&settings, RATE), &input) == input);
}

//! What all three dynamics have in common: no bad input locks a detector, no setting clicks, no block
//! size is heard.

use super::support::*;
use shared_dsp::dynamics::*;
use shared_dsp::effect::{Effect, Io};

fn comp() -> CompressorSettings {
    CompressorSettings { on: true, ..Default::default() }
}

fn gate() -> GateSettings {
    GateSettings { on: true, ..Default::default() }
}

/// Every kind of audio that has locked a detector somewhere, half a second of each.
fn bad_inputs() -> [(&'static str, Vec<f32>); 7] {
    let of = |sample: &dyn Fn(usize) -> f32| (0..24_000).map(sample).collect::<Vec<f32>>();
    let square = |n: usize| if (n / 200).is_multiple_of(2) { 1.0 } else { -1.0 };
    [
        ("NaN", of(&|_| f32::NAN)),
        ("infinity", of(&|n| if n.is_multiple_of(2) { f32::INFINITY } else { f32::NEG_INFINITY })),
        ("1e30", of(&|_| 1e30)),
        ("one absurd sample", of(&|n| if n == 12_000 { -3e38 } else { 0.0 })),
        ("DC", of(&|_| 1.0)),
        ("full-scale square", of(&square)),
        (
            "silence between bursts",
            of(&|n| if (n / 4800).is_multiple_of(2) { square(n) } else { 0.0 }),
        ),
    ]
}

/// Runs bad audio and then a tone through an effect, in its input or only in its key, and gives back
/// the tone before and after.
fn after<E: Effect + Default>(
    settings: &E::Settings,
    bad: &[f32],
    in_key: bool,
    level_db: f64,
) -> [Vec<f32>; 2] {
    let mut effect = prepared::<E>(settings, RATE);
    let tone = tone(1000.0, RATE, 4.0, |_| level_db);
    let first = if in_key { vec![0.01; bad.len()] } else { bad.to_vec() };
    let key = if in_key { bad.to_vec() } else { vec![0.0; bad.len()] };
    let out = run_keyed(
        &mut effect,
        &[first, tone.clone()].concat(),
        Some(&[key, tone.clone()].concat()),
    );
    assert!(out.iter().all(|x| x.is_finite()));
    [tone[144_000..].to_vec(), out[bad.len() + 144_000..].to_vec()]
}

#[test]
fn no_bad_input_locks_a_compressor() {
    for (name, bad) in bad_inputs() {
        for (detector, auto_release) in [(Detector::Peak, true), (Detector::Rms, false)] {
            for in_key in [false, true] {
                let key = if in_key { KeySource::Sidechain } else { KeySource::Internal };
                let settings = CompressorSettings {
                    key,
                    detector,
                    auto_release,
                    release_ms: 50.0,
                    threshold_db: -30.0,
                    link: 0.5,
                    ..comp()
                };
                let [input, output] = after::<Compressor>(&settings, &bad, in_key, -40.0);
                assert!(input == output, "compressor, {name}, {detector:?}, key {key:?}");
            }
        }
    }
}

#[test]
fn no_bad_input_locks_a_bus_compressor() {
    for (name, bad) in bad_inputs() {
        for (detector, topology) in
            [(Detector::Peak, Topology::Feedback), (Detector::Rms, Topology::FeedForward)]
        {
            for in_key in [false, true] {
                let key = if in_key { KeySource::Sidechain } else { KeySource::Internal };
                let settings = BusCompressorSettings {
                    key,
                    detector,
                    topology,
                    threshold_db: -30.0,
                    release: Release::Ms(100.0),
                    ..Default::default()
                };
                let [input, output] = after::<BusCompressor>(&settings, &bad, in_key, -40.0);
                assert!(input == output, "{name}, {detector:?}, {topology:?}, {key:?}");
            }
        }
    }
}

#[test]
fn no_bad_input_locks_a_gate_open_or_closed() {
    for (name, bad) in bad_inputs() {
        for in_key in [false, true] {
            let key = if in_key { KeySource::Sidechain } else { KeySource::Internal };
            for ratio in [4.0, 100.0] {
                let settings = GateSettings { key, ratio, range_db: 20.0, ..gate() };
                let [input, output] = after::<Gate>(&settings, &bad, in_key, -30.0);
                assert!(input == output, "{name}, {key:?}: it must open again");
                let [input, output] = after::<Gate>(&settings, &bad, in_key, -55.0);
                let change = rms_db(&output) - rms_db(&input);
                assert!(
                    (change + 20.0).abs() < 0.01,
                    "{name}, {key:?}: it must close: {change} dB"
                );
            }
        }
    }
}

#[test]
fn a_dc_offset_neither_compresses_nor_opens() {
    let quiet = tone(1000.0, RATE, 4.0, |_| -50.0);
    let input: Vec<f32> = quiet.iter().map(|x| x + 0.5).collect();
    for detector in [Detector::Peak, Detector::Rms] {
        let out = run(
            &mut prepared::<Compressor>(&CompressorSettings { detector, ..comp() }, RATE),
            &input,
        );
        assert!(out[144_000..] == input[144_000..], "{detector:?}");
    }
    let settings = BusCompressorSettings { release: Release::Ms(100.0), ..Default::default() };
    let out = run(&mut prepared::<BusCompressor>(&settings, RATE), &input);
    assert!(out[144_000..] == input[144_000..]);
    let mut gate = prepared::<Gate>(&gate(), RATE);
    run(&mut gate, &input);
    assert!(!gate.is_open());
}

/// Runs a low tone through an effect whose settings change every 0.1 s, and gives back the largest
/// second difference: a click stands far above the tone's own.
fn sharpest<E: Effect + Default>(settings: &[E::Settings]) -> f64 {
    let mut effect = prepared::<E>(&settings[0], RATE);
    let mut audio = tone(100.0, RATE, 2.0, |_| -6.0);
    let mut right = audio.clone();
    for (n, (l, r)) in audio.chunks_mut(4801).zip(right.chunks_mut(4801)).enumerate() {
        effect.set(&settings[n % settings.len()]);
        effect.process(Io::stereo(l, r));
    }
    let bend = |w: &[f32]| f64::from(w[2] - 2.0 * w[1] + w[0]).abs();
    audio.windows(3).map(bend).fold(0.0, f64::max)
}

#[test]
fn changing_a_setting_while_audio_plays_does_not_click() {
    // A step of 1 % of full scale would be 0.01.
    let quiet = 0.002;
    let loud = CompressorSettings { threshold_db: -40.0, ..comp() };
    for changed in [
        CompressorSettings { on: false, ..loud },
        CompressorSettings { lookahead_ms: 10.0, ..loud },
        CompressorSettings { on: false, lookahead_ms: 7.0, ..loud },
        CompressorSettings { threshold_db: -10.0, ratio: 100.0, ..loud },
        CompressorSettings { makeup_db: 6.0, mix: 0.3, ..loud },
        CompressorSettings { auto_makeup: true, detector: Detector::Rms, ..loud },
        CompressorSettings { listen: true, range_db: 3.0, ..loud },
        CompressorSettings { key_high_pass_hz: 300.0, link: 0.0, ..loud },
    ] {
        let worst = sharpest::<Compressor>(&[loud, changed]);
        assert!(worst < quiet, "{worst}: {changed:?}");
    }
    let open = GateSettings { range_db: 20.0, attack_ms: 10.0, ..gate() };
    for changed in [
        GateSettings { on: false, ..open },
        GateSettings { threshold_db: 0.0, ..open },
        GateSettings { lookahead_ms: 10.0, threshold_db: 0.0, ratio: 2.0, ..open },
        GateSettings { threshold_db: 0.0, range_db: 3.0, ..open },
        GateSettings { listen: true, ..open },
    ] {
        let worst = sharpest::<Gate>(&[open, changed]);
        assert!(worst < quiet, "{worst}: {changed:?}");
    }
    let glue = BusCompressorSettings { threshold_db: -24.0, ..Default::default() };
    for changed in [
        BusCompressorSettings { topology: Topology::FeedForward, ..glue },
        BusCompressorSettings { channel: BusChannel::MidSide, ..glue },
        BusCompressorSettings { colour: 1.0, ..glue },
        BusCompressorSettings { clip: true, ratio: 10.0, ..glue },
        BusCompressorSettings { delta: true, ..glue },
        BusCompressorSettings { key_listen: true, mix: 0.2, ..glue },
        BusCompressorSettings { makeup_db: 6.0, auto_makeup: true, ..glue },
    ] {
        let worst = sharpest::<BusCompressor>(&[glue, changed]);
        assert!(worst < quiet, "{worst}: {changed:?}");
    }
}

/// The bits of an effect whose settings change every 485 frames (off the control rate), with blocks of one size.
fn bits<E: Effect + Default>(settings: &[E::Settings], block: usize) -> Vec<u32> {
    let mut effect = prepared::<E>(&settings[0], RATE);
    let mut left = noise(31, 9700);
    let mut right: Vec<f32> = left.iter().rev().map(|x| x * 0.5).collect();
    let key = tone(150.0, RATE, 0.21, |t| -300.0 * t);
    for (n, (l, r)) in left.chunks_mut(485).zip(right.chunks_mut(485)).enumerate() {
        effect.set(&settings[n % settings.len()]);
        let key = key[n * 485..(n + 1) * 485].chunks(block);
        for ((l, r), key) in l.chunks_mut(block).zip(r.chunks_mut(block)).zip(key) {
            effect.process(Io::stereo(l, r).with_key(key, key));
        }
    }
    left.iter().chain(&right).map(|x| x.to_bits()).collect()
}

fn any_split_is_the_same<E: Effect + Default>(settings: &[E::Settings]) {
    let whole = bits::<E>(settings, 485);
    for block in [1, 7, 16, 100] {
        assert!(bits::<E>(settings, block) == whole, "blocks of {block}");
    }
}

#[test]
fn the_bits_do_not_depend_on_the_blocks_while_settings_move() {
    any_split_is_the_same::<Compressor>(&[
        CompressorSettings { auto_makeup: true, link: 0.4, threshold_db: -30.0, ..comp() },
        CompressorSettings { on: false, ..comp() },
        CompressorSettings { lookahead_ms: 3.0, detector: Detector::Rms, ..comp() },
        CompressorSettings { key: KeySource::Sidechain, listen: true, ..comp() },
        CompressorSettings { attack_ms: 0.05, key_high_pass_hz: 200.0, mix: 0.5, ..comp() },
    ]);
    any_split_is_the_same::<Gate>(&[
        GateSettings { threshold_db: -6.0, ..gate() },
        GateSettings { on: false, ..gate() },
        GateSettings { ratio: 3.0, threshold_db: 0.0, lookahead_ms: 2.0, ..gate() },
        GateSettings { key: KeySource::Sidechain, key_low_pass_hz: 900.0, ..gate() },
    ]);
    let glue = BusCompressorSettings { threshold_db: -24.0, ..Default::default() };
    any_split_is_the_same::<BusCompressor>(&[
        glue,
        BusCompressorSettings { topology: Topology::FeedForward, auto_makeup: true, ..glue },
        BusCompressorSettings { colour: 0.7, clip: true, makeup_db: 9.0, ..glue },
        BusCompressorSettings { channel: BusChannel::MidSide, link: 0.2, mix: 0.6, ..glue },
        BusCompressorSettings { delta: true, detector: Detector::Rms, ..glue },
    ]);
}

/// Off is a pure delay by the lookahead, and switching never changes the latency.
fn off_is_the_input_later<E: Effect + Default>(on: &E::Settings, off: &E::Settings, late: usize) {
    let input = noise(5, 24_000);
    let mut effect = prepared::<E>(off, RATE);
    for settings in [off, on, off] {
        effect.set(settings);
        assert_eq!(effect.latency_samples(), late);
        run(&mut effect, &input);
    }
    for mut effect in [effect, prepared::<E>(off, RATE)] {
        let out = run(&mut effect, &input);
        assert!(out[late..] == input[..input.len() - late], "{late} samples late");
    }
}

#[test]
fn switching_off_keeps_the_latency_and_the_bits() {
    for (lookahead_ms, late) in [(0.0, 0), (2.0, 96), (10.0, 480)] {
        let on = CompressorSettings { lookahead_ms, ..comp() };
        off_is_the_input_later::<Compressor>(&on, &CompressorSettings { on: false, ..on }, late);
        let on = GateSettings { lookahead_ms, ..gate() };
        off_is_the_input_later::<Gate>(&on, &GateSettings { on: false, ..on }, late);
    }
}

/// A key that was heard long ago is not heard again when listening begins anew.
fn listening_begins_with_the_key_of_now<E: Effect + Default>(
    listening: &E::Settings,
    other: &E::Settings,
) {
    let (silence, loud) = (vec![0.0; 24_000], tone(1000.0, RATE, 0.5, |_| 0.0));
    let mut effect = prepared::<E>(listening, RATE);
    let heard = run_keyed(&mut effect, &silence, Some(&loud));
    assert!(rms_db(&heard) > -6.0);
    effect.set(other);
    run_keyed(&mut effect, &silence, Some(&loud));
    // Long enough for the key's filter to forget.
    run_keyed(&mut effect, &vec![0.0; 48_000], Some(&vec![0.0; 48_000]));
    effect.set(listening);
    let heard = run_keyed(&mut effect, &silence, Some(&silence));
    let stale = heard.iter().fold(0.0f32, |a, x| a.max(x.abs()));
    assert!(stale < 1e-6, "{stale} of a key that is silent");
}

#[test]
fn listen_begins_with_the_key_of_now_at_any_lookahead() {
    for lookahead_ms in [2.0, 10.0] {
        let key = KeySource::Sidechain;
        let s = CompressorSettings { key, lookahead_ms, listen: true, ..comp() };
        for other in
            [CompressorSettings { listen: false, ..s }, CompressorSettings { on: false, ..s }]
        {
            listening_begins_with_the_key_of_now::<Compressor>(&s, &other);
        }
        let s = GateSettings { key, lookahead_ms, listen: true, ..gate() };
        for other in [GateSettings { listen: false, ..s }, GateSettings { on: false, ..s }] {
            listening_begins_with_the_key_of_now::<Gate>(&s, &other);
        }
    }
}

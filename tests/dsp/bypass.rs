//! The host's bypass and the level match, around chains that are late and loud.

use proscenium_tests::contract::{Audio, Contract, prepared, run};
use proscenium_tests::{measure, signals};
use shared_dsp::bypass::{Bypass, BypassSettings};
use shared_dsp::delay_line::DelayLine;
use shared_dsp::effect::{Effect, Io, Tail};

const RATE: f64 = 48_000.0;
const LATE: usize = 77;

/// A bypass around a chain that is 77 samples late, `GAIN` per mille loud and a little dull.
#[derive(Clone, Default)]
struct Around<const GAIN: u32> {
    bypass: Bypass,
    lines: [DelayLine; 2],
    last: [f32; 2],
}

impl<const GAIN: u32> Effect for Around<GAIN> {
    type Settings = BypassSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &BypassSettings) {
        self.bypass.prepare(sample_rate_hz, 500, settings);
        self.lines.iter_mut().for_each(|line| line.prepare(LATE));
        self.reset();
    }

    fn reset(&mut self) {
        self.bypass.reset();
        self.lines.iter_mut().for_each(DelayLine::reset);
        self.last = [0.0; 2];
    }

    fn set(&mut self, settings: &BypassSettings) {
        self.bypass.set(settings);
    }

    fn process(&mut self, io: Io<'_>) {
        let Self { bypass, lines, last } = self;
        bypass.process(io, LATE, |io| {
            for channel in 0..2 {
                for sample in io.main[channel].iter_mut() {
                    let late = lines[channel].tick(*sample, LATE);
                    let before = std::mem::replace(&mut last[channel], late);
                    *sample = GAIN as f32 / 1000.0 * (0.8 * late + 0.2 * before);
                }
            }
        });
    }

    fn latency_samples(&self) -> usize {
        LATE
    }

    fn tail(&self) -> Tail {
        Tail::Samples(500)
    }
}

const BYPASSED: BypassSettings = BypassSettings { bypassed: true, level_match: false };
const MATCHED: BypassSettings = BypassSettings { bypassed: true, level_match: true };
const ACTIVE: BypassSettings = BypassSettings { bypassed: false, level_match: false };

#[test]
fn bypass_keeps_the_contract() {
    let active_matched = BypassSettings { bypassed: false, level_match: true };
    Contract::<Around<2000>>::new("bypass")
        .case("bypassed", BYPASSED)
        .case("matched", MATCHED)
        .case("active and matching", active_matched)
        // The match remembers the loudness of seconds.
        .recovery_s(3.0)
        .latency_at(ACTIVE)
        .latency_at(BYPASSED)
        .sweep("bypass", |x| if x > 0.5 { BYPASSED } else { ACTIVE })
        .sweep("matched bypass", |x| if x > 0.5 { MATCHED } else { active_matched })
        .check();
}

#[test]
fn what_is_bypassed_is_the_input_bit_for_bit_and_as_late_as_the_chain() {
    let audio = Audio::programme(0.5, RATE);
    let output = run(&mut prepared::<Around<2000>>(&BYPASSED, RATE), &audio, &[], || 300).main;
    for (out, input) in output.iter().zip(&audio.main) {
        assert!(out[..LATE].iter().all(|&sample| sample == 0.0));
        assert_eq!(out[LATE..], input[..input.len() - LATE]);
    }
}

#[test]
fn switching_takes_10_ms_and_ends_on_the_bits_of_either_side() {
    let audio = Audio::programme(0.5, RATE);
    let process = |settings: &BypassSettings, sets: &[(usize, BypassSettings)]| {
        run(&mut prepared::<Around<2000>>(settings, RATE), &audio, sets, || 64).main
    };
    let (active, bypassed) = (process(&ACTIVE, &[]), process(&BYPASSED, &[]));
    let switched = process(&ACTIVE, &[(5000, BYPASSED), (10_000, ACTIVE)]);
    assert_eq!(switched[0][..5000], active[0][..5000]);
    assert_eq!(switched[0][5480..10_000], bypassed[0][5480..10_000]);
    assert_eq!(switched[0][10_480..], active[0][10_480..]);
    assert_ne!(switched[0][5200..5300], bypassed[0][5200..5300]);
}

fn apart_lu<const GAIN: u32>(main: signals::Stereo, rate: f64) -> f64 {
    let audio = Audio { key: main.clone(), main };
    // From the fourth second on: three seconds to measure.
    let heard = |settings: &BypassSettings| {
        let output = run(&mut prepared::<Around<GAIN>>(settings, rate), &audio, &[], || 512).main;
        let from = signals::frames(3.0, rate);
        measure::lufs(&output.map(|channel| channel[from..].to_vec()), rate)
    };
    heard(&MATCHED) - heard(&ACTIVE)
}

#[test]
fn a_matched_bypass_is_as_loud_as_the_chain_within_half_a_unit_after_3_s() {
    for rate in [44_100.0, 96_000.0] {
        let pink = [5, 6].map(|seed| signals::pink_noise(-20.0, 8.0, rate, seed));
        for apart in [
            apart_lu::<250>(pink.clone(), rate),
            apart_lu::<3000>(pink, rate),
            apart_lu::<500>(signals::programme(8.0, rate), rate),
            apart_lu::<4000>(signals::programme(8.0, rate), rate),
        ] {
            assert!(apart.abs() < 0.5, "{apart} LU apart at {rate} Hz");
        }
    }
}

#[test]
fn a_match_in_silence_stays_at_0_db() {
    let mut around = prepared::<Around<4000>>(&MATCHED, RATE);
    run(&mut around, &Audio::silence(1.0, RATE), &[], || 512);
    assert_eq!(around.bypass.match_db(), 0.0);
}

#[test]
fn a_latency_that_changes_while_bypassed_does_not_click() {
    let bypassed = BypassSettings { bypassed: true, level_match: false };
    let mut bypass = Bypass::default();
    bypass.prepare(RATE, 500, &bypassed);
    let sine = |i: usize| (i as f32 * std::f32::consts::TAU * 440.0 / RATE as f32).sin();
    let mut left: Vec<f32> = (0..24_000).map(sine).collect();
    let mut right = left.clone();
    for (index, (l, r)) in left.chunks_mut(6000).zip(right.chunks_mut(6000)).enumerate() {
        // A quarter of a period of 440 Hz is 27 samples: the worst jump that a delay can make.
        let latency = [0, 82, 300, 27][index];
        bypass.process(Io::stereo(l, r), latency, |_| {});
    }
    // A sine of full scale bends by at most (2 pi 440 / 48000)^2 = 0.0033 from sample to sample.
    let bend = |w: &[f32]| (w[0] - 2.0 * w[1] + w[2]).abs();
    let worst = left.windows(3).map(bend).fold(0.0, f32::max);
    println!("worst bend {worst}");
    assert!(worst < 0.012, "{worst}");
    assert!((left[23_999] - sine(23_999 - 27)).abs() < 1e-6);
}

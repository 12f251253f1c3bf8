//! Each check finds an effect that breaks its rule.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How an effect breaks the contract.
const NOT_AT_ALL: u8 = 0;
const KEEPS_STATE_OVER_RESET: u8 = 1;
const SMOOTHS_PER_BLOCK: u8 = 2;
const COUNTS_SAMPLES: u8 = 3;
const KEEPS_NANS: u8 = 4;
const RINGS_FOR_EVER: u8 = 5;
const ALLOCATES: u8 = 6;
const JUMPS: u8 = 7;
const HIDES_LATENCY: u8 = 8;
const WAKES_LATE: u8 = 9;

/// A gain behind a one-pole low-pass of 1 ms.
#[derive(Clone, Default)]
struct Broken<const HOW: u8> {
    gain: f32,
    target: f32,
    keep: f32,
    state: [f32; 2],
    last: [f32; 2],
}

impl<const HOW: u8> Effect for Broken<HOW> {
    type Settings = f32;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &f32) {
        let rate = if HOW == COUNTS_SAMPLES { RATE } else { sample_rate_hz };
        self.keep = (-1000.0 / rate).exp() as f32;
        if HOW == RINGS_FOR_EVER {
            self.keep = 0.999_999_9;
        }
        self.target = *settings;
        self.reset();
    }

    fn reset(&mut self) {
        self.gain = self.target;
        if HOW != KEEPS_STATE_OVER_RESET {
            (self.state, self.last) = ([0.0; 2], [0.0; 2]);
        }
    }

    fn set(&mut self, settings: &f32) {
        self.target = *settings;
    }

    fn process(&mut self, mut io: Io<'_>) {
        if HOW != KEEPS_NANS {
            io.sanitize();
        }
        if HOW == WAKES_LATE && self.state == [0.0; 2] && io.main[0].first() == Some(&0.0) {
            return;
        }
        if HOW == ALLOCATES {
            std::hint::black_box(vec![0.0; io.frames()]);
        }
        if HOW == JUMPS {
            self.gain = self.target;
        }
        if HOW == SMOOTHS_PER_BLOCK {
            self.gain += 0.5 * (self.target - self.gain);
        }
        for n in 0..io.frames() {
            if HOW != SMOOTHS_PER_BLOCK {
                self.gain += 0.002 * (self.target - self.gain);
            }
            for channel in 0..2 {
                let x = (1.0 + self.gain) * io.main[channel][n];
                let y = self.keep * self.state[channel] + (1.0 - self.keep) * x;
                self.state[channel] = if y.abs() < 1e-20 { 0.0 } else { y };
                let late = std::mem::replace(&mut self.last[channel], x);
                io.main[channel][n] = if HOW == HIDES_LATENCY { late } else { self.state[channel] };
            }
        }
    }

    fn tail(&self) -> Tail {
        Tail::Samples(3000)
    }
}

fn is_caught(check: impl Fn()) -> bool {
    catch_unwind(AssertUnwindSafe(check)).is_err()
}

#[test]
fn each_check_finds_who_breaks_its_rule_and_passes_who_does_not() {
    type Good = Broken<NOT_AT_ALL>;
    macro_rules! tells_from_good {
        ($how:expr, $check:ident $arguments:tt) => {
            assert!(is_caught(|| $check::<Broken<$how>> $arguments), stringify!($how));
            $check::<Good> $arguments;
        };
    }
    tells_from_good!(KEEPS_STATE_OVER_RESET, reset_equals_fresh("", &0.5));
    tells_from_good!(SMOOTHS_PER_BLOCK, splits_give_the_same_bits("", &0.0, &1.0));
    tells_from_good!(WAKES_LATE, splits_wake_with_the_same_bits("", &0.0));
    tells_from_good!(COUNTS_SAMPLES, rates_agree("", &0.0, 0.5));
    tells_from_good!(KEEPS_NANS, bad_input_recovers("", &0.0, 0.1));
    tells_from_good!(RINGS_FOR_EVER, stays_finite_and_decays("", &1.0));
    tells_from_good!(ALLOCATES, nothing_allocates("", &0.0, &1.0));
    tells_from_good!(JUMPS, a_sweep_has_no_click("", -50.0, |x| 2.0 * x));
    assert!(is_caught(|| latency_is_the_measured_delay::<Broken<HIDES_LATENCY>>("", &0.0)));
}

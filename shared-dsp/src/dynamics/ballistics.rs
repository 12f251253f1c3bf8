//! Ballistics: how a gain reduction in dB follows the one its curve asks for.
//!
//! Smooth branching in dB (Giannoulis, Massberg and Reiss 2012): one pole with one time constant
//! upwards and another downwards.
//!
//! A level that rises under a fast attack reaches the gain as a staircase, one step for each half wave,
//! whose edges fall on samples: that aliases. So the last decibel or so of a fast attack is slower:
//! a transient is met at once, and small steps are smoothed.

use crate::units::one_pole_coefficient;

/// Recovery aims this much below its target, so that it arrives instead of creeping for ever.
const ARRIVAL_DB: f64 = 1.0e-3;

/// The time constant of small rises, in ms. A slower attack is the same for all.
const SMALL_RISE_MS: f32 = 1.0;

/// The rise in dB at which an attack is half way between that and its own.
const SMALL_RISE_DB: f64 = 1.5;

/// The automatic release at a release time of 100 %: a fast recovery for short peaks and a slow one
/// that only long passages charge. In parts of the release time.
const AUTO_FAST: f32 = 0.4;
const AUTO_SLOW: f32 = 4.3;
const AUTO_CHARGE: f32 = 3.3;

/// Times of a smoother.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BallisticsSpec {
    /// Time to 63 % of a rise in reduction, in ms.
    pub attack_ms: f32,
    /// Time to 63 % of the recovery, in ms.
    pub release_ms: f32,
    /// Two time constants: short peaks recover in 0.4, long passages in 4.3 release times.
    pub auto_release: bool,
    /// What the detector holds before it falls, in ms: taken off the release, so that the whole
    /// recovery still takes its time.
    pub held_ms: f32,
}

/// Coefficients of a smoother.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ballistics {
    attack: Rise,
    release: f64,
    slow_attack: Rise,
    slow_release: f64,
    auto_release: bool,
}

impl Ballistics {
    /// Coefficients at a sample rate.
    pub fn new(spec: BallisticsSpec, sample_rate_hz: f64) -> Self {
        let rate = |ms: f32| 1.0 - one_pole_coefficient(ms, sample_rate_hz);
        let fast_ms = if spec.auto_release { spec.release_ms * AUTO_FAST } else { spec.release_ms };
        Self {
            attack: Rise::from_ms(spec.attack_ms, sample_rate_hz),
            release: rate((fast_ms - spec.held_ms).max(0.25 * fast_ms)),
            slow_attack: Rise::even(rate(spec.release_ms * AUTO_CHARGE)),
            slow_release: rate(spec.release_ms * AUTO_SLOW),
            auto_release: spec.auto_release,
        }
    }
}

/// How fast a value in dB approaches another: the share of the way that is covered in a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rise {
    large: f64,
    small: f64,
}

impl Rise {
    /// The same for all ways.
    fn even(rate: f64) -> Self {
        Self { large: rate, small: rate }
    }

    /// By a time constant in ms; small ways take a millisecond at least.
    pub fn from_ms(time_ms: f32, sample_rate_hz: f64) -> Self {
        let rate = |ms: f32| 1.0 - one_pole_coefficient(ms, sample_rate_hz);
        Self { large: rate(time_ms), small: rate(time_ms.max(SMALL_RISE_MS)) }
    }

    /// For a way of so many dB.
    #[inline(always)]
    pub fn over(&self, way_db: f64) -> f64 {
        if self.large == self.small {
            return self.large;
        }
        const HALF: f64 = SMALL_RISE_DB * SMALL_RISE_DB * SMALL_RISE_DB * SMALL_RISE_DB;
        let square = way_db * way_db;
        let fourth = square * square;
        self.small + (self.large - self.small) * fourth / (fourth + HALF)
    }
}

/// A smoothed gain reduction in dB.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reduction {
    fast: f64,
    slow: f64,
}

impl Reduction {
    /// No reduction.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// The reduction of the last sample in dB.
    #[inline(always)]
    pub fn current_db(&self) -> f32 {
        (if self.slow > self.fast { self.slow } else { self.fast }) as f32
    }

    /// Whether there is none at all.
    #[inline]
    pub fn is_none(&self) -> bool {
        self.fast == 0.0 && self.slow == 0.0
    }

    /// The reduction of the next sample, of which the curve asks for `target_db`.
    #[inline(always)]
    pub fn tick(&mut self, c: &Ballistics, target_db: f32) -> f32 {
        self.tick_in_loop(c, target_db, 0.0)
    }

    /// The same inside a feedback loop, where `target_db` falls by `loop_gain` for each dB that the
    /// reduction grows: one implicit Euler step, stable however fast the loop.
    #[inline(always)]
    pub fn tick_in_loop(&mut self, c: &Ballistics, target_db: f32, loop_gain: f32) -> f32 {
        let target = f64::from(target_db);
        let gain = f64::from(loop_gain);
        self.fast = approach(self.fast, target, c.attack, c.release, gain);
        self.slow = if c.auto_release {
            approach(self.slow, target, c.slow_attack, c.slow_release, gain)
        } else {
            0.0
        };
        self.current_db()
    }
}

#[inline(always)]
fn approach(from: f64, target: f64, attack: Rise, release: f64, loop_gain: f64) -> f64 {
    if target > from {
        let attack = attack.over(target - from);
        from + damped(attack * (target - from), attack, loop_gain)
    } else {
        let next = from + damped(release * (target - ARRIVAL_DB - from), release, loop_gain);
        if next > target { next } else { target }
    }
}

/// A step inside a feedback loop. Without one there is no division, which would be the longest link
/// of the chain from one sample to the next.
#[inline(always)]
fn damped(step: f64, rate: f64, loop_gain: f64) -> f64 {
    if loop_gain == 0.0 { step } else { step / (1.0 + rate * loop_gain) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(attack_ms: f32, release_ms: f32, auto_release: bool) -> BallisticsSpec {
        BallisticsSpec { attack_ms, release_ms, auto_release, held_ms: 0.0 }
    }

    /// Samples until the reduction has covered `share` of the way from where it is to `target`.
    fn time(state: &mut Reduction, c: &Ballistics, target: f32, share: f32) -> f64 {
        let from = state.current_db();
        let goal = from + share * (target - from);
        let rising = target > from;
        (1..).find(|_| (state.tick(c, target) >= goal) == rising).unwrap_or(0) as f64
    }

    #[test]
    fn attack_and_release_take_their_time_to_63_percent() {
        for (attack, release) in [(0.05f32, 5.0f32), (1.0, 50.0), (10.0, 120.0), (250.0, 2500.0)] {
            for rate in [44_100.0, 192_000.0] {
                let c = Ballistics::new(spec(attack, release, false), rate);
                let mut state = Reduction::default();
                let up = time(&mut state, &c, 10.0, 0.632) / rate * 1000.0;
                let tolerance = |ms: f32| 0.02 * f64::from(ms) + 1000.0 / rate;
                assert!((up - f64::from(attack)).abs() < tolerance(attack), "attack {up} ms");
                while state.current_db() < 9.99 {
                    state.tick(&c, 10.0);
                }
                let down = time(&mut state, &c, 0.0, 0.632) / rate * 1000.0;
                assert!((down - f64::from(release)).abs() < tolerance(release), "release {down}");
            }
        }
    }

    #[test]
    fn small_steps_of_a_fast_attack_are_smoothed_and_large_ones_are_not() {
        // attack in ms, step in dB, time to 63 % in ms
        let table = [
            (0.05, 12.0, 0.05),
            (0.05, 6.0, 0.055),
            (0.05, 0.3, 1.0),
            (0.2, 0.1, 1.0),
            (1.0, 0.1, 1.0),
            (10.0, 0.1, 10.0),
            (10.0, 12.0, 10.0),
        ];
        for (attack_ms, step, expected_ms) in table {
            let rate = 1_920_000.0;
            let c = Ballistics::new(spec(attack_ms, 100.0, false), rate);
            let took = time(&mut Reduction::default(), &c, step, 0.632) / rate * 1000.0;
            assert!((took / expected_ms - 1.0).abs() < 0.05, "{attack_ms} ms {step} dB: {took} ms");
        }
    }

    #[test]
    fn recovery_arrives_at_exactly_nothing() {
        let c = Ballistics::new(spec(1.0, 100.0, true), 48_000.0);
        let mut state = Reduction::default();
        for _ in 0..4800 {
            state.tick(&c, 20.0);
        }
        for _ in 0..480_000 {
            state.tick(&c, 0.0);
        }
        assert!(state.is_none());
    }

    #[test]
    fn auto_release_forgets_a_burst_fast_and_a_passage_slowly() {
        let rate = 48_000.0;
        let c = Ballistics::new(spec(1.0, 120.0, true), rate);
        let recovery_ms = |passage_ms: f64| {
            let mut state = Reduction::default();
            for _ in 0..(passage_ms * 48.0) as usize {
                state.tick(&c, 10.0);
            }
            time(&mut state, &c, 0.0, 0.9) / rate * 1000.0
        };
        let (burst, passage) = (recovery_ms(5.0), recovery_ms(2000.0));
        assert!(burst < 150.0, "{burst} ms");
        assert!((800.0..2000.0).contains(&passage), "{passage} ms");
    }

    #[test]
    fn a_feedback_loop_settles_on_the_same_reduction_as_its_closed_form() {
        use super::super::curve::{Curve, CurveSpec};
        let shape = CurveSpec { threshold_db: -20.0, ratio: 1.0, knee_db: 6.0, range_db: 60.0 };
        for slope in [0.5, 2.25, 6.75] {
            let curve = Curve::with_slope(slope, shape);
            for attack_ms in [0.02, 0.1, 30.0] {
                let c = Ballistics::new(spec(attack_ms, 100.0, false), 44_100.0);
                let mut state = Reduction::default();
                for _ in 0..44_100 {
                    let output_db = -3.0 - state.current_db();
                    let target = curve.reduction_db(output_db);
                    state.tick_in_loop(&c, target, curve.gradient(output_db));
                }
                let expected = curve.feedback_reduction_db(-3.0);
                assert!((state.current_db() - expected).abs() < 0.01, "{slope} {attack_ms}");
            }
        }
    }
}

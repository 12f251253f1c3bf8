//! A second-order section as a state-variable filter with trapezoidal integrators (Zavalishin 2012,
//! Simper 2013): the same responses as a biquad, but well-behaved while its coefficients move, since
//! its states are those of the integrators and not past outputs.

/// Coefficients: three of the loop, three of the mix of input, band-pass and low-pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Svf {
    /// 1 / (1 + g (g + k)), g / (...), g^2 / (...).
    pub(super) a: [f64; 3],
    /// Shares of the input, the band-pass and the low-pass in the output.
    pub(super) m: [f64; 3],
}

impl Svf {
    /// Passes audio unchanged.
    pub const IDENTITY: Self = Self { a: [0.5, 0.25, 0.125], m: [1.0, 0.0, 0.0] };

    /// Loop gain `g` = tan(w / 2) and damping `k` of the poles, and the shares of low-pass, band-pass and
    /// high-pass in the output.
    pub fn new(g: f64, k: f64, [low, band, high]: [f64; 3]) -> Self {
        let d = 1.0 + g * (g + k);
        Self { a: [1.0 / d, g / d, g * g / d], m: [high, band - high * k, low - high] }
    }

    /// Whether audio passes unchanged, bit for bit.
    pub fn is_identity(&self) -> bool {
        self.m == Self::IDENTITY.m
    }

    /// Unity with the same poles.
    pub fn unity(self) -> Self {
        Self { m: Self::IDENTITY.m, ..self }
    }

    fn zip(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let mut out = self;
        for i in 0..3 {
            out.a[i] = f(self.a[i], other.a[i]);
            out.m[i] = f(self.m[i], other.m[i]);
        }
        out
    }

    /// What is added at each of `steps` samples to move from here to `target`.
    pub fn step_to(self, target: Self, steps: usize) -> Self {
        let share = 1.0 / steps as f64;
        self.zip(target, |from, to| (to - from) * share)
    }

    /// The same section for as long as its coefficients stand still.
    #[inline]
    pub fn still(&self) -> StillSvf {
        let ([a0, a1, a2], [m0, m1, m2]) = (self.a, self.m);
        StillSvf {
            first: [2.0 * a0 - 1.0, -2.0 * a1, 2.0 * a1],
            second: [2.0 * a1, 1.0 - 2.0 * a2, 2.0 * a2],
            out: [m1 * a0 + m2 * a1, m2 * (1.0 - a2) - m1 * a1, m0 + m1 * a1 + m2 * a2],
        }
    }

    /// One step of a move.
    #[inline(always)]
    pub fn stepped(self, step: Self) -> Self {
        self.zip(step, |c, s| c + s)
    }
}

/// A section multiplied out: each new state and the output as shares of both states and the input.
/// The same filter on the same state as [`Svf`], with half the operations from one sample to the next.
#[derive(Clone, Copy, Debug)]
pub struct StillSvf {
    pub(super) first: [f64; 3],
    pub(super) second: [f64; 3],
    pub(super) out: [f64; 3],
}

/// State of one section for two lanes.
#[derive(Clone, Copy, Debug, Default)]
pub struct SvfState {
    s: [[f64; 2]; 2],
}

impl SvfState {
    /// Forgets all audio.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// As after a long time of a constant input: what comes in then makes no click.
    pub fn settle_on(&mut self, x: [f64; 2]) {
        self.s = [[0.0; 2], x];
    }

    /// Both integrators, left and right.
    pub fn get(&self) -> [[f64; 2]; 2] {
        self.s
    }

    /// Sets both integrators.
    pub fn put(&mut self, s: [[f64; 2]; 2]) {
        self.s = s;
    }

    /// One frame.
    #[inline(always)]
    pub fn tick(&mut self, c: &Svf, x: [f64; 2]) -> [f64; 2] {
        let mut y = [0.0; 2];
        for lane in 0..2 {
            let (s1, s2) = (self.s[0][lane], self.s[1][lane]);
            let v3 = x[lane] - s2;
            let v1 = c.a[0] * s1 + c.a[1] * v3;
            let v2 = s2 + c.a[1] * s1 + c.a[2] * v3;
            self.s[0][lane] = 2.0 * v1 - s1;
            self.s[1][lane] = 2.0 * v2 - s2;
            y[lane] = c.m[0] * x[lane] + (c.m[1] * v1 + c.m[2] * v2);
        }
        y
    }

    /// One frame through a section that stands still.
    #[inline(always)]
    pub fn tick_still(&mut self, c: &StillSvf, x: [f64; 2]) -> [f64; 2] {
        let mut y = [0.0; 2];
        for lane in 0..2 {
            let (s1, s2, x) = (self.s[0][lane], self.s[1][lane], x[lane]);
            let share = |c: [f64; 3]| c[2] * x + (c[0] * s1 + c[1] * s2);
            y[lane] = share(c.out);
            self.s[0][lane] = share(c.first);
            self.s[1][lane] = share(c.second);
        }
        y
    }

    /// Ends what has decayed beyond hearing, before it turns into slow denormal numbers. To be
    /// called at control rate.
    #[inline]
    pub fn flush(&mut self) {
        for state in self.s.iter_mut().flatten() {
            if state.abs() < 1e-24 {
                *state = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biquad::Biquad;

    #[test]
    fn has_the_response_of_its_biquad() {
        for (freq_hz, rate) in [(20.0, 192_000.0), (300.0, 44_100.0), (15_000.0, 48_000.0)] {
            let biquad = Biquad::key_high_pass(freq_hz, rate);
            let g = (std::f64::consts::PI * freq_hz / rate).tan();
            let svf = Svf::new(g, std::f64::consts::SQRT_2, [0.0, 0.0, 1.0]);
            let (mut state, mut resting) = (SvfState::default(), SvfState::default());
            let mut reference = crate::biquad::BiquadState::<2>::default();
            for i in 0..500 {
                let x = if i % 37 == 0 { [1.0, -0.3] } else { [0.0, 0.1] };
                let (got, expected) = (state.tick(&svf, x), reference.tick(&biquad, x));
                let still = resting.tick_still(&svf.still(), x);
                for lane in 0..2 {
                    assert!((got[lane] - expected[lane]).abs() < 1e-9, "{freq_hz} Hz, sample {i}");
                    assert!((got[lane] - still[lane]).abs() < 1e-9, "{freq_hz} Hz, sample {i}");
                }
            }
        }
    }
}

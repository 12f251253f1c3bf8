//! A nonlinearity at twice the sample rate. Only what it adds passes the filters: the signal itself
//! keeps its bits and is merely delayed.

use super::level::Stretch;
use crate::smooth::CONTROL_PERIOD;

/// Taps of the half-band filter that are neither zero nor its centre.
const TAPS: usize = 32;

/// Delay of interpolation and decimation together, in samples of the outer rate.
pub const OVERSAMPLING_LATENCY: usize = TAPS - 1;

/// Attenuation of images and aliases in dB, reached from 0.59 of the sample rate on.
const STOP_BAND_DB: f64 = 90.0;

/// The taps of a linear-phase half-band filter: a sinc under a Kaiser window (Kaiser 1974).
#[derive(Clone, Copy, Debug)]
pub struct HalfBand([f32; TAPS]);

impl Default for HalfBand {
    fn default() -> Self {
        let beta = 0.1102 * (STOP_BAND_DB - 8.7);
        let half = TAPS as f64;
        let mut taps: [f64; TAPS] = std::array::from_fn(|k| {
            let at = 2.0 * (k as f64 - (half - 1.0) / 2.0);
            let angle = std::f64::consts::FRAC_PI_2 * at;
            let window = bessel_i0(beta * (1.0 - (at / half).powi(2)).sqrt());
            angle.sin() / angle * window
        });
        let sum: f64 = taps.iter().sum();
        taps.iter_mut().for_each(|tap| *tap /= sum);
        Self(taps.map(|tap| tap as f32))
    }
}

/// Modified Bessel function of the first kind and order zero, by its series.
fn bessel_i0(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for n in 1..60 {
        term *= (x / (2.0 * f64::from(n))).powi(2);
        sum += term;
    }
    sum
}

/// A signal with the past that a filter needs.
#[derive(Clone, Copy, Debug)]
struct History<const PAST: usize, const ALL: usize>([f32; ALL]);

impl<const PAST: usize, const ALL: usize> Default for History<PAST, ALL> {
    fn default() -> Self {
        Self([0.0; ALL])
    }
}

impl<const PAST: usize, const ALL: usize> History<PAST, ALL> {
    /// Takes the first `frames` of a stretch behind the past.
    #[inline]
    fn load(&mut self, stretch: &Stretch) {
        for (slot, x) in self.0.iter_mut().skip(PAST).zip(stretch) {
            *slot = *x;
        }
    }

    /// What was loaded becomes the past.
    #[inline]
    fn forget(&mut self, frames: usize) {
        self.0.copy_within(frames.min(ALL - PAST)..frames.min(ALL - PAST) + PAST, 0);
    }
}

const PAST: usize = TAPS - 1;
const WITH_PAST: usize = PAST + CONTROL_PERIOD;
const CENTRE: usize = TAPS / 2;
const WITH_CENTRE: usize = CENTRE + CONTROL_PERIOD;

/// One channel.
#[derive(Clone, Copy, Debug, Default)]
pub struct Oversampled {
    input: History<PAST, WITH_PAST>,
    between: History<PAST, WITH_PAST>,
    on: History<CENTRE, WITH_CENTRE>,
}

impl Oversampled {
    /// Forgets all audio.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// What `added` adds to the signal, [`OVERSAMPLING_LATENCY`] late. It is called for each pair of
    /// samples at twice the rate, in order, with the frame's index.
    #[inline]
    pub fn process(
        &mut self,
        filter: &HalfBand,
        signal: &Stretch,
        frames: usize,
        mut added: impl FnMut(usize, [f32; 2]) -> [f32; 2],
    ) -> Stretch {
        self.input.load(signal);
        let between = convolve(filter, &self.input.0);
        let (mut added_between, mut added_on) = ([0.0; CONTROL_PERIOD], [0.0; CONTROL_PERIOD]);
        for i in 0..frames.min(CONTROL_PERIOD) {
            let on = self.input.0[i + CENTRE];
            [added_between[i], added_on[i]] = added(i, [between[i], on]);
        }
        self.between.load(&added_between);
        self.on.load(&added_on);
        let mut out = convolve(filter, &self.between.0);
        for i in 0..CONTROL_PERIOD {
            out[i] = 0.5 * (out[i] + self.on.0[i]);
        }
        self.input.forget(frames);
        self.between.forget(frames);
        self.on.forget(frames);
        out
    }
}

#[inline]
fn convolve(filter: &HalfBand, signal: &[f32; WITH_PAST]) -> Stretch {
    let mut out = [0.0; CONTROL_PERIOD];
    for (k, tap) in filter.0.iter().enumerate() {
        for i in 0..CONTROL_PERIOD {
            out[i] += tap * signal[i + k];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_comes_out_at_unity_after_exactly_the_latency() {
        let filter = HalfBand::default();
        for freq in [0.001, 0.05, 0.2, 0.35] {
            let mut channel = Oversampled::default();
            let wave = |n: i64| (std::f64::consts::TAU * freq * n as f64).sin() as f32;
            let mut worst = 0.0f32;
            let mut at = 0;
            for frames in [16, 3, 13, 1, 15].into_iter().cycle().take(200) {
                let signal: Stretch = std::array::from_fn(|i| wave(at + i as i64));
                let out = channel.process(&filter, &signal, frames, |_, x| x);
                for (i, out) in out.iter().take(frames).enumerate() {
                    let n = at + i as i64;
                    if n > 200 {
                        worst = worst.max((out - wave(n - OVERSAMPLING_LATENCY as i64)).abs());
                    }
                }
                at += frames as i64;
            }
            assert!(worst < 2e-4, "{worst} at {freq} of the sample rate");
        }
    }
}

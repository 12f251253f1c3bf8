//! Colour and soft clip of the bus compressor: what they add to a signal.

use super::level::{Stretch, louder};
use super::oversampled::{HalfBand, Oversampled};
use crate::smooth::CONTROL_PERIOD;

/// The soft clip never lets more through: -0.5 dBFS.
pub const CLIP_CEILING: f32 = 0.944_060_9;

/// Up to here the soft clip leaves everything alone: -8 dBFS. It takes 0.02 dB at -4 dBFS and 1.1 dB
/// at full scale.
const CLIP_KNEE: f32 = 0.4;

/// Share of the even and odd parts at full colour: about 1 % of distortion for a tone of -12 dBFS
/// under 12 dB of reduction.
const EVEN: f32 = 0.12;
const ODD: f32 = 0.3;

/// Up to its knee the colour is a pure cubic, so nothing but the second and third harmonic can fold.
const CUBIC_KNEE: f32 = 0.8;
const CUBIC_CEILING: f32 = 1.1;

/// Share of the colour without any reduction, and the reduction at which half of the rest is there.
const AT_REST: f32 = 0.2;
const HALF_AT_DB: f32 = 6.0;

/// The even part has a mean: what is slower than this is taken out of it.
const DC_BLOCK_HZ: f64 = 8.0;

/// How much colour there is at a setting (0..1) under a gain reduction in dB.
#[inline(always)]
pub fn colour_amount(colour: f32, reduction_db: f32) -> f32 {
    colour * (AT_REST + (1.0 - AT_REST) * reduction_db / (reduction_db + HALF_AT_DB))
}

/// The soft clip: linear up to its knee, then bending smoothly (four continuous derivatives, so that
/// its harmonics fall fast and twice the rate is enough) towards its ceiling.
#[inline(always)]
pub fn soft_clip(x: f32) -> f32 {
    bend(x, CLIP_KNEE, CLIP_CEILING)
}

#[inline(always)]
fn bend(x: f32, knee: f32, ceiling: f32) -> f32 {
    let magnitude = x.abs();
    if magnitude <= knee {
        return x;
    }
    let room = ceiling - knee;
    let s = (magnitude - knee) / room;
    (knee + room * s / (1.0 + s * s * s * s).sqrt().sqrt()).copysign(x)
}

/// Both, for one channel, at twice the sample rate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shaper {
    oversampled: Oversampled,
    mean: f64,
    mean_rate: f64,
}

impl Shaper {
    /// Takes the (outer) sample rate.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        let w = std::f64::consts::TAU * DC_BLOCK_HZ / (2.0 * sample_rate_hz);
        self.mean_rate = 1.0 - (-w).exp();
        self.reset();
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        self.oversampled.reset();
        self.mean = 0.0;
    }

    /// To be called at control rate: ends what has decayed.
    pub fn flush(&mut self) {
        if self.mean.abs() < 1e-20 {
            self.mean = 0.0;
        }
    }

    /// What colour (by its amount for every frame) and clip (by its share) add.
    #[inline]
    pub fn added(
        &mut self,
        filter: &HalfBand,
        signal: &Stretch,
        frames: usize,
        amount: &Stretch,
        clip: &Stretch,
    ) -> Stretch {
        let (mean, rate) = (&mut self.mean, self.mean_rate);
        self.oversampled.process(filter, signal, frames, |i, pair| {
            pair.map(|x| {
                let bounded = bend(x, CUBIC_KNEE, CUBIC_CEILING);
                let even = bounded * bounded;
                *mean += rate * (f64::from(even) - *mean);
                let even = even - *mean as f32;
                let odd = bounded * bounded * bounded;
                let coloured = x + amount[i] * (EVEN * even - ODD * odd);
                coloured + clip[i] * (soft_clip(coloured) - coloured) - x
            })
        })
    }
}

/// Holds audio under the clip's ceiling, by the clip's share: what the filters let ring over it.
#[inline]
pub fn hold_ceiling(audio: &mut [f32], clip: &Stretch) {
    for (x, clip) in audio.iter_mut().zip(clip) {
        let held = louder(-CLIP_CEILING, -louder(-CLIP_CEILING, -*x));
        *x += clip * (held - *x);
    }
}

/// A control for every frame of a stretch.
#[inline]
pub fn spread(value: impl Fn(usize) -> f32) -> Stretch {
    let mut out = [0.0; CONTROL_PERIOD];
    for i in 0..CONTROL_PERIOD {
        out[i] = value(i);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_clip_is_linear_below_its_knee_and_never_over_its_ceiling() {
        for (input, lowest, highest) in
            [(0.3, 0.3, 0.3), (-0.4, -0.4, -0.4), (0.8, 0.75, 0.79), (1e6, 0.93, CLIP_CEILING)]
        {
            let out = soft_clip(input);
            assert!((lowest..=highest).contains(&out), "{input}: {out}");
            assert_eq!(soft_clip(-input), -out);
        }
    }

    #[test]
    fn colour_grows_with_the_reduction() {
        let mut last = colour_amount(1.0, 0.0);
        assert!(last > 0.0 && colour_amount(0.0, 20.0) == 0.0);
        for db in [1.0, 3.0, 6.0, 20.0] {
            assert!(colour_amount(1.0, db) > last);
            last = colour_amount(1.0, db);
        }
        assert!(last < 1.0);
    }
}

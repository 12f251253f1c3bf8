//! Levels: fast conversions between amplitude and dB that the compiler can vectorise.

use crate::smooth::CONTROL_PERIOD;

/// One value for each frame of a stretch between two ticks of control rate.
pub type Stretch = [f32; CONTROL_PERIOD];

/// A function of each value: a plain loop, which is vectorised where `map` of an array is not.
#[inline(always)]
pub fn each(values: &Stretch, f: impl Fn(f32) -> f32) -> Stretch {
    let mut out = [0.0; CONTROL_PERIOD];
    for i in 0..CONTROL_PERIOD {
        out[i] = f(values[i]);
    }
    out
}

/// dB of one octave of amplitude.
const DB_PER_OCTAVE: f32 = 6.020_6;

/// Nothing is quieter than this, so that silence has a finite level.
const FLOOR: f32 = 1.0e-10;

/// Level in dB of a magnitude, within 0.0001 dB; -200 dB for zero. Exponent and mantissa apart, the
/// mantissa's logarithm by the series of the inverse hyperbolic tangent.
#[inline(always)]
pub fn fast_level_db(magnitude: f32) -> f32 {
    const ROOT_HALF: u32 = 0x3f35_04f3;
    let bits =
        (if magnitude > FLOOR { magnitude } else { FLOOR }).to_bits().wrapping_sub(ROOT_HALF);
    let octaves = (bits as i32 >> 23) as f32;
    let mantissa = f32::from_bits((bits & 0x007f_ffff) + ROOT_HALF);
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let s2 = s * s;
    let atanh = s * (1.0 + s2 * (1.0 / 3.0 + s2 * (1.0 / 5.0 + s2 * (1.0 / 7.0))));
    DB_PER_OCTAVE * (octaves + atanh * (2.0 * std::f32::consts::LOG2_E))
}

/// Amplitude ratio of a level in -400..+400 dB, within 0.0002 dB; exactly 1 for 0 dB. Whole octaves
/// go into the exponent, the rest by the exponential series.
#[inline(always)]
pub fn fast_gain(db: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let octaves = db * (1.0 / DB_PER_OCTAVE);
    let rounded = octaves + ROUND;
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    let x = (octaves - (rounded - ROUND)) * std::f32::consts::LN_2;
    let series = 1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x / 120.0))));
    f32::from_bits(exponent) * series
}

/// The loudest of a stretch of magnitudes, 0 at least.
#[inline(always)]
pub fn loudest(magnitudes: &Stretch) -> f32 {
    const LANES: usize = 4;
    let mut lanes = [0.0; LANES];
    for chunk in magnitudes.chunks_exact(LANES) {
        for lane in 0..LANES {
            lanes[lane] = louder(lanes[lane], chunk[lane]);
        }
    }
    lanes.into_iter().fold(0.0, louder)
}

/// The louder of two magnitudes; NaN never wins over the first.
#[inline(always)]
pub fn louder(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{db_to_gain, gain_to_db};

    #[test]
    fn fast_conversions_are_within_a_thousandth_of_a_decibel() {
        for step in -1900..=600 {
            let db = step as f32 * 0.1 + 0.013;
            let gain = db_to_gain(db);
            assert!((fast_level_db(gain) - db).abs() < 1e-3, "{db} dB");
            assert!((gain_to_db(fast_gain(db)) - db).abs() < 1e-3, "{db} dB");
        }
        assert_eq!(fast_gain(0.0), 1.0);
        assert!((fast_level_db(0.0) + 200.0).abs() < 1e-3);
    }
}

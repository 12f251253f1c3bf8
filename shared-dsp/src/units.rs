//! Conversions between the units of parameters and of samples.

use multiversion::multiversion;

/// What is quieter than this counts as silence: -120 dBFS.
pub const SILENCE: f32 = 1.0e-6;

/// No honest sample is louder than this (+60 dBFS).
const LOUDEST: f32 = 1000.0;

/// Quieter input samples are none: -500 dBFS, far above the denormals even after the quietest gain.
const QUIETEST: f32 = 1e-25;

/// Amplitude ratio of a level in dB.
#[inline]
pub fn db_to_gain(db: f32) -> f32 {
    (db * (std::f32::consts::LN_10 / 20.0)).exp()
}

/// Level in dB of an amplitude ratio; -200 dB for zero.
#[inline]
pub fn gain_to_db(gain: f32) -> f32 {
    20.0 * gain.max(1.0e-10).log10()
}

/// Level in dB of a power ratio; -200 dB for zero.
#[inline]
pub fn power_to_db(power: f64) -> f64 {
    10.0 * power.max(1.0e-20).log10()
}

/// A time in samples, not rounded.
#[inline]
pub fn ms_to_samples(ms: f32, sample_rate_hz: f64) -> f64 {
    f64::from(ms) * 0.001 * sample_rate_hz
}

/// Feedback coefficient of a one-pole smoother that covers 63 % (1 - 1/e) of a step in `time_ms`.
/// Zero for a time of zero.
#[inline]
pub fn one_pole_coefficient(time_ms: f32, sample_rate_hz: f64) -> f64 {
    if time_ms <= 0.0 { 0.0 } else { (-1.0 / ms_to_samples(time_ms, sample_rate_hz)).exp() }
}

/// A finite, bounded sample: NaN and infinities become silence, absurd values +60 dBFS. Ordinary
/// audio keeps its bits. What lies below -500 dBFS becomes a zero: filters fed with denormals run
/// many times slower.
#[inline]
pub fn sanitize(sample: f32) -> f32 {
    if !sample.is_finite() {
        0.0
    } else if sample.abs() < QUIETEST {
        // Zeros keep their sign.
        0.0f32.copysign(sample)
    } else {
        sample.clamp(-LOUDEST, LOUDEST)
    }
}

/// Whether [`sanitize`] leaves all samples as they are. Of what is not negative, the bits have the order of the numbers;
/// zeros are put beyond all others.
#[inline(always)]
pub(crate) fn is_sane(audio: &[f32]) -> bool {
    let (mut quietest, mut loudest) = (u32::MAX, 0);
    for sample in audio {
        let magnitude = sample.abs().to_bits();
        quietest = quietest.min(magnitude.wrapping_sub(1));
        loudest = loudest.max(magnitude);
    }
    quietest >= QUIETEST.to_bits() - 1 && loudest <= LOUDEST.to_bits()
}

/// `sum` and a product, rounded once where `FUSED`: only for code that is compiled for processors that can, since
/// all others would take very long.
#[inline(always)]
pub(crate) fn add_product<const FUSED: bool>(sum: f32, a: f32, b: f32) -> f32 {
    if FUSED { a.mul_add(b, sum) } else { sum + a * b }
}

/// Whether every sample is zero.
pub fn is_silent(audio: &[f32]) -> bool {
    // A branch a part: one a sample could not be vectorised, and one for all would look on where it is loud.
    audio.chunks(128).all(|part| all_bits(part) << 1 == 0)
}

/// The bits that are set in any sample: none but the sign in silence, and none in plain zeros.
#[multiversion(targets("x86_64+avx"))]
pub fn all_bits(audio: &[f32]) -> u32 {
    bits(audio)
}

/// The same inside of what is compiled for wider vectors itself.
#[inline(always)]
pub(crate) fn bits(audio: &[f32]) -> u32 {
    audio.iter().fold(0, |bits, sample| bits | sample.to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_round_trip() {
        for db in [-90.0, -6.0206, 0.0, 12.0] {
            assert!((gain_to_db(db_to_gain(db)) - db).abs() < 1e-4, "{db} dB");
        }
    }

    #[test]
    fn silence_is_zeros_of_either_sign_and_nothing_else() {
        let mut audio = [0.0f32; 300];
        audio[150] = -0.0;
        assert!(is_silent(&audio) && is_silent(&[]));
        for loud in [1e-30, -1e-30, f32::NAN, 1.0] {
            for at in [0, 127, 128, 299] {
                let mut audio = audio;
                audio[at] = loud;
                assert!(!is_silent(&audio), "{loud} at {at}");
            }
        }
    }

    #[test]
    fn sanitize_keeps_the_bits_of_audio_and_silences_what_is_not_a_number() {
        for sample in [0.0f32, -0.0, -0.5, 1.0, 1e-20, -900.0] {
            assert_eq!(sanitize(sample).to_bits(), sample.to_bits());
        }
        for sample in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(sanitize(sample), 0.0);
        }
        assert_eq!(sanitize(1e30), 1000.0);
        assert_eq!(sanitize(3.7e-39), 0.0);
    }

    #[test]
    fn audio_is_sane_where_sanitize_leaves_it_as_it_is() {
        let edges = [QUIETEST, LOUDEST].into_iter().flat_map(|edge| {
            [edge, f32::from_bits(edge.to_bits() - 1), f32::from_bits(edge.to_bits() + 1)]
        });
        let others = [0.0, f32::from_bits(1), f32::MIN_POSITIVE, 1.0, f32::INFINITY, f32::NAN];
        for sample in edges.chain(others).flat_map(|sample| [sample, -sample]) {
            let sane = sanitize(sample).to_bits() == sample.to_bits();
            for others in [0.0, -0.0, 0.5, -QUIETEST, LOUDEST] {
                let mut audio = [others; 21];
                assert!(is_sane(&audio), "{others}");
                for at in 0..audio.len() {
                    audio[at] = sample;
                    assert_eq!(is_sane(&audio), sane, "{sample:e} among {others:e}");
                    audio[at] = others;
                }
            }
        }
    }
}

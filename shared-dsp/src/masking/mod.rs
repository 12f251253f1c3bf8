//! Where one sound covers another, as the ear's filters hear it.
//!
//! [`Excitation`] is what a sound leaves in a bank of auditory filters half an ERB apart (Glasberg
//! and Moore 1990, "Derivation of auditory filter shapes from notched-noise data"). From two such
//! patterns [`partial_loudness`] tells how much of one sound is still heard beside the other (Moore,
//! Glasberg and Baer 1997, "A model for the prediction of thresholds, loudness, and partial
//! loudness"), and [`Collisions`] keeps account of it over time.
//!
//! Simplified where a mixing tool knows too little: the level at the listener's ear is unknown, so
//! the filters keep the shape they have at 51 dB SPL per ERB, there is no absolute threshold, and
//! masking that reaches upwards at high levels is left out. In exchange everything here depends on
//! differences of level alone.

mod collisions;
mod excitation;

pub use collisions::{Collision, Collisions};
pub use excitation::{BANDS, Excitation, band_hz};

/// Compression of the ear: loudness grows with excitation to this power (Moore, Glasberg and Baer
/// 1997).
const COMPRESSION: f32 = 0.2;
/// How fast a sound comes back above its masked threshold (the same, their equation 20).
const RECOVERY: f32 = 0.3;
/// Ratio of a sound's power to its masker's at which it is just heard, -3 dB: above 500 Hz. The ear
/// needs more in the bass, so that masking there is understated.
const THRESHOLD: f32 = 0.5;

/// Width of the ear's filter at a frequency, in Hz (Glasberg and Moore 1990).
pub fn erb_hz(freq_hz: f32) -> f32 {
    24.7 * (0.004_37 * freq_hz + 1.0)
}

/// Place of a frequency on the scale of equivalent rectangular bandwidths, in Cams (Glasberg and
/// Moore 1990).
pub fn hz_to_cams(freq_hz: f32) -> f32 {
    21.4 * (0.004_37 * freq_hz + 1.0).log10()
}

/// Frequency of a place on that scale, in Hz.
pub fn cams_to_hz(cams: f32) -> f32 {
    (10f32.powf(cams / 21.4) - 1.0) / 0.004_37
}

/// How much of a sound's loudness in a band is left beside a masker, 0..1, from the excitations of
/// both: 0 at the masked threshold and below it, 1 without a masker.
///
/// With n = masker / signal and K the ratio at threshold, Moore, Glasberg and Baer (1997) far above
/// the threshold of silence gives (1 + n)^0.2 - (n (1 + K))^0.2 (n K)^0.3.
pub fn partial_loudness(signal: f32, masker: f32) -> f32 {
    if signal <= 0.0 || signal <= THRESHOLD * masker {
        return 0.0;
    }
    let n = (masker / signal).max(0.0);
    let lost = (n * (1.0 + THRESHOLD)).powf(COMPRESSION) * (n * THRESHOLD).powf(RECOVERY);
    ((1.0 + n).powf(COMPRESSION) - lost).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_erb_scale_is_that_of_glasberg_and_moore() {
        assert!((erb_hz(1000.0) - 132.6).abs() < 0.1);
        assert!((hz_to_cams(1000.0) - 15.6).abs() < 0.05);
        for hz in [30.0, 440.0, 12_000.0] {
            assert!((cams_to_hz(hz_to_cams(hz)) / hz - 1.0).abs() < 1e-3);
            // One Cam is one ERB wide.
            let step = cams_to_hz(hz_to_cams(hz) + 0.5) - cams_to_hz(hz_to_cams(hz) - 0.5);
            assert!((step / erb_hz(hz) - 1.0).abs() < 0.02, "{hz}: {step}");
        }
    }

    #[test]
    fn loudness_is_whole_alone_gone_at_the_masked_threshold_and_falls_between() {
        assert_eq!(partial_loudness(1.0, 0.0), 1.0);
        assert_eq!(partial_loudness(1.0, 2.0), 0.0);
        assert_eq!(partial_loudness(0.0, 1.0), 0.0);
        let left = [-30.0f32, -20.0, -10.0, -5.0, 0.0, 2.9]
            .map(|db| partial_loudness(1.0, 10f32.powf(db / 10.0)));
        assert!(left.windows(2).all(|pair| pair[0] > pair[1]), "{left:?}");
        assert!(left[0] > 0.9 && left[5] < 0.05, "{left:?}");
    }
}

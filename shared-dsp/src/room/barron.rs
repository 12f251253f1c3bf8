//! How loud a room is: the revised theory of Barron and Lee (1988), "Energy relations in concert
//! auditoriums", J. Acoust. Soc. Am. 84, 618.
//!
//! Energies are relative to the direct sound at 10 m being 1 (the "strength" of room acoustics, as a
//! power ratio). All of the suite's direct, early and late levels come from here; where the late field
//! takes over from the early reflections in this decay, its `Onset` says.

/// Energy of the direct sound at `distance_m`.
pub fn direct(distance_m: f64) -> f64 {
    100.0 / (distance_m * distance_m)
}

/// Energy of the reverberant sound (early and late together) at `distance_m` in a room of
/// `volume_m3` with the reverberation time `rt60_s`.
pub fn reverberant(volume_m3: f64, rt60_s: f64, distance_m: f64) -> f64 {
    31_200.0 * rt60_s / volume_m3 * (-0.04 * distance_m / rt60_s).exp()
}

/// Share of the reverberant energy that comes later than `time_s` after the direct sound; 80 ms is
/// Barron's own line between early and late (exp(-1.11 / T)).
pub fn share_after(time_s: f64, rt60_s: f64) -> f64 {
    (-6.0 * std::f64::consts::LN_10 * time_s / rt60_s).exp()
}

/// Direct-to-reverberant ratio in dB.
pub fn direct_to_reverberant_db(volume_m3: f64, rt60_s: f64, distance_m: f64) -> f64 {
    10.0 * (direct(distance_m) / reverberant(volume_m3, rt60_s, distance_m)).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_falls_with_distance_as_barron_says() {
        // 25000 m3, 2 s: the sum of both terms worked out by hand at 10 and 40 m.
        let strength = |r| 10.0 * f64::log10(direct(r) + reverberant(25_000.0, 2.0, r));
        assert!((strength(10.0) - 4.85).abs() < 0.1, "{}", strength(10.0));
        assert!((strength(40.0) - 0.66).abs() < 0.1, "{}", strength(40.0));
        assert!((share_after(0.08, 2.0) - f64::exp(-1.105 / 2.0)).abs() < 1e-3);
    }
}

//! How loud what a room gives back is: energies weighted as loudness meters do.

use super::early::{colour_energy, order_energies, wall_colour};
use super::shoebox::{Shoebox, Source};

/// Octave bands of pink noise: centre in Hz, and the power gain of the K-weighting of ITU-R BS.1770
/// there.
pub(crate) const BANDS: [(f64, f64); 9] = [
    (63.0, 0.54),
    (125.0, 0.84),
    (250.0, 0.95),
    (500.0, 1.02),
    (1000.0, 1.17),
    (2000.0, 2.0),
    (4000.0, 2.45),
    (8000.0, 2.5),
    (16_000.0, 2.5),
];

/// Sum of the weights.
pub(crate) fn total_weight() -> f64 {
    BANDS.iter().map(|band| band.1).sum()
}

/// Energy of the early reflections per band, when that of white noise is 1.
pub(crate) fn early_colour(
    shoebox: &Shoebox,
    source: &Source,
    colour_hz: f64,
) -> [f64; BANDS.len()] {
    let shares = order_energies(shoebox, source, colour_hz);
    let colour = wall_colour(shoebox);
    BANDS.map(|(freq_hz, _)| {
        let order = |n: usize| {
            let gain = colour.powi(n as i32 + 1);
            shares[n] * colour_energy(gain, colour_hz, freq_hz)
                / super::early::white_energy(gain, colour_hz)
        };
        (0..shares.len()).map(order).sum()
    })
}

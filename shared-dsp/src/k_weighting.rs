//! The weighting of loudness (ITU-R BS.1770-4), as all that measures it inside an effect uses it.

use crate::biquad::{Biquad, BiquadState};

/// The frequency weighting of ITU-R BS.1770-4 at any sample rate: a shelf for the head and a
/// high-pass, from the analogue prototypes that reproduce the coefficients printed for 48 kHz
/// (De Man 2018).
pub fn k_weighting(sample_rate_hz: f64) -> [Biquad; 2] {
    let tan = |freq_hz: f64| (std::f64::consts::PI * (freq_hz / sample_rate_hz).min(0.49)).tan();

    let (k, q) = (tan(1681.974450955533), 0.7071752369554196);
    let high = 10.0f64.powf(3.999843853973347 / 20.0);
    let band = high.powf(0.4996667741545416);
    let shelf = Biquad::normalised(
        [high + band * k / q + k * k, 2.0 * (k * k - high), high - band * k / q + k * k],
        [1.0 + k / q + k * k, 2.0 * (k * k - 1.0), 1.0 - k / q + k * k],
    );

    let (k, q) = (tan(38.13547087602444), 0.5003270373238773);
    let a0 = 1.0 + k / q + k * k;
    let high_pass =
        Biquad { b: [1.0, -2.0, 1.0], a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0] };
    [shelf, high_pass]
}

/// The weighting at work, for `LANES` channels.
#[derive(Clone, Copy, Debug)]
pub struct KWeighting<const LANES: usize> {
    sections: [Biquad; 2],
    states: [BiquadState<LANES>; 2],
}

impl<const LANES: usize> Default for KWeighting<LANES> {
    /// Passes audio unchanged.
    fn default() -> Self {
        Self { sections: [Biquad::IDENTITY; 2], states: Default::default() }
    }
}

impl<const LANES: usize> KWeighting<LANES> {
    /// That of a sample rate, which has heard nothing yet.
    pub fn new(sample_rate_hz: f64) -> Self {
        Self { sections: k_weighting(sample_rate_hz), ..Self::default() }
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        self.states = Default::default();
    }

    /// One frame.
    #[inline(always)]
    pub fn tick(&mut self, frame: [f64; LANES]) -> [f64; LANES] {
        let [shelf, high_pass] = &mut self.states;
        high_pass.tick(&self.sections[1], shelf.tick(&self.sections[0], frame))
    }

    /// Ends what has decayed, see [`BiquadState::flush`]. To be called at control rate.
    #[inline]
    pub fn flush(&mut self) {
        self.states.iter_mut().for_each(BiquadState::flush);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weighting_has_the_coefficients_of_bs_1770_at_48_khz() {
        let [shelf, high_pass] = k_weighting(48_000.0);
        let printed = [1.53512485958697, -2.69169618940638, 1.19839281085285];
        for (ours, theirs) in shelf.b.iter().zip(printed) {
            assert!((ours - theirs).abs() < 1e-9, "{shelf:?}");
        }
        assert!((high_pass.a[0] + 1.99004745483398).abs() < 1e-9, "{high_pass:?}");
        assert!((high_pass.a[1] - 0.99007225036621).abs() < 1e-9, "{high_pass:?}");
    }
}

//! How much quieter or louder a chain makes its signal, for a bypass at equal loudness.

use crate::biquad::{Biquad, BiquadState};
use crate::smooth::Smoothed;

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

/// Listens to a signal before and after a chain and finds the gain that makes the one as loud as the
/// other.
#[derive(Clone, Debug)]
pub struct LevelMatch {
    weighting: [Biquad; 2],
    // Lanes: dry left, dry right, wet left, wet right.
    filters: [BiquadState<4>; 2],
    hop: u32,
    counted: u32,
    sums: [f64; 2],
    means: [f64; 2],
    hops: f64,
    gain: Smoothed,
}

impl LevelMatch {
    const HOP_MS: f64 = 20.0;
    /// Length of the memory, in hops: 3 s.
    const MEMORY: f64 = 150.0;
    /// What is quieter than the absolute gate of BS.1770 (-70 LUFS) says nothing of the gain.
    const GATE: f64 = 1.17e-7;
    /// The gain stays within 24 dB.
    const LARGEST: f64 = 15.85;

    /// Takes the sample rate and forgets all audio.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.weighting = k_weighting(sample_rate_hz);
        self.hop = (Self::HOP_MS * 0.001 * sample_rate_hz).max(1.0) as u32;
        self.gain.configure(Self::HOP_MS as f32, sample_rate_hz);
        self.reset();
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        self.filters = Default::default();
        (self.counted, self.sums, self.means, self.hops) = (0, [0.0; 2], [0.0; 2], 0.0);
        self.gain.snap(1.0);
    }

    /// One frame before and after the chain, aligned in time; the gain that the dry one needs.
    #[inline]
    pub fn tick(&mut self, dry: [f32; 2], wet: [f32; 2]) -> f32 {
        let frame = [dry[0], dry[1], wet[0], wet[1]].map(f64::from);
        let shelved = self.filters[0].tick(&self.weighting[0], frame);
        let y = self.filters[1].tick(&self.weighting[1], shelved);
        self.sums[0] += y[0] * y[0] + y[1] * y[1];
        self.sums[1] += y[2] * y[2] + y[3] * y[3];
        self.counted += 1;
        if self.counted == self.hop {
            self.finish_hop();
        }
        self.gain.next()
    }

    /// The gain that makes the dry signal as loud as the wet one, as a factor.
    pub fn gain(&self) -> f32 {
        self.gain.target()
    }

    fn finish_hop(&mut self) {
        let power = self.sums.map(|sum| sum / f64::from(self.hop));
        (self.counted, self.sums) = (0, [0.0; 2]);
        self.filters.iter_mut().for_each(BiquadState::flush);
        if power[0] < Self::GATE {
            return;
        }
        // The plain mean of what there is, until the memory is full.
        self.hops = (self.hops + 1.0).min(Self::MEMORY);
        for (mean, now) in self.means.iter_mut().zip(power) {
            *mean += (now - *mean) / self.hops;
        }
        let ratio = (self.means[1] / self.means[0]).sqrt();
        self.gain.set(ratio.clamp(1.0 / Self::LARGEST, Self::LARGEST) as f32);
    }
}

impl Default for LevelMatch {
    fn default() -> Self {
        Self {
            weighting: [Biquad::IDENTITY; 2],
            filters: Default::default(),
            hop: 1,
            counted: 0,
            sums: [0.0; 2],
            means: [0.0; 2],
            hops: 0.0,
            gain: Smoothed::new(1.0),
        }
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

//! How much quieter or louder a chain makes its signal, for a bypass at equal loudness.

use crate::k_weighting::KWeighting;
use crate::smooth::Smoothed;

/// Listens to a signal before and after a chain and finds the gain that makes the one as loud as the
/// other.
#[derive(Clone, Debug)]
pub struct LevelMatch {
    // Lanes: dry left, dry right, wet left, wet right.
    weighting: KWeighting<4>,
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
        self.weighting = KWeighting::new(sample_rate_hz);
        self.hop = (Self::HOP_MS * 0.001 * sample_rate_hz).max(1.0) as u32;
        self.gain.configure(Self::HOP_MS as f32, sample_rate_hz);
        self.reset();
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        self.weighting.reset();
        (self.counted, self.sums, self.means, self.hops) = (0, [0.0; 2], [0.0; 2], 0.0);
        self.gain.snap(1.0);
    }

    /// One frame before and after the chain, aligned in time; the gain that the dry one needs.
    #[inline]
    pub fn tick(&mut self, dry: [f32; 2], wet: [f32; 2]) -> f32 {
        let frame = [dry[0], dry[1], wet[0], wet[1]].map(f64::from);
        let y = self.weighting.tick(frame);
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
        self.weighting.flush();
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
            weighting: KWeighting::default(),
            hop: 1,
            counted: 0,
            sums: [0.0; 2],
            means: [0.0; 2],
            hops: 0.0,
            gain: Smoothed::new(1.0),
        }
    }
}

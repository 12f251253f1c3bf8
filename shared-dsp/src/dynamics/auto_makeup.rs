//! Make-up that holds the loudness.

use crate::k_weighting::KWeighting;
use crate::smooth::CONTROL_PERIOD;
use crate::units::{ms_to_samples, one_pole_coefficient, power_to_db};

/// Loudness is that of the last 400 ms (momentary, EBU Tech 3341), taken anew at every hop.
const HOP_MS: f32 = 20.0;
const BLOCK_HOPS: usize = 20;

/// Over so many hops (1.5 s) the blocks are averaged: longer than a phrase breathes, shorter than a
/// verse.
const MEMORY_HOPS: f64 = 75.0;

/// The make-up follows with this time constant. Were it at once, it would fall with each transient
/// that gets through the attack, just while the loudest is heard.
const LAG_MS: f32 = 300.0;

/// What is quieter (-70 LUFS, the absolute gate of BS.1770) leaves the make-up where it is.
const QUIET: f64 = 1.17e-7;

/// Compares the loudness before and after a compressor and answers with the gain between them. Both
/// averages start from nothing together, so they agree from the first note on.
#[derive(Clone, Debug)]
pub struct AutoMakeup {
    weighting: KWeighting<2>,
    /// Control periods in a hop, and those of the present one.
    hop: u32,
    counted: u32,
    /// Power before and after: of the present hop, of the last block's, and on average.
    pending: [f64; 2],
    block: [[f64; 2]; BLOCK_HOPS],
    next: usize,
    mean: [f64; 2],
    hops: f64,
    lag: f64,
    target_db: f64,
    makeup_db: f64,
}

impl Default for AutoMakeup {
    fn default() -> Self {
        Self {
            weighting: KWeighting::default(),
            hop: 1,
            counted: 0,
            pending: [0.0; 2],
            block: [[0.0; 2]; BLOCK_HOPS],
            next: 0,
            mean: [0.0; 2],
            hops: 0.0,
            lag: 1.0,
            target_db: 0.0,
            makeup_db: 0.0,
        }
    }
}

impl AutoMakeup {
    /// Takes the sample rate.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        let control_rate_hz = sample_rate_hz / CONTROL_PERIOD as f64;
        *self = Self {
            weighting: KWeighting::new(sample_rate_hz),
            hop: ms_to_samples(HOP_MS, control_rate_hz).round().max(1.0) as u32,
            lag: 1.0 - one_pole_coefficient(LAG_MS, control_rate_hz),
            ..Self::default()
        };
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        let Self { mut weighting, hop, lag, .. } = *self;
        weighting.reset();
        *self = Self { weighting, hop, lag, ..Self::default() };
    }

    /// Takes one frame of two lanes, and the gain that each lane gets.
    #[inline(always)]
    pub fn push(&mut self, lanes: [f32; 2], gains: [f32; 2]) {
        let weighted = self.weighting.tick(lanes.map(f64::from));
        for (lane, gain) in weighted.into_iter().zip(gains) {
            let (power, gain) = (lane * lane, f64::from(gain));
            self.pending[0] += power;
            self.pending[1] += power * gain * gain;
        }
    }

    /// To be called at control rate. Gives back the make-up in dB, 0 and above.
    pub fn control_tick(&mut self) -> f32 {
        self.weighting.flush();
        self.counted += 1;
        if self.counted >= self.hop {
            self.finish_hop();
        }
        self.makeup_db += self.lag * (self.target_db - self.makeup_db);
        // A ratio that is 1 to the last bit leaves every bit alone.
        if self.target_db == 0.0 && self.makeup_db < 1e-3 {
            self.makeup_db = 0.0;
        }
        self.makeup_db as f32
    }

    fn finish_hop(&mut self) {
        let samples = f64::from(self.counted) * CONTROL_PERIOD as f64;
        if let Some(slot) = self.block.get_mut(self.next) {
            *slot = std::mem::take(&mut self.pending).map(|sum| sum / samples);
        }
        (self.counted, self.next) = (0, (self.next + 1) % BLOCK_HOPS);
        let block: [f64; 2] = [0, 1]
            .map(|side| self.block.iter().map(|hop| hop[side]).sum::<f64>() / BLOCK_HOPS as f64);
        if block[0] < QUIET {
            return;
        }
        // The plain mean of what there is, until the memory is full.
        self.hops = (self.hops + 1.0).min(MEMORY_HOPS);
        for (mean, now) in self.mean.iter_mut().zip(block) {
            *mean += (now - *mean) / self.hops;
        }
        let ratio = self.mean[0] / self.mean[1].max(1e-30);
        self.target_db = if ratio == 1.0 { 0.0 } else { power_to_db(ratio).clamp(0.0, 60.0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The make-up in dB after `seconds` of a tone under a gain in dB.
    fn makeup_db(level_db: f32, gain_db: f32, seconds: f64) -> f32 {
        let mut auto = AutoMakeup::default();
        auto.prepare(48_000.0);
        let (peak, gain) = (crate::units::db_to_gain(level_db), crate::units::db_to_gain(gain_db));
        let mut makeup = 0.0;
        for n in 0..(seconds * 48_000.0) as usize {
            let x = peak * (n as f32 * 0.1).sin();
            auto.push([x, x], [gain, gain]);
            if n % CONTROL_PERIOD == CONTROL_PERIOD - 1 {
                makeup = auto.control_tick();
            }
        }
        makeup
    }

    #[test]
    fn the_makeup_is_what_the_gain_took() {
        // level, gain, seconds, make-up in dB
        let table = [
            (-12.0, -9.0, 3.0, 9.0),
            (-30.0, -20.0, 3.0, 20.0),
            (-12.0, 0.0, 3.0, 0.0),
            (-12.0, 6.0, 3.0, 0.0),
            (-90.0, -9.0, 3.0, 0.0),
            (-12.0, -9.0, 0.32, 5.7),
        ];
        for (level_db, gain_db, seconds, expected) in table {
            let got = makeup_db(level_db, gain_db, seconds);
            assert!((got - expected).abs() < 0.2, "{level_db} {gain_db} {seconds}: {got} dB");
        }
        assert_eq!(makeup_db(-12.0, 0.0, 1.0), 0.0);
    }
}

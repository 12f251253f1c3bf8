//! The cuts of what enters the reverb.

use super::ReverbSettings;
use crate::biquad::{Biquad, BiquadState};
use crate::room::{BLOCK, Block, Ramp};

/// Where the corners rest when the cuts are off, in Hz.
const OFF_LOW_HZ: f32 = 4.0;
const OFF_HIGH_HZ: f32 = 60_000.0;

/// A high-pass and a low-pass of 12 dB per octave that glide between corners, and are gone when off.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cuts {
    rate: f64,
    /// Corners as natural logarithms of Hz.
    corners: [Ramp; 2],
    filters: [Biquad; 2],
    states: [BiquadState<2>; 2],
}

impl Default for Cuts {
    fn default() -> Self {
        Self {
            rate: 48_000.0,
            corners: Default::default(),
            filters: [Biquad::IDENTITY; 2],
            states: Default::default(),
        }
    }
}

impl Cuts {
    pub(super) fn prepare(&mut self, sample_rate_hz: f64, settings: &ReverbSettings) {
        self.rate = sample_rate_hz;
        self.corners.iter_mut().for_each(|corner| corner.configure(50.0, sample_rate_hz));
        self.set(settings);
        self.reset();
    }

    pub(super) fn reset(&mut self) {
        self.corners.iter_mut().for_each(Ramp::settle);
        self.states = Default::default();
        self.design();
    }

    pub(super) fn set(&mut self, settings: &ReverbSettings) {
        let low =
            if settings.low_cut_hz > 20.0 { settings.low_cut_hz.min(4000.0) } else { OFF_LOW_HZ };
        let high = if settings.high_cut_hz < 20_000.0 {
            settings.high_cut_hz.max(200.0)
        } else {
            OFF_HIGH_HZ
        };
        self.corners[0].set(low.ln());
        self.corners[1].set(high.ln());
    }

    /// Whether nothing moves, and nothing sounds in the filters.
    pub(super) fn is_still(&self) -> bool {
        self.corners.iter().all(Ramp::is_settled) && self.states.iter().all(BiquadState::is_silent)
    }

    pub(super) fn process(&mut self, audio: &mut [Block; 2]) {
        let off = [OFF_LOW_HZ.ln(), OFF_HIGH_HZ.ln()];
        let before = self.corners.map(|corner| corner.current());
        self.corners.iter_mut().for_each(Ramp::next_block);
        if self.corners.map(|corner| corner.current()) != before {
            self.design();
        }
        for i in 0..2 {
            if self.corners[i].rests_on(off[i]) {
                self.states[i].reset();
                continue;
            }
            for t in 0..BLOCK {
                let frame = [f64::from(audio[0][t]), f64::from(audio[1][t])];
                let [left, right] = self.states[i].tick(&self.filters[i], frame);
                (audio[0][t], audio[1][t]) = (left as f32, right as f32);
            }
            self.states[i].flush();
            for sample in audio.as_flattened_mut() {
                *sample = if sample.abs() < 1e-12 { 0.0 } else { *sample };
            }
        }
    }

    fn design(&mut self) {
        let [low, high] = self.corners.map(|corner| f64::from(corner.current().exp()));
        self.filters =
            [Biquad::key_high_pass(low, self.rate), Biquad::key_low_pass(high, self.rate)];
    }
}

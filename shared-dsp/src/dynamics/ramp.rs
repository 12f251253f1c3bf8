//! A value that is known at the ticks of control rate and drawn straight between them.

use super::level::Stretch;
use crate::smooth::CONTROL_PERIOD;

/// From where to where a value goes in one control period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    from: f32,
    to: f32,
}

impl Ramp {
    /// At rest on a value.
    pub fn new(value: f32) -> Self {
        Self { from: value, to: value }
    }

    /// Goes on from where it was to `value` at the end of the period.
    pub fn go_to(&mut self, value: f32) {
        self.from = self.to;
        self.to = value;
    }

    /// Whether it rests on exactly this value.
    #[inline]
    pub fn rests_on(&self, value: f32) -> bool {
        self.from == value && self.to == value
    }

    /// The value at a place (from [`places`]) in the period. Exact where it rests.
    #[inline(always)]
    pub fn at(&self, place: f32) -> f32 {
        self.from + place * (self.to - self.from)
    }
}

/// Lets `other` be heard instead of the audio, by a share that moves.
#[inline]
pub fn crossfade(audio: &mut [&mut [f32]; 2], other: &[Stretch; 2], share: &Ramp, place: &Stretch) {
    for (channel, other) in audio.iter_mut().zip(other) {
        for ((x, other), place) in channel.iter_mut().zip(other).zip(place) {
            *x += share.at(*place) * (other - *x);
        }
    }
}

/// Where the samples of a stretch stand in their control period, 0..1, if the first is its
/// `phase`th.
#[inline]
pub fn places(phase: usize) -> Stretch {
    let mut places = [0.0; CONTROL_PERIOD];
    for (i, place) in places.iter_mut().enumerate() {
        *place = (phase + i) as f32 / CONTROL_PERIOD as f32;
    }
    places
}

//! Pan, width and the laws of panning.

use crate::effect::{Effect, Io};
use crate::gain::GAIN_TIME_MS;
use crate::smooth::Smoothed;
use std::f32::consts::{FRAC_PI_2, FRAC_PI_4};

/// What the centre of a panned mono source loses against its sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PanLaw {
    /// -3 dB: constant power.
    #[default]
    Db3,
    /// -4.5 dB: the middle of the two.
    Db4_5,
    /// -6 dB: constant sum.
    Db6,
}

impl PanLaw {
    /// Gains of left and right for a mono source at `pan`, -1 (left) to 1 (right).
    pub fn gains(self, pan: f32) -> [f32; 2] {
        let pan = pan.clamp(-1.0, 1.0);
        // The sine is the cosine of the mirrored angle: hard left and right are then exactly alike.
        let power = |pan: f32| ((pan + 1.0) * FRAC_PI_4).cos();
        let sum = |pan: f32| 0.5 * (1.0 - pan);
        let gain = |pan: f32| match self {
            PanLaw::Db3 => power(pan),
            PanLaw::Db4_5 => (power(pan).max(0.0) * sum(pan)).sqrt(),
            PanLaw::Db6 => sum(pan),
        };
        [gain(pan).max(0.0), gain(-pan).max(0.0)]
    }
}

/// Gains of left and right for a stereo source at `pan`: unity at the centre, the far side fades.
pub fn balance_gains(pan: f32) -> [f32; 2] {
    let fade = |pan: f32| if pan <= 0.0 { 1.0 } else { (pan.min(1.0) * FRAC_PI_2).cos().max(0.0) };
    [fade(pan), fade(-pan)]
}

/// Pan and width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StereoSettings {
    /// -1 is left, 1 is right.
    pub pan: f32,
    /// The law for a mono source; a stereo source is balanced, unity at the centre.
    pub law: PanLaw,
    /// Whether the source is mono (both channels the same, from a mono input).
    pub mono_source: bool,
    /// 0 is mono, 1 as it is, 2 has twice the difference.
    pub width: f32,
}

impl Default for StereoSettings {
    fn default() -> Self {
        Self { pan: 0.0, law: PanLaw::Db3, mono_source: false, width: 1.0 }
    }
}

impl StereoSettings {
    fn gains(&self) -> [f32; 2] {
        if self.mono_source { self.law.gains(self.pan) } else { balance_gains(self.pan) }
    }
}

/// Width, then pan. A stereo source at the centre with width 1 keeps its bits.
#[derive(Clone, Debug)]
pub struct Stereo {
    gains: [Smoothed; 2],
    width: Smoothed,
}

impl Default for Stereo {
    fn default() -> Self {
        Self { gains: [Smoothed::new(1.0); 2], width: Smoothed::new(1.0) }
    }
}

impl Stereo {
    /// Whether nothing moves.
    pub fn is_settled(&self) -> bool {
        self.width.is_settled() && self.gains.iter().all(Smoothed::is_settled)
    }

    fn is_neutral(&self) -> bool {
        let one = |value: &Smoothed| value.is_settled() && value.current() == 1.0;
        one(&self.width) && self.gains.iter().all(one)
    }
}

impl Effect for Stereo {
    type Settings = StereoSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &StereoSettings) {
        for value in self.gains.iter_mut().chain([&mut self.width]) {
            value.configure(GAIN_TIME_MS, sample_rate_hz);
        }
        self.set(settings);
        self.reset();
    }

    fn reset(&mut self) {
        self.gains.iter_mut().chain([&mut self.width]).for_each(Smoothed::settle);
    }

    fn set(&mut self, settings: &StereoSettings) {
        for (value, gain) in self.gains.iter_mut().zip(settings.gains()) {
            value.set(gain);
        }
        self.width.set(settings.width);
    }

    fn process(&mut self, mut io: Io<'_>) {
        io.sanitize();
        if self.is_neutral() {
            return;
        }
        let [left, right] = io.main;
        if self.is_settled() {
            let [to_left, to_right] = self.gains.map(|gain| gain.current());
            let width = self.width.current() - 1.0;
            for (l, r) in left.iter_mut().zip(right) {
                let wider = 0.5 * (*l - *r) * width;
                (*l, *r) = ((*l + wider) * to_left, (*r - wider) * to_right);
            }
            return;
        }
        for (l, r) in left.iter_mut().zip(right) {
            // As a difference from the input: exact where the channels are alike or the width is 1.
            let wider = 0.5 * (*l - *r) * (self.width.next() - 1.0);
            *l = (*l + wider) * self.gains[0].next();
            *r = (*r - wider) * self.gains[1].next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::gain_to_db;

    #[test]
    fn a_law_is_what_its_centre_loses_against_its_sides() {
        for (law, loss_db) in [(PanLaw::Db3, 3.01), (PanLaw::Db4_5, 4.515), (PanLaw::Db6, 6.02)] {
            let [left, right] = law.gains(0.0);
            assert_eq!(left, right);
            assert!((gain_to_db(left) + loss_db).abs() < 0.01, "{law:?}");
            assert!((law.gains(-1.0)[0] - 1.0).abs() < 1e-6 && law.gains(-1.0)[1] < 1e-6);
            assert!((law.gains(1.0)[1] - 1.0).abs() < 1e-6 && law.gains(1.0)[0] < 1e-6);
        }
    }

    #[test]
    fn a_balance_is_unity_at_the_centre_and_never_louder() {
        assert_eq!(balance_gains(0.0), [1.0, 1.0]);
        for step in -10..=10 {
            let gains = balance_gains(step as f32 / 10.0);
            assert!(gains.iter().all(|gain| (0.0..=1.0).contains(gain)));
        }
        assert!(balance_gains(1.0)[0] < 1e-6);
    }
}

//! From the analogue curve of a band to its digital sections.
//!
//! The poles are the prototype's, carried over exactly (impulse invariance). The numerator is found
//! in the power domain, as a polynomial in phi = sin^2(w / 2) that meets the prototype at chosen
//! frequencies, and brought back by its minimum-phase factor. After M. Vicanek, "Matched Second
//! Order Digital Filters" (2016).

use super::prototype::Prototype;
use super::svf::Svf;
use super::{BandKind, BandSettings};
use crate::biquad::Biquad;
use std::f64::consts::PI;

/// The curve of one band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandSpec {
    /// Its kind.
    pub kind: BandKind,
    /// Centre or corner frequency in Hz.
    pub freq_hz: f64,
    /// Gain in dB. Without effect for cuts, notch and band-pass.
    pub gain_db: f64,
    /// Quality factor.
    pub q: f64,
}

impl BandSpec {
    /// A band at rest.
    pub fn at_rest(band: &BandSettings) -> Self {
        Self {
            kind: band.kind,
            freq_hz: band.freq_hz.into(),
            gain_db: band.gain_db.into(),
            q: band.q.into(),
        }
    }

    /// The analogue curve, in dB at a frequency.
    pub fn prototype_db(&self, freq_hz: f64) -> f64 {
        Prototype::new(self.kind, self.gain_db, self.q).response_db(freq_hz, self.freq_hz)
    }
}

/// Whether a band of this kind follows its gain.
pub fn has_gain(kind: BandKind) -> bool {
    use BandKind::*;
    matches!(kind, Bell | LowShelf | HighShelf | Tilt)
}

/// The digital filter of one band at one sample rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandFilter {
    section: Biquad,
    sample_rate_hz: f64,
}

impl BandFilter {
    /// Gain in dB at a frequency.
    pub fn response_db(&self, freq_hz: f64) -> f64 {
        self.section.response_db(freq_hz, self.sample_rate_hz)
    }

    /// Whether all poles are inside the unit circle.
    pub fn is_stable(&self) -> bool {
        self.section.is_stable()
    }

    /// The section.
    pub(super) fn section(&self) -> Biquad {
        self.section
    }

    /// Samples until its slowest pole has decayed by so many dB. Unity has none.
    pub fn decay_samples(&self, decay_db: f64) -> f64 {
        let radius = self.section.pole_radius();
        if radius <= 0.0 { 0.0 } else { -decay_db / (20.0 * radius.log10()) }
    }

    /// The coefficients of the audio.
    pub fn svf(&self) -> Svf {
        if self.section == Biquad::IDENTITY {
            Svf::IDENTITY
        } else {
            Svf::from_biquad(&self.section)
        }
    }
}

/// Coefficients of a band. Defined for every finite spec and every sample rate.
pub fn design(spec: &BandSpec, sample_rate_hz: f64) -> BandFilter {
    let q = spec.q.clamp(0.025, 100.0);
    let gain_db = spec.gain_db.clamp(-96.0, 96.0);
    let freq_hz = spec.freq_hz.clamp(1.0, 2.0 * sample_rate_hz);
    let flat = has_gain(spec.kind) && gain_db.abs() < 1e-5;
    let section = if flat {
        Biquad::IDENTITY
    } else {
        let w0 = 2.0 * PI * freq_hz / sample_rate_hz;
        matched(spec.kind, &Prototype::new(spec.kind, gain_db, q), w0)
    };
    BandFilter { section, sample_rate_hz }
}

/// 1 + a1 z^-1 + a2 z^-2 with the poles of a prototype at `w0` rad/sample.
#[derive(Clone, Copy)]
struct Poles {
    a: [f64; 2],
    /// |D|^2 = power[0] (1 - phi) + power[1] phi + power[2] phi (1 - phi).
    power: [f64; 3],
}

impl Poles {
    fn new(a: [f64; 2], w0: f64) -> Self {
        let half = 0.5 * a[1];
        let discriminant = half * half - a[0];
        let (a1, a2, dc) = if discriminant < 0.0 {
            let (r, angle) = ((-half * w0).exp(), w0 * (-discriminant).sqrt());
            let short = (-half * w0).exp_m1();
            let dc = short * short + 4.0 * r * (0.5 * angle).sin().powi(2);
            (-2.0 * r * angle.cos(), r * r, dc)
        } else {
            let fast = half + discriminant.sqrt();
            let [e, f] = [-fast * w0, -a[0] / fast * w0];
            (-e.exp() - f.exp(), (e + f).exp(), e.exp_m1() * f.exp_m1())
        };
        let nyquist = 1.0 - a1 + a2;
        Self { a: [a1, a2], power: [dc * dc, nyquist * nyquist, -16.0 * a2] }
    }

    fn at(&self, phi: f64) -> f64 {
        self.power[0] * (1.0 - phi) + self.power[1] * phi + self.power[2] * phi * (1.0 - phi)
    }
}

fn phi(w: f64) -> f64 {
    (0.5 * w).sin().powi(2)
}

fn matched(kind: BandKind, prototype: &Prototype, w0: f64) -> Biquad {
    let poles = Poles::new(prototype.a, w0);
    // The numerator's power that the prototype asks for.
    let wanted = |w: f64| prototype.power(w / w0) * poles.at(phi(w));
    // Where the zeros are nearest: the poles are right already.
    let zeros = prototype.b[0] / prototype.b[2];
    let own = if zeros.is_finite() && zeros > 0.0 { w0 * zeros.sqrt() } else { w0 };
    let centre = own.min(MATCH_BELOW);
    let b = match kind {
        BandKind::LowCut => {
            let gain = wanted(centre).sqrt() / (4.0 * phi(centre));
            [gain, -2.0 * gain, gain]
        }
        BandKind::BandPass => {
            let [near, far] = [centre, match_above(w0)].map(|w| (phi(w), wanted(w) / phi(w)));
            let slope = (far.1 - near.1) / (far.0 - near.0);
            let at_zero = near.1 - near.0 * slope;
            minimum_phase([0.0, at_zero, slope])
        }
        BandKind::Notch if w0 < PI => {
            let cos = w0.cos();
            let b = [1.0, -2.0 * cos, 1.0];
            let dc = 2.0 - 2.0 * cos;
            b.map(|b| b * poles.power[0].sqrt() / dc)
        }
        _ => {
            let [near, far] = [centre, match_above(w0)].map(|w| (phi(w), wanted(w)));
            let at_zero = prototype.power(0.0) * poles.power[0];
            let slope = |(phi, power): (f64, f64)| (power - at_zero) / phi;
            let c2 = (slope(far) - slope(near)) / (far.0 - near.0);
            let c1 = slope(near) - near.0 * c2;
            minimum_phase([at_zero, c1, c2])
        }
    };
    Biquad { b, a: poles.a }
}

/// Matching frequencies in rad/sample: that of the band's zeros as far as it is below this, and one
/// between the band's and Nyquist.
const MATCH_BELOW: f64 = 2.4;

fn match_above(w0: f64) -> f64 {
    (2.0 + 0.3 * w0).min(2.9)
}

/// Numerator with the power p[0] + p[1] phi + p[2] phi^2 and its zeros inside the unit circle
/// (Vicanek 2016). A power that would be negative somewhere is taken as zero there.
fn minimum_phase(p: [f64; 3]) -> [f64; 3] {
    let (dc, nyquist) = (p[0].max(0.0).sqrt(), (p[0] + p[1] + p[2]).max(0.0).sqrt());
    let sum = 0.5 * (dc + nyquist);
    let b0 = 0.5 * (sum + (sum * sum - 0.25 * p[2]).max(0.0).sqrt());
    let b2 = if b0 > 0.0 { p[2] / (16.0 * b0) } else { 0.0 };
    [b0, 0.5 * (dc - nyquist), b2]
}

//! Second-order polynomials in z^-1 by what they do to power: |B|^2 = k0 + k1 phi + k2 phi^2, with
//! phi = sin^2(w / 2). The minimum-phase factor follows in closed form, and from its values at 0 Hz and
//! at Nyquist the section does, without the differences of nearly equal numbers that make direct-form
//! coefficients of low frequencies coarse.

use super::svf::Svf;

/// sin^2(w / 2) of a frequency in rad/sample: 0 at 0 Hz, 1 at Nyquist.
pub fn phi(w: f64) -> f64 {
    (0.5 * w).sin().powi(2)
}

/// Coefficients of 1, phi and phi^2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Power(pub [f64; 3]);

impl Power {
    /// The same at every frequency.
    pub const UNITY: Self = Self([1.0, 0.0, 0.0]);

    /// The value at phi.
    #[inline]
    pub fn at(&self, phi: f64) -> f64 {
        let [k0, k1, k2] = self.0;
        k0 + phi * (k1 + phi * k2)
    }

    /// All of it times a factor.
    pub fn scaled(&self, factor: f64) -> Self {
        Self(self.0.map(|k| k * factor))
    }

    /// How far the zeros are from another's, whatever the scale.
    pub fn distance(&self, other: &Self) -> f64 {
        let shape = |Self([k0, k1, k2]): &Self| {
            let size = (k0 * k0 + k1 * k1 + k2 * k2).sqrt();
            [k0 / size, k1 / size, k2 / size]
        };
        let (one, two) = (shape(self), shape(other));
        (0..3).map(|i| (one[i] - two[i]).powi(2)).sum()
    }

    /// The minimum-phase factor b0 + b1 z^-1 + b2 z^-2 by its values at 0 Hz and at Nyquist and by
    /// b0 - b2. `None` where the power is negative.
    fn minimum_phase(&self) -> Option<Factor> {
        let [k0, k1, k2] = self.0;
        let nyquist = k0 + k1 + k2;
        if !(k0 >= 0.0 && nyquist >= 0.0) {
            return None;
        }
        let (dc, nyquist) = (k0.sqrt(), nyquist.sqrt());
        // (dc + nyquist)^2 - 16 b0 b2 = 4 (b0 - b2)^2, and k2 = 16 b0 b2.
        let skew = 0.25 * (2.0 * k0 + k1 + 2.0 * dc * nyquist);
        // Zeros on the circle leave rounding on either side of nothing.
        let rounding = 1e-9 * (k0 + k1.abs() + dc * nyquist);
        (skew >= -rounding).then(|| Factor { dc, nyquist, skew: skew.max(0.0).sqrt() })
    }
}

#[derive(Clone, Copy)]
struct Factor {
    dc: f64,
    nyquist: f64,
    skew: f64,
}

/// One section of a filter by the powers of its numerator and its denominator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Section {
    /// Numerator.
    pub zeros: Power,
    /// Denominator.
    pub poles: Power,
}

impl Section {
    /// Passes audio unchanged.
    pub const UNITY: Self = Self { zeros: Power::UNITY, poles: Power::UNITY };

    /// |H|^2 at phi.
    pub fn power(&self, phi: f64) -> f64 {
        self.zeros.at(phi) / self.poles.at(phi)
    }

    /// The coefficients of the audio. `None` unless the poles are inside the unit circle and the zeros not
    /// outside.
    pub fn svf(&self) -> Option<Svf> {
        let (zeros, poles) = (self.zeros.minimum_phase()?, self.poles.minimum_phase()?);
        let root = (poles.dc * poles.nyquist).sqrt();
        let (g, k) = ((poles.dc / poles.nyquist).sqrt(), 2.0 * poles.skew / root);
        let h = [zeros.dc / poles.dc, 2.0 * zeros.skew / root, zeros.nyquist / poles.nyquist];
        (g > 0.0 && k > 0.0 && g.is_finite() && k.is_finite()).then(|| Svf::new(g, k, h))
    }
}

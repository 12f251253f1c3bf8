//! The analogue filters that the bands follow: the prototypes of the Audio EQ Cookbook
//! (Bristow-Johnson 1998) before its bilinear step.

use super::BandKind;
use realfft::num_complex::Complex;
use std::f64::consts::{LN_10, TAU};

/// H(s) = (b0 + b1 s + b2 s^2) / (a0 + a1 s + s^2), with s normalised to the band's frequency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prototype {
    /// Numerator, lowest power first.
    pub b: [f64; 3],
    /// Denominator without its leading 1, lowest power first.
    pub a: [f64; 2],
}

impl Prototype {
    /// The curve of a band.
    pub fn new(kind: BandKind, gain_db: f64, q: f64) -> Self {
        let root = 10f64.powf(gain_db / 40.0);
        let over_q = 1.0 / q;
        match kind {
            BandKind::Bell => Self { b: [1.0, root * over_q, 1.0], a: [1.0, over_q / root] },
            BandKind::LowShelf => {
                let slope = over_q / root.sqrt();
                Self { b: [root, slope * root, 1.0], a: [1.0 / root, slope] }
            }
            BandKind::HighShelf => Self::high_shelf(root, over_q),
            // A high shelf of twice the gain, lowered by the gain.
            BandKind::Tilt => {
                let shelf = Self::high_shelf(root * root, over_q);
                Self { b: shelf.b.map(|b| b / (root * root)), a: shelf.a }
            }
            BandKind::LowCut => Self { b: [0.0, 0.0, 1.0], a: [1.0, over_q] },
            BandKind::HighCut => Self { b: [1.0, 0.0, 0.0], a: [1.0, over_q] },
            BandKind::Notch => Self { b: [1.0, 0.0, 1.0], a: [1.0, over_q] },
            BandKind::BandPass => Self { b: [0.0, over_q, 0.0], a: [1.0, over_q] },
        }
    }

    fn high_shelf(root: f64, over_q: f64) -> Self {
        let slope = over_q * root.sqrt();
        Self { b: [root, slope * root, root * root], a: [root, slope] }
    }

    /// All of the denominator, lowest power first.
    pub fn denominator(&self) -> [f64; 3] {
        [self.a[0], self.a[1], 1.0]
    }

    /// Time in s until the slowest pole of a band at `band_hz` has decayed by so many dB.
    pub fn decay_s(&self, band_hz: f64, decay_db: f64) -> f64 {
        let half = 0.5 * self.a[1];
        let spread = half * half - self.a[0];
        let slowest = if spread > 0.0 { self.a[0] / (half + spread.sqrt()) } else { half };
        decay_db / 20.0 * LN_10 / (slowest * TAU * band_hz)
    }

    /// |H|^2 at `ratio` times the band's frequency.
    pub fn power(&self, ratio: f64) -> f64 {
        let square = |c0: f64, c1: f64, c2: f64| {
            let re = c0 - c2 * ratio * ratio;
            let im = c1 * ratio;
            re * re + im * im
        };
        square(self.b[0], self.b[1], self.b[2]) / square(self.a[0], self.a[1], 1.0)
    }

    /// Gain in dB at a frequency, for a band at `band_hz`.
    pub fn response_db(&self, freq_hz: f64, band_hz: f64) -> f64 {
        10.0 * self.power(freq_hz / band_hz).max(1e-30).log10()
    }
}

/// A filter by its power, as a function of x, the square of frequency over that of the filter.
#[derive(Clone, Copy, Debug)]
pub enum Powers {
    /// Of second order.
    Second {
        /// Numerator, lowest power first.
        zeros: [f64; 3],
        /// Denominator.
        poles: [f64; 3],
    },
    /// Butterworth low-pass or high-pass of any order: x^order is compared with 1.
    Butterworth {
        /// Poles.
        order: i32,
        /// Whether the lows are taken away.
        high_pass: bool,
    },
}

/// A null counts as this share of what is around it: a slope beyond has no meaning.
const NULL: f64 = 1e-4;

impl Powers {
    /// Those of a prototype.
    pub fn of(prototype: &Prototype) -> Self {
        let ([b0, b1, b2], [a0, a1]) = (prototype.b, prototype.a);
        let square = |c0: f64, c1: f64, c2: f64| [c0 * c0, c1 * c1 - 2.0 * c0 * c2, c2 * c2];
        Self::Second { zeros: square(b0, b1, b2), poles: square(a0, a1, 1.0) }
    }

    /// |H|^2.
    pub fn gain(&self, x: f64) -> f64 {
        match *self {
            Self::Second { zeros, poles } => polynomial(zeros, x) / polynomial(poles, x),
            Self::Butterworth { order, high_pass } => {
                1.0 / (1.0 + if high_pass { x.powi(-order) } else { x.powi(order) })
            }
        }
    }

    /// Rise of the level in dB for each factor e of x.
    pub fn slope_db(&self, x: f64) -> f64 {
        let rise = match *self {
            Self::Second { zeros, poles } => {
                let (up, down) = (polynomial(zeros, x), polynomial(poles, x));
                x * (rate(zeros, x) / (up + NULL * down) - rate(poles, x) / down)
            }
            Self::Butterworth { order, high_pass } => {
                let power = if high_pass { x.powi(-order) } else { -x.powi(order) };
                f64::from(order) * power / (1.0 + power.abs())
            }
        };
        10.0 / LN_10 * rise
    }
}

fn polynomial([c0, c1, c2]: [f64; 3], x: f64) -> f64 {
    c0 + x * (c1 + x * c2)
}

fn rate([_, c1, c2]: [f64; 3], x: f64) -> f64 {
    c1 + 2.0 * x * c2
}

/// The two x at which the power of c0 + c1 s + c2 s^2 is nothing: -s^2 of its roots.
pub fn power_roots([c0, c1, c2]: [f64; 3]) -> [Complex<f64>; 2] {
    let (half, square) = (0.5 * c1 / c2, c0 / c2);
    let spread = square - half * half;
    if spread > 0.0 {
        let x = Complex::new(spread - half * half, 2.0 * half * spread.sqrt());
        [x, x.conj()]
    } else {
        let fast = half + (-spread).sqrt();
        [fast, square / fast].map(|s| Complex::new(-s * s, 0.0))
    }
}

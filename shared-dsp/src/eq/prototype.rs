//! The analogue filters that the bands follow: the prototypes of the Audio EQ Cookbook
//! (Bristow-Johnson 1998) before its bilinear step.

use super::BandKind;

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

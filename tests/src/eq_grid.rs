//! The grid over which the equaliser is held against its analogue prototypes: every kind of band,
//! f0 20 Hz..20 kHz, Q 0.3..10, gain -18..+18 dB; and the steep cuts over the ranges of their
//! parameters. The test and the plots take their cases and their errors from here.

use shared_dsp::eq::{
    BandKind, BandSpec, CutCurve, CutSettings, FilterSettings, Slope, design, has_gain,
};
use std::f64::consts::FRAC_1_SQRT_2;

/// Sample rates in Hz. Higher ones have Nyquist further away and are easier.
pub const RATES_HZ: [f64; 2] = [44_100.0, 48_000.0];

/// Quality factors.
pub const QS: [f64; 9] = [0.3, 0.5, FRAC_1_SQRT_2, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0];

/// Gains in dB of the kinds that have one.
pub const GAINS_DB: [f64; 8] = [-18.0, -12.0, -6.0, -1.0, 1.0, 6.0, 12.0, 18.0];

/// Below this level of the prototype, in dB, the looser bound holds.
pub const DEEP_DB: f64 = -40.0;

/// Bound in dB where the prototype is above [`DEEP_DB`].
pub const BOUND_DB: f64 = 0.05;

/// Bound in dB where it is below.
pub const DEEP_BOUND_DB: f64 = 0.5;

/// Both curves are read no lower than this, in dB: at the very null of a notch there is nothing to
/// compare, and what is this far down is not heard.
pub const FLOOR_DB: f64 = -100.0;

/// The f0 of the grid in Hz: third octaves from 20 Hz to 20 kHz, both included.
pub fn centres_hz() -> impl Iterator<Item = f64> {
    geometric(20.0, 20_000.0, 31)
}

/// `count` frequencies from `low_hz` to `high_hz`, evenly apart in octaves.
pub fn geometric(low_hz: f64, high_hz: f64, count: usize) -> impl Iterator<Item = f64> + Clone {
    let last = (count.max(2) - 1) as f64;
    (0..count).map(move |i| low_hz * (high_hz / low_hz).powf(i as f64 / last))
}

/// All bands of one kind. Kinds without a gain have no gain axis.
pub fn cases(kind: BandKind) -> impl Iterator<Item = BandSpec> {
    let gains: &[f64] = if has_gain(kind) { &GAINS_DB } else { &[0.0] };
    centres_hz().flat_map(move |freq_hz| {
        QS.iter().flat_map(move |&q| {
            gains.iter().map(move |&gain_db| BandSpec { kind, freq_hz, gain_db, q })
        })
    })
}

/// Where the curve of a band is looked at, in Hz, all within 20 Hz..20 kHz: a grid in octaves, the
/// top octave once more in even steps, and a cluster wherever a narrow band bends.
pub fn looked_at_hz(spec: &BandSpec) -> impl Iterator<Item = f64> {
    const FROM_BEND: [f64; 13] =
        [0.001, 0.003, 0.01, 0.03, 0.06, 0.1, 0.15, 0.25, 0.4, 0.6, 1.0, 1.6, 2.5];
    // A shelf's poles and zeros lie a root of its gain apart, either side of f0.
    let apart = match spec.kind {
        BandKind::LowShelf | BandKind::HighShelf => 10f64.powf(spec.gain_db / 80.0),
        BandKind::Tilt => 10f64.powf(spec.gain_db / 40.0),
        _ => 1.0,
    };
    let BandSpec { freq_hz, q, .. } = *spec;
    let bends: &[f64] = if apart == 1.0 { &[0.0] } else { &[-1.0, 0.0, 1.0] };
    let clusters = bends.iter().flat_map(move |&side| {
        let bend_hz = freq_hz * apart.powf(side);
        let around = FROM_BEND.iter().flat_map(|&offset| [-offset, offset]);
        around.chain([0.0]).map(move |offset| bend_hz * (offset / q).exp())
    });
    audible_hz().chain(clusters.filter(|at_hz| (20.0..=20_000.0).contains(at_hz)))
}

/// The part of the frequencies looked at that is the same for every case.
fn audible_hz() -> impl Iterator<Item = f64> {
    geometric(20.0, 20_000.0, 241).chain((0..=100).map(|i| 10_000.0 + 100.0 * f64::from(i)))
}

/// The furthest that a curve is from its prototype.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Deviation {
    /// Size in dB. A curve that is not a number is infinitely far.
    pub db: f64,
    /// Where, in Hz.
    pub at_hz: f64,
}

impl Deviation {
    fn meet(&mut self, db: f64, at_hz: f64) {
        let db = if db.is_nan() { f64::INFINITY } else { db };
        if db > self.db {
            *self = Self { db, at_hz };
        }
    }
}

/// The furthest that one case is from its prototype.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Deviations {
    /// Where the prototype is above [`DEEP_DB`].
    pub heard: Deviation,
    /// Where it is below.
    pub deep: Deviation,
}

impl Deviations {
    /// Of a curve from a wanted curve, both in dB at a frequency, at these frequencies.
    pub fn of(
        at_hz: impl Iterator<Item = f64>,
        wanted_db: impl Fn(f64) -> f64,
        got_db: impl Fn(f64) -> f64,
    ) -> Self {
        let mut worst = Self::default();
        for at_hz in at_hz {
            let wanted = wanted_db(at_hz);
            // Not `max`, which would hide NaN.
            let read = |db: f64| db.clamp(FLOOR_DB, f64::INFINITY);
            let error = (read(got_db(at_hz)) - read(wanted)).abs();
            let part = if wanted < DEEP_DB { &mut worst.deep } else { &mut worst.heard };
            part.meet(error, at_hz);
        }
        worst
    }

    /// The worse of both parts, in parts of its bound: 1 just keeps it.
    pub fn of_bound(&self) -> f64 {
        (self.heard.db / BOUND_DB).max(self.deep.db / DEEP_BOUND_DB)
    }
}

/// How far the digital filter of a band is from its analogue prototype.
pub fn deviations(spec: &BandSpec, sample_rate_hz: f64) -> Deviations {
    let filter = design(spec, sample_rate_hz);
    Deviations::of(looked_at_hz(spec), |f| spec.prototype_db(f), |f| filter.response_db(f))
}

/// One steep cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutSpec {
    /// Whether it takes away the lows.
    pub high_pass: bool,
    /// Corner in Hz.
    pub freq_hz: f32,
    /// Slope.
    pub slope: Slope,
}

/// Every slope with its loss in dB per octave.
pub const SLOPES: [(Slope, u32); 6] = [
    (Slope::Db6, 6),
    (Slope::Db12, 12),
    (Slope::Db18, 18),
    (Slope::Db24, 24),
    (Slope::Db36, 36),
    (Slope::Db48, 48),
];

/// All cuts of one side: high-pass 16 Hz..1 kHz, low-pass 1..22 kHz.
pub fn cut_cases(high_pass: bool) -> impl Iterator<Item = CutSpec> {
    let (low_hz, high_hz) = if high_pass { (16.0, 1000.0) } else { (1000.0, 22_000.0) };
    SLOPES.into_iter().flat_map(move |(slope, _)| {
        geometric(low_hz, high_hz, 21).map(move |freq_hz| CutSpec {
            high_pass,
            freq_hz: freq_hz as f32,
            slope,
        })
    })
}

impl CutSpec {
    /// Butterworth's formula, in dB at a frequency.
    pub fn prototype_db(&self, at_hz: f64) -> f64 {
        let loss = SLOPES.iter().find(|(slope, _)| *slope == self.slope).map_or(0, |s| s.1);
        let ratio = at_hz / f64::from(self.freq_hz);
        let ratio = if self.high_pass { 1.0 / ratio } else { ratio };
        -10.0 * (1.0 + ratio.powi((loss / 3) as i32)).log10()
    }

    /// The digital cut.
    pub fn curve(&self, sample_rate_hz: f64) -> CutCurve {
        let off = CutSettings { on: false, ..FilterSettings::default().high_pass };
        let on = CutSettings { on: true, freq_hz: self.freq_hz, slope: self.slope };
        let [high_pass, low_pass] = if self.high_pass { [on, off] } else { [off, on] };
        CutCurve::new(&FilterSettings { high_pass, low_pass }, sample_rate_hz)
    }

    /// How far the digital cut is from Butterworth's formula over 20 Hz..20 kHz.
    pub fn deviations(&self, sample_rate_hz: f64) -> Deviations {
        let curve = self.curve(sample_rate_hz);
        let got_db = |at_hz| curve.response_db(at_hz);
        Deviations::of(audible_hz(), |at_hz| self.prototype_db(at_hz), got_db)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_dsp::biquad::Biquad;

    #[test]
    fn the_grid_is_as_large_as_promised_and_stays_in_its_ranges() {
        let all: Vec<BandSpec> = BandKind::ALL.into_iter().flat_map(cases).collect();
        assert!(all.len() >= 5000, "{}", all.len());
        let centres: Vec<f64> = centres_hz().collect();
        assert!((centres[0] - 20.0).abs() < 1e-9 && (centres[30] - 20_000.0).abs() < 1e-6);
        for spec in all.iter().step_by(7) {
            assert!(looked_at_hz(spec).all(|f| (19.999..20_000.001).contains(&f)), "{spec:?}");
        }
    }

    /// The bell of the Audio EQ Cookbook after its bilinear step (Bristow-Johnson 1998).
    fn bilinear_bell(spec: &BandSpec, sample_rate_hz: f64) -> Biquad {
        let w = std::f64::consts::TAU * spec.freq_hz / sample_rate_hz;
        let (root, alpha) = (10f64.powf(spec.gain_db / 40.0), w.sin() / (2.0 * spec.q));
        Biquad::normalised(
            [1.0 + alpha * root, -2.0 * w.cos(), 1.0 - alpha * root],
            [1.0 + alpha / root, -2.0 * w.cos(), 1.0 - alpha / root],
        )
    }

    #[test]
    fn the_grid_finds_what_the_bilinear_bell_misses() {
        let rate = 48_000.0;
        let found = cases(BandKind::Bell).map(|spec| {
            let got = |f| bilinear_bell(&spec, rate).response_db(f, rate);
            Deviations::of(looked_at_hz(&spec), |f| spec.prototype_db(f), got).heard.db
        });
        // A coarse grid knows of 6.9 dB.
        let worst = found.fold(0.0, f64::max);
        assert!((8.0..12.0).contains(&worst), "{worst}");
    }

    #[test]
    fn what_is_not_a_number_is_infinitely_far() {
        let odd = |at: f64| if at == 2.0 { f64::NAN } else { at };
        let found = Deviations::of([1.0, 2.0, 3.0].into_iter(), |_| 0.0, odd);
        assert_eq!(found.heard, Deviation { db: f64::INFINITY, at_hz: 2.0 });
    }
}

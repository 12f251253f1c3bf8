//! Butterworth cuts of 6 to 48 dB per octave that follow the analogue curve: poles evenly on the circle, each
//! pair of them a band of its own.

use super::design::{BandFilter, Layout, design_beside};
use super::power::{Section, phi};
use super::prototype::Powers;
use super::svf::Svf;
use super::warp::{Warp, radians, spread, top};
use super::{BandKind, BandSpec, Side, Slope};
use std::f64::consts::PI;

/// Pairs of poles of the steepest slope.
const PAIRS: usize = 4;

/// Sections of the steepest slope: two for each pair.
pub const SECTIONS: usize = 2 * PAIRS;

/// The sections of a cut at one sample rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    pairs: [BandFilter; PAIRS],
    last: Section,
    order: usize,
    sample_rate_hz: f64,
}

impl Cut {
    /// Unity.
    pub fn unity(sample_rate_hz: f64) -> Self {
        let pairs = [BandFilter::unity(sample_rate_hz); PAIRS];
        Self { pairs, last: Section::UNITY, order: 0, sample_rate_hz }
    }

    /// A cut at rest, with poles in the sections where `neighbour` has those that are most like them. Defined for
    /// every finite frequency.
    pub fn at_rest(side: Side, slope: Slope, freq_hz: f64, neighbour: &Self) -> Self {
        let rate_hz = neighbour.sample_rate_hz;
        neighbour.with(side, slope, freq_hz, |spec, pair| design_beside(spec, rate_hz, pair))
    }

    /// A cut on the move: the pairs share one layout and lack the last refinement.
    pub fn moving(side: Side, slope: Slope, freq_hz: f64, neighbour: &Self) -> Self {
        let rate_hz = neighbour.sample_rate_hz;
        let powers = Powers::Butterworth { order: slope.order(), high_pass: side == Side::High };
        let layout = Layout::shared(&powers, freq_hz, rate_hz);
        neighbour.with(side, slope, freq_hz, |spec, pair| layout.filter(spec, rate_hz, pair))
    }

    fn with(
        &self,
        side: Side,
        slope: Slope,
        freq_hz: f64,
        pair: impl Fn(&BandSpec, &BandFilter) -> BandFilter,
    ) -> Self {
        let order = slope.order() as usize;
        let kind = if side == Side::High { BandKind::LowCut } else { BandKind::HighCut };
        let mut cut = Self::unity(self.sample_rate_hz);
        cut.order = order;
        for (index, (filter, before)) in
            cut.pairs.iter_mut().zip(&self.pairs).enumerate().take(order / 2)
        {
            let q = 0.5 / (PI * (2 * index + 1) as f64 / (2 * order) as f64).sin();
            *filter = pair(&BandSpec { kind, freq_hz, gain_db: 0.0, q }, before);
        }
        if order % 2 == 1 {
            cut.last = first_order(side, freq_hz, self.sample_rate_hz);
        }
        cut
    }

    /// Gain in dB at a frequency.
    pub fn response_db(&self, freq_hz: f64) -> f64 {
        let last = self.last.power(phi(2.0 * PI * freq_hz / self.sample_rate_hz));
        let pairs: f64 = self.pairs.iter().map(|pair| pair.response_db(freq_hz)).sum();
        pairs + 10.0 * last.max(1e-30).log10()
    }

    /// The coefficients of the audio: those of the pairs, and after them the single pole's.
    pub fn svf(&self) -> [Svf; SECTIONS] {
        let mut sections = [Svf::IDENTITY; SECTIONS];
        for (to, pair) in sections.chunks_exact_mut(2).zip(&self.pairs) {
            to.copy_from_slice(&pair.svf());
        }
        if let Some(section) = sections.get_mut(self.order & !1)
            && self.order % 2 == 1
        {
            *section = self.last.svf().unwrap_or(Svf::IDENTITY);
        }
        sections
    }
}

/// A single pole, on a wide layout of its own: one section with two poles.
fn first_order(side: Side, freq_hz: f64, sample_rate_hz: f64) -> Section {
    let w0 = radians(freq_hz, sample_rate_hz);
    let powers = Powers::Butterworth { order: 1, high_pass: side == Side::High };
    let warp = Warp::fit(&powers, w0, &spread(top(sample_rate_hz)));
    let zeros = if side == Side::High { [0.0, 1.0] } else { [1.0, 0.0] };
    let [zeros, poles] = [zeros, [1.0, 1.0]].map(|powers| warp.single(powers, w0));
    Section { zeros, poles }
}

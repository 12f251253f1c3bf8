//! The curves of an equaliser and of the cuts, for whoever draws them: built once, then read at any
//! frequency.

use super::butterworth::Cut;
use super::design::{BandFilter, BandSpec, design};
use super::{BandChannel, CutSettings, EqSettings, FilterSettings, Side};

/// The curve of all bands at rest.
#[derive(Clone, Debug)]
pub struct BandCurve {
    filters: Vec<BandFilter>,
}

impl BandCurve {
    /// Of the bands that work on `channel` or on both channels. `Stereo` counts every band.
    pub fn new(settings: &EqSettings, channel: BandChannel, sample_rate_hz: f64) -> Self {
        let heard = |of: BandChannel| {
            channel == BandChannel::Stereo || of == BandChannel::Stereo || of == channel
        };
        let bands = settings.bands.iter().filter(|band| settings.on && band.on);
        let bands = bands.filter(|band| heard(band.channel));
        Self { filters: bands.map(|b| design(&BandSpec::at_rest(b), sample_rate_hz)).collect() }
    }

    /// Gain in dB at a frequency.
    pub fn response_db(&self, freq_hz: f64) -> f64 {
        self.filters.iter().map(|filter| filter.response_db(freq_hz)).sum()
    }
}

/// The curve of both cuts.
#[derive(Clone, Copy, Debug)]
pub struct CutCurve {
    cuts: [Option<Cut>; 2],
}

impl CutCurve {
    /// The cuts as they are at rest.
    pub fn new(settings: &FilterSettings, sample_rate_hz: f64) -> Self {
        let unity = Cut::unity(sample_rate_hz);
        let of = |side, cut: &CutSettings| {
            cut.on.then(|| Cut::at_rest(side, cut.slope, cut.freq_hz.into(), &unity))
        };
        Self { cuts: [of(Side::High, &settings.high_pass), of(Side::Low, &settings.low_pass)] }
    }

    /// Gain in dB at a frequency.
    pub fn response_db(&self, freq_hz: f64) -> f64 {
        self.cuts.iter().flatten().map(|cut| cut.response_db(freq_hz)).sum()
    }
}

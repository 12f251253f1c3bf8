//! The equaliser's curves as points, worked out when something is set and not with every frame.

use egui::{Pos2, pos2};
use shared_dsp::eq::{
    BandFilter, BandSettings, BandSpec, CutCurve, FilterSettings, design, has_gain,
};
use shared_ui::plot::FreqPlot;

/// What the curves follow from.
#[derive(Clone, PartialEq)]
struct Key {
    bands: Vec<BandSettings>,
    filters: FilterSettings,
    rate_hz: f64,
    plot: FreqPlot,
}

/// The curves at rest.
pub struct Responses {
    key: Key,
    rest: Vec<BandFilter>,
    cuts: CutCurve,
    /// Each band alone; nothing of one that is off.
    pub bands: Vec<Vec<Pos2>>,
    /// As far as its dynamics may move it, if they may.
    pub limits: Vec<Option<Vec<Pos2>>>,
    /// Everything.
    pub set: Vec<Pos2>,
}

impl Responses {
    /// Those of a plot: `last`, if it is still that.
    pub fn of(
        last: Option<Self>,
        plot: &FreqPlot,
        bands: &[BandSettings],
        filters: &FilterSettings,
        rate_hz: f64,
    ) -> Self {
        let key = Key { bands: bands.to_vec(), filters: *filters, rate_hz, plot: plot.clone() };
        match last {
            Some(last) if last.key == key => last,
            _ => Self::new(key),
        }
    }

    fn new(key: Key) -> Self {
        let Key { bands: settings, filters, rate_hz, plot } = &key;
        let rest: Vec<BandFilter> =
            settings.iter().map(|band| moved(band, 0.0, *rate_hz)).collect();
        let points =
            |filter: &BandFilter| plot.curve(&|hz| filter.response_db(f64::from(hz)) as f32);
        let limit = |band: &BandSettings| {
            let moves = band.on && has_gain(band.kind) && band.dynamic_range_db != 0.0;
            moves.then(|| points(&moved(band, band.dynamic_range_db, *rate_hz)))
        };
        let mut responses = Self {
            bands: settings
                .iter()
                .zip(&rest)
                .map(|(band, filter)| if band.on { points(filter) } else { Vec::new() })
                .collect(),
            limits: settings.iter().map(limit).collect(),
            cuts: CutCurve::new(filters, *rate_hz),
            set: Vec::new(),
            rest,
            key,
        };
        responses.set = responses.key.plot.curve(&|hz| responses.set_db(hz));
        responses
    }

    /// Gain of everything at rest, in dB.
    pub fn set_db(&self, hz: f32) -> f32 {
        let hz = f64::from(hz);
        let sounding = self.rest.iter().zip(&self.key.bands).filter(|(_, band)| band.on);
        let bands: f64 = sounding.map(|(filter, _)| filter.response_db(hz)).sum();
        (bands + self.cuts.response_db(hz)) as f32
    }

    /// Everything with the gains of the bands moved by so many dB each; nothing if none has moved.
    pub fn now(&self, moves_db: &[f32]) -> Option<Vec<Pos2>> {
        let Key { bands, rate_hz, plot, .. } = &self.key;
        let mut now = None;
        for (i, (band, by_db)) in bands.iter().zip(moves_db).enumerate() {
            if !band.on || by_db.abs() <= 0.05 {
                continue;
            }
            let points = now.get_or_insert_with(|| self.set.clone());
            let live = moved(band, *by_db, *rate_hz);
            for point in points {
                let hz = f64::from(plot.hz_at(point.x));
                let change_db = live.response_db(hz) - self.rest[i].response_db(hz);
                *point = pos2(point.x, plot.y(plot.value_at(point.y) + change_db as f32));
            }
        }
        now
    }
}

/// The filter of a band whose gain is moved by `by_db`.
fn moved(settings: &BandSettings, by_db: f32, rate_hz: f64) -> BandFilter {
    let rest = BandSpec::at_rest(settings);
    design(&BandSpec { gain_db: rest.gain_db + f64::from(by_db), ..rest }, rate_hz)
}

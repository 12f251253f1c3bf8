//! The dynamic eight-band equaliser.

use super::band::Band;
use super::voice::Frames;
use super::{BANDS, EqSettings};
use crate::dynamics::KeySource;
use crate::effect::{Effect, Io, Tail};
use crate::smooth::{CONTROL_PERIOD, ControlClock};
use crate::units::sanitize;

/// Eight bands one after another, each with a detector of its own. No latency. Bands that are off or
/// flat cost nothing, and if all are, audio passes bit for bit.
#[derive(Clone, Debug)]
pub struct Equaliser {
    settings: EqSettings,
    bands: [Band; BANDS],
    clock: ControlClock,
}

impl Default for Equaliser {
    fn default() -> Self {
        Self {
            settings: EqSettings::default(),
            bands: std::array::from_fn(|_| Band::new()),
            clock: ControlClock::default(),
        }
    }
}

impl Equaliser {
    /// By how much the detector of a band moves its gain now, in dB.
    pub fn band_gain_db(&self, band: usize) -> f32 {
        self.bands.get(band).map_or(0.0, Band::moved_db)
    }

    fn process_period(&mut self, main: [&mut [f32]; 2], key: Option<[&[f32]; 2]>, tick: bool) {
        if tick {
            self.bands.iter_mut().for_each(Band::control_tick);
        }
        let listens = |source| self.bands.iter().any(|band| band.key() == Some(source));
        let mut frames: Frames = [[0.0; 2]; CONTROL_PERIOD];
        let mut own: Frames = frames;
        let mut external: Frames = frames;
        let [left, right] = main;
        let length = left.len().min(right.len()).min(CONTROL_PERIOD);
        for ((frame, l), r) in frames.iter_mut().zip(left.iter()).zip(right.iter()) {
            *frame = [f64::from(*l), f64::from(*r)];
        }
        if listens(KeySource::Internal) {
            own = frames;
        }
        if let Some([left, right]) = key
            && listens(KeySource::Sidechain)
        {
            for ((frame, l), r) in external.iter_mut().zip(left).zip(right) {
                *frame = [f64::from(sanitize(*l)), f64::from(sanitize(*r))];
            }
        }
        let Some(frames) = frames.get_mut(..length) else { return };
        for band in self.bands.iter_mut().filter(|band| band.is_active()) {
            let key = if band.key() == Some(KeySource::Sidechain) { &external } else { &own };
            band.process(frames, key.get(..length).unwrap_or_default());
        }
        for ((frame, l), r) in frames.iter().zip(left).zip(right) {
            (*l, *r) = (frame[0] as f32, frame[1] as f32);
        }
    }
}

impl Effect for Equaliser {
    type Settings = EqSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &EqSettings) {
        self.settings = *settings;
        for (band, of) in self.bands.iter_mut().zip(&settings.bands) {
            band.prepare(sample_rate_hz, settings.on && of.on, of);
        }
        self.clock.reset();
    }

    fn reset(&mut self) {
        self.bands.iter_mut().for_each(Band::reset);
        self.clock.reset();
    }

    fn set(&mut self, settings: &EqSettings) {
        if *settings == self.settings {
            return;
        }
        self.settings = *settings;
        for (band, of) in self.bands.iter_mut().zip(&settings.bands) {
            band.set(settings.on && of.on, of);
        }
    }

    fn process(&mut self, mut io: Io<'_>) {
        io.sanitize();
        let frames = io.frames();
        let [left, right] = io.main;
        let mut done = 0;
        while let Some((range, tick)) = self.clock.next(done, frames) {
            done = range.end;
            if !self.bands.iter().any(Band::is_active) {
                continue;
            }
            let key =
                io.key.and_then(|[l, r]| Some([l.get(range.clone())?, r.get(range.clone())?]));
            if let (Some(l), Some(r)) = (left.get_mut(range.clone()), right.get_mut(range)) {
                self.process_period([l, r], key, tick);
            }
        }
    }

    fn tail(&self) -> Tail {
        Tail::Samples(self.bands.iter().map(Band::tail_samples).fold(0, u64::saturating_add))
    }
}

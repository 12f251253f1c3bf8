//! The dynamic eight-band equaliser.

use super::band::Band;
use super::cascade::{Frames, load, store};
use super::design::SECTIONS;
use super::runner::{Filtering, Runner};
use super::svf::{StillSvf, SvfState};
use super::{BANDS, EqSettings};
use crate::dynamics::KeySource;
use crate::effect::{Effect, Io, Tail};
use crate::smooth::CONTROL_PERIOD;
use crate::units::sanitize;

/// Eight bands one after another, each with a detector of its own. No latency. Bands that are off or
/// flat cost nothing, and if all are, audio passes bit for bit.
#[derive(Clone, Debug)]
pub struct Equaliser {
    settings: EqSettings,
    bands: Bands,
    runner: Runner<{ BANDS * SECTIONS }>,
}

impl Default for Equaliser {
    fn default() -> Self {
        let bands = Bands(std::array::from_fn(|_| Band::new()));
        Self { settings: EqSettings::default(), bands, runner: Runner::new() }
    }
}

impl Equaliser {
    /// By how much the detector of a band moves its gain now, in dB.
    pub fn band_gain_db(&self, band: usize) -> f32 {
        self.bands.0.get(band).map_or(0.0, Band::moved_db)
    }
}

#[derive(Clone, Debug)]
struct Bands([Band; BANDS]);

impl Bands {
    fn active(&mut self) -> impl Iterator<Item = &mut Band> {
        self.0.iter_mut().filter(|band| band.is_active())
    }
}

impl Filtering for Bands {
    fn is_active(&self) -> bool {
        self.0.iter().any(Band::is_active)
    }

    fn control_tick(&mut self) {
        // One refinement per tick, so that many bands that settle at once do not make one block long.
        let mut may_refine = true;
        self.0.iter_mut().for_each(|band| band.control_tick(&mut may_refine));
    }

    fn rests(&self) -> bool {
        self.0.iter().filter(|band| band.is_active()).all(Band::rests)
    }

    fn resting(&mut self) -> impl Iterator<Item = (StillSvf, &mut SvfState)> {
        let heard = self.0.iter_mut().filter(|band| band.is_heard());
        heard.flat_map(|band| band.cascade().resting())
    }

    fn process_period(&mut self, main: [&mut [f32]; 2], key: Option<[&[f32]; 2]>) {
        let listens = |source| self.0.iter().any(|band| band.key() == Some(source));
        let mut frames: Frames = [[0.0; 2]; CONTROL_PERIOD];
        let mut own: Frames = frames;
        let mut external: Frames = frames;
        let [left, right] = main;
        let length = left.len().min(right.len()).min(CONTROL_PERIOD);
        load(&mut frames, left, right);
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
        for band in self.active() {
            let key = if band.key() == Some(KeySource::Sidechain) { &external } else { &own };
            band.process(frames, key.get(..length).unwrap_or_default());
        }
        store(frames, 1.0, left, right);
    }
}

impl Effect for Equaliser {
    type Settings = EqSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &EqSettings) {
        self.settings = *settings;
        for (band, of) in self.bands.0.iter_mut().zip(&settings.bands) {
            band.prepare(sample_rate_hz, settings.on && of.on, of);
        }
        self.runner.reset();
    }

    fn reset(&mut self) {
        self.bands.0.iter_mut().for_each(Band::reset);
        self.runner.reset();
    }

    fn set(&mut self, settings: &EqSettings) {
        if *settings == self.settings {
            return;
        }
        self.settings = *settings;
        self.runner.disturb();
        for (band, of) in self.bands.0.iter_mut().zip(&settings.bands) {
            band.set(settings.on && of.on, of);
        }
    }

    fn process(&mut self, mut io: Io<'_>) {
        io.sanitize();
        self.runner.process(&mut self.bands, io);
    }

    fn tail(&self) -> Tail {
        Tail::Samples(self.bands.0.iter().map(Band::tail_samples).fold(0, u64::saturating_add))
    }
}

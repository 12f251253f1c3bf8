//! One filter of a band with its way of fading in and out.

use super::cascade::{Cascade, Frames};
use super::design::{BandFilter, Layout, SECTIONS, design_beside};
use super::{BandChannel, BandKind, BandSpec};
use crate::smooth::Smoothed;

/// A filter of one kind on one set of channels. A band has two, so that a change of kind or channel
/// is a crossfade.
#[derive(Clone, Debug)]
pub struct Voice {
    pub kind: BandKind,
    pub channel: BandChannel,
    presence: Smoothed,
    layout: Layout,
    filter: BandFilter,
    cascade: Cascade<SECTIONS>,
    /// Whether it fades in this control period.
    fades: bool,
    sample_rate_hz: f64,
}

impl Voice {
    pub fn new() -> Self {
        let sample_rate_hz = 48_000.0;
        Self {
            kind: BandKind::default(),
            channel: BandChannel::default(),
            presence: Smoothed::new(0.0),
            layout: Layout::UNITY,
            filter: BandFilter::unity(sample_rate_hz),
            cascade: Cascade::new(),
            fades: false,
            sample_rate_hz,
        }
    }

    pub fn configure(&mut self, fade_ms: f32, sample_rate_hz: f64) {
        self.presence.configure(fade_ms, sample_rate_hz);
        self.sample_rate_hz = sample_rate_hz;
        self.filter = BandFilter::unity(sample_rate_hz);
    }

    /// Fades in or out.
    pub fn fade(&mut self, on: bool) {
        self.presence.set(if on { 1.0 } else { 0.0 });
    }

    /// Begins anew, silent, with the coefficients of a moving band, laid out for the most that it may do.
    pub fn start(&mut self, kind: BandKind, channel: BandChannel, [most, spec]: [&BandSpec; 2]) {
        (self.kind, self.channel) = (kind, channel);
        self.presence.snap(0.0);
        self.lay_out(most);
        self.aim(spec);
        self.cascade.snap(self.filter.svf());
    }

    /// At rest as designed, without audio.
    pub fn reset(&mut self, kind: BandKind, channel: BandChannel, [most, spec]: [&BandSpec; 2]) {
        (self.kind, self.channel) = (kind, channel);
        self.presence.settle();
        self.fades = false;
        self.filter = BandFilter::unity(self.sample_rate_hz);
        self.lay_out(most);
        self.settle(spec);
        self.cascade.snap(self.filter.svf());
    }

    /// Whether it is heard or about to be.
    pub fn is_present(&self) -> bool {
        self.presence.target() > 0.0 || !self.presence.is_settled()
    }

    /// Whether it is on, whole, on both channels, and stands still.
    pub fn rests(&self) -> bool {
        self.presence.is_settled()
            && !self.fades
            && self.channel == BandChannel::Stereo
            && self.cascade.is_still()
    }

    fn spec(&self, spec: &BandSpec) -> BandSpec {
        BandSpec { kind: self.kind, ..*spec }
    }

    /// Takes a new layout of the frequency axis.
    pub fn lay_out(&mut self, spec: &BandSpec) {
        self.layout = Layout::new(&self.spec(spec), self.sample_rate_hz);
    }

    /// Designs a band that moves.
    pub fn aim(&mut self, spec: &BandSpec) {
        self.filter = self.layout.filter(&self.spec(spec), self.sample_rate_hz, &self.filter);
    }

    /// Designs a band at rest.
    pub fn settle(&mut self, spec: &BandSpec) {
        self.filter = design_beside(&self.spec(spec), self.sample_rate_hz, &self.filter);
    }

    /// To be called at control rate, with the control periods in which to reach a new design.
    pub fn control_tick(&mut self, periods: Option<usize>) {
        self.fades = !self.presence.is_settled();
        self.cascade.control_tick(periods.map(|periods| (self.filter.svf(), periods)));
    }

    /// Filters frames that lie within one control period.
    pub fn process(&mut self, frames: &mut [[f64; 2]]) {
        if !self.is_present() || !self.cascade.is_active() {
            // One by one: longer steps round otherwise, and blocks would be heard.
            frames.iter().for_each(|_| _ = self.presence.next());
            return;
        }
        if self.channel == BandChannel::Stereo && !self.fades {
            self.cascade.process(frames);
            return;
        }
        let mut heard: Frames = Default::default();
        for (heard, frame) in heard.iter_mut().zip(frames.iter()) {
            *heard = encode(self.channel, *frame);
        }
        let mut filtered = heard;
        self.cascade.process(filtered.get_mut(..frames.len()).unwrap_or_default());
        for ((frame, before), after) in frames.iter_mut().zip(&heard).zip(&filtered) {
            let presence = f64::from(self.presence.next());
            let change = [0, 1].map(|lane| presence * (after[lane] - before[lane]));
            *frame = decode(self.channel, *frame, change);
        }
    }

    /// The cascade, for whoever runs it while it rests.
    pub fn cascade(&mut self) -> &mut Cascade<SECTIONS> {
        &mut self.cascade
    }
}

/// What a voice on a channel hears of a stereo frame.
pub fn encode(channel: BandChannel, [left, right]: [f64; 2]) -> [f64; 2] {
    match channel {
        BandChannel::Stereo => [left, right],
        BandChannel::Left => [left, 0.0],
        BandChannel::Right => [right, 0.0],
        BandChannel::Mid => [0.5 * (left + right), 0.0],
        BandChannel::Side => [0.5 * (left - right), 0.0],
    }
}

/// The frame with what a voice changes of it.
fn decode(channel: BandChannel, [left, right]: [f64; 2], [a, b]: [f64; 2]) -> [f64; 2] {
    match channel {
        BandChannel::Stereo => [left + a, right + b],
        BandChannel::Left => [left + a, right],
        BandChannel::Right => [left, right + a],
        BandChannel::Mid => [left + a, right + a],
        BandChannel::Side => [left + a, right - a],
    }
}

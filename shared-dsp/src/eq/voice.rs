//! One filter of a band with its way of fading in and out.

use super::svf::{Svf, SvfState};
use super::{BandChannel, BandKind};
use crate::smooth::{CONTROL_PERIOD, Smoothed};

/// The control period's audio: left and right.
pub type Frames = [[f64; 2]; CONTROL_PERIOD];

/// A filter of one kind on one set of channels. A band has two, so that a change of kind or channel
/// is a crossfade.
#[derive(Clone, Debug)]
pub struct Voice {
    pub kind: BandKind,
    pub channel: BandChannel,
    presence: Smoothed,
    coefficients: Svf,
    target: Svf,
    step: Option<Svf>,
    /// Whether it fades in this control period.
    fades: bool,
    state: SvfState,
}

impl Voice {
    pub fn new() -> Self {
        Self {
            kind: BandKind::default(),
            channel: BandChannel::default(),
            presence: Smoothed::new(0.0),
            coefficients: Svf::IDENTITY,
            target: Svf::IDENTITY,
            step: None,
            fades: false,
            state: SvfState::default(),
        }
    }

    pub fn configure(&mut self, fade_ms: f32, sample_rate_hz: f64) {
        self.presence.configure(fade_ms, sample_rate_hz);
    }

    /// Fades in or out.
    pub fn fade(&mut self, on: bool) {
        self.presence.set(if on { 1.0 } else { 0.0 });
    }

    /// Begins anew, silent, with coefficients that do not move.
    pub fn start(&mut self, kind: BandKind, channel: BandChannel) {
        (self.kind, self.channel) = (kind, channel);
        self.presence.snap(0.0);
        self.state.reset();
    }

    /// At rest where it was going, without audio.
    pub fn reset(&mut self) {
        self.presence.settle();
        self.state.reset();
        self.snap(self.target);
    }

    /// Takes coefficients at once.
    pub fn snap(&mut self, target: Svf) {
        (self.coefficients, self.target, self.step) = (target, target, None);
    }

    /// Whether it is heard or about to be.
    pub fn is_present(&self) -> bool {
        self.presence.target() > 0.0 || !self.presence.is_settled()
    }

    /// Whether it changes the audio: not before the first move away from unity.
    fn is_active(&self) -> bool {
        self.is_present() && (self.step.is_some() || !self.coefficients.is_identity())
    }

    /// To be called at control rate: coefficients to reach at the end of the control period, where
    /// they move.
    pub fn control_tick(&mut self, target: Option<Svf>) {
        self.coefficients = self.target;
        self.step = None;
        self.fades = !self.presence.is_settled();
        if let Some(mut target) = target
            && target != self.coefficients
        {
            // Unity has no poles of its own: it takes those that it comes from or goes to.
            if self.coefficients.is_identity() {
                self.coefficients = target.unity();
            }
            if target.is_identity() {
                target = self.coefficients.unity();
            }
            self.target = target;
            self.step = Some(self.coefficients.step_to(target, CONTROL_PERIOD));
        }
        if self.is_active() {
            self.state.flush();
        } else {
            self.state.reset();
        }
    }

    /// Filters frames that lie within one control period.
    pub fn process(&mut self, frames: &mut [[f64; 2]]) {
        if !self.is_active() {
            self.presence.advance(frames.len() as u32);
            return;
        }
        if self.channel == BandChannel::Stereo && self.step.is_none() && !self.fades {
            let (coefficients, mut state) = (self.coefficients.still(), self.state);
            for frame in frames {
                *frame = state.tick_still(&coefficients, *frame);
            }
            self.state = state;
            return;
        }
        for frame in frames {
            if let Some(step) = self.step {
                self.coefficients = self.coefficients.stepped(step);
            }
            let input = encode(self.channel, *frame);
            let output = self.state.tick(&self.coefficients, input);
            let presence = f64::from(self.presence.next());
            let change = [0, 1].map(|lane| presence * (output[lane] - input[lane]));
            *frame = decode(self.channel, *frame, change);
        }
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

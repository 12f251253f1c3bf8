//! Sections one after another whose coefficients move in straight lines between control ticks.

use super::svf::{StillSvf, Svf, SvfState};
use crate::smooth::CONTROL_PERIOD;

/// The control period's audio: left and right.
pub type Frames = [[f64; 2]; CONTROL_PERIOD];

/// Takes audio in, as far as both channels and the frames go.
pub fn load(frames: &mut [[f64; 2]], left: &[f32], right: &[f32]) {
    for ((frame, l), r) in frames.iter_mut().zip(left).zip(right) {
        *frame = [f64::from(*l), f64::from(*r)];
    }
}

/// Gives audio back, times a gain.
pub fn store(frames: &[[f64; 2]], gain: f64, left: &mut [f32], right: &mut [f32]) {
    for ((frame, l), r) in frames.iter().zip(left).zip(right) {
        (*l, *r) = ((frame[0] * gain) as f32, (frame[1] * gain) as f32);
    }
}

/// Control periods in which a filter that has come to rest takes on its last refinement: about 10 ms.
pub const REFINING: usize = 32;

/// Up to `N` sections. Unity sections are left out.
#[derive(Clone, Debug)]
pub struct Cascade<const N: usize> {
    sections: [Moving; N],
    /// Control periods until all sections have arrived; 0 while they stand still.
    periods_left: usize,
}

#[derive(Clone, Copy, Debug)]
struct Moving {
    now: Svf,
    target: Svf,
    step: Svf,
    state: SvfState,
    /// Whether it does anything in this control period.
    active: bool,
    /// Whether it was unity until now, and has no audio stored.
    fresh: bool,
}

impl<const N: usize> Cascade<N> {
    /// Unity.
    pub fn new() -> Self {
        let (unity, state) = (Svf::IDENTITY, SvfState::default());
        let section =
            Moving { now: unity, target: unity, step: unity, state, active: false, fresh: false };
        Self { sections: [section; N], periods_left: 0 }
    }

    /// Takes coefficients at once and forgets all audio.
    pub fn snap(&mut self, targets: [Svf; N]) {
        for (section, target) in self.sections.iter_mut().zip(targets) {
            (section.now, section.target) = (target, target);
            section.state.reset();
            section.active = !target.is_identity();
            section.fresh = false;
        }
        self.periods_left = 0;
    }

    /// Whether it changes the audio in this control period.
    pub fn is_active(&self) -> bool {
        self.sections.iter().any(|section| section.active)
    }

    /// Whether its coefficients stand still in this control period.
    pub fn is_still(&self) -> bool {
        self.periods_left == 0
    }

    /// To be called at control rate: coefficients to reach after some control periods, where there are new ones.
    pub fn control_tick(&mut self, targets: Option<([Svf; N], usize)>) {
        let moved = self.periods_left > 0;
        self.periods_left = self.periods_left.saturating_sub(1);
        if moved && self.periods_left == 0 {
            self.sections.iter_mut().for_each(|section| section.now = section.target);
        }
        if let Some((targets, periods)) = targets {
            self.periods_left = 0;
            for (section, target) in self.sections.iter_mut().zip(targets) {
                section.go_to(target, periods);
                if section.target != section.now {
                    self.periods_left = periods;
                }
            }
        }
        for section in &mut self.sections {
            let unity = section.now.is_identity() && section.target.is_identity();
            if unity && section.active {
                section.state.reset();
            } else if section.active {
                section.state.flush();
            }
            section.active = !unity;
        }
    }

    /// Filters frames that lie within one control period.
    pub fn process(&mut self, frames: &mut [[f64; 2]]) {
        for section in self.sections.iter_mut().filter(|section| section.active) {
            if let Some(first) = frames.first()
                && std::mem::take(&mut section.fresh)
            {
                section.state.settle_on(*first);
            }
            let mut state = section.state;
            if self.periods_left > 0 {
                for frame in frames.iter_mut() {
                    section.now = section.now.stepped(section.step);
                    *frame = state.tick(&section.now, *frame);
                }
            } else {
                let still = section.now.still();
                for frame in frames.iter_mut() {
                    *frame = state.tick_still(&still, *frame);
                }
            }
            section.state = state;
        }
    }

    /// The sections that do something, as they stand still, with their states.
    pub fn resting(&mut self) -> impl Iterator<Item = (StillSvf, &mut SvfState)> {
        let active = self.sections.iter_mut().filter(|section| section.active);
        active.map(|section| (section.now.still(), &mut section.state))
    }
}

impl Moving {
    fn go_to(&mut self, mut target: Svf, periods: usize) {
        // Unity has no poles of its own: it takes those that it comes from or goes to.
        if self.now.is_identity() {
            self.fresh = !self.active;
            self.now = target.unity();
        }
        if target.is_identity() {
            target = self.now.unity();
        }
        self.target = target;
        self.step = self.now.step_to(target, periods * CONTROL_PERIOD);
    }
}

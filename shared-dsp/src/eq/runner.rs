//! Runs filters that mostly stand still: as a [`Bank`] while they do, and from control period to control
//! period while anything moves. Where it changes from one to the other does not depend on the host's blocks.

use super::bank::Bank;
use super::svf::{StillSvf, SvfState};
use crate::effect::Io;
use crate::smooth::ControlClock;

/// Filters one after another.
pub trait Filtering {
    /// Whether any of them changes the audio, or is about to.
    fn is_active(&self) -> bool;

    /// To be called at control rate.
    fn control_tick(&mut self);

    /// Whether all that are active stand still and work on both channels alike.
    fn rests(&self) -> bool;

    /// The sections of those, in their order: the same until the next control tick, whatever is set.
    fn resting(&mut self) -> impl Iterator<Item = (StillSvf, &mut SvfState)>;

    /// Filters frames that lie within one control period.
    fn process_period(&mut self, main: [&mut [f32]; 2], key: Option<[&[f32]; 2]>);
}

/// Up to `N` sections.
#[derive(Clone, Debug)]
pub struct Runner<const N: usize> {
    clock: ControlClock,
    bank: Bank<N>,
    rests: bool,
    /// Whether settings came since the last tick.
    disturbed: bool,
}

impl<const N: usize> Runner<N> {
    pub fn new() -> Self {
        let (clock, bank) = (ControlClock::default(), Bank::new());
        Self { clock, bank, rests: false, disturbed: false }
    }

    /// The next sample is a tick, and the filters hold their own states.
    pub fn reset(&mut self) {
        self.clock.reset();
        self.rests = false;
    }

    /// To be called where settings have changed.
    pub fn disturb(&mut self) {
        self.disturbed = true;
    }

    fn tick(&mut self, filters: &mut impl Filtering) {
        if self.rests && !self.disturbed {
            return;
        }
        if self.rests {
            self.bank.leave(filters.resting());
        }
        self.disturbed = false;
        filters.control_tick();
        self.rests = filters.is_active() && filters.rests() && self.bank.enter(filters.resting());
    }

    /// Filters audio that has been sanitised.
    pub fn process(&mut self, filters: &mut impl Filtering, io: Io<'_>) {
        let frames = io.frames();
        let [left, right] = io.main;
        let mut done = 0;
        while done < frames {
            if !self.rests && !filters.is_active() {
                return self.clock.advance(frames - done);
            }
            if self.clock.at_tick() {
                self.tick(filters);
            }
            let undisturbed = self.rests && !self.disturbed;
            let longest = if undisturbed { frames } else { self.clock.to_tick() };
            let range = done..done + longest.min(frames - done);
            self.clock.advance(range.len());
            done = range.end;
            let key =
                io.key.and_then(|[l, r]| Some([l.get(range.clone())?, r.get(range.clone())?]));
            let (Some(l), Some(r)) = (left.get_mut(range.clone()), right.get_mut(range)) else {
                return;
            };
            if self.rests { self.bank.process(l, r) } else { filters.process_period([l, r], key) }
        }
    }
}

//! What an instance remembers of the hand: steps to undo and redo, and the settings A and B.
//!
//! It knows positions only. Whoever holds it moves the parameters and keeps the chosen preset.

use super::sheet::differs;
use super::{Chosen, Sheet};
use nice_plug::params::internals::ParamPtr;
use std::collections::VecDeque;

/// Steps that can be undone.
pub const UNDO_STEPS: usize = 50;

/// Small steps of one parameter that follow each other within this time in s are one step: else one
/// turn of a wheel would push out everything before it.
const SAME_MOVE_S: f64 = 0.5;

/// A parameter that has moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Which.
    pub param: ParamPtr,
    /// Where it stood.
    pub before: f32,
    /// Where it stands.
    pub after: f32,
}

/// All that can be compared and taken back: where the parameters stand, and the chosen preset.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Positions in the order of the sheet.
    pub positions: Vec<f32>,
    /// The preset.
    pub chosen: Option<Chosen>,
}

/// One step of the history. What did not change in it is the same before and after.
#[derive(Clone, Debug)]
struct Step {
    changes: Vec<Change>,
    chosen: [Option<Chosen>; 2],
    slot: [usize; 2],
    /// What the other slot holds.
    other: Option<[Option<Snapshot>; 2]>,
    /// A small step, and when it was made.
    nudged_s: Option<f64>,
}

/// The history and the slots. It lives as long as the plugin's instance.
#[derive(Debug, Default)]
pub struct Desk {
    undo: VecDeque<Step>,
    redo: Vec<Step>,
    slots: [Option<Snapshot>; 2],
    slot: usize,
    loads: u32,
}

impl Desk {
    /// The slot that is heard: 0 is A, 1 is B.
    pub fn slot(&self) -> usize {
        self.slot
    }

    /// Steps that can be undone and redone.
    pub fn depth(&self) -> [usize; 2] {
        [self.undo.len(), self.redo.len()]
    }

    /// The host has loaded so many states: with another one the history is of something else.
    /// Returns whether there is another one.
    pub fn follow(&mut self, loads: u32) -> bool {
        let another = loads != self.loads;
        if another {
            self.loads = loads;
            self.undo.clear();
            self.redo.clear();
        }
        another
    }

    /// Takes a gesture of the hand. `nudged_s` is the time of a small step of wheel or key.
    pub fn record(&mut self, changes: Vec<Change>, now: &Snapshot, nudged_s: Option<f64>) {
        let last = self.undo.back_mut().filter(|_| self.redo.is_empty());
        if let (Some(last), [change], Some(at)) = (last, changes.as_slice(), nudged_s)
            && let (Some(before), [earlier]) = (last.nudged_s, last.changes.as_mut_slice())
            && earlier.param == change.param
            && (0.0..SAME_MOVE_S).contains(&(at - before))
        {
            earlier.after = change.after;
            last.nudged_s = nudged_s;
            return;
        }
        let chosen = [now.chosen.clone(), now.chosen.clone()];
        let step = Step { changes, chosen, slot: [self.slot; 2], other: None, nudged_s };
        self.push(step);
    }

    /// Takes the move from `now` to `to` as one step: a preset. Returns what has to move.
    pub fn load(&mut self, sheet: &Sheet, now: &Snapshot, to: Snapshot) -> Vec<Change> {
        let changes = changes(sheet, &now.positions, &to.positions);
        let chosen = [now.chosen.clone(), to.chosen];
        if !changes.is_empty() || chosen[0] != chosen[1] {
            let slot = [self.slot; 2];
            let step = Step { changes: changes.clone(), chosen, slot, other: None, nudged_s: None };
            self.push(step);
        }
        changes
    }

    /// Makes the other of A and B heard. What was never set is a copy. `now` is what is heard.
    pub fn switch(&mut self, sheet: &Sheet, now: &Snapshot) -> (Vec<Change>, Option<Chosen>) {
        let [here, there] = [self.slot, 1 - self.slot];
        let to = self.slots[there].clone().unwrap_or_else(|| now.clone());
        let places = sheet.compared(&to.positions, &now.positions);
        let changes = changes(sheet, &now.positions, &places);
        self.slots[here] = Some(now.clone());
        self.slot = there;
        self.push(Step {
            changes: changes.clone(),
            chosen: [now.chosen.clone(), to.chosen.clone()],
            slot: [here, there],
            other: None,
            nudged_s: None,
        });
        (changes, to.chosen)
    }

    /// Copies what is heard to the other slot.
    pub fn copy(&mut self, now: &Snapshot) {
        let there = 1 - self.slot;
        let copied = Some(now.clone());
        if self.slots[there] == copied {
            return;
        }
        let before = std::mem::replace(&mut self.slots[there], copied.clone());
        self.push(Step {
            changes: Vec::new(),
            chosen: [now.chosen.clone(), now.chosen.clone()],
            slot: [self.slot; 2],
            other: Some([before, copied]),
            nudged_s: None,
        });
    }

    /// Where the slot that is not heard has a parameter, by its index in the sheet; none while that
    /// slot was never set, which is then as what is heard.
    pub fn other(&self, index: usize) -> Option<f32> {
        self.slots[1 - self.slot].as_ref()?.positions.get(index).copied()
    }

    /// Copies one parameter of what is heard to the other slot. Nothing where they agree already.
    pub fn copy_one(&mut self, index: usize, now: &Snapshot) {
        let (Some(before), Some(&position)) = (self.other(index), now.positions.get(index)) else {
            return;
        };
        if !differs(before, position) {
            return;
        }
        let before = self.slots[1 - self.slot].clone();
        if let Some(other) = &mut self.slots[1 - self.slot] {
            other.positions[index] = position;
        }
        let after = self.slots[1 - self.slot].clone();
        self.push(Step {
            changes: Vec::new(),
            chosen: [now.chosen.clone(), now.chosen.clone()],
            slot: [self.slot; 2],
            other: Some([before, after]),
            nudged_s: None,
        });
    }

    /// Takes the last step back. Returns what has to move, and the preset that is chosen then.
    pub fn undo(&mut self, now: &Snapshot) -> Option<(Vec<Change>, Option<Chosen>)> {
        let step = self.undo.pop_back()?;
        let back =
            |change: &Change| Change { before: change.after, after: change.before, ..*change };
        let changes = step.changes.iter().map(back).collect();
        self.go(&step, 0, now);
        let chosen = step.chosen[0].clone();
        self.redo.push(step);
        Some((changes, chosen))
    }

    /// Makes the step that was last taken back again.
    pub fn redo(&mut self, now: &Snapshot) -> Option<(Vec<Change>, Option<Chosen>)> {
        let step = self.redo.pop()?;
        self.go(&step, 1, now);
        let moves = (step.changes.clone(), step.chosen[1].clone());
        self.undo.push_back(step);
        Some(moves)
    }

    /// The slots before (0) or after (1) a step.
    fn go(&mut self, step: &Step, side: usize, now: &Snapshot) {
        if step.slot[side] != self.slot {
            self.slots[self.slot] = Some(now.clone());
            self.slot = step.slot[side];
        }
        if let Some(other) = &step.other {
            self.slots[1 - self.slot] = other[side].clone();
        }
    }

    fn push(&mut self, step: Step) {
        self.redo.clear();
        self.undo.push_back(step);
        if self.undo.len() > UNDO_STEPS {
            self.undo.pop_front();
        }
    }
}

/// What has to move from one list of positions to another.
fn changes(sheet: &Sheet, from: &[f32], to: &[f32]) -> Vec<Change> {
    let pairs = sheet.pointers().zip(from.iter().zip(to));
    let moved = pairs.filter(|(_, (before, after))| differs(**before, **after));
    moved.map(|(param, (before, after))| Change { param, before: *before, after: *after }).collect()
}

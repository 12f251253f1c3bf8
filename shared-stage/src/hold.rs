//! One instance moves another: what the holder publishes and what the held one does.

use crate::record::{Answer, Hold, Token};
use std::collections::VecDeque;

/// A hold whose end is not answered is dropped after this time, in ms.
const PATIENCE_MS: u32 = 1000;

/// A hold that is published or waits to be.
#[derive(Clone, Copy, Debug)]
struct Grip {
    hold: Hold,
    released: bool,
    waited_ms: u32,
}

/// The holds of one editor. One is published at a time; one that has been let go stays until the
/// other has followed it to its end.
#[derive(Clone, Debug, Default)]
pub struct Hand {
    grips: VecDeque<Grip>,
    serial: u64,
}

impl Hand {
    /// Holds `target` at this place from now on.
    pub fn hold(&mut self, target: Token, distance_m: f32, azimuth_deg: f32) {
        self.serial += 1;
        let hold = Hold { target, serial: self.serial, distance_m, azimuth_deg };
        match self.grips.back_mut() {
            // A new movement of the same hand; so is a key pressed again before the last was answered.
            Some(grip) if grip.hold.target == target => {
                *grip = Grip { hold, released: false, waited_ms: 0 };
            }
            last => {
                if let Some(last) = last {
                    last.released = true;
                }
                self.grips.push_back(Grip { hold, released: false, waited_ms: 0 });
            }
        }
    }

    /// Lets go.
    pub fn let_go(&mut self) {
        if let Some(grip) = self.grips.back_mut() {
            grip.released = true;
        }
    }

    /// Whether anything is held or waits for its answer.
    pub fn is_busy(&self) -> bool {
        !self.grips.is_empty()
    }

    /// What to publish. `answered` tells whether that hold has been followed; None if its target is
    /// not there.
    pub fn step(&mut self, passed_ms: u32, answered: impl Fn(&Hold) -> Option<bool>) -> Hold {
        while let Some(grip) = self.grips.front_mut() {
            if grip.released {
                grip.waited_ms = grip.waited_ms.saturating_add(passed_ms);
                let late = grip.waited_ms >= PATIENCE_MS;
                if late || answered(&grip.hold).unwrap_or(true) {
                    self.grips.pop_front();
                    continue;
                }
            }
            return grip.hold;
        }
        Hold::default()
    }
}

/// What the held instance is to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Move {
    /// A gesture begins.
    Begin,
    /// To so many m and degrees.
    To(f32, f32),
    /// The gesture ends.
    End,
}

/// One instance's knowledge of who holds it.
#[derive(Clone, Debug, Default)]
pub struct Held {
    by: Token,
    answer: Answer,
}

impl Held {
    /// What has been followed last.
    pub fn answer(&self) -> Answer {
        self.answer
    }

    /// Whether somebody holds it.
    pub fn is_held(&self) -> bool {
        self.by != 0
    }

    /// What to do, given all who hold this instance now: who held it first keeps it.
    pub fn step(&mut self, holds: &[(Token, Hold)]) -> Vec<Move> {
        let mut moves = Vec::new();
        let still = holds.iter().find(|(by, _)| *by == self.by);
        if self.by != 0 && still.is_none() {
            self.by = 0;
            moves.push(Move::End);
        }
        let Some((by, hold)) = still.or(holds.iter().min_by_key(|(by, _)| *by)) else {
            return moves;
        };
        if self.by == 0 {
            self.by = *by;
            moves.push(Move::Begin);
        }
        let answer = Answer { to: *by, serial: hold.serial };
        if self.answer != answer {
            self.answer = answer;
            moves.push(Move::To(hold.distance_m, hold.azimuth_deg));
        }
        moves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(target: Token, serial: u64, distance_m: f32) -> Hold {
        Hold { target, serial, distance_m, azimuth_deg: 0.0 }
    }

    #[test]
    fn a_drag_is_one_gesture_from_grip_to_release() {
        let (mut hand, mut held) = (Hand::default(), Held::default());
        let mut seen = Vec::new();
        let mut poll = |hand: &mut Hand| {
            let answer = held.answer();
            let hold = hand.step(20, |hold| Some(answer == Answer { to: 1, serial: hold.serial }));
            let holds: Vec<_> = (hold.target == 2).then_some((1, hold)).into_iter().collect();
            seen.extend(held.step(&holds));
        };
        hand.hold(2, 4.0, 0.0);
        poll(&mut hand);
        hand.hold(2, 5.0, 10.0);
        hand.hold(2, 6.0, 20.0);
        poll(&mut hand);
        poll(&mut hand);
        hand.hold(2, 7.0, 20.0);
        hand.let_go();
        (0..3).for_each(|_| poll(&mut hand));
        let to = [Move::To(4.0, 0.0), Move::To(6.0, 20.0), Move::To(7.0, 20.0)];
        assert_eq!(seen, [Move::Begin, to[0], to[1], to[2], Move::End]);
        assert!(!hand.is_busy());
    }

    #[test]
    fn a_key_press_is_not_lost_between_two_polls_nor_by_the_next_on_another() {
        let mut order = Vec::new();
        let mut hand = Hand::default();
        for target in [2, 3, 4] {
            hand.hold(target, 4.0, 0.0);
            hand.let_go();
        }
        let mut answered = 0;
        for _ in 0..6 {
            let hold = hand.step(20, |hold| Some(hold.serial <= answered));
            order.push(hold.target);
            answered = hold.serial;
        }
        assert_eq!(order, [2, 3, 4, 0, 0, 0]);
    }

    #[test]
    fn a_hold_on_nobody_ends_and_an_unanswered_one_too() {
        let mut hand = Hand::default();
        hand.hold(2, 4.0, 0.0);
        hand.let_go();
        assert_eq!(hand.step(20, |_| None).target, 0);
        hand.hold(2, 4.0, 0.0);
        hand.let_go();
        let published = (0..200).filter(|_| hand.step(20, |_| Some(false)).target == 2).count();
        assert_eq!(published, 49);
    }

    #[test]
    fn of_two_hands_the_first_keeps_its_hold_and_a_vanished_one_ends_the_gesture() {
        let mut held = Held::default();
        assert_eq!(held.step(&[(5, at(9, 1, 4.0))]), [Move::Begin, Move::To(4.0, 0.0)]);
        assert_eq!(held.step(&[(3, at(9, 1, 2.0)), (5, at(9, 1, 4.0))]), []);
        assert_eq!(held.step(&[(3, at(9, 1, 2.0))]), [Move::End, Move::Begin, Move::To(2.0, 0.0)]);
        assert_eq!(held.step(&[]), [Move::End]);
        assert!(!held.is_held());
    }
}

//! What was played against what would have been played where it was recorded, and what that leaves to do.
//!
//! A gain that knows the programme so far is wrong about what comes. What it missed is made good in two ways,
//! for the two loudnesses that a meter shows. Mostly of the integrated one, what the last ten seconds of sound
//! are off by: once, and what keeps being missed until nothing is (a gate that lets other windows pass here
//! than there misses something all the time). And of that of 400 ms, a part of what the last of them are off
//! by. Both move the input: tails are left alone.

use super::programme::{HOPS, SILENCE, gate, mean};
use super::{STALE, apart};

/// Windows of 400 ms that are kept, one every 100 ms: 10 s.
const WINDOWS: usize = 100;
/// While fewer windows sounded than this (2 s), less is made good.
const SURE_WINDOWS: f64 = 20.0;
/// How much the loudness of 400 ms counts in what ten seconds missed, against the integrated one: of shares from
/// 0 to 0.5 the one with which the drums of `tests/dsp/placement/hold.rs` hold best.
const OF_WINDOWS: f64 = 0.2;
/// After so many windows that sounded (5 s of sound) what is missed is no longer due to an unknown programme, and adds up.
const KNOWN_WINDOWS: usize = 50;
/// The share of it that each window adds, and the most that it adds up to, in nepers of power (0.87 dB).
const ADDING: f64 = 0.03;
const MOST_ADDED: f64 = 0.2;
/// Fastest move of what is owed, in nepers of power per window: 1 dB/s.
const PAYMENT: f64 = 0.023;
/// The share of what a window is off by that is followed, and the most of it, in nepers of power (2 dB).
const RIDE: f64 = 0.4;
const MOST_RIDDEN: f64 = 0.46;
/// The most that is owed, in nepers of power (3 dB).
const MOST_OWED: f64 = 0.691;
/// Hops that are kept where it was recorded: what is played may be later, by its flight.
const MEMORY: usize = 2 * HOPS;

/// Powers of a time: where it was recorded, and as played.
type Powers = [f64; 2];

/// A quarter of a window; four of them add up to its powers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hop {
    pub there: f64,
    pub played: f64,
    /// Hops by which what is played is later.
    pub late_by: usize,
    /// Whether there is any input, in the last window.
    pub sounds: bool,
}

/// The account of one placement.
#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    there: [f64; MEMORY],
    played: [f64; HOPS],
    /// The last windows that are not silent.
    windows: Vec<Powers>,
    /// Since the last move: hops, windows that were kept, and those of them with any input.
    hops: usize,
    kept: usize,
    sounded: usize,
    /// In nepers of power: what is owed, what of it added up at this place, and what is ridden.
    owed: f64,
    added: f64,
    ridden: f64,
}

impl Account {
    pub(super) fn prepare(&mut self) {
        self.windows = vec![Powers::default(); WINDOWS];
        self.reset();
    }

    pub(super) fn reset(&mut self) {
        *self = Self { windows: std::mem::take(&mut self.windows), hops: STALE, ..Self::default() };
    }

    /// What was played elsewhere tells nothing of what is played here.
    pub(super) fn moved(&mut self) {
        (self.hops, self.kept, self.sounded) = (0, 0, 0);
        (self.added, self.ridden) = (0.0, 0.0);
    }

    /// What to add to the gain for the integrated loudness, and for that of 400 ms, in nepers of power.
    pub(super) fn due(&self) -> [f64; 2] {
        [self.owed, self.ridden]
    }

    /// Enters what was heard for a quarter of a window.
    pub(super) fn enter(&mut self, hop: &Hop) {
        self.there.rotate_right(1);
        self.played.rotate_right(1);
        (self.there[0], self.played[0]) = (hop.there, hop.played);
        self.hops += 1;
        if self.hops < STALE + HOPS {
            return self.settle(0.0, 0.0);
        }
        let then = self.there.iter().skip(hop.late_by.min(MEMORY - HOPS)).take(HOPS);
        let window = [then.sum(), self.played.iter().sum()];
        // The ring fills from its first place on.
        if window.into_iter().any(|power| power > SILENCE)
            && let Some(slot) = self.windows.get_mut(self.kept % WINDOWS)
        {
            *slot = window;
            self.kept += 1;
            self.sounded += usize::from(hop.sounds);
        }
        let windows = &self.windows[..self.kept.min(WINDOWS)];
        let powers = |at: usize| windows.iter().map(move |window| window[at]);
        let gates = [0, 1].map(|at| gate(powers(at)));
        let [mean_there, mean_played] =
            [0, 1].map(|at| mean(powers(at).filter(|power| *power > gates[at])));
        let integrated = apart(mean_there, mean_played);
        // By the same windows: those in which it sounds where it was recorded.
        let sounding = windows.iter().filter(|window| window[0] > gates[0]);
        let in_windows = apart(mean_there, mean(sounding.map(|window| window[1])));
        // What the ride itself did is not missed. A tail alone tells nothing of what comes.
        let rides = hop.sounds && window[0] > gates[0].max(SILENCE);
        let [there, played] = window;
        let now = if rides { apart(there, played) + self.ridden } else { 0.0 };
        let trust = (self.sounded as f64 / SURE_WINDOWS).min(1.0);
        let missed = trust * (integrated + OF_WINDOWS * (in_windows - integrated));
        // No more often than the windows change by which it is told: else it would hunt, or run on in a pause.
        if rides && self.sounded >= KNOWN_WINDOWS {
            self.added = (self.added + ADDING * missed).clamp(-MOST_ADDED, MOST_ADDED);
        }
        self.settle(missed, trust * now);
    }

    /// Makes good what was missed for long, and now.
    fn settle(&mut self, missed: f64, now: f64) {
        let owed = (missed + self.added).clamp(-MOST_OWED, MOST_OWED);
        self.owed += (owed - self.owed).clamp(-PAYMENT, PAYMENT);
        self.ridden = (RIDE * now).clamp(-MOST_RIDDEN, MOST_RIDDEN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays windows at a level in dB relative to what it should be, before what is due, in an account.
    fn play(account: &mut Account, hops: usize, there: f64, db: f64) {
        for _ in 0..hops {
            let played = there * 10f64.powf(db / 10.0) * account.due().iter().sum::<f64>().exp();
            let share = 1.0 / HOPS as f64;
            let (there, played) = (share * there, share * played);
            account.enter(&Hop { there, played, late_by: 0, sounds: true });
        }
    }

    fn due_db(account: &Account) -> [f64; 2] {
        account.due().map(|nepers| 4.343 * nepers)
    }

    #[test]
    fn what_was_too_loud_for_a_while_is_made_good_later_and_then_forgotten() {
        let mut account = Account::default();
        account.prepare();
        play(&mut account, 30, 1.0, 4.0);
        let [owed, ridden] = due_db(&account);
        assert!(owed < -1.5 && ridden < -0.5, "{owed} dB, {ridden} dB");
        play(&mut account, 20, 1.0, 0.0);
        let [owed, ridden] = due_db(&account);
        assert!(owed < -1.0 && (-0.1..1.0).contains(&ridden), "{owed} dB, {ridden} dB");
        play(&mut account, 300, 1.0, 0.0);
        let [owed, ridden] = due_db(&account);
        assert!(owed.abs() < 0.1 && ridden.abs() < 0.1, "{owed} dB, {ridden} dB");
    }

    #[test]
    fn what_is_missed_all_the_time_is_made_good_wholly_until_a_move() {
        for bias_db in [0.8, -0.8] {
            let mut account = Account::default();
            account.prepare();
            play(&mut account, 400, 1.0, bias_db);
            let left_db = bias_db + due_db(&account).iter().sum::<f64>();
            assert!(left_db.abs() < 0.02, "{bias_db} dB: {left_db} dB");
            account.moved();
            play(&mut account, STALE + HOPS + 10, 1.0, 0.0);
            let left_db = due_db(&account).iter().sum::<f64>();
            assert!(left_db.abs() < 0.02, "{bias_db} dB, moved: {left_db} dB");
        }
    }

    #[test]
    fn what_adds_up_is_bounded_and_only_once_the_programme_is_known() {
        let mut account = Account::default();
        account.prepare();
        play(&mut account, HOPS + KNOWN_WINDOWS - 2, 1.0, 2.0);
        assert_eq!(account.added, 0.0);
        play(&mut account, 1, 1.0, 2.0);
        assert!(account.added < 0.0);
        play(&mut account, 400, 1.0, 9.0);
        assert_eq!(account.added, -MOST_ADDED);
    }

    #[test]
    fn nothing_adds_up_in_a_pause_or_where_the_gates_let_nothing_pass() {
        let mut account = Account::default();
        account.prepare();
        play(&mut account, HOPS + KNOWN_WINDOWS + 10, 1.0, 2.0);
        let before = account.added;
        assert!(before < 0.0);
        for _ in 0..300 {
            account.enter(&Hop::default());
        }
        assert_eq!(account.added, before, "in silence");
        play(&mut account, HOPS, 1.0, 2.0);
        play(&mut account, HOPS - 1, 1e-3, 2.0);
        let before = account.added;
        play(&mut account, 60, 1e-3, 2.0);
        assert_eq!(account.added, before, "far below the rest");
    }

    #[test]
    fn sparse_hits_are_made_good_without_hunting() {
        for every in [20, 80] {
            let mut account = Account::default();
            account.prepare();
            let mut worst_db = 0.0f64;
            for n in 0..6000 {
                let there = if n % every == 0 { 1.0 } else { 0.0 };
                let due = account.due().iter().sum::<f64>();
                let played = there * 10f64.powf(0.08) * due.exp();
                account.enter(&Hop { there, played, late_by: 0, sounds: n % every < HOPS });
                if n > 4000 && there > 0.0 {
                    worst_db = worst_db.max((0.8 + 4.343 * due).abs());
                }
            }
            assert!(worst_db < 0.15, "every {every} hops: {worst_db} dB");
        }
    }

    #[test]
    fn what_is_due_is_bounded_and_the_integrated_part_of_it_slow() {
        let mut account = Account::default();
        account.prepare();
        let mut before = 0.0;
        for (seed, db) in [40.0, -40.0, 90.0, -90.0, 3.0].into_iter().cycle().take(400).enumerate()
        {
            play(&mut account, 1 + seed % 7, 1e-3, db);
            let [owed, ridden] = due_db(&account);
            assert!(owed.abs() < 3.01 && ridden.abs() < 2.01, "{owed} dB, {ridden} dB");
            assert!((owed - before).abs() < 0.101 * (1 + seed % 7) as f64, "{before} to {owed} dB");
            before = owed;
        }
    }

    #[test]
    fn a_pause_and_a_move_leave_nothing_ridden() {
        let mut account = Account::default();
        account.prepare();
        play(&mut account, 40, 1.0, -2.0);
        assert!(due_db(&account)[1] > 0.2, "{:?}", account.due());
        let mut moved = account.clone();
        moved.moved();
        assert_eq!(moved.due()[1], 0.0, "at once");
        play(&mut moved, STALE + HOPS - 1, 1.0, -2.0);
        assert_eq!(moved.due()[1], 0.0, "while hops hold what was before");
        // A room that sounds on over a pause, longer where it is farther.
        let owed = account.due()[0];
        for n in 0..100 {
            let there = 0.25 * 0.5f64.powi(n);
            let played = 0.25 * 0.9f64.powi(n);
            account.enter(&Hop { there, played, late_by: 0, sounds: n < 3 });
        }
        assert_eq!(account.due()[1], 0.0);
        let mut moved_in_a_pause = account.clone();
        moved_in_a_pause.moved();
        for _ in 0..100 {
            moved_in_a_pause.enter(&Hop { there: 0.0, played: 1e-3, late_by: 0, sounds: false });
        }
        assert_eq!(moved_in_a_pause.due(), [0.0; 2], "a tail alone, after {owed}");
    }

    #[test]
    fn what_is_played_later_is_held_against_what_came_earlier() {
        // Half a second on, half a second off, played two hops later.
        let worst = [0, 2].map(|late_by| {
            let mut account = Account::default();
            account.prepare();
            let sounds = |n: usize| if (n / 5).is_multiple_of(2) { 0.25 } else { 0.025 };
            let rides = (2..200).map(|n| {
                let played = sounds(n - 2) * account.due().iter().sum::<f64>().exp();
                account.enter(&Hop { there: sounds(n), played, late_by, sounds: true });
                due_db(&account)[1].abs()
            });
            rides.fold(0.0, f64::max)
        });
        assert!(worst[0] > 1.0 && worst[1] < 0.1, "{worst:?} dB");
    }
}

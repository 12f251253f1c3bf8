//! What was played against what would have been played where it was recorded, and what that leaves to do.
//!
//! A gain that knows the programme so far is wrong about what comes. What it missed is made good in two
//! ways, for the two loudnesses that a meter shows: integrated, by what the last ten seconds owe; and of
//! 400 ms, by following a part of what the last of them missed. Both move the input: tails are left alone.

use super::programme::{HOPS, SILENCE, gate, mean};

/// Windows of 400 ms that are kept, one every 100 ms: 10 s.
const WINDOWS: usize = 100;
/// With fewer windows less is made good: 2 s.
const SURE: f64 = 20.0;
/// Fastest move of what is owed, in nepers of power per window: 1 dB/s.
const PAYMENT: f64 = 0.023;
/// The share of what a window missed that is followed, and the most of it, in nepers of power (2 dB).
const RIDE: f64 = 0.4;
const MOST_RIDDEN: f64 = 0.46;
/// The most that is owed, in nepers of power (3 dB).
const MOST_OWED: f64 = 0.691;

/// Powers of a time: where it was recorded, and as played.
type Powers = [f64; 2];

/// The account of one placement.
#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    hops: [Powers; HOPS],
    /// Those that are not silent.
    windows: Vec<Powers>,
    /// How many of both were entered since the last move.
    hops_entered: usize,
    windows_entered: usize,
    /// In nepers of power.
    owed: f64,
    ridden: f64,
}

impl Account {
    pub(super) fn prepare(&mut self) {
        self.windows = vec![Powers::default(); WINDOWS];
        self.reset();
    }

    pub(super) fn reset(&mut self) {
        self.moved();
        (self.owed, self.ridden) = (0.0, 0.0);
    }

    /// What was played elsewhere tells nothing of what is played here.
    pub(super) fn moved(&mut self) {
        (self.hops_entered, self.windows_entered) = (0, 0);
    }

    /// What to add to the gain for the integrated loudness, and for that of 400 ms, in nepers of power.
    pub(super) fn due(&self) -> [f64; 2] {
        [self.owed, self.ridden]
    }

    /// Enters a hop: a quarter of a window.
    pub(super) fn enter(&mut self, there: f64, played: f64) {
        self.hops[self.hops_entered % HOPS] = [there, played];
        self.hops_entered += 1;
        if self.hops_entered < HOPS {
            self.settle(0.0, 0.0);
            return;
        }
        let window = self.hops.iter().fold([0.0; 2], |sum, hop| [sum[0] + hop[0], sum[1] + hop[1]]);
        // The ring fills from its first place on.
        if window.into_iter().any(|power| power > SILENCE)
            && let Some(slot) = self.windows.get_mut(self.windows_entered % WINDOWS)
        {
            *slot = window;
            self.windows_entered += 1;
        }
        let windows = &self.windows[..self.windows_entered.min(WINDOWS)];
        let side = |side: usize| windows.iter().map(move |window| window[side]);
        let gates = [gate(side(0)), gate(side(1))];
        let [there, played] = [0, 1].map(|at| mean(side(at).filter(|power| *power > gates[at])));
        let trust = (windows.len() as f64 / SURE).min(1.0);
        let missed = if there > 0.0 && played > 0.0 { (there / played).ln() } else { 0.0 };
        let sounds = window[0] > gates[0] && window[1] > 0.0;
        // What the ride itself did is not missed.
        let now = if sounds { (window[0] / window[1]).ln() + self.ridden } else { 0.0 };
        self.settle(trust * missed, trust * now);
    }

    /// Makes good what was missed for long, and now.
    fn settle(&mut self, missed: f64, now: f64) {
        let owed = missed.clamp(-MOST_OWED, MOST_OWED);
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
            account.enter(there / HOPS as f64, played / HOPS as f64);
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
        // A room that sounds on over a pause.
        (0..5).for_each(|_| account.enter(0.0, 0.1));
        assert_eq!(account.due()[1], 0.0);
        moved.moved();
        play(&mut moved, 3, 1.0, -2.0);
        assert_eq!(moved.due()[1], 0.0);
    }
}

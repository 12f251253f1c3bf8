//! Who is there. No process is asked and no clock compared: an instance lives while its heartbeat is
//! seen to move, in the time that the watcher's own polls take.

use crate::record::{Record, Token};
use crate::table::{SLOTS, Table};
use std::sync::Arc;

/// Without a sign of life for so long, an instance is not there, and its slot may be taken.
pub const STALE_MS: u32 = 3000;

/// After so long its slot is freed.
const FREED_MS: u32 = 6000;

/// Slots beyond the last that is in use which are looked at every time. The lowest free one is taken
/// first, so that nobody comes further out but where many leave and come at once.
const MARGIN: usize = 64;

/// Every so many looks go over the whole table, most of which is empty: it is half a megabyte, which
/// no cache keeps from one look to the next.
const WHOLE_EVERY: u32 = 64;

/// What is known of one slot.
#[derive(Clone, Default)]
struct Seen {
    owner: Token,
    beats: u64,
    /// Whether this owner's heart has been seen to beat: what a crash left behind never does.
    beating: bool,
    silent_ms: u32,
    sequence: u64,
    record: Option<Arc<Record>>,
}

/// Everybody, as far as seen.
pub struct Roster {
    seen: Vec<Seen>,
    /// Slots up to the last one that is in use.
    used: usize,
    looks: u32,
    changed: bool,
}

impl Default for Roster {
    fn default() -> Self {
        Self { seen: vec![Seen::default(); SLOTS], used: 0, looks: 0, changed: true }
    }
}

impl Roster {
    /// Looks at every slot in use, `passed_ms` after the last time.
    pub fn look(&mut self, table: &Table, passed_ms: u32) {
        self.changed = false;
        let whole = self.looks.is_multiple_of(WHOLE_EVERY);
        self.looks = self.looks.wrapping_add(1);
        let reach = if whole { SLOTS } else { self.used + MARGIN };
        self.used = 0;
        let slots = self.seen.iter_mut().zip(table.slots()).take(reach);
        for (index, (seen, slot)) in slots.enumerate() {
            let owner = slot.owner();
            if owner != seen.owner {
                self.changed |= seen.is_there();
                *seen = Seen { owner, beats: slot.beats(), ..Seen::default() };
            }
            if owner == 0 {
                continue;
            }
            self.used = index + 1;
            let was_there = seen.is_there();
            let beats = slot.beats();
            if beats != seen.beats {
                (seen.beats, seen.beating, seen.silent_ms) = (beats, true, 0);
            } else {
                seen.silent_ms = seen.silent_ms.saturating_add(passed_ms);
            }
            let sequence = slot.sequence();
            if (sequence != seen.sequence || seen.record.is_none())
                && let Some(record) = slot.read(owner)
            {
                seen.sequence = sequence;
                self.changed |= seen.record.as_deref() != Some(&record);
                seen.record = Some(Arc::new(record));
            }
            self.changed |= seen.is_there() != was_there;
            if seen.silent_ms >= FREED_MS && slot.claim(owner, 0) {
                *seen = Seen::default();
            }
        }
    }

    /// Whether the last look brought anything new.
    pub fn has_changed(&self) -> bool {
        self.changed
    }

    /// Everybody who is there.
    pub fn there(&self) -> impl Iterator<Item = (Token, &Arc<Record>)> {
        self.seen
            .iter()
            .filter(|seen| seen.is_there())
            .filter_map(|seen| Some((seen.owner, seen.record.as_ref()?)))
    }

    /// Takes a slot that is free or whose owner is gone. None if there is none.
    pub fn claim(&self, table: &Table, token: Token) -> Option<usize> {
        self.seen.iter().zip(table.slots()).position(|(seen, slot)| {
            let owner = slot.owner();
            let gone = owner == seen.owner && seen.silent_ms >= STALE_MS;
            (owner == 0 || gone) && slot.claim(owner, token)
        })
    }
}

impl Seen {
    fn is_there(&self) -> bool {
        self.owner != 0 && self.beating && self.silent_ms < STALE_MS && self.record.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Kind;
    use std::sync::atomic::Ordering::Relaxed;

    fn enter(table: &Table, roster: &Roster, token: Token) -> usize {
        let index = roster.claim(table, token).unwrap();
        let record = Record { name: token.to_string(), ..Record::new(Kind::Distance) };
        table.slot(index).write(&record.encode(token));
        table.slot(index).beat();
        index
    }

    fn names(roster: &Roster) -> Vec<String> {
        roster.there().map(|(_, record)| record.name.clone()).collect()
    }

    #[test]
    fn an_instance_is_there_while_its_heart_beats_and_its_slot_is_freed_afterwards() {
        let (table, mut roster) = (Table::alone(), Roster::default());
        let index = enter(&table, &roster, 7);
        roster.look(&table, 100);
        assert!(names(&roster).is_empty(), "one look cannot tell the living from the dead");
        for _ in 0..100 {
            table.slot(index).beat();
            roster.look(&table, 100);
            assert_eq!(names(&roster), ["7"]);
        }
        for _ in 0..29 {
            roster.look(&table, 100);
        }
        assert_eq!(names(&roster), ["7"]);
        roster.look(&table, 100);
        assert!(names(&roster).is_empty() && roster.has_changed());
        assert_eq!(table.slot(index).owner(), 7);
        (0..30).for_each(|_| roster.look(&table, 100));
        assert_eq!(table.slot(index).owner(), 0);
    }

    #[test]
    fn what_a_crash_left_behind_is_never_there() {
        let (table, mut roster) = (Table::alone(), Roster::default());
        enter(&table, &roster, 7);
        for _ in 0..100 {
            roster.look(&table, 100);
            assert!(names(&roster).is_empty());
        }
    }

    #[test]
    fn who_comes_far_out_is_seen_within_a_whole_round() {
        let (table, mut roster) = (Table::alone(), Roster::default());
        roster.look(&table, 16);
        assert!(table.slot(1500).claim(0, 7));
        table.slot(1500).write(&Record::new(Kind::Space).encode(7));
        for _ in 0..WHOLE_EVERY + 1 {
            table.slot(1500).beat();
            roster.look(&table, 16);
        }
        assert_eq!(roster.there().count(), 1);
        table.slot(1500).beat();
        roster.look(&table, 16);
        assert_eq!(roster.there().count(), 1);
    }

    #[test]
    fn a_full_table_gives_the_slots_of_the_dead_away_and_then_says_no() {
        let (table, mut roster) = (Table::alone(), Roster::default());
        for token in 1..=SLOTS as u64 {
            assert!(roster.claim(&table, token).is_some());
        }
        assert_eq!(roster.claim(&table, 9_999), None);
        for _ in 0..30 {
            table.slot(5).beat();
            roster.look(&table, 100);
        }
        for token in 10_000..10_000 + SLOTS as u64 - 1 {
            assert!(roster.claim(&table, token).is_some_and(|index| index != 5));
        }
        assert_eq!(roster.claim(&table, 9_999), None);
        assert_eq!(table.slot(5).owner(), 6);
    }

    #[test]
    fn garbage_is_nobody_and_makes_room_in_the_end() {
        let mut random = fastrand::Rng::with_seed(3);
        for fill in 0..3 {
            let (table, mut roster) = (Table::alone(), Roster::default());
            for slot in table.slots() {
                for word in slot.words() {
                    let garbage = [random.u64(..), u64::MAX, 0x0101_0101_0101_0101][fill];
                    word.store(garbage, Relaxed);
                }
            }
            for _ in 0..59 {
                roster.look(&table, 100);
                assert!(names(&roster).is_empty());
            }
            // Some of it even moves.
            for slot in table.slots().take(100) {
                slot.words().iter().for_each(|word| word.store(random.u64(..), Relaxed));
            }
            roster.look(&table, 100);
            assert!(names(&roster).is_empty());
            assert!(roster.claim(&table, 7).is_some_and(|index| index >= 100));
        }
    }
}

//! One slot: a record that one instance writes and all may read, without locks.
//!
//! A sequence lock (in the form of Boehm, 2012): the count is odd while the record is being written,
//! and a reader that finds it odd or changed reads again later. A writer that dies in between leaves
//! a slot that nobody can read and that goes stale.

use crate::record::{Record, Token, WORDS};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU64, fence};

/// Words of a slot: four cache lines.
pub const SLOT_WORDS: usize = 32;

const OWNER: usize = 0;
const BEAT: usize = 1;
const SEQUENCE: usize = 2;
const RECORD: usize = 3;

/// A slot in shared memory.
#[derive(Clone, Copy)]
pub struct Slot<'a> {
    words: &'a [AtomicU64],
}

impl<'a> Slot<'a> {
    /// The slot in these words, [`SLOT_WORDS`] of them.
    pub fn new(words: &'a [AtomicU64]) -> Self {
        assert_eq!(words.len(), SLOT_WORDS);
        Self { words }
    }

    /// Whose it is; 0 if it is free.
    pub fn owner(self) -> Token {
        self.words[OWNER].load(Acquire)
    }

    /// Takes the slot over from `from` (0 if it is free). False if somebody else was faster.
    pub fn claim(self, from: Token, to: Token) -> bool {
        self.words[OWNER].compare_exchange(from, to, AcqRel, Relaxed).is_ok()
    }

    /// Shows that the owner lives.
    pub fn beat(self) {
        // Only the owner writes here; where two believe that they are, either is a sign of life.
        self.words[BEAT].store(self.beats().wrapping_add(1), Relaxed);
    }

    /// How often the owner has shown that it lives. Only whether it changes means anything.
    pub fn beats(self) -> u64 {
        self.words[BEAT].load(Relaxed)
    }

    /// Changes with every write.
    pub fn sequence(self) -> u64 {
        self.words[SEQUENCE].load(Acquire)
    }

    /// Writes the record. For the owner alone.
    pub fn write(self, record: &[u64; WORDS]) {
        // A predecessor may have died in the middle of a write.
        let odd = self.words[SEQUENCE].load(Relaxed) | 1;
        self.words[SEQUENCE].store(odd, Relaxed);
        fence(Release);
        for (word, value) in self.words[RECORD..].iter().zip(record) {
            word.store(*value, Relaxed);
        }
        self.words[SEQUENCE].store(odd.wrapping_add(1), Release);
    }

    /// The record of this owner, unless it is being written or is not to be believed.
    pub fn read(self, owner: Token) -> Option<Record> {
        let before = self.sequence();
        if !before.is_multiple_of(2) {
            return None;
        }
        let mut record = [0; WORDS];
        for (value, word) in record.iter_mut().zip(&self.words[RECORD..]) {
            *value = word.load(Relaxed);
        }
        fence(Acquire);
        if self.words[SEQUENCE].load(Relaxed) != before {
            return None;
        }
        Record::decode(&record, owner)
    }

    /// Every word, for tests that damage them.
    #[cfg(test)]
    pub fn words(self) -> &'a [AtomicU64] {
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Kind;
    use crate::table::Table;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn a_free_slot_has_one_owner_and_only_its_record_is_read() {
        let table = Table::alone();
        let slot = table.slot(3);
        assert!(slot.claim(0, 5) && !slot.claim(0, 6));
        let record = Record { name: "Vocal".into(), ..Record::new(Kind::Distance) };
        slot.write(&record.encode(5));
        assert_eq!(slot.read(5), Some(record));
        assert_eq!(slot.read(6), None);
    }

    #[test]
    fn a_half_written_record_is_not_read_and_the_next_owner_mends_it() {
        let table = Table::alone();
        let slot = table.slot(0);
        let record = Record::new(Kind::Space);
        slot.write(&record.encode(5));
        let sequence = &slot.words()[SEQUENCE];
        sequence.store(sequence.load(Relaxed) + 1, Relaxed);
        assert_eq!(slot.read(5), None);
        slot.write(&record.encode(6));
        assert_eq!(slot.read(6), Some(record));
    }

    #[test]
    fn readers_never_see_two_records_mixed() {
        let table = Table::alone();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for index in 0..200_000u64 {
                    let mut record = Record::new(Kind::Distance);
                    record.stamp.clock = index % 1000;
                    record.name = (index % 1000).to_string();
                    table.slot(0).write(&record.encode(9));
                }
                done.store(true, Relaxed);
            });
            let mut read = 0;
            while !done.load(Relaxed) {
                if let Some(record) = table.slot(0).read(9) {
                    assert_eq!(record.name, record.stamp.clock.to_string());
                    read += 1;
                }
            }
            assert!(read > 0);
        });
    }
}

//! Bytes near to good ones, for short runs of what `fuzz/` runs for long. `PROSCENIUM_FUZZ_RUNS` makes
//! them longer and `PROSCENIUM_FUZZ_SEED` others; a failure says which run it was.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use fastrand::Rng;

fn number(variable: &str, usual: u64) -> u64 {
    let value = std::env::var(variable).ok().and_then(|text| text.parse().ok());
    value.unwrap_or(usual)
}

/// Runs a body as often as is usual, or as is asked for, with random choices from a seed of its own
/// each time.
pub fn runs(what: &str, usual: u64, mut body: impl FnMut(&mut Rng)) {
    let first = number("PROSCENIUM_FUZZ_SEED", 2026);
    let count = number("PROSCENIUM_FUZZ_RUNS", usual);
    eprintln!("{what}: {count} runs from seed {first}");
    for seed in first..first.saturating_add(count) {
        let random = &mut crate::signals::generator(seed);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(random))) {
            eprintln!("{what}: PROSCENIUM_FUZZ_SEED={seed} PROSCENIUM_FUZZ_RUNS=1");
            resume_unwind(panic);
        }
    }
}

/// Random bytes, few or many.
pub fn random_bytes(random: &mut Rng, longest: usize) -> Vec<u8> {
    let length = (longest as f64).powf(random.f64()) as usize;
    (0..length).map(|_| random.u8(..)).collect()
}

/// Spoils good examples.
pub struct Mutator {
    examples: Vec<Vec<u8>>,
}

/// What parsers stumble over.
const WORDS: [&str; 24] = [
    "",
    "0",
    "-1",
    "1e999",
    "-1e-999",
    "nan",
    "inf",
    "null",
    "true",
    "[]",
    "{}",
    "\"",
    "\\u0000",
    "\u{fffd}",
    "99999999999999999999",
    "0x7f",
    ":",
    ",",
    "\n",
    "\"f32\"",
    "\"string\"",
    "[[track]]",
    "[",
    "}",
];

impl Mutator {
    /// Of these examples.
    ///
    /// # Panics
    /// When there are none.
    pub fn new(examples: Vec<Vec<u8>>) -> Self {
        assert!(!examples.is_empty(), "nothing to spoil");
        Self { examples }
    }

    /// An example with one to eight changes.
    pub fn next(&self, random: &mut Rng) -> Vec<u8> {
        let mut bytes = self.examples[random.usize(..self.examples.len())].clone();
        for _ in 0..random.usize(1..=8) {
            self.change(&mut bytes, random);
        }
        bytes
    }

    fn change(&self, bytes: &mut Vec<u8>, random: &mut Rng) {
        let at = random.usize(..=bytes.len());
        let end = (at + random.usize(..32)).min(bytes.len());
        match random.u8(..6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => bytes[at..end].iter_mut().for_each(|byte| *byte ^= 1 << random.u8(..8)),
            3 => {
                let word = WORDS[random.usize(..WORDS.len())];
                drop(bytes.splice(at..end, word.bytes()));
            }
            4 => {
                let copied = bytes[at..end].to_vec();
                let to = random.usize(..=bytes.len());
                drop(bytes.splice(to..to, copied));
            }
            _ => {
                let other = &self.examples[random.usize(..self.examples.len())];
                let from = random.usize(..=other.len());
                let to = (from + random.usize(..64)).min(other.len());
                drop(bytes.splice(at..end, other[from..to].iter().copied()));
            }
        }
    }
}

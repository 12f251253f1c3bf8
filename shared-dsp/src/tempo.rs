//! Note values and the times that they take at a tempo.

/// Lengths of the notes, in whole notes.
const LENGTHS: [(&str, f64); 8] = [
    ("1/64", 1.0 / 64.0),
    ("1/32", 1.0 / 32.0),
    ("1/16", 1.0 / 16.0),
    ("1/8", 1.0 / 8.0),
    ("1/4", 1.0 / 4.0),
    ("1/2", 1.0 / 2.0),
    ("1/1", 1.0),
    ("2/1", 2.0),
];

/// How a note is stretched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feel {
    /// Two thirds of its length.
    Triplet,
    /// Its length.
    Straight,
    /// One and a half of its length.
    Dotted,
}

/// A note from 1/64 to 2/1, straight, dotted or triplet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteValue {
    length: usize,
    feel: Feel,
}

impl NoteValue {
    /// How many there are.
    pub const COUNT: usize = 3 * LENGTHS.len();

    /// By number: lengths from 1/64 to 2/1, and of each the triplet, the straight and the dotted one.
    pub fn new(index: usize) -> Option<Self> {
        let feel = [Feel::Triplet, Feel::Straight, Feel::Dotted][index % 3];
        (index < Self::COUNT).then_some(Self { length: index / 3, feel })
    }

    /// By name: `1/8`, `1/8T`, `1/8D`, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = (0..Self::COUNT).filter_map(Self::new);
        all.into_iter().find(|note| note.name().eq_ignore_ascii_case(name.trim()))
    }

    /// The name: `1/8`, `1/8T` for the triplet, `1/8D` for the dotted one.
    pub fn name(self) -> String {
        let feel = match self.feel {
            Feel::Triplet => "T",
            Feel::Straight => "",
            Feel::Dotted => "D",
        };
        format!("{}{feel}", self.entry().0)
    }

    fn entry(self) -> (&'static str, f64) {
        LENGTHS.get(self.length).copied().unwrap_or(LENGTHS[4])
    }

    /// Its length in quarter notes.
    pub fn beats(self) -> f64 {
        let feel = match self.feel {
            Feel::Triplet => 2.0 / 3.0,
            Feel::Straight => 1.0,
            Feel::Dotted => 1.5,
        };
        4.0 * self.entry().1 * feel
    }

    /// Its time in ms at a tempo in quarter notes per minute (10 bpm at least).
    pub fn ms(self, bpm: f64) -> f64 {
        self.beats() * 60_000.0 / bpm.max(10.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_take_their_time_at_a_tempo() {
        // name, bpm, ms
        let table = [
            ("1/4", 120.0, 500.0),
            ("1/8D", 120.0, 375.0),
            ("1/8t", 120.0, 500.0 / 3.0),
            ("1/64", 60.0, 62.5),
            ("2/1", 240.0, 2000.0),
            ("1/1D", 90.0, 4000.0),
        ];
        for (name, bpm, ms) in table {
            let got = NoteValue::from_name(name).map(|note| note.ms(bpm));
            assert!(got.is_some_and(|got| (got - ms).abs() < 1e-9), "{name}: {got:?}");
        }
    }

    #[test]
    fn every_note_is_found_by_its_name() {
        for index in 0..NoteValue::COUNT {
            let note = NoteValue::new(index);
            assert_eq!(note.and_then(|note| NoteValue::from_name(&note.name())), note);
        }
        assert_eq!(NoteValue::new(NoteValue::COUNT), None);
        assert_eq!(NoteValue::from_name("1/3"), None);
    }
}

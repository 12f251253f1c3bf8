//! Times in notes of the host's tempo.

use nice_plug::prelude::Enum;
use shared_dsp::tempo::NoteValue;

/// Declares a choice of notes whose first variant is off.
macro_rules! notes {
    ($(#[$meta:meta])* $name:ident { $($variant:ident $text:tt,)+ }) => {
        $(#[$meta])*
        #[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            /// The time in ms holds.
            #[id = "off"]
            #[name = "Off"]
            Off,
            $(
                #[doc = $text]
                #[id = $text]
                #[name = $text]
                $variant,
            )+
        }
    };
}

notes! {
    /// The predelay in notes.
    PredelaySync {
        N64 "1/64",
        N32 "1/32",
        N16 "1/16",
        N8 "1/8",
        N4 "1/4",
        N2 "1/2",
    }
}

notes! {
    /// The delay in notes: triplet (T), straight and dotted (D).
    DelaySync {
        N64T "1/64T",
        N64 "1/64",
        N64D "1/64D",
        N32T "1/32T",
        N32 "1/32",
        N32D "1/32D",
        N16T "1/16T",
        N16 "1/16",
        N16D "1/16D",
        N8T "1/8T",
        N8 "1/8",
        N8D "1/8D",
        N4T "1/4T",
        N4 "1/4",
        N4D "1/4D",
        N2T "1/2T",
        N2 "1/2",
        N2D "1/2D",
        W1T "1/1T",
        W1 "1/1",
        W1D "1/1D",
        W2T "2/1T",
        W2 "2/1",
        W2D "2/1D",
    }
}

impl PredelaySync {
    /// Length of the note in ms, at most `longest_ms`, or none if off.
    pub fn ms(self, tempo_bpm: f64, longest_ms: f32) -> Option<f32> {
        // Among all notes every third is straight.
        let note = NoteValue::new(3 * self.to_index().checked_sub(1)? + 1)?;
        Some(fitting(note, tempo_bpm, longest_ms))
    }
}

impl DelaySync {
    /// Length of the note in ms, at most `longest_ms`, or none if off.
    pub fn ms(self, tempo_bpm: f64, longest_ms: f32) -> Option<f32> {
        let note = NoteValue::new(self.to_index().checked_sub(1)?)?;
        Some(fitting(note, tempo_bpm, longest_ms))
    }
}

/// A note that is too long is halved until it is not, which stays in time.
fn fitting(note: NoteValue, tempo_bpm: f64, longest_ms: f32) -> f32 {
    let mut ms = note.ms(tempo_bpm);
    while ms > f64::from(longest_ms) {
        ms *= 0.5;
    }
    ms as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_the_note_of_its_name() {
        for (index, name) in DelaySync::variants().iter().enumerate().skip(1) {
            let note = NoteValue::from_name(name).map(|note| note.ms(240.0) as f32);
            assert_eq!(DelaySync::from_index(index).ms(240.0, 4000.0), note, "{name}");
        }
        for (index, name) in PredelaySync::variants().iter().enumerate().skip(1) {
            let note = NoteValue::from_name(name).map(|note| note.ms(240.0) as f32);
            assert_eq!(PredelaySync::from_index(index).ms(240.0, 500.0), note, "{name}");
        }
    }

    #[test]
    fn notes_that_are_too_long_stay_in_time() {
        assert_eq!(DelaySync::Off.ms(120.0, 4000.0), None);
        assert_eq!(DelaySync::W2D.ms(120.0, 4000.0), Some(3000.0));
    }
}

//! Times in notes of the host's tempo.

use nice_plug::prelude::Enum;

/// Declares a choice of note lengths in whole notes; the first choice is off.
macro_rules! notes {
    ($(#[$meta:meta])* $name:ident { $($variant:ident $text:tt $whole:expr,)+ }) => {
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

        impl $name {
            /// Length of the note in ms, or none if off. What is longer than `longest_ms` is halved
            /// until it is not, which stays in time.
            pub fn ms(self, tempo_bpm: f64, longest_ms: f32) -> Option<f32> {
                let whole_notes: f64 = match self {
                    $name::Off => return None,
                    $($name::$variant => $whole,)+
                };
                Some(fitting(whole_notes, tempo_bpm, longest_ms))
            }
        }
    };
}

/// A whole note is four beats.
fn fitting(whole_notes: f64, tempo_bpm: f64, longest_ms: f32) -> f32 {
    let beat_ms = 60_000.0 / tempo_bpm.clamp(10.0, 1000.0);
    let mut ms = whole_notes * 4.0 * beat_ms;
    while ms > f64::from(longest_ms) {
        ms *= 0.5;
    }
    ms as f32
}

notes! {
    /// The predelay in notes.
    PredelaySync {
        N64 "1/64" 1.0 / 64.0,
        N32 "1/32" 1.0 / 32.0,
        N16 "1/16" 1.0 / 16.0,
        N8 "1/8" 1.0 / 8.0,
        N4 "1/4" 1.0 / 4.0,
        N2 "1/2" 1.0 / 2.0,
    }
}

notes! {
    /// The delay in notes, straight, dotted (D) and triplet (T).
    DelaySync {
        N64T "1/64 T" 1.0 / 64.0 * 2.0 / 3.0,
        N64 "1/64" 1.0 / 64.0,
        N64D "1/64 D" 1.0 / 64.0 * 1.5,
        N32T "1/32 T" 1.0 / 32.0 * 2.0 / 3.0,
        N32 "1/32" 1.0 / 32.0,
        N32D "1/32 D" 1.0 / 32.0 * 1.5,
        N16T "1/16 T" 1.0 / 16.0 * 2.0 / 3.0,
        N16 "1/16" 1.0 / 16.0,
        N16D "1/16 D" 1.0 / 16.0 * 1.5,
        N8T "1/8 T" 1.0 / 8.0 * 2.0 / 3.0,
        N8 "1/8" 1.0 / 8.0,
        N8D "1/8 D" 1.0 / 8.0 * 1.5,
        N4T "1/4 T" 1.0 / 4.0 * 2.0 / 3.0,
        N4 "1/4" 1.0 / 4.0,
        N4D "1/4 D" 1.0 / 4.0 * 1.5,
        N2T "1/2 T" 1.0 / 2.0 * 2.0 / 3.0,
        N2 "1/2" 1.0 / 2.0,
        N2D "1/2 D" 1.0 / 2.0 * 1.5,
        W1T "1/1 T" 2.0 / 3.0,
        W1 "1/1" 1.0,
        W1D "1/1 D" 1.5,
        W2T "2/1 T" 2.0 / 1.0 * 2.0 / 3.0,
        W2 "2/1" 2.0 / 1.0,
        W2D "2/1 D" 2.0 / 1.0 * 1.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_have_their_lengths_and_stay_in_time_where_they_are_too_long() {
        assert_eq!(DelaySync::Off.ms(120.0, 4000.0), None);
        for (note, expected_ms) in [
            (DelaySync::N8D, 375.0),
            (DelaySync::N4, 500.0),
            (DelaySync::N4T, 333.333_34),
            (DelaySync::W2, 4000.0),
            (DelaySync::W2D, 3000.0),
        ] {
            let ms = note.ms(120.0, 4000.0).unwrap_or(0.0);
            assert!((ms - expected_ms).abs() < 0.01, "{note:?} is {ms} ms");
        }
    }
}

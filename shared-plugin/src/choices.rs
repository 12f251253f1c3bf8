//! The choices that parameters of several plugins offer: the framework's twins of the enums of
//! shared-dsp. A choice is saved by its id, so that names and order may change.

use nice_plug::prelude::Enum;
use shared_dsp::dynamics::{Detector as DspDetector, KeySource as DspKeySource};
use shared_dsp::room::RoomKind as DspRoomKind;
use shared_dsp::stereo::PanLaw as DspPanLaw;

/// Declares an enum that a parameter can hold, and how it becomes one of shared-dsp.
#[macro_export]
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident => $target:ty {
        $($(#[$doc:meta])* $variant:ident $id:tt $text:tt => $value:expr,)+
    }) => {
        $(#[$meta])*
        #[derive(nice_plug::prelude::Enum, Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* #[id = $id] #[name = $text] $variant,)+
        }

        impl From<$name> for $target {
            fn from(choice: $name) -> $target {
                match choice {
                    $($name::$variant => $value,)+
                }
            }
        }
    };
}

choice! {
    /// What a detector listens to.
    KeySource => DspKeySource {
        /// The audio that is processed.
        Internal "internal" "Internal" => DspKeySource::Internal,
        /// The plugin's sidechain input.
        Sidechain "sidechain" "Sidechain" => DspKeySource::Sidechain,
    }
}

choice! {
    /// How a level is measured.
    Detector => DspDetector {
        /// The peak.
        Peak "peak" "Peak" => DspDetector::Peak,
        /// The root of the mean square.
        Rms "rms" "RMS" => DspDetector::Rms,
    }
}

choice! {
    /// What the centre of a panned mono source loses against its sides.
    PanLaw => DspPanLaw {
        /// Constant power.
        Db3 "3" "-3 dB" => DspPanLaw::Db3,
        /// Between constant power and constant sum.
        Db4_5 "4.5" "-4.5 dB" => DspPanLaw::Db4_5,
        /// Constant sum.
        Db6 "6" "-6 dB" => DspPanLaw::Db6,
    }
}

choice! {
    /// The rooms by name.
    RoomKind => DspRoomKind {
        /// A vocal booth.
        Booth "booth" "Booth" => DspRoomKind::Booth,
        /// A recording studio.
        Studio "studio" "Studio" => DspRoomKind::Studio,
        /// An echo chamber.
        Chamber "chamber" "Chamber" => DspRoomKind::Chamber,
        /// A club.
        Club "club" "Club" => DspRoomKind::Club,
        /// A theatre.
        Theatre "theatre" "Theatre" => DspRoomKind::Theatre,
        /// A concert hall.
        ConcertHall "concert-hall" "Concert Hall" => DspRoomKind::ConcertHall,
        /// A cathedral.
        Cathedral "cathedral" "Cathedral" => DspRoomKind::Cathedral,
        /// The room that the room parameters describe.
        Custom "custom" "Custom" => DspRoomKind::Custom,
    }
}

impl RoomKind {
    /// Every choice in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::variants().len()).map(Self::from_index)
    }
}

/// Which instances share one room.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomGroup {
    /// This instance has a room of its own.
    #[id = "own"]
    #[name = "Own"]
    Own,
    /// The room of group A.
    #[id = "a"]
    #[name = "A"]
    A,
    /// The room of group B.
    #[id = "b"]
    #[name = "B"]
    B,
    /// The room of group C.
    #[id = "c"]
    #[name = "C"]
    C,
    /// The room of group D.
    #[id = "d"]
    #[name = "D"]
    D,
}

impl RoomGroup {
    /// Which of the groups, if any.
    pub fn index(self) -> Option<u8> {
        match self {
            RoomGroup::Own => None,
            RoomGroup::A => Some(0),
            RoomGroup::B => Some(1),
            RoomGroup::C => Some(2),
            RoomGroup::D => Some(3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nice_plug::prelude::{EnumParam, Param};

    #[derive(Enum, Debug, PartialEq)]
    enum Typed {
        #[name = "10 ms"]
        Ten,
        #[name = "12 dB/oct"]
        Gentle,
        #[name = "24 dB/oct"]
        Steep,
        #[name = "-4.5 dB"]
        Law,
        #[name = "1/8"]
        Eighth,
        #[name = "1/8D"]
        Dotted,
        #[name = "1/8T"]
        Triplet,
        #[name = "Concert Hall"]
        Hall,
        #[name = "Club"]
        Club,
    }

    #[test]
    fn a_choice_is_found_by_what_a_person_would_type() {
        let param = EnumParam::new("Typed", Typed::Club);
        let read = |text: &str| {
            let place = param.string_to_normalized_value(text)?;
            Some(Typed::from_index(param.preview_plain(place) as usize))
        };
        for (text, expected) in [
            ("24", Some(Typed::Steep)),
            ("24 dB", Some(Typed::Steep)),
            ("concert", Some(Typed::Hall)),
            ("1/8", Some(Typed::Eighth)),
            ("1/8 dotted", Some(Typed::Dotted)),
            ("1/8 Triplet", Some(Typed::Triplet)),
            ("10", Some(Typed::Ten)),
            ("1", None),
            ("-4", None),
            ("c", None),
            ("", None),
        ] {
            assert_eq!(read(text), expected, "'{text}'");
        }
    }
}

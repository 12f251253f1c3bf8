//! What a room is set to.

/// The rooms by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RoomKind {
    /// A vocal booth.
    Booth,
    /// A recording studio.
    Studio,
    /// An echo chamber.
    Chamber,
    /// A club.
    Club,
    /// A theatre.
    Theatre,
    /// A concert hall.
    #[default]
    ConcertHall,
    /// A cathedral.
    Cathedral,
    /// What the other settings say.
    Custom,
}

impl RoomKind {
    /// Every room, in the order of the parameter.
    pub const ALL: [Self; 8] = [
        Self::Booth,
        Self::Studio,
        Self::Chamber,
        Self::Club,
        Self::Theatre,
        Self::ConcertHall,
        Self::Cathedral,
        Self::Custom,
    ];

    /// The room of that name: volumes and reverberation times that are usual for its kind. `None`
    /// for `Custom`, which is what the other parameters say.
    pub fn settings(self) -> Option<RoomSettings> {
        let (volume_m3, rt60_s, low, high) = match self {
            Self::Booth => (20.0, 0.2, 1.2, 0.8),
            Self::Studio => (150.0, 0.4, 1.1, 0.8),
            Self::Chamber => (120.0, 1.5, 0.9, 0.6),
            Self::Club => (1200.0, 0.9, 1.3, 0.75),
            Self::Theatre => (4000.0, 1.1, 1.15, 0.75),
            Self::ConcertHall => (15_000.0, 2.0, 1.15, 0.65),
            Self::Cathedral => (40_000.0, 5.0, 1.1, 0.45),
            Self::Custom => return None,
        };
        Some(RoomSettings { volume_m3, rt60_s, low, high })
    }
}

/// A room in physical terms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoomSettings {
    /// Volume in m3.
    pub volume_m3: f32,
    /// Reverberation time at mid frequencies, in s.
    pub rt60_s: f32,
    /// Reverberation time below the low crossover as a multiple of `rt60_s`.
    pub low: f32,
    /// Reverberation time above the high crossover as a multiple of `rt60_s`.
    pub high: f32,
}

impl Default for RoomSettings {
    fn default() -> Self {
        Self { volume_m3: 2000.0, rt60_s: 1.2, low: 1.0, high: 0.6 }
    }
}

impl RoomSettings {
    /// Every field finite and inside what a room can be.
    pub fn sane(self) -> Self {
        let pick = |x: f32, low: f32, high: f32, or: f32| {
            if x.is_finite() { x.clamp(low, high) } else { or }
        };
        Self {
            volume_m3: pick(self.volume_m3, 10.0, 200_000.0, 2000.0),
            rt60_s: pick(self.rt60_s, 0.05, 60.0, 1.2),
            low: pick(self.low, 0.1, 4.0, 1.0),
            high: pick(self.high, 0.05, 4.0, 0.6),
        }
    }

    /// Reverberation times in s below, between and above the crossovers.
    pub fn rt60s(self) -> [f32; 3] {
        let room = self.sane();
        [room.rt60_s * room.low, room.rt60_s, room.rt60_s * room.high]
    }
}

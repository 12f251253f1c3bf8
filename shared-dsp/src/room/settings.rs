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

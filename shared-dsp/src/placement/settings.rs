//! What the placement is set to.

use crate::room::RoomSettings;
use crate::stereo::PanLaw;

/// What the placement is set to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlacementSettings {
    /// Distance of the source in m.
    pub distance_m: f32,
    /// Direction in degrees, negative is left.
    pub azimuth_deg: f32,
    /// Distance at which the recording was made, in m: there every cue of the direct sound is neutral.
    pub recorded_at_m: f32,
    /// 1 is 6.02 dB per doubling of distance.
    pub level_law: f32,
    /// 1 is the air absorption of ISO 9613-1.
    pub air: f32,
    /// Bass rise nearer than 1 m, 0..1.
    pub proximity: f32,
    /// Width of the source in m.
    pub source_width_m: f32,
    /// Whether the direct sound takes its time.
    pub time_of_flight: bool,
    /// Whether the loudness stays that at `recorded_at_m`.
    pub hold_loudness: bool,
    /// The room.
    pub room: RoomSettings,
    /// Level of the early reflections in dB; 0 is the physical level.
    pub early_db: f32,
    /// Level of the late field in dB; 0 is the physical level.
    pub late_db: f32,
    /// The late field leaves through the auxiliary output instead.
    pub room_feed: bool,
    /// Law of the panning.
    pub pan_law: PanLaw,
}

impl Default for PlacementSettings {
    fn default() -> Self {
        Self {
            distance_m: 1.0,
            azimuth_deg: 0.0,
            recorded_at_m: 1.0,
            level_law: 1.0,
            air: 1.0,
            proximity: 0.0,
            source_width_m: 1.0,
            time_of_flight: false,
            hold_loudness: false,
            room: RoomSettings::default(),
            early_db: 0.0,
            late_db: 0.0,
            room_feed: false,
            pan_law: PanLaw::default(),
        }
    }
}

impl PlacementSettings {
    /// Every field finite: what is not has its default.
    pub(super) fn sane(self) -> Self {
        let or = Self::default();
        let pick = |x: f32, or: f32| if x.is_finite() { x } else { or };
        Self {
            distance_m: pick(self.distance_m, or.distance_m),
            azimuth_deg: pick(self.azimuth_deg, or.azimuth_deg),
            recorded_at_m: pick(self.recorded_at_m, or.recorded_at_m),
            level_law: pick(self.level_law, or.level_law),
            air: pick(self.air, or.air),
            proximity: pick(self.proximity, or.proximity),
            source_width_m: pick(self.source_width_m, or.source_width_m),
            room: self.room.sane(),
            early_db: pick(self.early_db, or.early_db),
            late_db: pick(self.late_db, or.late_db),
            ..self
        }
    }
}

//! The parameters of Distance: ids, names, ranges and text. Ids and ranges never change.

use nice_plug::prelude::{BoolParam, Enum, EnumParam, FloatParam, Params};
use shared_dsp::gain::GainSettings;
use shared_dsp::placement::PlacementSettings;
use shared_dsp::room::{RoomKind as DspRoomKind, RoomSettings};
use shared_plugin::choices::{PanLaw, RoomGroup, RoomKind};
use shared_plugin::kinds::{
    azimuth, bypass, cubic_metres, decibels, exaggeration, factor, fader, metres, percent, switch,
    time_s,
};
use shared_plugin::preset::Current;
use shared_plugin::state::{StateVersion, WindowMemory};

use crate::chain::DistanceSettings;

/// Where the late field is made.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reverb {
    /// Here.
    #[id = "internal"]
    #[name = "Internal"]
    Internal,
    /// In a plugin on the bus that the output "Room Feed" is connected to: one reverb for all tracks.
    #[id = "room-feed"]
    #[name = "Room Feed"]
    RoomFeed,
}

/// Every parameter of Distance, in the order in which hosts show them.
#[derive(Params)]
pub struct DistanceParams {
    /// Version of the saved state.
    #[persist = "state_version"]
    pub(crate) state_version: StateVersion,
    /// The preset that was chosen last.
    #[persist = "preset"]
    pub preset: Current,
    /// How large the window is.
    #[persist = "window"]
    pub window: WindowMemory,
    /// How far away the source is. Every cue follows from it.
    #[id = "distance"]
    pub distance: FloatParam,
    /// In which direction it is.
    #[id = "azimuth"]
    pub azimuth: FloatParam,
    /// How far away the microphone was: the distance that is already in the recording.
    #[id = "recorded_at"]
    pub recorded_at: FloatParam,
    /// How much quieter it gets with distance: physics is often too much for a mix.
    #[id = "level_law"]
    pub level_law: FloatParam,
    /// How much duller it gets: physics is often too little to be noticed.
    #[id = "air"]
    pub air: FloatParam,
    /// The bass of a source close to a microphone.
    #[id = "proximity"]
    pub proximity: FloatParam,
    /// How wide the source is: near it fills the stage, far it is a point.
    #[id = "source_width"]
    pub source_width: FloatParam,
    /// Whether the sound takes its time. Off keeps the track in the groove.
    #[id = "time_of_flight"]
    pub time_of_flight: BoolParam,
    /// Moves in depth without undoing the balance.
    #[id = "hold_loudness"]
    pub hold_loudness: BoolParam,
    /// The room that it stands in.
    #[id = "room"]
    pub room: EnumParam<RoomKind>,
    /// Volume of a custom room.
    #[id = "room_volume"]
    pub room_volume: FloatParam,
    /// Reverberation time of a custom room.
    #[id = "room_rt60"]
    pub room_rt60: FloatParam,
    /// Reverberation time of a custom room below 250 Hz, as a multiple.
    #[id = "room_low"]
    pub room_low: FloatParam,
    /// Reverberation time of a custom room above 4 kHz, as a multiple.
    #[id = "room_high"]
    pub room_high: FloatParam,
    /// The instances that share one room.
    #[id = "room_group"]
    pub room_group: EnumParam<RoomGroup>,
    /// Early reflections.
    #[id = "early"]
    pub early: FloatParam,
    /// Late field.
    #[id = "late"]
    pub late: FloatParam,
    /// Where the late field is made.
    #[id = "reverb"]
    pub reverb: EnumParam<Reverb>,
    /// The law of the direction.
    #[id = "pan_law"]
    pub pan_law: EnumParam<PanLaw>,
    /// Level of the result, room feed included.
    #[id = "output"]
    pub output: FloatParam,
    /// The host's bypass, without a click. The room feed is silent.
    #[id = "bypass"]
    pub bypass: BoolParam,
}

impl Default for DistanceParams {
    fn default() -> Self {
        Self {
            state_version: StateVersion::default(),
            preset: Current::default(),
            window: WindowMemory::default(),
            distance: metres("Distance", 0.25, 64.0, 1.0),
            azimuth: azimuth("Azimuth"),
            recorded_at: metres("Recorded At", 0.1, 10.0, 1.0),
            level_law: percent("Level Law", 0.0, 150.0, 100.0),
            air: exaggeration("Air", 800.0),
            proximity: percent("Proximity", 0.0, 100.0, 0.0),
            source_width: metres("Source Width", 0.0, 10.0, 1.0),
            time_of_flight: switch("Time of Flight", false),
            hold_loudness: switch("Hold Loudness", false),
            room: EnumParam::new("Room", RoomKind::ConcertHall),
            room_volume: cubic_metres("Room Volume", 20.0, 100_000.0, 2000.0),
            room_rt60: time_s("Room RT60", 0.1, 10.0, 1.2),
            room_low: factor("Room Low", 0.3, 2.5, 1.0),
            room_high: factor("Room High", 0.1, 1.5, 0.6),
            room_group: EnumParam::new("Room Group", RoomGroup::Own),
            early: decibels("Early", -60.0, 12.0, 0.0),
            late: decibels("Late", -60.0, 12.0, 0.0),
            reverb: EnumParam::new("Reverb", Reverb::Internal),
            pan_law: EnumParam::new("Pan Law", PanLaw::Db3),
            output: fader("Output", -60.0, 24.0),
            bypass: bypass(),
        }
    }
}

impl DistanceParams {
    /// The room that the parameters describe: one by name, or a custom one.
    pub fn room_settings(&self) -> RoomSettings {
        DspRoomKind::from(self.room.value()).settings().unwrap_or(RoomSettings {
            volume_m3: self.room_volume.value(),
            rt60_s: self.room_rt60.value(),
            low: self.room_low.value(),
            high: self.room_high.value(),
        })
    }

    /// What the chain is to be set to. Cheap: loads of atomics.
    pub fn settings(&self) -> DistanceSettings {
        DistanceSettings {
            placement: PlacementSettings {
                distance_m: self.distance.value(),
                azimuth_deg: self.azimuth.value(),
                recorded_at_m: self.recorded_at.value(),
                level_law: self.level_law.value() / 100.0,
                air: self.air.value() / 100.0,
                proximity: self.proximity.value() / 100.0,
                source_width_m: self.source_width.value(),
                time_of_flight: self.time_of_flight.value(),
                hold_loudness: self.hold_loudness.value(),
                room: self.room_settings(),
                early_db: self.early.value(),
                late_db: self.late.value(),
                room_feed: self.reverb.value() == Reverb::RoomFeed,
                pan_law: self.pan_law.value().into(),
            },
            output: GainSettings { gain_db: self.output.value(), inverted: false },
            bypassed: self.bypass.value(),
        }
    }
}

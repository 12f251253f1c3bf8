//! The parameters of Space: ids, names, ranges and text. Ids and ranges never change.

use nice_plug::prelude::{BoolParam, Enum, EnumParam, FloatParam, Params};
use shared_dsp::delay::DelaySettings;
use shared_dsp::ducker::DuckerSettings;
use shared_dsp::dynamics::KeySource;
use shared_dsp::gain::GainSettings;
use shared_dsp::reverb::ReverbSettings;
use shared_dsp::room::{RoomKind as DspRoomKind, RoomSettings};
use shared_plugin::choice;
use shared_plugin::choices::{RoomGroup, RoomKind};
use shared_plugin::kinds::{
    bypass, cubic_metres, cut, decibels, factor, fader, frequency, percent, switch, time_ms, time_s,
};
use shared_plugin::preset::Current;
use shared_plugin::state::{StateVersion, WindowMemory};

use crate::chain::{Mode as ChainMode, SpaceSettings};

mod sync;

pub use sync::{DelaySync, PredelaySync};

/// The longest delay that can be set in ms.
pub const DELAY_MAX_MS: f32 = 4000.0;

/// The longest predelay that can be set in ms.
pub const PREDELAY_MAX_MS: f32 = 500.0;

/// The longest delay in notes, in ms: 2/1 dotted at 60 bpm.
const DELAY_SYNC_MAX_MS: f32 = 12_000.0;

/// The longest predelay in notes, in ms: 1/2 at 60 bpm.
const PREDELAY_SYNC_MAX_MS: f32 = 2000.0;

choice! {
    /// What Space is.
    Mode => ChainMode {
        /// A reverb.
        Reverb "reverb" "Reverb" => ChainMode::Reverb,
        /// A delay.
        Delay "delay" "Delay" => ChainMode::Delay,
        /// Echoes heard through the reverb.
        DelayIntoReverb "delay-into-reverb" "Delay into Reverb" => ChainMode::DelayIntoReverb,
        /// Both, side by side.
        Parallel "parallel" "Parallel" => ChainMode::Parallel,
    }
}

choice! {
    /// What ducks the effect.
    DuckKey => KeySource {
        /// The input: the effect comes up between the words.
        Input "input" "Input" => KeySource::Internal,
        /// The plugin's sidechain input.
        Sidechain "sidechain" "Sidechain" => KeySource::Sidechain,
    }
}

/// Every parameter of Space, in the order in which hosts show them.
#[derive(Params)]
pub struct SpaceParams {
    /// Version of the saved state.
    #[persist = "state_version"]
    pub(crate) state_version: StateVersion,
    /// The preset that was chosen last.
    #[persist = "preset"]
    pub preset: Current,
    /// How large the window is.
    #[persist = "window"]
    pub window: WindowMemory,
    /// Reverb, delay, or both.
    #[id = "mode"]
    pub mode: EnumParam<Mode>,
    /// The room gives the geometry: size and reflections.
    #[id = "room"]
    pub room: EnumParam<RoomKind>,
    /// Volume of a custom room.
    #[id = "room_volume"]
    pub room_volume: FloatParam,
    /// The instances that share one room.
    #[id = "room_group"]
    pub room_group: EnumParam<RoomGroup>,
    /// Time in which the late field falls by 60 dB, whatever the room.
    #[id = "decay"]
    pub decay: FloatParam,
    /// Decay below the low crossover, as a multiple.
    #[id = "decay_low"]
    pub decay_low: FloatParam,
    /// Decay above the high crossover, as a multiple.
    #[id = "decay_high"]
    pub decay_high: FloatParam,
    /// Where the lows begin.
    #[id = "xover_low"]
    pub xover_low: FloatParam,
    /// Where the highs begin.
    #[id = "xover_high"]
    pub xover_high: FloatParam,
    /// Time before the room answers: keeps the source in front of it.
    #[id = "predelay"]
    pub predelay: FloatParam,
    /// The same in notes of the host's tempo. Below 60 bpm a note above 2 s is halved until it fits.
    #[id = "predelay_sync"]
    pub predelay_sync: EnumParam<PredelaySync>,
    /// Early reflections: the size of the room.
    #[id = "early"]
    pub early: FloatParam,
    /// Late field: its sound.
    #[id = "late"]
    pub late: FloatParam,
    /// How dense the first echoes of the late field are.
    #[id = "diffusion"]
    pub diffusion: FloatParam,
    /// How much the late field moves.
    #[id = "mod_depth"]
    pub mod_depth: FloatParam,
    /// How fast it moves.
    #[id = "mod_rate"]
    pub mod_rate: FloatParam,
    /// Holds the late field for ever.
    #[id = "freeze"]
    pub freeze: BoolParam,
    /// Keeps rumble out of the reverb.
    #[id = "low_cut"]
    pub low_cut: FloatParam,
    /// Keeps hiss out of the reverb.
    #[id = "high_cut"]
    pub high_cut: FloatParam,
    /// Time of the left echo.
    #[id = "delay_time"]
    pub delay_time: FloatParam,
    /// The same in notes of the host's tempo. Below 60 bpm a note above 12 s is halved until it fits.
    #[id = "delay_sync"]
    pub delay_sync: EnumParam<DelaySync>,
    /// How much later the right echo is.
    #[id = "delay_offset"]
    pub delay_offset: FloatParam,
    /// How much of an echo is repeated. Above 100 % it grows until the loop saturates.
    #[id = "feedback"]
    pub feedback: FloatParam,
    /// How much of an echo changes sides: all of it is ping-pong.
    #[id = "cross_feed"]
    pub cross_feed: FloatParam,
    /// Every repeat is thinner. 20 Hz to 2 kHz, off by default.
    #[id = "delay_low_cut"]
    pub delay_low_cut: FloatParam,
    /// Every repeat is duller. 500 Hz to 20 kHz, off by default.
    #[id = "delay_high_cut"]
    pub delay_high_cut: FloatParam,
    /// Every repeat is rougher. 0 to 100 %, none by default.
    #[id = "delay_drive"]
    pub delay_drive: FloatParam,
    /// Echoes drift in pitch like a tape's. 0 to 100 %, none by default.
    #[id = "delay_wow"]
    pub delay_wow: FloatParam,
    /// How far the effect steps back while the key sounds.
    #[id = "duck"]
    pub duck: FloatParam,
    /// How fast it comes back.
    #[id = "duck_release"]
    pub duck_release: FloatParam,
    /// What it steps back for.
    #[id = "duck_key"]
    pub duck_key: EnumParam<DuckKey>,
    /// Mono to twice the difference of the channels of the effect.
    #[id = "width"]
    pub width: FloatParam,
    /// Input against effect. On an effects bus: all effect.
    #[id = "mix"]
    pub mix: FloatParam,
    /// Presets leave the mix as it is. Saved, but without effect on the sound.
    #[id = "mix_lock"]
    pub mix_lock: BoolParam,
    /// Level of the result.
    #[id = "output"]
    pub output: FloatParam,
    /// The host's bypass, without a click.
    #[id = "bypass"]
    pub bypass: BoolParam,
}

impl Default for SpaceParams {
    fn default() -> Self {
        Self {
            state_version: StateVersion::default(),
            preset: Current::default(),
            window: WindowMemory::default(),
            mode: EnumParam::new("Mode", Mode::Reverb),
            room: EnumParam::new("Room", RoomKind::ConcertHall),
            room_volume: cubic_metres("Room Volume", 20.0, 100_000.0, 2000.0),
            room_group: EnumParam::new("Room Group", RoomGroup::Own),
            decay: time_s("Decay", 0.1, 30.0, 1.8),
            decay_low: factor("Decay Low", 0.25, 3.0, 1.0),
            decay_high: factor("Decay High", 0.1, 1.5, 0.6),
            xover_low: frequency("Crossover Low", 60.0, 1000.0, 250.0),
            xover_high: frequency("Crossover High", 1000.0, 16_000.0, 4000.0),
            predelay: time_ms("Predelay", 0.0, PREDELAY_MAX_MS, 10.0),
            predelay_sync: EnumParam::new("Predelay Sync", PredelaySync::Off),
            early: decibels("Early", -60.0, 12.0, 0.0),
            late: decibels("Late", -60.0, 12.0, 0.0),
            diffusion: percent("Diffusion", 0.0, 100.0, 80.0),
            mod_depth: percent("Mod Depth", 0.0, 100.0, 15.0),
            mod_rate: frequency("Mod Rate", 0.05, 5.0, 0.5),
            freeze: switch("Freeze", false),
            low_cut: cut("Low Cut", 20.0, 1000.0, 20.0),
            high_cut: cut("High Cut", 1000.0, 20_000.0, 20_000.0),
            delay_time: time_ms("Delay Time", 1.0, DELAY_MAX_MS, 375.0),
            delay_sync: EnumParam::new("Delay Sync", DelaySync::Off),
            delay_offset: percent("Delay Offset", -50.0, 50.0, 0.0),
            feedback: percent("Feedback", 0.0, 110.0, 35.0),
            cross_feed: percent("Cross Feed", 0.0, 100.0, 0.0),
            delay_low_cut: cut("Delay Low Cut", 20.0, 2000.0, 20.0),
            delay_high_cut: cut("Delay High Cut", 500.0, 20_000.0, 20_000.0),
            delay_drive: percent("Delay Drive", 0.0, 100.0, 0.0),
            delay_wow: percent("Delay Wow", 0.0, 100.0, 0.0),
            duck: decibels("Duck", 0.0, 40.0, 0.0),
            duck_release: time_ms("Duck Release", 20.0, 2000.0, 250.0),
            duck_key: EnumParam::new("Duck Key", DuckKey::Input),
            width: percent("Width", 0.0, 200.0, 100.0),
            mix: percent("Mix", 0.0, 100.0, 100.0),
            mix_lock: switch("Mix Lock", false),
            output: fader("Output", -60.0, 24.0),
            bypass: bypass(),
        }
    }
}

impl SpaceParams {
    /// The volume of the room in m3: that of a room by name, or of a custom one.
    fn volume_m3(&self) -> f32 {
        match DspRoomKind::from(self.room.value()).settings() {
            Some(room) => room.volume_m3,
            None => self.room_volume.value(),
        }
    }

    /// What the chain is to be set to at this tempo. Cheap: loads of atomics.
    pub fn settings(&self, tempo_bpm: f64) -> SpaceSettings {
        SpaceSettings {
            mode: self.mode.value().into(),
            reverb: self.reverb(tempo_bpm),
            delay: self.delay(tempo_bpm),
            duck: DuckerSettings {
                depth_db: self.duck.value(),
                release_ms: self.duck_release.value(),
                key: self.duck_key.value().into(),
            },
            width: self.width.value() / 100.0,
            mix: self.mix.value() / 100.0,
            output: GainSettings { gain_db: self.output.value(), inverted: false },
            bypassed: self.bypass.value(),
        }
    }

    fn reverb(&self, tempo_bpm: f64) -> ReverbSettings {
        ReverbSettings {
            room: RoomSettings {
                volume_m3: self.volume_m3(),
                rt60_s: self.decay.value(),
                low: self.decay_low.value(),
                high: self.decay_high.value(),
            },
            xover_low_hz: self.xover_low.value(),
            xover_high_hz: self.xover_high.value(),
            predelay_ms: self
                .predelay_sync
                .value()
                .ms(tempo_bpm, PREDELAY_SYNC_MAX_MS)
                .unwrap_or(self.predelay.value()),
            early_db: self.early.value(),
            late_db: self.late.value(),
            diffusion: self.diffusion.value() / 100.0,
            mod_depth: self.mod_depth.value() / 100.0,
            mod_rate_hz: self.mod_rate.value(),
            freeze: self.freeze.value(),
            low_cut_hz: self.low_cut.value(),
            high_cut_hz: self.high_cut.value(),
            mono: false,
        }
    }

    fn delay(&self, tempo_bpm: f64) -> DelaySettings {
        DelaySettings {
            time_ms: self
                .delay_sync
                .value()
                .ms(tempo_bpm, DELAY_SYNC_MAX_MS)
                .unwrap_or(self.delay_time.value()),
            offset: self.delay_offset.value() / 100.0,
            feedback: self.feedback.value() / 100.0,
            cross_feed: self.cross_feed.value() / 100.0,
            low_cut_hz: self.delay_low_cut.value(),
            high_cut_hz: self.delay_high_cut.value(),
            drive: self.delay_drive.value() / 100.0,
            wow: self.delay_wow.value() / 100.0,
            mono: false,
        }
    }
}

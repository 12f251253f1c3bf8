//! What the reverb is set to.

use crate::room::RoomSettings;

/// What the reverb is set to. Width, mix, ducking and the order with the delay are the chain's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReverbSettings {
    /// Geometry and decay: `rt60_s`, `low` and `high` come from the plugin's decay parameters.
    pub room: RoomSettings,
    /// Corner below which `room.low` holds, in Hz.
    pub xover_low_hz: f32,
    /// Corner above which `room.high` holds, in Hz.
    pub xover_high_hz: f32,
    /// Time before everything, in ms (tempo sync is already worked out).
    pub predelay_ms: f32,
    /// Level of the early reflections in dB; 0 is the physical level.
    pub early_db: f32,
    /// Level of the late field in dB; 0 is the physical level.
    pub late_db: f32,
    /// Density of the first echoes of the late field, 0..1.
    pub diffusion: f32,
    /// Depth of the modulation of the late field, 0..1.
    pub mod_depth: f32,
    /// Its rate in Hz.
    pub mod_rate_hz: f32,
    /// Holds the late field for ever and lets nothing in.
    pub freeze: bool,
    /// High-pass of what enters, in Hz; 20 and below is off.
    pub low_cut_hz: f32,
    /// Low-pass of what enters, in Hz; 20 kHz and above is off.
    pub high_cut_hz: f32,
    /// Both outputs are the sum of both sides, as loud as one of them: for mono tracks.
    pub mono: bool,
}

impl Default for ReverbSettings {
    fn default() -> Self {
        Self {
            room: RoomSettings { rt60_s: 1.8, ..RoomSettings::default() },
            xover_low_hz: 250.0,
            xover_high_hz: 4000.0,
            predelay_ms: 10.0,
            early_db: 0.0,
            late_db: 0.0,
            diffusion: 0.8,
            mod_depth: 0.15,
            mod_rate_hz: 0.5,
            freeze: false,
            low_cut_hz: 20.0,
            high_cut_hz: 20_000.0,
            mono: false,
        }
    }
}

//! What the delay is set to.

use crate::eq::{CutSettings, FilterSettings, Slope};

/// What the delay is set to. The output is the echoes alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DelaySettings {
    /// Time of the left delay in ms (tempo sync is already worked out).
    pub time_ms: f32,
    /// How much longer the right delay is, as a part of the time, -0.5..0.5.
    pub offset: f32,
    /// Gain of the loop, 0..1.1.
    pub feedback: f32,
    /// Share of the loop that crosses to the other side, 0..1 (1 is ping-pong).
    pub cross_feed: f32,
    /// High-pass in the loop, in Hz; 20 and below is off.
    pub low_cut_hz: f32,
    /// Low-pass in the loop, in Hz; 20 kHz and above is off.
    pub high_cut_hz: f32,
    /// Saturation in the loop, 0..1.
    pub drive: f32,
    /// Depth of slow changes of pitch, 0..1.
    pub wow: f32,
    /// Both outputs are the echoes of both sides together, as loud as those of a mono input without
    /// cross feed: for mono tracks.
    pub mono: bool,
}

impl Default for DelaySettings {
    fn default() -> Self {
        Self {
            time_ms: 375.0,
            offset: 0.0,
            feedback: 0.35,
            cross_feed: 0.0,
            low_cut_hz: 20.0,
            high_cut_hz: 20_000.0,
            drive: 0.0,
            wow: 0.0,
            mono: false,
        }
    }
}

/// The cuts in the loop.
pub(super) fn loop_filters(settings: &DelaySettings) -> FilterSettings {
    let cut = |on, freq_hz| CutSettings { on, freq_hz, slope: Slope::Db12 };
    FilterSettings {
        high_pass: cut(settings.low_cut_hz > 20.0, settings.low_cut_hz),
        low_pass: cut(settings.high_cut_hz < 20_000.0, settings.high_cut_hz),
    }
}

//! The stereo delay of Space.

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
        }
    }
}

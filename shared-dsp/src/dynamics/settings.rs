//! What the dynamics processors are set to.

/// What a detector listens to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeySource {
    /// The audio that is processed.
    #[default]
    Internal,
    /// The external sidechain.
    Sidechain,
}

/// How a level is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detector {
    /// The peak of a short window: a sine reads its amplitude.
    #[default]
    Peak,
    /// The root of the mean square of a long window: a sine reads 3 dB below its amplitude.
    Rms,
}

/// The compressor of a channel strip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompressorSettings {
    /// Off passes audio bit for bit.
    pub on: bool,
    /// Threshold in dBFS.
    pub threshold_db: f32,
    /// Ratio; 100 and above is a limiter.
    pub ratio: f32,
    /// Width of the quadratic knee in dB.
    pub knee_db: f32,
    /// Time to 63 % of a gain reduction, in ms.
    pub attack_ms: f32,
    /// Time to 63 % of the recovery, in ms.
    pub release_ms: f32,
    /// Two time constants: short peaks recover fast, long passages slowly.
    pub auto_release: bool,
    /// How the level is measured.
    pub detector: Detector,
    /// Gain after the compression in dB.
    pub makeup_db: f32,
    /// Adds the make-up that holds the loudness.
    pub auto_makeup: bool,
    /// The gain never falls further than this, in dB.
    pub range_db: f32,
    /// Share of the compressed signal, 0..1.
    pub mix: f32,
    /// How far one channel's level lowers the other channel, 0..1.
    pub link: f32,
    /// What the detector listens to.
    pub key: KeySource,
    /// High-pass of the key in Hz; 20 and below is off.
    pub key_high_pass_hz: f32,
    /// How far the detector sees ahead, in ms. It is the effect's latency.
    pub lookahead_ms: f32,
    /// Hear the filtered key instead.
    pub listen: bool,
}

impl Default for CompressorSettings {
    fn default() -> Self {
        Self {
            on: false,
            threshold_db: -18.0,
            ratio: 4.0,
            knee_db: 6.0,
            attack_ms: 10.0,
            release_ms: 120.0,
            auto_release: false,
            detector: Detector::Peak,
            makeup_db: 0.0,
            auto_makeup: false,
            range_db: 60.0,
            mix: 1.0,
            link: 1.0,
            key: KeySource::Internal,
            key_high_pass_hz: 20.0,
            lookahead_ms: 0.0,
            listen: false,
        }
    }
}

/// The gate and downward expander of a channel strip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GateSettings {
    /// Off passes audio bit for bit.
    pub on: bool,
    /// Level at which it opens, in dBFS.
    pub threshold_db: f32,
    /// How far it closes, in dB.
    pub range_db: f32,
    /// Ratio below the threshold; 100 and above is a gate.
    pub ratio: f32,
    /// Time in which it opens, in ms.
    pub attack_ms: f32,
    /// How long it stays open after the key has fallen, in ms.
    pub hold_ms: f32,
    /// Time to 63 % of the closing, in ms.
    pub release_ms: f32,
    /// How far below the threshold the key must fall before it closes, in dB.
    pub hysteresis_db: f32,
    /// What the detector listens to.
    pub key: KeySource,
    /// High-pass of the key in Hz; 20 and below is off.
    pub key_high_pass_hz: f32,
    /// Low-pass of the key in Hz; 20 kHz and above is off.
    pub key_low_pass_hz: f32,
    /// How far the detector sees ahead, in ms. It is the effect's latency.
    pub lookahead_ms: f32,
    /// Hear the filtered key instead.
    pub listen: bool,
}

impl Default for GateSettings {
    fn default() -> Self {
        Self {
            on: false,
            threshold_db: -40.0,
            range_db: 40.0,
            ratio: 100.0,
            attack_ms: 0.5,
            hold_ms: 50.0,
            release_ms: 150.0,
            hysteresis_db: 3.0,
            key: KeySource::Internal,
            key_high_pass_hz: 20.0,
            key_low_pass_hz: 20_000.0,
            lookahead_ms: 0.0,
            listen: false,
        }
    }
}

/// Where a bus compressor measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Topology {
    /// At its input.
    FeedForward,
    /// At its output.
    #[default]
    Feedback,
}

/// Release of a bus compressor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Release {
    /// Time to 63 % of the recovery, in ms.
    Ms(f32),
    /// Two time constants: short peaks recover fast, long passages slowly.
    #[default]
    Auto,
}

/// What the two channels of a bus compressor hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BusChannel {
    /// Left and right, linked.
    #[default]
    Stereo,
    /// Sum and difference, each by itself.
    MidSide,
    /// Left and right, each by itself.
    DualMono,
}

/// The bus compressor. Input and output gain, bypass and level match are the plugin's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BusCompressorSettings {
    /// Threshold in dBFS.
    pub threshold_db: f32,
    /// Ratio of the static curve.
    pub ratio: f32,
    /// Width of the quadratic knee in dB.
    pub knee_db: f32,
    /// Time to 63 % of a gain reduction, in ms.
    pub attack_ms: f32,
    /// Recovery.
    pub release: Release,
    /// Where it measures.
    pub topology: Topology,
    /// How the level is measured.
    pub detector: Detector,
    /// How far one channel's level lowers the other channel, 0..1.
    pub link: f32,
    /// The gain never falls further than this, in dB.
    pub range_db: f32,
    /// What the detector listens to.
    pub key: KeySource,
    /// High-pass of the key in Hz; 20 and below is off.
    pub key_high_pass_hz: f32,
    /// Hear the filtered key instead.
    pub key_listen: bool,
    /// Gain after the compression in dB.
    pub makeup_db: f32,
    /// Adds the make-up that holds the loudness.
    pub auto_makeup: bool,
    /// Share of the compressed signal, 0..1.
    pub mix: f32,
    /// Even and odd harmonics that follow the gain reduction, 0..1.
    pub colour: f32,
    /// Soft clip at -0.5 dBFS.
    pub clip: bool,
    /// What the channels hold.
    pub channel: BusChannel,
    /// Hear only what is taken away.
    pub delta: bool,
}

impl Default for BusCompressorSettings {
    fn default() -> Self {
        Self {
            threshold_db: -12.0,
            ratio: 4.0,
            knee_db: 6.0,
            attack_ms: 10.0,
            release: Release::Auto,
            topology: Topology::Feedback,
            detector: Detector::Peak,
            link: 1.0,
            range_db: 40.0,
            key: KeySource::Internal,
            key_high_pass_hz: 20.0,
            key_listen: false,
            makeup_db: 0.0,
            auto_makeup: false,
            mix: 1.0,
            colour: 0.0,
            clip: false,
            channel: BusChannel::Stereo,
            delta: false,
        }
    }
}

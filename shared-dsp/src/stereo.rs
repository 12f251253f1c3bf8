//! Pan, width and the laws of panning.

/// What the centre of a panned mono source loses against its sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PanLaw {
    /// -3 dB: constant power.
    #[default]
    Db3,
    /// -4.5 dB: the middle of the two.
    Db4_5,
    /// -6 dB: constant sum.
    Db6,
}

/// Pan and width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StereoSettings {
    /// -1 is left, 1 is right.
    pub pan: f32,
    /// The law for a mono source; a stereo source is balanced, unity at the centre.
    pub law: PanLaw,
    /// Whether the source is mono (both channels the same, from a mono input).
    pub mono_source: bool,
    /// 0 is mono, 1 as it is, 2 has twice the difference.
    pub width: f32,
}

impl Default for StereoSettings {
    fn default() -> Self {
        Self { pan: 0.0, law: PanLaw::Db3, mono_source: false, width: 1.0 }
    }
}

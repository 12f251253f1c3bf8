//! The contract of every whole effect, and the audio it is handed.

use crate::units::{is_sane, sanitize};
use multiversion::multiversion;

/// How long an effect sounds on after its input has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Silent after this many samples (below -120 dB of the input).
    Samples(u64),
    /// Never silent by itself: a frozen reverb, a delay at 100 % feedback.
    Infinite,
}

impl Tail {
    /// The tail of one effect after another.
    pub fn then(self, next: Tail) -> Tail {
        match (self, next) {
            (Tail::Samples(a), Tail::Samples(b)) => Tail::Samples(a.saturating_add(b)),
            _ => Tail::Infinite,
        }
    }
}

/// One stretch of audio, processed in place. All slices have the same length.
pub struct Io<'a> {
    /// Left and right, in and out.
    pub main: [&'a mut [f32]; 2],
    /// The external sidechain, if one is there.
    pub key: Option<[&'a [f32]; 2]>,
    /// An auxiliary stereo output (Distance's Room Feed), if one is there. Written, not added to.
    pub feed: Option<[&'a mut [f32]; 2]>,
}

impl<'a> Io<'a> {
    /// Stereo audio with neither sidechain nor auxiliary output.
    pub fn stereo(left: &'a mut [f32], right: &'a mut [f32]) -> Self {
        Self { main: [left, right], key: None, feed: None }
    }

    /// The same with an external sidechain.
    pub fn with_key(mut self, left: &'a [f32], right: &'a [f32]) -> Self {
        self.key = Some([left, right]);
        self
    }

    /// The same with an auxiliary stereo output.
    pub fn with_feed(mut self, left: &'a mut [f32], right: &'a mut [f32]) -> Self {
        self.feed = Some([left, right]);
        self
    }

    /// Number of frames.
    pub fn frames(&self) -> usize {
        self.main[0].len()
    }

    /// The same audio, lent to the next effect of a chain.
    pub fn reborrow(&mut self) -> Io<'_> {
        let [left, right] = &mut self.main;
        Io {
            main: [left, right],
            key: self.key,
            feed: self.feed.as_mut().map(|[left, right]| [&mut **left, &mut **right]),
        }
    }

    /// The frames from `start` to `end`, lent.
    pub fn part(&mut self, start: usize, end: usize) -> Io<'_> {
        let [left, right] = &mut self.main;
        Io {
            main: [&mut left[start..end], &mut right[start..end]],
            key: self.key.map(|key| key.map(|channel| &channel[start..end])),
            feed: self
                .feed
                .as_mut()
                .map(|[left, right]| [&mut left[start..end], &mut right[start..end]]),
        }
    }

    /// Makes the main audio finite and bounded (see [`sanitize`]). Ordinary audio keeps its bits.
    pub fn sanitize(&mut self) {
        for channel in &mut self.main {
            sanitize_all(channel);
        }
    }
}

/// Wider vectors give the same bits. To look is cheaper than to write, and hardly ever is there anything to do.
#[multiversion(targets("x86_64+avx2"))]
fn sanitize_all(audio: &mut [f32]) {
    if !is_sane(audio) {
        audio.iter_mut().for_each(|sample| *sample = sanitize(*sample));
    }
}

/// A whole effect: what a plugin's chain is made of, and the chain itself.
///
/// The life of an effect is `prepare`, then any number of `set`, `process` and `reset`.
/// After `prepare` nothing allocates, locks, panics or calls the system. The output depends only on
/// the audio and on the samples at which `set` was called, never on how the audio was cut into
/// calls of `process`.
pub trait Effect {
    /// Every setting, in physical units.
    type Settings: Copy + PartialEq + Default;

    /// Allocates for a sample rate and takes the settings at once, without smoothing.
    fn prepare(&mut self, sample_rate_hz: f64, settings: &Self::Settings);

    /// Forgets all audio; smoothed values jump to where they were going. Same as a fresh `prepare`
    /// with the settings of the last `set`.
    fn reset(&mut self);

    /// New settings, heard from the next sample on, smoothed inside. Cheap if nothing changed.
    fn set(&mut self, settings: &Self::Settings);

    /// Processes any number of frames in place, zero included.
    fn process(&mut self, io: Io<'_>);

    /// How much later than the input the output is. Depends on the settings since the last reset, never
    /// on the audio.
    fn latency_samples(&self) -> usize {
        0
    }

    /// How long the effect sounds on with the settings of the last `set`.
    fn tail(&self) -> Tail {
        Tail::Samples(0)
    }
}

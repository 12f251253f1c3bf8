//! What is heard around the equaliser: spectra before and after, that of the sidechain, and where the
//! track covers the sidechain. All worked out on the editor's side.

use shared_dsp::masking::{Collision, Collisions, Excitation};
use shared_dsp::spectrum::Spectrum;
use shared_plugin::telemetry::Telemetry;
use std::collections::VecDeque;

use crate::params::SpectrumLook;

/// More marks would be clutter.
const MOST_COLLISIONS: usize = 4;
/// Frames of the sidechain that may be ahead of the track: a long block of the host.
const MOST_WAITING: usize = 8192;

/// Listens at one sample rate.
struct Listener {
    rate_hz: f32,
    before: Spectrum,
    after: Spectrum,
    sidechain: Spectrum,
    track: Excitation,
    key: Excitation,
    collisions: Collisions,
    found: Vec<Collision>,
    /// Frames of the sidechain whose time has not come yet.
    waiting: VecDeque<[f32; 2]>,
}

impl Listener {
    fn new(rate_hz: f32, look: &SpectrumLook) -> Self {
        let rate = f64::from(rate_hz);
        let spectrum = || Spectrum::new(rate, look.settings());
        Self {
            rate_hz,
            before: spectrum(),
            after: spectrum(),
            sidechain: spectrum(),
            track: Excitation::new(rate),
            key: Excitation::new(rate),
            collisions: Collisions::default(),
            found: Vec::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Forgets all audio.
    fn rest(&mut self) {
        for spectrum in [&mut self.before, &mut self.after, &mut self.sidechain] {
            spectrum.clear();
        }
        self.track.clear();
        self.key.clear();
        self.waiting.clear();
    }

    fn listen(&mut self, telemetry: &Telemetry, look: &SpectrumLook) {
        let Self { before, after, sidechain, track, key, collisions, found, waiting, .. } = self;
        for spectrum in [&mut *before, after, sidechain] {
            spectrum.set(look.settings());
        }
        Telemetry::drain(&telemetry.eq_before, |frame| {
            if look.before {
                before.push(frame);
            }
        });
        let mut played = Vec::new();
        Telemetry::drain(&telemetry.eq_after, |frame| played.push(frame));
        // After what was played: the sidechain of the same time has arrived by then.
        Telemetry::drain(&telemetry.key, |frame| waiting.push_back(frame));
        let late = waiting.len().saturating_sub(played.len() + MOST_WAITING);
        waiting.drain(..late);
        let mut news = false;
        for frame in played {
            // A sidechain that is not connected sends nothing.
            let key_frame = waiting.pop_front().unwrap_or_default();
            if look.after {
                after.push(frame);
            }
            if look.sidechain {
                sidechain.push(key_frame);
            }
            if look.collisions {
                key.push(key_frame);
                if track.push(frame) {
                    collisions.update(track.pattern(), key.pattern(), track.hop_s());
                    news = true;
                }
            }
        }
        if news {
            *found = collisions.list(MOST_COLLISIONS);
            // From left to right, as the keyboard reaches them.
            found.sort_by(|a, b| a.freq_hz.total_cmp(&b.freq_hz));
        }
    }
}

/// The analyser of an editor.
#[derive(Default)]
pub struct Analyser {
    listener: Option<Listener>,
    /// Whether there is anything to show.
    sounding: bool,
    /// Whether the picture stands still.
    pub frozen: bool,
}

impl Analyser {
    /// Takes what has come in since the last frame.
    pub fn listen(&mut self, telemetry: &Telemetry, look: &SpectrumLook) {
        let rate_hz = telemetry.sample_rate_hz.get();
        if rate_hz <= 0.0 {
            return;
        }
        if self.frozen {
            for ring in [&telemetry.eq_before, &telemetry.eq_after, &telemetry.key] {
                Telemetry::drain(ring, |_| {});
            }
            return;
        }
        if self.listener.as_ref().is_none_or(|listener| listener.rate_hz != rate_hz) {
            self.listener = Some(Listener::new(rate_hz, look));
        }
        if let Some(listener) = &mut self.listener {
            listener.listen(telemetry, look);
            self.sounding = true;
        }
    }

    /// Nothing sounds any more: what comes next begins on empty ground, with the same collisions.
    pub fn rest(&mut self) {
        if self.sounding && !self.frozen {
            self.sounding = false;
            if let Some(listener) = &mut self.listener {
                listener.rest();
            }
        }
    }

    fn shown(&self) -> Option<&Listener> {
        self.listener.as_ref().filter(|_| self.sounding)
    }

    /// Levels before, after and of the sidechain, in dB by the bins of a spectrum.
    pub fn levels_db(&self) -> Option<[&[f32]; 3]> {
        let listener = self.shown()?;
        let spectra = [&listener.before, &listener.after, &listener.sidechain];
        Some(spectra.map(Spectrum::levels_db))
    }

    /// Where the track covers the sidechain, from low to high.
    pub fn collisions(&self) -> &[Collision] {
        self.shown().map_or(&[], |listener| &listener.found)
    }
}

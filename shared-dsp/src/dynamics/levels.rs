//! The detectors of a stereo key, and their levels in dB.

use super::detector::{MeanSquare, PEAK_WINDOW_MS, PeakWindow, RMS_TIME_MS};
use super::level::{Stretch, each, fast_level_db, louder, loudest};
use super::settings::Detector;
use crate::units::ms_to_samples;

/// A fast release leaves the peak window no longer than this part of it.
const WINDOW_SHARE: f32 = 0.25;

/// Peak or mean square of both channels.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    peak: [PeakWindow; 2],
    rms: [MeanSquare; 2],
    detector: Detector,
    sample_rate_hz: f64,
}

impl Levels {
    /// Allocates, for lookaheads of up to `longest_lookahead_ms`.
    pub fn prepare(&mut self, longest_lookahead_ms: f32, sample_rate_hz: f64) {
        self.sample_rate_hz = sample_rate_hz;
        for (peak, rms) in self.peak.iter_mut().zip(&mut self.rms) {
            peak.prepare(PEAK_WINDOW_MS + longest_lookahead_ms, sample_rate_hz);
            rms.configure(RMS_TIME_MS, sample_rate_hz);
        }
        self.reset();
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        self.peak.iter_mut().for_each(PeakWindow::reset);
        self.rms.iter_mut().for_each(MeanSquare::reset);
    }

    /// Chooses the detector, and the window for a release time. What is seen ahead is held until it
    /// is heard. Gives back how long a peak is held after it is heard, in ms.
    pub fn set(&mut self, detector: Detector, release_ms: f32, lookahead_ms: f32) -> f32 {
        if detector != self.detector {
            self.detector = detector;
            self.reset();
        }
        let window_ms = PEAK_WINDOW_MS.min(WINDOW_SHARE * release_ms);
        let samples = ms_to_samples(window_ms + lookahead_ms, self.sample_rate_hz);
        let held = self.peak.each_mut().map(|peak| peak.set_length(samples))[0];
        match detector {
            Detector::Peak => {
                ((held / self.sample_rate_hz * 1000.0) as f32 - lookahead_ms).max(0.0)
            }
            Detector::Rms => 0.0,
        }
    }

    /// To be called at control rate.
    #[inline]
    pub fn control_tick(&mut self) {
        match self.detector {
            Detector::Peak => self.peak.iter_mut().for_each(PeakWindow::control_tick),
            Detector::Rms => self.rms.iter_mut().for_each(MeanSquare::flush),
        }
    }

    /// Takes a stretch of the key and gives back the detected magnitudes of its channels.
    #[inline]
    pub fn measure(&mut self, key: &[Stretch; 2], frames: usize) -> Detected {
        let mut magnitudes = [[0.0; _]; 2];
        let [l, r] = &mut magnitudes;
        let both = l.iter_mut().zip(r.iter_mut()).zip(key[0].iter().zip(&key[1])).take(frames);
        match self.detector {
            Detector::Peak => {
                let [left, right] = &mut self.peak;
                for ((l, r), (x, y)) in both {
                    (*l, *r) = (left.push(x.abs()), right.push(y.abs()));
                }
                Detected { magnitudes, db_scale: 1.0 }
            }
            Detector::Rms => {
                let [left, right] = &mut self.rms;
                for ((l, r), (x, y)) in both {
                    (*l, *r) = (left.push(*x), right.push(*y));
                }
                Detected { magnitudes, db_scale: 0.5 }
            }
        }
    }
}

/// What the detectors found in a stretch: magnitudes or powers.
#[derive(Clone, Copy, Debug)]
pub struct Detected {
    magnitudes: [Stretch; 2],
    db_scale: f32,
}

impl Detected {
    /// Both channels read the louder one.
    #[inline]
    pub fn link(&mut self) {
        let [left, right] = &mut self.magnitudes;
        for (l, r) in left.iter_mut().zip(right) {
            *l = louder(*l, *r);
            *r = *l;
        }
    }

    /// The levels of a channel in dB.
    #[inline(always)]
    pub fn levels_db(&self, channel: usize) -> Stretch {
        each(&self.magnitudes[channel & 1], |m| fast_level_db(m) * self.db_scale)
    }

    /// The highest level of either channel in dB.
    #[inline]
    pub fn loudest_db(&self) -> f32 {
        let [left, right] = self.magnitudes.each_ref().map(loudest);
        fast_level_db(louder(left, right)) * self.db_scale
    }
}

//! What moves a dynamic band: the level around its own frequency.

use super::design::narrow;
use super::svf::{Svf, SvfState};
use super::voice::encode;
use super::{BandChannel, BandKind, BandSettings, BandSpec};
use crate::dynamics::ballistics::{Ballistics, BallisticsSpec, Reduction};
use crate::dynamics::curve::{Curve, CurveSpec, INFINITE_RATIO};
use crate::dynamics::detector::PeakWindow;
use crate::smooth::{CONTROL_PERIOD, Smoothed};
use crate::units::gain_to_db;

/// Softens the threshold, in dB.
const KNEE_DB: f32 = 3.0;

/// The peak is held for half a period of the band's frequency, at most that long.
const LONGEST_HOLD_MS: f32 = 12.5;

/// Time of a change between moving up and moving down.
const DIRECTION_MS: f32 = 10.0;

/// A band-pass at the band's frequency and quality, the compressor's peak detector, its curve and its
/// ballistics.
#[derive(Clone, Debug)]
pub struct BandDetector {
    filter: Svf,
    state: SvfState,
    peaks: [PeakWindow; 2],
    level: f32,
    curve: Curve,
    ballistics: Ballistics,
    reduction: Reduction,
    /// Which way the gain moves: -1 or 1, and smoothly from one to the other.
    direction: Smoothed,
}

impl BandDetector {
    pub fn new() -> Self {
        let curve = Curve::new(CurveSpec {
            threshold_db: 0.0,
            ratio: INFINITE_RATIO,
            knee_db: KNEE_DB,
            range_db: 0.0,
        });
        Self {
            filter: Svf::IDENTITY,
            state: SvfState::default(),
            peaks: [PeakWindow::default(), PeakWindow::default()],
            level: 0.0,
            curve,
            ballistics: Ballistics::default(),
            reduction: Reduction::default(),
            direction: Smoothed::new(1.0),
        }
    }

    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.direction.configure(DIRECTION_MS, sample_rate_hz);
        for peak in &mut self.peaks {
            peak.prepare(LONGEST_HOLD_MS, sample_rate_hz);
        }
    }

    pub fn reset(&mut self) {
        self.state.reset();
        self.peaks.iter_mut().for_each(PeakWindow::reset);
        self.reduction.reset();
        self.direction.settle();
        self.level = 0.0;
    }

    /// Moves the way of a range from now on, without a glide.
    pub fn face(&mut self, range_db: f32) {
        self.direction.snap(range_db.signum());
    }

    /// Takes the frequency and quality that the band has now.
    pub fn tune(&mut self, freq_hz: f64, q: f64, sample_rate_hz: f64) {
        let spec = BandSpec { kind: BandKind::BandPass, freq_hz, gain_db: 0.0, q };
        self.filter = narrow(&spec, sample_rate_hz);
    }

    /// Takes threshold, range and times.
    pub fn set(&mut self, band: &BandSettings, freq_hz: f64, sample_rate_hz: f64) {
        self.curve = Curve::new(CurveSpec {
            threshold_db: band.threshold_db,
            ratio: INFINITE_RATIO,
            knee_db: KNEE_DB,
            range_db: band.dynamic_range_db.abs(),
        });
        if band.dynamic_range_db != 0.0 {
            self.direction.set(band.dynamic_range_db.signum());
        }
        let mut held = 0.0;
        for peak in &mut self.peaks {
            held = peak.set_length((0.5 * sample_rate_hz / freq_hz).max(1.0));
        }
        self.ballistics = Ballistics::new(
            BallisticsSpec {
                attack_ms: band.attack_ms,
                release_ms: band.release_ms,
                auto_release: false,
                held_ms: (held / sample_rate_hz * 1000.0) as f32,
            },
            sample_rate_hz / CONTROL_PERIOD as f64,
        );
    }

    /// To be called at control rate. Gives back by how much the band's gain moves, in dB.
    pub fn control_tick(&mut self) -> f32 {
        let target_db = self.curve.reduction_db(gain_to_db(self.level));
        let moved = self.reduction.tick(&self.ballistics, target_db);
        self.peaks.iter_mut().for_each(PeakWindow::control_tick);
        self.state.flush();
        self.direction.advance(CONTROL_PERIOD as u32) * moved
    }

    /// Listens to frames that lie within one control period.
    pub fn listen(&mut self, channel: BandChannel, key: &[[f64; 2]]) {
        let [left, right] = &mut self.peaks;
        for frame in key {
            let band = self.state.tick(&self.filter, encode(channel, *frame));
            self.level = left.push(band[0].abs() as f32).max(right.push(band[1].abs() as f32));
        }
    }
}

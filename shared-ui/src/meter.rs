//! Level meters and the meter of gain reduction.

use crate::face::Face;
use crate::gesture;
use crate::panel;
use crate::scale::{METER, place};
use crate::switch;
use crate::theme::{self, Weight};
use egui::{Align2, Rect, Sense, Stroke, pos2, vec2};
use shared_dsp::meter::PeakDisplay;
use shared_dsp::units::gain_to_db;

/// Without a sample for so long, the host has stopped, in s.
const STOPPED_S: f32 = 0.2;
/// How much faster everything falls then, so that the picture stands within a second.
const HURRY: f32 = 10.0;
/// Levels with a figure.
const FIGURES: [f32; 9] = [6.0, 0.0, -6.0, -12.0, -18.0, -24.0, -36.0, -48.0, -60.0];

/// A stereo meter.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    peaks: [PeakDisplay; 2],
    mean_squares: [f32; 2],
    loudest: f32,
    silent_s: f32,
}

impl Meter {
    /// Takes peaks and root mean squares of left and right (as amplitudes) since the last look,
    /// `seconds` ago.
    pub fn advance(&mut self, peak: [f32; 2], rms: [f32; 2], seconds: f32) {
        // A host that has stopped leaves its last mean behind; long blocks only leave gaps.
        self.silent_s = if peak == [0.0; 2] { self.silent_s + seconds } else { 0.0 };
        let stopped = self.silent_s > STOPPED_S;
        let rms = if stopped { [0.0; 2] } else { rms };
        let seconds = if stopped { HURRY * seconds } else { seconds };
        for side in 0..2 {
            self.peaks[side].update(peak[side], seconds);
            self.mean_squares[side] = rms[side] * rms[side];
            self.loudest = self.loudest.max(peak[side]);
        }
    }

    /// Highest peak since the lamps were last reset, in dBFS.
    pub fn loudest_db(&self) -> f32 {
        gain_to_db(self.loudest)
    }

    /// The peak now: of the louder side, in dBFS.
    pub fn peak_db(&self) -> f32 {
        self.peaks[0].level_db().max(self.peaks[1].level_db())
    }

    /// Mean level of both sides, in dBFS.
    pub fn rms_db(&self) -> f32 {
        gain_to_db((0.5 * (self.mean_squares[0] + self.mean_squares[1])).sqrt())
    }

    /// Whether anything on it still falls.
    pub fn is_moving(&self) -> bool {
        self.peaks.iter().any(|peak| peak.hold_db() > -61.0)
    }

    /// Forgets the highest peak and puts the lamps out.
    pub fn reset(&mut self) {
        self.peaks.iter_mut().for_each(PeakDisplay::reset);
        self.loudest = 0.0;
    }

    /// Draws both bars at the left of `rect` and the scale at their right. A click resets.
    pub fn show(&mut self, face: &mut Face<'_>, rect: Rect) {
        self.bars(face, rect);
        let bars = bars(rect);
        let painter = face.painter();
        let mut last = f32::NEG_INFINITY;
        for db in FIGURES {
            let y = level_y(bars, db);
            if y - last < 11.0 {
                continue;
            }
            last = y;
            painter.hline(
                rect.left() + 21.0..=rect.left() + 25.0,
                y,
                Stroke::new(1.0, theme::LINE2),
            );
            let text = if db > 0.0 { format!("+{db:.0}") } else { crate::scale::signed(db, 0) };
            let at = pos2(rect.left() + 28.0, y);
            face.text(at, Align2::LEFT_CENTER, text, (10.0, Weight::Regular), theme::DIM);
        }
    }

    /// Both bars alone, 18 wide. A click resets.
    pub fn bars(&mut self, face: &mut Face<'_>, rect: Rect) {
        let response =
            face.ui.interact(rect, face.ui.scope_id().with(rect.min.x as i32), Sense::click());
        if response.clicked() {
            self.reset();
        }
        let hint = "Meter: peak over mean level, in dBFS. Click resets the highest peak";
        if gesture::attend(face, &response, hint) {
            switch::focus_box(face.painter(), rect);
        }
        let bars = bars(rect);
        let y_of = |db: f32| level_y(bars, db);
        let painter = face.painter();
        for side in 0..2 {
            let left = rect.left() + 10.0 * side as f32;
            let lamp = Rect::from_min_size(pos2(left, rect.top()), vec2(8.0, 4.0));
            let color = if self.peaks[side].clipped() { theme::CLIP } else { theme::METER };
            painter.rect_filled(lamp, 1.5, color);
            let bar = Rect::from_x_y_ranges(left..=left + 8.0, bars.y_range());
            painter.rect_filled(bar, 1.5, theme::METER);
            let rms_db = gain_to_db(self.mean_squares[side].sqrt());
            for (db, opacity) in [(self.peaks[side].level_db(), 0.42), (rms_db, 1.0)] {
                if db > -60.0 {
                    let lit = bar.with_min_y(y_of(db));
                    painter.rect_filled(lit, 1.5, theme::fade(theme::LEVEL, opacity));
                }
            }
            let held_db = self.peaks[side].hold_db();
            if held_db > -60.0 {
                let y = y_of(held_db);
                painter.hline(bar.x_range(), y, Stroke::new(1.5, theme::TEXT));
            }
        }
    }
}

/// The bars under their clip lamps.
fn bars(rect: Rect) -> Rect {
    Rect::from_min_max(rect.min + vec2(0.0, 6.0), rect.max)
}

fn level_y(bars: Rect, db: f32) -> f32 {
    bars.bottom() - bars.height() * place(METER, db)
}

/// A bar that hangs from the top by the gain reduction.
pub fn reduction_bar(face: &mut Face<'_>, rect: Rect, reduction_db: f32, full_db: f32) {
    let bar = Rect::from_min_size(rect.min, vec2(8.0, rect.height()));
    let y_of = |db: f32| bar.top() + bar.height() * reduction_place(db, full_db);
    face.painter().rect_filled(bar, 1.5, theme::METER);
    if reduction_db > 0.05 {
        let lit = bar.with_max_y(y_of(reduction_db));
        face.painter().rect_filled(lit, 1.5, theme::REDUCTION);
    }
}

/// The same with figures at its right.
pub fn reduction(face: &mut Face<'_>, rect: Rect, reduction_db: f32, full_db: f32) {
    reduction_bar(face, rect, reduction_db, full_db);
    let y_of = |db: f32| rect.top() + rect.height() * reduction_place(db, full_db);
    for db in [3.0, 6.0, 10.0, 20.0f32] {
        if db < full_db {
            let at = pos2(rect.left() + 13.0, y_of(db));
            panel::label(face, at, Align2::LEFT_CENTER, &format!("{db:.0}"));
        }
    }
}

/// Where a gain reduction stands on its scale: log(1 + g/4), so that small ones have most room.
pub fn reduction_place(reduction_db: f32, full_db: f32) -> f32 {
    ((1.0 + reduction_db.max(0.0) / 4.0).ln() / (1.0 + full_db / 4.0).ln()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_keeps_the_loudest_peak_and_reads_the_mean_power_of_both_sides() {
        let mut meter = Meter::default();
        meter.advance([0.5, 0.25], [0.4, 0.2], 0.016);
        meter.advance([0.1; 2], [0.4, 0.2], 0.016);
        assert!((meter.loudest_db() + 6.02).abs() < 0.01);
        assert!((meter.rms_db() - 10.0 * 0.1f32.log10()).abs() < 0.01, "{}", meter.rms_db());
        meter.advance([0.0; 2], [0.4, 0.2], 0.1);
        assert!(meter.rms_db() > -11.0, "a gap between two long blocks");
        meter.advance([0.0; 2], [0.4, 0.2], 0.15);
        assert!(meter.rms_db() < -120.0, "the host has stopped");
    }

    #[test]
    fn a_meter_stands_within_a_second_of_the_last_sound() {
        let mut meter = Meter::default();
        meter.advance([2.0; 2], [1.0; 2], 1.0 / 60.0);
        for frame in 0..60 {
            assert!(frame > 6 || meter.is_moving(), "a gap between two long blocks");
            meter.advance([0.0; 2], [0.0; 2], 1.0 / 60.0);
        }
        assert!(!meter.is_moving());
    }

    #[test]
    fn six_decibels_of_reduction_have_half_the_travel_of_twenty() {
        assert!((reduction_place(6.0, 20.0) - 0.5).abs() < 0.02);
        assert_eq!(reduction_place(20.0, 20.0), 1.0);
    }
}

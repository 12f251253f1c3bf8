//! Level meters and the meter of gain reduction.

use crate::face::Face;
use crate::panel;
use crate::scale::{METER, place};
use crate::theme::{self, Weight};
use egui::{Align2, Rect, Sense, Stroke, pos2, vec2};

/// How long the highest peak stands, in s.
const HOLD_S: f32 = 1.5;
/// How fast bars and held peaks fall, in dB/s.
const FALL_DB_S: f32 = 12.0;
/// What a meter reads for silence, in dB.
const SILENCE_DB: f32 = -200.0;
/// Levels with a figure.
const FIGURES: [f32; 9] = [6.0, 0.0, -6.0, -12.0, -18.0, -24.0, -36.0, -48.0, -60.0];

/// Levels of left and right since the last look, in dBFS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// Highest sample.
    pub peak_db: [f32; 2],
    /// Root of the mean square.
    pub rms_db: [f32; 2],
}

impl Default for Levels {
    fn default() -> Self {
        Self { peak_db: [SILENCE_DB; 2], rms_db: [SILENCE_DB; 2] }
    }
}

/// A stereo meter: what falls slowly, and the lamps.
#[derive(Clone, Debug)]
pub struct Meter {
    bar_db: [f32; 2],
    rms_db: [f32; 2],
    held_db: [f32; 2],
    held_s: [f32; 2],
    clipped: bool,
    loudest_db: f32,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            bar_db: [SILENCE_DB; 2],
            rms_db: [SILENCE_DB; 2],
            held_db: [SILENCE_DB; 2],
            held_s: [0.0; 2],
            clipped: false,
            loudest_db: SILENCE_DB,
        }
    }
}

impl Meter {
    /// Takes new levels after `seconds`. Rises at once, falls at 12 dB/s.
    pub fn advance(&mut self, levels: &Levels, seconds: f32) {
        let fall = FALL_DB_S * seconds.clamp(0.0, 0.5);
        for side in 0..2 {
            let peak = levels.peak_db[side];
            self.bar_db[side] = peak.max(self.bar_db[side] - fall);
            self.rms_db[side] = levels.rms_db[side].max(self.rms_db[side] - fall);
            self.held_s[side] += seconds;
            if peak >= self.held_db[side] {
                (self.held_db[side], self.held_s[side]) = (peak, 0.0);
            } else if self.held_s[side] > HOLD_S {
                self.held_db[side] = peak.max(self.held_db[side] - fall);
            }
            self.clipped |= peak > 0.0;
            self.loudest_db = self.loudest_db.max(peak);
        }
    }

    /// Highest peak since the lamps were last reset, in dBFS.
    pub fn loudest_db(&self) -> f32 {
        self.loudest_db
    }

    /// Mean level now: of the louder side, in dBFS.
    pub fn rms_db(&self) -> f32 {
        self.rms_db[0].max(self.rms_db[1])
    }

    /// Whether anything on it still falls.
    pub fn is_moving(&self) -> bool {
        self.bar_db.iter().chain(&self.held_db).any(|db| *db > -61.0)
    }

    /// Forgets the highest peak and puts the lamps out.
    pub fn reset(&mut self) {
        self.clipped = false;
        self.loudest_db = SILENCE_DB;
    }

    /// Draws both bars at the left of `rect` and the scale at their right. A click resets.
    pub fn show(&mut self, face: &mut Face<'_>, rect: Rect) {
        let response =
            face.ui.interact(rect, face.ui.scope_id().with(rect.min.x as i32), Sense::click());
        if response.clicked() {
            self.reset();
        }
        if response.hovered() && !face.hand.is_busy() {
            face.hand.say("Peak over mean level, in dBFS. Click resets the highest peak");
        }
        let bars = Rect::from_min_max(rect.min + vec2(0.0, 6.0), rect.max);
        let y_of = |db: f32| bars.bottom() - bars.height() * place(METER, db);
        let painter = face.painter();
        for side in 0..2 {
            let left = rect.left() + 10.0 * side as f32;
            let lamp = Rect::from_min_size(pos2(left, rect.top()), vec2(8.0, 4.0));
            let color = if self.clipped { theme::CLIP } else { theme::METER };
            painter.rect_filled(lamp, 1.5, color);
            let bar = Rect::from_x_y_ranges(left..=left + 8.0, bars.y_range());
            painter.rect_filled(bar, 1.5, theme::METER);
            for (db, opacity) in [(self.bar_db[side], 0.42), (self.rms_db[side], 1.0)] {
                if db > -60.0 {
                    let lit = bar.with_min_y(y_of(db));
                    painter.rect_filled(lit, 1.5, theme::fade(theme::LEVEL, opacity));
                }
            }
            if self.held_db[side] > -60.0 {
                let y = y_of(self.held_db[side]);
                painter.hline(bar.x_range(), y, Stroke::new(1.5, theme::TEXT));
            }
        }
        for db in FIGURES {
            let y = y_of(db);
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
}

/// A bar that hangs from the top by the gain reduction, with figures at its right.
pub fn reduction(face: &mut Face<'_>, rect: Rect, reduction_db: f32, full_db: f32) {
    let bar = Rect::from_min_size(rect.min, vec2(8.0, rect.height()));
    let y_of = |db: f32| bar.top() + bar.height() * reduction_place(db, full_db);
    face.painter().rect_filled(bar, 1.5, theme::METER);
    if reduction_db > 0.05 {
        let lit = bar.with_max_y(y_of(reduction_db));
        face.painter().rect_filled(lit, 1.5, theme::REDUCTION);
    }
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
    fn a_meter_rises_at_once_and_falls_twelve_decibels_a_second() {
        let mut meter = Meter::default();
        let loud = Levels { peak_db: [-6.0, -9.0], rms_db: [-12.0, -15.0] };
        meter.advance(&loud, 0.016);
        assert_eq!(meter.bar_db, [-6.0, -9.0]);
        for _ in 0..100 {
            meter.advance(&Levels::default(), 0.01);
        }
        assert!((meter.bar_db[0] + 18.0).abs() < 0.01, "{}", meter.bar_db[0]);
        assert_eq!(meter.held_db[0], -6.0);
        assert_eq!(meter.loudest_db(), -6.0);
    }

    #[test]
    fn six_decibels_of_reduction_have_half_the_travel_of_twenty() {
        assert!((reduction_place(6.0, 20.0) - 0.5).abs() < 0.02);
        assert_eq!(reduction_place(20.0, 20.0), 1.0);
    }
}

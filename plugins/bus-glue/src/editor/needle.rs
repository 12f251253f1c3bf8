//! The needle: how far the gain is down now, and the most it was.

use egui::{Align2, Rect, Stroke, pos2, vec2};
use shared_ui::Face;
use shared_ui::meter::reduction_place;
use shared_ui::paint;
use shared_ui::panel;
use shared_ui::scale::signed;
use shared_ui::theme::{self, Weight};

/// Angle at 0 dB and sweep to full scale, in degrees clockwise from the right.
const FROM: f32 = -150.0;
const SWEEP: f32 = 120.0;
/// Radius of the disc that the needle comes out of, most of it below the well.
const HUB: f32 = 42.0;
/// How long the greatest reduction stands, in s.
const HOLD_S: f32 = 1.5;

/// The needle and its held maximum.
#[derive(Default)]
pub struct Needle {
    now_db: f32,
    held_db: f32,
    held_s: f32,
}

impl Needle {
    /// Takes the reduction of this frame: the needle has the detector's own ballistics.
    pub fn advance(&mut self, reduction_db: f32, seconds: f32) {
        self.now_db = reduction_db;
        self.held_s += seconds;
        if reduction_db >= self.held_db {
            (self.held_db, self.held_s) = (reduction_db, 0.0);
        } else if self.held_s > HOLD_S {
            self.held_db = (self.held_db - 12.0 * seconds).max(reduction_db);
        }
    }

    /// Draws it in a well.
    pub fn show(&self, face: &mut Face<'_>, rect: Rect, full_db: f32) {
        panel::well(face, rect);
        let radius = (rect.height() * 1.0).min(rect.width() * 0.31).max(60.0);
        let pivot = pos2(rect.center().x, rect.top() + 28.0 + radius);
        let angle = |db: f32| FROM + SWEEP * reduction_place(db, full_db);
        let painter = face.painter().with_clip_rect(rect);
        let track = Stroke::new(4.0, theme::TRACK);
        paint::arc(&painter, pivot, radius, (FROM, FROM + SWEEP), track);
        let lit = Stroke::new(4.0, theme::REDUCTION);
        paint::arc(&painter, pivot, radius, (FROM, angle(self.now_db)), lit);
        self.scale(face, pivot, radius, full_db);
        let ray =
            |from: f32, to: f32, db: f32| [from, to].map(|r| paint::on_circle(pivot, r, angle(db)));
        if self.held_db > 0.05 {
            let held = Stroke::new(2.5, theme::WARN);
            painter.line_segment(ray(radius - 6.0, radius + 6.0, self.held_db), held);
        }
        let needle = Stroke::new(2.5, theme::REDUCTION);
        painter.line_segment(ray(HUB, radius - 3.0, self.now_db), needle);
        painter.circle(pivot, HUB, theme::RAISE, Stroke::new(1.0, theme::LINE2));
        let low = rect.bottom() - 18.0;
        let figures = [
            ("Now", self.now_db, rect.left() + 14.0, Align2::LEFT_CENTER, theme::REDUCTION),
            ("Max", self.held_db, rect.right() - 14.0, Align2::RIGHT_CENTER, theme::TEXT),
        ];
        for (name, db, x, align, color) in figures {
            panel::label(face, pos2(x, low - 18.0), align, name);
            let font = (22.0, Weight::SemiBold);
            face.text(pos2(x, low), align, signed(-db, 1), font, color);
        }
    }

    fn scale(&self, face: &Face<'_>, pivot: egui::Pos2, radius: f32, full_db: f32) {
        let angle = |db: f32| FROM + SWEEP * reduction_place(db, full_db);
        let painter = face.painter();
        for (db, figured) in [
            (0.0, true),
            (1.0, true),
            (2.0, true),
            (3.0, false),
            (4.0, true),
            (5.0, false),
            (6.0, true),
            (8.0, false),
            (10.0, true),
            (15.0, false),
            (20.0, true),
        ] {
            let length = if figured { 7.0 } else { 4.0 };
            let ends = [radius + 4.0, radius + 4.0 + length]
                .map(|r| paint::on_circle(pivot, r, angle(db)));
            let color = if figured { theme::DIM } else { theme::LINE2 };
            painter.line_segment(ends, Stroke::new(1.2, color));
            if figured {
                let at = paint::on_circle(pivot, radius + 19.0, angle(db)) + vec2(0.0, 1.0);
                let text = format!("{db:.0}");
                let font = (11.0, Weight::Medium);
                face.text(at, Align2::CENTER_CENTER, text, font, theme::MUTED);
            }
        }
    }
}

//! The static curve of a dynamics processor, and the history of what it did.

use crate::face::Face;
use crate::paint;
use crate::panel;
use crate::scale::signed;
use crate::theme::{self, Weight};
use egui::{Align2, Color32, Pos2, Rect, Stroke, pos2, vec2};
use std::collections::VecDeque;

/// What a transfer curve shows.
pub struct Transfer<'a> {
    /// Output level for an input level, both in dB.
    pub curve: &'a dyn Fn(f32) -> f32,
    /// Lowest level of both axes in dB; the highest is 0.
    pub floor_db: f32,
    /// Threshold in dB.
    pub threshold_db: f32,
    /// What happens now, if anything sounds: level at the input and its reduction, in dB.
    pub now: Option<(f32, f32)>,
}

/// Draws the curve in a well.
pub fn show(face: &mut Face<'_>, rect: Rect, transfer: &Transfer<'_>, accent: Color32) {
    panel::well(face, rect);
    let floor = transfer.floor_db;
    let at = |x: f32, y: f32| {
        pos2(
            rect.left() + rect.width() * (1.0 - x / floor),
            rect.bottom() - rect.height() * (1.0 - y / floor).clamp(-0.5, 1.5),
        )
    };
    let clipped = face.painter().with_clip_rect(rect.shrink(0.5));
    let mut db = -12.0;
    while db > floor {
        for (a, b) in [(at(db, floor), at(db, 0.0)), (at(floor, db), at(0.0, db))] {
            paint::hairline(&clipped, a, b, theme::GRID);
        }
        db -= 12.0;
    }
    let unity = Stroke::new(1.0, theme::LINE2);
    paint::dashed(&clipped, &[at(floor, floor), at(0.0, 0.0)], unity, 3.0, 4.0);
    let steps = (rect.width() / 2.0).max(8.0) as usize;
    let level = |i: usize| floor * (1.0 - i as f32 / steps as f32);
    let curve: Vec<Pos2> = (0..=steps).map(|i| at(level(i), (transfer.curve)(level(i)))).collect();
    let straight: Vec<Pos2> = (0..=steps).map(|i| at(level(i), level(i))).collect();
    paint::between(&clipped, &curve, &straight, theme::fade(accent, 0.15));
    let edge = at(transfer.threshold_db, (transfer.curve)(transfer.threshold_db));
    let threshold = Stroke::new(1.0, theme::fade(accent, 0.7));
    paint::dashed(&clipped, &[edge, pos2(edge.x, rect.bottom())], threshold, 3.0, 3.0);
    clipped.line(curve, Stroke::new(2.0, accent));
    if let Some((level_db, reduction_db)) = transfer.now.filter(|(level_db, _)| *level_db > floor) {
        let dot = at(level_db.min(0.0), level_db.min(0.0) - reduction_db);
        for end in [pos2(rect.left(), dot.y), pos2(dot.x, rect.bottom())] {
            paint::hairline(&clipped, dot, end, theme::fade(theme::LEVEL, 0.8));
        }
        clipped.circle_filled(dot, 5.0, theme::TEXT);
        clipped.circle_filled(dot, 3.0, theme::LEVEL);
    }
    let mut figures: Vec<f32> = vec![-12.0, -24.0];
    if floor < -50.0 {
        figures = vec![-20.0, -40.0];
    }
    for db in figures {
        let place = pos2(at(db, floor).x, rect.bottom() - 8.0);
        let ground = Rect::from_center_size(place, vec2(20.0, 11.0));
        clipped.rect_filled(ground, 2.0, theme::fade(theme::WELL, 0.85));
        face.text(place, Align2::CENTER_CENTER, signed(db, 0), (10.0, Weight::Regular), theme::DIM);
    }
    let place = rect.left_top() + vec2(6.0, 9.0);
    face.text(place, Align2::LEFT_CENTER, "0 dB", (10.0, Weight::Regular), theme::DIM);
}

/// The last seconds of level and gain reduction.
#[derive(Default)]
pub struct History {
    points: VecDeque<Moment>,
}

/// How a history is drawn.
#[derive(Clone, Copy)]
pub struct HistoryWindow {
    /// How long it reaches back.
    pub seconds: f64,
    /// Reduction over its whole height, in dB.
    pub full_db: f32,
    /// Level at its bottom in dBFS; the top is 0.
    pub floor_db: f32,
    /// A line across, in dBFS.
    pub threshold_db: Option<f32>,
    /// Where a gate closes again, below its threshold, in dBFS: then the threshold itself is solid.
    pub closes_db: Option<f32>,
}

#[derive(Clone, Copy)]
struct Moment {
    time_s: f64,
    level_db: f32,
    reduction_db: f32,
}

impl History {
    /// Adds what is true at `time_s`.
    pub fn push(&mut self, time_s: f64, level_db: f32, reduction_db: f32) {
        // More points than pixels would only cost time.
        if self.points.back().is_none_or(|last| time_s - last.time_s > 0.015) {
            self.points.push_back(Moment { time_s, level_db, reduction_db });
        }
        while self.points.front().is_some_and(|first| time_s - first.time_s > 10.0) {
            self.points.pop_front();
        }
    }

    /// The greatest reduction of the last `seconds`, in dB.
    pub fn most_db(&self, seconds: f64) -> f32 {
        let now = self.points.back().map_or(0.0, |last| last.time_s);
        let recent = self.points.iter().rev().take_while(|point| now - point.time_s <= seconds);
        recent.fold(0.0, |most, point| most.max(point.reduction_db))
    }

    /// Draws it: level from below, reduction from the top, newest at the right.
    pub fn show(&self, face: &mut Face<'_>, rect: Rect, window: &HistoryWindow) {
        let HistoryWindow { seconds, full_db, floor_db, threshold_db, closes_db } = *window;
        let up =
            |db: f32| rect.bottom() - (1.0 - db.clamp(floor_db, 0.0) / floor_db) * rect.height();
        panel::well(face, rect);
        let painter = face.painter().with_clip_rect(rect.shrink(0.5));
        let now = self.points.back().map_or(0.0, |last| last.time_s);
        let x_of = |time_s: f64| rect.right() - rect.width() * ((now - time_s) / seconds) as f32;
        let visible = || self.points.iter().filter(|point| now - point.time_s <= seconds * 1.05);
        let level: Vec<Pos2> =
            visible().map(|point| pos2(x_of(point.time_s), up(point.level_db))).collect();
        let bottom = theme::fade(theme::LEVEL, 0.10);
        paint::area(&painter, &level, rect.bottom(), theme::fade(theme::LEVEL, 0.40), bottom);
        let reduction: Vec<Pos2> = visible()
            .map(|point| {
                let down = (point.reduction_db / full_db).clamp(0.0, 1.0) * rect.height();
                pos2(x_of(point.time_s), rect.top() + down)
            })
            .collect();
        let fill = theme::fade(theme::REDUCTION, 0.22);
        paint::area(&painter, &reduction, rect.top(), fill, fill);
        if reduction.len() > 1 {
            painter.line(reduction, Stroke::new(1.6, theme::REDUCTION));
        }
        if let Some(db) = threshold_db {
            let line = |db: f32| [pos2(rect.left(), up(db)), pos2(rect.right(), up(db))];
            let stroke = Stroke::new(1.2, theme::REDUCTION);
            match closes_db {
                None => paint::dashed(&painter, &line(db), stroke, 3.0, 3.0),
                Some(closes_db) => {
                    painter.line_segment(line(db), stroke);
                    let fainter = Stroke::new(1.0, theme::fade(theme::REDUCTION, 0.7));
                    paint::dashed(&painter, &line(closes_db), fainter, 3.0, 3.0);
                }
            }
        }
        let at = rect.right_bottom() - vec2(6.0, 9.0);
        let ground = Rect::from_min_max(at - vec2(20.0, 7.0), at + vec2(3.0, 7.0));
        painter.rect_filled(ground, 2.0, theme::fade(theme::WELL, 0.7));
        let text = format!("{seconds:.0} s");
        face.text(at, Align2::RIGHT_CENTER, text, (10.0, Weight::Regular), theme::DIM);
    }
}

#[cfg(test)]
mod tests {
    use super::History;

    #[test]
    fn history_finds_the_greatest_reduction_of_its_last_seconds() {
        let mut history = History::default();
        for i in 0..200 {
            history.push(i as f64 * 0.05, -20.0, if i == 60 { 9.0 } else { 2.0 });
        }
        assert_eq!(history.most_db(8.0), 9.0);
        assert_eq!(history.most_db(3.0), 2.0);
    }
}

//! How the tracks on the stage are drawn.

use egui::{Align2, Color32, Pos2, Rect, Stroke, Vec2, pos2, vec2};
use shared_ui::theme::{self, Weight};
use shared_ui::{Face, paint};

use super::cast::{Actor, STEP_DB};
use super::labels::{Dot, Side};
use super::map::Map;

/// Width of eleven ticks.
const TICKS: f32 = 42.0;
/// Longest name, in pixels.
const NAME: f32 = 120.0;
const FONT: (f32, Weight) = (11.0, Weight::Regular);
const OWN_FONT: (f32, Weight) = (11.0, Weight::SemiBold);

/// How much of a track is drawn.
#[derive(Clone, Copy)]
pub struct Lit {
    /// This instance's own.
    pub own: bool,
    /// Under the pointer or dragged.
    pub hovered: bool,
    /// Reached by the keyboard.
    pub focused: bool,
    /// Another track is highlighted.
    pub faint: bool,
}

/// The dot of a track, for its label to be placed.
pub fn dot(face: &Face<'_>, map: &Map, actor: &Actor, own: bool, before: Option<Side>) -> Dot {
    let (px, weight) = if own { OWN_FONT } else { FONT };
    let name = theme::font(px, weight);
    let galley = face.painter().layout_no_wrap(actor.name.clone(), name, theme::TEXT);
    Dot {
        at: map.place(actor.place.distance_m, actor.place.azimuth_deg),
        radius: if own { 17.0 } else { 9.0 },
        label: vec2(galley.size().x.clamp(TICKS, NAME), 25.0),
        before,
    }
}

/// Draws a track with its name and ratio.
pub fn show(face: &mut Face<'_>, rect: Rect, map: &Map, actor: &Actor, lit: Lit, label: Rect) {
    let opacity = face.ui.opacity();
    if lit.faint {
        face.ui.set_opacity(0.35 * opacity);
    }
    let at = map.place(actor.place.distance_m, actor.place.azimuth_deg);
    if lit.own || lit.hovered {
        bearing(face, rect, map, actor, at);
    }
    let painter = face.painter().with_clip_rect(rect);
    if lit.own {
        let halo = if lit.hovered { 0.4 } else { 0.25 };
        painter.circle_filled(at, 17.0, theme::fade(actor.color, halo));
        painter.circle_filled(at, 11.0, theme::WELL);
        painter.circle_stroke(at, 12.5, Stroke::new(1.5, theme::TEXT));
        painter.circle_filled(at, 9.0, actor.color);
    } else {
        if lit.hovered {
            painter.circle_filled(at, 15.0, theme::fade(actor.color, 0.3));
        }
        painter.circle_filled(at, 9.0, theme::WELL);
        painter.circle_filled(at, 7.0, actor.color);
    }
    if lit.focused {
        painter.circle_stroke(
            at,
            if lit.own { 19.5 } else { 12.0 },
            Stroke::new(1.5, Color32::WHITE),
        );
    }
    let leftwards = label.center().x < at.x - 4.0;
    let (x, align) = if leftwards {
        (label.right(), Align2::RIGHT_TOP)
    } else {
        (label.left(), Align2::LEFT_TOP)
    };
    let font = if lit.own { OWN_FONT } else { FONT };
    let at = pos2(x, label.top());
    // The name stands out from lines of the floor behind it.
    let edge = theme::fade(theme::FLOOR[1], 0.75);
    for away in [vec2(-1.0, 0.0), vec2(1.0, 0.0), vec2(0.0, -1.0), vec2(0.0, 1.0)] {
        face.text_within(at + away, align, &actor.name, font, (edge, NAME));
    }
    face.text_within(at, align, &actor.name, font, (theme::TEXT, NAME));
    let start = if leftwards { label.right() - TICKS } else { label.left() };
    ratio_ticks(face, pos2(start + 1.0, label.bottom() - 4.0), actor);
    face.ui.set_opacity(opacity);
}

/// The way to the listener, the direction, and the angle that the source subtends.
fn bearing(face: &Face<'_>, rect: Rect, map: &Map, actor: &Actor, at: Pos2) {
    let painter = face.painter().with_clip_rect(rect);
    let color = |opacity| theme::fade(actor.color, opacity);
    paint::dashed(&painter, &[map.listener, at], Stroke::new(1.2, color(0.6)), 4.0, 4.0);
    let distance_m = actor.place.distance_m;
    let angle = (0.5 * actor.source_width_m / distance_m.max(0.05)).atan().to_degrees();
    let radius = map.radius(distance_m);
    let middle = actor.place.azimuth_deg - 90.0;
    let span = (middle - angle.min(80.0), middle + angle.min(80.0));
    paint::arc(&painter, map.listener, radius, span, Stroke::new(8.0, color(0.3)));
    let towards = (middle.min(-90.0), middle.max(-90.0));
    paint::arc(&painter, map.listener, radius, towards, Stroke::new(1.0, color(0.7)));
}

/// Eleven ticks, one just-noticeable difference apart: right of the middle is direct, left is room.
fn ratio_ticks(face: &Face<'_>, at: Pos2, actor: &Actor) {
    let steps = (actor.direct_to_reverberant_db / STEP_DB).round() as i32;
    for i in -5..=5i32 {
        let lit = (i > 0 && i <= steps) || (i < 0 && i >= steps);
        let fill = match (lit, i) {
            (_, 0) => theme::TEXT,
            (true, 1..) => actor.color,
            (true, _) => theme::ROOM,
            (false, _) => theme::LINE2,
        };
        let height = if i == 0 { 9.0 } else { 6.0 };
        let center = pos2(at.x + 4.0 * (i + 5) as f32, at.y);
        let tick = Rect::from_center_size(center, vec2(2.0, height));
        face.painter().rect_filled(tick, 0.0, fill);
    }
}

/// A line round the dots that share a place, and how many they are.
pub fn shared_place(face: &Face<'_>, rect: Rect, dots: &[Pos2]) {
    let Some((from, to)) = farthest_pair(dots) else { return };
    let bulge = |at: &Pos2| distance_to_line(*at, from, to);
    let radius = 15.0 + dots.iter().map(bulge).fold(0.0, f32::max);
    let painter = face.painter().with_clip_rect(rect);
    let line = Stroke::new(1.4, theme::WARN);
    paint::dashed(&painter, &capsule(from, to, radius), line, 4.0, 3.0);
    let words = match dots.len() {
        2 => "Two share a place".to_owned(),
        3 => "Three share a place".to_owned(),
        count => format!("{count} share a place"),
    };
    let middle = from + 0.5 * (to - from);
    let down = 0.5 * (to.y - from.y).abs() + radius;
    let wanted = Rect::from_center_size(middle + vec2(0.0, down + 20.0), vec2(126.0, 18.0));
    let tag = wanted.translate(inside(wanted, rect.shrink(6.0)));
    painter.line_segment([middle + vec2(0.0, down), tag.center_top()], line);
    painter.rect_filled(tag, 4.0, theme::mix(theme::WELL, theme::WARN, 0.14));
    painter.rect_stroke(tag, 4.0, Stroke::new(1.0, theme::WARN), egui::StrokeKind::Inside);
    face.text(tag.center(), Align2::CENTER_CENTER, words, (11.0, Weight::Medium), theme::WARN);
}

/// How far a box has to move to be inside another.
fn inside(rect: Rect, bounds: Rect) -> Vec2 {
    let shift =
        |low: f32, high: f32, from: f32, to: f32| (from - low).max(0.0) + (to - high).min(0.0);
    vec2(
        shift(rect.left(), rect.right(), bounds.left(), bounds.right()),
        shift(rect.top(), rect.bottom(), bounds.top(), bounds.bottom()),
    )
}

fn farthest_pair(dots: &[Pos2]) -> Option<(Pos2, Pos2)> {
    let pairs =
        dots.iter().enumerate().flat_map(|(i, a)| dots[i + 1..].iter().map(move |b| (*a, *b)));
    pairs.max_by(|one, other| one.0.distance(one.1).total_cmp(&other.0.distance(other.1)))
}

fn distance_to_line(at: Pos2, from: Pos2, to: Pos2) -> f32 {
    let along = (to - from).normalized();
    (at - from).dot(along.rot90()).abs()
}

/// A closed line at a distance around a segment.
fn capsule(from: Pos2, to: Pos2, radius: f32) -> Vec<Pos2> {
    let angle = (to - from).angle().to_degrees();
    let mut points = paint::arc_points(to, radius, angle - 90.0, angle + 90.0);
    points.extend(paint::arc_points(from, radius, angle + 90.0, angle + 270.0));
    points.extend(points.first().copied());
    points
}

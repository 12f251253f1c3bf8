//! The stage seen from above, with this track on it.

use egui::{
    Align2, Color32, Mesh, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, pos2, vec2,
};
use nice_plug::params::Param;
use shared_dsp::placement::PlacementSettings;
use shared_dsp::room::Shoebox;
use shared_ui::theme::{self, Weight};
use shared_ui::{Face, paint, panel};

use crate::params::DistanceParams;

/// Height of the listener above the lower edge.
const BELOW: f32 = 34.0;
/// Distance of the innermost ring in m, and its radius. Inside, the scale is linear.
const INNER: (f32, f32) = (0.5, 36.0);
/// Steps of the direct-to-reverberant ratio that one just hears, in dB.
const STEP_DB: f32 = 2.5;

/// How metres become pixels.
#[derive(Clone, Copy)]
struct Map {
    listener: Pos2,
    outer_m: f32,
    outer_px: f32,
}

impl Map {
    fn radius(&self, distance_m: f32) -> f32 {
        if distance_m <= INNER.0 {
            return INNER.1 * distance_m / INNER.0;
        }
        let octaves = (self.outer_m / INNER.0).log2();
        INNER.1 + (self.outer_px - INNER.1) * (distance_m / INNER.0).log2() / octaves
    }

    fn distance(&self, radius: f32) -> f32 {
        if radius <= INNER.1 {
            return INNER.0 * radius / INNER.1;
        }
        let octaves = (self.outer_m / INNER.0).log2();
        INNER.0 * (octaves * (radius - INNER.1) / (self.outer_px - INNER.1)).exp2()
    }

    /// Where a source at a distance and an azimuth (negative is left) stands.
    fn place(&self, distance_m: f32, azimuth_deg: f32) -> Pos2 {
        paint::on_circle(self.listener, self.radius(distance_m), azimuth_deg - 90.0)
    }

    /// Where a point beside and ahead of the listener, in m, stands.
    fn point(&self, aside_m: f32, ahead_m: f32) -> Pos2 {
        self.place(aside_m.hypot(ahead_m), aside_m.atan2(ahead_m).to_degrees())
    }
}

/// The stage, with what is only worked out anew when the room changes.
#[derive(Default)]
pub struct Stage {
    ratios: Option<(PlacementSettings, Vec<(f32, f32)>)>,
}

impl Stage {
    /// Draws the stage and lets the hand move the track.
    pub fn show(
        &mut self,
        face: &mut Face<'_>,
        rect: Rect,
        params: &DistanceParams,
        settings: &PlacementSettings,
        track: &(String, Color32),
    ) {
        let shoebox = Shoebox::new(&settings.room);
        let corner_m = farthest_corner_m(&shoebox);
        let outer_m = 2f32.powf(corner_m.log2().ceil()).clamp(8.0, 64.0);
        let map = Map {
            listener: pos2(rect.center().x, rect.bottom() - BELOW),
            outer_m: outer_m.max(settings.distance_m.log2().ceil().exp2().min(64.0)),
            outer_px: (rect.height() - BELOW - 22.0).min(rect.width() / 2.0 - 88.0),
        };
        floor(face, rect, &map, &shoebox);
        rings(face, &map);
        walls(face, rect, &map, &shoebox);
        self.baseline(face, rect, &map, settings);
        track_on_stage(face, rect, &map, params, settings, track);
        listener(face, &map);
    }

    /// Direct-to-reverberant ratios at steps of 2.5 dB, each with its distance in m.
    fn ratios(&mut self, settings: &PlacementSettings) -> &[(f32, f32)] {
        let key = PlacementSettings { distance_m: 1.0, azimuth_deg: 0.0, ..*settings };
        if self.ratios.as_ref().is_none_or(|(known, _)| *known != key) {
            let ratio = |distance_m: f32| {
                PlacementSettings { distance_m, ..key }.readouts().direct_to_reverberant_db
            };
            let mut found = Vec::new();
            let mut last: Option<(f32, f32)> = None;
            for i in 0..=140 {
                let distance_m = 0.25 * 256f32.powf(i as f32 / 140.0);
                let db = ratio(distance_m);
                if let Some((before_m, before_db)) = last {
                    let first = (db / STEP_DB).ceil() as i32;
                    let end = (before_db / STEP_DB).ceil() as i32;
                    for step in first..end {
                        let t = (before_db - step as f32 * STEP_DB) / (before_db - db);
                        let at_m = before_m * (distance_m / before_m).powf(t);
                        found.push((step as f32 * STEP_DB, at_m));
                    }
                }
                last = Some((distance_m, db));
            }
            self.ratios = Some((key, found));
        }
        self.ratios.as_ref().map_or(&[], |(_, found)| found)
    }

    fn baseline(
        &mut self,
        face: &mut Face<'_>,
        rect: Rect,
        map: &Map,
        settings: &PlacementSettings,
    ) {
        let (center, y) = (map.listener.x, map.listener.y);
        let painter = face.painter().clone();
        let ends = [center - map.outer_px - 12.0, center + map.outer_px + 12.0];
        paint::hairline(&painter, pos2(ends[0], y), pos2(ends[1], y), theme::RING[0]);
        let mut ring_m = INNER.0;
        while ring_m <= map.outer_m {
            let x = center - map.radius(ring_m);
            painter.vline(x, y..=y + 6.0, Stroke::new(1.0, theme::LINE2));
            let text = if ring_m < 1.0 { "0.5".to_owned() } else { format!("{ring_m:.0}") };
            let font = (11.0, Weight::Regular);
            face.text(pos2(x, y + 16.0), Align2::CENTER_CENTER, text, font, theme::MUTED);
            ring_m *= 2.0;
        }
        let outside = pos2(ends[0] - 4.0, y);
        panel::label(face, outside, Align2::RIGHT_CENTER, "metres");
        let at = pos2(ends[1] + 4.0, y);
        let font = (11.0, Weight::Regular);
        face.text(at, Align2::LEFT_CENTER, "D/R, dB", font, theme::ROOM);
        let ratios = self.ratios(settings).to_vec();
        for (db, distance_m) in ratios {
            if distance_m > map.outer_m || map.radius(distance_m) < 18.0 {
                continue;
            }
            let x = center + map.radius(distance_m);
            let whole = db.rem_euclid(5.0) == 0.0;
            let length = if whole { 6.0 } else { 3.0 };
            painter.vline(x, y..=y + length, Stroke::new(1.0, theme::fade(theme::ROOM, 0.6)));
            if db.rem_euclid(10.0) == 0.0 {
                let text = shared_ui::scale::relative(db, 0);
                face.text(pos2(x, y + 16.0), Align2::CENTER_CENTER, text, font, theme::ROOM);
            }
            if db == 0.0 {
                even_ring(face, rect, map, distance_m);
            }
        }
    }
}

fn farthest_corner_m(shoebox: &Shoebox) -> f32 {
    let [x, y, _] = shoebox.listener_m;
    let aside = x.max(shoebox.size_m[0] - x);
    aside.hypot(y) as f32
}

/// The walls as seen by the listener, from behind at the left round to behind at the right.
fn outline(map: &Map, shoebox: &Shoebox) -> Vec<Pos2> {
    let [x, y, _] = shoebox.listener_m.map(|m| m as f32);
    let (left, right, front) = (-x, shoebox.size_m[0] as f32 - x, y);
    let behind = -(shoebox.size_m[1] as f32 - y).min(2.0);
    let mut points = Vec::new();
    let mut run = |from: (f32, f32), to: (f32, f32)| {
        for i in 0..=48 {
            let t = i as f32 / 48.0;
            points.push(map.point(from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1)));
        }
    };
    run((left, behind), (left, front));
    run((left, front), (right, front));
    run((right, front), (right, behind));
    points
}

fn floor(face: &mut Face<'_>, rect: Rect, map: &Map, shoebox: &Shoebox) {
    let points = outline(map, shoebox);
    let mut mesh = Mesh::default();
    mesh.colored_vertex(map.listener, theme::FLOOR[0]);
    for (i, point) in points.iter().enumerate() {
        let part = (point.distance(map.listener) / map.outer_px).min(1.0);
        mesh.colored_vertex(*point, theme::mix(theme::FLOOR[0], theme::FLOOR[1], part));
        if i > 0 {
            mesh.add_triangle(0, i as u32, i as u32 + 1);
        }
    }
    // Behind the listener.
    mesh.add_triangle(0, points.len() as u32, 1);
    face.painter().with_clip_rect(rect).add(Shape::mesh(mesh));
}

fn walls(face: &mut Face<'_>, rect: Rect, map: &Map, shoebox: &Shoebox) {
    let line = Stroke::new(2.0, theme::ROOM);
    face.painter().with_clip_rect(rect).line(outline(map, shoebox), line);
}

fn rings(face: &mut Face<'_>, map: &Map) {
    let painter = face.painter();
    let mut ring_m = INNER.0;
    while ring_m <= map.outer_m {
        let arc = paint::arc_points(map.listener, map.radius(ring_m), 180.0, 360.0);
        painter.line(arc, Stroke::new(1.0, theme::RING[0]));
        ring_m *= 2.0;
    }
    for spoke in (-90..=90).step_by(15) {
        let ends = [INNER.0, map.outer_m].map(|m| map.place(m, spoke as f32));
        painter.line_segment(ends, Stroke::new(1.0, theme::RING[1]));
    }
    for tick in (-90..=90i32).step_by(5) {
        let long = tick % 30 == 0;
        let from = map.outer_px + 2.0;
        let to = from + if long { 7.0 } else { 3.0 };
        let ends = [from, to].map(|r| paint::on_circle(map.listener, r, tick as f32 - 90.0));
        painter.line_segment(ends, Stroke::new(1.0, theme::LINE2));
        if long && tick.abs() < 90 && tick != 0 {
            let at = paint::on_circle(map.listener, to + 12.0, tick as f32 - 90.0);
            let text = format!("{}\u{b0}", tick.abs());
            face.text(at, Align2::CENTER_CENTER, text, (11.0, Weight::Regular), theme::MUTED);
        }
    }
}

/// Where direct and reverberant sound are equally strong.
fn even_ring(face: &Face<'_>, rect: Rect, map: &Map, distance_m: f32) {
    let arc = paint::arc_points(map.listener, map.radius(distance_m), 180.0, 360.0);
    let painter = face.painter().with_clip_rect(rect);
    paint::dashed(&painter, &arc, Stroke::new(1.2, theme::ROOM), 5.0, 5.0);
    let at = map.place(distance_m, 82.0);
    let tag = Rect::from_center_size(at, vec2(92.0, 18.0));
    painter.rect_filled(tag, 4.0, theme::WELL);
    painter.rect_stroke(tag, 4.0, Stroke::new(1.0, theme::ROOM), StrokeKind::Inside);
    let text = format!("D/R 0, {distance_m:.1} m");
    face.text(at, Align2::CENTER_CENTER, text, (11.0, Weight::Regular), theme::TEXT);
}

fn listener(face: &Face<'_>, map: &Map) {
    let at = map.listener;
    let points = [(0.0, -10.0), (8.0, 9.0), (0.0, 5.0), (-8.0, 9.0)];
    let [tip, right, notch, left] = points.map(|(x, y)| at + vec2(x, y));
    for half in [[tip, right, notch], [tip, notch, left]] {
        let shape = Shape::convex_polygon(half.to_vec(), theme::BRASS, Stroke::NONE);
        face.painter().add(shape);
    }
}

fn track_on_stage(
    face: &mut Face<'_>,
    rect: Rect,
    map: &Map,
    params: &DistanceParams,
    settings: &PlacementSettings,
    (name, color): &(String, Color32),
) {
    let (distance_m, azimuth_deg) = (settings.distance_m, settings.azimuth_deg);
    let at = map.place(distance_m, azimuth_deg);
    let response = grip(face, map, params, at, (distance_m, azimuth_deg));
    let painter = face.painter().with_clip_rect(rect);
    let faint = Stroke::new(1.2, theme::fade(*color, 0.6));
    paint::dashed(&painter, &[map.listener, at], faint, 4.0, 4.0);
    let angle = (0.5 * settings.source_width_m / distance_m.max(0.05)).atan().to_degrees();
    let radius = map.radius(distance_m);
    let middle = azimuth_deg - 90.0;
    let span = (middle - angle.min(80.0), middle + angle.min(80.0));
    paint::arc(&painter, map.listener, radius, span, Stroke::new(8.0, theme::fade(*color, 0.3)));
    let towards = (middle.min(-90.0), middle.max(-90.0));
    paint::arc(&painter, map.listener, radius, towards, Stroke::new(1.0, theme::fade(*color, 0.7)));
    let halo = if response.hovered() || response.dragged() { 0.4 } else { 0.25 };
    painter.circle_filled(at, 17.0, theme::fade(*color, halo));
    painter.circle_filled(at, 11.0, theme::WELL);
    painter.circle_stroke(at, 12.5, Stroke::new(1.5, theme::TEXT));
    painter.circle_filled(at, 9.0, *color);
    let left = azimuth_deg <= 0.0 && at.x - rect.left() > 330.0;
    let (label, align) = if left {
        (at - vec2(22.0, 0.0), Align2::RIGHT_CENTER)
    } else {
        (at + vec2(22.0, 0.0), Align2::LEFT_CENTER)
    };
    let room = (theme::TEXT, 120.0);
    face.text_within(label - vec2(0.0, 6.0), align, name, (11.0, Weight::SemiBold), room);
    ratio_ticks(face, label + vec2(0.0, 8.0), left, settings, *color);
}

/// Eleven ticks, one just-noticeable difference apart: right of the middle is direct, left is room.
fn ratio_ticks(
    face: &Face<'_>,
    at: Pos2,
    leftwards: bool,
    settings: &PlacementSettings,
    color: Color32,
) {
    let steps = (settings.readouts().direct_to_reverberant_db / STEP_DB).round() as i32;
    let start = if leftwards { at.x - 42.0 } else { at.x + 2.0 };
    for i in -5..=5i32 {
        let lit = (i > 0 && i <= steps) || (i < 0 && i >= steps);
        let fill = match (lit, i) {
            (_, 0) => theme::TEXT,
            (true, 1..) => color,
            (true, _) => theme::ROOM,
            (false, _) => theme::LINE2,
        };
        let height = if i == 0 { 9.0 } else { 6.0 };
        let center = pos2(start + 4.0 * (i + 5) as f32, at.y);
        let tick = Rect::from_center_size(center, vec2(2.0, height));
        face.painter().rect_filled(tick, 0.0, fill);
    }
}

/// Drag moves distance and azimuth, the wheel the distance, a double-click puts both back.
fn grip(
    face: &mut Face<'_>,
    map: &Map,
    params: &DistanceParams,
    at: Pos2,
    (distance_m, azimuth_deg): (f32, f32),
) -> Response {
    let hit = Rect::from_center_size(at, vec2(40.0, 40.0));
    let response = face.ui.interact(hit, egui::Id::unique("track"), Sense::click_and_drag());
    let fine = if face.ui.input(|input| input.modifiers.shift) { 0.1 } else { 1.0 };
    let delta = response.drag_delta() * fine;
    if response.dragged() && delta != egui::Vec2::ZERO {
        let from = map.place(distance_m, azimuth_deg) + delta - map.listener;
        face.hand.hold(&params.distance);
        face.hand.hold(&params.azimuth);
        let distance_m = map.distance(from.length());
        face.hand.set(&params.distance, params.distance.preview_normalized(distance_m));
        let azimuth_deg = from.x.atan2(-from.y).to_degrees().clamp(-90.0, 90.0);
        face.hand.set(&params.azimuth, params.azimuth.preview_normalized(azimuth_deg));
    }
    if response.double_clicked() {
        face.hand.put(&params.distance, params.distance.default_normalized_value());
        face.hand.put(&params.azimuth, params.azimuth.default_normalized_value());
    }
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if response.hovered() || response.dragged() {
        let turned = face.ui.input(|input| input.smooth_scroll_delta().y) / 50.0;
        if turned != 0.0 && response.hovered() {
            let to = params.distance.preview_normalized(distance_m * (0.1 * turned * fine).exp2());
            face.hand.put(&params.distance, to);
        }
        face.hand.say("Drag to move in depth and direction, Shift for fine, wheel for distance");
    }
    if response.has_focus() {
        face.hand.keep_keys();
        keys(face, &response, params, (distance_m, azimuth_deg));
    }
    response
}

/// Up and Down move by a tenth of an octave, Left and Right by a degree; Shift by a tenth of that.
fn keys(
    face: &mut Face<'_>,
    response: &Response,
    params: &DistanceParams,
    (distance_m, azimuth_deg): (f32, f32),
) {
    use egui::Key;
    let filter =
        egui::EventFilter { vertical_arrows: true, horizontal_arrows: true, ..Default::default() };
    face.ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let (fine, pressed) = face.ui.input(|input| {
        let down = |key| input.key_pressed(key) as i32 as f32;
        let up = down(Key::ArrowUp) - down(Key::ArrowDown);
        let aside = down(Key::ArrowRight) - down(Key::ArrowLeft);
        (if input.modifiers.shift { 0.1 } else { 1.0 }, (up, aside))
    });
    if pressed.0 != 0.0 {
        let to_m = distance_m * (0.1 * fine * pressed.0).exp2();
        face.hand.put(&params.distance, params.distance.preview_normalized(to_m));
    }
    if pressed.1 != 0.0 {
        let to_deg = azimuth_deg + fine * pressed.1;
        face.hand.put(&params.azimuth, params.azimuth.preview_normalized(to_deg));
    }
}

#[cfg(test)]
mod tests {
    use super::Map;
    use egui::pos2;

    #[test]
    fn rings_are_equal_steps_for_each_doubling_and_the_map_goes_back() {
        let map = Map { listener: pos2(480.0, 450.0), outer_m: 32.0, outer_px: 376.0 };
        assert_eq!((map.radius(0.5), map.radius(32.0)), (36.0, 376.0));
        let steps: Vec<f32> =
            (0..6).map(|i| map.radius(2f32.powi(i)) - map.radius(2f32.powi(i - 1))).collect();
        assert!(steps.iter().all(|step| (step - steps[0]).abs() < 0.01), "{steps:?}");
        for m in [0.25, 0.7, 7.0, 30.0] {
            assert!((map.distance(map.radius(m)) / m - 1.0).abs() < 1e-4, "{m} m");
        }
        assert!(map.place(4.0, -30.0).x < 480.0);
    }
}

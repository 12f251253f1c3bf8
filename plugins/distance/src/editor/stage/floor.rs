//! The floor of the room, seen from above, with its scales.

use egui::{Align2, Mesh, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};
use shared_dsp::placement::PlacementSettings;
use shared_dsp::room::Shoebox;
use shared_ui::theme::{self, Weight};
use shared_ui::{Face, paint, panel, scale};

use super::cast::STEP_DB;
use super::map::{INNER, Map};

/// Pixels between two lines of a hatching.
const HATCH: f32 = 8.0;

/// Draws the floor, the rings and the walls.
pub fn show(face: &mut Face<'_>, rect: Rect, map: &Map, shoebox: &Shoebox) {
    let outline = outline(map, shoebox);
    let painter = face.painter().with_clip_rect(rect);
    painter.add(ground(map, &outline));
    rings(face, rect, map);
    painter.line(outline, Stroke::new(2.0, theme::ROOM));
}

/// Hatches what is nearer than the recording was.
pub fn too_near(face: &Face<'_>, map: &Map, recorded_at_m: f32) {
    let (center, radius) = (map.listener, map.radius(recorded_at_m));
    let painter = face.painter();
    let line = Stroke::new(1.0, theme::RING[0]);
    let lines = (radius / HATCH) as i32;
    for i in -lines..=lines {
        // Rising lines at 45 degrees: the chord of each, as far as it is before the listener.
        let off = i as f32 * HATCH;
        let half = (radius * radius - off * off).max(0.0).sqrt();
        let (along, across) = (vec2(1.0, -1.0).normalized(), vec2(-1.0, -1.0).normalized());
        let foot = center + off * across;
        let from = (-half).max((foot.y - center.y) / -along.y);
        if from < half {
            painter.line_segment([foot + from * along, foot + half * along], line);
        }
    }
    let arc = paint::arc_points(center, radius, 180.0, 360.0);
    paint::dashed(painter, &arc, Stroke::new(1.0, theme::LINE2), 3.0, 4.0);
}

/// The listener, who looks at the stage.
pub fn listener(face: &Face<'_>, map: &Map) {
    let at = map.listener;
    let points = [(0.0, -10.0), (8.0, 9.0), (0.0, 5.0), (-8.0, 9.0)];
    let [tip, right, notch, left] = points.map(|(x, y)| at + vec2(x, y));
    for half in [[tip, right, notch], [tip, notch, left]] {
        let shape = Shape::convex_polygon(half.to_vec(), theme::BRASS, Stroke::NONE);
        face.painter().add(shape);
    }
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

fn ground(map: &Map, outline: &[Pos2]) -> Shape {
    let mut mesh = Mesh::default();
    mesh.colored_vertex(map.listener, theme::FLOOR[0]);
    for (i, point) in outline.iter().enumerate() {
        let part = (point.distance(map.listener) / map.outer_px).min(1.0);
        mesh.colored_vertex(*point, theme::mix(theme::FLOOR[0], theme::FLOOR[1], part));
        if i > 0 {
            mesh.add_triangle(0, i as u32, i as u32 + 1);
        }
    }
    // Behind the listener.
    mesh.add_triangle(0, outline.len() as u32, 1);
    Shape::mesh(mesh)
}

fn rings(face: &Face<'_>, rect: Rect, map: &Map) {
    let painter = face.painter().with_clip_rect(rect);
    for ring_m in map.rings() {
        let arc = paint::arc_points(map.listener, map.radius(ring_m), 180.0, 360.0);
        painter.line(arc, Stroke::new(1.0, theme::RING[0]));
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

/// The scales at the lower edge, with what is only worked out anew when the room changes.
#[derive(Default)]
pub struct Baseline {
    ratios: Option<(PlacementSettings, Vec<(f32, f32)>)>,
}

impl Baseline {
    /// Draws metres to the left, direct-to-reverberant ratios to the right, and where the ratio is 0 dB.
    pub fn show(&mut self, face: &Face<'_>, rect: Rect, map: &Map, settings: &PlacementSettings) {
        let (center, y) = (map.listener.x, map.listener.y);
        let painter = face.painter();
        let ends = [center - map.outer_px - 12.0, center + map.outer_px + 12.0];
        paint::hairline(painter, pos2(ends[0], y), pos2(ends[1], y), theme::RING[0]);
        let font = (11.0, Weight::Regular);
        for ring_m in map.rings() {
            let x = center - map.radius(ring_m);
            painter.vline(x, y..=y + 6.0, Stroke::new(1.0, theme::LINE2));
            let text = if ring_m < 1.0 { "0.5".to_owned() } else { format!("{ring_m:.0}") };
            face.text(pos2(x, y + 16.0), Align2::CENTER_CENTER, text, font, theme::MUTED);
        }
        let outside = pos2(ends[0] - 4.0, y);
        panel::label(face, outside, Align2::RIGHT_CENTER, "metres");
        let at = pos2(ends[1] + 4.0, y);
        face.text(at, Align2::LEFT_CENTER, "D/R, dB", font, theme::ROOM);
        for (db, distance_m) in self.ratios(settings) {
            if *distance_m > map.outer_m || map.radius(*distance_m) < 18.0 {
                continue;
            }
            let x = center + map.radius(*distance_m);
            let length = if db.rem_euclid(5.0) == 0.0 { 6.0 } else { 3.0 };
            painter.vline(x, y..=y + length, Stroke::new(1.0, theme::fade(theme::ROOM, 0.6)));
            if db.rem_euclid(10.0) == 0.0 {
                let text = scale::relative(*db, 0);
                face.text(pos2(x, y + 16.0), Align2::CENTER_CENTER, text, font, theme::ROOM);
            }
            if *db == 0.0 {
                even_ring(face, rect, map, *distance_m);
            }
        }
    }

    /// Direct-to-reverberant ratios at steps of 2.5 dB, each with its distance in m.
    fn ratios(&mut self, settings: &PlacementSettings) -> &[(f32, f32)] {
        let key = PlacementSettings { distance_m: 1.0, azimuth_deg: 0.0, ..*settings };
        if self.ratios.as_ref().is_none_or(|(known, _)| *known != key) {
            self.ratios = Some((key, steps(&key)));
        }
        self.ratios.as_ref().map_or(&[], |(_, found)| found)
    }
}

fn steps(settings: &PlacementSettings) -> Vec<(f32, f32)> {
    let ratio = |distance_m: f32| {
        PlacementSettings { distance_m, ..*settings }.readouts().direct_to_reverberant_db
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
    found
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

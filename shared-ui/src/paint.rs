//! Shapes that the widgets share: arcs, gradients, dashes, icons.

use crate::theme;
use egui::{Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};
use std::f32::consts::TAU;

/// A point at `degrees` (0 is right, clockwise) on a circle.
pub fn on_circle(center: Pos2, radius: f32, degrees: f32) -> Pos2 {
    center + radius * egui::Vec2::angled(degrees.to_radians())
}

/// The points of an arc, one each 4 degrees or 2 px, whichever is finer.
pub fn arc_points(center: Pos2, radius: f32, from: f32, to: f32) -> Vec<Pos2> {
    let by_angle = (to - from).abs() / 4.0;
    let by_length = (to - from).abs() / 360.0 * TAU * radius / 2.0;
    let segments = by_angle.max(by_length).ceil().clamp(1.0, 720.0) as usize;
    (0..=segments)
        .map(|i| on_circle(center, radius, from + (to - from) * i as f32 / segments as f32))
        .collect()
}

/// An arc with round caps, in degrees clockwise from the right.
pub fn arc(painter: &Painter, center: Pos2, radius: f32, (from, to): (f32, f32), stroke: Stroke) {
    if (to - from).abs() < 0.2 {
        return;
    }
    let points = arc_points(center, radius, from, to);
    let ends = [points.first().copied(), points.last().copied()];
    painter.line(points, stroke);
    for end in ends.into_iter().flatten() {
        painter.circle_filled(end, stroke.width / 2.0, stroke.color);
    }
}

/// A disc that runs from one colour at the top to another at the bottom.
pub fn disc(painter: &Painter, center: Pos2, radius: f32, top: Color32, bottom: Color32) {
    let middle = theme::mix(top, bottom, 0.5);
    let mut mesh = Mesh::default();
    mesh.colored_vertex(center, middle);
    let rim = 48u32;
    for i in 0..rim {
        let at = on_circle(center, radius, i as f32 * 360.0 / rim as f32);
        let t = (at.y - center.y + radius) / (2.0 * radius);
        mesh.colored_vertex(at, theme::mix(top, bottom, t));
        mesh.add_triangle(0, 1 + i, 1 + (i + 1) % rim);
    }
    painter.add(Shape::mesh(mesh));
}

/// How far a line may pass from a point that is left out, in points of the design.
const NEAR: f32 = 0.1;

/// A line without the points that it passes through anyway, where it runs from left to right: flat and
/// straight parts are many triangles that nobody sees.
pub fn thin(line: &[Pos2]) -> Vec<Pos2> {
    let (Some(first), Some(last)) = (line.first(), line.last()) else { return Vec::new() };
    let mut kept = vec![*first];
    let (mut from, mut before) = (*first, *first);
    // The slopes that pass all points since `from` closely enough.
    let (mut least, mut most) = (f32::NEG_INFINITY, f32::INFINITY);
    for point in &line[1..] {
        let slope = (point.y - from.y) / (point.x - from.x);
        let is_seen = (least..=most).contains(&slope) && point.x > before.x;
        if !is_seen && before != from {
            kept.push(before);
            (from, least, most) = (before, f32::NEG_INFINITY, f32::INFINITY);
        }
        let run = point.x - from.x;
        least = least.max((point.y - NEAR - from.y) / run);
        most = most.min((point.y + NEAR - from.y) / run);
        before = *point;
    }
    kept.push(*last);
    kept
}

/// Fills between a curve and a horizontal line, with one colour at the curve and another at the
/// line.
pub fn area(painter: &Painter, curve: &[Pos2], base: f32, at_curve: Color32, at_base: Color32) {
    let mut mesh = Mesh::default();
    for (i, point) in thin(curve).iter().enumerate() {
        mesh.colored_vertex(*point, at_curve);
        mesh.colored_vertex(pos2(point.x, base), at_base);
        if i > 0 {
            let k = 2 * i as u32;
            mesh.add_triangle(k - 2, k - 1, k);
            mesh.add_triangle(k - 1, k, k + 1);
        }
    }
    painter.add(Shape::mesh(mesh));
}

/// Fills between two curves of the same length.
pub fn between(painter: &Painter, one: &[Pos2], other: &[Pos2], color: Color32) {
    let mut mesh = Mesh::default();
    for (i, (a, b)) in one.iter().zip(other).enumerate() {
        mesh.colored_vertex(*a, color);
        mesh.colored_vertex(*b, color);
        if i > 0 {
            let k = 2 * i as u32;
            mesh.add_triangle(k - 2, k - 1, k);
            mesh.add_triangle(k - 1, k, k + 1);
        }
    }
    painter.add(Shape::mesh(mesh));
}

/// A dashed line along points; the dashes start at the first point.
pub fn dashed(painter: &Painter, points: &[Pos2], stroke: Stroke, dash: f32, gap: f32) {
    painter.extend(Shape::dashed_line(points, stroke, dash, gap));
}

/// A power symbol: a ring open at the top with a stem.
pub fn power(painter: &Painter, center: Pos2, color: Color32) {
    let stroke = Stroke::new(1.6, color);
    arc(painter, center, 5.0, (-50.0, 230.0), stroke);
    painter.line_segment([center - vec2(0.0, 6.5), center - vec2(0.0, 1.5)], stroke);
}

/// Headphones, for listening to a key.
pub fn headphones(painter: &Painter, center: Pos2, color: Color32) {
    let stroke = Stroke::new(1.4, color);
    arc(painter, center + vec2(0.0, 0.5), 5.0, (180.0, 360.0), stroke);
    for x in [-5.0, 5.0] {
        let cup = Rect::from_center_size(center + vec2(x, 3.0), vec2(3.0, 5.5));
        painter.rect_filled(cup, 1.2, color);
    }
}

/// A chevron that points down.
pub fn chevron(painter: &Painter, center: Pos2, color: Color32) {
    let points = vec![center + vec2(-3.5, -2.0), center + vec2(0.0, 1.8), center + vec2(3.5, -2.0)];
    painter.line(points, Stroke::new(1.4, color));
}

/// A chevron that points left (-1) or right (1).
pub fn sideways(painter: &Painter, center: Pos2, way: f32, color: Color32) {
    let at = |x: f32, y: f32| center + vec2(x * way, y);
    painter.line(vec![at(-2.0, -4.5), at(2.5, 0.0), at(-2.0, 4.5)], Stroke::new(1.6, color));
}

/// An arrow to the right: to the other one.
pub fn arrow(painter: &Painter, center: Pos2, color: Color32) {
    let stroke = Stroke::new(1.4, color);
    painter.line_segment([center - vec2(5.5, 0.0), center + vec2(5.0, 0.0)], stroke);
    let tip = [vec2(1.5, -3.5), vec2(5.0, 0.0), vec2(1.5, 3.5)];
    painter.line(tip.map(|at| center + at).to_vec(), stroke);
}

/// An arrow that turns back to the left (-1: undo) or on to the right (1: redo).
pub fn turn(painter: &Painter, center: Pos2, way: f32, color: Color32) {
    let stroke = Stroke::new(1.6, color);
    let at = |x: f32, y: f32| center + vec2(x * way, y);
    painter.line(vec![at(2.0, -6.5), at(5.5, -3.0), at(2.0, 0.5)], stroke);
    let (from, to) = if way > 0.0 { (90.0, 270.0) } else { (-90.0, 90.0) };
    let mut points = arc_points(at(-1.0, 1.0), 4.0, from, to);
    let (shaft, foot) = (at(5.0, -3.0), at(2.0, 5.0));
    if way > 0.0 {
        points.insert(0, foot);
        points.push(shaft);
    } else {
        points.insert(0, shaft);
        points.push(foot);
    }
    painter.line(points, stroke);
}

/// A magnifying glass.
pub fn glass(painter: &Painter, center: Pos2, color: Color32) {
    let stroke = Stroke::new(1.5, color);
    painter.circle_stroke(center - vec2(1.0, 1.0), 4.2, stroke);
    painter.line_segment([center + vec2(2.2, 2.2), center + vec2(5.5, 5.5)], stroke);
}

/// Two bars of one length: the same loudness.
pub fn level(painter: &Painter, center: Pos2, color: Color32) {
    for y in [-2.5, 2.5] {
        let ends = [center + vec2(-5.0, y), center + vec2(5.0, y)];
        painter.line_segment(ends, Stroke::new(1.8, color));
    }
}

/// A circle crossed by a slant: polarity.
pub fn polarity(painter: &Painter, center: Pos2, color: Color32) {
    let stroke = Stroke::new(1.4, color);
    painter.circle_stroke(center, 4.5, stroke);
    painter.line_segment([center + vec2(-4.0, 6.0), center + vec2(4.0, -6.0)], stroke);
}

/// The mark: a stage opening seen from the front, 22 x 20.
pub fn mark(painter: &Painter, at: Pos2, color: Color32) {
    let outer = Rect::from_min_size(at, vec2(22.0, 20.0));
    let stroke = Stroke::new(1.8, color);
    let frame = outer.shrink(1.0);
    painter.line(
        vec![frame.left_bottom(), frame.left_top(), frame.right_top(), frame.right_bottom()],
        stroke,
    );
    let opening = pos2(outer.center().x, outer.top() + 11.5);
    let (left, right) = (opening.x - 5.2, opening.x + 5.2);
    let mut points = vec![pos2(left, frame.bottom())];
    points.extend(arc_points(opening, 5.2, 180.0, 360.0));
    points.push(pos2(right, frame.bottom()));
    painter.line(points, stroke);
    for x in [(frame.left(), left), (right, frame.right())] {
        painter.hline(x.0..=x.1, frame.bottom(), stroke);
    }
}

/// A horizontal or vertical hairline on whole physical pixels.
pub fn hairline(painter: &Painter, from: Pos2, to: Pos2, color: Color32) {
    let scale = painter.pixels_per_point();
    let width = scale.floor().max(1.0) / scale;
    let snap = |x: f32| painter.round_to_pixel_center(x);
    let points = if from.y == to.y {
        [pos2(from.x, snap(from.y)), pos2(to.x, snap(to.y))]
    } else {
        [pos2(snap(from.x), from.y), pos2(snap(to.x), to.y)]
    };
    painter.line_segment(points, Stroke::new(width, color));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_line_has_few_points_and_passes_all_that_are_gone() {
        let wave = |i: usize| match i {
            0..200 => 50.0,
            200..300 => 50.0 + 30.0 * ((i - 200) as f32 * 0.05).sin(),
            _ => 10.0 + (i * 7919 % 83) as f32,
        };
        let line: Vec<Pos2> = (0..360).map(|i| pos2(2.0 * i as f32, wave(i))).collect();
        let thinned = thin(&line);
        assert!(thinned.len() < 140, "{} points", thinned.len());
        assert_eq!((thinned[0], thinned[thinned.len() - 1]), (line[0], line[359]));
        for point in &line {
            let at = thinned.partition_point(|kept| kept.x < point.x).max(1);
            let (a, b) = (thinned[at - 1], thinned[at]);
            let y = a.y + (b.y - a.y) * (point.x - a.x) / (b.x - a.x);
            assert!((y - point.y).abs() < 2.0 * NEAR, "{point} lies {} off", y - point.y);
        }
        let upright = [pos2(1.0, 0.0), pos2(1.0, 5.0), pos2(0.0, 5.0), pos2(0.0, 0.0)];
        assert_eq!(thin(&upright), upright, "what does not run to the right stays");
    }
}

//! Where the names stand, so that none covers another.

use egui::{Align2, Pos2, Rect, Vec2, vec2};

/// Side of a dot on which its name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Left of it.
    Left,
    /// Right of it.
    Right,
    /// Above it.
    Top,
    /// Below it.
    Below,
}

/// A dot that wants a name.
#[derive(Clone, Copy, Debug)]
pub struct Dot {
    /// Where it is.
    pub at: Pos2,
    /// Its radius, with the air around it.
    pub radius: f32,
    /// Width and height of its label.
    pub label: Vec2,
    /// The side on which the name stood in the last frame.
    pub before: Option<Side>,
}

impl Side {
    /// Where the label of a dot stands.
    pub fn label(self, dot: &Dot) -> Rect {
        let (away, size) = (dot.radius + 4.0, dot.label);
        let (offset, align) = match self {
            Side::Left => (vec2(-away, 0.0), Align2::RIGHT_CENTER),
            Side::Right => (vec2(away, 0.0), Align2::LEFT_CENTER),
            Side::Top => (vec2(0.0, -away), Align2::CENTER_BOTTOM),
            Side::Below => (vec2(0.0, away), Align2::CENTER_TOP),
        };
        align.anchor_size(dot.at + offset, size)
    }
}

/// A side for each dot's name, in the order of the dots: the one that covers least of what has its place
/// already, of equal ones that of the last frame, then away from the middle.
pub fn arrange(dots: &[Dot], bounds: Rect) -> Vec<Side> {
    let mut taken: Vec<Rect> = dots
        .iter()
        .map(|dot| Rect::from_center_size(dot.at, Vec2::splat(2.0 * dot.radius)))
        .collect();
    let mut sides = Vec::with_capacity(dots.len());
    for (i, dot) in dots.iter().enumerate() {
        let outward = if dot.at.x < bounds.center().x {
            [Side::Left, Side::Right]
        } else {
            [Side::Right, Side::Left]
        };
        let choices = dot.before.into_iter().chain(outward).chain([Side::Top, Side::Below]);
        let cost = |side: Side| {
            let label = side.label(dot);
            let others = taken.iter().enumerate().filter(|(k, _)| *k != i);
            let covered: f32 = others.map(|(_, rect)| area(rect.intersect(label))).sum();
            covered + area(label) - area(label.intersect(bounds))
        };
        let mut best = (f32::INFINITY, Side::Right);
        for side in choices {
            let cost = cost(side);
            if cost < best.0 - 0.5 {
                best = (cost, side);
            }
        }
        taken.push(best.1.label(dot));
        sides.push(best.1);
    }
    sides
}

fn area(rect: Rect) -> f32 {
    if rect.is_positive() { rect.area() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    fn dot(x: f32, y: f32) -> Dot {
        Dot { at: pos2(x, y), radius: 9.0, label: vec2(60.0, 24.0), before: None }
    }

    fn bounds() -> Rect {
        Rect::from_min_max(pos2(0.0, 0.0), pos2(400.0, 300.0))
    }

    #[test]
    fn names_stand_outward_and_do_not_cover_each_other() {
        assert_eq!(
            arrange(&[dot(150.0, 100.0), dot(250.0, 100.0)], bounds()),
            [Side::Left, Side::Right]
        );
        let crowd: Vec<Dot> = [(200.0, 150.0), (225.0, 155.0), (210.0, 175.0), (180.0, 160.0)]
            .map(|(x, y)| dot(x, y))
            .into();
        let sides = arrange(&crowd, bounds());
        let labels: Vec<Rect> =
            sides.iter().zip(&crowd).map(|(side, dot)| side.label(dot)).collect();
        for (i, label) in labels.iter().enumerate() {
            for other in &labels[i + 1..] {
                assert!(!label.intersect(*other).is_positive(), "{sides:?}");
            }
        }
    }

    #[test]
    fn a_name_stays_on_its_side_while_it_has_room_there() {
        let kept = Dot { before: Some(Side::Right), ..dot(150.0, 100.0) };
        assert_eq!(arrange(&[kept], bounds()), [Side::Right]);
        let at_the_wall = Dot { before: Some(Side::Right), ..dot(380.0, 100.0) };
        assert_eq!(arrange(&[at_the_wall], bounds()), [Side::Left]);
    }
}

use super::*;
use egui::{Pos2, vec2};

const ROOM: (Rect, f32) = (Rect::from_min_max(Pos2::ZERO, pos2(800.0, 600.0)), 1.0);

/// Where a square lies, and its colour.
type Square = (f32, Color32);

impl Damage {
    fn draw(
        &mut self,
        shapes: Vec<ClippedShape>,
        ground: (Rect, f32),
        anew: bool,
    ) -> Vec<ClippedShape> {
        let rects = self.renew(shapes, ground, anew);
        self.clipped(rects)
    }
}

fn boxes(colors: &[Square]) -> Vec<ClippedShape> {
    let shape = |(x, color): &Square| {
        let rect = Rect::from_min_size(pos2(*x, 100.0), vec2(20.0, 20.0));
        let shape = Shape::rect_filled(rect, 0.0, *color);
        ClippedShape::new(ROOM.0, shape)
    };
    colors.iter().map(shape).collect()
}

#[test]
fn a_new_window_is_drawn_as_a_whole_and_then_not_again() {
    let shapes = boxes(&[(10.0, Color32::RED), (400.0, Color32::GREEN)]);
    let mut damage = Damage::default();
    for ground in [ROOM, (ROOM.0, 2.0)] {
        for _ in 0..WHOLE {
            assert_eq!(damage.draw(shapes.clone(), ground, false)[1..], shapes[..]);
        }
        assert!(damage.draw(shapes.clone(), ground, false).is_empty());
    }
    assert_eq!(damage.draw(shapes.clone(), (ROOM.0, 2.0), true).len(), 3, "other letters");
    assert!(damage.draw(shapes, (ROOM.0, 2.0), false).is_empty());
}

#[test]
fn what_changes_comes_goes_or_moves_is_drawn_with_what_lies_there_and_nothing_else() {
    let (red, green) = (Color32::RED, Color32::GREEN);
    let old = boxes(&[(0.0, red), (100.0, red), (200.0, red), (300.0, red), (305.0, green)]);
    let cases: [(&str, &[Square], &[f32]); 4] = [
        (
            "changes",
            &[(0.0, red), (100.0, green), (200.0, red), (300.0, red), (305.0, green)],
            &[100.0],
        ),
        (
            "comes",
            &[(0.0, red), (50.0, red), (100.0, red), (200.0, red), (300.0, red), (305.0, green)],
            &[50.0],
        ),
        ("goes", &[(0.0, red), (200.0, red), (300.0, red), (305.0, green)], &[100.0]),
        (
            "order",
            &[(0.0, red), (100.0, red), (200.0, red), (305.0, green), (300.0, red)],
            &[300.0],
        ),
    ];
    for (what, new, places) in cases {
        let rects = changes(&old, &boxes(new), ROOM, |_, _| {});
        assert_eq!(rects.len(), places.len(), "{what}: {rects:?}");
        for (rect, place) in rects.iter().zip(places) {
            assert!((rect.left() - place).abs() < 8.0 && rect.width() < 32.0, "{what}: {rect}");
        }
    }
}

#[test]
fn triangles_are_kept_for_what_stays_and_for_nothing_else() {
    let (red, green) = (Color32::RED, Color32::GREEN);
    let old = boxes(&[(0.0, red), (100.0, red), (200.0, red)]);
    let new = boxes(&[(0.0, red), (50.0, red), (100.0, green), (200.0, red)]);
    let mut damage = Damage::default();
    let mut kept = |ground: (Rect, f32), anew: bool| -> Vec<Option<u32>> {
        damage.renew(old.clone(), ROOM, false);
        let mark = |i: u32| Some(Mesh { indices: vec![i], ..Mesh::default() });
        damage.meshes = (0..3).map(mark).collect();
        damage.renew(new.clone(), ground, anew);
        let mark = |mesh: &Option<Mesh>| mesh.as_ref().map(|mesh| mesh.indices[0]);
        damage.meshes.iter().map(mark).collect()
    };
    assert_eq!(kept(ROOM, false), [Some(0), None, None, Some(2)]);
    assert_eq!(kept((ROOM.0, 2.0), false), [None; 4], "another scale");
    assert_eq!(kept(ROOM, true), [None; 4], "other letters");
}

#[test]
fn what_a_box_hides_is_drawn_at_its_rim_only() {
    let panel = Shape::rect_filled(ROOM.0, 6.0, Color32::GRAY);
    let well = Rect::from_min_max(pos2(100.0, 100.0), pos2(500.0, 400.0));
    let scene = |x: f32| {
        let dot = Rect::from_center_size(pos2(x, 200.0), vec2(300.0, 180.0));
        let shapes = [
            panel.clone(),
            Shape::rect_filled(well, 4.0, Color32::BLACK),
            Shape::rect_filled(dot, 0.0, Color32::RED),
        ];
        shapes.map(|shape| ClippedShape::new(well, shape)).to_vec()
    };
    let mut damage = Damage::default();
    for _ in 0..WHOLE {
        damage.draw(scene(250.0), ROOM, false);
    }
    let drawn = damage.draw(scene(240.0), ROOM, false);
    let of = |color: Color32| -> f32 {
        let filled = drawn.iter().filter(|clipped| match &clipped.shape {
            Shape::Rect(shape) => shape.fill == color,
            _ => false,
        });
        filled.map(|clipped| clipped.clip_rect.area()).sum()
    };
    assert!(of(Color32::RED) > 300.0 * 180.0);
    assert_eq!(of(Color32::BLACK), of(Color32::RED));
    assert!(of(Color32::GRAY) > 0.0 && of(Color32::GRAY) < 0.1 * of(Color32::RED));
}

#[test]
fn many_changes_are_drawn_in_few_pieces_that_hold_them_all() {
    let place = |i: usize| (i as f32 * 37.0) % 760.0;
    let old = boxes(&(0..200).map(|i| (place(i), Color32::RED)).collect::<Vec<_>>());
    let new = boxes(&(0..200).map(|i| (place(i), Color32::GREEN)).collect::<Vec<_>>());
    let rects = changes(&old, &new, ROOM, |_, _| {});
    assert!(rects.len() <= MOST);
    for shape in &new {
        let shape = shape.shape.visual_bounding_rect();
        assert!(rects.iter().any(|rect| rect.contains_rect(shape)), "{shape} in {rects:?}");
    }
}

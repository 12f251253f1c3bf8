//! Draws what has changed, and leaves the rest of the picture as it is: an editor's meters move sixty
//! times a second, its panels do not. The framework keeps the picture from frame to frame (`patches/`).

use crate::{paint, theme};
use egui::emath::TSTransform;
use egui::epaint::ClippedShape;
use egui::{Color32, Context, FullOutput, Rect, Shape, TextureId, TextureOptions, pos2, vec2};
use std::time::Duration;

/// Pixels around a shape that its smoothed edges and corners may touch.
const EDGE: f32 = 2.0;
/// Rectangles are joined when that adds less than so many square points to what is drawn.
const SPARE: f32 = 1500.0;
/// The most rectangles of a frame.
const MOST: usize = 24;
/// Frames that are drawn as a whole when a window has a new size: the system may give it its new buffer
/// some frames later, and empty.
const WHOLE: u8 = 12;
/// A frame so long after the last whole one is whole again: what a system has lost of a window comes
/// back, and costs one frame in sixty.
const RENEWAL_S: f64 = 1.0;
/// How far two lists of shapes are searched for the place where they go on alike.
const REACH: usize = 64;

/// Takes the shapes of each frame and leaves those that are to be drawn.
#[derive(Default)]
pub struct Damage {
    /// What the picture shows.
    shown: Vec<ClippedShape>,
    /// On what: points from left to right and top to bottom, pixels in a point.
    ground: Option<(Rect, f32)>,
    /// How many frames are still to be drawn as a whole.
    whole: u8,
    /// Whether the window is to be looked at once more when it has been drawn.
    is_new: bool,
    /// When the last one was.
    whole_s: f64,
}

impl egui::Plugin for Damage {
    fn setup(&mut self, ctx: &Context) {
        // Small discs out of the texture stand anywhere, and would be ragged.
        ctx.tessellation_options_mut(|options| options.prerasterized_discs = false);
    }

    fn debug_name(&self) -> &'static str {
        "damage"
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        let platform = &output.platform_output;
        let most = ctx.options(|options| options.max_passes.get());
        if platform.requested_discard() && platform.num_completed_passes < most {
            // Nobody will see this pass.
            return;
        }
        let mut anew = false;
        for delta in output.textures_delta.set.get_mut(&TextureId::default()).into_iter().flatten()
        {
            // Letters that come in a texture of their own may all have moved in it.
            anew |= delta.is_whole();
            // They stand on whole pixels: what software GL would mix for each pixel is what is there.
            delta.options = TextureOptions::NEAREST;
        }
        let mut shapes = std::mem::take(&mut output.shapes);
        shapes.iter_mut().for_each(|clipped| thin(&mut clipped.shape));
        let now_s = ctx.input(|input| input.time);
        if now_s - self.whole_s >= RENEWAL_S {
            self.whole = self.whole.max(1);
        }
        let (before, was_whole) = (self.ground, self.whole > 0);
        output.shapes = self.draw(shapes, (ctx.content_rect(), output.pixels_per_point), anew);
        let whole = before != self.ground || was_whole;
        if self.whole > 0 {
            ctx.request_repaint();
        } else if self.is_new {
            // A system that is busy may show the window only after all of these.
            ctx.request_repaint_after(Duration::from_secs_f64(RENEWAL_S));
            self.is_new = false;
        }
        if whole {
            self.whole_s = now_s;
        }
    }
}

impl Damage {
    fn draw(
        &mut self,
        shapes: Vec<ClippedShape>,
        ground: (Rect, f32),
        anew: bool,
    ) -> Vec<ClippedShape> {
        if self.ground.replace(ground) != Some(ground) {
            (self.whole, self.is_new) = (WHOLE, true);
        }
        let rects = if anew || self.whole > 0 {
            self.whole = self.whole.saturating_sub(1);
            vec![ground.0]
        } else {
            changes(&self.shown, &shapes, ground)
        };
        let mut drawn = Vec::new();
        let bounds: Vec<Rect> = shapes.iter().map(|shape| bounds(shape, ground.1)).collect();
        for rect in rects {
            let cover = shapes.iter().rposition(|shape| covers(shape, rect));
            let (first, seen) = match cover {
                Some(index) => (index, rim(&shapes[index], rect)),
                None => (0, Vec::new()),
            };
            // What lies under the cover is seen at its rim only.
            let beneath = if cover.is_some() { &seen[..] } else { std::slice::from_ref(&rect) };
            for part in beneath {
                let floor = Shape::rect_filled(part.expand(EDGE), 0.0, theme::BG);
                drawn.push(ClippedShape::new(*part, floor));
                let under = 0..if cover.is_some() { first } else { 0 };
                drawn.extend(clipped(&shapes[under.clone()], &bounds[under], *part));
            }
            drawn.extend(clipped(&shapes[first..], &bounds[first..], rect));
        }
        self.shown = shapes;
        drawn
    }
}

/// Leaves points out of long lines.
fn thin(shape: &mut Shape) {
    if let Shape::Path(path) = shape
        && !path.closed
        && path.fill == Color32::TRANSPARENT
        && path.points.len() > 8
    {
        path.points = paint::thin(&path.points);
    }
}

/// The shapes that reach into a rectangle, cut to it.
fn clipped<'a>(
    shapes: &'a [ClippedShape],
    bounds: &'a [Rect],
    rect: Rect,
) -> impl Iterator<Item = ClippedShape> + 'a {
    let reaching = shapes.iter().zip(bounds).filter(move |(_, bounds)| bounds.intersects(rect));
    reaching.map(move |(shape, _)| ClippedShape {
        clip_rect: shape.clip_rect.intersect(rect),
        ..shape.clone()
    })
}

/// Whether a shape is a box that hides whatever is under a rectangle, but for its rim.
fn covers(shape: &ClippedShape, rect: Rect) -> bool {
    let Shape::Rect(whole) = &shape.shape else { return false };
    whole.fill.is_opaque()
        && whole.blur_width == 0.0
        && whole.angle == 0.0
        && shape.transform_after_tessellation == TSTransform::IDENTITY
        && whole.rect.contains_rect(rect)
        && shape.clip_rect.contains_rect(rect)
}

/// The parts of a rectangle near the edges of a box, where its corners are round and its edges
/// smooth.
fn rim(shape: &ClippedShape, rect: Rect) -> Vec<Rect> {
    let Shape::Rect(whole) = &shape.shape else { return vec![rect] };
    let corners = whole.corner_radius;
    let round = f32::from(corners.nw.max(corners.ne).max(corners.sw).max(corners.se)) + 1.0;
    let inner = whole.rect.shrink2(vec2(1.0, round));
    let parts = [
        rect.with_max_y(rect.bottom().min(inner.top())),
        rect.with_min_y(rect.top().max(inner.bottom())),
        rect.with_max_x(rect.right().min(inner.left())),
        rect.with_min_x(rect.left().max(inner.right())),
    ];
    parts.into_iter().filter(|part| part.is_positive()).collect()
}

/// Where a shape can be seen.
fn bounds(clipped: &ClippedShape, pixels_per_point: f32) -> Rect {
    let width = match &clipped.shape {
        // A stroke's corners reach beyond its half width.
        Shape::Path(path) => path.stroke.width,
        _ => 0.0,
    };
    let rect = clipped.shape.visual_bounding_rect().expand(width + EDGE / pixels_per_point);
    (clipped.transform_after_tessellation * rect).intersect(clipped.clip_rect)
}

/// Rectangles of whole pixels outside of which two pictures are the same.
fn changes(
    old: &[ClippedShape],
    new: &[ClippedShape],
    (room, pixels_per_point): (Rect, f32),
) -> Vec<Rect> {
    let mut rects: Vec<Rect> = Vec::new();
    differences(old, new, |shape| {
        let rect = bounds(shape, pixels_per_point).intersect(room);
        if rect.is_positive() {
            let floor = |x: f32| (x * pixels_per_point).floor() / pixels_per_point;
            let ceil = |x: f32| (x * pixels_per_point).ceil() / pixels_per_point;
            let least = pos2(floor(rect.left()), floor(rect.top()));
            join(
                &mut rects,
                Rect::from_min_max(least, pos2(ceil(rect.right()), ceil(rect.bottom()))),
            );
        }
    });
    while rects.len() > MOST {
        let last = rects.pop().unwrap_or(Rect::NOTHING);
        let cost = |rect: &Rect| rect.union(last).area() - rect.area();
        if let Some(nearest) = rects.iter_mut().min_by(|a, b| cost(a).total_cmp(&cost(b))) {
            *nearest = nearest.union(last);
        }
    }
    rects
}

/// Adds a rectangle to others, as one with those that it costs little to draw together with.
fn join(rects: &mut Vec<Rect>, mut rect: Rect) {
    while let Some(i) =
        rects.iter().position(|other| other.union(rect).area() < other.area() + rect.area() + SPARE)
    {
        rect = rect.union(rects.swap_remove(i));
    }
    rects.push(rect);
}

/// Calls `differ` for the shapes that are only in one of the lists, or in another order.
fn differences<'a>(
    old: &'a [ClippedShape],
    new: &'a [ClippedShape],
    mut differ: impl FnMut(&'a ClippedShape),
) {
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        let (skipped, added) = gap(&old[i..], &new[j..]);
        old[i..i + skipped].iter().for_each(&mut differ);
        new[j..j + added].iter().for_each(&mut differ);
        i += skipped + 1;
        j += added + 1;
        if i > old.len() || j > new.len() {
            break;
        }
    }
}

/// How many shapes at the beginning of each list lie before the first that both have.
fn gap(old: &[ClippedShape], new: &[ClippedShape]) -> (usize, usize) {
    for steps in 0..=REACH {
        for skipped in 0..=steps {
            let added = steps - skipped;
            if let (Some(a), Some(b)) = (old.get(skipped), new.get(added))
                && a == b
            {
                return (skipped, added);
            }
        }
    }
    (old.len(), new.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Pos2, vec2};

    const ROOM: (Rect, f32) = (Rect::from_min_max(Pos2::ZERO, pos2(800.0, 600.0)), 1.0);

    /// Where a square lies, and its colour.
    type Square = (f32, Color32);

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
                &[
                    (0.0, red),
                    (50.0, red),
                    (100.0, red),
                    (200.0, red),
                    (300.0, red),
                    (305.0, green),
                ],
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
            let rects = changes(&old, &boxes(new), ROOM);
            assert_eq!(rects.len(), places.len(), "{what}: {rects:?}");
            for (rect, place) in rects.iter().zip(places) {
                assert!((rect.left() - place).abs() < 8.0 && rect.width() < 32.0, "{what}: {rect}");
            }
        }
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
        let rects = changes(&old, &new, ROOM);
        assert!(rects.len() <= MOST);
        for shape in &new {
            let shape = shape.shape.visual_bounding_rect();
            assert!(rects.iter().any(|rect| rect.contains_rect(shape)), "{shape} in {rects:?}");
        }
    }
}

//! Draws what has changed, and leaves the rest of the picture as it is: an editor's meters move sixty
//! times a second, its panels do not. The framework keeps the picture from frame to frame (`patches/`),
//! or we do ([`Software`]).

use crate::raster::Area;
use crate::software::Software;
use crate::stopwatch::Lap;
use crate::{paint, theme};
use egui::emath::TSTransform;
use egui::epaint::{ClippedShape, ImageDelta, Mesh, Tessellator};
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

/// Takes the shapes of each frame and leaves those that are to be drawn; or draws them itself.
#[derive(Default)]
pub struct Damage {
    /// What the picture shows.
    shown: Vec<ClippedShape>,
    /// The triangles of those that have been drawn by [`Software`].
    meshes: Vec<Option<Mesh>>,
    /// On what: points from left to right and top to bottom, pixels in a point.
    ground: Option<(Rect, f32)>,
    /// How many frames are still to be drawn as a whole.
    whole: u8,
    /// Whether the window is to be looked at once more when it has been drawn.
    is_new: bool,
    /// When the last one was.
    whole_s: f64,
    software: Option<Software>,
    lap: Lap,
}

/// A part of a frame: a shape, or the ground under all, in a rectangle.
type Piece = (Option<usize>, Rect);

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
        let ground = (ctx.content_rect(), output.pixels_per_point);
        let (before, was_whole) = (self.ground, self.whole > 0);
        let rects = self.renew(shapes, ground, anew);
        match self.software.take() {
            None => output.shapes = self.clipped(rects),
            Some(mut software) => {
                software.take(&mut output.textures_delta);
                if self.paint(ctx, &software, rects) {
                    self.software = Some(software);
                } else {
                    self.fall_back(ctx, output);
                }
            }
        }
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
    /// One that draws by itself where `software` is given. `lap` is told when painting begins.
    pub fn new(software: Option<Software>, lap: Lap) -> Self {
        Self { software, lap, ..Self::default() }
    }

    /// Takes a new frame. Returns where it differs from the last one.
    fn renew(&mut self, shapes: Vec<ClippedShape>, ground: (Rect, f32), anew: bool) -> Vec<Rect> {
        if self.ground.replace(ground) != Some(ground) {
            (self.whole, self.is_new) = (WHOLE, true);
            self.meshes.clear();
        }
        if anew {
            self.meshes.clear();
        }
        let mut kept = Vec::new();
        kept.resize_with(shapes.len(), || None);
        let mut before = std::mem::take(&mut self.meshes);
        let keep = |old: usize, new: usize| {
            if let (Some(from), Some(to)) = (before.get_mut(old), kept.get_mut(new)) {
                *to = from.take();
            }
        };
        let changes = changes(&self.shown, &shapes, ground, keep);
        (self.shown, self.meshes) = (shapes, kept);
        if anew || self.whole > 0 {
            self.whole = self.whole.saturating_sub(1);
            vec![ground.0]
        } else {
            changes
        }
    }

    /// What to draw where a frame differs.
    fn pieces(&self, rects: Vec<Rect>) -> Vec<Piece> {
        let Some((_, pixels_per_point)) = self.ground else { return Vec::new() };
        let shapes = &self.shown;
        let bounds: Vec<Rect> =
            shapes.iter().map(|shape| bounds(shape, pixels_per_point)).collect();
        let reaching = |from: usize, to: usize, rect: Rect| {
            let reaches = move |index: &usize| shapes[*index].clip_rect.intersects(rect);
            let bounds = &bounds;
            (from..to)
                .filter(move |index| bounds[*index].intersects(rect))
                .filter(reaches)
                .map(move |index| (Some(index), shapes[index].clip_rect.intersect(rect)))
        };
        let mut pieces = Vec::new();
        for rect in rects {
            let cover = shapes.iter().rposition(|shape| covers(shape, rect));
            let first = cover.unwrap_or(0);
            // What lies under the cover is seen at its rim only.
            let beneath = cover.map_or(vec![rect], |index| rim(&shapes[index], rect));
            for part in beneath {
                pieces.push((None, part));
                pieces.extend(reaching(0, first, part));
            }
            pieces.extend(reaching(first, shapes.len(), rect));
        }
        pieces
    }

    /// The shapes to draw where a frame differs.
    fn clipped(&self, rects: Vec<Rect>) -> Vec<ClippedShape> {
        let clipped = |(index, clip_rect): Piece| match index {
            None => {
                let floor = Shape::rect_filled(clip_rect.expand(EDGE), 0.0, theme::BG);
                ClippedShape::new(clip_rect, floor)
            }
            Some(index) => ClippedShape { clip_rect, ..self.shown[index].clone() },
        };
        self.pieces(rects).into_iter().map(clipped).collect()
    }

    /// Draws where a frame differs. Returns whether that went well.
    fn paint(&mut self, ctx: &Context, software: &Software, rects: Vec<Rect>) -> bool {
        let Some((room, pixels_per_point)) = self.ground else { return true };
        let size = [room.width(), room.height()].map(|side| (side * pixels_per_point).round());
        let size = size.map(|side| side as usize);
        software.show(size, |picture, is_new| {
            let rects = if is_new { vec![room] } else { rects };
            let area = |rect: Rect| Area::of(rect, pixels_per_point, size);
            let areas = rects.iter().copied().map(area).collect();
            let pieces = self.pieces(rects);
            self.tessellate(ctx, &pieces);
            self.lap.note();
            for (index, rect) in pieces {
                match index.map(|index| self.meshes[index].as_ref()) {
                    None => picture.fill(theme::BG, &area(rect)),
                    Some(Some(mesh)) => {
                        picture.draw(mesh, software.letters(), pixels_per_point, &area(rect));
                    }
                    Some(None) => {}
                }
            }
            areas
        })
    }

    /// Makes the triangles that are missing.
    fn tessellate(&mut self, ctx: &Context, pieces: &[Piece]) {
        let Some((_, pixels_per_point)) = self.ground else { return };
        let options = ctx.tessellation_options(|options| *options);
        let letters = ctx.fonts(|fonts| fonts.font_image_size());
        let mut tessellator = Tessellator::new(pixels_per_point, options, letters, Vec::new());
        for index in pieces.iter().filter_map(|(index, _)| *index) {
            let is_drawn = !matches!(self.shown[index].shape, Shape::Callback(_));
            if self.meshes[index].is_some() || !is_drawn {
                continue;
            }
            let ClippedShape { clip_rect, shape, transform_after_tessellation } =
                self.shown[index].clone();
            let mut mesh = Mesh::default();
            tessellator.set_clip_rect(clip_rect);
            tessellator.tessellate_shape(shape, &mut mesh);
            if transform_after_tessellation != TSTransform::IDENTITY {
                mesh.transform(transform_after_tessellation);
            }
            self.meshes[index] = Some(mesh);
        }
    }

    /// Leaves all to OpenGL from now on.
    fn fall_back(&mut self, ctx: &Context, output: &mut FullOutput) {
        let letters = ImageDelta::full(ctx.fonts(|fonts| fonts.image()), TextureOptions::NEAREST);
        output.textures_delta.set.entry(TextureId::default()).or_default().push(letters);
        self.whole = WHOLE;
        output.shapes = self.clipped(self.ground.map(|(room, _)| room).into_iter().collect());
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
/// Calls `keep` with the indices of those that both have.
fn changes(
    old: &[ClippedShape],
    new: &[ClippedShape],
    (room, pixels_per_point): (Rect, f32),
    keep: impl FnMut(usize, usize),
) -> Vec<Rect> {
    let mut rects: Vec<Rect> = Vec::new();
    differences(old, new, keep, |shape| {
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

/// Calls `differ` for the shapes that are only in one of the lists, or in another order, and `keep` for
/// the others, by their indices.
fn differences<'a>(
    old: &'a [ClippedShape],
    new: &'a [ClippedShape],
    mut keep: impl FnMut(usize, usize),
    mut differ: impl FnMut(&'a ClippedShape),
) {
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        let (skipped, added) = gap(&old[i..], &new[j..]);
        old[i..i + skipped].iter().for_each(&mut differ);
        new[j..j + added].iter().for_each(&mut differ);
        (i, j) = (i + skipped, j + added);
        if i < old.len() && j < new.len() {
            keep(i, j);
        }
        i += 1;
        j += 1;
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
mod tests;

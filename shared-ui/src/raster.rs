//! Draws egui's triangles into memory. Where there is no graphics card, this takes a small part of the
//! time of a software OpenGL, whose triangles and pixels pass through the stages of a real one.
//!
//! Which pixels a triangle covers is exact, as on graphics cards: corners lie on a grid of 1/256 pixel,
//! and a pixel belongs to it if its centre lies inside or on a left edge. Colours are blended as egui
//! has them: premultiplied, in gamma space, eight bits a channel.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, ImageData, Rect};
use std::ops::Range;

mod blend;

pub use blend::Pixel;
use blend::{over, over_row, part, shade};

/// Steps of a corner in a pixel.
const GRID: f64 = 256.0;

/// What is sampled, nearest texel: letters.
#[derive(Default)]
pub struct Texture {
    size: [usize; 2],
    texels: Vec<Color32>,
}

impl Texture {
    /// Takes a new picture, or a part of one that starts at `corner`.
    pub fn set(&mut self, corner: Option<[usize; 2]>, image: &ImageData) {
        let ImageData::Color(image) = image;
        let Some([left, top]) = corner else {
            (self.size, self.texels) = (image.size, image.pixels.clone());
            return;
        };
        let [width, height] = image.size;
        if left + width > self.size[0] || top + height > self.size[1] {
            return;
        }
        for row in 0..height {
            let from = (top + row) * self.size[0] + left;
            let texels = &image.pixels[row * width..(row + 1) * width];
            self.texels[from..from + width].copy_from_slice(texels);
        }
    }

    /// The texel at a place in texels.
    #[inline]
    fn at(&self, x: f32, y: f32) -> [u8; 4] {
        // What is negative or no number becomes 0.
        let place = |at: f32, size: usize| (at as usize).min(size.saturating_sub(1));
        let index = place(y, self.size[1]) * self.size[0] + place(x, self.size[0]);
        self.texels.get(index).map_or([255; 4], Color32::to_array)
    }
}

/// A picture in memory, top row first.
pub struct Picture<'a> {
    pixels: &'a mut [Pixel],
    width: usize,
}

/// Columns and rows of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Columns.
    pub x: Range<usize>,
    /// Rows.
    pub y: Range<usize>,
}

impl Area {
    /// The whole pixels nearest to a rectangle in points, inside a picture of `size`.
    pub fn of(rect: Rect, pixels_per_point: f32, [width, height]: [usize; 2]) -> Self {
        let place = |at: f32, most: usize| ((at * pixels_per_point).round() as usize).min(most);
        Self {
            x: place(rect.min.x, width)..place(rect.max.x, width),
            y: place(rect.min.y, height)..place(rect.max.y, height),
        }
    }
}

/// A function that is linear over the picture, in each of its parts: colour, or place in a texture.
#[derive(Clone, Copy)]
struct Plane<const N: usize> {
    /// At the centre of the first pixel.
    origin: [f32; N],
    /// For each pixel to the right.
    by_x: [f32; N],
    /// For each pixel downwards.
    by_y: [f32; N],
}

impl<const N: usize> Plane<N> {
    #[inline]
    fn at(&self, x: usize, y: usize) -> [f32; N] {
        let (x, y) = (x as f32, y as f32);
        std::array::from_fn(|i| self.origin[i] + self.by_x[i] * x + self.by_y[i] * y)
    }
}

/// A triangle on the grid.
struct Triangle {
    x: [f64; 3],
    y: [f64; 3],
    /// Twice its area, positive if the corners go clockwise on the screen.
    area: f64,
}

/// Pixels in a row, or one below the other.
#[derive(Clone, Copy)]
struct Strip {
    x: usize,
    y: usize,
    count: usize,
    down: bool,
}

impl Triangle {
    fn new([a, b, c]: [[f64; 2]; 3]) -> Self {
        let (x, y) = ([a[0], b[0], c[0]], [a[1], b[1], c[1]]);
        let area = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]);
        Self { x, y, area }
    }

    /// The function that has these values at the corners, and `shift` added everywhere.
    fn plane<const N: usize>(&self, values: [[f32; N]; 3], shift: f32) -> Plane<N> {
        let [x, y] = [self.x, self.y];
        let scale = GRID / self.area;
        let (ax, ay) = ((x[1] - x[0]) * scale, (y[1] - y[0]) * scale);
        let (bx, by) = ((x[2] - x[0]) * scale, (y[2] - y[0]) * scale);
        let (left, up) = (0.5 - x[0] / GRID, 0.5 - y[0] / GRID);
        let mut plane = Plane { origin: [0.0; N], by_x: [0.0; N], by_y: [0.0; N] };
        for i in 0..N {
            let start = f64::from(values[0][i]);
            let (a, b) = (f64::from(values[1][i]) - start, f64::from(values[2][i]) - start);
            let (by_x, by_y) = (a * by - b * ay, b * ax - a * bx);
            plane.origin[i] = (start + by_x * left + by_y * up) as f32 + shift;
            (plane.by_x[i], plane.by_y[i]) = (by_x as f32, by_y as f32);
        }
        plane
    }

    /// Calls `draw` for the pixels of an area that it covers. It goes along columns where they are
    /// much longer than rows: curves are filled in narrow strips.
    fn walk(&self, area: &Area, draw: impl FnMut(Strip)) {
        if self.area == 0.0 || !self.area.is_finite() {
            return;
        }
        let span = |at: [f64; 3]| at[0].max(at[1]).max(at[2]) - at[0].min(at[1]).min(at[2]);
        if span(self.y) > 2.0 * span(self.x) {
            cuts::<true>([self.y, self.x], [&area.y, &area.x], draw);
        } else {
            cuts::<false>([self.x, self.y], [&area.x, &area.y], draw);
        }
    }
}

/// The nearest whole number, for numbers below 2 to the 51st: beside such a large one there is no
/// room for a fraction. What the standard library has is a call where the processor's own
/// instruction is not known to be there.
#[inline]
fn round(x: f64) -> f64 {
    const LARGE: f64 = (3u64 << 51) as f64;
    (x + LARGE) - LARGE
}

/// The next whole number below.
#[inline]
fn floor(x: f64) -> f64 {
    let near = round(x);
    if near > x { near - 1.0 } else { near }
}

/// A whole number that is not negative and of moderate size.
#[inline]
fn whole(x: f64) -> usize {
    x as i32 as usize
}

/// The first pixel whose centre lies at or after a place on the grid, or after it.
#[inline]
fn first(place: f64, or_at: bool) -> f64 {
    let pixels = (place - 0.5 * GRID) * (1.0 / GRID);
    let before = floor(pixels);
    if or_at && before == pixels { before } else { before + 1.0 }
}

/// The pixels of a triangle, line by line: rows, or columns with `DOWN`, for which across and along
/// change places.
fn cuts<const DOWN: bool>(
    [across, along]: [[f64; 3]; 2],
    [inside, lines]: [&Range<usize>; 2],
    mut draw: impl FnMut(Strip),
) {
    let in_order = |a: usize, b: usize| if along[b] < along[a] { (b, a) } else { (a, b) };
    let (top, middle) = in_order(0, 1);
    let (middle, bottom) = in_order(middle, 2);
    let (top, middle) = in_order(top, middle);
    let begin = whole(first(along[top], true).max(lines.start as f64));
    let end = whole(first(along[bottom], true).clamp(0.0, lines.end as f64));
    if begin >= end {
        return;
    }
    // Where an edge from `a` to `b` crosses a line, and how it leans. Both triangles at an edge have
    // the same numbers, so that no pixel between them is left out or drawn twice: quotients of whole
    // numbers of this size are never rounded to another whole one.
    let cross = |a: usize, b: usize, at: f64| {
        let run = along[b] - along[a];
        across[a] + (across[b] - across[a]) * (at - along[a]) / run
    };
    let long_is_first = (across[middle] - across[top]) * (along[bottom] - along[top])
        > (across[bottom] - across[top]) * (along[middle] - along[top]);
    for line in begin..end {
        let at = line as f64 * GRID + 0.5 * GRID;
        let short = if at < along[middle] { (top, middle) } else { (middle, bottom) };
        let (from, to) =
            if long_is_first { ((top, bottom), short) } else { (short, (top, bottom)) };
        // A centre on an edge belongs to what is right of it.
        let leans = |(a, b): (usize, usize)| across[b] > across[a];
        let (from_at, to_before) = match DOWN {
            false => (true, true),
            true => (!leans(from), !leans(to)),
        };
        let from = first(cross(from.0, from.1, at), from_at).max(inside.start as f64);
        let to = first(cross(to.0, to.1, at), to_before).min(inside.end as f64);
        if from < to {
            let (start, count) = (whole(from), whole(to - from));
            let (x, y) = if DOWN { (line, start) } else { (start, line) };
            draw(Strip { x, y, count, down: DOWN });
        }
    }
}

impl<'a> Picture<'a> {
    /// A picture of so many columns.
    pub fn new(pixels: &'a mut [Pixel], width: usize) -> Self {
        Self { pixels, width }
    }

    /// Columns and rows.
    pub fn size(&self) -> [usize; 2] {
        [self.width, self.pixels.len() / self.width.max(1)]
    }

    /// Fills an area with one opaque colour.
    pub fn fill(&mut self, color: Color32, area: &Area) {
        let source = pixel(color.to_array());
        for y in area.y.clone() {
            self.pixels[y * self.width..][area.x.clone()].fill(source);
        }
    }

    /// Draws what of a mesh lies in an area.
    pub fn draw(&mut self, mesh: &Mesh, texture: &Texture, pixels_per_point: f32, area: &Area) {
        let [width, height] = self.size();
        let area = Area {
            x: area.x.start..area.x.end.min(width),
            y: area.y.start..area.y.end.min(height),
        };
        let edges = |range: &Range<usize>| [range.start, range.end].map(|edge| edge as f64 * GRID);
        let ([left, right], [top, bottom]) = (edges(&area.x), edges(&area.y));
        let step = f64::from(pixels_per_point) * GRID;
        // Not so far out that products would be rounded.
        let place = |at: f32| round((f64::from(at) * step).clamp(-4e6, 4e6));
        let places: Vec<[f64; 2]> =
            mesh.vertices.iter().map(|v| [place(v.pos.x), place(v.pos.y)]).collect();
        for corners in mesh.indices.chunks_exact(3) {
            let index = |at: usize| corners[at] as usize;
            if (0..3).any(|at| index(at) >= places.len()) {
                continue;
            }
            let [a, b, c] = [0, 1, 2].map(|at| places[index(at)]);
            let least = |i: usize| a[i].min(b[i]).min(c[i]);
            let most = |i: usize| a[i].max(b[i]).max(c[i]);
            if least(0) > right || least(1) > bottom || most(0) < left || most(1) < top {
                continue;
            }
            let triangle = Triangle::new([a, b, c]);
            let corners = [0, 1, 2].map(|at| &mesh.vertices[index(at)]);
            let [a, b, c] = corners;
            if corners.iter().all(|corner| corner.color == Color32::TRANSPARENT) {
                continue;
            }
            if corners.iter().any(|corner| corner.uv != WHITE_UV) {
                self.sampled(&triangle, corners, texture, &area);
            } else if a.color == b.color && a.color == c.color {
                self.flat(&triangle, a.color, &area);
            } else {
                self.graded(&triangle, corners, &area);
            }
        }
    }

    /// The pixels of a strip, one after the other.
    #[inline]
    fn strip(&mut self, strip: Strip) -> impl Iterator<Item = &mut Pixel> {
        let step = if strip.down { self.width } else { 1 };
        let start = strip.y * self.width + strip.x;
        self.pixels[start..].iter_mut().step_by(step).take(strip.count)
    }

    fn flat(&mut self, triangle: &Triangle, color: Color32, area: &Area) {
        let source = pixel(color.to_array());
        triangle.walk(area, |strip| {
            if strip.down {
                self.strip(strip).for_each(|under| *under = over(source, *under));
            } else {
                let start = strip.y * self.width + strip.x;
                over_row(source, &mut self.pixels[start..start + strip.count]);
            }
        });
    }

    fn graded(&mut self, triangle: &Triangle, corners: [&Vertex; 3], area: &Area) {
        // Many are too thin to cover anything.
        let mut plane = None;
        triangle.walk(area, |strip| {
            let colors = plane.get_or_insert_with(|| triangle.plane(corners.map(channels), 0.5));
            let step = if strip.down { colors.by_y } else { colors.by_x };
            shade(self.strip(strip), colors.at(strip.x, strip.y), step);
        });
    }

    /// Letters, each in one colour.
    fn sampled(
        &mut self,
        triangle: &Triangle,
        corners: [&Vertex; 3],
        texture: &Texture,
        area: &Area,
    ) {
        let color = channels(corners[0]).map(|channel| channel as u8);
        let [width, height] = texture.size.map(|side| side as f32);
        let places = triangle.plane(corners.map(|c| [c.uv.x * width, c.uv.y * height]), 0.0);
        triangle.walk(area, |strip| {
            let step = if strip.down { places.by_y } else { places.by_x };
            let [mut u, mut v] = places.at(strip.x, strip.y);
            for under in self.strip(strip) {
                let texel = texture.at(u, v);
                (u, v) = (u + step[0], v + step[1]);
                if texel != [0; 4] {
                    let texel = pixel(texel);
                    *under = over(std::array::from_fn(|k| part(color[k], texel[k])), *under);
                }
            }
        });
    }
}

/// A colour of egui as a pixel.
fn pixel([red, green, blue, alpha]: [u8; 4]) -> Pixel {
    [blue, green, red, alpha]
}

fn channels(corner: &Vertex) -> [f32; 4] {
    pixel(corner.color.to_array()).map(f32::from)
}

#[cfg(test)]
mod tests;

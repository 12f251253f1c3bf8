use super::*;
use egui::{Pos2, pos2};

const SIZE: [usize; 2] = [64, 48];

/// Numbers that look random, always the same ones.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: f32) -> f32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u64 << 24) as f32 * end
    }

    fn place(&mut self) -> Pos2 {
        let [width, height] = SIZE.map(|side| side as f32);
        // Often on whole and half pixels, where edges pass through centres.
        let step = [1.0, 0.5, 1.0 / 256.0][self.below(3.0) as usize];
        let at = |x: f32| (x / step).round() * step;
        pos2(at(self.below(1.4 * width) - 0.2 * width), at(self.below(1.4 * height) - 0.2 * height))
    }

    fn color(&mut self) -> Color32 {
        let alpha = self.below(256.0) as u8;
        let [red, green, blue] = std::array::from_fn(|_| self.below(256.0) as u8);
        Color32::from_rgba_unmultiplied(red, green, blue, alpha)
    }
}

fn whole() -> Area {
    Area { x: 0..SIZE[0], y: 0..SIZE[1] }
}

fn corner(pos: Pos2, color: Color32) -> Vertex {
    Vertex { pos, uv: WHITE_UV, color }
}

fn triangle(corners: [(Pos2, Color32); 3]) -> Mesh {
    let vertices = corners.map(|(pos, color)| corner(pos, color)).to_vec();
    Mesh { indices: vec![0, 1, 2], vertices, ..Mesh::default() }
}

fn drawn(ground: Pixel, mesh: &Mesh, texture: &Texture, scale: f32, area: &Area) -> Vec<Pixel> {
    let mut pixels = vec![ground; SIZE[0] * SIZE[1]];
    Picture::new(&mut pixels, SIZE[0]).draw(mesh, texture, scale, area);
    pixels
}

/// How often each pixel is covered.
fn counted(meshes: &[Mesh]) -> Vec<u8> {
    let mut counts = vec![0; SIZE[0] * SIZE[1]];
    for mesh in meshes {
        let pixels = drawn([0; 4], mesh, &Texture::default(), 1.0, &whole());
        counts
            .iter_mut()
            .zip(pixels)
            .for_each(|(count, pixel)| *count += u8::from(pixel != [0; 4]));
    }
    counts
}

#[test]
fn a_pixel_is_covered_if_its_centre_lies_inside() {
    let mut dice = Dice(1);
    for round in 0..400 {
        let corners: [Pos2; 3] = std::array::from_fn(|_| dice.place());
        let mesh = triangle(corners.map(|pos| (pos, Color32::WHITE)));
        let pixels = drawn([0; 4], &mesh, &Texture::default(), 1.0, &whole());
        for (i, pixel) in pixels.iter().enumerate() {
            let centre = pos2((i % SIZE[0]) as f32 + 0.5, (i / SIZE[0]) as f32 + 0.5);
            let side = |a: Pos2, b: Pos2| {
                let [a, b, at] = [a, b, centre].map(|pos| [f64::from(pos.x), f64::from(pos.y)]);
                (b[0] - a[0]) * (at[1] - a[1]) - (b[1] - a[1]) * (at[0] - a[0])
            };
            let sides = [0, 1, 2].map(|k| side(corners[k], corners[(k + 1) % 3]));
            let inside = sides.iter().all(|s| *s > 0.0) || sides.iter().all(|s| *s < 0.0);
            let outside = sides.iter().any(|s| *s > 0.0) && sides.iter().any(|s| *s < 0.0);
            let is_covered = *pixel == [255; 4];
            assert!(!inside || is_covered, "round {round}: {centre} in {corners:?} is left out");
            assert!(!outside || !is_covered, "round {round}: {centre} is not in {corners:?}");
        }
    }
}

#[test]
fn triangles_that_share_edges_cover_each_pixel_once() {
    let mut dice = Dice(2);
    let [width, height] = SIZE.map(|side| side as f32);
    let rim = [pos2(0.0, 0.0), pos2(width, 0.0), pos2(width, height), pos2(0.0, height)];
    for round in 0..300 {
        let inner = pos2(dice.below(width), dice.below(height));
        // Places through whose edges centres pass, and others.
        let inner = if round % 2 == 0 { inner.round() + egui::vec2(0.5, 0.5) } else { inner };
        let inner = inner.clamp(pos2(0.5, 0.5), pos2(width - 0.5, height - 0.5));
        let fan = [0, 1, 2, 3].map(|k| {
            let corners = [inner, rim[k], rim[(k + 1) % 4]];
            triangle(corners.map(|pos| (pos, Color32::WHITE)))
        });
        let counts = counted(&fan);
        assert!(counts.iter().all(|count| *count == 1), "round {round}, around {inner}");
    }
}

#[test]
fn narrow_strips_under_a_curve_leave_no_gap_and_no_seam() {
    let mut dice = Dice(3);
    let bottom = SIZE[1] as f32;
    let mut strips = Vec::new();
    let mut last = (0.0, 20.0);
    while last.0 < SIZE[0] as f32 {
        let next = (last.0 + 1.5, dice.below(40.0));
        let [a, b] = [pos2(last.0, last.1), pos2(next.0, next.1)];
        let [c, d] = [pos2(last.0, bottom), pos2(next.0, bottom)];
        for corners in [[a, b, c], [b, c, d]] {
            strips.push(triangle(corners.map(|pos| (pos, Color32::WHITE))));
        }
        last = next;
    }
    let counts = counted(&strips);
    for x in 0..SIZE[0] {
        let column: Vec<u8> = (0..SIZE[1]).map(|y| counts[y * SIZE[0] + x]).collect();
        let top = column.iter().position(|count| *count > 0).unwrap();
        assert!(column[..top].iter().all(|count| *count == 0), "{x}");
        assert!(column[top..].iter().all(|count| *count == 1), "{x}: {column:?}");
    }
}

#[test]
fn colours_run_between_corners_and_are_blended_to_the_nearest_step() {
    let mut dice = Dice(4);
    for round in 0..200 {
        let corners: [(Pos2, Color32); 3] = std::array::from_fn(|_| (dice.place(), dice.color()));
        let ground = pixel(dice.color().to_opaque().to_array());
        let mesh = triangle(corners);
        let pixels = drawn(ground, &mesh, &Texture::default(), 1.0, &whole());
        let [a, b, c] = corners.map(|(pos, _)| [f64::from(pos.x), f64::from(pos.y)]);
        let area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        if area.abs() < 1.0 {
            continue;
        }
        for (i, drawn) in pixels.iter().enumerate().filter(|(_, pixel)| **pixel != ground) {
            let at = [(i % SIZE[0]) as f64 + 0.5, (i / SIZE[0]) as f64 + 0.5];
            let part = |p: [f64; 2], q: [f64; 2]| {
                ((p[0] - at[0]) * (q[1] - at[1]) - (p[1] - at[1]) * (q[0] - at[0])) / area
            };
            let parts = [part(b, c), part(c, a), part(a, b)];
            let colors = corners.map(|(_, color)| pixel(color.to_array()).map(f64::from));
            let source: [f64; 4] =
                std::array::from_fn(|k| (0..3).map(|i| parts[i] * colors[i][k]).sum());
            for k in 0..3 {
                let expected = source[k] + f64::from(ground[k]) * (1.0 - source[3] / 255.0);
                let off = (f64::from(drawn[k]) - expected).abs();
                // Half a step for the colour, and for what shines through.
                assert!(off < 1.6, "round {round}: {drawn:?} is {off} from {expected} at {at:?}");
            }
        }
    }
}

#[test]
fn letters_on_whole_pixels_are_what_the_texture_has() {
    let texels: Vec<Color32> = (0..64).map(|i| Color32::from_white_alpha(4 * i as u8)).collect();
    let mut letters = Texture::default();
    letters.set(None, &image([8, 8], texels.clone()));
    let mesh = |at: Pos2, scale: f32| {
        let mut mesh = Mesh::default();
        let size = egui::vec2(4.0, 4.0) / scale;
        let uv = Rect::from_min_max(pos2(0.25, 0.5), pos2(0.75, 1.0));
        mesh.add_rect_with_uv(Rect::from_min_size(at / scale, size), uv, Color32::RED);
        mesh
    };
    for scale in [1.0, 1.5, 2.0] {
        let pixels = drawn([0; 4], &mesh(pos2(10.0, 5.0), scale), &letters, scale, &whole());
        for y in 0..4 {
            for x in 0..4 {
                let alpha = texels[(4 + y) * 8 + 2 + x].a();
                assert_eq!(pixels[(5 + y) * SIZE[0] + 10 + x], [0, 0, alpha, alpha]);
            }
        }
        assert_eq!(pixels.iter().filter(|pixel| **pixel != [0; 4]).count(), 16);
    }
    letters.set(Some([2, 4]), &image([1, 1], vec![Color32::WHITE]));
    let pixels = drawn([0; 4], &mesh(pos2(10.0, 5.0), 1.0), &letters, 1.0, &whole());
    assert_eq!(pixels[5 * SIZE[0] + 10], [0, 0, 255, 255]);
}

fn image(size: [usize; 2], pixels: Vec<Color32>) -> ImageData {
    ImageData::Color(egui::ColorImage::new(size, pixels).into())
}

#[test]
fn nothing_is_drawn_outside_of_an_area() {
    let mut dice = Dice(5);
    let area = Area { x: 10..30, y: 7..21 };
    for round in 0..200 {
        let mesh = triangle(std::array::from_fn(|_| (dice.place(), Color32::WHITE)));
        let clipped = drawn([0; 4], &mesh, &Texture::default(), 1.0, &area);
        let mut all = drawn([0; 4], &mesh, &Texture::default(), 1.0, &whole());
        for (i, pixel) in all.iter_mut().enumerate() {
            if !area.x.contains(&(i % SIZE[0])) || !area.y.contains(&(i / SIZE[0])) {
                *pixel = [0; 4];
            }
        }
        assert!(clipped == all, "round {round}");
    }
}

#[test]
fn rows_are_blended_as_single_pixels_are() {
    let mut dice = Dice(6);
    for _ in 0..300 {
        let source = pixel(dice.color().to_array());
        let mut row: Vec<Pixel> =
            (0..13).map(|_| std::array::from_fn(|_| dice.below(256.0) as u8)).collect();
        let expected: Vec<Pixel> = row.iter().map(|under| over(source, *under)).collect();
        let mut shaded = row.clone();
        over_row(source, &mut row);
        shade(shaded.iter_mut(), source.map(|channel| f32::from(channel) + 0.5), [0.0; 4]);
        // A row of an opaque colour is that colour.
        assert!(row.iter().zip(&expected).all(|(a, b)| a[..3] == b[..3]));
        assert!(shaded.iter().zip(&expected).all(|(a, b)| a[..3] == b[..3]));
    }
}

#[test]
fn what_is_no_place_is_not_drawn() {
    for bad in [f32::NAN, f32::INFINITY, -1e30] {
        let corners = [pos2(bad, 3.0), pos2(60.0, 3.0), pos2(bad, 40.0)];
        let mesh = triangle(corners.map(|pos| (pos, Color32::WHITE)));
        // Far outside is cut off, what is no number is left out; neither ends the host.
        let _ = drawn([0; 4], &mesh, &Texture::default(), 1.0, &whole());
    }
    let lost = Mesh { indices: vec![0, 1, 7], ..triangle([(Pos2::ZERO, Color32::WHITE); 3]) };
    assert!(drawn([0; 4], &lost, &Texture::default(), 1.0, &whole()).iter().all(|p| *p == [0; 4]));
}

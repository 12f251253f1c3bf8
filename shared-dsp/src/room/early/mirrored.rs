//! Where the images of a source lie in the mirrored rooms (Allen and Berkley 1979), up to order 4.
//!
//! Images that arrive later than 150 ms after the direct sound are left out (the late field covers them). Signs are
//! pseudo-random, because images that all have the same sign add up to a bass that no absorbing wall gives back. Those
//! that mirror each other from above to below and arrive at once are one; weak ones also if they arrive nearly at once, and
//! those that mirror them from front to back with them.

use super::ORDERS;
use crate::room::shoebox::{SPEED_OF_SOUND, Shoebox, Source, length};

/// Images of orders 1 to 4.
pub(super) const IMAGES: usize = 128;
/// From this order on images are so many and so weak that those from in front, behind, above and below are one if they
/// arrive within this time in s of each other. Scattering spreads each for longer.
const MERGED_FROM_ORDER: usize = 3;
const NEARLY_AT_ONCE_S: f64 = 0.01;
/// Seed of the signs: of 24 that were tried, the one whose octaves below 500 Hz are the most even. Held loudness
/// (`tests/dsp/placement/hold.rs`) holds with 17 of them.
const SEED: u32 = 8;
/// Latest reflection after the direct sound, in s.
pub(super) const LATEST_S: f64 = 0.15;

/// One image source.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Image {
    /// Walls that it has met.
    pub(super) order: usize,
    /// Where it is between left (-1) and right (1).
    pub(super) side: f64,
    /// How much later than the direct sound it is heard, in s.
    pub(super) gap_s: f64,
    /// At mid frequencies, relative to the others.
    pub(super) energy: f64,
    /// 1 or -1.
    pub(super) sign: f64,
}

impl Image {
    /// Gains to left and right of a tap that hears one input: the lateral share of the direction pans with constant
    /// power.
    pub(super) fn panned(&self) -> [f32; 2] {
        let amplitude = self.sign * self.energy.sqrt();
        [0.5 - 0.5 * self.side, 0.5 + 0.5 * self.side].map(|part| (amplitude * part.sqrt()) as f32)
    }
}

/// Every image up to the latest, before it fades, in the order of the mirrored rooms.
pub(super) fn images_as_they_lie(shoebox: &Shoebox, source: &Source) -> ([Image; IMAGES], usize) {
    let mirrored = Mirrored::new(shoebox, source);
    let (mut images, mut count) = ([Image::default(); IMAGES], 0);
    let mut keep = |image: Image| {
        if image.gap_s <= LATEST_S
            && let Some(slot) = images.get_mut(count)
        {
            *slot = image;
            count += 1;
        }
    };
    for i in -4i32..=4 {
        for j in 0..=4 - i.abs() {
            for k in 0..=4 - i.abs() - j {
                mirrored.images([i, j, k], &mut keep);
            }
        }
    }
    (images, count)
}

/// Signs of the images in all cells from -4 to 4. Each belongs to its cell, so that others keep theirs when images come
/// or go.
static SIGNS: [[[f64; 9]; 9]; 9] = {
    let mut signs = [[[1.0; 9]; 9]; 9];
    let mut noise = SEED;
    let mut cell = 0usize;
    while cell < 9 * 9 * 9 {
        let [i, j, k] = [cell / 81, cell / 9 % 9, cell % 9];
        let order = i.abs_diff(4) + j.abs_diff(4) + k.abs_diff(4);
        if order <= ORDERS {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if order > 1 && noise >> 31 == 1 {
                signs[i][j][k] = -1.0;
            }
        }
        cell += 1;
    }
    signs
};

/// The room and its mirror images, cell by cell.
struct Mirrored {
    direct_m: f64,
    /// Of the image in each cell from -4 to 4, along each axis.
    along_m: [[f64; 3]; 9],
    /// What the walls leave of the energy, by order.
    kept: [f64; ORDERS],
    as_high_as_ears: bool,
}

impl Mirrored {
    fn new(shoebox: &Shoebox, source: &Source) -> Self {
        Self {
            direct_m: source.distance_m,
            along_m: std::array::from_fn(|cell| shoebox.image(source, [cell as i32 - 4; 3])),
            kept: std::array::from_fn(|order| (1.0 - shoebox.absorption).powi(order as i32 + 1)),
            as_high_as_ears: source.position_m[2] == shoebox.listener_m[2],
        }
    }

    /// The images in a cell and in those that mirror it from front to back and from above to below: one for all, one for
    /// each two above each other, or each by itself.
    fn images(&self, [i, j, k]: [i32; 3], keep: &mut impl FnMut(Image)) {
        let order = (i.abs() + j + k) as usize;
        let Some(kept) = order.checked_sub(1).and_then(|at| self.kept.get(at)) else { return };
        // A cell in the middle mirrors itself.
        let [rows, heights] = [j, k].map(|at| if at == 0 { 1 } else { 2 });
        let (mut images, mut count) = ([Image::default(); 4], 0);
        for j in [j, -j].into_iter().take(rows) {
            for k in [k, -k].into_iter().take(heights) {
                images[count] = self.image([i, j, k], order, *kept);
                count += 1;
            }
        }
        let are_one =
            |images: &[Image]| order >= MERGED_FROM_ORDER && arrive_nearly_at_once(images);
        let images = &images[..count];
        if are_one(images) {
            return keep(one(images));
        }
        // Behind an even number of floors and ceilings they arrive at once if the source is as high as the ears, where
        // [`Shoebox::source`] puts it.
        let together = k % 2 == 0 && self.as_high_as_ears;
        for row in images.chunks(heights) {
            if together || are_one(row) {
                keep(one(row));
            } else {
                row.iter().copied().for_each(&mut *keep);
            }
        }
    }

    fn image(&self, cell: [i32; 3], order: usize, kept: f64) -> Image {
        let [i, j, k] = cell.map(|at| (at + 4) as usize);
        let place_m = [self.along_m[i][0], self.along_m[j][1], self.along_m[k][2]];
        let distance_m = length(place_m).max(0.1);
        Image {
            order,
            side: (place_m[0] / distance_m).clamp(-1.0, 1.0),
            gap_s: (distance_m - self.direct_m) / SPEED_OF_SOUND,
            energy: kept / (distance_m * distance_m),
            sign: SIGNS[i][j][k],
        }
    }
}

fn arrive_nearly_at_once(images: &[Image]) -> bool {
    let first_s = images.iter().fold(f64::INFINITY, |first_s, image| first_s.min(image.gap_s));
    let last_s = (first_s + NEARLY_AT_ONCE_S).min(LATEST_S);
    images.iter().all(|image| image.gap_s <= last_s)
}

/// One for all, with the energy of all, and between them in time and direction.
fn one(images: &[Image]) -> Image {
    let all = images.iter().copied().reduce(|one, other| {
        let energy = one.energy + other.energy;
        let share = other.energy / energy.max(f64::MIN_POSITIVE);
        let between = |one: f64, other: f64| one + share * (other - one);
        let [gap_s, side] = [between(one.gap_s, other.gap_s), between(one.side, other.side)];
        Image { gap_s, side, energy, ..one }
    });
    all.unwrap_or_default()
}

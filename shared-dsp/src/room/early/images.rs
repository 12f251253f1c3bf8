//! The images of a source in the walls (Allen and Berkley 1979), up to order 4.
//!
//! Images that arrive later than 150 ms after the direct sound are left out (the late field covers them); the
//! others fade faster than the walls say where the late field would else pile up on them. Signs are
//! pseudo-random, because images that all have the same sign add up to a bass that no absorbing wall
//! gives back.

use crate::room::late::Onset;
use crate::room::shoebox::{SPEED_OF_SOUND, Shoebox, Source, length};

/// Images of orders 1 to 4.
pub(super) const IMAGES: usize = 128;
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

/// Every image that is kept, the strongest first, and how many there are.
pub(super) fn images(shoebox: &Shoebox, source: &Source) -> ([Image; IMAGES], usize) {
    let kept = 1.0 - shoebox.absorption;
    let (mut images, mut count) = ([Image::default(); IMAGES], 0);
    let mut noise = 0x2545_F491u32;
    for i in -4i32..=4 {
        for j in (i.abs() - 4)..=(4 - i.abs()) {
            let left = 4 - i.abs() - j.abs();
            for k in -left..=left {
                let order = (i.abs() + j.abs() + k.abs()) as usize;
                let place = shoebox.image(source, [i, j, k]);
                let distance = length(place).max(0.1);
                let gap_s = (distance - source.distance_m) / SPEED_OF_SOUND;
                if order == 0 || gap_s > LATEST_S {
                    continue;
                }
                let energy = kept.powi(order as i32) / (distance * distance);
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if let Some(slot) = images.get_mut(count) {
                    let side = (place[0] / distance).clamp(-1.0, 1.0);
                    let sign = if noise >> 31 == 0 || order == 1 { 1.0 } else { -1.0 };
                    *slot = Image { order, side, gap_s, energy, sign };
                    count += 1;
                }
            }
        }
    }
    if let Some(images) = images.get_mut(..count) {
        images.sort_unstable_by(|a, b| a.gap_s.total_cmp(&b.gap_s));
        fit_decay(images, &Onset::new(shoebox));
        images.sort_unstable_by(|a, b| b.energy.total_cmp(&a.energy));
    }
    (images, count)
}

/// Steps by which images may fade faster, and how much of the room's decay each adds to theirs.
const FADES: usize = 60;
const FADE_STEP: f64 = 0.1;
/// How far images may lift the decay above its line once the late field is there, as an energy.
const BUMP: f64 = 0.12;

/// Lets images (in the order in which they come) fade faster, until nowhere they and the late field
/// together are above the room's decay by more than a bump. Else the decay would be bent where
/// reflections come late against it: in large dry rooms it ended after two thirds of its time.
fn fit_decay(images: &mut [Image], onset: &Onset) {
    // Bounds of what is still to come, with the decay taken out.
    let mut bounds = [[0.0; 2]; IMAGES];
    for ([bound, faded], image) in bounds.iter_mut().zip(&*images) {
        let decayed = (-onset.per_s * image.gap_s).exp();
        *bound = (onset.missing_after(image.gap_s) + BUMP) * decayed / (1.0 - onset.share);
        *faded = decayed.powf(FADE_STEP);
    }
    for _ in 0..FADES {
        let sum: f64 = images.iter().map(|image| image.energy).sum();
        let mut coming = 0.0;
        let mut above = false;
        for (image, [bound, _]) in images.iter().zip(&bounds).rev() {
            coming += image.energy;
            above |= coming > bound * sum;
        }
        if !above {
            return;
        }
        for (image, [_, faded]) in images.iter_mut().zip(&bounds) {
            image.energy *= faded;
        }
    }
}

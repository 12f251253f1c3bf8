//! The taps of one position: where each image reads, and how loud it is left and right.

use super::images::images;
use super::mirrored::IMAGES;
use super::walls::{wall_colour, white_energy};
use super::{ORDERS, TapRequest};
use crate::room::block::{BLOCK, TwinRing};

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tap {
    /// Where it reads, see [`TwinRing::way`].
    pub(super) way: u32,
    pub(super) gain: [f32; 2],
}

/// The taps of one position.
#[derive(Clone, Debug)]
pub(super) struct Taps {
    taps: [Tap; IMAGES],
    /// How many each order has.
    counts: [usize; ORDERS],
    /// See [`super::Early::mono_gain`].
    pub(super) mono_gain: f32,
}

impl Default for Taps {
    fn default() -> Self {
        Self { taps: [Tap::default(); IMAGES], counts: [0; ORDERS], mono_gain: 0.5 }
    }
}

impl Taps {
    pub(super) fn design(&mut self, request: &TapRequest, sample_rate_hz: f64, ring: &TwinRing) {
        let mut found = [(0usize, Tap::default()); IMAGES];
        let mut heard = [0.0f64; 2];
        // Energies for a mono input: the mean of both outputs, and their sum.
        let (mut one, mut both) = (0.0, 0.0);
        let (images, count) = images(&request.shoebox, &request.source);
        let images = images.get(..count).unwrap_or(&[]);
        for (slot, image) in found.iter_mut().zip(images) {
            let delay = image.gap_s * sample_rate_hz + request.predelay;
            // Rounded so: what the standard library has is a call of its own for each.
            let delay = (delay + 0.5).max(BLOCK as f64) as usize;
            // Each input is heard by taps of the same energy: the strong ones are dealt out first.
            let input = usize::from(heard[0] > heard[1]);
            let gain = image.panned();
            heard[input] += image.energy;
            *slot = (image.order - 1, Tap { way: ring.way(input, delay), gain });
            let [left, right] = gain.map(f64::from);
            one += 0.5 * (left * left + right * right);
            both += (left + right) * (left + right);
        }
        self.mono_gain = if both > 0.0 { (one / both).sqrt() as f32 } else { 0.5 };
        let colour = wall_colour(&request.shoebox);
        let heard_white: [f64; ORDERS] = std::array::from_fn(|order| {
            white_energy(colour.powi(order as i32 + 1), request.colour_hz)
        });
        let sum: f64 = images.iter().map(|image| image.energy * heard_white[image.order - 1]).sum();
        // Each tap hears one of two inputs, so both together need twice the energy.
        let scale = (2.0 * request.energy / sum.max(1e-30)).sqrt() as f32;
        self.sort(found.get(..count).unwrap_or(&[]), scale);
    }

    /// Keeps taps by their order, each times `scale`. Remainders are there so that nothing can panic.
    fn sort(&mut self, taps: &[(usize, Tap)], scale: f32) {
        self.counts = [0; ORDERS];
        for (order, _) in taps {
            self.counts[order % ORDERS] += 1;
        }
        let [first, second, third, _] = self.counts;
        let mut next = [0, first, first + second, first + second + third];
        for (order, tap) in taps {
            let at = &mut next[order % ORDERS];
            self.taps[*at % IMAGES] = Tap { gain: tap.gain.map(|gain| gain * scale), ..*tap };
            *at += 1;
        }
    }

    /// The taps of each order.
    #[inline(always)]
    pub(super) fn by_order(&self) -> [&[Tap]; ORDERS] {
        let mut rest = self.taps.as_slice();
        let mut orders = [[].as_slice(); ORDERS];
        for (order, count) in orders.iter_mut().zip(self.counts) {
            let Some((taps, later)) = rest.split_at_checked(count) else { break };
            (*order, rest) = (taps, later);
        }
        orders
    }
}

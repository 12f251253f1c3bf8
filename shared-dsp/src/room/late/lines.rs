//! The delay memory of the lines: whole delays, and crossfades to new ones.

use super::LINES;
use crate::room::block::{BLOCK, Block, Ring};

/// One block of every line.
pub(super) type Tile = [Block; LINES];

/// Time of a crossfade to other delays.
const FADE_S: f64 = 0.05;

#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    rings: [Ring; LINES],
    delays: [usize; LINES],
    /// The delays before a crossfade, and how far it is.
    before: [usize; LINES],
    fade: f32,
    fade_step: f32,
}

impl Lines {
    pub(super) fn prepare(&mut self, longest: &[usize; LINES], sample_rate_hz: f64) {
        self.fade_step = (BLOCK as f64 / (FADE_S * sample_rate_hz)) as f32;
        for (ring, longest) in self.rings.iter_mut().zip(longest) {
            ring.prepare(*longest);
        }
    }

    pub(super) fn reset(&mut self) {
        for ring in &mut self.rings {
            ring.reset();
        }
    }

    /// Takes delays at once.
    pub(super) fn jump(&mut self, delays: [usize; LINES]) {
        self.delays = delays;
        self.fade = 1.0;
    }

    pub(super) fn delays(&self) -> &[usize; LINES] {
        &self.delays
    }

    /// Whether a crossfade is under way.
    pub(super) fn is_fading(&self) -> bool {
        self.fade < 1.0
    }

    /// Starts a crossfade.
    pub(super) fn change(&mut self, delays: [usize; LINES]) {
        if delays != self.delays {
            self.before = self.delays;
            self.delays = delays;
            self.fade = 0.0;
        }
    }

    /// Reads the next block of every line.
    #[inline(always)]
    pub(super) fn read(&mut self) -> Tile {
        let mut tile =
            std::array::from_fn(|line| *self.rings[line].read::<BLOCK>(self.delays[line]));
        for (ring, delay) in self.rings.iter().zip(self.delays) {
            ring.prefetch(delay);
        }
        if self.is_fading() {
            self.crossfade(&mut tile);
        }
        tile
    }

    fn crossfade(&mut self, tile: &mut Tile) {
        let (from, to) = (self.fade, (self.fade + self.fade_step).min(1.0));
        for (line, (block, ring)) in tile.iter_mut().zip(&self.rings).enumerate() {
            let old = ring.read::<BLOCK>(self.before[line]);
            for t in 0..BLOCK {
                let share = from + (to - from) * (t as f32 * (1.0 / BLOCK as f32));
                block[t] = old[t] + (block[t] - old[t]) * share;
            }
        }
        self.fade = to;
    }

    pub(super) fn write(&mut self, tile: &Tile) {
        for (ring, block) in self.rings.iter_mut().zip(tile) {
            ring.push(block);
        }
    }
}

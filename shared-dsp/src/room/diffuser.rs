//! Diffusion: a chain of allpasses for each channel (Schroeder 1962).

use super::block::{BLOCK, Block, Ramp, SILENT, TwinRing};
use multiversion::multiversion;

/// Feedback at full diffusion.
const DEEPEST: f32 = 0.75;

#[derive(Clone, Debug)]
pub(super) struct Diffuser<const STAGES: usize> {
    stages: [Stage; STAGES],
    depth: Ramp,
}

impl<const STAGES: usize> Default for Diffuser<STAGES> {
    fn default() -> Self {
        Self { stages: std::array::from_fn(|_| Stage::default()), depth: Ramp::default() }
    }
}

impl<const STAGES: usize> Diffuser<STAGES> {
    /// Allocates for delays in ms, left and right.
    pub(super) fn prepare(&mut self, sample_rate_hz: f64, delays_ms: &[[f64; STAGES]; 2]) {
        for (at, stage) in self.stages.iter_mut().enumerate() {
            let delays = delays_ms.map(|side| (side[at] * 0.001 * sample_rate_hz) as usize);
            stage.prepare(delays.map(|delay| delay.max(BLOCK + 1)));
        }
        self.depth.configure(30.0, sample_rate_hz);
    }

    pub(super) fn reset(&mut self, diffusion: f32) {
        self.stages.iter_mut().for_each(|stage| stage.ring.reset());
        self.set(diffusion);
        self.depth.settle();
    }

    pub(super) fn set(&mut self, diffusion: f32) {
        let diffusion = if diffusion.is_finite() { diffusion.clamp(0.0, 1.0) } else { 0.0 };
        self.depth.set(DEEPEST * diffusion);
    }

    /// Blocks in a row.
    pub(super) fn process(&mut self, audio: &mut [[Block; 2]]) {
        scatter(self, audio);
    }
}

/// An allpass for each channel.
#[derive(Clone, Debug, Default)]
struct Stage {
    ring: TwinRing,
    ways: [u32; 2],
}

impl Stage {
    fn prepare(&mut self, delays: [usize; 2]) {
        self.ring.prepare(delays[0].max(delays[1]));
        self.ways = [0, 1].map(|side| self.ring.way(side, delays[side]));
    }

    #[inline(always)]
    fn scatter(&mut self, gains: &Block, audio: &mut [Block; 2]) {
        let mut write = [SILENT; 2];
        for ((x, write), &way) in audio.iter_mut().zip(&mut write).zip(&self.ways) {
            let Some(old) = self.ring.read(way) else { return };
            for t in 0..BLOCK {
                let w = x[t] + gains[t] * old[t];
                // Flushed: a chain of allpasses left alone would sink into denormal numbers.
                write[t] = if w.abs() < 1e-15 { 0.0 } else { w };
                x[t] = old[t] - gains[t] * write[t];
            }
        }
        self.ring.push(&write);
    }
}

/// [`Diffuser::process`]. Wider vectors give the same bits.
#[multiversion(targets("x86_64+avx"))]
fn scatter<const STAGES: usize>(diffuser: &mut Diffuser<STAGES>, audio: &mut [[Block; 2]]) {
    let Diffuser { stages, depth } = diffuser;
    for block in audio {
        depth.next_block();
        let gains = depth.gains();
        for stage in &mut *stages {
            stage.scatter(&gains, block);
        }
    }
}

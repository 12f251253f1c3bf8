//! Denormal numbers, which cost some processors a hundred times the usual: sound, and then silence in
//! which it dies away, with nobody to flush them to zero.

use clap_host::{Block, Bundle, HostOptions, Instance, Processor, Result, Transport};
use fastrand::Rng;

use crate::plugins::PLUGINS;

/// Frames of a block, and its sample rate.
pub const BLOCK: usize = 64;
/// See [`BLOCK`].
pub const RATE_HZ: f64 = 48_000.0;

/// Settings of a plugin, by id and text.
pub type Settings = &'static [(&'static str, &'static str)];

/// Settings of each of [`PLUGINS`] with every filter, follower and line at work.
pub const SETTINGS: [&[Settings]; 4] = [
    &[
        &[],
        &[
            ("hpf_on", "On"),
            ("lpf_on", "On"),
            ("gate_on", "On"),
            ("eq2_on", "On"),
            ("eq2_gain", "9 dB"),
            ("eq2_q", "10"),
            ("eq6_on", "On"),
            ("eq6_dyn", "-12 dB"),
            ("comp_on", "On"),
            ("comp_threshold", "-40 dB"),
            ("comp_detector", "RMS"),
            ("comp_lookahead", "3 ms"),
        ],
        &[("bypass", "On"), ("match", "On"), ("output", "-6 dB")],
    ],
    &[
        &[],
        &[("threshold", "-30 dB"), ("colour", "60 %"), ("clip", "On"), ("auto_makeup", "On")],
        &[("detector", "RMS"), ("topology", "Feed-forward"), ("channel", "Mid-Side")],
    ],
    &[
        &[("distance", "8 m"), ("room", "Booth")],
        &[("distance", "8 m"), ("room", "Cathedral"), ("hold_loudness", "On"), ("air", "800 %")],
        &[("distance", "0.5 m"), ("reverb", "Room Feed"), ("proximity", "100 %")],
    ],
    &[
        &[("decay", "0.3 s")],
        &[("mode", "Parallel"), ("decay", "0.5 s"), ("delay_wow", "50 %"), ("duck", "12 dB")],
        &[("mode", "Delay"), ("delay_low_cut", "200 Hz"), ("delay_drive", "50 %")],
    ],
];

/// An instance that hears sound, and then silence.
pub struct Player {
    instance: Instance,
    processor: Option<Processor>,
    noise: [Vec<f32>; 2],
}

impl Player {
    /// Of this one of [`PLUGINS`], with settings, about to hear half a second of noise again and again.
    ///
    /// # Errors
    /// When it cannot be made, or does not know the settings.
    pub fn new(bundle: &Bundle, plugin: usize, settings: Settings) -> Result<Self> {
        let options = HostOptions { max_block: BLOCK, ..HostOptions::default() };
        let mut instance = bundle.instance(PLUGINS[plugin].1, &options)?;
        settings.iter().try_for_each(|(id, text)| instance.set(id, text))?;
        let processor = Some(instance.activate()?);
        let mut random = Rng::with_seed(5);
        let frames = (0.5 * RATE_HZ) as usize / BLOCK * BLOCK;
        // Hits, eight a second, from -12 dBFS down by 40 dB, so that followers move as they usually do.
        let hit = RATE_HZ / 8.0;
        let level =
            |frame: usize| 0.25 * 3.0_f64.sqrt() * 10f64.powf(-2.0 * (frame as f64 / hit).fract());
        let mut sample = |frame| (level(frame) * (2.0 * random.f64() - 1.0)) as f32;
        let mut lane = || (0..frames).map(&mut sample).collect();
        let noise = [lane(), lane()];
        Ok(Self { instance, processor, noise })
    }

    /// Plays a block: of the noise where `loud`, else of silence.
    ///
    /// # Panics
    /// When that fails, or what comes out is no number.
    pub fn play(&mut self, index: usize, loud: bool) {
        const SILENCE: [f32; BLOCK] = [0.0; BLOCK];
        let Some(processor) = &mut self.processor else { return };
        let at = index * BLOCK % self.noise[0].len();
        let input = self.noise.each_ref().map(|lane| match loud {
            true => &lane[at..at + BLOCK],
            false => &SILENCE[..],
        });
        let mut output = [[0.0; BLOCK]; 2];
        let [left, right] = &mut output;
        let output_lanes: &mut [&mut [f32]] = &mut [left, right];
        // With a tempo: in place of one that is not told, anything may lie in memory and be looked at.
        let transport = Some(Transport { tempo_bpm: 120.0, playing: true, position_s: 0.0 });
        let block = Block { input: &input, output: output_lanes, transport, ..Block::default() };
        processor.process(block).unwrap_or_else(|error| panic!("{error}"));
        assert!(output.iter().flatten().all(|sample| sample.is_finite()), "no number");
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        if let Some(processor) = self.processor.take() {
            self.instance.deactivate(processor);
        }
    }
}

/// The processor's flags of floating-point arithmetic on this thread (MXCSR).
#[cfg(target_arch = "x86_64")]
mod flags {
    const DENORMAL_OPERAND: u32 = 1 << 1;
    const DENORMALS_ARE_ZERO: u32 = 1 << 6;
    const FLUSH_TO_ZERO: u32 = 1 << 15;

    fn read() -> u32 {
        let mut csr = 0_u32;
        // SAFETY: writes the flags of this thread to a place of its own.
        unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut csr) };
        csr
    }

    /// Whether an operand was a denormal number while this was done (a sticky flag).
    pub fn meets_denormals(work: impl FnOnce()) -> bool {
        let clear = read() & !DENORMAL_OPERAND;
        // SAFETY: changes the sticky flag of this thread alone.
        unsafe { std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const clear) };
        work();
        read() & DENORMAL_OPERAND != 0
    }

    /// Whether denormal numbers are taken for zero or flushed to it.
    pub fn flushes_to_zero() -> bool {
        read() & (DENORMALS_ARE_ZERO | FLUSH_TO_ZERO) != 0
    }
}

#[cfg(target_arch = "x86_64")]
pub use flags::{flushes_to_zero, meets_denormals};

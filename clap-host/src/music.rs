//! What is played while an editor is looked at.

use std::error::Error;
use std::path::Path;

use crate::error::Result;
use crate::process::{Block, Processor, Transport};

/// Two channels.
pub type Stereo = [Vec<f32>; 2];

/// A FLAC file from a time on, in seconds. Mono goes to both sides; the rate is taken as it is.
///
/// # Errors
/// When the file is not there or no FLAC.
pub fn read_flac(path: &Path, from_s: f64) -> std::result::Result<Stereo, Box<dyn Error>> {
    let mut reader = claxon::FlacReader::open(path)
        .map_err(|error| format!("could not read {}: {error}", path.display()))?;
    let info = reader.streaminfo();
    let channels = info.channels as usize;
    let scale = 1.0 / (1u64 << (info.bits_per_sample - 1)) as f32;
    let samples: Vec<i32> = reader.samples().collect::<std::result::Result<_, _>>()?;
    let skipped = (from_s * f64::from(info.sample_rate)) as usize;
    let lane = |index: usize| {
        let frames = samples.chunks_exact(channels).skip(skipped);
        frames.map(|frame| frame[index] as f32 * scale).collect()
    };
    Ok([lane(0), lane(channels - 1)])
}

/// Stems, over and over, or bursts of a decaying chord, so that dynamics and meters have something
/// to show.
pub struct Music {
    frame: usize,
    input: Option<Stereo>,
    /// Silent without a stem; none where there is no such port.
    sidechain: Option<Stereo>,
}

impl Music {
    /// Frames of a block.
    pub const BLOCK: usize = 256;
    /// Sample rate in Hz.
    pub const RATE_HZ: f64 = 48_000.0;

    /// A stem, or the chord, and what the sidechain port is fed with, if there is one.
    pub fn new(input: Option<Stereo>, sidechain: Option<Stereo>) -> Self {
        Self { frame: 0, input, sidechain }
    }

    /// How much has been played.
    pub fn seconds(&self) -> f64 {
        self.frame as f64 / Self::RATE_HZ
    }

    fn sample(seconds: f64, side: f64) -> f32 {
        let beat = seconds % 0.5;
        let tone = |hz: f64| (std::f64::consts::TAU * hz * seconds + side).sin();
        let sum: f64 = [55.0, 220.0, 277.2, 329.6, 1760.0, 7040.0]
            .iter()
            .zip([1.0, 0.6, 0.5, 0.5, 0.25, 0.12])
            .map(|(&hz, gain)| gain * tone(hz))
            .sum();
        (0.3 * sum * (-beat * 6.0).exp()) as f32
    }

    /// The next block of a stem.
    fn cut(&self, stem: &Stereo) -> Stereo {
        let frames = self.frame..self.frame + Self::BLOCK;
        let sample = |lane: &Vec<f32>, frame: usize| {
            lane.get(frame % lane.len().max(1)).copied().unwrap_or(0.0)
        };
        [0, 1].map(|lane| frames.clone().map(|frame| sample(&stem[lane], frame)).collect())
    }

    fn chord(&self) -> Stereo {
        let frames = self.frame..self.frame + Self::BLOCK;
        [0.0, 0.4].map(|side| {
            let time = |frame: usize| frame as f64 / Self::RATE_HZ;
            frames.clone().map(|frame| Self::sample(time(frame), side)).collect()
        })
    }

    /// Plays the next block.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn play(&mut self, processor: &mut Processor) -> Result<()> {
        let input = self.input.as_ref().map_or_else(|| self.chord(), |stem| self.cut(stem));
        self.pass(processor, &input, true)
    }

    /// Lets a block of silence through, with the transport standing.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn rest(&mut self, processor: &mut Processor) -> Result<()> {
        self.pass(processor, &[vec![0.0; Self::BLOCK], vec![0.0; Self::BLOCK]], false)
    }

    fn pass(&mut self, processor: &mut Processor, input: &Stereo, playing: bool) -> Result<()> {
        let key = self.sidechain.as_ref().map(|stem| {
            if playing { self.cut(stem) } else { [0, 1].map(|_| vec![0.0; Self::BLOCK]) }
        });
        let key = key.as_ref().map(|[left, right]| [left.as_slice(), right.as_slice()]);
        let mut out = [[0.0; Self::BLOCK]; 2];
        let [out_left, out_right] = &mut out;
        let position_s = self.seconds();
        processor.process(Block {
            input: &[&input[0], &input[1]],
            sidechain: key.as_ref().map(<[&[f32]; 2]>::as_slice),
            output: &mut [&mut out_left[..], &mut out_right[..]],
            transport: Some(Transport { tempo_bpm: 120.0, playing, position_s }),
            ..Block::default()
        })?;
        self.frame += if playing { Self::BLOCK } else { 0 };
        Ok(())
    }
}

//! Audio between nodes: written chunk by chunk by one node, read by any number of others.

use std::sync::OnceLock;

use crate::audio::Stereo;
use crate::level::Gain;

/// Frames in a chunk. Nodes run beside each other at this grain: long enough that handing chunks
/// from thread to thread costs nothing, short enough that all threads are soon busy.
pub const CHUNK: usize = 8192;

/// What leaves a node at one place.
pub struct Port {
    /// How much later than the song it is, in samples.
    pub latency: usize,
    chunks: Vec<OnceLock<Stereo>>,
}

impl Port {
    /// A port for a number of chunks.
    pub fn new(latency: usize, chunks: usize) -> Self {
        Self { latency, chunks: (0..chunks).map(|_| OnceLock::new()).collect() }
    }

    /// Writes a chunk, once.
    pub fn write(&self, chunk: usize, audio: Stereo) {
        // Each chunk is written by one task, once; a second write would be lost.
        let _ = self.chunks[chunk].set(audio);
    }

    /// A chunk that has been written.
    pub fn chunk(&self, chunk: usize) -> Option<&Stereo> {
        self.chunks.get(chunk).and_then(OnceLock::get)
    }

    /// Adds `into.frames()` frames from the frame `start` on. Before the start there is silence.
    /// `gain` is applied, with the frame of the song at which the audio begins.
    pub fn add_to(&self, into: &mut Stereo, start: i64, gain: Option<(&Gain, i64)>) {
        let frames = into.frames();
        let mut done = usize::try_from(-start).unwrap_or(0).min(frames);
        while done < frames {
            let from = (start + done as i64) as usize;
            let (chunk, offset) = (from / CHUNK, from % CHUNK);
            let count = (CHUNK - offset).min(frames - done);
            if let Some(audio) = self.chunk(chunk) {
                let (source, target) = (offset..offset + count, done..done + count);
                let sources = [&audio.left[source.clone()], &audio.right[source]];
                let targets = [&mut into.left[target.clone()], &mut into.right[target]];
                match gain {
                    Some((gain, song)) => add(gain, song + done as i64, sources, targets),
                    None => add(&Gain::fixed(0.0), 0, sources, targets),
                }
            }
            done += count;
        }
    }

    /// Everything from the frame `start` on, for a number of frames.
    pub fn collect(&self, start: usize, frames: usize) -> Stereo {
        let mut audio = Stereo::silence(frames);
        self.add_to(&mut audio, start as i64, None);
        audio
    }
}

fn add(gain: &Gain, song: i64, sources: [&[f32]; 2], targets: [&mut [f32]; 2]) {
    for (source, target) in sources.into_iter().zip(targets) {
        match gain.steady() {
            Some(gain) => target.iter_mut().zip(source).for_each(|(sum, x)| *sum += gain * x),
            None => target.iter_mut().zip(source).enumerate().for_each(|(index, (sum, x))| {
                *sum += gain.at((song + index as i64) as f64) as f32 * x;
            }),
        }
    }
}

/// Frames since which a port has been quieter than a level, counted back from the end of a chunk.
pub fn is_silent(audio: &Stereo, below: f32) -> bool {
    audio.peak() < below
}

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
    let ([left, right], [sum_left, sum_right]) = (sources, targets);
    if let Some(gain) = gain.steady() {
        sum_left.iter_mut().zip(left).for_each(|(sum, x)| *sum += gain * x);
        sum_right.iter_mut().zip(right).for_each(|(sum, x)| *sum += gain * x);
        return;
    }
    let sums = sum_left.iter_mut().zip(sum_right);
    for (index, ((sum_left, sum_right), (left, right))) in
        sums.zip(left.iter().zip(right)).enumerate()
    {
        let gain = gain.at((song + index as i64) as f64) as f32;
        *sum_left += gain * left;
        *sum_right += gain * right;
    }
}

/// Whether audio stays below a level.
pub fn is_silent(audio: &Stereo, below: f32) -> bool {
    audio.peak() < below
}

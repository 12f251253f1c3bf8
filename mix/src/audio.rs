//! Stereo audio, and its files: WAV and FLAC in, WAV out.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use rubato::audioadapter::Adapter;
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};

use crate::error::{MixError, Result};

/// Two channels of the same length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stereo {
    /// Left.
    pub left: Vec<f32>,
    /// Right.
    pub right: Vec<f32>,
}

impl Stereo {
    /// Silence.
    pub fn silence(frames: usize) -> Self {
        Self { left: vec![0.0; frames], right: vec![0.0; frames] }
    }

    /// Number of frames.
    pub fn frames(&self) -> usize {
        self.left.len()
    }

    /// The greatest absolute sample.
    pub fn peak(&self) -> f32 {
        self.left.iter().chain(&self.right).fold(0.0, |peak, sample| peak.max(sample.abs()))
    }

    /// Adds other audio, growing if it is longer.
    pub fn add(&mut self, other: &Self) {
        let frames = self.frames().max(other.frames());
        self.left.resize(frames, 0.0);
        self.right.resize(frames, 0.0);
        for (sum, sample) in self.left.iter_mut().zip(&other.left) {
            *sum += sample;
        }
        for (sum, sample) in self.right.iter_mut().zip(&other.right) {
            *sum += sample;
        }
    }

    /// The same audio at another gain.
    pub fn scaled(mut self, gain: f32) -> Self {
        self.left.iter_mut().chain(&mut self.right).for_each(|sample| *sample *= gain);
        self
    }
}

/// A stem as read: mono is in both channels.
#[derive(Clone, Debug)]
pub struct StemAudio {
    /// The audio at the session's rate.
    pub audio: Stereo,
    /// Whether the file had one channel.
    pub is_mono: bool,
    /// The file's rate in Hz.
    pub file_rate_hz: u32,
}

/// A decoded file: interleaved samples.
struct Decoded {
    samples: Vec<f32>,
    channels: usize,
    rate_hz: u32,
}

/// Reads a WAV or FLAC file at a sample rate, resampling if it has another. The file's content
/// says what it is, not its name.
pub fn read(path: &Path, rate_hz: u32) -> Result<StemAudio> {
    let bad = |what: String| MixError::file(path, what, "a whole WAV or FLAC file, mono or stereo");
    let mut head = [0; 4];
    let file = File::open(path).map_err(|error| bad(format!("cannot be opened ({error})")))?;
    let mut reader = BufReader::new(file);
    if reader.read_exact(&mut head).is_err() {
        return Err(bad("the file is empty".into()));
    }
    let decoded = match &head {
        b"RIFF" => wav(path),
        b"fLaC" => flac(path),
        _ => Err("this is neither WAV nor FLAC".into()),
    }
    .map_err(bad)?;
    if !(1..=2).contains(&decoded.channels) {
        return Err(bad(format!("the file has {} channels", decoded.channels)));
    }
    if decoded.samples.is_empty() {
        return Err(bad("the file holds no audio".into()));
    }
    if let Some(place) = decoded.samples.iter().position(|sample| !sample.is_finite()) {
        let frame = place / decoded.channels;
        return Err(bad(format!("frame {frame} is not a finite number")));
    }
    let samples = resampled(&decoded, rate_hz)
        .map_err(|error| bad(format!("cannot be resampled to {rate_hz} Hz ({error})")))?;
    let channel = |index: usize| -> Vec<f32> {
        samples.iter().skip(index).step_by(decoded.channels).copied().collect()
    };
    Ok(StemAudio {
        audio: Stereo { left: channel(0), right: channel(decoded.channels - 1) },
        is_mono: decoded.channels == 1,
        file_rate_hz: decoded.rate_hz,
    })
}

fn wav(path: &Path) -> std::result::Result<Decoded, String> {
    let mut reader = hound::WavReader::open(path).map_err(|error| damaged(&error))?;
    let spec = reader.spec();
    let announced = reader.len() as usize;
    let samples: std::result::Result<Vec<f32>, hound::Error> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().collect(),
        hound::SampleFormat::Int => {
            let scale = 1.0 / (1_i64 << (spec.bits_per_sample - 1)) as f32;
            reader.samples::<i32>().map(|sample| Ok(sample? as f32 * scale)).collect()
        }
    };
    let samples = samples.map_err(|error| damaged(&error))?;
    whole(samples.len(), announced)?;
    Ok(Decoded { samples, channels: spec.channels.into(), rate_hz: spec.sample_rate })
}

fn flac(path: &Path) -> std::result::Result<Decoded, String> {
    let mut reader = claxon::FlacReader::open(path).map_err(|error| damaged(&error))?;
    let info = reader.streaminfo();
    let scale = 1.0 / (1_i64 << (info.bits_per_sample - 1)) as f32;
    let samples: std::result::Result<Vec<f32>, claxon::Error> =
        reader.samples().map(|sample| Ok(sample? as f32 * scale)).collect();
    let samples = samples.map_err(|error| damaged(&error))?;
    let channels = info.channels as usize;
    if let Some(frames) = info.samples {
        whole(samples.len(), frames as usize * channels)?;
    }
    Ok(Decoded { samples, channels, rate_hz: info.sample_rate })
}

fn damaged(error: &dyn std::fmt::Display) -> String {
    format!("the file is damaged or truncated ({error})")
}

fn whole(found: usize, announced: usize) -> std::result::Result<(), String> {
    if found == announced {
        return Ok(());
    }
    Err(format!("the file is truncated: it holds {found} of {announced} samples"))
}

fn resampled(decoded: &Decoded, rate_hz: u32) -> std::result::Result<Vec<f32>, String> {
    if decoded.rate_hz == rate_hz {
        return Ok(decoded.samples.clone());
    }
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let (from, to) = (decoded.rate_hz as usize, rate_hz as usize);
    let frames = decoded.samples.len() / decoded.channels;
    let input = InterleavedSlice::new(&decoded.samples, decoded.channels, frames)
        .map_err(|error| text(&error))?;
    let mut resampler = Fft::<f32>::new(from, to, 4096, decoded.channels, FixedSync::Both)
        .map_err(|error| text(&error))?;
    let output = resampler.process_all(&input, frames, None).map_err(|error| text(&error))?;
    let mut samples = Vec::with_capacity(output.frames() * decoded.channels);
    for frame in 0..output.frames() {
        for channel in 0..decoded.channels {
            samples.push(output.read_sample(channel, frame).unwrap_or(0.0));
        }
    }
    Ok(samples)
}

/// Writes 32-bit float WAV.
pub fn write(path: &Path, audio: &Stereo, rate_hz: u32) -> Result<()> {
    let failed = |error: hound::Error| {
        MixError::file(path, format!("cannot be written ({error})"), "a folder with room for it")
    };
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: rate_hz,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).map_err(failed)?;
    for (left, right) in audio.left.iter().zip(&audio.right) {
        writer.write_sample(*left).map_err(failed)?;
        writer.write_sample(*right).map_err(failed)?;
    }
    writer.finalize().map_err(failed)
}

//! Sessions in temporary folders, and a rack of processors with exact gains, delays and keys.

use std::path::{Path, PathBuf};

use clap_host::Block;
use proscenium_mix::audio::{self, StemAudio, Stereo};
use proscenium_mix::engine::{RenderOptions, Rendered, render};
use proscenium_mix::rack::{Fault, ParamPlace, Place, Plugin, Rack, Running};
use proscenium_mix::session::Kind;
use proscenium_mix::{MixError, Session};
use tempfile::TempDir;

pub const RATE: u32 = 48_000;

/// Every plugin of this rack has the parameters `gain` (-60..24 dB, at once), `latency` (samples),
/// `listen` (puts out the sidechain) and `hold` (puts out 0.25 for ever). The auxiliary output is the main output.
pub struct Fakes;

impl Rack for Fakes {
    fn load(&self, kind: Kind, place: &Place<'_>) -> Result<Box<dyn Plugin>, Fault> {
        Ok(Box::new(Fake { kind, mono: place.mono, values: [0.0; 4] }))
    }
}

struct Fake {
    kind: Kind,
    mono: bool,
    values: [f64; 4],
}

const IDS: [&str; 4] = ["gain", "latency", "listen", "hold"];

impl Plugin for Fake {
    fn set(&mut self, id: &str, text: &str) -> Result<(), Fault> {
        let (_, value) = self.value(id, text)?;
        self.set_value(id, value)
    }

    fn value(&mut self, id: &str, text: &str) -> Result<(u32, f64), Fault> {
        let fault = |what: String| Fault { what, expected: "-60 dB to 24 dB".into() };
        let index = IDS
            .iter()
            .position(|known| *known == id)
            .ok_or_else(|| fault(format!("there is no parameter \"{id}\"")))?;
        let value: f64 = match text.trim_end_matches("dB").trim() {
            "On" => 1.0,
            "Off" => 0.0,
            number => {
                number.parse().map_err(|_| fault(format!("{id} = \"{text}\" cannot be read")))?
            }
        };
        if index == 0 && !(-60.0..=24.0).contains(&value) {
            return Err(fault(format!("{id} = \"{text}\" is out of range")));
        }
        Ok((index as u32, value))
    }

    fn set_value(&mut self, id: &str, value: f64) -> Result<(), Fault> {
        let index = IDS.iter().position(|known| *known == id).unwrap();
        self.values[index] = value;
        Ok(())
    }

    fn is_stepped(&self, id: &str) -> bool {
        id == "listen"
    }

    fn text(&mut self, id: &str) -> Option<String> {
        let text = match id {
            "distance" => "2.0 m",
            "azimuth" => "-30",
            _ => return None,
        };
        Some(text.into())
    }

    fn place(&self, id: &str) -> Result<ParamPlace, Fault> {
        let index = IDS.iter().position(|known| *known == id).unwrap();
        Ok(ParamPlace {
            index,
            clap_id: 1000 + index as u32,
            name: id.to_uppercase(),
            min: -60.0,
            max: 24.0,
            is_stepped: self.is_stepped(id),
        })
    }

    fn state(&mut self) -> Result<Vec<u8>, Fault> {
        Ok(format!("{:?} {:?}", self.kind, self.values).repeat(4).into_bytes())
    }

    fn is_mono(&self) -> bool {
        self.mono
    }

    fn has_key(&self) -> bool {
        self.kind != Kind::Distance
    }

    fn has_feed(&self) -> bool {
        self.kind == Kind::Distance
    }

    fn start(&mut self) -> Result<(Box<dyn Running>, usize), Fault> {
        let latency = self.values[1] as usize;
        let held = [vec![0.0; latency], vec![0.0; latency]];
        Ok((Box::new(FakeAudio { values: self.values, held }), latency))
    }

    fn tend(&mut self) {}
}

struct FakeAudio {
    values: [f64; 4],
    held: [Vec<f32>; 2],
}

impl Running for FakeAudio {
    fn process(&mut self, block: Block<'_, '_>) -> Result<(), String> {
        let frames = block.output[0].len();
        let mut gains = vec![0.0; frames];
        let mut events = block.events.iter().peekable();
        for (frame, gain) in gains.iter_mut().enumerate() {
            while let Some(event) = events.next_if(|event| event.offset <= frame) {
                self.values[event.id as usize] = event.value;
            }
            *gain = 10.0_f64.powf(self.values[0] / 20.0) as f32;
        }
        for side in 0..2 {
            // Like a real lookahead: the key is heard when the main input of the same time is.
            let source = match block.sidechain {
                Some(key) if self.values[2] > 0.5 => key[side.min(key.len() - 1)],
                _ => block.input[side.min(block.input.len() - 1)],
            };
            self.held[side].extend(source.iter().zip(&gains).map(|(sample, gain)| sample * gain));
            let mut out: Vec<f32> = self.held[side].drain(..frames).collect();
            if self.values[3] > 0.5 {
                out.fill(0.25);
            }
            block.output[side].copy_from_slice(&out);
        }
        if let Some(aux) = block.aux_output {
            for side in 0..2 {
                aux[side].copy_from_slice(&*block.output[side]);
            }
        }
        Ok(())
    }

    fn tail(&mut self) -> Option<usize> {
        (self.values[3] <= 0.5).then_some(0)
    }
}

/// A session in its own folder.
pub struct Folder {
    dir: TempDir,
}

impl Folder {
    /// With stems `a.wav` and `b.wav`: an impulse at frame 1000 and noise, 1 s each.
    pub fn new() -> Self {
        let folder = Self { dir: tempfile::tempdir().unwrap() };
        let mut impulse = Stereo::silence(RATE as usize);
        impulse.left[1000] = 0.5;
        impulse.right[1000] = 0.5;
        folder.stem("a.wav", &impulse, RATE);
        folder.stem("b.wav", &noise(RATE as usize, 7), RATE);
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn stem(&self, name: &str, audio: &Stereo, rate_hz: u32) {
        audio::write(&self.path(name), audio, rate_hz).unwrap();
    }

    /// Writes a session: a header and this text.
    pub fn session(&self, text: &str) -> PathBuf {
        let path = self.path("session.toml");
        std::fs::write(&path, format!("[session]\nsample_rate = {RATE}\n{text}")).unwrap();
        path
    }

    /// Reads a session and its stems, and renders it.
    pub fn render(&self, text: &str, threads: usize) -> Result<(Session, Rendered), MixError> {
        let session = Session::load(&self.session(text), None)?;
        let stems: Vec<Option<StemAudio>> = session
            .nodes
            .iter()
            .map(|node| node.stem.as_ref().map(|stem| audio::read(&stem.path, RATE).unwrap()))
            .collect();
        let options = RenderOptions { threads, record: false };
        let rendered = render(&session, stems, &Fakes, options, &mut |_| {})?;
        Ok((session, rendered))
    }

    /// The names of everything in the folder, hidden files too.
    pub fn names(&self) -> Vec<String> {
        names(self.dir.path())
    }
}

pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Noise at -12 dBFS, different in both channels, the same for the same seed.
pub fn noise(frames: usize, seed: u64) -> Stereo {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 23) as f32 * 0.25 - 0.25
    };
    let mut audio = Stereo::silence(frames);
    for frame in 0..frames {
        audio.left[frame] = next();
        audio.right[frame] = next();
    }
    audio
}

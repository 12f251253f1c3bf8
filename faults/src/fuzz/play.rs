//! Orders of calls that a host may make, with any audio and any automation.

use clap_host::{
    Block, Bundle, HostOptions, Instance, Layout, ParamEvent, Processor, Result, Transport,
};

use super::bytes::Bytes;

/// The longest block.
const LONGEST: usize = 8192;
/// The audio of one run, at most, in frames.
const FRAMES: usize = 20_000;
/// The same of a run in an instance that stays active, and how it is active: buffers are short at
/// this rate, so that a reset costs little.
const PLAYING_LONGEST: usize = 64;
const PLAYING_FRAMES: usize = 128;
const PLAYING_RATE_HZ: f64 = 8000.0;

/// An instance that is played as bytes say.
pub struct Player {
    instance: Instance,
    fresh: Vec<u8>,
    /// The last state that was saved in this run.
    saved: Vec<u8>,
    processor: Option<Processor>,
    input: [Vec<f32>; 2],
    key: [Vec<f32>; 2],
    output: [Vec<f32>; 2],
    aux: [Vec<f32>; 2],
    events: Vec<ParamEvent>,
    transport: Option<Transport>,
    frames_left: usize,
    /// What has been set since the fresh state was loaded, by index.
    moved: Vec<usize>,
}

fn lanes() -> [Vec<f32>; 2] {
    std::array::from_fn(|_| vec![0.0; LONGEST])
}

/// As many lanes as a port has, `frames` long.
fn cut(lanes: &[Vec<f32>; 2], channels: usize, frames: usize) -> Vec<&[f32]> {
    lanes[..channels].iter().map(|lane| &lane[..frames]).collect()
}

fn cut_mut(lanes: &mut [Vec<f32>; 2], channels: usize, frames: usize) -> Vec<&mut [f32]> {
    lanes[..channels].iter_mut().map(|lane| &mut lane[..frames]).collect()
}

impl Player {
    /// Of the plugin with this CLAP id.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(bundle: &Bundle, id: &str, layout: Layout) -> Result<Self> {
        let options = HostOptions { offline: false, layout, ..HostOptions::default() };
        let mut instance = bundle.instance(id, &options)?;
        let fresh = instance.save_state()?;
        Ok(Self {
            saved: fresh.clone(),
            instance,
            fresh,
            processor: None,
            input: lanes(),
            key: lanes(),
            output: lanes(),
            aux: lanes(),
            events: Vec::new(),
            transport: None,
            frames_left: 0,
            moved: Vec::new(),
        })
    }

    /// Does what the bytes say, from a fresh state on: no call fails, whatever comes out is a number,
    /// and after a reset silence is silent.
    pub fn run(&mut self, bytes: &[u8]) {
        let mut bytes = Bytes::new(bytes);
        self.load(&self.fresh.clone());
        self.saved.clone_from(&self.fresh);
        self.moved.clear();
        self.transport = None;
        self.frames_left = FRAMES;
        self.activate(&mut bytes);
        while !bytes.is_empty() && self.frames_left > 0 {
            self.step(&mut bytes);
        }
        self.rest();
        self.deactivate();
    }

    /// The same in an instance that stays active, thousands of times a second: in short blocks, with no
    /// states loaded. At the end all that was set is set back, and a reset and silence follow, so that
    /// every run begins alike.
    pub fn run_playing(&mut self, bytes: &[u8]) {
        let mut bytes = Bytes::new(bytes);
        if self.processor.is_none() {
            self.load(&self.fresh.clone());
            self.moved.clear();
            self.transport = None;
            self.start(PLAYING_RATE_HZ, PLAYING_LONGEST);
            self.rest();
        }
        self.frames_left = PLAYING_FRAMES;
        while !bytes.is_empty() && self.frames_left > 0 {
            // What is left of a whole life.
            match bytes.byte() % 16 {
                0..=12 => self.play(&mut bytes),
                13 => self.rest(),
                _ => self.transport = transport(&mut bytes),
            }
        }
        self.transport = None;
        self.set_back();
        self.rest();
    }

    /// Sets what has been moved to its default.
    fn set_back(&mut self) {
        self.events.clear();
        for param in self.moved.drain(..) {
            let param = &self.instance.params()[param];
            self.events.push(ParamEvent { offset: 0, id: param.id, value: param.default });
        }
        if !self.events.is_empty() {
            self.silence(1);
            self.process(1);
        }
    }

    fn step(&mut self, bytes: &mut Bytes) {
        match bytes.byte() % 16 {
            0..=8 => self.play(bytes),
            9 => {
                if let Some(processor) = &mut self.processor {
                    processor.reset();
                }
            }
            10 => self.rest(),
            11 => {
                self.deactivate();
                let param = self.param(bytes);
                let value = self.value(param, bytes);
                // Any number may come, also to a plugin at rest.
                let flushed = self.instance.flush_value(self.instance.params()[param].id, value);
                flushed.unwrap_or_else(|error| panic!("{error}"));
                self.activate(bytes);
            }
            12 => {
                let saved = self.instance.save_state();
                self.saved = saved.unwrap_or_else(|error| panic!("{error}"));
            }
            13 => self.load(&self.saved.clone()),
            14 => self.transport = transport(bytes),
            _ => {
                self.instance.answer_requests();
                if self.instance.wants_restart() {
                    self.deactivate();
                    self.activate(bytes);
                }
            }
        }
    }

    fn load(&mut self, state: &[u8]) {
        self.instance.load_state(state).unwrap_or_else(|error| panic!("{error}"));
    }

    fn deactivate(&mut self) {
        if let Some(processor) = self.processor.take() {
            self.instance.deactivate(processor);
        }
    }

    fn activate(&mut self, bytes: &mut Bytes) {
        self.deactivate();
        let rate_hz = match bytes.byte() % 4 {
            0 => bytes.octaves(8000.0, 768_000.0),
            1 => [8000.0, 22_050.0, 192_000.0, 768_000.0][bytes.below(4)],
            _ => [44_100.0, 48_000.0, 96_000.0][bytes.below(3)],
        };
        let longest = bytes.octaves(1.0, LONGEST as f64).round() as usize;
        self.start(rate_hz, longest);
    }

    fn start(&mut self, rate_hz: f64, longest: usize) {
        self.instance.configure(rate_hz, longest);
        let processor = self.instance.activate();
        self.processor = Some(processor.unwrap_or_else(|error| panic!("{error}")));
    }

    fn param(&self, bytes: &mut Bytes) -> usize {
        bytes.below(self.instance.params().len())
    }

    /// Mostly a value in range; now and then any number.
    fn value(&self, param: usize, bytes: &mut Bytes) -> f64 {
        let param = &self.instance.params()[param];
        match bytes.byte() % 8 {
            0 => bytes.double(),
            1 => param.min,
            2 => param.max,
            3 => param.default,
            _ => param.min + bytes.part() * (param.max - param.min),
        }
    }

    fn play(&mut self, bytes: &mut Bytes) {
        let Some(longest) = self.processor.as_ref().map(Processor::max_block) else { return };
        let frames = (bytes.octaves(1.0, longest as f64) as usize).clamp(1, longest);
        self.events.clear();
        for _ in 0..bytes.byte() % 8 {
            let param = self.param(bytes);
            let value = self.value(param, bytes);
            let offset = bytes.below(frames);
            let id = self.instance.params()[param].id;
            self.events.push(ParamEvent { offset, id, value });
            self.moved.push(param);
        }
        self.events.sort_by_key(|event| event.offset);
        for side in 0..2 {
            sound(&mut self.input[side][..frames], bytes);
            sound(&mut self.key[side][..frames], bytes);
        }
        self.process(frames);
        self.frames_left = self.frames_left.saturating_sub(frames);
    }

    /// Resets and plays silence.
    fn rest(&mut self) {
        let Some(processor) = &mut self.processor else { return };
        processor.reset();
        let frames = processor.max_block().min(64);
        self.events.clear();
        self.silence(frames);
        self.process(frames);
        self.frames_left = self.frames_left.saturating_sub(frames);
        let mut heard = self.output.iter().chain(&self.aux).flat_map(|lane| &lane[..frames]);
        assert!(heard.all(|sample| *sample == 0.0), "silence is not silent after a reset");
    }

    fn silence(&mut self, frames: usize) {
        for lane in self.input.iter_mut().chain(&mut self.key) {
            lane[..frames].fill(0.0);
        }
    }

    fn process(&mut self, frames: usize) {
        let Some(processor) = &mut self.processor else { return };
        let ports = self.instance.ports();
        let key = ports.inputs.get(1).map(|port| cut(&self.key, port.channels, frames));
        let feed = ports.outputs.get(1).map(|port| port.channels);
        let mut aux = feed.map(|channels| cut_mut(&mut self.aux, channels, frames));
        let block = Block {
            input: &cut(&self.input, ports.inputs[0].channels, frames),
            sidechain: key.as_deref(),
            output: &mut cut_mut(&mut self.output, ports.outputs[0].channels, frames),
            aux_output: aux.as_deref_mut(),
            events: &self.events,
            transport: self.transport,
        };
        processor.process(block).unwrap_or_else(|error| panic!("{error}"));
        let mut heard = self.output.iter().chain(&self.aux).flat_map(|lane| &lane[..frames]);
        assert!(heard.all(|sample| sample.is_finite()), "what comes out is no number");
    }
}

fn transport(bytes: &mut Bytes) -> Option<Transport> {
    let tempo_bpm = match bytes.byte() % 4 {
        0 => return None,
        1 => bytes.double(),
        _ => bytes.octaves(1.0, 1000.0),
    };
    // Positions are fixed-point numbers in the protocol.
    let position_s = 1e6 * (bytes.part() - 0.1);
    Some(Transport { tempo_bpm, playing: bytes.byte() < 128, position_s })
}

/// Fills a lane with what no one should send, and what everyone does.
fn sound(lane: &mut [f32], bytes: &mut Bytes) {
    match bytes.byte() % 16 {
        0..=3 => {
            let (mut state, level) = (u32::from(bytes.byte()), bytes.octaves(1e-4, 1.0) as f32);
            lane.fill_with(|| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                level * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
            });
        }
        4 => lane.fill(0.0),
        5 => lane.fill(f32::NAN),
        6 => lane.fill(f32::INFINITY),
        7 => lane.fill(f32::NEG_INFINITY),
        8 => lane.fill(1.0),
        9 => lane.fill(-1.0),
        10 => lane.fill(f32::from_bits(1 + u32::from(bytes.byte()))),
        11 => lane.iter_mut().enumerate().for_each(|(n, x)| *x = 1.0 - 2.0 * (n % 2) as f32),
        12 => lane.fill(f32::MAX),
        13 => {
            lane.fill(0.0);
            let at = bytes.below(lane.len());
            lane[at] = bytes.float();
        }
        14 => lane.fill_with(|| bytes.float()),
        _ => lane.fill(-1e-30),
    }
}

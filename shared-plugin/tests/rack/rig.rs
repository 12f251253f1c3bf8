//! A chain whose sound is known, and a host that notes what it is told.

use nice_plug::context::process::SendEventError;
use nice_plug::prelude::*;
use shared_dsp::dynamics::Reading;
use shared_dsp::effect::{Effect, Io, Tail};
use shared_dsp::handoff::Taps;
use shared_plugin::ports::WITH_SIDECHAIN;
use shared_plugin::rack::{Metered, Rack, Task};
use shared_plugin::telemetry::Telemetry;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// What the chain of these tests does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Work {
    /// Doubles left and right.
    #[default]
    Double,
    /// Left becomes left, right becomes silent.
    LeftOnly,
    /// Plays the key.
    Key,
    /// Copies the input to the feed.
    Feed,
    /// Overwrites half of the audio, then panics.
    Fail,
    /// Says that it is this many samples late.
    Late(usize),
    /// Glides to this gain.
    Gain(f32),
}

pub struct Chain {
    work: Work,
    gain: f32,
    /// Frames since it was last measured.
    frames: usize,
}

impl Effect for Chain {
    type Settings = Work;

    fn prepare(&mut self, _sample_rate_hz: f64, settings: &Work) {
        self.work = *settings;
        self.reset();
    }

    fn reset(&mut self) {
        if let Work::Gain(gain) = self.work {
            self.gain = gain;
        }
    }

    fn set(&mut self, settings: &Work) {
        self.work = *settings;
    }

    fn process(&mut self, io: Io<'_>) {
        self.frames += io.frames();
        let [left, right] = io.main;
        match self.work {
            Work::Double => left.iter_mut().chain(right).for_each(|sample| *sample *= 2.0),
            Work::LeftOnly => right.fill(0.0),
            Work::Key => {
                let [key_left, key_right] = io.key.expect("a sidechain");
                left.copy_from_slice(key_left);
                right.copy_from_slice(key_right);
            }
            Work::Feed => {
                let [feed_left, feed_right] = io.feed.expect("a feed");
                feed_left.copy_from_slice(left);
                feed_right.copy_from_slice(right);
            }
            Work::Fail => {
                left.fill(9.0);
                panic!("on purpose");
            }
            Work::Late(_) => {}
            Work::Gain(target) => {
                for (l, r) in left.iter_mut().zip(right) {
                    self.gain += 0.01 * (target - self.gain);
                    *l *= self.gain;
                    *r *= self.gain;
                }
            }
        }
    }

    fn latency_samples(&self) -> usize {
        match self.work {
            Work::Late(samples) => samples,
            Work::Fail => 64,
            _ => 0,
        }
    }

    fn tail(&self) -> Tail {
        Tail::Samples(7)
    }
}

impl Metered for Chain {
    fn measure(&mut self, telemetry: &Telemetry) {
        let frames = std::mem::take(&mut self.frames);
        telemetry.compressor.push(Reading { reduction_db: frames as f32, ..Reading::default() });
    }

    fn process_watched(&mut self, mut io: Io<'_>, taps: &mut Taps) {
        taps.before(&io);
        self.process(io.reborrow());
        taps.after(&io);
    }
}

/// Carries the rack's types.
#[derive(Default)]
pub struct Nothing;

#[derive(Params)]
struct NoParams {}

impl Plugin for Nothing {
    const NAME: &'static str = "Nothing";
    const VENDOR: &'static str = "";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "0.1.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = WITH_SIDECHAIN;
    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = Task;

    fn params(&self) -> Arc<dyn Params> {
        Arc::new(NoParams {})
    }

    fn process(
        &mut self,
        _: &mut Buffer,
        _: &mut AuxiliaryBuffers,
        _: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        ProcessStatus::Normal
    }
}

/// A host that notes what it is told.
pub struct Host {
    pub transport: Transport,
    pub latency: Cell<u32>,
    pub tasks: RefCell<Vec<Task>>,
}

impl Host {
    pub fn new() -> Self {
        Self {
            transport: Transport::new(48_000.0),
            latency: Cell::new(0),
            tasks: RefCell::new(Vec::new()),
        }
    }
}

impl ActivateContext<Nothing> for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }
    fn execute(&self, task: Task) {
        self.tasks.borrow_mut().push(task);
    }
    fn set_latency_samples(&self, samples: u32) {
        self.latency.set(samples);
    }
    fn set_current_voice_capacity(&self, _capacity: u32) {}
}

impl ProcessContext<Nothing> for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }
    fn execute_background(&self, task: Task) {
        self.tasks.borrow_mut().push(task);
    }
    fn execute_gui(&self, task: Task) {
        self.tasks.borrow_mut().push(task);
    }
    fn transport(&self) -> &Transport {
        &self.transport
    }
    fn next_event(&mut self) -> Option<PluginNoteEvent<Nothing>> {
        None
    }
    fn try_send_event(
        &mut self,
        event: PluginNoteEvent<Nothing>,
    ) -> Result<(), (PluginNoteEvent<Nothing>, SendEventError)> {
        Err((event, SendEventError::NoOutputBuffer))
    }
    fn set_latency_samples(&self, samples: u32) {
        self.latency.set(samples);
    }
    fn request_restart(&self) {}
    fn set_current_voice_capacity(&self, _capacity: u32) {}
}

pub fn buffer<'a>(lanes: &'a mut [Vec<f32>]) -> Buffer<'a> {
    let frames = lanes.first().map_or(0, Vec::len);
    let mut buffer = Buffer::default();
    // SAFETY: the slices live as long as the buffer and have the same length.
    unsafe {
        buffer.set_slices(frames, |slices| {
            *slices = lanes.iter_mut().map(Vec::as_mut_slice).collect();
        });
    }
    buffer
}

/// A rack in a layout, ready to process.
pub fn rack(layout: &AudioIOLayout, work: Work, host: &mut Host) -> (Rack<Chain>, Arc<Telemetry>) {
    let (telemetry, probes) = Telemetry::new();
    let mut rack = Rack::new("Nothing", Chain { work, gain: 0.0, frames: 0 }, probes);
    rack.connect(layout);
    let config = BufferConfig {
        sample_rate: 48_000.0,
        min_buffer_size: None,
        max_buffer_size: 4096,
        process_mode: ProcessMode::Realtime,
    };
    rack.activate::<Nothing>(&work, &config, host);
    (rack, telemetry)
}

/// Does something that may not allocate.
pub fn without_allocation<T>(call: impl FnOnce() -> T) -> T {
    let before = violations();
    let result = assert_no_alloc::assert_no_alloc(call);
    assert_eq!(violations(), before, "allocates on the audio thread");
    result
}

#[cfg(debug_assertions)]
fn violations() -> u32 {
    assert_no_alloc::violation_count()
}

// Release builds do not count.
#[cfg(not(debug_assertions))]
fn violations() -> u32 {
    0
}

/// One call of the host with a sidechain and a feed of their own.
pub fn call(
    rack: &mut Rack<Chain>,
    work: Work,
    main: &mut [Vec<f32>],
    key: &mut [Vec<f32>],
    feed: &mut [Vec<f32>],
    host: &mut Host,
) -> ProcessStatus {
    let mut main = buffer(main);
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    if !key.is_empty() {
        inputs.push(buffer(key));
    }
    if !feed.is_empty() {
        outputs.push(buffer(feed));
    }
    let mut aux = AuxiliaryBuffers { inputs: &mut inputs, outputs: &mut outputs };
    match work {
        // A panic allocates.
        Work::Fail => rack.process::<Nothing>(|| work, &mut main, &mut aux, host),
        _ => without_allocation(|| rack.process::<Nothing>(|| work, &mut main, &mut aux, host)),
    }
}

pub fn noise(seed: u32, frames: usize) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..frames).map(|_| next()).collect()
}

//! The rack that a plugin's chain runs in: ports to lanes, latency, tail, meters, and what happens
//! when the chain fails.

use crate::failure::{self, Fault, Site};
use crate::telemetry::{Probes, Telemetry};
use nice_plug::prelude::{
    ActivateContext, AudioIOLayout, AuxiliaryBuffers, Buffer, BufferConfig, NonZeroU32, Plugin,
    ProcessContext, ProcessStatus,
};
use shared_dsp::delay_line::DelayLine;
use shared_dsp::effect::{Effect, Io, Tail};
use shared_dsp::handoff::Taps;
use std::ops::Range;

/// Frames that are handed to the chain at once, at most.
const CHUNK: usize = 1024;

/// More than the latency of any chain: what a chain that has failed leaves is that late.
const LONGEST_LATENCY_S: f64 = 0.1;

/// What a plugin does away from the audio thread.
#[derive(Clone, Copy, Debug)]
pub enum Task {
    /// Writes to the log that the chain of the plugin of this name has failed, and where.
    ReportFailure(&'static str, Site),
    /// Gives the host the edits that wait for its main thread. The plugin does that itself.
    ApplyEdits,
}

impl Task {
    /// Does it.
    pub fn run(self) {
        match self {
            Task::ReportFailure(name, site) => nice_plug::nice_error!(
                "{name} has failed inside ({site}) and passes audio unprocessed until it is reset"
            ),
            Task::ApplyEdits => {}
        }
    }
}

/// The main ports as the host has set them up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Two channels in and out.
    #[default]
    Stereo,
    /// One channel in and out.
    Mono,
    /// One channel in, two out.
    MonoToStereo,
}

impl Shape {
    fn of(layout: &AudioIOLayout) -> Self {
        let channels = |count: Option<NonZeroU32>| count.map_or(0, NonZeroU32::get);
        match (channels(layout.main_input_channels), channels(layout.main_output_channels)) {
            (1, 1) => Shape::Mono,
            (1, _) => Shape::MonoToStereo,
            _ => Shape::Stereo,
        }
    }
}

/// What a mono track hears of the two lanes that a chain makes of its one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// The mean, which is exact where both lanes are the same.
    Mean,
    /// The left lane, for chains whose lanes differ as two points of a room do: the mean of what is
    /// uncorrelated would be 3 dB too quiet beside the direct sound.
    Left,
}

/// A chain in a rack.
pub trait Metered: Effect {
    /// How its lanes become one on a mono track.
    const FOLD: Fold = Fold::Mean;

    /// Writes what the chain has measured, beside its input and output, since this was last called.
    /// Called only while an editor is open, once per call of the host.
    fn measure(&mut self, telemetry: &Telemetry);

    /// [`Effect::process`] while an editor is open, which listens to the audio inside the chain.
    fn process_watched(&mut self, io: Io<'_>, _taps: &mut Taps) {
        self.process(io);
    }
}

/// A chain and what stands between it and the host.
pub struct Rack<C: Effect> {
    name: &'static str,
    chain: C,
    /// What the chain was last set to: comparing is cheaper than setting.
    settings: Option<C::Settings>,
    /// How long the chain sounds on with these settings: working it out costs filter designs.
    tail: Tail,
    shape: Shape,
    probes: Probes,
    /// The right lane of a mono track.
    right: Vec<f32>,
    /// The input, in case that the chain fails: from then on it goes out, as late as ever.
    dry: [DelayLine; 2],
    /// The sidechain of a host that has none.
    silence: Vec<f32>,
    reported_latency: usize,
    /// Whether an editor looked on at the last call.
    watched: bool,
    /// Where the chain has failed.
    failed: Option<Site>,
}

impl<C: Metered> Rack<C> {
    /// The rack of the plugin called `name`.
    pub fn new(name: &'static str, chain: C, probes: Probes) -> Self {
        failure::note_quietly();
        Self {
            name,
            chain,
            settings: None,
            tail: Tail::Samples(0),
            shape: Shape::Stereo,
            probes,
            right: Vec::new(),
            dry: Default::default(),
            silence: Vec::new(),
            reported_latency: 0,
            watched: false,
            failed: None,
        }
    }

    /// Takes note of the ports of a host about to start. To be called before the settings are read,
    /// which depend on them.
    pub fn connect(&mut self, layout: &AudioIOLayout) {
        self.shape = Shape::of(layout);
    }

    /// The main ports.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Allocates and tells the host the latency.
    pub fn activate<P: Plugin>(
        &mut self,
        settings: &C::Settings,
        config: &BufferConfig,
        context: &mut impl ActivateContext<P>,
    ) {
        for lane in [&mut self.right, &mut self.silence] {
            lane.clear();
            lane.resize(CHUNK, 0.0);
        }
        let longest = (LONGEST_LATENCY_S * f64::from(config.sample_rate)).ceil() as usize;
        self.dry.iter_mut().for_each(|lane| lane.prepare(longest + CHUNK));
        self.chain.prepare(f64::from(config.sample_rate), settings);
        self.settings = Some(*settings);
        self.take_tail(self.chain.tail());
        self.probes.prepare(f64::from(config.sample_rate));
        self.failed = None;
        self.reported_latency = self.chain.latency_samples();
        context.set_latency_samples(self.reported_latency as u32);
        self.probes.gauges().latency_samples.set(self.reported_latency as f32);
    }

    /// Forgets all audio, and a failure, and starts at rest on these settings.
    pub fn reset(&mut self, settings: impl FnOnce() -> C::Settings) {
        self.failed = None;
        self.dry.iter_mut().for_each(DelayLine::reset);
        let (mut taken, mut tail) = (self.settings, self.tail);
        self.guarded(|chain| {
            let settings = settings();
            // First, so that nothing glides there from settings that were never heard.
            chain.set(&settings);
            chain.reset();
            (taken, tail) = (Some(settings), chain.tail());
        });
        self.settings = taken;
        self.take_tail(tail);
    }

    /// One call of the host, with settings that are read under guard.
    pub fn process<P: Plugin<BackgroundTask = Task>>(
        &mut self,
        settings: impl FnOnce() -> C::Settings,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<P>,
    ) -> ProcessStatus {
        let failed_before = self.failed.is_some();
        self.take(settings);
        self.follow_latency(context);

        let frames = buffer.samples();
        let metered = self.probes.is_watched(frames);
        if metered && !self.watched {
            self.measure();
            self.probes.begin();
        }
        self.watched = metered;
        let mut start = 0;
        while start < frames {
            let range = start..(start + CHUNK).min(frames);
            start = range.end;
            self.chunk(range, buffer.as_slice(), aux, metered);
        }
        if metered {
            self.measure();
        }
        match self.failed {
            None => status(self.tail),
            Some(site) => {
                if !failed_before {
                    context.execute_background(Task::ReportFailure(self.name, site));
                }
                ProcessStatus::Normal
            }
        }
    }

    /// Sets the chain to new settings.
    fn take(&mut self, settings: impl FnOnce() -> C::Settings) {
        let (mut taken, mut tail) = (self.settings, self.tail);
        self.guarded(|chain| {
            let settings = settings();
            if taken.as_ref() != Some(&settings) {
                taken = Some(settings);
                chain.set(&settings);
                tail = chain.tail();
            }
        });
        self.settings = taken;
        if tail != self.tail {
            self.take_tail(tail);
        }
    }

    fn measure(&mut self) {
        let Self { chain, probes, failed, .. } = self;
        guarded(chain, failed, |chain| chain.measure(probes.gauges()));
    }

    /// Hands one stretch of the host's audio to the chain.
    fn chunk(
        &mut self,
        range: Range<usize>,
        main: &mut [&mut [f32]],
        aux: &mut AuxiliaryBuffers,
        metered: bool,
    ) {
        let frames = range.len();
        let Some((left, others)) = main.split_first_mut() else { return };
        let Some(left) = left.get_mut(range.clone()) else { return };
        // Taken out of the rack while the rack lends its chain; it comes back below.
        let mut own_right = std::mem::take(&mut self.right);
        let right = match others.first_mut() {
            Some(right) => right.get_mut(range.clone()),
            None => own_right.get_mut(..frames),
        };
        if let Some(right) = right {
            if self.shape != Shape::Stereo {
                right.copy_from_slice(left);
            }
            self.run([left, right], range, aux, metered);
            if self.shape == Shape::Mono && C::FOLD == Fold::Mean {
                left.iter_mut().zip(&*right).for_each(|(l, r)| *l = 0.5 * (*l + *r));
            }
        }
        self.right = own_right;
    }

    /// Runs the chain on two lanes. If it has failed, what comes out is what went in, as late as the
    /// host was told, silent where that is no number.
    fn run(
        &mut self,
        [left, right]: [&mut [f32]; 2],
        range: Range<usize>,
        aux: &mut AuxiliaryBuffers,
        metered: bool,
    ) {
        let frames = range.len();
        if metered {
            self.probes.input([left, right]);
        }
        let mut feed = aux.outputs.first_mut().and_then(|port| lanes(port.as_slice(), &range));
        if let Some(feed) = &mut feed {
            feed.iter_mut().for_each(|lane| lane.fill(0.0));
        }
        for (dry, lane) in self.dry.iter_mut().zip([&*left, &*right]) {
            dry.push_block(lane);
        }
        let silence = std::mem::take(&mut self.silence);
        let key = aux.inputs.first().map(|port| {
            // A host without a sidechain may hand over a port that is too short.
            let lane = |at: usize| {
                port.as_slice_immutable().get(at).and_then(|lane| lane.get(range.clone()))
            };
            match (lane(0), lane(1)) {
                (Some(left), Some(right)) => [left, right],
                (Some(both), None) => [both, both],
                _ => [&silence[..frames]; 2],
            }
        });
        let taps = metered.then(|| self.probes.taps());
        let fault = Fault::wanted(left);
        let (chain, failed) = (&mut self.chain, &mut self.failed);
        fault.around(|| {
            guarded(chain, failed, |chain| {
                fault.happen();
                let feed = feed.as_mut().map(|[left, right]| [&mut **left, &mut **right]);
                let io = Io { main: [&mut *left, &mut *right], key, feed };
                match taps {
                    Some(taps) => chain.process_watched(io, taps),
                    None => chain.process(io),
                }
            })
        });
        if self.failed.is_some() {
            let late = self.reported_latency + frames - 1;
            for (dry, lane) in self.dry.iter().zip([&mut *left, &mut *right]) {
                dry.read_block(late, lane);
                // The chain would have kept from the host what is no number.
                lane.iter_mut().filter(|x| !x.is_finite()).for_each(|x| *x = 0.0);
            }
            feed.into_iter().flatten().for_each(|lane| lane.fill(0.0));
        }
        self.silence = silence;
        if metered {
            self.probes.output([left, right]);
        }
    }

    fn take_tail(&mut self, tail: Tail) {
        self.tail = tail;
        self.probes.gauges().tail_samples.set(match tail {
            Tail::Samples(samples) => samples as f32,
            Tail::Infinite => f32::INFINITY,
        });
    }

    fn guarded(&mut self, work: impl FnOnce(&mut C)) {
        guarded(&mut self.chain, &mut self.failed, work);
    }

    /// A latency that depends on the settings is told to the host as it changes. That of a chain that
    /// has failed stays: hosts restart a plugin for a new latency, which would then fail again.
    fn follow_latency<P: Plugin>(&mut self, context: &mut impl ProcessContext<P>) {
        let mut latency = self.reported_latency;
        self.guarded(|chain| latency = chain.latency_samples());
        if latency != self.reported_latency {
            self.reported_latency = latency;
            context.set_latency_samples(latency as u32);
            self.probes.gauges().latency_samples.set(latency as f32);
        }
    }
}

/// Does something with a chain unless it has failed; notes if it fails now.
fn guarded<C>(chain: &mut C, failed: &mut Option<Site>, work: impl FnOnce(&mut C)) {
    if failed.is_none() {
        *failed = failure::caught(|| work(chain));
    }
}

/// Two lanes of a port, if it has them in full length.
fn lanes<'a>(port: &'a mut [&mut [f32]], range: &Range<usize>) -> Option<[&'a mut [f32]; 2]> {
    let (left, others) = port.split_first_mut()?;
    Some([left.get_mut(range.clone())?, others.first_mut()?.get_mut(range.clone())?])
}

fn status(tail: Tail) -> ProcessStatus {
    match tail {
        Tail::Samples(0) => ProcessStatus::Normal,
        Tail::Samples(samples) => ProcessStatus::Tail(samples.min(u64::from(u32::MAX - 1)) as u32),
        Tail::Infinite => ProcessStatus::KeepAlive,
    }
}

//! Rendering a whole piece of audio through one instance, aligned.

use std::time::{Duration, Instant};

use crate::error::Result;
use crate::instance::Instance;
use crate::process::{Block, ParamEvent, Processor, Transport};

/// A parameter's value from a frame of the piece on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Automation {
    /// Frames from the start of the piece.
    pub frame: usize,
    /// The parameter's string id.
    pub param: String,
    /// The value as text.
    pub text: String,
}

impl Automation {
    /// Sets `param` to `text` at `frame`.
    pub fn new(frame: usize, param: &str, text: &str) -> Self {
        Self { frame, param: param.to_owned(), text: text.to_owned() }
    }
}

/// How a piece is rendered.
#[derive(Clone, Debug)]
pub struct RenderOptions<'a> {
    /// Block length in frames, cut to the instance's maximum.
    pub block: usize,
    /// The sidechain, one vector a channel; silent after its end.
    pub sidechain: Option<&'a [Vec<f32>]>,
    /// Values over time.
    pub automation: Vec<Automation>,
    /// Tempo in beats per minute. The song plays from the piece's first frame.
    pub tempo_bpm: f64,
    /// Frames to render after the end of the input.
    pub tail_frames: usize,
    /// Take the plugin's latency out, so that the output lines up with the input.
    pub compensate: bool,
}

impl Default for RenderOptions<'_> {
    /// Blocks of 512 frames at 120 bpm, latency taken out, nothing else.
    fn default() -> Self {
        Self {
            block: 512,
            sidechain: None,
            automation: Vec::new(),
            tempo_bpm: 120.0,
            tail_frames: 0,
            compensate: true,
        }
    }
}

/// A rendered piece.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The main output, one vector a channel.
    pub main: Vec<Vec<f32>>,
    /// The auxiliary output, one vector a channel; empty if there is none.
    pub aux: Vec<Vec<f32>>,
    /// The latency in frames, taken out if that was asked.
    pub latency: usize,
    /// The time spent inside the plugin and this host's copying.
    pub elapsed: Duration,
}

/// Renders `input` (one vector a channel, as many as the main input has) through the instance,
/// which must not be active and is not afterwards. A plugin that asks to be restarted because its
/// latency changes gets that, and the piece begins anew.
///
/// # Errors
/// When a parameter or its text is wrong, the audio does not fit the ports, or the plugin fails.
pub fn render(
    instance: &mut Instance,
    input: &[Vec<f32>],
    options: &RenderOptions,
) -> Result<Rendered> {
    let events = events(instance, options)?;
    // A latency may depend on another parameter's automation; it must settle all the same.
    for _ in 0..4 {
        if let Some(rendered) = pass(instance, input, options, &events, true)? {
            return Ok(rendered);
        }
    }
    Ok(pass(instance, input, options, &events, false)?.expect("a pass without restarts ends"))
}

/// The automation in the order of frames, its texts understood.
fn events(instance: &mut Instance, options: &RenderOptions) -> Result<Vec<ParamEvent>> {
    let mut events = Vec::with_capacity(options.automation.len());
    for Automation { frame, param, text } in &options.automation {
        events.push(instance.event(*frame, param, text)?);
    }
    events.sort_by_key(|event| event.offset);
    Ok(events)
}

/// One pass over the piece. `None` if the plugin was restarted in it.
fn pass(
    instance: &mut Instance,
    input: &[Vec<f32>],
    options: &RenderOptions,
    events: &[ParamEvent],
    may_restart: bool,
) -> Result<Option<Rendered>> {
    let channels = |ports: &[crate::Port], index: usize| ports.get(index).map_or(0, |p| p.channels);
    let outputs = instance.ports().outputs.clone();
    let rate_hz = instance.options().sample_rate_hz;
    let mut processor = instance.activate()?;
    let latency = instance.latency();
    let lead = if options.compensate { latency } else { 0 };
    let length = input.first().map_or(0, Vec::len) + options.tail_frames;
    let total = length + lead;
    let mut piece = Piece {
        input,
        sidechain: options.sidechain,
        main: vec![vec![0.0; total]; channels(&outputs, 0)],
        aux: vec![vec![0.0; total]; channels(&outputs, 1)],
        events,
        tempo_bpm: options.tempo_bpm,
        rate_hz,
    };
    let block = options.block.clamp(1, processor.max_block());
    let began = Instant::now();
    let mut outcome = Ok(());
    let mut start = 0;
    while start < total && outcome.is_ok() {
        let end = total.min(start + block);
        outcome = piece.process(&mut processor, start, end);
        instance.answer_requests();
        if may_restart && processor.wants_restart() {
            instance.deactivate(processor);
            return outcome.map(|()| None);
        }
        start = end;
    }
    let elapsed = began.elapsed();
    instance.deactivate(processor);
    outcome?;
    let aligned = |mut channel: Vec<f32>| {
        channel.drain(..lead);
        channel
    };
    Ok(Some(Rendered {
        main: piece.main.into_iter().map(aligned).collect(),
        aux: piece.aux.into_iter().map(aligned).collect(),
        latency,
        elapsed,
    }))
}

struct Piece<'a> {
    input: &'a [Vec<f32>],
    sidechain: Option<&'a [Vec<f32>]>,
    main: Vec<Vec<f32>>,
    aux: Vec<Vec<f32>>,
    events: &'a [ParamEvent],
    tempo_bpm: f64,
    rate_hz: f64,
}

impl Piece<'_> {
    fn process(&mut self, processor: &mut Processor, start: usize, end: usize) -> Result<()> {
        let input = cut(self.input, start, end);
        let sidechain = self.sidechain.map(|channels| cut(channels, start, end));
        let events: Vec<_> = self
            .events
            .iter()
            .filter(|event| (start..end).contains(&event.offset))
            .map(|event| ParamEvent { offset: event.offset - start, ..*event })
            .collect();
        let mut main: Vec<_> = self.main.iter_mut().map(|c| &mut c[start..end]).collect();
        let mut aux: Vec<_> = self.aux.iter_mut().map(|c| &mut c[start..end]).collect();
        processor.process(Block {
            input: &slices(&input),
            sidechain: sidechain.as_ref().map(|channels| slices(channels)).as_deref(),
            output: &mut main,
            aux_output: (!aux.is_empty()).then_some(&mut aux[..]),
            events: &events,
            transport: Some(Transport {
                tempo_bpm: self.tempo_bpm,
                playing: true,
                position_s: start as f64 / self.rate_hz,
            }),
        })
    }
}

/// Frames `start..end` of every channel, silent after its end.
fn cut(channels: &[Vec<f32>], start: usize, end: usize) -> Vec<Vec<f32>> {
    let samples = |channel: &Vec<f32>| {
        let mut samples = channel.get(start..end.min(channel.len())).unwrap_or(&[]).to_vec();
        samples.resize(end - start, 0.0);
        samples
    };
    channels.iter().map(samples).collect()
}

fn slices(channels: &[Vec<f32>]) -> Vec<&[f32]> {
    channels.iter().map(Vec::as_slice).collect()
}

//! Processing blocks of audio, on any thread.

use std::path::PathBuf;

use clack_extensions::tail::{PluginTail, TailLength};
use clack_host::events::event_types::{ParamValueEvent, TransportEvent, TransportFlags};
use clack_host::events::spaces::CoreEventSpace;
use clack_host::events::{EventFlags, EventHeader};
use clack_host::prelude::*;
use clack_host::process::StartedPluginAudioProcessor;
use clack_host::process::audio_buffers::{AudioPortBuffer, AudioPortBufferType, InputChannel};
use clack_host::utils::{BeatTime, SecondsTime};

use crate::error::{Error, Result};
use crate::host::Host;
use crate::instance::{HostOptions, Layout};
use crate::ports::{Port, Ports};

/// A parameter's new value, at a frame of a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamEvent {
    /// Frames from the start of the block.
    pub offset: usize,
    /// The CLAP id ([`crate::param_id`] of the string id).
    pub id: u32,
    /// The value, within the parameter's declared range.
    pub value: f64,
}

/// What a plugin tells its host of a parameter, by its CLAP id.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// A gesture begins.
    Begin(u32),
    /// A new value, within the parameter's declared range.
    Set(u32, f64),
    /// The gesture ends.
    End(u32),
}

/// Where the song is at the start of a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transport {
    /// Tempo in beats per minute.
    pub tempo_bpm: f64,
    /// Whether the song plays.
    pub playing: bool,
    /// Seconds from the start of the song.
    pub position_s: f64,
}

/// One block of audio. Slices hold one slice of samples a channel, all of the same length.
#[derive(Default)]
pub struct Block<'a, 'b> {
    /// The main input, with the port's number of channels.
    pub input: &'a [&'a [f32]],
    /// The sidechain input, if connected.
    pub sidechain: Option<&'a [&'a [f32]]>,
    /// The main output, with the port's number of channels.
    pub output: &'a mut [&'b mut [f32]],
    /// The auxiliary output, if connected.
    pub aux_output: Option<&'a mut [&'b mut [f32]]>,
    /// New values, in the order of their offsets.
    pub events: &'a [ParamEvent],
    /// Where the song is, if the host tells.
    pub transport: Option<Transport>,
}

/// An active plugin's audio side.
pub struct Processor {
    plugin: StartedPluginAudioProcessor<Host>,
    path: PathBuf,
    max_block: usize,
    omit_unused_ports: bool,
    inputs: Side,
    outputs: Side,
    events: EventBuffer,
    answers: EventBuffer,
    frame: u64,
}

/// The ports of one direction with a buffer for every channel.
struct Side {
    ports: AudioPorts,
    buffers: Vec<Vec<Vec<f32>>>,
}

impl Side {
    fn new(ports: &[Port], max_block: usize) -> Self {
        let port = |port: &Port| vec![vec![0.0; max_block]; port.channels];
        Self {
            ports: AudioPorts::with_capacity(
                ports.iter().map(|port| port.channels).sum(),
                ports.len(),
            ),
            buffers: ports.iter().map(port).collect(),
        }
    }

    /// How many ports the plugin is given.
    fn used(&self, second_is_given: bool, omit_unused: bool) -> usize {
        let least = if second_is_given { 2 } else { 1 };
        if omit_unused { least.min(self.buffers.len()) } else { self.buffers.len() }
    }
}

impl Processor {
    pub(crate) fn new(
        plugin: StartedPluginAudioProcessor<Host>,
        path: PathBuf,
        options: &HostOptions,
        ports: &Ports,
    ) -> Self {
        let mut ports = ports.clone();
        if let Some(Layout { inputs, outputs }) = options.handed_over {
            ports.inputs[0].channels = inputs;
            ports.outputs[0].channels = outputs;
        }
        Self {
            plugin,
            path,
            max_block: options.max_block,
            omit_unused_ports: options.omit_unused_ports,
            inputs: Side::new(&ports.inputs, options.max_block),
            outputs: Side::new(&ports.outputs, options.max_block),
            events: EventBuffer::with_capacity(64),
            answers: EventBuffer::with_capacity(64),
            frame: 0,
        }
    }

    pub(crate) fn into_stopped(self) -> StoppedPluginAudioProcessor<Host> {
        self.plugin.stop_processing()
    }

    /// The longest block in frames.
    pub fn max_block(&self) -> usize {
        self.max_block
    }

    /// Forgets all audio, as at the start of playback.
    pub fn reset(&mut self) {
        self.plugin.reset();
        self.frame = 0;
    }

    /// The tail in samples; `None` if it never ends.
    pub fn tail(&mut self) -> Option<usize> {
        let plugin = self.plugin.plugin_handle();
        match plugin.get_extension::<PluginTail>().map(|extension| extension.get(&plugin)) {
            Some(TailLength::Infinite) => None,
            Some(TailLength::Finite(samples)) => Some(samples as usize),
            None => Some(0),
        }
    }

    /// Whether the plugin wants [`crate::Instance::restart`].
    pub fn wants_restart(&self) -> bool {
        self.plugin.access_shared_handler(|shared| {
            shared.restart.load(std::sync::atomic::Ordering::Acquire)
        })
    }

    /// Processes one block.
    ///
    /// # Errors
    /// When the audio does not fit the ports or the block size, or the plugin fails.
    pub fn process(&mut self, block: Block) -> Result<()> {
        let frames = block.output.first().map_or(0, |channel| channel.len());
        if frames == 0 || frames > self.max_block {
            return Err(self.shape("the block's length in frames", self.max_block, frames));
        }
        self.fill(0, "main input", block.input, frames)?;
        match block.sidechain {
            Some(sidechain) => self.fill(1, "sidechain", sidechain, frames)?,
            None => self.inputs.buffers.iter_mut().skip(1).flatten().for_each(|c| c.fill(0.0)),
        }
        self.events.clear();
        for event in block.events {
            let time = event.offset.min(frames - 1) as u32;
            let id = ClapId::new(event.id);
            self.events.push(&ParamValueEvent::new(time, id, Pckn::match_all(), event.value));
        }
        let transport = block.transport.map(|transport| transport.event());
        let used = (
            self.inputs.used(block.sidechain.is_some(), self.omit_unused_ports),
            self.outputs.used(block.aux_output.is_some(), self.omit_unused_ports),
        );
        self.call(frames, used, transport.as_ref())?;
        self.read(0, "main output", block.output)?;
        match block.aux_output {
            Some(aux) => self.read(1, "auxiliary output", aux),
            None => Ok(()),
        }
    }

    /// What the plugin told of its parameters in the last block, in order.
    pub fn answers(&self) -> impl Iterator<Item = Answer> {
        self.answers.iter().filter_map(|event| match event.as_core_event()? {
            CoreEventSpace::ParamGestureBegin(event) => {
                Some(Answer::Begin(event.param_id()?.get()))
            }
            CoreEventSpace::ParamValue(event) => {
                Some(Answer::Set(event.param_id()?.get(), event.value()))
            }
            CoreEventSpace::ParamGestureEnd(event) => Some(Answer::End(event.param_id()?.get())),
            _ => None,
        })
    }

    fn shape(&self, what: &'static str, expected: usize, got: usize) -> Error {
        Error::Shape { path: self.path.clone(), what, expected, got }
    }

    /// Copies the caller's channels into the input port's buffers.
    fn fill(
        &mut self,
        port: usize,
        what: &'static str,
        channels: &[&[f32]],
        frames: usize,
    ) -> Result<()> {
        let expected = self.inputs.buffers.get(port).map_or(0, Vec::len);
        if channels.len() != expected {
            return Err(self.shape(what, expected, channels.len()));
        }
        if let Some(short) = channels.iter().find(|channel| channel.len() != frames) {
            return Err(self.shape(what, frames, short.len()));
        }
        for (buffer, channel) in
            self.inputs.buffers.get_mut(port).into_iter().flatten().zip(channels)
        {
            buffer[..frames].copy_from_slice(channel);
        }
        Ok(())
    }

    /// Copies the output port's buffers into the caller's channels.
    fn read(&self, port: usize, what: &'static str, channels: &mut [&mut [f32]]) -> Result<()> {
        let buffers = self.outputs.buffers.get(port).map_or(&[][..], Vec::as_slice);
        if channels.len() != buffers.len() {
            return Err(self.shape(what, buffers.len(), channels.len()));
        }
        for (channel, buffer) in channels.iter_mut().zip(buffers) {
            let frames = channel.len().min(buffer.len());
            channel[..frames].copy_from_slice(&buffer[..frames]);
        }
        Ok(())
    }

    fn call(
        &mut self,
        frames: usize,
        (inputs_used, outputs_used): (usize, usize),
        transport: Option<&TransportEvent>,
    ) -> Result<()> {
        let inputs = self.inputs.ports.with_input_buffers(
            self.inputs.buffers[..inputs_used].iter_mut().map(|port| AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_input_only(port.iter_mut().map(|channel| {
                    InputChannel { buffer: &mut channel[..frames], is_constant: false }
                })),
            }),
        );
        let mut outputs = self.outputs.ports.with_output_buffers(
            self.outputs.buffers[..outputs_used].iter_mut().map(|port| AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_output_only(
                    port.iter_mut().map(|channel| &mut channel[..frames]),
                ),
            }),
        );
        self.answers.clear();
        let status = self.plugin.process(
            &inputs,
            &mut outputs,
            &self.events.as_input(),
            &mut self.answers.as_output(),
            Some(self.frame),
            transport,
        );
        self.frame += frames as u64;
        status.map(|_| ()).map_err(|error| Error::Plugin {
            path: self.path.clone(),
            what: "processing failed",
            cause: error.to_string(),
        })
    }
}

impl Transport {
    fn event(self) -> TransportEvent {
        let beats = self.position_s * self.tempo_bpm / 60.0;
        // Four beats a bar.
        let bar = (beats / 4.0).floor();
        let mut flags = TransportFlags::HAS_TEMPO
            | TransportFlags::HAS_BEATS_TIMELINE
            | TransportFlags::HAS_SECONDS_TIMELINE
            | TransportFlags::HAS_TIME_SIGNATURE;
        flags.set(TransportFlags::IS_PLAYING, self.playing);
        TransportEvent {
            header: EventHeader::new_core(0, EventFlags::empty()),
            flags,
            song_pos_beats: BeatTime::from_float(beats),
            song_pos_seconds: SecondsTime::from_float(self.position_s),
            tempo: self.tempo_bpm,
            tempo_inc: 0.0,
            loop_start_beats: BeatTime::from_float(0.0),
            loop_end_beats: BeatTime::from_float(0.0),
            loop_start_seconds: SecondsTime::from_float(0.0),
            loop_end_seconds: SecondsTime::from_float(0.0),
            bar_start: BeatTime::from_float(bar * 4.0),
            bar_number: bar as i32,
            time_signature_numerator: 4,
            time_signature_denominator: 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_may_change_threads() {
        fn is_send<T: Send>() {}
        is_send::<Processor>();
    }
}

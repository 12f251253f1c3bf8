//! From a session to nodes that can be rendered: plugins are made and set, latencies compensated.

use super::lane::{self, Timed};
use super::node::{Input, Record, Unit, Wait, Worker};
use super::port::Port;
use crate::audio::StemAudio;
use crate::dynamics::PowerMeter;
use crate::error::{MixError, Result};
use crate::level::Gain;
use crate::rack::{Fault, Place, Plugin, Rack};
use crate::session::order::{edges, sorted};
use crate::session::{Node, Session, Slot, Tap};

/// Everything that a render needs.
pub struct Plan {
    /// One for each node, in the session's order.
    pub workers: Vec<Worker>,
    /// What leaves them.
    pub ports: Vec<Port>,
    /// The plugins' main sides, by node and slot. They outlive the audio sides.
    pub plugins: Vec<Vec<Box<dyn Plugin>>>,
    /// Latency of the whole in samples.
    pub latency: usize,
}

/// How to make a plan.
pub struct Options {
    /// How long the ports are, in chunks.
    pub chunks: usize,
    /// Keep the input and output of these slots (node, slot).
    pub record: Vec<(usize, usize)>,
}

/// An error at a slot's line.
pub fn slot_error(
    session: &Session,
    node: &Node,
    slot: &Slot,
    line: usize,
    fault: Fault,
) -> MixError {
    MixError {
        file: session.file.clone(),
        line: Some(line),
        what: format!("\"{}\", {}: {}", node.name, slot.name, fault.what),
        expected: fault.expected,
    }
}

/// A plugin with the session's settings and the automation that it is to be sent.
pub struct Loaded {
    /// The plugin, not started.
    pub plugin: Box<dyn Plugin>,
    /// Its automation, in the song's frames.
    pub events: Vec<Timed>,
}

/// Makes a plugin and sets it as the session says.
pub fn load(
    session: &Session,
    node: &Node,
    slot: &Slot,
    mono: bool,
    rack: &dyn Rack,
) -> Result<Loaded> {
    let sample_rate_hz = f64::from(session.sample_rate_hz);
    let place = Place { sample_rate_hz, mono, track: &node.name, colour: &node.colour };
    let failed = |line, fault| slot_error(session, node, slot, line, fault);
    let mut plugin = rack.load(slot.kind, &place).map_err(|fault| failed(slot.line, fault))?;
    for setting in &slot.set {
        let set = plugin.set(&setting.id, &setting.text);
        set.map_err(|fault| failed(setting.line, fault))?;
    }
    let mut events = Vec::new();
    for lane in &slot.lanes {
        let read = lane::ramp(&mut *plugin, lane, sample_rate_hz);
        let ramp = read.map_err(|(line, fault)| failed(line, fault))?;
        let set = plugin.set_value(&lane.id, ramp.initial);
        set.map_err(|fault| failed(lane.line, fault))?;
        events.extend(ramp.events);
    }
    events.sort_by_key(|event| event.frame);
    for (route, there, word) in [
        (slot.key, plugin.has_key(), "sidechain input, so it can have no key"),
        (slot.feed, plugin.has_feed(), "auxiliary output, so it can have no feed"),
    ] {
        if let (Some(route), false) = (route, there) {
            let what = format!("{} has no {word}", slot.kind.name());
            return Err(failed(route.line, Fault { what, expected: "another plugin".into() }));
        }
    }
    Ok(Loaded { plugin, events })
}

/// Makes every plugin and joins the nodes. `stems` has one for each track.
pub fn plan(
    session: &Session,
    stems: Vec<Option<StemAudio>>,
    rack: &dyn Rack,
    options: &Options,
) -> Result<Plan> {
    let count = session.nodes.len();
    let order = sorted(count, &edges(session)).unwrap_or_else(|_| (0..count).collect());
    let mut builder = Builder {
        session,
        rack,
        options,
        ports: Vec::new(),
        outs: (0..count).map(|_| Outs::default()).collect(),
    };
    let mut stems = stems;
    let mut made: Vec<Option<Made>> = (0..count).map(|_| None).collect();
    for node in order {
        made[node] = Some(builder.node(node, stems[node].take())?);
    }
    let latency = builder.ports[builder.outs[session.master()].post].latency;
    let (workers, plugins) = made.into_iter().flatten().unzip();
    Ok(Plan { workers, ports: builder.ports, plugins, latency })
}

/// A node and its plugins' main sides.
type Made = (Worker, Vec<Box<dyn Plugin>>);

/// Where a node's audio leaves it.
#[derive(Default)]
struct Outs {
    pre: Option<usize>,
    post: usize,
    /// By slot.
    feeds: Vec<Option<usize>>,
}

struct Builder<'a> {
    session: &'a Session,
    rack: &'a dyn Rack,
    options: &'a Options,
    ports: Vec<Port>,
    outs: Vec<Outs>,
}

impl Builder<'_> {
    fn port(&mut self, latency: usize) -> usize {
        self.ports.push(Port::new(latency, self.options.chunks));
        self.ports.len() - 1
    }

    fn node(&mut self, index: usize, stem: Option<StemAudio>) -> Result<Made> {
        let session = self.session;
        let node = &session.nodes[index];
        let mut inputs = self.inputs(index);
        let late = |input: &Input, ports: &[Port]| ports[input.port].latency;
        let latency_in = inputs.iter().map(|input| late(input, &self.ports)).max().unwrap_or(0);
        for input in &mut inputs {
            input.delay = latency_in - late(input, &self.ports);
        }
        let mut mono = stem.as_ref().is_some_and(|stem| stem.is_mono);
        let (mut latency, mut units, mut plugins, mut feeds) =
            (latency_in, Vec::new(), Vec::new(), Vec::new());
        for place in 0..node.plugins.len() {
            let (unit, plugin, added) = self.unit(index, place, latency, mono)?;
            latency = unit.latency_in + added;
            feeds.push(unit.feed.map(|feed| feed.0));
            units.push(unit);
            plugins.push(plugin);
            mono = false;
        }
        let wants_pre = node.sends.iter().any(|send| send.tap == Tap::Pre);
        let pre = wants_pre.then(|| self.port(latency));
        let post = self.port(latency);
        self.outs[index] = Outs { pre, post, feeds };
        let sample_rate_hz = f64::from(session.sample_rate_hz);
        let worker = Worker {
            stem: stem.map(|stem| stem.audio),
            inputs,
            latency_in,
            gain: Gain::fixed(node.gain_db),
            units,
            fader: Gain::new(&node.fader, sample_rate_hz),
            pre,
            post,
            tempo_bpm: session.tempo.quarters_per_minute,
            sample_rate_hz,
        };
        Ok((worker, plugins))
    }

    /// What a node sums, always in the same order: sums of floats depend on it.
    fn inputs(&self, index: usize) -> Vec<Input> {
        let mut inputs = Vec::new();
        for (from, node) in self.session.nodes.iter().enumerate() {
            let outs = &self.outs[from];
            if node.output.is_some_and(|route| route.node == index) {
                inputs.push(Input { port: outs.post, delay: 0, gain: None });
            }
            for send in node.sends.iter().filter(|send| send.to.node == index) {
                let port = match (send.tap, outs.pre) {
                    (Tap::Pre, Some(pre)) => pre,
                    _ => outs.post,
                };
                let rate = f64::from(self.session.sample_rate_hz);
                let gain = Some(Gain::new(&send.level, rate));
                inputs.push(Input { port, delay: 0, gain });
            }
            for (slot, feed) in node.plugins.iter().zip(&outs.feeds) {
                if let (Some(route), Some(port)) = (slot.feed, feed)
                    && route.node == index
                {
                    inputs.push(Input { port: *port, delay: 0, gain: None });
                }
            }
        }
        inputs
    }

    /// Starts a plugin whose main input is `latency` late: the unit, and the latency it adds.
    fn unit(
        &mut self,
        index: usize,
        place: usize,
        latency: usize,
        mono: bool,
    ) -> Result<(Unit, Box<dyn Plugin>, usize)> {
        let session = self.session;
        let node = &session.nodes[index];
        let slot = &node.plugins[place];
        let Loaded { mut plugin, events } = load(session, node, slot, mono, self.rack)?;
        let (running, added) =
            plugin.start().map_err(|fault| slot_error(session, node, slot, slot.line, fault))?;
        let mut unit = Unit {
            running,
            mono: plugin.is_mono(),
            wait: None,
            key: None,
            feed: None,
            events,
            next: 0,
            latency_in: latency,
            record: None,
        };
        if let Some(key) = slot.key {
            let port = self.outs[key.node].post;
            let late = self.ports[port].latency;
            if late > latency {
                unit.wait = Some(Wait::new(late - latency));
                unit.latency_in = late;
            }
            unit.key = Some(Input { port, delay: unit.latency_in - late, gain: None });
        }
        if slot.feed.is_some() {
            let latency = unit.latency_in + added;
            unit.feed = Some((self.port(latency), latency));
        }
        if self.options.record.contains(&(index, place)) {
            let known = place == 0 && unit.wait.is_none();
            let input = (!known).then(|| self.port(unit.latency_in));
            let output = PowerMeter::new(session.sample_rate_hz, unit.latency_in + added);
            unit.record = Some(Record { input, output });
        }
        Ok((unit, plugin, added))
    }
}

//! Renders a session: a graph of nodes, in chunks, on several threads, the same bits every time.

mod lane;
mod node;
mod plan;
mod port;
mod schedule;

use std::time::Instant;

use crate::audio::{StemAudio, Stereo};
use crate::error::{MixError, Result};
use crate::rack::Rack;
use crate::session::{Role, Session};
use port::CHUNK;

pub use lane::due;
pub use plan::{Loaded, load as load_slot, slot_error};

/// A tail has died away below this level (-100 dBFS).
const SILENCE: f32 = 1e-5;

/// What still sounds at the longest tail fades out over this time, in s.
const CUT_FADE_S: f64 = 0.5;

/// How to render.
#[derive(Clone, Copy, Debug)]
pub struct RenderOptions {
    /// Threads.
    pub threads: usize,
    /// Whether to keep the audio before and after dynamics, for the report.
    pub record: bool,
}

/// What went into a plugin and how strong it came out, aligned with the song.
pub struct Recording {
    /// Node and slot.
    pub place: (usize, usize),
    /// What went in.
    pub input: Stereo,
    /// The power of what came out, every [`crate::dynamics::STEP_S`].
    pub output: Vec<f64>,
    /// The sidechain.
    pub key: Option<Stereo>,
    /// Whether the plugin takes one channel.
    pub mono: bool,
}

/// A rendered session. Everything starts at the song's start.
pub struct Rendered {
    /// What each node put out; the master's is the mix.
    pub nodes: Vec<Stereo>,
    /// Around plugins that change gain, if asked for.
    pub recordings: Vec<Recording>,
    /// Wall-clock time of the rendering alone, in s.
    pub render_s: f64,
    /// Latency that was compensated, in samples.
    pub latency: usize,
    /// Whether it still sounded at the longest tail that the session allows, and was faded out there.
    pub tail_was_cut: bool,
    /// Texts of parameters that the report shows, by node and slot.
    pub placements: Vec<Placement>,
}

/// Where a Distance has put its track, as text.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The node.
    pub node: usize,
    /// Distance.
    pub distance: String,
    /// Direction.
    pub azimuth: String,
    /// Room.
    pub room: String,
    /// Room group.
    pub room_group: String,
}

/// Renders. `stems` has one for each node, in order; `progress` hears parts of 1.
pub fn render(
    session: &Session,
    stems: Vec<Option<StemAudio>>,
    rack: &dyn Rack,
    options: RenderOptions,
    progress: &mut dyn FnMut(f64),
) -> Result<Rendered> {
    let rate = f64::from(session.sample_rate_hz);
    let song = stems.iter().flatten().map(|stem| stem.audio.frames()).max().unwrap_or(0);
    // A second for latencies: they are not known before the plugins are made.
    let longest = song + ((session.tail_s + 1.0) * rate) as usize;
    let record = if options.record { crate::dynamics::candidates(session) } else { Vec::new() };
    let plan_options = plan::Options { chunks: longest.div_ceil(CHUNK), record };
    let plan = plan::plan(session, stems, rack, &plan_options)?;
    let mut plugins = plan.plugins;
    let placements = placements(session, &mut plugins);
    let posts: Vec<usize> = plan.workers.iter().map(|worker| worker.post).collect();

    let schedule = schedule::Schedule::new(plan.workers, &crate::session::order::edges(session));
    let first = (song + plan.latency).div_ceil(CHUNK).min(plan_options.chunks);
    let started = Instant::now();
    let mut chunks = first;
    loop {
        let run = schedule.run(&plan.ports, chunks, options.threads, |done| {
            plugins.iter_mut().flatten().for_each(|plugin| plugin.tend());
            progress(done as f64 / chunks as f64);
        });
        run.map_err(|(node, why)| MixError {
            file: session.file.clone(),
            line: Some(session.nodes[node].line),
            what: format!("\"{}\" failed while rendering: {why}", session.nodes[node].name),
            expected: "plugins that process".into(),
        })?;
        let silent = posts.iter().all(|port| {
            plan.ports[*port].chunk(chunks - 1).is_none_or(|c| port::is_silent(c, SILENCE))
        });
        if silent || chunks >= plan_options.chunks {
            break;
        }
        chunks = (chunks + 4).min(plan_options.chunks);
    }
    let render_s = started.elapsed().as_secs_f64();
    let mut workers = schedule.into_workers();
    let end = (chunks * CHUNK).min(longest);
    let collect = |port: usize, frames: usize| {
        let port = &plan.ports[port];
        port.collect(port.latency, frames)
    };
    let limit = song + (session.tail_s * rate) as usize;
    let sounding = audible(&collect(posts[session.master()], end - plan.latency), song);
    let tail_was_cut = sounding > limit;
    let frames = sounding.min(limit);
    let mut nodes: Vec<Stereo> = posts.iter().map(|port| collect(*port, frames)).collect();
    if tail_was_cut {
        nodes.iter_mut().for_each(|node| fade_out(node, (CUT_FADE_S * rate) as usize));
    }
    let recordings = recordings(&mut workers, &plan.ports, frames);
    // The audio sides must be gone before their plugins.
    drop(workers);
    Ok(Rendered { nodes, recordings, render_s, latency: plan.latency, tail_was_cut, placements })
}

fn recordings(workers: &mut [node::Worker], ports: &[port::Port], frames: usize) -> Vec<Recording> {
    let whole = |port: usize| ports[port].collect(ports[port].latency, frames);
    let mut recordings = Vec::new();
    for (node, worker) in workers.iter_mut().enumerate() {
        for slot in 0..worker.units.len() {
            let Some(record) = worker.units[slot].record.take() else { continue };
            let input = record.input.map_or_else(|| entering(worker, ports, frames), whole);
            let unit = &worker.units[slot];
            let key = unit.key.as_ref().map(|key| whole(key.port));
            let (place, output) = ((node, slot), record.output.finish());
            recordings.push(Recording { place, input, output, key, mono: unit.mono });
        }
    }
    recordings
}

/// What enters a node's chain, from the song's start.
fn entering(worker: &node::Worker, ports: &[port::Port], frames: usize) -> Stereo {
    let mut audio = Stereo::default();
    let mut start = worker.latency_in as i64;
    while audio.frames() < frames {
        let chunk = worker.input(start, ports);
        audio.left.extend(chunk.left);
        audio.right.extend(chunk.right);
        start += CHUNK as i64;
    }
    audio.left.truncate(frames);
    audio.right.truncate(frames);
    audio
}

fn placements(
    session: &Session,
    plugins: &mut [Vec<Box<dyn crate::rack::Plugin>>],
) -> Vec<Placement> {
    let mut placements = Vec::new();
    for (node, plugins) in plugins.iter_mut().enumerate() {
        for (slot, plugin) in session.nodes[node].plugins.iter().zip(plugins) {
            if slot.kind == crate::session::Kind::Distance
                && session.nodes[node].role != Role::Master
            {
                let mut text = |id| plugin.text(id).unwrap_or_default();
                placements.push(Placement {
                    node,
                    distance: text("distance"),
                    azimuth: text("azimuth"),
                    room: text("room"),
                    room_group: text("room_group"),
                });
            }
        }
    }
    placements
}

/// Frames until the last tail has died away, and at least the song's.
fn audible(mix: &Stereo, song: usize) -> usize {
    let last = mix
        .left
        .iter()
        .zip(&mix.right)
        .rposition(|(left, right)| left.abs().max(right.abs()) >= SILENCE);
    last.map_or(0, |last| last + 1).max(song)
}

fn fade_out(audio: &mut Stereo, frames: usize) {
    let length = audio.frames();
    let frames = frames.min(length);
    for index in 0..frames {
        let gain = (frames - index) as f32 / frames as f32;
        let at = length - frames + index;
        audio.left[at] *= gain;
        audio.right[at] *= gain;
    }
}

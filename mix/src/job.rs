//! The whole job: read, check, render, measure, write.

use std::path::{Path, PathBuf};

use crate::analysis::{self, Analysis};
use crate::audio::{self, StemAudio, Stereo};
use crate::dynamics;
use crate::engine::{self, RenderOptions};
use crate::error::{MixError, Result};
use crate::export::{self, Exported};
use crate::level::gain;
use crate::output::{Output, file_name};
use crate::rack::{Bundles, Rack};
use crate::report::{self, Report};
use crate::session::{Kind, Role, Session};

/// What to do.
#[derive(Clone, Debug)]
pub struct Job {
    /// The session file.
    pub session: PathBuf,
    /// The stems' folder, if not the one that the session names.
    pub stems: Option<PathBuf>,
    /// The output folder.
    pub out: PathBuf,
    /// Threads.
    pub threads: usize,
}

/// What is heard of a running job.
pub enum News<'a> {
    /// A step has begun.
    Step(&'a str),
    /// Something the user should know.
    Note(&'a str),
    /// How far the step is, 0..1.
    Progress(f64),
}

/// What came of it.
pub struct Outcome {
    /// The mix's figures.
    pub mix: Analysis,
    /// Length of the mix in s.
    pub length_s: f64,
    /// Time that rendering took, in s.
    pub render_s: f64,
    /// Plugin instances.
    pub instances: usize,
    /// Threads.
    pub threads: usize,
}

impl Job {
    /// Reads and checks the session, loads the bundles that it needs from a folder, and does the rest.
    pub fn run_with_bundles(&self, folder: &Path, news: &mut dyn FnMut(News)) -> Result<Outcome> {
        let session = Session::load(&self.session, self.stems.as_deref())?;
        self.run_session(&session, &bundles(&session, folder)?, news)
    }

    /// Reads and checks the session, and writes it as projects of other programs into a folder.
    pub fn export_with_bundles(&self, folder: &Path, into: &Path) -> Result<Exported> {
        let session = Session::load(&self.session, self.stems.as_deref())?;
        export::export(&session, &bundles(&session, folder)?, into)
    }

    /// The same with plugins from elsewhere.
    pub fn export(&self, rack: &dyn Rack, into: &Path) -> Result<Exported> {
        export::export(&Session::load(&self.session, self.stems.as_deref())?, rack, into)
    }

    /// [`Self::run_with_bundles`] with plugins from elsewhere.
    pub fn run(&self, rack: &dyn Rack, news: &mut dyn FnMut(News)) -> Result<Outcome> {
        self.run_session(&Session::load(&self.session, self.stems.as_deref())?, rack, news)
    }

    fn run_session(
        &self,
        session: &Session,
        rack: &dyn Rack,
        news: &mut dyn FnMut(News),
    ) -> Result<Outcome> {
        let rate = session.sample_rate_hz;
        // Before the long work: a folder that cannot be written is known at once.
        let groups = group_files(session).into_iter().map(|(_, name)| name);
        let files: Vec<String> = FILES.map(str::to_owned).into_iter().chain(groups).collect();
        let output = Output::new(&self.out, files.iter().map(String::as_str))?;
        news(News::Step("reading stems"));
        let mut notes = unheard(session);
        let stems = read_stems(session, self.threads, &mut notes)?;
        notes.iter().for_each(|note| news(News::Note(note)));
        let flat: Vec<Option<Stereo>> =
            stems.iter().map(|stem| stem.as_ref().map(|stem| stem.audio.clone())).collect();

        news(News::Step("rendering"));
        let options = RenderOptions { threads: self.threads, record: true };
        let rendered = engine::render(session, stems, rack, options, &mut |part| {
            news(News::Progress(part));
        })?;
        if rendered.tail_was_cut {
            notes.push(format!(
                "still sounding {} s after the last stem: faded out there; session.tail allows more",
                session.tail_s
            ));
            notes.last().into_iter().for_each(|note| news(News::Note(note)));
        }
        news(News::Step("measuring gain reduction"));
        let reductions = dynamics::measure(session, rack, &rendered.recordings)?;

        news(News::Step("measuring loudness and spectra"));
        let mut summed = Stereo::default();
        flat.iter().flatten().for_each(|stem| summed.add(stem));
        let mut pieces: Vec<&Stereo> = rendered.nodes.iter().chain(flat.iter().flatten()).collect();
        pieces.push(&summed);
        let mut found = analysis::all(&pieces, rate, self.threads).into_iter();
        let unknown = || MixError::file(&self.session, "loudness cannot be measured", "48000 Hz");
        let mut take = || found.next().flatten().ok_or_else(unknown);
        let after: Vec<Analysis> =
            (0..rendered.nodes.len()).map(|_| take()).collect::<Result<_>>()?;
        let stems_before: Vec<Option<Analysis>> = flat
            .iter()
            .map(|stem| stem.as_ref().map(|_| take()).transpose())
            .collect::<Result<_>>()?;
        let flat_loudness = take()?.loudness.integrated_lufs;
        let mix = after[session.master()].clone();
        let shift_db = mix.loudness.integrated_lufs - flat_loudness;
        let match_db = if shift_db.is_finite() { shift_db } else { 0.0 };
        let before = summed.scaled(gain(match_db) as f32);
        let before_analysis = Analysis::new(&before, rate).ok_or_else(unknown)?;

        news(News::Step("writing"));
        let length_s = rendered.nodes[session.master()].frames() as f64 / f64::from(rate);
        let outcome = Outcome {
            length_s,
            render_s: rendered.render_s,
            instances: session.instances(),
            threads: self.threads,
            mix,
        };
        let report = Report {
            session,
            rendered: &rendered,
            stems_before: &stems_before,
            after: &after,
            before: (&before, &before_analysis),
            match_db,
            reductions: &reductions,
            notes: &notes,
            outcome: &outcome,
        };
        write(output, session, &rendered.nodes, &before, &report)?;
        Ok(outcome)
    }
}

/// The bundles that a session needs, from a folder.
fn bundles(session: &Session, folder: &Path) -> Result<Bundles> {
    let mut kinds: Vec<Kind> =
        session.nodes.iter().flat_map(|node| &node.plugins).map(|slot| slot.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    Bundles::load(folder, &kinds)
}

/// What is always written.
const FILES: [&str; 3] = ["mix.wav", "before.wav", "report.html"];

fn write(
    mut output: Output,
    session: &Session,
    nodes: &[Stereo],
    before: &Stereo,
    report: &Report,
) -> Result<()> {
    let rate = session.sample_rate_hz;
    let [mix, flat, page] = FILES;
    audio::write(&output.file(mix)?, &nodes[session.master()], rate)?;
    audio::write(&output.file(flat)?, before, rate)?;
    for (node, name) in group_files(session) {
        audio::write(&output.file(&name)?, &nodes[node], rate)?;
    }
    let path = output.file(page)?;
    std::fs::write(&path, report::html(report)).map_err(|error| {
        let what = format!("cannot be written ({error})");
        MixError::file(&path, what, "a folder with room for it")
    })?;
    output.finish()
}

/// The files of groups and buses, from the output folder, each with its node.
fn group_files(session: &Session) -> Vec<(usize, String)> {
    let nodes = session.nodes.iter().enumerate();
    nodes
        .filter(|(_, node)| matches!(node.role, Role::Group | Role::Bus))
        .map(|(index, node)| (index, format!("groups/{}.wav", file_name(&node.name))))
        .collect()
}

/// Routes that sound in nothing, because the plugin is not told to use them.
fn unheard(session: &Session) -> Vec<String> {
    let mut notes = Vec::new();
    for node in &session.nodes {
        for slot in &node.plugins {
            let told = |is_id: &dyn Fn(&str) -> bool, value: &str| {
                let set = slot.set.iter().map(|set| (set.id.as_str(), set.text.as_str()));
                let moved = slot.lanes.iter().flat_map(|lane| {
                    lane.points.iter().map(|point| (lane.id.as_str(), point.text.as_str()))
                });
                set.chain(moved).any(|(id, text)| is_id(id) && text.eq_ignore_ascii_case(value))
            };
            let mut note = |line, what: &str| {
                notes.push(format!("line {line}: \"{}\", {}: {what}", node.name, slot.name));
            };
            if let Some(key) = slot.key
                && !told(&|id| id == "key" || id.ends_with("_key"), "Sidechain")
            {
                note(key.line, "key has no effect: no key parameter is set to \"Sidechain\"");
            }
            if let Some(feed) = slot.feed
                && slot.kind == Kind::Distance
                && !told(&|id| id == "reverb", "Room Feed")
            {
                note(feed.line, "feed has no effect: reverb is not set to \"Room Feed\"");
            }
        }
    }
    notes
}

/// Reads every stem, several at a time. An error names the first bad one.
fn read_stems(
    session: &Session,
    threads: usize,
    notes: &mut Vec<String>,
) -> Result<Vec<Option<StemAudio>>> {
    let rate = session.sample_rate_hz;
    let count = session.nodes.len();
    let slots: Vec<_> = (0..count).map(|_| std::sync::OnceLock::new()).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(node) = session.nodes.get(index) else { return };
                    if let Some(stem) = &node.stem {
                        let _ = slots[index].set(audio::read(&stem.path, rate));
                    }
                }
            });
        }
    });
    let mut stems = Vec::new();
    for (node, slot) in session.nodes.iter().zip(slots) {
        let read = slot.into_inner().transpose().map_err(|error| at_stem(session, node, error))?;
        if let (Some(read), Some(stem)) = (&read, &node.stem)
            && read.file_rate_hz != rate
        {
            let name = stem.path.file_name().unwrap_or_default().to_string_lossy();
            notes.push(format!("{name} is at {} Hz: resampled to {rate} Hz", read.file_rate_hz));
        }
        stems.push(read);
    }
    Ok(stems)
}

/// The error of a stem's file, at the line that names it.
fn at_stem(session: &Session, node: &crate::session::Node, error: MixError) -> MixError {
    MixError {
        what: format!("the stem {} of \"{}\": {}", error.file.display(), node.name, error.what),
        file: session.file.clone(),
        line: node.stem.as_ref().map(|stem| stem.line),
        expected: error.expected,
    }
}

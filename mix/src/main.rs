//! `proscenium-mix`: renders a session with the built bundles.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::*;
use proscenium_mix::job::{Job, News, Outcome};

const HELP: &str = "\
Mixes a multitrack session with the Proscenium plugins.

usage: cargo xtask mix [SESSION.toml] [--out DIR] [--stems DIR] [--threads N] [--bundles DIR]
       cargo xtask mix [SESSION.toml] --export DIR [--stems DIR] [--bundles DIR]

  SESSION.toml     the session (default tests/session/session.toml); docs/session-format.md explains it
  --out DIR        where mix.wav, before.wav, groups/ and report.html go (default target/mix)
  --export DIR     render nothing: write a Reaper project and a DAWproject, with the plugins and their states
  --stems DIR      the folder of the stems, in place of the one that the session names
  --threads N      threads to render on (default: one for each core)
  --bundles DIR    the folder of the .clap bundles (default target/bundled)
";

struct Arguments {
    job: Job,
    export: Option<PathBuf>,
    bundles: PathBuf,
}

fn arguments() -> Result<Option<Arguments>, lexopt::Error> {
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let mut bundles = PathBuf::from("target/bundled");
    let mut job = Job {
        session: "tests/session/session.toml".into(),
        stems: None,
        out: "target/mix".into(),
        threads,
    };
    let (mut has_session, mut export) = (false, None);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("out") => job.out = parser.value()?.into(),
            Long("export") => export = Some(parser.value()?.into()),
            Long("stems") => job.stems = Some(parser.value()?.into()),
            Long("threads") => job.threads = parser.value()?.parse::<usize>()?.clamp(1, 256),
            Long("bundles") => bundles = parser.value()?.into(),
            Long("help") | Short('h') => return Ok(None),
            Value(second) if has_session => {
                let (first, second) = (job.session.display(), PathBuf::from(second));
                return Err(format!("two sessions: {first} and {}", second.display()).into());
            }
            Value(session) => {
                job.session = session.into();
                has_session = true;
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(Arguments { job, export, bundles }))
}

/// Writes the projects and says where, and what is left to do by hand.
fn export(job: &Job, bundles: &Path, folder: &Path) -> ExitCode {
    match job.export_with_bundles(bundles, folder) {
        Ok(exported) => {
            exported.files.iter().for_each(|file| println!("{}", file.display()));
            exported.notes.iter().for_each(|note| println!("  not in it: {note}"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn main() -> ExitCode {
    let Arguments { job, export: folder, bundles } = match arguments() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    if let Some(folder) = folder {
        return export(&job, &bundles, &folder);
    }
    let live = std::io::stderr().is_terminal();
    let mut news = |news: News| match news {
        News::Step(step) => eprintln!("mix: {step}"),
        News::Note(note) => eprintln!("mix: note: {note}"),
        News::Progress(part) if live => {
            eprint!("\rmix: {:3.0} %\r", 100.0 * part);
            let _ = std::io::stderr().flush();
        }
        News::Progress(_) => {}
    };
    match job.run_with_bundles(&bundles, &mut news) {
        Ok(outcome) => {
            print!("{}", summary(&job, &outcome));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn summary(job: &Job, outcome: &Outcome) -> String {
    let loudness = &outcome.mix.loudness;
    format!(
        "{}\n  integrated loudness  {:.1} LUFS\n  true peak            {:.1} dBTP\n  \
         speed                {:.1} times real time ({:.1} s in {:.2} s, {} plugin instances, {} threads)\n",
        job.out.join("mix.wav").display(),
        loudness.integrated_lufs,
        loudness.true_peak_dbtp,
        outcome.length_s / outcome.render_s.max(1e-9),
        outcome.length_s,
        outcome.render_s,
        outcome.instances,
        outcome.threads,
    )
}

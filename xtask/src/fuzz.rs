//! The targets of `fuzz/`, guided by coverage, from seeds of ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};

use crate::project::{self, PLUGINS, Plugin};
use crate::run;

/// What is run, and for how long. Needs cargo-fuzz (`cargo install cargo-fuzz --locked --version 0.13.1`),
/// and nightly or `RUSTC_BOOTSTRAP=1` for a sanitizer.
#[derive(Args)]
pub struct Options {
    /// Targets; all of them if none is named
    targets: Vec<Target>,
    /// Plugins, such as `strip`; all four if none is named
    #[arg(long = "plugin")]
    plugins: Vec<String>,
    /// Executions of each target with each plugin
    #[arg(long, default_value_t = 100_000)]
    runs: u64,
    /// Seconds that each may take, if less
    #[arg(long)]
    seconds: Option<u64>,
    /// A sanitizer of LLVM, which makes it slower
    #[arg(long, default_value = "none", value_parser = ["none", "address"])]
    sanitizer: String,
}

/// A target of `fuzz/`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    Play,
    Preset,
    Session,
    State,
    Text,
}

impl Target {
    fn name(self) -> &'static str {
        match self {
            Self::Play => "play",
            Self::Preset => "preset",
            Self::Session => "session",
            Self::State => "state",
            Self::Text => "text",
        }
    }

    /// The longest input in bytes: short ones are quick, and say as much.
    fn longest(self) -> usize {
        match self {
            Self::Text => 40,
            Self::Play => 256,
            Self::Preset | Self::Session | Self::State => 1024,
        }
    }

    /// The session is the mixer's: no plugin matters to it.
    fn runs_with(self, plugin: &Plugin) -> bool {
        self != Self::Session || plugin.short() == PLUGINS[0].short()
    }

    /// Inputs to begin with, in a folder.
    fn seeds(self, plugin: &Plugin) -> Result<Option<PathBuf>> {
        let folder = match self {
            Self::Play | Self::Text => return Ok(None),
            Self::Session => project::root().join("fuzz/seeds/session"),
            Self::Preset => project::root().join("plugins").join(plugin.package).join("presets"),
            Self::State => states(plugin)?,
        };
        Ok(Some(folder))
    }
}

/// Runs them one after the other. What is found goes on from the last time.
pub fn run(options: &Options) -> Result<()> {
    if run::find("cargo-fuzz").is_none() {
        bail!("there is no cargo-fuzz: cargo install cargo-fuzz --locked --version 0.13.1");
    }
    let all = Target::value_variants();
    let targets = if options.targets.is_empty() { all } else { &options.targets };
    let named = |plugin: &&Plugin| {
        options.plugins.is_empty() || options.plugins.iter().any(|name| name == plugin.short())
    };
    for plugin in PLUGINS.iter().filter(named) {
        for target in targets.iter().filter(|target| target.runs_with(plugin)) {
            one(*target, plugin, options)?;
        }
    }
    Ok(())
}

fn one(target: Target, plugin: &Plugin, options: &Options) -> Result<()> {
    let corpus = project::root().join("fuzz/corpus").join(target.name()).join(plugin.short());
    fs::create_dir_all(&corpus).with_context(|| format!("making {}", corpus.display()))?;
    let mut command = Command::new("cargo");
    command.args(["fuzz", "run", "--sanitizer", &options.sanitizer]);
    command.args(["--no-default-features", "--features", plugin.short(), target.name()]);
    command.arg(corpus).args(target.seeds(plugin)?).arg("--");
    command.arg(format!("-runs={}", options.runs));
    command.arg(format!("-max_len={}", target.longest()));
    // Instances have threads and rooms of their own, which stay.
    command.args(["-detect_leaks=0", "-rss_limit_mb=4096", "-timeout=20", "-print_final_stats=1"]);
    if let Some(seconds) = options.seconds {
        command.arg(format!("-max_total_time={seconds}"));
    }
    // The refusals of a million states would fill a disk.
    command.env("NICE_LOG", "/dev/null").env("PROSCENIUM_STAGE", "");
    run::run(&mut command)
}

/// The saved states of all releases in pieces of a few parameters each, as short as they may be: what
/// is missing takes its default. The length before them is the target's to put there.
fn states(plugin: &Plugin) -> Result<PathBuf> {
    const PARAMETERS: usize = 8;
    let out = project::root().join("fuzz/target/seeds/state").join(plugin.short());
    fs::create_dir_all(&out)?;
    for release in fs::read_dir(project::root().join("tests/fixtures/state"))? {
        let folder = release?.path().join(plugin.bundle);
        for name in ["default", "random"] {
            let path = folder.join(name).with_extension("state");
            let state = read(&path).with_context(|| format!("reading {}", path.display()))?;
            let params: Vec<_> = state["params"].as_object().into_iter().flatten().collect();
            for (index, piece) in params.chunks(PARAMETERS).enumerate() {
                let piece: Map<_, _> =
                    piece.iter().map(|(id, value)| ((*id).clone(), (*value).clone())).collect();
                let fields = if index == 0 { state["fields"].clone() } else { json!({}) };
                let seed =
                    json!({ "version": state["version"], "params": piece, "fields": fields });
                let release = folder.parent().and_then(Path::file_name).unwrap_or_default();
                let release = release.to_string_lossy();
                fs::write(out.join(format!("{release}-{name}-{index}.json")), seed.to_string())?;
            }
        }
    }
    Ok(out)
}

/// The JSON of a saved state.
fn read(path: &Path) -> Result<Value> {
    let bytes = fs::read(path)?;
    Ok(serde_json::from_slice(bytes.get(8..).unwrap_or_default())?)
}

//! Takes pictures of each editor, as a host would show it.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::project::{PLUGINS, Plugin};
use crate::{bundle, project, run, scene};

/// What to take.
#[derive(Args)]
pub struct Options {
    /// Plugins by a part of their name (all by default), such as `strip`
    plugins: Vec<String>,
    /// Where the pictures go
    #[arg(long, default_value = "target/screenshots")]
    out: PathBuf,
    /// The host's scale factors, one picture each
    #[arg(long = "scale", default_values_t = [1.0, 2.0])]
    scales: Vec<f64>,
    /// Width and height in pixels, if not the editor's own, as in `1200x800`
    #[arg(long)]
    size: Option<String>,
    /// Parameters to set, as in `comp_on=On`
    #[arg(long = "set")]
    settings: Vec<String>,
    /// A FLAC stem to play instead of the session's
    #[arg(long)]
    input: Option<PathBuf>,
    /// A FLAC stem for the sidechain
    #[arg(long)]
    sidechain: Option<PathBuf>,
    /// Where in the stems to begin, in seconds
    #[arg(long)]
    from: Option<f64>,
    /// How long to play before the picture is taken, in seconds
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// The track that the host tells of, as in `Strings#9BA6FF`
    #[arg(long)]
    track: Option<String>,
    /// Another instance on another track, as in `Bass#45D0B0 distance=3 m; azimuth=20R`
    #[arg(long = "with")]
    company: Vec<String>,
    /// Start from the plugin's defaults and a few tones instead of a track of the session
    #[arg(long)]
    bare: bool,
    /// Use the bundles that are there
    #[arg(long)]
    no_bundle: bool,
}

/// Bundles, then opens each editor and writes PNGs of it.
pub fn run(options: &Options) -> Result<()> {
    if !options.no_bundle {
        bundle::run()?;
    }
    let wanted = |name: &str| {
        options.plugins.is_empty() || options.plugins.iter().any(|part| name.contains(part))
    };
    let plugins: Vec<_> = PLUGINS.iter().filter(|plugin| wanted(plugin.bundle)).collect();
    if plugins.is_empty() {
        bail!("no plugin is called {}", options.plugins.join(" or "));
    }
    std::fs::create_dir_all(&options.out)?;
    let display = run::Display::open()?;
    plugins.into_iter().try_for_each(|plugin| take(plugin, options, &display))
}

fn take(plugin: &Plugin, options: &Options, display: &run::Display) -> Result<()> {
    let mut cargo = run::cargo();
    cargo.args(["run", "--release", "--package", "clap-host", "--features", "gui"]);
    cargo.args(["--bin", "screenshot", "--"]);
    cargo.arg(project::bundled_dir().join(format!("{}.clap", plugin.bundle)));
    cargo.arg(options.out.join(format!("{}.png", plugin.short())));
    for scale in &options.scales {
        cargo.args(["--scale", &scale.to_string()]);
    }
    if let Some(size) = &options.size {
        cargo.args(["--size", size]);
    }
    // What is said later counts.
    if !options.bare {
        scene::stage(&mut cargo, plugin.bundle);
    }
    for (flag, stem) in [("--input", &options.input), ("--sidechain", &options.sidechain)] {
        if let Some(stem) = stem {
            cargo.arg(flag).arg(stem.canonicalize()?);
        }
    }
    if let Some(from) = options.from {
        cargo.args(["--from", &from.to_string()]);
    }
    cargo.args(["--seconds", &options.seconds.to_string()]);
    if let Some(track) = &options.track {
        cargo.args(["--track", track]);
    }
    for other in &options.company {
        cargo.args(["--with", other]);
    }
    for setting in &options.settings {
        cargo.args(["--set", setting]);
    }
    run::run(display.give(&mut cargo))
}

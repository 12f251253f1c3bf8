//! Takes a picture of each editor, as a host would show it.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::project::PLUGINS;
use crate::{bundle, project, run};

/// What to take.
#[derive(Args)]
pub struct Options {
    /// Plugins by a part of their name (all by default), such as `strip`
    plugins: Vec<String>,
    /// Where the pictures go
    #[arg(long, default_value = "target/screenshots")]
    out: PathBuf,
    /// The host's scale factor
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// Width and height in pixels, if not the editor's own, as in `1200x800`
    #[arg(long)]
    size: Option<String>,
    /// Parameters to set, as in `comp_on=On`
    #[arg(long = "set")]
    settings: Vec<String>,
    /// A FLAC stem to play instead of a few tones
    #[arg(long)]
    input: Option<PathBuf>,
    /// A FLAC stem for the sidechain
    #[arg(long)]
    sidechain: Option<PathBuf>,
    /// Where in the stems to begin, in seconds
    #[arg(long, default_value_t = 0.0)]
    from: f64,
    /// How long to play before the picture is taken, in seconds
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// The track that the host tells of, as in `Strings#9BA6FF`
    #[arg(long)]
    track: Option<String>,
    /// Another instance on another track, as in `Bass#45D0B0 distance=3 m; azimuth=20R`
    #[arg(long = "with")]
    company: Vec<String>,
    /// Use the bundles that are there
    #[arg(long)]
    no_bundle: bool,
}

/// Bundles, then opens each editor and writes a PNG of it.
pub fn run(options: &Options) -> Result<()> {
    if !options.no_bundle {
        bundle::run()?;
    }
    let wanted = |name: &str| {
        options.plugins.is_empty() || options.plugins.iter().any(|part| name.contains(part))
    };
    let bundles: Vec<_> = PLUGINS.iter().filter(|plugin| wanted(plugin.bundle)).collect();
    if bundles.is_empty() {
        bail!("no plugin is called {}", options.plugins.join(" or "));
    }
    std::fs::create_dir_all(&options.out)?;
    let display = run::Display::open()?;
    for plugin in bundles {
        let mut cargo = run::cargo();
        cargo.args(["run", "--package", "clap-host", "--features", "gui"]);
        cargo.args(["--bin", "screenshot", "--"]);
        cargo.arg(project::bundled_dir().join(format!("{}.clap", plugin.bundle)));
        cargo.arg(options.out.join(format!("{}.png", plugin.bundle)));
        cargo.args(["--scale", &options.scale.to_string()]);
        if let Some(size) = &options.size {
            cargo.args(["--size", size]);
        }
        for (flag, stem) in [("--input", &options.input), ("--sidechain", &options.sidechain)] {
            if let Some(stem) = stem {
                cargo.arg(flag).arg(stem.canonicalize()?);
            }
        }
        cargo.args(["--from", &options.from.to_string()]);
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
        run::run(display.give(&mut cargo))?;
    }
    Ok(())
}

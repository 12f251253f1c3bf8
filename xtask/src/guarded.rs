//! Builds the plugins for the tests of what must not happen on the audio thread.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;

use anyhow::{Context, Result};

use crate::project::{self, PLUGINS};
use crate::run;

/// All four, debug, as CLAP into `target/guarded`: an allocation in process ends them, and they fail
/// where the audio asks for it.
pub fn run() -> Result<()> {
    let mut build = run::cargo();
    build.args(["build", "--lib"]);
    for plugin in PLUGINS {
        let package = plugin.package;
        let features = format!("{package}/assert-allocs,{package}/faults");
        build.args(["--package", package, "--features", &features]);
    }
    run::run(&mut build)?;
    let (built, out) = (project::target_dir().join("debug"), project::target_dir().join("guarded"));
    fs::create_dir_all(&out)?;
    for plugin in PLUGINS {
        let name = plugin.package.replace('-', "_");
        let from = built.join(format!("{DLL_PREFIX}{name}{DLL_SUFFIX}"));
        let to = out.join(format!("{}.clap", plugin.bundle));
        // A test may have the last one open.
        let _ = fs::remove_file(&to);
        fs::copy(&from, &to).with_context(|| format!("copying {}", from.display()))?;
    }
    Ok(())
}

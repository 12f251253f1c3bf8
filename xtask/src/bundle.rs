//! Builds the plugins and bundles them as CLAP and VST3.

use anyhow::Result;

use crate::project::{self, PLUGINS};

/// All four, release, into `target/bundled`.
pub fn run() -> Result<()> {
    println!("bundle: building {} plugins (release)", PLUGINS.len());
    let packages: Vec<_> = PLUGINS.iter().map(|plugin| plugin.package.to_owned()).collect();
    let options = ["--release".to_owned()];
    nice_plug_xtask::build(&packages, &options)?;
    for package in &packages {
        nice_plug_xtask::bundle(&project::target_dir(), package, &options, false)?;
    }
    Ok(())
}

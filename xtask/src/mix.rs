//! Mixes a session with the built plugins.

use anyhow::Result;

use crate::{bundle, run};

/// Bundles, then runs the mixer with these arguments.
pub fn run(arguments: &[String]) -> Result<()> {
    bundle::run()?;
    let mut cargo = run::cargo();
    cargo.args(["run", "--release", "--package", "proscenium-mix", "--"]).args(arguments);
    run::run(&mut cargo)
}

//! Hundreds of instances in one process for a long time.

use anyhow::Result;

use crate::{bundle, run};

/// Bundles the plugins and plays a large session.
pub fn run(arguments: &[String]) -> Result<()> {
    bundle::run()?;
    let mut command = run::cargo();
    command.args(["run", "--release", "--package", "proscenium-faults", "--bin", "load", "--"]);
    run::run(command.args(arguments))
}

//! Draws what the tests measure.

use anyhow::Result;

use crate::{project, run};

/// All pages, or these, into `target/plots`.
pub fn run(pages: &[String]) -> Result<()> {
    let mut cargo = run::cargo();
    cargo.args(["run", "--release", "--package", "proscenium-plots", "--"]);
    cargo.args(pages).arg("--out").arg(project::target_dir().join("plots"));
    run::run(&mut cargo)
}

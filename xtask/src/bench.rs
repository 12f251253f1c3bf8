//! Measures the speed of the signal processing.

use anyhow::Result;

use crate::{project, run};

/// All benchmarks of shared-dsp and of Space's chain, those of the files of a name, or those whose name
/// contains `filter`.
pub fn run(filter: Option<&str>) -> Result<()> {
    let mut cargo = run::cargo();
    cargo.args(["bench", "--package", "shared-dsp", "--package", "space"]);
    let benches = project::root().join("shared-dsp/benches");
    match filter {
        None => cargo.arg("--benches"),
        Some(name) if benches.join(name).with_extension("rs").is_file() => {
            cargo.args(["--bench", name])
        }
        Some(part) => cargo.args(["--benches", "--", part]),
    };
    run::run(&mut cargo)
}

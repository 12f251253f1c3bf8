//! Measures the speed of the signal processing.

use anyhow::Result;

use crate::run;

/// All benchmarks of shared-dsp, or those whose name contains `filter`.
pub fn run(filter: Option<&str>) -> Result<()> {
    let mut cargo = run::cargo();
    cargo.args(["bench", "--package", "shared-dsp", "--benches"]);
    if let Some(filter) = filter {
        cargo.args(["--", filter]);
    }
    run::run(&mut cargo)
}

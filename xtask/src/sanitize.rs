//! The tests of the signal processing and of the memory that instances share, under a sanitizer of LLVM.

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::{project, run};

/// Which sanitizer, and how. Needs a nightly toolchain, or `RUSTC_BOOTSTRAP=1`.
#[derive(Args)]
pub struct Options {
    /// What is looked for
    sanitizer: Sanitizer,
    /// Instrument the standard library too (needs the component rust-src)
    #[arg(short = 'Z', value_parser = ["build-std"])]
    unstable: Option<String>,
    /// Arguments of the tests, such as part of a name
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// A sanitizer.
#[derive(Clone, Copy, ValueEnum)]
enum Sanitizer {
    /// Memory out of bounds or freed
    Address,
    /// Races between threads
    Thread,
    /// Allocations, locks and system calls in process
    Realtime,
}

/// The tests that each looks at: package and test target.
const DSP: [&[&str]; 1] = [&["--package", "proscenium-dsp-tests", "--test", "dsp"]];
const STAGE: [&[&str]; 2] =
    [&["--package", "shared-stage", "--lib"], &["--package", "shared-dsp", "--lib"]];

/// Runs them.
pub fn run(options: &Options) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the sanitizers are set up for Linux alone");
    }
    let (name, tests) = match options.sanitizer {
        Sanitizer::Address => ("address", [&DSP[..], &STAGE].concat()),
        Sanitizer::Thread => ("thread", STAGE.to_vec()),
        Sanitizer::Realtime => ("realtime", DSP.to_vec()),
    };
    // A standard library that is not instrumented has another ABI by name alone.
    let flags = format!(
        "-Zsanitizer={name} -Zunstable-options -Cunsafe-allow-abi-mismatch=sanitizer --cfg {name}_sanitizer"
    );
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    for test in tests {
        let mut command = run::cargo();
        // Each has dependencies of its own, too, which stay for the next time.
        let folder = project::target_dir().join("sanitizers").join(name);
        command.args(["test", "--target", &target, "--target-dir"]).arg(folder);
        command.args(test).env("RUSTFLAGS", &flags);
        // A child that is started by a test inherits this.
        command.env("ASAN_OPTIONS", "detect_leaks=0");
        if let Some(unstable) = &options.unstable {
            command.arg(format!("-Z{unstable}"));
        }
        if !options.arguments.is_empty() {
            command.arg("--").args(&options.arguments);
        }
        run::run(&mut command)?;
    }
    Ok(())
}

//! What CI runs, and what to run before a change is published.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::{bundle, guarded, python, run};

/// Counts of what was tested.
#[derive(Default)]
struct Totals {
    passed: usize,
    failed: usize,
    failures: Vec<String>,
    skipped: Vec<String>,
}

impl Totals {
    /// Runs a step that passes or fails as a whole.
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        let began = Instant::now();
        println!("\n=== {name}");
        let outcome = work();
        let seconds = began.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => self.passed += 1,
            Err(error) => {
                println!("{error:#}");
                self.failed += 1;
                self.failures.push(name.to_owned());
            }
        }
        println!("=== {name}: {seconds:.0} s");
        !self.failures.iter().any(|failure| failure == name)
    }

    /// Runs a program whose output has cargo's lines of results, shows it and adds them up.
    fn count(&mut self, command: &mut Command) -> Result<()> {
        println!("{}", run::shown(command));
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().context("a piped output")?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            println!("{line}");
            if let Some((passed, failed)) = run::counts(&line) {
                self.passed += passed;
                self.failed += failed;
            }
        }
        let status = child.wait()?;
        if !status.success() {
            self.failures.push(run::shown(command));
        }
        Ok(())
    }
}

/// Everything. The dependencies are built twice in all: for the tests, and for the bundles.
pub fn run() -> Result<()> {
    let began = Instant::now();
    let mut totals = Totals::default();
    let xtask = ["--manifest-path", "xtask/Cargo.toml", "--target-dir", "target/xtask"];
    totals.step("format", || {
        run::run(run::cargo().args(["fmt", "--check"]))?;
        run::run(run::cargo().args(["fmt", "--check", "--manifest-path", "xtask/Cargo.toml"]))
    });
    totals.step("lints", || {
        let deny = ["--all-targets", "--", "-D", "warnings"];
        run::run(run::cargo().args(["clippy", "--workspace"]).args(deny))?;
        run::run(run::cargo().arg("clippy").args(xtask).args(deny))
    });
    let bundled = totals.step("bundle", bundle::run);
    totals.step("guarded", guarded::run);
    windows(&mut totals);

    println!("\n=== tests");
    totals.count(run::cargo().args(["test", "--workspace", "--no-fail-fast"]))?;
    totals.count(run::cargo().arg("test").args(xtask))?;

    println!("\n=== VST3 on the stage");
    match run::find("python3") {
        _ if !bundled => totals.skipped.push("VST3 on the stage: there are no bundles".to_owned()),
        Some(python) if cfg!(target_os = "linux") => {
            totals.count(Command::new(&python).arg("tests/hosts/stage_vst3.py"))?;
            // What is missing without an X server has been said above.
            if run::find("Xvfb").is_some() {
                totals.count(Command::new(&python).arg("tests/hosts/windows_vst3.py"))?;
            }
        }
        _ => totals.skipped.push("VST3 on the stage: needs Linux and Python".to_owned()),
    }

    if bundled {
        scripts(&mut totals)?;
    } else {
        totals.skipped.push("VST3 in pedalboard, exports: there are no bundles".to_owned());
    }
    report(&totals, began)
}

/// What is tested with packages of Python's.
fn scripts(totals: &mut Totals) -> Result<()> {
    println!("\n=== VST3 in pedalboard, exports");
    match python::environment("python", &[python::PEDALBOARD, python::EXPORTS].concat()) {
        Ok(interpreter) => {
            for script in ["pedalboard_vst3.py", "exported.py"] {
                totals.count(Command::new(&interpreter).arg(format!("tests/hosts/{script}")))?;
            }
        }
        // A machine without Python can still test the rest; CI must not go without.
        Err(error) if std::env::var_os("CI").is_none() => {
            totals.skipped.push(format!("VST3 in pedalboard, exports: {error:#}"));
        }
        Err(error) => {
            totals.failed += 1;
            totals.failures.push(format!("VST3 in pedalboard, exports: {error:#}"));
        }
    }
    Ok(())
}

/// Real windows need an X server, which CI installs; elsewhere that is left to whoever owns the machine.
fn windows(totals: &mut Totals) {
    const PACKAGES: [&str; 4] = ["xvfb", "libegl1", "libgl1-mesa-dri", "libxkbcommon-x11-0"];
    if !cfg!(target_os = "linux") {
        totals.skipped.push("real windows: need X11, on Linux".to_owned());
    } else if run::find("Xvfb").is_none() {
        println!("\n=== X server");
        let installed = std::env::var_os("CI").is_some() && install(&PACKAGES).is_ok();
        if !installed {
            let packages = PACKAGES.join(" ");
            totals
                .skipped
                .push(format!("real windows, VST3 in windows: sudo apt install {packages}"));
        }
    }
}

/// Installs packages of Debian's, by sudo where there is one.
fn install(packages: &[&str]) -> Result<()> {
    let apt = || match run::find("sudo") {
        Some(sudo) => {
            let mut command = Command::new(sudo);
            command.args(["--non-interactive", "apt-get"]);
            command
        }
        None => Command::new("apt-get"),
    };
    run::run(apt().args(["update", "--quiet"]))?;
    run::run(apt().args(["install", "--yes", "--quiet"]).args(packages))
}

fn report(totals: &Totals, began: Instant) -> Result<()> {
    println!("\n=== done in {:.0} s", began.elapsed().as_secs_f64());
    totals.skipped.iter().for_each(|what| println!("skipped: {what}"));
    totals.failures.iter().for_each(|what| println!("failed: {what}"));
    println!("{} passed, {} failed", totals.passed, totals.failed);
    if !totals.failures.is_empty() || totals.failed > 0 {
        bail!("the tests failed");
    }
    Ok(())
}

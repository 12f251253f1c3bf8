//! Runs the validators that are there on the bundled plugins, and writes `docs/conformance.md`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{bundle, project, run};

mod counts;
mod page;

use counts::Counts;

/// Where the validators are, if not on the PATH.
#[derive(Args)]
pub struct Options {
    /// The CLAP project's clap-validator
    #[arg(long, env = "CLAP_VALIDATOR")]
    clap_validator: Option<PathBuf>,
    /// Steinberg's VST3 validator, a program named `validator`
    #[arg(long, env = "VST3_VALIDATOR")]
    vst3_validator: Option<PathBuf>,
    /// Tracktion's pluginval
    #[arg(long, env = "PLUGINVAL")]
    pluginval: Option<PathBuf>,
    /// Use the bundles that are there
    #[arg(long)]
    no_bundle: bool,
}

/// A validator: its name, the bundles it takes, its arguments before the bundle, and how its output
/// is read.
struct Validator {
    name: &'static str,
    format: &'static str,
    arguments: &'static [&'static str],
    read: fn(&str) -> Result<Counts>,
}

const VALIDATORS: [Validator; 3] = [
    Validator {
        name: "clap-validator",
        format: "clap",
        arguments: &["validate", "--json"],
        read: counts::clap_validator,
    },
    Validator { name: "validator", format: "vst3", arguments: &["-e"], read: counts::steinberg },
    Validator {
        name: "pluginval",
        format: "vst3",
        arguments: &[
            "--strictness-level",
            "10",
            "--verbose",
            "--validate-in-process",
            "--timeout-ms",
            "300000",
            "--validate",
        ],
        read: counts::pluginval,
    },
];

/// A validator's outcome on one plugin.
struct Row {
    validator: usize,
    bundle: String,
    counts: Counts,
}

/// Runs every validator there is on every bundle of its format. The page says which did not run.
pub fn run(options: &Options) -> Result<()> {
    if !options.no_bundle {
        bundle::run()?;
    }
    let given = [&options.clap_validator, &options.vst3_validator, &options.pluginval];
    let (mut rows, mut versions, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    // Editors are opened too.
    let display = run::Display::open();
    for (index, (validator, given)) in VALIDATORS.iter().zip(given).enumerate() {
        let Some(program) = given.clone().or_else(|| run::find(validator.name)) else {
            missing.push(validator.name);
            continue;
        };
        versions.push((index, run::version(Command::new(program.as_path()))?));
        for bundle in project::bundles(validator.format) {
            let counts = examine(validator, &program, &bundle, display.as_ref().ok())?;
            let bundle = bundle.file_name().unwrap_or_default().to_string_lossy().into_owned();
            println!("{bundle}: {counts}");
            rows.push(Row { validator: index, bundle, counts });
        }
    }
    println!("\n{}", page::table(&rows));
    for name in &missing {
        println!("not run: {name} is not on the PATH (see `cargo xtask validate --help`)");
    }
    if rows.is_empty() {
        bail!("there is no validator");
    }
    page::write(&versions, &missing, &rows)?;
    let unclean = rows.iter().filter(|row| !row.counts.is_clean()).count();
    println!("{} passed, {unclean} failed", rows.len() - unclean);
    if unclean > 0 {
        bail!("a validator is not content");
    }
    Ok(())
}

/// Runs a validator on a bundle and shows its output unless all is well.
fn examine(
    validator: &Validator,
    program: &Path,
    bundle: &Path,
    display: Option<&run::Display>,
) -> Result<Counts> {
    let mut command = Command::new(program);
    command.args(validator.arguments).arg(bundle);
    if let Some(display) = display {
        display.give(&mut command);
    }
    println!("\n{}", run::shown(&command));
    let output = start(&mut command)?;
    let [text, said] =
        [&output.stdout, &output.stderr].map(|out| run::plain(&String::from_utf8_lossy(out)));
    let mut counts = (validator.read)(&text).with_context(|| {
        format!("{} ended with {}:\n{text}\n{said}", validator.name, output.status)
    })?;
    counts.warnings.extend(counts::logged(&said));
    let timings: Vec<String> =
        counts.warnings.iter().filter(|name| is_timing(name)).cloned().collect();
    for test in timings {
        let repeat = || is_slow(program, &test, bundle);
        if warns_mostly(repeat)? {
            continue;
        }
        counts.repeated.push(test.clone());
        counts.warnings.retain(|name| *name != test);
        counts.passed += 1;
    }
    if !output.status.success() && counts.failures.is_empty() {
        counts.failures.push(format!("ended with {}", output.status));
    }
    if !counts.is_clean() {
        println!("{text}{said}");
    }
    Ok(counts)
}

/// Tests of clap-validator that compare two times of the clock, once: on a machine that does other
/// things too, one of them says nothing.
fn is_timing(test: &str) -> bool {
    ["process-audio-denormals", "scan-time"].contains(&test)
}

/// Whether clap-validator's test warns, alone.
fn is_slow(program: &Path, test: &str, bundle: &Path) -> Result<bool> {
    let output =
        start(Command::new(program).args(["validate", "--json", "--include", test]).arg(bundle))?;
    let found = counts::clap_validator(&String::from_utf8_lossy(&output.stdout))?;
    Ok(!found.is_clean())
}

/// A slow plugin is slow most of the time: the majority of seven runs decides.
fn warns_mostly(mut run: impl FnMut() -> Result<bool>) -> Result<bool> {
    let mut slow = 0;
    for _ in 0..7 {
        slow += usize::from(run()?);
    }
    Ok(slow >= 4)
}

fn start(command: &mut Command) -> Result<Output> {
    command.output().with_context(|| format!("could not start: {}", run::shown(command)))
}

#[cfg(test)]
mod tests {
    use super::warns_mostly;

    #[test]
    fn a_test_of_time_warns_only_if_it_does_so_mostly() {
        let mut turns = [true, false, true, false, false, true, false].into_iter();
        assert!(!warns_mostly(|| Ok(turns.next().unwrap())).unwrap());
        assert!(warns_mostly(|| Ok(true)).unwrap());
    }
}

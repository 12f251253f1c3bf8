//! Runs the validators that are there on the bundled plugins.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{bundle, project, run};

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

/// A validator: its name, the bundles it takes, its arguments before the bundle, and whether its
/// output tells of no trouble.
struct Validator {
    name: &'static str,
    format: &'static str,
    arguments: &'static [&'static str],
    is_clean: fn(&str) -> bool,
}

const VALIDATORS: [Validator; 3] = [
    Validator {
        name: "clap-validator",
        format: "clap",
        arguments: &["validate"],
        is_clean: |output| output.contains(" 0 failed") && output.contains(" 0 warnings"),
    },
    Validator {
        name: "validator",
        format: "vst3",
        arguments: &[],
        is_clean: |output| output.contains(" 0 tests failed"),
    },
    Validator {
        name: "pluginval",
        format: "vst3",
        arguments: &["--strictness-level", "10", "--validate"],
        is_clean: |_| true,
    },
];

/// Runs every validator there is on every bundle of its format.
pub fn run(options: &Options) -> Result<()> {
    if !options.no_bundle {
        bundle::run()?;
    }
    let given = [&options.clap_validator, &options.vst3_validator, &options.pluginval];
    let (mut runs, mut failures, mut missing) = (0, Vec::new(), Vec::new());
    // An editor is opened too.
    let display = run::Display::open();
    for (validator, given) in VALIDATORS.iter().zip(given) {
        let Some(program) = given.clone().or_else(|| run::find(validator.name)) else {
            missing.push(validator.name);
            continue;
        };
        for bundle in project::bundles(validator.format) {
            let mut command = Command::new(&program);
            command.args(validator.arguments).arg(&bundle);
            if let Ok(display) = &display {
                display.give(&mut command);
            }
            runs += 1;
            if !passes(validator, &mut command)? {
                failures.push(run::shown(&command));
            }
        }
    }
    println!();
    for name in &missing {
        println!("not run: {name} is not on the PATH (see `cargo xtask validate --help`)");
    }
    failures.iter().for_each(|what| println!("failed: {what}"));
    println!("{} passed, {} failed", runs - failures.len(), failures.len());
    if !failures.is_empty() || runs == 0 {
        bail!(if runs == 0 { "there is no validator" } else { "a validator is not content" });
    }
    Ok(())
}

fn passes(validator: &Validator, command: &mut Command) -> Result<bool> {
    println!("\n{}", run::shown(command));
    let output = command.output().with_context(|| format!("starting {}", validator.name))?;
    let text = plain(&String::from_utf8_lossy(&output.stdout));
    let passes = output.status.success() && (validator.is_clean)(&text);
    if passes {
        text.lines().rev().take(3).collect::<Vec<_>>().iter().rev().for_each(|l| println!("{l}"));
    } else {
        println!("{text}{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(passes)
}

/// The text without the colours that a terminal would show.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |line, part| line + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn colours_are_taken_out() {
        assert_eq!(plain("a \u{1b}[1;31m0\u{1b}[0m failed"), "a 0 failed");
    }
}

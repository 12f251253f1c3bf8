//! `cargo xtask`: everything that is done to this repository, one thin file a command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod bundle;
mod fuzz;
mod guarded;
mod hosts;
mod install;
mod load;
mod mix;
mod page;
mod plots;
mod project;
mod python;
mod run;
mod sanitize;
mod scene;
mod screenshot;
mod setup;
mod test;
mod validate;

/// Proscenium's commands. Every one of them prepares the patched framework first.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prepare the patched framework, so that plain `cargo build`, editors and tools work
    Setup,
    /// Build the four plugins (release) as CLAP and VST3 into target/bundled
    Bundle,
    /// Build the four plugins for tests of the audio thread (debug) into target/guarded
    Guarded,
    /// Bundle the plugins and copy them to your CLAP and VST3 folders
    Install,
    /// Bundle the plugins and mix a session: `mix [SESSION.toml] [--out DIR]`
    #[command(disable_help_flag = true)]
    Mix {
        /// Arguments of the mixer; `--help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run what CI runs: format, lints, all tests, the built plugins in two hosts
    Test,
    /// Run the validators of CLAP and VST3 on the bundled plugins, and write docs/conformance.md
    Validate(validate::Options),
    /// Try the bundled plugins in real hosts (Linux): `hosts [ardour] [qtractor] [pedalboard] [dawdreamer]`
    Hosts(hosts::Options),
    /// Run the targets of fuzz/, guided by coverage: `fuzz [TARGET...] [--plugin NAME] [--runs N]`
    Fuzz(fuzz::Options),
    /// Play 274 instances for ten minutes of audio and watch memory, files and cost
    #[command(disable_help_flag = true)]
    Load {
        /// Arguments of the run; `--help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure the speed of the signal processing, of the editors (`bench editors`), or of the silence
    /// after sound (`bench denormals`)
    Bench {
        /// A file of shared-dsp/benches (such as space), part of the names of benchmarks, `editors` or `denormals`
        filter: Option<String>,
    },
    /// Draw what the tests measure into target/plots: all pages, or those named (such as eq)
    Plots {
        /// Pages
        pages: Vec<String>,
    },
    /// Run the tests of the signal processing under a sanitizer (Linux, nightly)
    Sanitize(sanitize::Options),
    /// Take pictures of each editor at 1x and 2x while a stem plays (Linux, X11 or Xvfb)
    Screenshot(screenshot::Options),
}

fn main() -> ExitCode {
    match execute(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command) -> anyhow::Result<()> {
    std::env::set_current_dir(project::root())?;
    setup::run()?;
    match command {
        Command::Setup => {
            println!("setup: the patched framework is ready");
            Ok(())
        }
        Command::Bundle => bundle::run(),
        Command::Guarded => guarded::run(),
        Command::Install => install::run(),
        Command::Mix { arguments } => mix::run(&arguments),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Load { arguments } => load::run(&arguments),
        Command::Test => test::run(),
        Command::Validate(options) => validate::run(&options),
        Command::Hosts(options) => hosts::run(&options),
        Command::Bench { filter } => bench::run(filter.as_deref()),
        Command::Plots { pages } => plots::run(&pages),
        Command::Sanitize(options) => sanitize::run(&options),
        Command::Screenshot(options) => screenshot::run(&options),
    }
}

//! `cargo xtask`: everything that is done to this repository, one thin file a command.

use clap::{Parser, Subcommand};

mod bundle;
mod project;
mod run;
mod setup;

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
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    std::env::set_current_dir(project::root())?;
    setup::run()?;
    match cli.command {
        Command::Setup => Ok(()),
        Command::Bundle => bundle::run(),
    }
}

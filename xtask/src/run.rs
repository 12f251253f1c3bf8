//! Running programs, visibly.

use std::process::Command;

use anyhow::{Context, Result, bail};

/// The cargo that runs us.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The command as one would type it.
pub fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(program.as_os_str());
    std::iter::once(name).chain(command.get_args()).map(|word| word.to_string_lossy()).fold(
        String::from("$"),
        |mut line, word| {
            line.push(' ');
            line.push_str(&word);
            line
        },
    )
}

/// Says what runs, runs it, and fails if it fails.
pub fn run(command: &mut Command) -> Result<()> {
    println!("{}", shown(command));
    let status =
        command.status().with_context(|| format!("could not start: {}", shown(command)))?;
    if !status.success() {
        bail!("failed ({status}): {}", shown(command));
    }
    Ok(())
}

//! Running programs, visibly.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The cargo that runs us.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The command as one would type it.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words.fold(String::from("$"), |line, word| line + " " + &word.to_string_lossy())
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

/// Finds a program on the PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

/// A virtual X display, ended when it is dropped.
pub struct Display {
    server: Option<std::process::Child>,
    name: Option<String>,
}

impl Display {
    /// The display there is or, on a Linux machine without one, a new Xvfb.
    pub fn open() -> Result<Self> {
        let has_display = std::env::var_os("DISPLAY").is_some_and(|name| !name.is_empty());
        if has_display || !cfg!(target_os = "linux") {
            return Ok(Self { server: None, name: None });
        }
        let Some(xvfb) = find("Xvfb") else {
            bail!("there is no X display and no Xvfb: sudo apt install xvfb");
        };
        let mut server = Command::new(xvfb)
            .args(["-displayfd", "1", "-screen", "0", "2560x1600x24", "-nolisten", "tcp"])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .context("could not start Xvfb")?;
        // Xvfb writes its number when it is ready.
        let mut number = String::new();
        if let Some(stdout) = server.stdout.as_mut() {
            std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut number)?;
        }
        Ok(Self { server: Some(server), name: Some(format!(":{}", number.trim())) })
    }

    /// Makes a command show its windows here.
    pub fn give<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        match &self.name {
            Some(name) => command.env("DISPLAY", OsStr::new(name)),
            None => command,
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

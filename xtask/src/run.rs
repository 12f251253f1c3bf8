//! Running programs, visibly.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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

/// The text without the colours that a terminal would show.
pub fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |line, part| line + part.split_once('m').map_or("", |(_, rest)| rest))
}

/// The first line of what a program says of its version.
pub fn version(mut program: Command) -> Result<String> {
    let output = program.arg("--version").output();
    let output = output.with_context(|| format!("could not start: {}", shown(&program)))?;
    let text = plain(&String::from_utf8_lossy(&output.stdout));
    let first = text.lines().map(str::trim).find(|line| !line.is_empty());
    Ok(first.map_or_else(|| shown(&program), str::to_owned))
}

/// The numbers of a line such as `test result: ok. 12 passed; 0 failed; ...`.
pub fn counts(line: &str) -> Option<(usize, usize)> {
    let result = line.strip_prefix("test result: ")?;
    let number = |word: &str| -> Option<usize> {
        let before = result.split(word).next()?;
        before.trim().rsplit([' ', '.', ';']).next()?.parse().ok()
    };
    Some((number("passed")?, number("failed")?))
}

/// Window managers that Debian has and that need no settings. Toolkits such as JUCE end on errors of
/// X where none is.
const WINDOW_MANAGERS: [&str; 3] = ["openbox", "matchbox-window-manager", "twm"];

/// A virtual X display with a window manager if there is one, ended when it is dropped.
pub struct Display {
    processes: Vec<std::process::Child>,
    name: Option<String>,
}

impl Display {
    /// The display there is or, on a Linux machine without one, a new Xvfb.
    pub fn open() -> Result<Self> {
        let has_display = std::env::var_os("DISPLAY").is_some_and(|name| !name.is_empty());
        if has_display || !cfg!(target_os = "linux") {
            return Ok(Self { processes: Vec::new(), name: None });
        }
        Self::own()
    }

    /// A new Xvfb, even where there is a display.
    pub fn own() -> Result<Self> {
        let Some(xvfb) = find("Xvfb") else {
            bail!("there is no Xvfb: sudo apt install xvfb");
        };
        let mut server = Command::new(xvfb)
            .args(["-displayfd", "1", "-screen", "0", "2560x1600x24"])
            // It stays up between windows.
            .args(["-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("could not start Xvfb")?;
        // Xvfb writes its number when it is ready.
        let mut number = String::new();
        if let Some(stdout) = server.stdout.as_mut() {
            std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut number)?;
        }
        let name = format!(":{}", number.trim());
        let mut processes = vec![server];
        if let Some(manager) = WINDOW_MANAGERS.into_iter().find_map(find) {
            let mut command = Command::new(manager);
            command.env("DISPLAY", &name).stdout(Stdio::null()).stderr(Stdio::null());
            processes.push(command.spawn().context("could not start a window manager")?);
        }
        Ok(Self { processes, name: Some(name) })
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
        for process in self.processes.iter_mut().rev() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{counts, plain};

    #[test]
    fn results_are_read_from_cargos_lines() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured";
        assert_eq!(counts(line), Some((12, 3)));
        assert_eq!(counts("test a ... ok"), None);
    }

    #[test]
    fn colours_are_taken_out() {
        assert_eq!(plain("a \u{1b}[1;31m0\u{1b}[0m failed"), "a 0 failed");
    }
}

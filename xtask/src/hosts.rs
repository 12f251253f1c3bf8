//! Tries the bundled plugins in real hosts: the scripts of `tests/hosts`, and a table of how they
//! went.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::page::{self, Part};
use crate::{bundle, python, run};

const PART: Part = Part { name: "hosts", command: "cargo xtask hosts" };

const DAWDREAMER: &str = "dawdreamer==0.9.0";

/// Which hosts, on which plugins.
#[derive(Args)]
pub struct Options {
    /// Hosts; all of them if none is named
    hosts: Vec<Host>,
    /// Plugins, such as `strip`; all four if none is named
    #[arg(long = "plugin")]
    plugins: Vec<String>,
    /// Use the bundles that are there
    #[arg(long)]
    no_bundle: bool,
}

/// A real host.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Host {
    /// Ardour 7, VST3
    Ardour,
    /// Qtractor, CLAP
    Qtractor,
    /// pedalboard, VST3
    Pedalboard,
    /// DawDreamer, VST3
    Dawdreamer,
}

impl Host {
    /// Its script, the programs that it needs, and Debian's packages that have them.
    fn needs(self) -> (&'static str, &'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Ardour => ("ardour/check.py", &["ardour7-lua"], &["ardour"]),
            Self::Qtractor => (
                "qtractor/check.py",
                &[
                    "qtractor", "jackd", "jack_rec", "Xvfb", "xwininfo", "xdotool", "openbox",
                    "wmctrl", "import", "cc",
                ],
                &[
                    "qtractor",
                    "jackd2",
                    "jack-example-tools",
                    "xvfb",
                    "xdotool",
                    "openbox",
                    "wmctrl",
                    "x11-utils",
                    "imagemagick",
                    "gcc",
                ],
            ),
            Self::Pedalboard => ("pedalboard_vst3.py", &[], &[]),
            Self::Dawdreamer => ("dawdreamer_vst3.py", &[], &[]),
        }
    }
}

impl Host {
    /// Its name and its version, as it says them itself.
    fn version(self) -> Result<String> {
        let installed = |package: &str| package.replace("==", " ");
        match self {
            Self::Ardour => run::version(Command::new("ardour7-lua")),
            Self::Qtractor => {
                let mut qtractor = Command::new("qtractor");
                // It needs a display to say so.
                qtractor.env("QT_QPA_PLATFORM", "offscreen");
                run::version(qtractor)
            }
            Self::Pedalboard => Ok(installed(python::PEDALBOARD[0])),
            Self::Dawdreamer => Ok(installed(DAWDREAMER)),
        }
    }

    fn format(self) -> &'static str {
        match self {
            Self::Qtractor => "CLAP",
            Self::Ardour | Self::Pedalboard | Self::Dawdreamer => "VST3",
        }
    }
}

/// Runs the scripts one after the other. The page is written when all hosts had all plugins.
pub fn run(options: &Options) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the hosts are driven on Linux");
    }
    if !options.no_bundle {
        bundle::run()?;
    }
    let hosts =
        if options.hosts.is_empty() { Host::value_variants() } else { options.hosts.as_slice() };
    let mut packages = python::PEDALBOARD.to_vec();
    packages.push(DAWDREAMER);
    let interpreter = python::environment("python-hosts", &packages)?;
    let mut table =
        String::from("| host | format | passed | failed | time |\n|---|---|---:|---:|---:|\n");
    let mut unclean = 0;
    for host in hosts {
        let began = Instant::now();
        let (passed, failed) = one(*host, &interpreter, &options.plugins)?;
        unclean += usize::from(failed > 0 || passed == 0);
        let (name, format, seconds) = (host.version()?, host.format(), began.elapsed().as_secs());
        table += &format!("| {name} | {format} | {passed} | {failed} | {seconds} s |\n");
    }
    println!("\n{table}");
    if options.plugins.is_empty() && Host::value_variants().iter().all(|host| hosts.contains(host))
    {
        PART.write(&section(&table, &page::today()?))?;
    }
    if unclean > 0 {
        bail!("{unclean} of the hosts found something");
    }
    Ok(())
}

fn section(table: &str, date: &str) -> String {
    format!(
        "## Hosts\n\n`cargo xtask hosts` on {date}, {}, with all four plugins. What is checked: [hosts.md](hosts.md).\n\n{table}",
        std::env::consts::OS
    )
}

/// Runs a host's script and shows it: how many of its checks passed and failed.
fn one(host: Host, interpreter: &Path, plugins: &[String]) -> Result<(usize, usize)> {
    let (script, programs, packages) = host.needs();
    provide(programs, packages)?;
    let mut command = Command::new(interpreter);
    command.arg(format!("tests/hosts/{script}")).args(plugins).stdout(Stdio::piped());
    println!("\n{}", run::shown(&command));
    let mut child = command.spawn()?;
    let stdout = child.stdout.take().context("a piped output")?;
    let mut counts = None;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        counts = run::counts(&line).or(counts);
    }
    let status = child.wait()?;
    let (passed, failed) = counts.unwrap_or_default();
    // A host that takes the script down with it is a failure as well.
    Ok((passed, failed + usize::from(!status.success() && failed == 0)))
}

/// Installs Debian's packages if a program is missing and that is allowed, or says what to type.
fn provide(programs: &[&str], packages: &[&str]) -> Result<()> {
    let missing = || programs.iter().find(|program| run::find(program).is_none());
    let Some(program) = missing() else { return Ok(()) };
    let install = format!("sudo apt install {}", packages.join(" "));
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
    if !root || run::find("apt-get").is_none() {
        bail!("there is no {program}: {install}");
    }
    // Not every release has all of them: in Debian 12 jack_rec is a part of jackd2.
    let known = |package: &&&str| {
        Command::new("apt-cache")
            .args(["show", package])
            .output()
            .is_ok_and(|out| out.status.success())
    };
    let mut apt = Command::new("apt-get");
    apt.args(["install", "--yes", "--no-install-recommends"]);
    apt.args(packages.iter().filter(known));
    run::run(apt.env("DEBIAN_FRONTEND", "noninteractive"))?;
    match missing() {
        Some(program) => bail!("there is still no {program}: {install}"),
        None => Ok(()),
    }
}

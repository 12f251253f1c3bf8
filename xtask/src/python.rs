//! A Python of our own with the packages that a test needs, under `target/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{project, run};

/// The VST3 host of the tests, and what its arrays need.
pub const PEDALBOARD: [&str; 2] = ["pedalboard==0.9.26", "numpy==2.2.6"];

/// Reads the projects that the mixer exports.
pub const EXPORTS: [&str; 2] = ["rpp==0.5", "xmlschema==4.3.2"];

/// Downloads pip's own wheel, which can be run as it is: Debian's Python comes without pip, and its
/// `venv` cannot install one without the package python3-venv.
const FETCH_PIP: &str = r"
import json, sys, urllib.parse, urllib.request
index = 'https://pypi.org/pypi/pip/json'
release = json.load(urllib.request.urlopen(index, timeout=60))
wheel = next(file for file in release['urls'] if file['filename'].endswith('.whl'))
urllib.request.urlretrieve(urllib.parse.urljoin(index, wheel['url']), sys.argv[1])
";

/// The interpreter of the environment of this name with exactly these packages (`name==version`),
/// made on the first call and kept.
pub fn environment(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = project::target_dir().join(name);
    let bin = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let interpreter = folder.join(bin);
    let stamp = folder.join("packages.txt");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(interpreter);
    }
    let system = ["python3", "python"].into_iter().find_map(run::find);
    let system = system.context("there is no Python: sudo apt install python3")?;
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    run::run(Command::new(system).args(["-m", "venv", "--without-pip"]).arg(&folder))
        .context("Python cannot make a virtual environment: sudo apt install python3-venv")?;
    let pip = pip(&interpreter, &folder)?;
    let mut install = Command::new(&interpreter);
    install.args(&pip).args(["install", "--quiet", "--disable-pip-version-check"]).args(packages);
    run::run(&mut install)?;
    std::fs::write(stamp, wanted)?;
    Ok(interpreter)
}

/// The arguments that make the interpreter run pip.
fn pip(interpreter: &Path, folder: &Path) -> Result<Vec<String>> {
    let has_pip = Command::new(interpreter)
        .args(["-m", "ensurepip"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if has_pip {
        return Ok(vec!["-m".to_owned(), "pip".to_owned()]);
    }
    println!("python: fetching pip");
    // pip checks its own file name when it runs from a wheel.
    let wheel = folder.join("pip-0-py3-none-any.whl");
    let status = Command::new(interpreter).args(["-c", FETCH_PIP]).arg(&wheel).status()?;
    if !status.success() {
        bail!("pip could not be downloaded: sudo apt install python3-venv");
    }
    Ok(vec![wheel.join("pip").to_string_lossy().into_owned()])
}

//! Prepares the patched framework.
//!
//! `patches/<crate>-<version>/*.patch` are our fixes to crates of the registry. This copies the
//! registry's own sources into an ignored folder and applies them; the workspace's
//! `[patch.crates-io]` points there. The folder's name is what cargo prints when it is missing.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use diffy::patch_set::{ParseOptions, PatchSet};

use crate::{project, run};

const STAMP: &str = "stamp";

/// Cargo shows the warnings of crates in a folder, though not those of the registry's crates.
const QUIET: &str = "\n[lints.rust]\nwarnings = \"allow\"\n";

/// A crate of the registry and the patches to it, in the order of their names.
struct Patched {
    name: String,
    version: String,
    patches: Vec<(PathBuf, String)>,
}

/// Brings the patched sources up to date; at once if they are.
pub fn run() -> Result<()> {
    let crates = read_patches(&project::root().join("patches"))?;
    let out = project::root().join("target/run-cargo-xtask-setup-first");
    let stamp = stamp(&crates);
    if fs::read_to_string(out.join(STAMP)).is_ok_and(|found| found == stamp) {
        return Ok(());
    }
    println!("setup: patching the framework");
    let work = out.with_extension("new");
    remove(&work)?;
    fs::create_dir_all(&work)?;
    let sources = locate_sources(&crates, &work)?;
    for (krate, source) in crates.iter().zip(sources) {
        let copy = work.join(&krate.name);
        copy_tree(&source, &copy)?;
        let manifest = copy.join("Cargo.toml");
        fs::write(&manifest, fs::read_to_string(&manifest)? + QUIET)?;
        for (path, text) in &krate.patches {
            apply(&copy, text).with_context(|| format!("{} does not apply", path.display()))?;
        }
        println!("setup: {} {}, {} patches", krate.name, krate.version, krate.patches.len());
    }
    remove(&work.join("sources"))?;
    fs::write(work.join(STAMP), stamp)?;
    // Only a whole result takes the old one's place.
    remove(&out)?;
    fs::rename(&work, &out).with_context(|| format!("moving {} into place", work.display()))
}

fn read_patches(folder: &Path) -> Result<Vec<Patched>> {
    let mut crates = Vec::new();
    for folder in sorted_entries(folder)?.into_iter().filter(|path| path.is_dir()) {
        let label = folder.file_name().unwrap_or_default().to_string_lossy();
        let (name, version) = label.rsplit_once('-').ok_or_else(|| {
            anyhow!("{}: the folder should be <crate>-<version>", folder.display())
        })?;
        let mut patches = Vec::new();
        for path in sorted_entries(&folder)? {
            // A checkout on Windows may have turned line ends into CRLF; the sources have LF.
            let text = fs::read_to_string(&path)?.replace("\r\n", "\n");
            patches.push((path, text));
        }
        crates.push(Patched { name: name.to_owned(), version: version.to_owned(), patches });
    }
    Ok(crates)
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths: Vec<_> =
        entries.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths)
}

fn stamp(crates: &[Patched]) -> String {
    let mut hasher = DefaultHasher::new();
    QUIET.hash(&mut hasher);
    for krate in crates {
        (&krate.name, &krate.version).hash(&mut hasher);
        krate.patches.iter().for_each(|(_, text)| text.hash(&mut hasher));
    }
    format!("{:016x}", hasher.finish())
}

/// The registry's sources of the crates: a manifest that depends on them makes cargo fetch them
/// and say where they are. Asked offline first, so that a machine that has them needs no network.
fn locate_sources(crates: &[Patched], work: &Path) -> Result<Vec<PathBuf>> {
    let folder = work.join("sources");
    fs::create_dir_all(&folder)?;
    let mut manifest = String::from(
        "[workspace]\n[package]\nname = \"sources\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [lib]\npath = \"lib.rs\"\n[dependencies]\n",
    );
    for Patched { name, version, .. } in crates {
        manifest += &format!("{name} = {{ version = \"={version}\", default-features = false }}\n");
    }
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("lib.rs"), "")?;
    let metadata = metadata(&folder, &["--offline"]).or_else(|_| {
        println!("setup: downloading the framework's sources");
        metadata(&folder, &[])
    })?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let find = |krate: &Patched| {
        packages
            .iter()
            .find(|p| p["name"] == krate.name.as_str() && p["version"] == krate.version.as_str())
            .and_then(|p| Path::new(p["manifest_path"].as_str()?).parent())
            .map(Path::to_owned)
            .ok_or_else(|| anyhow!("cargo did not find {} {}", krate.name, krate.version))
    };
    crates.iter().map(find).collect()
}

fn metadata(folder: &Path, options: &[&str]) -> Result<serde_json::Value> {
    let output = run::cargo()
        .args(["metadata", "--format-version=1", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        // Other systems' dependencies are large, and not needed.
        .args(["--filter-platform", &host()?])
        .args(options)
        .output()
        .context("could not run cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The target triple of this machine.
fn host() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = std::process::Command::new(rustc).arg("-vV").output().context("running rustc")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for path in sorted_entries(from)? {
        let target = to.join(path.file_name().context("an entry without a name")?);
        if path.is_dir() {
            copy_tree(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(|| format!("copying {}", path.display()))?;
        }
    }
    Ok(())
}

fn apply(folder: &Path, patch: &str) -> Result<()> {
    for file in PatchSet::parse(patch, ParseOptions::unidiff()) {
        let file = file?;
        let diff = file.patch().as_text().context("a patch of text was expected")?;
        let name = diff.modified().and_then(|name| name.strip_prefix("b/"));
        let path = folder.join(name.context("a file name that starts with b/ was expected")?);
        let old = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
        let new = diffy::apply(&old, diff).with_context(|| format!("{}", path.display()))?;
        ensure!(new != old, "{}: nothing changes", path.display());
        fs::write(&path, new)?;
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}

//! Copies the bundles to where the user's hosts look for them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{bundle, project};

/// Bundles, then installs into the user's CLAP and VST3 folders.
pub fn run() -> Result<()> {
    bundle::run()?;
    println!();
    for format in project::FORMATS {
        let folder = user_folder(format)?;
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        for bundle in project::bundles(format) {
            let name = bundle.file_name().context("a bundle without a name")?;
            replace(&bundle, &folder.join(name))?;
            println!("installed {}", folder.join(name).display());
        }
    }
    println!(
        "\nTo find them:\n  \
         Reaper: Options > Preferences > Plug-ins > CLAP and VST, Re-scan; then type \
         `Proscenium` into the FX browser.\n  \
         Bitwig: Settings > Locations > Plug-ins should list the folders above, then Rescan; \
         then type `Proscenium` into the browser.\n\
         A host that is running shows the new version after it is restarted."
    );
    Ok(())
}

/// The user's folder for plugins of this format.
fn user_folder(format: &str) -> Result<PathBuf> {
    let variable = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).with_context(|| format!("{name} is not set"))
    };
    Ok(if cfg!(target_os = "macos") {
        variable("HOME")?.join("Library/Audio/Plug-Ins").join(format.to_uppercase())
    } else if cfg!(windows) {
        variable("LOCALAPPDATA")?.join("Programs/Common").join(format.to_uppercase())
    } else {
        variable("HOME")?.join(format!(".{format}"))
    })
}

/// Puts a copy of the file or folder `from` in the place of `to`. A running host keeps the library
/// that it has loaded, because the old file is moved away, not written over.
fn replace(from: &Path, to: &Path) -> Result<()> {
    let fresh = to.with_extension("installing");
    let old = to.with_extension("replaced");
    for leftover in [&fresh, &old] {
        remove(leftover).with_context(|| format!("removing {}", leftover.display()))?;
    }
    copy(from, &fresh).with_context(|| format!("copying {}", from.display()))?;
    if to.exists() {
        fs::rename(to, &old).with_context(|| format!("replacing {}", to.display()))?;
    }
    fs::rename(&fresh, to).with_context(|| format!("writing {}", to.display()))?;
    // Windows keeps a loaded library's file; the next install removes it.
    let _ = remove(&old);
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn remove(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)
    } else if path.exists() {
        fs::remove_file(path)
    } else {
        Ok(())
    }
}

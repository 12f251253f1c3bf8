//! Mixes a session with the built plugins.

use std::path::Path;

use anyhow::Result;

use crate::{bundle, project, run};

/// Bundles, then runs the mixer with these arguments. What needs no plugins does not build them.
pub fn run(arguments: &[String]) -> Result<()> {
    let help = arguments.iter().any(|argument| argument == "--help" || argument == "-h");
    let session_is_missing = session(arguments).is_some_and(|path| !Path::new(path).is_file());
    let own_bundles = arguments.iter().any(|a| a == "--bundles" || a.starts_with("--bundles="));
    if !help && !session_is_missing && !own_bundles {
        bundle::run()?;
    }
    let mut cargo = run::cargo();
    cargo.args(["run", "--release", "--package", "proscenium-mix", "--"]);
    if !own_bundles {
        cargo.arg("--bundles").arg(project::bundled_dir());
    }
    run::run(cargo.args(arguments))
}

/// The first argument that is neither an option nor an option's value.
fn session(arguments: &[String]) -> Option<&str> {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if !argument.starts_with('-') {
            return Some(argument);
        }
        if ["--out", "--export", "--stems", "--threads", "--bundles"].contains(&argument.as_str()) {
            arguments.next();
        }
    }
    None
}

//! Measures the speed of the signal processing and of the editors.

use anyhow::{Result, bail};

use crate::project::{self, PLUGINS};
use crate::{bundle, run, scene};

/// All benchmarks of shared-dsp and of Space's chain, those of the files of a name, or those whose name
/// contains `filter`; or `editors`; or `denormals`, the built plugins in the silence after sound.
pub fn run(filter: Option<&str>) -> Result<()> {
    match filter {
        Some("editors") => return editors(),
        Some("denormals") => {
            bundle::run()?;
            let bench = ["bench", "--package", "proscenium-faults", "--bench", "denormals"];
            return run::run(run::cargo().args(bench));
        }
        _ => {}
    }
    let mut cargo = run::cargo();
    cargo.args(["bench", "--package", "shared-dsp", "--package", "space"]);
    let benches = project::root().join("shared-dsp/benches");
    match filter {
        None => cargo.arg("--benches"),
        Some(name) if benches.join(name).with_extension("rs").is_file() => {
            cargo.args(["--bench", name])
        }
        Some(part) => cargo.args(["--benches", "--", part]),
    };
    run::run(&mut cargo)
}

/// What the built editors cost where there is no graphics card. All of it is done on the window's own
/// thread, so that its clock counts it.
fn editors() -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("editors are measured under Xvfb, on Linux");
    }
    bundle::run()?;
    let display = run::Display::own()?;
    let log = project::target_dir().join("frames.txt");
    for plugin in &PLUGINS {
        let mut cargo = run::cargo();
        cargo.args(["run", "--release", "--quiet", "--package", "clap-host", "--features", "gui"]);
        cargo.args(["--bin", "frames", "--"]);
        cargo.arg(project::bundled_dir().join(format!("{}.clap", plugin.bundle)));
        cargo.args(["--scale", "1", "--scale", "2"]);
        scene::stage(&mut cargo, plugin.bundle);
        cargo.env("PROSCENIUM_FRAMES", &log);
        cargo.env("LIBGL_ALWAYS_SOFTWARE", "1").env("LP_NUM_THREADS", "0");
        run::run(display.give(&mut cargo))?;
    }
    Ok(())
}

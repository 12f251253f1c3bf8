//! `docs/conformance.md`: the part of it that the validators' outcomes fill.

use std::fmt::Write as _;

use anyhow::Result;

use super::{Row, VALIDATORS};
use crate::page::{self, Part};

const PART: Part = Part { name: "validators", command: "cargo xtask validate" };

/// The outcomes as a Markdown table.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| plugin | validator | passed | failed | warnings | skipped |\n|---|---|---:|---:|---:|---:|\n",
    );
    for Row { validator, bundle, counts } in rows {
        let name = title(*validator);
        let (failed, warned) = (counts.failures.len(), counts.warnings.len());
        let (passed, skipped) = (counts.passed, counts.skipped);
        let _ =
            writeln!(text, "| {bundle} | {name} | {passed} | {failed} | {warned} | {skipped} |");
    }
    text
}

/// Puts the outcomes in their place on the page.
pub fn write(versions: &[(usize, String)], missing: &[&str], rows: &[Row]) -> Result<()> {
    PART.write(&section(versions, missing, rows, &page::today()?))
}

fn title(validator: usize) -> &'static str {
    ["clap-validator", "Steinberg's validator", "pluginval"][validator]
}

fn section(versions: &[(usize, String)], missing: &[&str], rows: &[Row], date: &str) -> String {
    let mut text = format!(
        "## Validators\n\n`cargo xtask validate` on {date}, {}. Editors are opened on a virtual display.\n\n",
        std::env::consts::OS
    );
    for (index, version) in versions {
        let arguments = VALIDATORS[*index].arguments.join(" ");
        let _ = writeln!(text, "- {}: {version}, run with `{arguments}`", title(*index));
    }
    for name in missing {
        let _ = writeln!(text, "- {name}: **not run**");
    }
    let _ = write!(text, "\n{}", table(rows));
    text.push_str(
        "\nSkipped is what has no meaning for the plugins: notes, extensions that they do not offer, and, counted as passed by\n\
         Steinberg's validator itself, 64-bit samples and layouts beyond stereo, which they refuse.\n",
    );
    for row in rows.iter().filter(|row| !row.counts.repeated.is_empty()) {
        let tests = row.counts.repeated.join(", ");
        let _ = writeln!(
            text,
            "\n{}: {tests} compares two times of the clock. It warned once and not in most of seven repeats.",
            row.bundle
        );
    }
    text
}

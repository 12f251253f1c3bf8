//! `docs/conformance.md`: the part of it that the validators' outcomes fill.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use super::{Row, VALIDATORS};
use crate::project;

const BEGIN: &str = "<!-- validators: written by `cargo xtask validate` -->";
const END: &str = "<!-- end of validators -->";
const NEW_PAGE: &str = "# Conformance\n\nWhat examines the plugins, and how they fare.\n";

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

/// Puts the outcomes in their place on the page, and leaves the rest of it alone.
pub fn write(versions: &[(usize, String)], missing: &[&str], rows: &[Row]) -> Result<()> {
    let path = project::root().join("docs/conformance.md");
    let old = std::fs::read_to_string(&path).unwrap_or_else(|_| NEW_PAGE.to_owned());
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    std::fs::write(&path, placed(&old, &section(versions, missing, rows, &date(now))))
        .context("docs/conformance.md cannot be written")?;
    println!("written: docs/conformance.md");
    Ok(())
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

/// The page with this section between its marks, or at its end.
fn placed(page: &str, section: &str) -> String {
    let marked = format!("{BEGIN}\n{section}{END}");
    let parts = page
        .split_once(BEGIN)
        .and_then(|(before, rest)| rest.split_once(END).map(|(_, after)| (before, after)));
    match parts {
        Some((before, after)) => format!("{before}{marked}{after}"),
        None => format!("{}\n\n{marked}\n", page.trim_end()),
    }
}

/// The day of a Unix time, in UTC. (Howard Hinnant's `civil_from_days`.)
fn date(unix_s: u64) -> String {
    let days = unix_s / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_735_689_599), "2024-12-31");
    }

    #[test]
    fn the_rest_of_the_page_stays() {
        let first = placed("# Page\n\nwords\n", "old\n");
        let second = placed(&format!("{first}\n## More\n"), "new\n");
        assert!(second.starts_with("# Page\n\nwords\n\n") && second.ends_with("\n## More\n"));
        assert!(second.contains("new") && !second.contains("old"));
    }
}

//! Parts of `docs/conformance.md` that commands fill, each between marks of its own.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::project;

const NEW_PAGE: &str = "# Conformance\n\nWhat examines the plugins, and how they fare.\n";

/// A part of the page: its name, and the command that writes it.
pub struct Part {
    pub name: &'static str,
    pub command: &'static str,
}

impl Part {
    /// Puts a section in its place on the page, and leaves the rest of it alone.
    pub fn write(&self, section: &str) -> Result<()> {
        let path = project::root().join("docs/conformance.md");
        let old = std::fs::read_to_string(&path).unwrap_or_else(|_| NEW_PAGE.to_owned());
        std::fs::write(&path, self.placed(&old, section))
            .context("docs/conformance.md cannot be written")?;
        println!("written: docs/conformance.md");
        Ok(())
    }

    /// The page with this section between its marks, or at its end.
    fn placed(&self, page: &str, section: &str) -> String {
        let begin = format!("<!-- {}: written by `{}` -->", self.name, self.command);
        let end = format!("<!-- end of {} -->", self.name);
        let marked = format!("{begin}\n{section}{end}");
        let parts = page
            .split_once(&begin)
            .and_then(|(before, rest)| rest.split_once(&end).map(|(_, after)| (before, after)));
        match parts {
            Some((before, after)) => format!("{before}{marked}{after}"),
            None => format!("{}\n\n{marked}\n", page.trim_end()),
        }
    }
}

/// The day, in UTC.
pub fn today() -> Result<String> {
    Ok(date(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs()))
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
        let [part, other] =
            ["these", "others"].map(|name| Part { name, command: "cargo xtask these" });
        let first = part.placed("# Page\n\nwords\n", "old\n");
        let second = other.placed(&format!("{first}\n## More\n"), "kept\n");
        let third = part.placed(&second, "new\n");
        assert!(third.starts_with("# Page\n\nwords\n\n") && third.contains("\n## More\n"));
        assert!(third.contains("new") && third.contains("kept") && !third.contains("old"));
    }
}

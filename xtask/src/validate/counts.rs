//! What a validator's output says, in numbers.

use std::fmt;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// How the tests of one plugin went.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: usize,
    /// Names of the tests that failed.
    pub failures: Vec<String>,
    /// What was warned of.
    pub warnings: Vec<String>,
    /// Tests that have no meaning for the plugin.
    pub skipped: usize,
    /// Tests of time that warned once and not when they were repeated.
    pub repeated: Vec<String>,
}

impl Counts {
    /// Neither failures nor warnings.
    pub fn is_clean(&self) -> bool {
        self.failures.is_empty() && self.warnings.is_empty()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failures, warnings, skipped, .. } = self;
        let (failed, warned) = (failures.len(), warnings.len());
        write!(f, "{passed} passed, {failed} failed, {warned} warnings, {skipped} skipped")?;
        failures.iter().try_for_each(|name| write!(f, "\n  failed: {name}"))?;
        warnings.iter().try_for_each(|name| write!(f, "\n  warning: {name}"))
    }
}

/// clap-validator's `--json`: a list of results, each with a test and a status.
pub fn clap_validator(text: &str) -> Result<Counts> {
    let json = text.find('{').map_or("", |start| &text[start..]);
    let found: Value = serde_json::from_str(json).context("clap-validator wrote no JSON")?;
    let results = found["results"].as_array().context("clap-validator wrote no results")?;
    let mut counts = Counts::default();
    for result in results {
        let kind = result["test"].as_object().and_then(|test| test.values().next());
        let name = kind.and_then(|test| test["test"].as_str()).unwrap_or("a test").to_owned();
        match result["status"]["code"].as_str() {
            Some("success") => counts.passed += 1,
            Some("skipped") => counts.skipped += 1,
            Some("warning") => counts.warnings.push(name),
            _ => counts.failures.push(name),
        }
    }
    if results.is_empty() {
        bail!("clap-validator ran no test");
    }
    Ok(counts)
}

/// Steinberg's validator: `[a test]`, lines of information, `[Succeeded]` or `[Failed]`. It counts
/// as passed what it did not try; here that is skipped.
pub fn steinberg(text: &str) -> Result<Counts> {
    let mut counts = Counts::default();
    let (mut name, mut tried) = (String::new(), true);
    for line in text.lines().map(str::trim) {
        match line {
            "[Succeeded]" if tried => counts.passed += 1,
            "[Succeeded]" => counts.skipped += 1,
            "[Failed]" => counts.failures.push(name.clone()),
            _ if line.starts_with('[') && line.ends_with(']') => {
                (name, tried) = (line[1..line.len() - 1].to_owned(), true);
            }
            _ if line.contains("not supported") => tried = false,
            _ if line.to_ascii_lowercase().starts_with("warning") => {
                counts.warnings.push(format!("{name}: {line}"));
            }
            _ => {}
        }
    }
    let total = text.lines().find_map(|line| line.strip_prefix("Result: ")).unwrap_or_default();
    let ran = counts.passed + counts.skipped;
    let wanted = format!("{ran} tests passed, {} tests failed", counts.failures.len());
    if total != wanted || ran == 0 {
        bail!("Steinberg's validator says \"{total}\", its tests say \"{wanted}\"");
    }
    Ok(counts)
}

/// pluginval: a line when a test begins, `Completed tests in` when it ends, `!!!` when it finds
/// something, a line of what it skips; `SUCCESS` at the end.
pub fn pluginval(text: &str) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut began: usize = 0;
    for line in text.lines().map(str::trim) {
        if line.starts_with("Starting tests in:") {
            began += 1;
            // Apple's `auval` has nothing to say of VST3.
            counts.skipped += usize::from(line.contains("/ auval"));
        } else if line.starts_with("INFO: Skipping") {
            counts.skipped += 1;
        } else if line.starts_with("!!!") && line.to_ascii_lowercase().contains("warning") {
            counts.warnings.push(line.to_owned());
        } else if line.starts_with("!!!") || line.contains("FAILED") {
            counts.failures.push(line.to_owned());
        } else if line.contains("WARNING") {
            counts.warnings.push(line.to_owned());
        }
    }
    let whole = text.lines().any(|line| line.trim() == "SUCCESS");
    if began == 0 || (counts.failures.is_empty() && !whole) {
        bail!("pluginval did not come to its end");
    }
    counts.passed = began.saturating_sub(counts.failures.len() + counts.skipped);
    Ok(counts)
}

/// What the plugin itself warns of in its log, which no validator counts.
pub fn logged(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(str::trim).filter(|line| line.starts_with("WARN ")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_plugin_warns_of_in_its_log_is_found() {
        let said =
            "12ms INFO Test scan-time completed\n WARN A buffer is full!\nWARNING of the host\n";
        assert_eq!(logged(said).collect::<Vec<_>>(), ["WARN A buffer is full!"]);
    }

    #[test]
    fn clap_validators_json_is_counted() {
        let result = |test: &str, code: &str| {
            format!(r#"{{"test":{{"plugin":{{"test":"{test}"}}}},"status":{{"code":"{code}"}}}}"#)
        };
        let all = [
            result("a", "success"),
            result("b", "skipped"),
            result("c", "warning"),
            result("d", "crashed"),
        ];
        let counts = clap_validator(&format!(r#"{{"results":[{}]}}"#, all.join(","))).unwrap();
        assert_eq!((counts.passed, counts.skipped), (1, 1));
        assert_eq!(counts.warnings, ["c"]);
        assert_eq!(counts.failures, ["d"]);
        assert!(clap_validator(r#"{"results":[]}"#).is_err());
    }

    #[test]
    fn steinbergs_lines_are_counted_and_must_agree_with_its_sum() {
        let text = "[Scan]\nInfo: fine\n[Succeeded]\n[Wide]\nInfo:  64bit Audio Processing not supported.\n\
                    [Succeeded]\n[State]\nWarning: odd\n[Failed]\nResult: 2 tests passed, 1 tests failed\n";
        let counts = steinberg(text).unwrap();
        assert_eq!((counts.passed, counts.skipped), (1, 1));
        assert_eq!(counts.failures, ["State"]);
        assert_eq!(counts.warnings, ["State: Warning: odd"]);
        assert!(steinberg(&text.replace("2 tests", "3 tests")).is_err());
        assert!(steinberg("").is_err());
    }

    #[test]
    fn pluginval_must_come_to_its_end() {
        let text = "Starting tests in: pluginval / Open...\nCompleted tests in pluginval / Open\n\
                    Starting tests in: pluginval / auval...\nCompleted tests in pluginval / auval\n";
        assert!(pluginval(text).is_err());
        let counts = pluginval(&format!("{text}SUCCESS\n")).unwrap();
        assert_eq!(counts, Counts { passed: 1, skipped: 1, ..Counts::default() });
        let failed = pluginval(&format!("{text}!!! Test 2 failed: x\nFAILURE\n")).unwrap();
        assert!(!failed.is_clean());
    }
}

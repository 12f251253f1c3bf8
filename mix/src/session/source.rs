//! The text of a session file, and errors that point into it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Value;

use super::raw::Scalar;
use crate::error::{MixError, Result};

/// A session file's path and text.
pub struct Source {
    /// Where it was read from.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

impl Source {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            MixError::file(path, format!("cannot be read ({error})"), "a session file (TOML)")
        })?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// The line, from 1, of a place in the text.
    pub fn line(&self, span: Range<usize>) -> usize {
        let end = span.start.min(self.text.len());
        1 + self.text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count()
    }

    /// An error at a place.
    pub fn error(
        &self,
        span: Range<usize>,
        what: impl Into<String>,
        expected: impl Into<String>,
    ) -> MixError {
        self.error_at(self.line(span), what, expected)
    }

    /// An error at a line.
    pub fn error_at(
        &self,
        line: usize,
        what: impl Into<String>,
        expected: impl Into<String>,
    ) -> MixError {
        MixError {
            file: self.path.clone(),
            line: Some(line),
            what: what.into(),
            expected: expected.into(),
        }
    }

    /// The parser's own complaint.
    pub fn syntax(&self, error: &toml::de::Error) -> MixError {
        let message = error.message();
        // serde says "unknown field `x`, expected one of ...": the second half is what we want said.
        let (what, expected) = message.split_once(", expected ").unwrap_or((message, ""));
        let what = what.replace("unknown field", "unknown key").replace('`', "\"");
        let expected = if expected.is_empty() {
            "what docs/session-format.md describes".to_owned()
        } else {
            expected.replace('`', "")
        };
        self.error(error.span().unwrap_or(0..0), what, expected)
    }

    /// A scalar as text: a number or a switch may stand without quotes.
    pub fn text(&self, scalar: &Scalar) -> Result<String> {
        match scalar.get_ref() {
            Value::String(text) => Ok(text.trim().to_owned()),
            Value::Integer(number) => Ok(number.to_string()),
            Value::Float(number) => Ok(number.to_string()),
            Value::Boolean(on) => Ok(if *on { "On" } else { "Off" }.to_owned()),
            other => Err(self.error(
                scalar.span(),
                format!("a {} stands where a value should", other.type_str()),
                "text such as \"-18 dB\", a number, true or false",
            )),
        }
    }
}

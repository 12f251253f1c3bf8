//! The one kind of error a user sees: where, what, and what was expected.

use std::fmt;
use std::path::{Path, PathBuf};

/// An error that names its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MixError {
    /// The session, or the file that could not be read or written.
    pub file: PathBuf,
    /// Line in it, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub expected: String,
}

impl MixError {
    /// An error about a whole file.
    pub fn file(
        file: impl AsRef<Path>,
        what: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            file: file.as_ref().to_owned(),
            line: None,
            what: what.into(),
            expected: expected.into(),
        }
    }
}

impl fmt::Display for MixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.what)?;
        if !self.expected.is_empty() {
            write!(f, "; expected {}", self.expected)?;
        }
        Ok(())
    }
}

impl std::error::Error for MixError {}

/// What may fail here.
pub type Result<T> = std::result::Result<T, MixError>;

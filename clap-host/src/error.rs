//! What can go wrong, naming the file and what was expected.

use std::path::PathBuf;

/// A failure of loading, setting or running a plugin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such file.
    #[error("{}: no such plugin bundle", path.display())]
    Missing {
        /// The bundle.
        path: PathBuf,
    },
    /// The file is not a CLAP bundle, or the plugin failed at something that should succeed.
    #[error("{}: {what}: {cause}", path.display())]
    Plugin {
        /// The bundle.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        cause: String,
    },
    /// The bundle holds other plugins than the one asked for.
    #[error("{}: no plugin with the id `{id}`; the bundle holds {}", path.display(), found.join(", "))]
    UnknownId {
        /// The bundle.
        path: PathBuf,
        /// The id asked for.
        id: String,
        /// The ids in the bundle.
        found: Vec<String>,
    },
    /// The plugin has no ports like those asked for.
    #[error("{}: no layout with {wanted}; the plugin offers {}", path.display(), found.join(", "))]
    Layout {
        /// The bundle.
        path: PathBuf,
        /// The layout asked for.
        wanted: String,
        /// The names of the plugin's layouts.
        found: Vec<String>,
    },
    /// The plugin has no such parameter.
    #[error("{}: no parameter `{param}`", path.display())]
    UnknownParam {
        /// The bundle.
        path: PathBuf,
        /// The parameter's string id.
        param: String,
    },
    /// The parameter does not understand the text.
    #[error("{}: `{param}` does not understand `{text}`; expected {expected}", path.display())]
    BadText {
        /// The bundle.
        path: PathBuf,
        /// The parameter's string id.
        param: String,
        /// The text.
        text: String,
        /// The range, or the choices, as text.
        expected: String,
    },
    /// The text names a value outside the parameter's range.
    #[error("{}: `{param}` = `{text}` is out of range; expected {expected}", path.display())]
    OutOfRange {
        /// The bundle.
        path: PathBuf,
        /// The parameter's string id.
        param: String,
        /// The text.
        text: String,
        /// The range as text.
        expected: String,
    },
    /// The plugin refused a saved state.
    #[error("{}: the plugin refused the state ({bytes} bytes)", path.display())]
    StateRefused {
        /// The bundle.
        path: PathBuf,
        /// The state's size.
        bytes: usize,
    },
    /// The caller's audio does not fit the plugin's ports or the agreed block size.
    #[error("{}: {what}: expected {expected}, got {got}", path.display())]
    Shape {
        /// The bundle.
        path: PathBuf,
        /// What does not fit.
        what: &'static str,
        /// What the plugin was prepared for.
        expected: usize,
        /// What came.
        got: usize,
    },
    /// The call needs the instance in the other state (active or not).
    #[error("{}: {what}", path.display())]
    Lifecycle {
        /// The bundle.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
}

/// A result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

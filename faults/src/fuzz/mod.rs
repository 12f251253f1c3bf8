//! Any bytes as what a plugin or the mixer may be handed. Each function takes bytes, panics where
//! something is wrong, and is called by a short run of the tests and by a target of `fuzz/`.

mod bytes;
mod play;
mod state;
mod text;

pub use bytes::is_one_in;
pub use play::Player;
pub use state::Keeper;
pub use text::Reader;

use std::path::Path;

use proscenium_mix::Session;

/// A session is read, or refused with a complaint that names a line of it or none. A stem that is
/// there, for what is looked at only then: `Cargo.toml`.
pub fn session(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzzed.toml");
    if let Err(error) = Session::read(&text, Path::new(path)) {
        let lines = text.matches('\n').count() + 1;
        assert!(
            error.line.is_none_or(|line| (1..=lines).contains(&line)),
            "{error}: {lines} lines"
        );
        assert!(!error.to_string().is_empty());
    }
}

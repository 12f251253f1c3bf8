//! What the tests of this crate share.

use std::path::{Path, PathBuf};

/// A path for a table in a folder of its own, which goes with it.
pub struct TestFile {
    folder: PathBuf,
    path: PathBuf,
}

impl TestFile {
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("{name}-{:016x}", crate::token()));
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("stage");
        Self { folder, path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        // A temporary folder that stays behind does no harm.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

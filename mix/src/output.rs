//! The output folder: files are made beside it and moved in when all of them are whole.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{MixError, Result};

/// A folder in the making.
pub struct Output {
    target: PathBuf,
    made: PathBuf,
    files: Vec<PathBuf>,
}

impl Output {
    /// Begins a temporary folder beside the target.
    pub fn new(target: &Path) -> Result<Self> {
        let name = target.file_name().map_or("out".into(), |name| name.to_string_lossy());
        let sibling = format!(".{name}.partial-{}", std::process::id());
        let parent = target.parent().unwrap_or(Path::new(""));
        let output = Self { target: target.into(), made: parent.join(sibling), files: Vec::new() };
        if target.exists() && !target.is_dir() {
            return Err(MixError::file(target, "this is not a folder", "a folder for the mix"));
        }
        output.create(&output.made)?;
        Ok(output)
    }

    fn create(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder).map_err(|error| self.failed(folder, "made", &error))
    }

    fn failed(&self, path: &Path, verb: &str, error: &std::io::Error) -> MixError {
        let what = format!("cannot be {verb} ({error})");
        MixError::file(path, what, "a folder that may be written, with room for the mix")
    }

    /// Where to write a file that is to be called `name` (perhaps with a folder) in the end.
    pub fn file(&mut self, name: &str) -> Result<PathBuf> {
        let path = self.made.join(name);
        if let Some(folder) = path.parent() {
            self.create(folder)?;
        }
        self.files.push(name.into());
        Ok(path)
    }

    /// Moves every file to its place. Other files in the target stay.
    pub fn finish(self) -> Result<()> {
        for name in &self.files {
            let target = self.target.join(name);
            if let Some(folder) = target.parent() {
                self.create(folder)?;
            }
            fs::rename(self.made.join(name), &target)
                .map_err(|error| self.failed(&target, "written", &error))?;
        }
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Whatever happened: nothing half-made stays behind.
        let _ = fs::remove_dir_all(&self.made);
    }
}

/// A name as a file's name: what some system refuses is replaced.
pub fn file_name(name: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || " -_.".contains(c) { c } else { '_' };
    let name: String = name.chars().map(safe).collect();
    name.trim().trim_start_matches('.').to_owned()
}

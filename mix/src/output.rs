//! The output folder: files are made in a folder inside it and moved in when all of them are whole.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{MixError, Result};

/// What begins the name of a temporary folder; the process' number follows.
const PARTIAL: &str = ".partial-";
/// What is expected of the target.
const EXPECTED: &str = "a folder that may be written, with room for the mix";

/// A folder in the making.
pub struct Output {
    target: PathBuf,
    made: PathBuf,
    files: Vec<PathBuf>,
    /// Folders that were not there before, outermost first.
    new_folders: Vec<PathBuf>,
}

impl Output {
    /// Checks the target for the files that will be written, and begins a temporary folder in it.
    ///
    /// # Errors
    /// When the target cannot be made or written, or something in it is in a file's way.
    pub fn new<'a>(target: &Path, files: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        if target.exists() && !target.is_dir() {
            return Err(MixError::file(target, "this is not a folder", "a folder for the mix"));
        }
        let made = target.join(format!("{PARTIAL}{}", std::process::id()));
        let mut output =
            Self { target: target.into(), made, files: Vec::new(), new_folders: Vec::new() };
        for file in files {
            output.check(Path::new(file))?;
        }
        output.create(target)?;
        output.remove_stale();
        fs::create_dir(&output.made).map_err(|error| output.failed("written", &error))?;
        Ok(output)
    }

    /// Whether a file can take its place: it may replace a file, but no folder.
    fn check(&self, name: &Path) -> Result<()> {
        let place = self.target.join(name);
        let in_the_way = if place.is_dir() {
            Some((name, "a folder", "a file"))
        } else {
            let folders = name.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
            let not_folder = |folder: &&Path| {
                let folder = self.target.join(folder);
                folder.symlink_metadata().is_ok() && !folder.is_dir()
            };
            folders.into_iter().find(not_folder).map(|folder| (folder, "not a folder", "a folder"))
        };
        let Some((name, is, wanted)) = in_the_way else { return Ok(()) };
        let what = format!("\"{}\" in it is {is}", name.display());
        Err(MixError::file(&self.target, what, format!("nothing or {wanted} of that name")))
    }

    /// What a run that was killed left here. A run that still goes on keeps its folder.
    fn remove_stale(&self) {
        let Ok(entries) = fs::read_dir(&self.target) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix(PARTIAL));
            let Some(number) = number.and_then(|number| number.parse::<u32>().ok()) else {
                continue;
            };
            let other = number != std::process::id();
            let runs = other && Path::new(&format!("/proc/{number}")).exists();
            if !runs && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Makes a folder in the target or the target itself, and remembers what was not there.
    fn create(&mut self, folder: &Path) -> Result<()> {
        let missing: Vec<_> = folder
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .map(Path::to_owned)
            .collect();
        let made = fs::create_dir_all(folder);
        self.new_folders.extend(missing.into_iter().rev());
        made.map_err(|error| self.failed("made", &error))
    }

    fn failed(&self, verb: &str, error: &std::io::Error) -> MixError {
        MixError::file(&self.target, format!("cannot be {verb} ({error})"), EXPECTED)
    }

    /// Where to write a file that is to be called `name` (perhaps with a folder) in the end.
    ///
    /// # Errors
    /// When its folder cannot be made.
    pub fn file(&mut self, name: &str) -> Result<PathBuf> {
        let path = self.made.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| self.failed("written", &error))?;
        }
        self.files.push(name.into());
        Ok(path)
    }

    /// Moves every file to its place, or none. Other files in the target stay.
    ///
    /// # Errors
    /// When one of them cannot be moved: the target is then as it was.
    pub fn finish(mut self) -> Result<()> {
        let files = std::mem::take(&mut self.files);
        for name in &files {
            self.check(name)?;
        }
        for name in &files {
            if let Some(folder) = self.target.join(name).parent() {
                self.create(folder)?;
            }
        }
        let mut moved = Vec::new();
        for (index, name) in files.iter().enumerate() {
            let (target, old) = (self.target.join(name), self.made.join(format!("old-{index}")));
            let had = target.symlink_metadata().is_ok();
            let set_aside = if had { fs::rename(&target, &old) } else { Ok(()) };
            if let Err(error) = set_aside {
                undo(&moved);
                return Err(self.failed("written", &error));
            }
            moved.push((target.clone(), had.then_some(old)));
            if let Err(error) = fs::rename(self.made.join(name), &target) {
                undo(&moved);
                return Err(self.failed("written", &error));
            }
        }
        Ok(())
    }
}

/// Takes files away again, the last first, and puts back what was there.
fn undo(moved: &[(PathBuf, Option<PathBuf>)]) {
    for (target, old) in moved.iter().rev() {
        let _ = match old {
            Some(old) => fs::rename(old, target),
            None => fs::remove_file(target),
        };
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Whatever happened: nothing half-made stays behind. Folders that hold the mix stay.
        let _ = fs::remove_dir_all(&self.made);
        for folder in self.new_folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// A name as a file's name: what some system refuses is replaced.
pub fn file_name(name: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || " -_.".contains(c) { c } else { '_' };
    name.trim().chars().map(safe).collect()
}

/// What keeps a name from being a file's name on some system, if anything does.
pub fn file_name_fault(name: &str) -> Option<&'static str> {
    let file = file_name(name);
    let stem = file.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let numbered =
        |word| stem.strip_prefix(word).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']));
    if file.is_empty() {
        Some("is empty")
    } else if file.starts_with('.') {
        Some("would be a hidden file")
    } else if file.len() > 200 {
        Some("is longer than 200 bytes")
    } else if ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str())
        || numbered("COM")
        || numbered("LPT")
    {
        Some("is reserved on Windows")
    } else {
        None
    }
}

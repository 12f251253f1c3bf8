//! The user's own presets: files in a folder.

use super::{Listed, Sheet};
use etcetera::base_strategy::{BaseStrategy, choose_native_strategy};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The environment variable that names another folder for the presets of all plugins.
pub const FOLDER_VARIABLE: &str = "PROSCENIUM_PRESETS";

/// A preset has a hundred lines. What is longer than this in bytes is something else.
const LONGEST_BYTES: u64 = 256 * 1024;

/// Names are no longer than this in characters.
const LONGEST_NAME: usize = 80;

/// Why a preset was not saved or deleted.
#[derive(Debug)]
pub enum ShelfError {
    /// There is one of that name, and nobody said that it may be replaced.
    Exists,
    /// The name has nothing that a file name can have.
    NoName,
    /// The system has no place for a user's files.
    NoFolder,
    /// The file system refuses.
    Io(io::Error),
}

impl std::fmt::Display for ShelfError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exists => f.write_str("there is a preset of that name"),
            Self::NoName => f.write_str("a preset needs a name"),
            Self::NoFolder => f.write_str("there is no folder for presets"),
            Self::Io(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for ShelfError {}

impl From<io::Error> for ShelfError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A file as the folder shows it: what changes when it does.
type Mark = (PathBuf, Option<SystemTime>, u64);

/// The folder, and what was in it when it was last looked at.
#[derive(Debug, Default)]
pub struct Shelf {
    folder: Option<PathBuf>,
    marks: Vec<Mark>,
    listed: Vec<Listed>,
}

impl Shelf {
    /// The folder of a plugin in the platform's place for a user's data, or in the one that
    /// [`FOLDER_VARIABLE`] names.
    pub fn at_home(plugin: &str) -> Self {
        let named = std::env::var_os(FOLDER_VARIABLE).filter(|name| !name.is_empty());
        let home = || choose_native_strategy().ok().map(|place| place.data_dir());
        let base = match named {
            Some(base) => Some(PathBuf::from(base)),
            None => home().map(|place| place.join(crate::VENDOR)),
        };
        Self { folder: base.map(|base| base.join(plugin)), ..Self::default() }
    }

    /// A folder anywhere.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), ..Self::default() }
    }

    /// The folder, if the system has a place for it.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The presets that were there when the folder was last looked at, by name.
    pub fn listed(&self) -> &[Listed] {
        &self.listed
    }

    /// Looks into the folder, and reads the files that have changed. Returns whether any has.
    pub fn look(&mut self, sheet: &Sheet) -> bool {
        let mut marks = self.folder.as_deref().map(marks).unwrap_or_default();
        marks.sort();
        if marks == self.marks {
            return false;
        }
        let read = |mark: &Mark| {
            let known = self.marks.contains(mark);
            let before = self.listed.iter().find(|listed| listed.path.as_ref() == Some(&mark.0));
            before.filter(|_| known).cloned().unwrap_or_else(|| read(sheet, mark))
        };
        self.listed = marks.iter().map(read).collect();
        self.listed.sort_by_cached_key(|listed| listed.name.to_lowercase());
        self.marks = marks;
        true
    }

    /// Writes a preset: whole or not at all. One of the same name is replaced only if `replace`.
    ///
    /// # Errors
    /// See [`ShelfError`].
    pub fn save(&self, name: &str, text: &str, replace: bool) -> Result<PathBuf, ShelfError> {
        let folder = self.folder.as_ref().ok_or(ShelfError::NoFolder)?;
        let stem = file_stem(name).ok_or(ShelfError::NoName)?;
        let same = |listed: &&Listed| listed.name.to_lowercase() == name.trim().to_lowercase();
        let known = self.listed.iter().find(same).and_then(|listed| listed.path.clone());
        let path = known.unwrap_or_else(|| folder.join(format!("{stem}.toml")));
        if path.exists() && !replace {
            return Err(ShelfError::Exists);
        }
        fs::create_dir_all(folder)?;
        let draft = folder.join(format!(".{stem}.{}.tmp", std::process::id()));
        let written = write(&draft, text).and_then(|()| fs::rename(&draft, &path));
        if let Err(error) = written {
            // The draft may never have come to be.
            let _ = fs::remove_file(&draft);
            return Err(error.into());
        }
        Ok(path)
    }

    /// Deletes a preset that is listed.
    ///
    /// # Errors
    /// When it is not one of these, or the file system refuses.
    pub fn delete(&self, path: &Path) -> Result<(), ShelfError> {
        if !self.listed.iter().any(|listed| listed.path.as_deref() == Some(path)) {
            return Err(io::Error::from(io::ErrorKind::NotFound).into());
        }
        Ok(fs::remove_file(path)?)
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn marks(folder: &Path) -> Vec<Mark> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mark = |entry: io::Result<fs::DirEntry>| {
        let path = entry.ok()?.path();
        let hidden = path.file_name()?.to_string_lossy().starts_with('.');
        let suits = path.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("toml"));
        // Of the file that a link leads to.
        let about = fs::metadata(&path).ok();
        let bytes = about.as_ref().map_or(0, fs::Metadata::len);
        let changed = about.and_then(|about| about.modified().ok());
        (suits && !hidden).then_some((path, changed, bytes))
    };
    entries.filter_map(mark).collect()
}

fn read(sheet: &Sheet, (path, _, bytes): &Mark) -> Listed {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let refused = |reason: String| Listed {
        name: stem.clone(),
        path: Some(path.clone()),
        preset: Err(reason),
    };
    if *bytes > LONGEST_BYTES {
        return refused(format!("it is longer than {} kB", LONGEST_BYTES / 1024));
    }
    match fs::read_to_string(path) {
        Ok(text) => Listed::read(sheet, &stem, &text, Some(path.clone())),
        Err(error) => refused(error.to_string()),
    }
}

/// The name of a file for a preset of this name, without ending: no sign that any system refuses,
/// and none of the names that Windows keeps for itself.
pub fn file_stem(name: &str) -> Option<String> {
    let harmless = |sign: char| {
        let refused = "/\\:*?\"<>|".contains(sign) || sign.is_control();
        if refused { '-' } else { sign }
    };
    let stem: String = name.trim().chars().take(LONGEST_NAME).map(harmless).collect();
    let stem = stem.trim_matches(['.', ' ']);
    if !stem.contains(char::is_alphanumeric) {
        return None;
    }
    let first = stem.split('.').next().unwrap_or(stem).trim().to_uppercase();
    let device = |kind: &str| {
        let number = first.strip_prefix(kind);
        number.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let kept = ["CON", "PRN", "AUX", "NUL"].contains(&first.as_str());
    let safe =
        if kept || device("COM") || device("LPT") { format!("_{stem}") } else { stem.into() };
    Some(safe)
}

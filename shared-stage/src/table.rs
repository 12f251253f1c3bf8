//! The memory that all instances share: a file of the user's that every process maps.
//!
//! It is a plain array of slots with no head: which format it has is part of its name, and nothing
//! in it is believed. It is written out in full when it is made (a page without a block behind it
//! would end the process on a full disk), put in place whole, and never made shorter or longer.
//! Where there is no such file to be had, plain memory serves the instances of this binary.

use crate::slot::{SLOT_WORDS, Slot};
use memmap2::MmapRaw;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

/// Instances that fit in.
pub const SLOTS: usize = 2048;

const BYTES: usize = SLOTS * SLOT_WORDS * 8;

/// To be changed with every change of the layout: files of different formats never meet.
const FILE: &str = "proscenium-stage-1";

/// Names a file to use in place of the user's, so that tests keep to themselves. Empty: none, plain
/// memory.
pub const PATH_VARIABLE: &str = "PROSCENIUM_STAGE";

enum Memory {
    Shared(MmapRaw),
    Own(Box<[AtomicU64]>),
}

/// The slots.
pub struct Table {
    memory: Memory,
}

// SAFETY: the mapping is only ever reached through atomics.
unsafe impl Send for Table {}
// SAFETY: as above.
unsafe impl Sync for Table {}

impl Table {
    /// The user's table; and why it is not shared, if it is not.
    pub fn of_user() -> (Self, Option<String>) {
        let path = match std::env::var_os(PATH_VARIABLE) {
            Some(path) if path.is_empty() => return (Self::alone(), None),
            Some(path) => PathBuf::from(path),
            None => user_path(),
        };
        match Self::at(&path) {
            Ok(table) => (table, None),
            Err(error) => (Self::alone(), Some(format!("{}: {error}", path.display()))),
        }
    }

    /// The table in this file, which is made if it is not there.
    ///
    /// # Errors
    /// When the file cannot be made, is not a plain file of this user's, or has the wrong length.
    pub fn at(path: &Path) -> io::Result<Self> {
        let file = match open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create(path)?;
                open(path)?
            }
            other => other?,
        };
        Ok(Self { memory: Memory::Shared(MmapRaw::map_raw(&file)?) })
    }

    /// A table of this binary's own.
    pub fn alone() -> Self {
        Self { memory: Memory::Own((0..SLOTS * SLOT_WORDS).map(|_| AtomicU64::new(0)).collect()) }
    }

    /// Whether other processes see it.
    #[cfg(test)]
    pub fn is_shared(&self) -> bool {
        matches!(self.memory, Memory::Shared(_))
    }

    fn words(&self) -> &[AtomicU64] {
        match &self.memory {
            Memory::Own(words) => words,
            Memory::Shared(map) => {
                // SAFETY: the mapping is page-aligned, BYTES long (checked in `open`) and lives as
                // long as `self`; any bits are valid for an atomic.
                unsafe { std::slice::from_raw_parts(map.as_ptr().cast(), SLOTS * SLOT_WORDS) }
            }
        }
    }

    /// Every slot in order.
    pub fn slots(&self) -> impl Iterator<Item = Slot<'_>> {
        self.words().chunks_exact(SLOT_WORDS).map(Slot::new)
    }

    /// One slot. `index` is below [`SLOTS`].
    pub fn slot(&self, index: usize) -> Slot<'_> {
        Slot::new(&self.words()[index * SLOT_WORDS..][..SLOT_WORDS])
    }
}

/// Where the user's file is: memory-backed where the system has such a place.
fn user_path() -> PathBuf {
    #[cfg(target_os = "linux")]
    if let Some(folder) = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from)
        && folder.is_absolute()
        && folder.is_dir()
    {
        return folder.join(FILE);
    }
    let memory = Path::new("/dev/shm");
    let folder = if cfg!(target_os = "linux") && memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    };
    #[cfg(unix)]
    // SAFETY: a plain call that cannot fail.
    let name = format!("{FILE}-{}", unsafe { libc::geteuid() });
    // The folder for temporary files is the user's own.
    #[cfg(not(unix))]
    let name = FILE;
    folder.join(name)
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Not to wait where somebody has put a pipe in the file's place.
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC | libc::O_NONBLOCK);
    }
    options
}

/// Opens a file that is there, if it is what it should be.
fn open(path: &Path) -> io::Result<File> {
    let file = options().open(path)?;
    let found = file.metadata()?;
    let refuse = |why: &str| Err(io::Error::other(why.to_owned()));
    if !found.is_file() {
        return refuse("not a plain file");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // SAFETY: a plain call that cannot fail.
        if found.uid() != unsafe { libc::geteuid() } || found.mode() & 0o022 != 0 {
            return refuse("others could write to it");
        }
    }
    if found.len() != BYTES as u64 {
        return refuse("of another length");
    }
    Ok(file)
}

/// Makes the file whole under another name and puts it in place, unless somebody was faster.
fn create(path: &Path) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!("-{:016x}", crate::token()));
    let draft = path.with_file_name(name);
    let made = options().create_new(true).open(&draft).and_then(|mut file| {
        file.write_all(&vec![0; BYTES])?;
        // Unlike a renaming, a link never takes another file's place.
        match std::fs::hard_link(&draft, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(_) if !path.exists() => std::fs::rename(&draft, path),
            other => other,
        }
    });
    // Gone already if it was renamed.
    let _ = std::fs::remove_file(&draft);
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestFile;

    #[test]
    fn a_file_is_made_whole_and_found_again() {
        let file = TestFile::new("made");
        let table = Table::at(file.path()).unwrap();
        assert!(table.is_shared());
        assert_eq!(std::fs::metadata(file.path()).unwrap().len(), BYTES as u64);
        assert!(table.slot(SLOTS - 1).claim(0, 7));
        assert_eq!(Table::at(file.path()).unwrap().slot(SLOTS - 1).owner(), 7);
        let drafts = std::fs::read_dir(file.folder()).unwrap().count();
        assert_eq!(drafts, 1, "no draft stays behind");
    }

    #[test]
    fn a_file_of_the_wrong_length_is_left_as_it_is() {
        let file = TestFile::new("short");
        std::fs::write(file.path(), [1; 100]).unwrap();
        assert!(Table::at(file.path()).is_err());
        assert_eq!(std::fs::read(file.path()).unwrap(), [1; 100]);
    }

    #[test]
    #[cfg(unix)]
    fn links_folders_and_what_others_may_write_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let file = TestFile::new("link");
        let real = file.folder().join("real");
        std::fs::write(&real, vec![0; BYTES]).unwrap();
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(Table::at(&real).is_ok());
        std::os::unix::fs::symlink(&real, file.path()).unwrap();
        assert!(Table::at(file.path()).is_err(), "a link");
        assert!(Table::at(file.folder()).is_err(), "a folder");
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o666)).unwrap();
        assert!(Table::at(&real).is_err(), "writable by all");
    }

    #[test]
    #[cfg(unix)]
    fn the_file_is_for_the_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let file = TestFile::new("mode");
        let _table = Table::at(file.path()).unwrap();
        let mode = std::fs::metadata(file.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

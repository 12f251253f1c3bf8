//! Presets: readable files of parameter values, where they are kept, and the desk on which they are
//! tried, compared and taken back. None of it is for the audio thread.

use nice_plug::params::persist::PersistentField;
use nice_plug::prelude::Params;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

mod desk;
mod file;
mod sheet;
mod shelf;

pub use desk::{Change, Desk, Snapshot, UNDO_STEPS};
pub use file::{Preset, Values};
pub use sheet::Sheet;
pub use shelf::{FOLDER_VARIABLE, Shelf, ShelfError, file_stem};

/// What a plugin tells of its presets.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The plugin's CLAP id, which every preset names.
    pub plugin: &'static str,
    /// The folder of the user's presets within the vendor's.
    pub folder: &'static str,
    /// Ids that no preset holds: what belongs to the track and the session.
    pub left_out: &'static [&'static str],
    /// Pairs of a switch or choice and a parameter that no preset moves unless the first is at its
    /// default.
    pub locks: &'static [(&'static str, &'static str)],
    /// File name and text of the factory's presets.
    pub factory: &'static [(&'static str, &'static str)],
}

/// Embeds files of a plugin's folder `presets`, for [`Facts::factory`].
#[macro_export]
macro_rules! factory {
    ($($stem:literal),* $(,)?) => {
        &[$(($stem, include_str!(concat!("../presets/", $stem, ".toml")))),*]
    };
}

/// The presets of one instance: its parameters as presets see them, what is chosen, what there is.
#[derive(Clone)]
pub struct Bank {
    /// The parameters.
    pub sheet: Arc<Sheet>,
    /// The preset that is chosen, which the state remembers.
    pub current: Current,
    /// The factory's presets, in order.
    pub factory: Arc<[Listed]>,
    texts: &'static [(&'static str, &'static str)],
    folder: &'static str,
}

impl Bank {
    /// The bank of the instance with these parameters. Reads the factory's presets.
    pub fn new<P: Params + Default>(params: Arc<P>, current: Current, facts: Facts) -> Self {
        let sheet = Arc::new(Sheet::new(params, facts));
        let listed = |(stem, text): &(&str, &str)| Listed::read(&sheet, stem, text, None);
        let factory = facts.factory.iter().map(listed).collect();
        Self { sheet, current, factory, texts: facts.factory, folder: facts.folder }
    }

    /// The factory's presets as they are written.
    pub fn factory_texts(&self) -> impl Iterator<Item = &'static str> {
        self.texts.iter().map(|(_, text)| *text)
    }

    /// The user's presets in the platform's place for them.
    pub fn shelf(&self) -> Shelf {
        Shelf::at_home(self.folder)
    }
}

/// A preset in a list, readable or not.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its name; the name of the file, where the file cannot be read.
    pub name: String,
    /// The file, for the user's own.
    pub path: Option<PathBuf>,
    /// The preset, or why it cannot be read.
    pub preset: Result<Preset, String>,
}

impl Listed {
    /// Reads the text of a file that is called `stem`.
    pub fn read(sheet: &Sheet, stem: &str, text: &str, path: Option<PathBuf>) -> Self {
        let preset = sheet.read(text);
        let name = preset.as_ref().map_or(stem, |preset| preset.name.as_str()).to_owned();
        Self { name, path, preset }
    }

    /// What is remembered of it when it is chosen.
    pub fn chosen(&self) -> Chosen {
        Chosen { name: self.name.clone(), own: self.path.is_some() }
    }
}

/// A preset by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    /// Whether it is one of the user's own.
    pub own: bool,
}

/// The preset that was chosen last, which the plugin's state remembers. A handle: clones share it.
#[derive(Clone, Debug, Default)]
pub struct Current(Arc<Memory>);

#[derive(Debug, Default)]
struct Memory {
    chosen: Mutex<Option<Chosen>>,
    loads: AtomicU32,
}

impl Current {
    /// The preset.
    pub fn get(&self) -> Option<Chosen> {
        self.chosen().clone()
    }

    /// Remembers another.
    pub fn choose(&self, chosen: Option<Chosen>) {
        *self.chosen() = chosen;
    }

    /// How many times the host has loaded a state.
    pub fn loads(&self) -> u32 {
        self.0.loads.load(Ordering::Relaxed)
    }

    fn chosen(&self) -> MutexGuard<'_, Option<Chosen>> {
        self.0.chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> PersistentField<'a, Option<Chosen>> for Current {
    fn set(&self, chosen: Option<Chosen>) {
        self.choose(chosen);
        self.0.loads.fetch_add(1, Ordering::Relaxed);
    }

    fn map<F, R>(&self, read: F) -> R
    where
        F: Fn(&Option<Chosen>) -> R,
    {
        read(&self.chosen())
    }
}

#[cfg(test)]
mod tests;

//! Loading a bundle by its path.

use std::ffi::CString;
use std::path::{Path, PathBuf};

use clack_host::entry::EntryDescriptor;
use clack_host::prelude::*;

use crate::error::{Error, Result};
use crate::instance::{HostOptions, Instance};

/// A loaded `.clap` bundle.
#[derive(Clone)]
pub struct Bundle {
    pub(crate) entry: PluginEntry,
    path: PathBuf,
    ids: Vec<String>,
}

impl Bundle {
    /// Loads the bundle at `path` and reads which plugins it holds.
    ///
    /// # Errors
    /// When there is no such file or it is not a CLAP bundle.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        if !path.exists() {
            return Err(Error::Missing { path });
        }
        let not_clap = |cause: String| Error::Plugin {
            path: path.clone(),
            what: "not a CLAP bundle that can be loaded",
            cause,
        };
        // SAFETY: this runs the library's code; the caller names a plugin that is to be run.
        let entry = unsafe { PluginEntry::load(&path) }.map_err(|e| not_clap(e.to_string()))?;
        Self::from_entry(entry, path)
    }

    /// The plugin that is linked into this program, whose `clap_entry` this is.
    ///
    /// # Errors
    /// When its initialisation fails.
    pub fn linked(entry: &'static EntryDescriptor) -> Result<Self> {
        let path = PathBuf::from("/linked");
        let failed = |cause: String| Error::Plugin {
            path: path.clone(),
            what: "not a plugin that can be initialised",
            cause,
        };
        // SAFETY: the descriptor is a plugin's, which the caller wants to be run.
        let loaded = unsafe { PluginEntry::load_from_raw(entry, c"/linked") };
        Self::from_entry(loaded.map_err(|error| failed(error.to_string()))?, path)
    }

    fn from_entry(entry: PluginEntry, path: PathBuf) -> Result<Self> {
        let no_factory = || Error::Plugin {
            path: path.clone(),
            what: "not a CLAP bundle that can be loaded",
            cause: "no plugin factory".to_owned(),
        };
        let factory = entry.get_plugin_factory().ok_or_else(no_factory)?;
        let ids = factory
            .plugin_descriptors()
            .filter_map(|plugin| plugin.id().map(|id| id.to_string_lossy().into_owned()))
            .collect();
        Ok(Self { entry, path, ids })
    }

    /// The bundle's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The ids of the plugins in the bundle.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// Makes an instance of the plugin `id`.
    ///
    /// # Errors
    /// When the bundle holds no such plugin, has no such layout, or the plugin fails to start.
    pub fn instance(&self, id: &str, options: &HostOptions) -> Result<Instance> {
        let unknown = || Error::UnknownId {
            path: self.path.clone(),
            id: id.to_owned(),
            found: self.ids.clone(),
        };
        if !self.ids.iter().any(|known| known == id) {
            return Err(unknown());
        }
        let id = CString::new(id).map_err(|_| unknown())?;
        Instance::new(self, &id, options)
    }
}

//! Saving and loading state.

use std::io::Cursor;

use clack_extensions::state::PluginState;

use crate::error::{Error, Result};
use crate::instance::Instance;

impl Instance {
    /// The plugin's state as it would be saved in a project.
    ///
    /// # Errors
    /// When the plugin has no state or fails to write it.
    pub fn save_state(&mut self) -> Result<Vec<u8>> {
        let path = self.path.clone();
        let failed =
            |cause: String| Error::Plugin { path, what: "could not save the state", cause };
        let plugin = self.plugin.plugin_handle();
        let Some(extension) = plugin.get_extension::<PluginState>() else {
            return Err(failed("no state extension".to_owned()));
        };
        let mut bytes = Vec::new();
        extension.save(&plugin, &mut bytes).map_err(|error| failed(error.to_string()))?;
        Ok(bytes)
    }

    /// Loads a state that [`Self::save_state`] wrote.
    ///
    /// # Errors
    /// When the plugin refuses it.
    pub fn load_state(&mut self, bytes: &[u8]) -> Result<()> {
        let refused = Error::StateRefused { path: self.path.clone(), bytes: bytes.len() };
        let plugin = self.plugin.plugin_handle();
        let Some(extension) = plugin.get_extension::<PluginState>() else { return Err(refused) };
        let loaded = extension.load(&plugin, &mut Cursor::new(bytes));
        self.answer_requests();
        loaded.map_err(|_| refused)
    }
}

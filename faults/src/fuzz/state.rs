//! States that a host hands back.

use clap_host::{Bundle, HostOptions, Instance, Result};

/// An instance that keeps what it has when a state is refused.
pub struct Keeper {
    instance: Instance,
}

impl Keeper {
    /// Of the plugin with this CLAP id.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(bundle: &Bundle, id: &str) -> Result<Self> {
        Ok(Self { instance: bundle.instance(id, &HostOptions::default())? })
    }

    /// The state as it is.
    ///
    /// # Panics
    /// When it cannot be saved.
    pub fn state(&mut self) -> Vec<u8> {
        self.instance.save_state().unwrap_or_else(|error| panic!("{error}"))
    }

    /// Loads bytes as they are, and as a state of their length: what is refused changes nothing, what
    /// is taken is in range, and comes back as it is saved.
    pub fn run(&mut self, bytes: &[u8]) {
        self.load(bytes);
        let length = (bytes.len() as u64).to_le_bytes();
        self.load(&[&length, bytes].concat());
    }

    fn load(&mut self, state: &[u8]) {
        let before = self.state();
        if self.instance.load_state(state).is_err() {
            assert!(self.state() == before, "a state that is refused changes something");
            return;
        }
        for param in self.instance.params().to_vec() {
            let value = self.instance.value_of(param.id).unwrap_or(f64::NAN);
            let what = format!("{} is {value}", param.name);
            assert!((param.min..=param.max).contains(&value), "{what}");
        }
        let saved = self.state();
        self.instance.load_state(&saved).unwrap_or_else(|error| panic!("{error}"));
        assert!(self.state() == saved, "a saved state comes back as another");
    }
}

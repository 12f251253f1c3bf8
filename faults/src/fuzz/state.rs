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
        self.load(&with_length(bytes));
    }

    /// The same in a tenth of the time, without saving: of what is refused the parameters are compared.
    pub fn run_unsaved(&mut self, bytes: &[u8]) {
        let before = self.values();
        let refused = self.instance.load_state(&with_length(bytes)).is_err();
        let values = self.values();
        if refused {
            let same = before.iter().zip(&values).all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same, "a state that is refused changes a parameter");
        } else {
            self.assert_in_range(&values);
        }
    }

    fn load(&mut self, state: &[u8]) {
        let before = self.state();
        if self.instance.load_state(state).is_err() {
            assert!(self.state() == before, "a state that is refused changes something");
            return;
        }
        let values = self.values();
        self.assert_in_range(&values);
        let saved = self.state();
        self.instance.load_state(&saved).unwrap_or_else(|error| panic!("{error}"));
        assert!(self.state() == saved, "a saved state comes back as another");
    }

    /// The parameters' values, in order.
    fn values(&mut self) -> Vec<f64> {
        let ids: Vec<_> = self.instance.params().iter().map(|param| param.id).collect();
        ids.into_iter().map(|id| self.instance.value_of(id).unwrap_or(f64::NAN)).collect()
    }

    fn assert_in_range(&self, values: &[f64]) {
        for (param, value) in self.instance.params().iter().zip(values) {
            assert!((param.min..=param.max).contains(value), "{} is {value}", param.name);
        }
    }
}

/// A state as the framework writes it: its length, and its text.
fn with_length(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes(), text].concat()
}

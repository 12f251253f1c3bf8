//! Texts that are typed at parameters.

use clap_host::{Bundle, HostOptions, Instance, Result};

use super::bytes::Bytes;

/// An instance whose parameters read texts.
pub struct Reader {
    instance: Instance,
}

impl Reader {
    /// Of the plugin with this CLAP id.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(bundle: &Bundle, id: &str) -> Result<Self> {
        Ok(Self { instance: bundle.instance(id, &HostOptions::default())? })
    }

    /// Two bytes for the parameter, and a text: what it is read as is in range, and what is shown for
    /// that reads as the same text. Any number can be shown.
    pub fn run(&mut self, bytes: &[u8]) {
        let mut bytes = Bytes::new(bytes);
        let param = self.instance.params()[bytes.below(self.instance.params().len())].clone();
        let text = String::from_utf8_lossy(bytes.rest()).into_owned();
        if let Some(value) = self.instance.parse(param.id, &text) {
            let what = format!("{}: {text:?} is read as {value}", param.name);
            assert!((param.min..=param.max).contains(&value), "{what}");
            let shown = self.instance.shown(param.id, value);
            let shown = shown.unwrap_or_else(|| panic!("{what}, which is not shown"));
            let again = self.instance.parse(param.id, &shown);
            let again = again.and_then(|value| self.instance.shown(param.id, value));
            assert_eq!(again.as_ref(), Some(&shown), "{what}");
        }
        let number = Bytes::new(text.as_bytes()).double();
        let _ = self.instance.shown(param.id, number);
    }
}

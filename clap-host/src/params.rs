//! Parameters: found by their string id, set and read as text.

use std::ffi::CString;

use clack_extensions::params::{ParamInfoBuffer, ParamInfoFlags, PluginParams};
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;

use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::ports::text;
use crate::process::ParamEvent;

/// A parameter as the plugin declares it to the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The CLAP id: [`param_id`] of the string id.
    pub id: u32,
    /// The name that the host shows.
    pub name: String,
    /// The module path, with `/` between levels.
    pub module: String,
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
    /// The default value.
    pub default: f64,
    /// Whether only whole numbers count (choices and switches).
    pub is_stepped: bool,
    /// Whether it is the host's bypass.
    pub is_bypass: bool,
    /// Whether the host may automate it.
    pub is_automatable: bool,
}

/// The CLAP id of a parameter with this string id: the framework's hash.
pub fn param_id(string_id: &str) -> u32 {
    let hash = |hash: u32, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte));
    string_id.bytes().fold(0, hash) & !(1 << 31)
}

pub(crate) fn read(plugin: &PluginMainThreadHandle) -> Vec<Param> {
    let Some(extension) = plugin.get_extension::<PluginParams>() else { return Vec::new() };
    let mut buffer = ParamInfoBuffer::new();
    (0..extension.count(plugin))
        .filter_map(|index| {
            let info = extension.get_info(plugin, index, &mut buffer)?;
            Some(Param {
                id: info.id.get(),
                name: text(info.name),
                module: text(info.module),
                min: info.min_value,
                max: info.max_value,
                default: info.default_value,
                is_stepped: info.flags.contains(ParamInfoFlags::IS_STEPPED),
                is_bypass: info.flags.contains(ParamInfoFlags::IS_BYPASS),
                is_automatable: info.flags.contains(ParamInfoFlags::IS_AUTOMATABLE),
            })
        })
        .collect()
}

impl Instance {
    /// All parameters.
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// The parameter with this string id, such as `comp_threshold`.
    ///
    /// # Errors
    /// When there is none.
    pub fn param(&self, string_id: &str) -> Result<&Param> {
        let id = param_id(string_id);
        self.params.iter().find(|param| param.id == id).ok_or_else(|| Error::UnknownParam {
            path: self.path.clone(),
            param: string_id.to_owned(),
        })
    }

    /// The present value.
    ///
    /// # Errors
    /// When there is no such parameter.
    pub fn value(&mut self, string_id: &str) -> Result<f64> {
        let id = self.param(string_id)?.id;
        let unknown = Error::UnknownParam { path: self.path.clone(), param: string_id.to_owned() };
        self.value_of(id).ok_or(unknown)
    }

    /// The present value of the parameter with this CLAP id.
    pub fn value_of(&mut self, id: u32) -> Option<f64> {
        let plugin = self.plugin.plugin_handle();
        plugin.get_extension::<PluginParams>()?.get_value(&plugin, ClapId::new(id))
    }

    /// The text of a value.
    ///
    /// # Errors
    /// When there is no such parameter or it cannot show the value.
    pub fn value_to_text(&mut self, string_id: &str, value: f64) -> Result<String> {
        let id = self.param(string_id)?.id;
        let no_text = Error::Plugin {
            path: self.path.clone(),
            what: "could not show a parameter's value as text",
            cause: format!("`{string_id}` = {value}"),
        };
        self.shown(id, value).ok_or(no_text)
    }

    /// What the plugin shows for any number as the value of the parameter with this CLAP id.
    pub fn shown(&mut self, id: u32, value: f64) -> Option<String> {
        let plugin = self.plugin.plugin_handle();
        let extension = plugin.get_extension::<PluginParams>()?;
        let mut buffer = [0; 256];
        let shown = extension.value_to_text(&plugin, ClapId::new(id), value, &mut buffer);
        shown.map(|bytes| text(bytes)).ok()
    }

    /// The value that a text means, such as `-18 dB`, `1.2 kHz` or `On`.
    ///
    /// # Errors
    /// When there is no such parameter, it does not understand the text, or the text names a
    /// value outside its range.
    pub fn text_to_value(&mut self, string_id: &str, text: &str) -> Result<f64> {
        let (id, min, max) = {
            let param = self.param(string_id)?;
            (param.id, param.min, param.max)
        };
        let parsed = self.parse(id, text);
        let (path, param, text) = (self.path.clone(), string_id.to_owned(), text.to_owned());
        let Some(value) = parsed else {
            let expected = self.expected(string_id);
            return Err(Error::BadText { path, param, text, expected });
        };
        // Plugins clamp what they parse: a value at either end must also read like that end.
        if (value <= min || value >= max)
            && let (Some(asked), Some(end)) =
                (magnitude(&text), magnitude(&self.value_to_text(string_id, value)?))
            && (asked - end).abs() > 0.02 * end.max(0.5)
        {
            let expected = self.expected(string_id);
            return Err(Error::OutOfRange { path, param, text, expected });
        }
        Ok(value)
    }

    /// What the plugin makes of a text for the parameter with this CLAP id, wherever that lies.
    pub fn parse(&mut self, id: u32, text: &str) -> Option<f64> {
        let text = CString::new(text).ok()?;
        let plugin = self.plugin.plugin_handle();
        plugin.get_extension::<PluginParams>()?.text_to_value(&plugin, ClapId::new(id), &text)
    }

    /// The range, or the choices where they are few, as text.
    fn expected(&mut self, string_id: &str) -> String {
        let Ok(Param { min, max, is_stepped, .. }) = self.param(string_id).cloned() else {
            return String::new();
        };
        let mut show = |value| self.value_to_text(string_id, value).unwrap_or_default();
        if is_stepped && max - min <= 24.0 {
            let choices = (0..=(max - min) as u32).map(|step| show(min + f64::from(step)));
            return choices.collect::<Vec<_>>().join(", ");
        }
        format!("{} to {}", show(min), show(max))
    }

    /// Sets a parameter to what a text means, before activation.
    ///
    /// # Errors
    /// As [`Self::text_to_value`]; also when the instance is active, where [`Self::event`] is the
    /// way.
    pub fn set(&mut self, string_id: &str, text: &str) -> Result<()> {
        let value = self.text_to_value(string_id, text)?;
        self.set_value(string_id, value)
    }

    /// Sets a parameter to a value within its declared range, before activation.
    ///
    /// # Errors
    /// When there is no such parameter, or the instance is active.
    pub fn set_value(&mut self, string_id: &str, value: f64) -> Result<()> {
        let id = self.param(string_id)?.id;
        self.flush_value(id, value)
    }

    /// The same by the CLAP id, with any number.
    ///
    /// # Errors
    /// When the instance is active.
    pub fn flush_value(&mut self, id: u32, value: f64) -> Result<()> {
        if self.plugin.is_active() {
            return Err(Error::Lifecycle {
                path: self.path.clone(),
                what: "an active instance takes its parameters as events of a block",
            });
        }
        let mut events = EventBuffer::with_capacity(1);
        events.push(&ParamValueEvent::new(0, ClapId::new(id), Pckn::match_all(), value));
        self.flush(&events);
        self.answer_requests();
        Ok(())
    }

    /// An event that sets a parameter to what a text means, `offset` frames into a block.
    ///
    /// # Errors
    /// As [`Self::text_to_value`].
    pub fn event(&mut self, offset: usize, string_id: &str, text: &str) -> Result<ParamEvent> {
        let value = self.text_to_value(string_id, text)?;
        Ok(ParamEvent { offset, id: param_id(string_id), value })
    }

    pub(crate) fn flush(&mut self, events: &EventBuffer) {
        let Some(mut plugin) = self.plugin.inactive_plugin_handle() else { return };
        if let Some(extension) = plugin.get_extension::<PluginParams>() {
            let mut answers = EventBuffer::new();
            extension.flush(&mut plugin, &events.as_input(), &mut answers.as_output());
        }
    }
}

/// The size of the number that a text begins with, in base units where it names thousands or
/// seconds. `None` where it begins with no number (`On`, `inf`).
fn magnitude(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c))).unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let unit = text[end..].trim_start().to_ascii_lowercase();
    let is_seconds = unit == "s" || unit.starts_with("sec");
    // Times are compared in milliseconds, frequencies in hertz.
    let scale = if unit.starts_with('k') || is_seconds { 1000.0 } else { 1.0 };
    Some(number.abs() * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_frameworks_hash() {
        assert_eq!(param_id("a"), 97);
        assert_eq!(param_id("ab"), 97 * 31 + 98);
        assert_eq!(param_id("comp_threshold") >> 31, 0);
    }

    #[test]
    fn magnitudes_are_in_base_units() {
        let table = [
            ("-18 dB", Some(18.0)),
            ("1.2 kHz", Some(1200.0)),
            ("1k", Some(1000.0)),
            ("0.35 s", Some(350.0)),
            ("350 ms", Some(350.0)),
            ("30L", Some(30.0)),
            ("4:1", Some(4.0)),
            ("inf", None),
            ("On", None),
        ];
        for (text, expected) in table {
            assert_eq!(magnitude(text), expected, "{text}");
        }
    }
}

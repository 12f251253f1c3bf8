//! The file of a preset: what a person can read and write. `docs/presets.md` describes it.

use super::Sheet;
use super::sheet::Entry;
use nice_plug::params::Param;
use nice_plug::params::internals::ParamPtr;
use std::fmt::Write;

/// Positions closer than this differ by the rounding of single precision.
const ROUNDING: f32 = 1.5e-7;

/// A position for every parameter that presets hold, in the order of the sheet.
pub type Values = Vec<Option<f32>>;

/// A preset that could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// One sentence on what it is for, or nothing.
    pub note: String,
    /// Where it puts the parameters.
    pub values: Values,
    /// What in the file was not understood and left at its default, one sentence each.
    pub complaints: Vec<String>,
}

impl Sheet {
    /// Reads a preset.
    ///
    /// # Errors
    /// Where the text is no TOML, has no name or no parameters, or is of another plugin. A single
    /// parameter that does not exist or does not fit is left out, with a complaint.
    pub fn read(&self, text: &str) -> Result<Preset, String> {
        let table: toml::Table = text.parse().map_err(|error| place(&error, text))?;
        let string = |key: &str| table.get(key).and_then(toml::Value::as_str);
        match string("plugin") {
            None => return Err("it does not say which plugin it is for".to_owned()),
            Some(plugin) if plugin != self.plugin => return Err(format!("it is for {plugin}")),
            Some(_) => {}
        }
        let name = string("name").map(str::trim).filter(|name| !name.is_empty());
        let name = name.ok_or("it has no name")?.to_owned();
        let parameters = table.get("parameters").and_then(toml::Value::as_table);
        let parameters = parameters.ok_or("it has no [parameters]")?;
        let mut values = self.defaults();
        let mut complaints = Vec::new();
        for (id, value) in parameters {
            let found = self.entries.iter().zip(&mut values).find(|(entry, _)| entry.id == *id);
            match found {
                None => complaints.push(format!("there is no parameter {id}")),
                Some((_, None)) => complaints.push(format!("presets leave {id} as it is")),
                Some((entry, slot)) => match entry.read(value) {
                    Ok(position) => *slot = Some(position),
                    Err(reason) => complaints.push(format!("{id} = {value}: {reason}")),
                },
            }
        }
        let note = string("note").unwrap_or_default().to_owned();
        Ok(Preset { name, note, values, complaints })
    }

    /// The file of a preset with the parameters at `positions`.
    pub fn write(&self, name: &str, note: &str, positions: &[f32]) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let mut text = format!("plugin = {}\nname = {}\n", quoted(self.plugin), quoted(name));
        if !note.is_empty() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "note = {}", quoted(note));
        }
        text.push_str("\n[parameters]\n");
        for (entry, position) in self.entries.iter().zip(positions) {
            if entry.kept {
                let _ = writeln!(text, "{} = {}", entry.id, entry.written(*position));
            }
        }
        text
    }
}

// SAFETY of all `unsafe` below: the entries are those of a sheet, which keeps the parameters alive.
impl Entry {
    /// The position that a value means.
    fn read(&self, value: &toml::Value) -> Result<f32, String> {
        if let toml::Value::String(text) = value {
            if let Some(index) = self.choices.iter().position(|id| id == text) {
                return Ok(index as f32 / self.choices.len().saturating_sub(1).max(1) as f32);
            }
            let typed = text.replace('\u{2212}', "-");
            let read = unsafe { self.pointer.string_to_normalized_value(&typed) };
            let read = read.filter(|position| position.is_finite());
            return read.ok_or_else(|| "it cannot be read".to_owned());
        }
        let number = value.as_float().or(value.as_integer().map(|whole| whole as f64));
        match (self.pointer, number, value.as_bool()) {
            (ParamPtr::BoolParam(_), _, Some(on)) => Ok(if on { 1.0 } else { 0.0 }),
            (ParamPtr::FloatParam(param), Some(plain), _) => {
                let param = unsafe { &*param };
                let ends = [0.0, 1.0].map(|end| param.preview_plain(end));
                let (low, high) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
                // Half a step of the last digit more, for ends such as 0.1.
                let slack = 1e-6 * low.abs().max(high.abs());
                if !(low - slack..=high + slack).contains(&(plain as f32)) {
                    return Err(format!("it reaches from {low} to {high}"));
                }
                Ok(param.preview_normalized(plain as f32))
            }
            _ => Err("it is of another kind".to_owned()),
        }
    }

    /// A position as a value of TOML.
    fn written(&self, position: f32) -> String {
        let stop = |stops: usize| (position * stops as f32).round() as usize;
        match self.pointer {
            ParamPtr::BoolParam(_) => (position >= 0.5).to_string(),
            ParamPtr::EnumParam(_) => {
                let id = self.choices.get(stop(self.choices.len().saturating_sub(1)));
                format!("{:?}", id.map_or("", String::as_str))
            }
            _ => format!("{:?}", self.shortest(position)),
        }
    }

    /// The value at a position: of all that are there but for rounding, the one with the fewest
    /// digits.
    fn shortest(&self, position: f32) -> f32 {
        let plain = unsafe { self.pointer.preview_plain(position) };
        let is_there = |short: &f32| {
            let there = unsafe { self.pointer.preview_normalized(*short) };
            // Beyond an end everything is at the end.
            let near = (short - plain).abs() <= 1e-6 * plain.abs().max(1e-3);
            near && (there - position).abs() <= ROUNDING
        };
        let rounded = |digits: usize| format!("{plain:.digits$e}").parse().ok();
        (0..9).filter_map(rounded).find(is_there).unwrap_or(plain)
    }
}

/// What is wrong with a file, and where.
fn place(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    format!("line {line}: {}", error.message().lines().next().unwrap_or("it cannot be read"))
}

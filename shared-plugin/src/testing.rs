//! What the tests of every plugin ask of its parameters. Failures panic and say what was measured.

use crate::preset::{Bank, Preset, Sheet};
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::{Params, Plugin};
use std::collections::BTreeSet;

/// A parameter by its id.
struct Entry {
    id: String,
    pointer: ParamPtr,
}

// SAFETY of all `unsafe` below: the pointers come from a parameter map and are used only while the
// parameters are borrowed.
impl Entry {
    fn all(params: &dyn Params) -> Vec<Self> {
        params.param_map().into_iter().map(|(id, pointer, _)| Self { id, pointer }).collect()
    }

    fn name(&self) -> String {
        unsafe { self.pointer.name() }.to_owned()
    }

    fn value(&self) -> f32 {
        unsafe { self.pointer.modulated_normalized_value() }
    }

    fn default(&self) -> f32 {
        unsafe { self.pointer.default_normalized_value() }
    }

    fn text(&self, normalized: f32) -> String {
        unsafe { self.pointer.normalized_value_to_string(normalized, true) }
    }

    fn read(&self, text: &str) -> Option<f32> {
        unsafe { self.pointer.string_to_normalized_value(text) }
    }

    fn plain(&self, normalized: f32) -> f32 {
        unsafe { self.pointer.preview_plain(normalized) }
    }

    fn set(&self, normalized: f32) {
        unsafe { self.pointer._internal_set_normalized_value(normalized) };
    }

    /// Every choice, or the ends, a fine grid between them and the default.
    fn places(&self) -> Vec<f32> {
        let steps = unsafe { self.pointer.step_count() };
        let count = steps.unwrap_or(400);
        let grid = (0..=count).map(|step| step as f32 / count as f32);
        grid.chain([self.default()]).collect()
    }

    /// Where to move it to hear what it does: every other choice, or the ends.
    fn moves(&self) -> Vec<f32> {
        let steps = unsafe { self.pointer.step_count() }.unwrap_or(1);
        let grid = (0..=steps).map(|step| step as f32 / steps as f32);
        grid.filter(|place| self.text(*place) != self.text(self.value())).collect()
    }
}

/// Sets a parameter as a person would, by text.
pub fn set(params: &dyn Params, id: &str, text: &str) {
    let entry = Entry::all(params).into_iter().find(|entry| entry.id == id);
    let entry = entry.unwrap_or_else(|| panic!("there is no parameter '{id}'"));
    let value = entry.read(text).unwrap_or_else(|| panic!("'{id}' does not understand '{text}'"));
    entry.set(value);
}

/// Every text that a parameter writes, it reads as the same value, in any case, and writes again.
pub fn assert_text_round_trips(params: &dyn Params) {
    for entry in Entry::all(params) {
        for place in entry.places() {
            let text = entry.text(place);
            for typed in [text.clone(), text.to_uppercase(), text.to_lowercase()] {
                let Some(read) = entry.read(&typed) else {
                    panic!("'{}' wrote '{text}' and does not understand '{typed}'", entry.id)
                };
                let again = entry.text(read);
                assert_eq!(again, text, "'{}' at {place} read '{typed}'", entry.id);
                let [was, is] = [place, read].map(|at| entry.plain(at));
                let error = (is - was).abs();
                let close = error <= 0.0051 * was.abs() || (error <= 0.051 && was.abs() < 10.0);
                assert!(close, "'{}': '{typed}' is {was}, and {is} when read", entry.id);
            }
        }
    }
}

/// A host can send so many points for every parameter in one block (Steinberg's validator does) before the
/// framework, which keeps them all, has to allocate on the audio thread.
pub fn assert_room_for_automation<P: Plugin>() {
    const POINTS: usize = 64;
    let needed = POINTS * P::default().params().param_map().len();
    let room = P::INPUT_EVENT_CAPACITY;
    assert!(room >= needed, "{}: room for {room} of {needed} points", P::NAME);
}

/// The parameters one a line: id, name, least, greatest and default value.
pub fn list(params: &dyn Params) -> String {
    let line = |entry: &Entry| {
        let [least, greatest, default] = [0.0, 1.0, entry.default()].map(|at| entry.text(at));
        format!("{} | {} | {least} | {greatest} | {default}\n", entry.id, entry.name())
    };
    Entry::all(params).iter().map(line).collect()
}

/// The parameters are those of a list that is checked in: ids, names and ranges that saved projects
/// depend on. Names and ids are unique.
pub fn assert_listed(params: &dyn Params, listed: &str) {
    let entries = Entry::all(params);
    let names: BTreeSet<_> = entries.iter().map(Entry::name).collect();
    let ids: BTreeSet<_> = entries.iter().map(|entry| entry.id.clone()).collect();
    assert_eq!((names.len(), ids.len()), (entries.len(), entries.len()), "names or ids repeat");
    let now = list(params);
    for (now, listed) in now.lines().zip(listed.lines()) {
        assert_eq!(now, listed, "a parameter has changed, which breaks saved projects");
    }
    assert_eq!(now.lines().count(), listed.lines().count(), "now:\n{now}");
}

/// A context in which parameters matter: which ones (an id, or the beginning of ids and a star), and
/// what has to be set for them to be heard.
pub type Context<'a> = (&'a str, &'a [(&'a str, &'a str)]);

/// Every parameter but those of `silent` changes the sound: every other choice of a choice, and at
/// least one end of a range, by at least -80 dB of the sound. The first context that fits is used.
pub fn assert_all_are_heard<P: Params + Default>(
    contexts: &[Context],
    silent: &[&str],
    render: impl Fn(&P) -> Vec<f32>,
) {
    let mut unheard = Vec::new();
    for (index, entry) in Entry::all(&P::default()).iter().enumerate() {
        if silent.contains(&entry.id.as_str()) {
            continue;
        }
        let fits = |pattern: &str| match pattern.strip_suffix('*') {
            Some(beginning) => entry.id.starts_with(beginning),
            None => entry.id == pattern,
        };
        let params = P::default();
        if let Some((_, settings)) = contexts.iter().find(|(pattern, _)| fits(pattern)) {
            settings.iter().for_each(|(id, text)| set(&params, id, text));
        }
        let moved = &Entry::all(&params)[index];
        let before = render(&params);
        let moves = moved.moves();
        let heard = moves.iter().filter(|place| {
            let rest = moved.value();
            moved.set(**place);
            let after = render(&params);
            moved.set(rest);
            difference_db(&before, &after) > -80.0
        });
        let heard = heard.count();
        let enough = if unsafe { moved.pointer.step_count() }.is_some() { moves.len() } else { 1 };
        if heard < enough {
            unheard.push(format!("{} ({heard} of {} moves)", entry.id, moves.len()));
        }
    }
    assert!(unheard.is_empty(), "without effect: {unheard:#?}");
}

/// The factory's presets read without complaint, differ from the default and from each other, are
/// called as nothing else is, say what they are for, and read back as they are written. Returns
/// them.
pub fn assert_factory(bank: &Bank, least: usize) -> Vec<Preset> {
    let read = |listed: &crate::preset::Listed| match &listed.preset {
        Ok(preset) => preset.clone(),
        Err(reason) => panic!("'{}' cannot be read: {reason}", listed.name),
    };
    let presets: Vec<Preset> = bank.factory.iter().map(read).collect();
    assert!(presets.len() >= least, "{} presets", presets.len());
    let defaults = bank.sheet.defaults();
    for (i, preset) in presets.iter().enumerate() {
        let name = &preset.name;
        assert_eq!(preset.complaints, Vec::<String>::new(), "'{name}'");
        assert!(preset.note.len() > 20, "'{name}' does not say what it is for");
        assert_ne!(preset.values, defaults, "'{name}' is the default");
        for other in &presets[..i] {
            assert_ne!(other.name.to_lowercase(), name.to_lowercase(), "names repeat");
            assert_ne!(other.values, preset.values, "'{name}' is '{}'", other.name);
        }
        let now = vec![0.0; bank.sheet.len()];
        let places = bank.sheet.target(&preset.values, &now);
        let again = bank.sheet.read(&bank.sheet.write(name, &preset.note, &places));
        let again = again.unwrap_or_else(|reason| panic!("'{name}' when written: {reason}"));
        assert_eq!((&again.name, &again.note, &again.complaints), (name, &preset.note, &vec![]));
        assert!(!bank.sheet.is_edited(&again.values, &places), "'{name}' is written otherwise");
    }
    presets
}

/// What may be asked of a text that is read as a preset: it is refused with a reason, or what it holds
/// is in range, and is written and read back as it is.
pub fn assert_read_or_refused(sheet: &Sheet, text: &str) {
    let preset = match sheet.read(text) {
        Ok(preset) => preset,
        Err(reason) => return assert!(!reason.is_empty(), "refused without a reason"),
    };
    let in_range = |place: &f32| (0.0..=1.0).contains(place);
    assert!(preset.values.iter().flatten().all(in_range), "{:?}", preset.values);
    let places = sheet.target(&preset.values, &vec![0.0; sheet.len()]);
    let again = sheet.read(&sheet.write(&preset.name, &preset.note, &places));
    let again = again.unwrap_or_else(|reason| panic!("when written: {reason}"));
    assert_eq!((&again.name, &again.note), (&preset.name, &preset.note));
    assert!(!sheet.is_edited(&again.values, &places), "written otherwise");
}

/// Sets parameters as a preset would.
pub fn wear(params: &dyn Params, preset: &Preset) {
    for (entry, value) in Entry::all(params).iter().zip(&preset.values) {
        value.iter().for_each(|place| entry.set(*place));
    }
}

fn difference_db(before: &[f32], after: &[f32]) -> f64 {
    let energy = |sum: f64, x: f32| sum + f64::from(x) * f64::from(x);
    let difference = before.iter().zip(after).map(|(a, b)| a - b).fold(0.0, energy);
    let loudest = [before, after].map(|lane| lane.iter().copied().fold(0.0, energy));
    10.0 * (difference / loudest[0].max(loudest[1]).max(1e-20)).max(1e-30).log10()
}

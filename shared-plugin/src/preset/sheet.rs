//! The parameters of an instance as presets see them.

use super::Facts;
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::{ParamFlags, Params};
use std::sync::Arc;

/// Two positions that are closer than this are the same: rounding of a value to its position and
/// back stays below.
const SAME: f32 = 4e-6;

/// One parameter.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) pointer: ParamPtr,
    /// Whether presets hold it.
    pub(super) kept: bool,
    /// The ids of its choices, in order, where it is a choice.
    pub(super) choices: Vec<String>,
    default: f32,
    /// The host's bypass.
    bypass: bool,
}

/// The parameters of an instance in the host's order, and which of them presets hold. Positions are
/// normalised, 0..1.
pub struct Sheet {
    /// Keeps the pointers of the entries alive.
    _params: Arc<dyn Params>,
    pub(super) entries: Vec<Entry>,
    pub(super) plugin: &'static str,
    /// Indices of a switch or choice and of the parameter that it locks.
    locks: Vec<(usize, usize)>,
}

// SAFETY of all `unsafe` in this file: the pointers come from the parameter map of `_params`, which
// lives as long as they do.
impl Sheet {
    /// The sheet of these parameters.
    pub fn new<P: Params + Default>(params: Arc<P>, facts: Facts) -> Self {
        // Choices can be asked for their ids only by being set: to a set of their own.
        let trial = P::default();
        let entry =
            |((id, pointer, _), (_, tried, _)): ((String, ParamPtr, _), (_, ParamPtr, _))| {
                let kept = !facts.left_out.contains(&id.as_str());
                let default = unsafe { pointer.default_normalized_value() };
                let bypass = unsafe { pointer.flags() }.contains(ParamFlags::BYPASS);
                Entry { kept, default, bypass, choices: unsafe { choices(tried) }, id, pointer }
            };
        let entries: Vec<Entry> =
            params.param_map().into_iter().zip(trial.param_map()).map(entry).collect();
        let index = |id: &str| entries.iter().position(|entry| entry.id == id);
        let pair = |(switch, locked): &(&str, &str)| Some((index(switch)?, index(locked)?));
        let locks = facts.locks.iter().filter_map(pair).collect();
        Self { _params: params, entries, plugin: facts.plugin, locks }
    }

    /// How many parameters there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no parameter.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The parameters, in order.
    pub fn pointers(&self) -> impl Iterator<Item = ParamPtr> {
        self.entries.iter().map(|entry| entry.pointer)
    }

    /// The id of a parameter.
    pub fn id(&self, index: usize) -> &str {
        self.entries.get(index).map_or("", |entry| &entry.id)
    }

    /// The place of a parameter in the order.
    pub fn index_of(&self, pointer: ParamPtr) -> Option<usize> {
        self.entries.iter().position(|entry| entry.pointer == pointer)
    }

    /// Where a parameter stands, before modulation.
    pub fn position(&self, pointer: ParamPtr) -> f32 {
        let known = self.entries.iter().any(|entry| entry.pointer == pointer);
        if known { unsafe { pointer.unmodulated_normalized_value() } } else { 0.0 }
    }

    /// Where all parameters stand.
    pub fn positions(&self) -> Vec<f32> {
        let position = |pointer: ParamPtr| unsafe { pointer.unmodulated_normalized_value() };
        self.pointers().map(position).collect()
    }

    /// What presets hold, at its default.
    pub fn defaults(&self) -> Vec<Option<f32>> {
        self.entries.iter().map(|entry| entry.kept.then_some(entry.default)).collect()
    }

    /// Where a preset moves the parameters that stand at `now`: what it holds, but for what is
    /// locked.
    pub fn target(&self, values: &[Option<f32>], now: &[f32]) -> Vec<f32> {
        let is_on = |switch: usize| {
            let pair = now.get(switch).zip(self.entries.get(switch));
            pair.is_some_and(|(now, entry)| differs(*now, entry.default))
        };
        let locked =
            |index| self.locks.iter().any(|(switch, locked)| *locked == index && is_on(*switch));
        let place = |(index, now): (usize, &f32)| match values.get(index) {
            Some(Some(value)) if !locked(index) => *value,
            _ => *now,
        };
        now.iter().enumerate().map(place).collect()
    }

    /// Where a comparison moves the parameters that stand at `now`: everywhere, but it is not
    /// bypassed by it.
    pub(super) fn compared(&self, to: &[f32], now: &[f32]) -> Vec<f32> {
        let places = self.entries.iter().zip(to.iter().zip(now));
        places.map(|(entry, (to, now))| if entry.bypass { *now } else { *to }).collect()
    }

    /// Whether the parameters at `now` differ from a preset in anything that it would move.
    pub fn is_edited(&self, values: &[Option<f32>], now: &[f32]) -> bool {
        let target = self.target(values, now);
        target.iter().zip(now).any(|(target, now)| differs(*target, *now))
    }
}

/// Whether two positions are not the same.
pub(super) fn differs(one: f32, other: f32) -> bool {
    (one - other).abs() > SAME
}

/// The ids of a choice; nothing for another kind.
///
/// # Safety
/// `pointer` is valid, and nobody minds that it is set.
unsafe fn choices(pointer: ParamPtr) -> Vec<String> {
    let ParamPtr::EnumParam(param) = pointer else { return Vec::new() };
    let param = unsafe { &*param };
    let last = param.len().saturating_sub(1).max(1) as f32;
    let id = |index: usize| {
        unsafe { pointer._internal_set_normalized_value(index as f32 / last) };
        param.unmodulated_plain_id().unwrap_or_default().to_owned()
    };
    (0..param.len()).map(id).collect()
}

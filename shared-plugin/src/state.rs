//! Saved states: how they are made safe to load, and how old ones become new ones.
//!
//! The framework saves every parameter by its id, choices by the id of the variant, and refuses a
//! state that it cannot read. What it does not do is done here: values out of range or of the wrong
//! kind, choices that do not exist, and parameters that the state does not know.

use nice_plug::params::Param;
use nice_plug::params::internals::ParamPtr;
use nice_plug::params::persist::PersistentField;
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::{Params, PluginState};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

/// The layout of the states that this version saves. A state says which one it has.
pub const STATE_VERSION: u32 = 1;

static LOADS_BEGUN: AtomicU64 = AtomicU64::new(0);
static LOADS_ENDED: AtomicU64 = AtomicU64::new(0);

/// Looks at parameters, unless a state is being loaded by any instance of this binary: then there is
/// no telling what is old and what is new.
pub fn between_loads<T>(look: impl FnOnce() -> T) -> Option<T> {
    let ended = LOADS_ENDED.load(SeqCst);
    if LOADS_BEGUN.load(SeqCst) != ended {
        return None;
    }
    let seen = look();
    (LOADS_BEGUN.load(SeqCst) == ended).then_some(seen)
}

/// The field that writes [`STATE_VERSION`] into every state. Being loaded after all parameters, it
/// counts the states.
#[derive(Debug, Default)]
pub struct StateVersion {
    loads: AtomicU64,
}

impl StateVersion {
    /// How many states this instance has loaded.
    pub fn loads(&self) -> u64 {
        self.loads.load(SeqCst)
    }
}

impl<'a> PersistentField<'a, u32> for StateVersion {
    /// The version of a loaded state is [`filter`]'s business: what is saved next is of this version.
    fn set(&self, _version: u32) {
        self.loads.fetch_add(1, SeqCst);
        LOADS_ENDED.fetch_add(1, SeqCst);
    }

    fn map<F, R>(&self, read: F) -> R
    where
        F: Fn(&u32) -> R,
    {
        read(&STATE_VERSION)
    }
}

/// Size of an editor's window, as the project remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowSize {
    /// Width and height in the editor's own pixels, before its zoom.
    pub points: [f32; 2],
    /// The zoom that the user has chosen: 1 is the design's size.
    pub zoom: f32,
}

/// The size of the window of an instance, nothing before one was opened. A handle: clones share it.
#[derive(Clone, Debug, Default)]
pub struct WindowMemory(Arc<Mutex<Option<WindowSize>>>);

impl WindowMemory {
    /// The size.
    pub fn get(&self) -> Option<WindowSize> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers another.
    pub fn remember(&self, size: Option<WindowSize>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = size;
    }
}

impl<'a> PersistentField<'a, Option<WindowSize>> for WindowMemory {
    fn set(&self, size: Option<WindowSize>) {
        // What no window can have would leave one that cannot be used.
        let usable = |size: &WindowSize| {
            let [width, height] = size.points;
            (0.5..=4.0).contains(&size.zoom)
                && (200.0..=8000.0).contains(&width)
                && (200.0..=8000.0).contains(&height)
        };
        self.remember(size.filter(usable));
    }

    fn map<F, R>(&self, read: F) -> R
    where
        F: Fn(&Option<WindowSize>) -> R,
    {
        read(&self.get())
    }
}

/// To be called first when a state is loaded, by every plugin, whose parameters have a
/// [`StateVersion`]. Makes it safe to load into parameters like `fresh`, which are at their defaults: values are
/// clamped into range, what does not fit is dropped with a line in the log, and what is missing
/// takes its default.
pub fn filter(state: &mut PluginState, fresh: &impl Params) {
    LOADS_BEGUN.fetch_add(1, SeqCst);
    let version = state.fields.get("state_version").and_then(|text| text.parse::<u32>().ok());
    if version.is_some_and(|version| version > STATE_VERSION) {
        nice_plug::nice_warn!(
            "State of a later version ({version:?}): what this version does not know is left out"
        );
    }
    // Always there, so that the end of the loading is always seen.
    state.fields.insert("state_version".to_owned(), STATE_VERSION.to_string());
    // States from before there were presets: none is chosen.
    state.fields.entry("preset".to_owned()).or_insert_with(|| "null".to_owned());
    let mut clean = BTreeMap::new();
    for (id, pointer, _) in fresh.param_map() {
        // SAFETY: the pointers of a parameter map are valid while the parameters live, and `fresh`
        // outlives this loop.
        let default = unsafe { default_value(pointer) };
        let value = match state.params.remove(&id) {
            None => default,
            // SAFETY: as above.
            Some(value) => match unsafe { fitting(pointer, &value) } {
                Some(value) => value,
                None => {
                    nice_plug::nice_warn!("State: {value:?} does not fit parameter '{id}'");
                    default
                }
            },
        };
        clean.insert(id, value);
    }
    for id in state.params.keys() {
        nice_plug::nice_warn!("State: there is no parameter '{id}'");
    }
    state.params = clean;
}

/// # Safety
/// `pointer` is valid.
unsafe fn default_value(pointer: ParamPtr) -> ParamValue {
    unsafe {
        match pointer {
            ParamPtr::FloatParam(p) => ParamValue::F32((*p).default_plain_value()),
            ParamPtr::IntParam(p) => ParamValue::I32((*p).default_plain_value()),
            ParamPtr::BoolParam(p) => ParamValue::Bool((*p).default_plain_value()),
            ParamPtr::EnumParam(p) => ParamValue::I32((*p).default_plain_value()),
        }
    }
}

/// The value as the parameter can take it.
///
/// # Safety
/// `pointer` is valid.
unsafe fn fitting(pointer: ParamPtr, value: &ParamValue) -> Option<ParamValue> {
    unsafe {
        match (pointer, value) {
            (ParamPtr::FloatParam(p), ParamValue::F32(value)) if value.is_finite() => {
                let range = (*p).range();
                let (low, high) = (range.unnormalize(0.0), range.unnormalize(1.0));
                Some(ParamValue::F32(value.clamp(low.min(high), low.max(high))))
            }
            (ParamPtr::IntParam(p), ParamValue::I32(value)) => {
                Some(ParamValue::I32((*p).preview_plain((*p).preview_normalized(*value))))
            }
            (ParamPtr::BoolParam(_), ParamValue::Bool(value)) => Some(ParamValue::Bool(*value)),
            (ParamPtr::EnumParam(p), ParamValue::String(id)) => {
                // The parameters are a fresh set of their own: trying is free.
                (*p).set_from_id(id).then(|| ParamValue::I32((*p).modulated_plain_value()))
            }
            (ParamPtr::EnumParam(p), ParamValue::I32(index)) => {
                let count = i32::try_from((*p).len()).unwrap_or(0);
                (0..count).contains(index).then_some(ParamValue::I32(*index))
            }
            _ => None,
        }
    }
}

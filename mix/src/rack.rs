//! Where plugins come from: the built bundles, loaded by path. A trait, so that the engine can be
//! measured with processors whose sound is known exactly.

use std::collections::BTreeMap;
use std::path::Path;

use clap_host::{Block, Bundle, Error, HostOptions, Instance, Layout, ParamEvent, Track};

use crate::error::MixError;
use crate::parameters;
use crate::session::Kind;

/// The longest block in frames.
pub const BLOCK: usize = 512;

/// How a plugin is run.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// Sample rate in Hz.
    pub sample_rate_hz: f64,
    /// Whether the signal is one channel at its input.
    pub mono: bool,
    /// Name of the track.
    pub track: &'a str,
    /// Colour of the track, `#RRGGBB`.
    pub colour: &'a str,
}

/// What was wrong with a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub expected: String,
}

/// A parameter as hosts address it.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamPlace {
    /// Its place among the plugin's parameters.
    pub index: usize,
    /// Its CLAP id.
    pub clap_id: u32,
    /// The name that hosts show.
    pub name: String,
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
    /// Whether only whole values count.
    pub is_stepped: bool,
}

/// Makes plugins.
pub trait Rack {
    /// A new plugin with every parameter at its default.
    fn load(&self, kind: Kind, place: &Place<'_>) -> Result<Box<dyn Plugin>, Fault>;
}

/// A plugin's side of the main thread.
pub trait Plugin {
    /// Sets a parameter from text, before it is started.
    fn set(&mut self, id: &str, text: &str) -> Result<(), Fault>;
    /// The CLAP id of a parameter and the value that a text means.
    fn value(&mut self, id: &str, text: &str) -> Result<(u32, f64), Fault>;
    /// Sets a parameter to such a value, before it is started.
    fn set_value(&mut self, id: &str, value: f64) -> Result<(), Fault>;
    /// Whether only whole values count.
    fn is_stepped(&self, id: &str) -> bool;
    /// A parameter's present value as text.
    fn text(&mut self, id: &str) -> Option<String>;
    /// Where a parameter is found.
    fn place(&self, id: &str) -> Result<ParamPlace, Fault>;
    /// The state, as a host saves it.
    fn state(&mut self) -> Result<Vec<u8>, Fault>;
    /// Whether the main input has one channel.
    fn is_mono(&self) -> bool;
    /// Whether there is a sidechain input.
    fn has_key(&self) -> bool;
    /// Whether there is an auxiliary output.
    fn has_feed(&self) -> bool;
    /// Starts it: the audio side and the latency in samples.
    fn start(&mut self) -> Result<(Box<dyn Running>, usize), Fault>;
    /// Does what the plugin asked of the main thread.
    fn tend(&mut self);
}

/// A started plugin's audio side.
pub trait Running: Send {
    /// Processes one block of up to [`BLOCK`] frames.
    fn process(&mut self, block: Block<'_, '_>) -> Result<(), String>;
    /// How long it sounds on in samples; none: for ever.
    fn tail(&mut self) -> Option<usize>;
}

/// The four bundles.
pub struct Bundles {
    bundles: BTreeMap<Kind, Bundle>,
}

impl Bundles {
    /// Loads those of the bundles in a folder that are wanted.
    ///
    /// # Errors
    /// When a bundle is missing, cannot be loaded, or holds another plugin than its name says.
    pub fn load(folder: &Path, wanted: &[Kind]) -> Result<Self, MixError> {
        let mut bundles = BTreeMap::new();
        for kind in wanted {
            let path = folder.join(kind.bundle());
            let bundle = Bundle::load(&path).map_err(|error| {
                let what = format!("the bundle cannot be loaded ({error})");
                MixError::file(&path, what, "a bundle made by `cargo xtask bundle`")
            })?;
            if !bundle.ids().contains(&kind.clap_id()) {
                let what = format!("the bundle holds {}", bundle.ids().join(", "));
                return Err(MixError::file(&path, what, kind.clap_id()));
            }
            bundles.insert(*kind, bundle);
        }
        Ok(Self { bundles })
    }
}

fn fault(kind: Kind, error: &Error) -> Fault {
    match error {
        Error::UnknownParam { param, .. } => Fault {
            what: format!("there is no parameter \"{param}\""),
            expected: parameters::expected(kind, param),
        },
        Error::BadText { param, text, expected, .. } => Fault {
            what: format!("{param} = \"{text}\" cannot be read"),
            expected: expected.clone(),
        },
        Error::OutOfRange { param, text, expected, .. } => Fault {
            what: format!("{param} = \"{text}\" is out of range"),
            expected: expected.clone(),
        },
        other => Fault { what: other.to_string(), expected: "a plugin that works".into() },
    }
}

impl Rack for Bundles {
    fn load(&self, kind: Kind, place: &Place<'_>) -> Result<Box<dyn Plugin>, Fault> {
        let bundle = self.bundles.get(&kind).ok_or_else(|| Fault {
            what: format!("the bundle of {} is not loaded", kind.name()),
            expected: kind.bundle(),
        })?;
        let byte =
            |at| place.colour.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let mut options = HostOptions {
            sample_rate_hz: place.sample_rate_hz,
            max_block: BLOCK,
            offline: true,
            layout: if place.mono { Layout::MONO_TO_STEREO } else { Layout::STEREO },
            track: Some(Track {
                name: place.track.to_owned(),
                colour_rgb: [1, 3, 5].map(|at| byte(at).unwrap_or(128)),
            }),
            ..HostOptions::default()
        };
        let mut instance = bundle.instance(&kind.clap_id(), &options);
        if matches!(instance, Err(Error::Layout { .. })) && place.mono {
            options.layout = Layout::STEREO;
            instance = bundle.instance(&kind.clap_id(), &options);
        }
        let instance = instance.map_err(|error| fault(kind, &error))?;
        let mono = options.layout.inputs == 1;
        Ok(Box::new(Hosted { kind, instance, mono }))
    }
}

/// A plugin in the CLAP host.
struct Hosted {
    kind: Kind,
    instance: Instance,
    mono: bool,
}

impl Plugin for Hosted {
    fn set(&mut self, id: &str, text: &str) -> Result<(), Fault> {
        self.instance.set(id, text).map_err(|error| fault(self.kind, &error))
    }

    fn value(&mut self, id: &str, text: &str) -> Result<(u32, f64), Fault> {
        let ParamEvent { id, value, .. } =
            self.instance.event(0, id, text).map_err(|error| fault(self.kind, &error))?;
        Ok((id, value))
    }

    fn set_value(&mut self, id: &str, value: f64) -> Result<(), Fault> {
        self.instance.set_value(id, value).map_err(|error| fault(self.kind, &error))
    }

    fn is_stepped(&self, id: &str) -> bool {
        self.instance.param(id).is_ok_and(|param| param.is_stepped)
    }

    fn text(&mut self, id: &str) -> Option<String> {
        let value = self.instance.value(id).ok()?;
        self.instance.value_to_text(id, value).ok()
    }

    fn place(&self, id: &str) -> Result<ParamPlace, Fault> {
        let param = self.instance.param(id).map_err(|error| fault(self.kind, &error))?;
        let index = self.instance.params().iter().position(|other| other.id == param.id);
        Ok(ParamPlace {
            index: index.unwrap_or_default(),
            clap_id: param.id,
            name: param.name.clone(),
            min: param.min,
            max: param.max,
            is_stepped: param.is_stepped,
        })
    }

    fn state(&mut self) -> Result<Vec<u8>, Fault> {
        self.instance.save_state().map_err(|error| fault(self.kind, &error))
    }

    fn is_mono(&self) -> bool {
        self.mono
    }

    fn has_key(&self) -> bool {
        self.instance.ports().inputs.len() > 1
    }

    fn has_feed(&self) -> bool {
        self.instance.ports().outputs.len() > 1
    }

    fn start(&mut self) -> Result<(Box<dyn Running>, usize), Fault> {
        let processor = self.instance.activate().map_err(|error| fault(self.kind, &error))?;
        Ok((Box::new(HostedAudio(processor)), self.instance.latency()))
    }

    fn tend(&mut self) {
        self.instance.answer_requests();
    }
}

struct HostedAudio(clap_host::Processor);

impl Running for HostedAudio {
    fn process(&mut self, block: Block<'_, '_>) -> Result<(), String> {
        self.0.process(block).map_err(|error| error.to_string())
    }

    fn tail(&mut self) -> Option<usize> {
        self.0.tail()
    }
}

//! The session file as it is written: every value with its place.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Spanned, Value};

pub type Text = Spanned<String>;
/// Text, number or switch: made text by `Source::text`.
pub type Scalar = Spanned<Value>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub session: Header,
    #[serde(default)]
    pub track: Vec<Strip>,
    #[serde(default)]
    pub group: Vec<Strip>,
    #[serde(default)]
    pub bus: Vec<Strip>,
    #[serde(default)]
    pub master: Master,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    #[serde(default)]
    pub title: String,
    pub sample_rate: Scalar,
    pub tempo: Option<Scalar>,
    pub meter: Option<Text>,
    pub stems: Option<Text>,
    pub tail: Option<Scalar>,
}

/// A track, a group or a bus: which of them is known from the table it stands in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strip {
    pub name: Text,
    pub stem: Option<Text>,
    pub colour: Option<Text>,
    pub gain: Option<Scalar>,
    pub fader: Option<Scalar>,
    pub output: Option<Text>,
    #[serde(default)]
    pub plugin: Vec<Plugin>,
    #[serde(default)]
    pub send: Vec<Send>,
    #[serde(default)]
    pub automation: Vec<Automation>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Master {
    pub colour: Option<Text>,
    pub gain: Option<Scalar>,
    pub fader: Option<Scalar>,
    #[serde(default)]
    pub plugin: Vec<Plugin>,
    #[serde(default)]
    pub automation: Vec<Automation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plugin {
    #[serde(rename = "use")]
    pub kind: Text,
    pub name: Option<Text>,
    pub key: Option<Text>,
    pub feed: Option<Text>,
    #[serde(default)]
    pub set: BTreeMap<Text, Scalar>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Send {
    pub to: Text,
    pub level: Option<Scalar>,
    pub tap: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Automation {
    pub target: Text,
    pub points: Spanned<Vec<Spanned<Vec<Scalar>>>>,
}

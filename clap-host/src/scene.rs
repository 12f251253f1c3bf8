//! What an editor is looked at with: settings, music, a track, instances on other tracks.

use std::error::Error;
use std::path::PathBuf;

use crate::bundle::Bundle;
use crate::instance::{HostOptions, Instance, Track};
use crate::music::{Music, read_flac};
use crate::process::Processor;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Settings by id and text.
type Settings = Vec<(String, String)>;

/// A scene as it is described on a command line.
#[derive(Default)]
pub struct Scene {
    settings: Settings,
    input: Option<PathBuf>,
    sidechain: Option<PathBuf>,
    from_s: f64,
    track: Option<Track>,
    company: Vec<(Track, Settings)>,
}

/// A scene on stage: an instance that is active, and its music.
pub struct Staged {
    /// The instance.
    pub instance: Instance,
    /// Its audio side.
    pub processor: Processor,
    /// What is played.
    pub music: Music,
    company: Vec<(Instance, Processor)>,
}

impl Scene {
    /// The words of a command line that are a scene's.
    pub const USAGE: &'static str = "[--set ID=TEXT]... [--input STEM.flac] \
        [--sidechain STEM.flac] [--from S] [--track NAME#RRGGBB] \
        [--with 'NAME#RRGGBB ID=TEXT; ID=TEXT']...";

    /// Reads a command line, and gives back the words that are not the scene's.
    ///
    /// # Errors
    /// When a value is missing or cannot be read.
    pub fn parse(words: impl Iterator<Item = String>) -> Fallible<(Self, Vec<String>)> {
        let (mut scene, mut rest) = (Self::default(), Vec::new());
        let mut words = words;
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--input" => scene.input = Some(PathBuf::from(value()?)),
                "--sidechain" => scene.sidechain = Some(PathBuf::from(value()?)),
                "--from" => scene.from_s = value()?.parse()?,
                "--set" => scene.settings.push(setting(&value()?)?),
                "--track" => scene.track = Some(track(&value()?)?.0),
                "--with" => scene.company.push(company(&value()?)?),
                _ => rest.push(word),
            }
        }
        Ok((scene, rest))
    }

    /// Makes the instances. The first plugin of the bundle is shown.
    ///
    /// # Errors
    /// When a setting or a stem cannot be read, or the plugin fails.
    pub fn stage(&self, bundle: &Bundle) -> Fallible<Staged> {
        let make = |track: Option<&Track>, settings: &Settings| -> Fallible<_> {
            let id = bundle.ids().first().ok_or("the bundle is empty")?;
            let track = track.cloned();
            let options = HostOptions { offline: false, track, ..HostOptions::default() };
            let mut instance = bundle.instance(id, &options)?;
            for (id, text) in settings {
                instance.set(id, text)?;
            }
            let processor = instance.activate()?;
            Ok((instance, processor))
        };
        let company = self.company.iter().map(|(track, settings)| make(Some(track), settings));
        let company = company.collect::<Fallible<_>>()?;
        let (instance, processor) = make(self.track.as_ref(), &self.settings)?;
        let stem = |path: &Option<PathBuf>| {
            path.as_ref().map(|path| read_flac(path, self.from_s)).transpose()
        };
        let has_sidechain = instance.ports().inputs.len() > 1;
        let sidechain = has_sidechain.then_some(stem(&self.sidechain)?.unwrap_or_default());
        let music = Music::new(stem(&self.input)?, sidechain);
        Ok(Staged { instance, processor, music, company })
    }
}

impl Staged {
    /// Ends it all.
    pub fn strike(mut self) {
        self.instance.deactivate(self.processor);
        for (mut other, processor) in self.company {
            other.deactivate(processor);
        }
    }
}

fn setting(text: &str) -> Fallible<(String, String)> {
    let (id, value) = text.split_once('=').ok_or("a setting is ID=TEXT")?;
    Ok((id.trim().to_owned(), value.trim().to_owned()))
}

/// `Lead Vocal#F08BD0`, and what follows it.
fn track(text: &str) -> Fallible<(Track, &str)> {
    const FORM: &str = "a track is NAME#RRGGBB";
    let (name, rest) = text.split_once('#').ok_or(FORM)?;
    let (hex, rest) = rest.split_at_checked(6).ok_or(FORM)?;
    let [_, red, green, blue] = u32::from_str_radix(hex, 16)?.to_be_bytes();
    Ok((Track { name: name.to_owned(), colour_rgb: [red, green, blue] }, rest))
}

fn company(text: &str) -> Fallible<(Track, Settings)> {
    let (track, rest) = track(text)?;
    let settings = rest.split(';').filter(|part| !part.trim().is_empty()).map(setting);
    Ok((track, settings.collect::<Result<_, _>>()?))
}

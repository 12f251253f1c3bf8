//! From the file as written to a checked session.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::model::{Kind, Level, Node, Role, Route, Send, Session, Setting, Slot, Stem, Tap};
use super::quantity::{self, Tempo};
use super::raw::{self, Scalar, Text};
use super::source::Source;
use super::{lanes, order};
use crate::error::Result;
use crate::output::{file_name, file_name_fault};

/// What a level is expected to be.
const LEVEL: &str = "a level from \"off\" to \"+24 dB\"";
/// Colours of tracks that name none: the suite's band colours.
const COLOURS: [&str; 8] =
    ["#FF8A80", "#FFA95C", "#E8C84A", "#9AD65C", "#45D0B0", "#5CBCF5", "#9BA6FF", "#F08BD0"];
/// The name of the last node.
pub const MASTER: &str = "Master";

impl Session {
    /// Reads and checks a session file. `stems` takes the place of the folder that the file names.
    pub fn load(path: &Path, stems: Option<&Path>) -> Result<Self> {
        Self::parse(Source::read(path)?, stems)
    }

    /// Reads and checks the text of a session file that is said to be at `path`.
    pub fn read(text: &str, path: &Path) -> Result<Self> {
        Self::parse(Source { path: path.to_owned(), text: text.to_owned() }, None)
    }

    fn parse(source: Source, stems: Option<&Path>) -> Result<Self> {
        let path = &source.path;
        let file: raw::File =
            toml::from_str(&source.text).map_err(|error| source.syntax(&error))?;
        let tempo = tempo(&source, &file.session)?;
        let folder = stems.map_or_else(
            || {
                let beside = path.parent().unwrap_or(Path::new("."));
                file.session
                    .stems
                    .as_ref()
                    .map_or(beside.into(), |stems| beside.join(stems.get_ref()))
            },
            PathBuf::from,
        );
        let names = Names::collect(&source, &file)?;
        check_file_names(&source, &file)?;
        let loader = Loader { source: &source, tempo, folder, names };
        let mut nodes = Vec::new();
        for (role, strips) in
            [(Role::Track, &file.track), (Role::Group, &file.group), (Role::Bus, &file.bus)]
        {
            for strip in strips {
                nodes.push(loader.node(role, strip, nodes.len())?);
            }
        }
        nodes.push(loader.master(&file.master)?);
        let session = Self {
            file: path.to_owned(),
            title: file.session.title.clone(),
            sample_rate_hz: sample_rate(&source, &file.session)?,
            tempo,
            tail_s: tail(&source, &file.session)?,
            nodes,
        };
        order::check_loops(&source, &session)?;
        Ok(session)
    }
}

/// Groups and buses become files: each needs a name of its own that every system takes.
fn check_file_names(source: &Source, file: &raw::File) -> Result<()> {
    let mut taken: HashMap<String, &str> = HashMap::new();
    for strip in file.group.iter().chain(&file.bus) {
        let name = strip.name.get_ref().trim();
        let refuse = |why: String| {
            let what = format!("the name \"{name}\" {why}");
            let expected = "a name that is a file's name of its own (groups/<name>.wav), \
                            whatever the case of its letters";
            Err(source.error(strip.name.span(), what, expected))
        };
        if let Some(fault) = file_name_fault(name) {
            return refuse(fault.to_owned());
        }
        if let Some(other) = taken.insert(file_name(name).to_lowercase(), name) {
            return refuse(format!("gives the same file as \"{other}\""));
        }
    }
    Ok(())
}

fn sample_rate(source: &Source, header: &raw::Header) -> Result<u32> {
    let text = source.text(&header.sample_rate)?;
    quantity::quantity(&text)
        .filter(|(_, unit)| unit.is_empty() || unit == "Hz")
        .map(|(number, _)| number)
        .filter(|rate| (8000.0..=768_000.0).contains(rate) && rate.fract() == 0.0)
        .map(|rate| rate as u32)
        .ok_or_else(|| {
            let what = format!("sample_rate is \"{text}\"");
            source.error(header.sample_rate.span(), what, "a whole number of Hz, 8000..768000")
        })
}

fn tempo(source: &Source, header: &raw::Header) -> Result<Tempo> {
    let mut tempo = Tempo::default();
    if let Some(written) = &header.tempo {
        let text = source.text(written)?;
        tempo.quarters_per_minute =
            text.parse().ok().filter(|bpm| (20.0..=400.0).contains(bpm)).ok_or_else(|| {
                let what = format!("tempo is \"{text}\"");
                source.error(written.span(), what, "quarter notes per minute, 20..400")
            })?;
    }
    if let Some(written) = &header.meter {
        (tempo.beats_per_bar, tempo.beat_unit) =
            Tempo::meter(written.get_ref()).ok_or_else(|| {
                let what = format!("meter is \"{}\"", written.get_ref());
                source.error(written.span(), what, "beats per bar and their unit, such as \"3/4\"")
            })?;
    }
    Ok(tempo)
}

fn tail(source: &Source, header: &raw::Header) -> Result<f64> {
    let Some(written) = &header.tail else { return Ok(12.0) };
    let text = source.text(written)?;
    Tempo::default()
        .seconds(&text)
        .filter(|tail| *tail <= 120.0)
        .ok_or_else(|| source.error(written.span(), format!("tail is \"{text}\""), "0..120 s"))
}

/// Which node has which name.
struct Names {
    /// Every name, in order; the master's is the last.
    list: Vec<String>,
    by_name: HashMap<String, usize>,
}

impl Names {
    fn collect(source: &Source, file: &raw::File) -> Result<Self> {
        let mut names = Self { list: Vec::new(), by_name: HashMap::new() };
        let strips = file.track.iter().chain(&file.group).chain(&file.bus);
        for strip in strips {
            let name = strip.name.get_ref().trim();
            if name.is_empty() || name == MASTER || names.by_name.contains_key(name) {
                let what = format!("the name \"{name}\" is empty, reserved or taken");
                return Err(source.error(
                    strip.name.span(),
                    what,
                    "a name that is unique among tracks, groups and buses, and not \"Master\"",
                ));
            }
            names.by_name.insert(name.to_owned(), names.list.len());
            names.list.push(name.to_owned());
        }
        names.by_name.insert(MASTER.to_owned(), names.list.len());
        names.list.push(MASTER.to_owned());
        if file.track.is_empty() {
            return Err(source.error(0..0, "the session has no track", "at least one [[track]]"));
        }
        Ok(names)
    }

    fn quoted(&self, from: usize) -> String {
        let names = self.list[from.min(self.list.len())..].iter();
        names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
    }
}

struct Loader<'a> {
    source: &'a Source,
    tempo: Tempo,
    folder: PathBuf,
    names: Names,
}

impl Loader<'_> {
    fn node(&self, role: Role, strip: &raw::Strip, index: usize) -> Result<Node> {
        let name = strip.name.get_ref().trim().to_owned();
        let stem = match (role, &strip.stem) {
            (Role::Track, Some(stem)) => Some(self.stem(stem)?),
            (Role::Track, None) => {
                let what = format!("track \"{name}\" has no stem");
                let expected = "stem = \"FILE.flac\" or \"FILE.wav\"";
                return Err(self.source.error(strip.name.span(), what, expected));
            }
            (_, Some(stem)) => {
                let what = format!("{} \"{name}\" has a stem", role.name());
                return Err(self.source.error(stem.span(), what, "stems on tracks only"));
            }
            (_, None) => None,
        };
        let line = self.source.line(strip.name.span());
        let output = match &strip.output {
            Some(output) => self.route(output, "output")?,
            None => Route { node: self.names.list.len() - 1, line },
        };
        let sends = self.sends(&strip.send)?;
        let mut node = Node {
            role,
            name,
            line,
            colour: self.colour(strip.colour.as_ref(), COLOURS[index % COLOURS.len()])?,
            stem,
            gain_db: self.level(strip.gain.as_ref())?,
            fader: Level { db: self.level(strip.fader.as_ref())?, lane: Vec::new() },
            plugins: self.plugins(&strip.plugin)?,
            sends,
            output: Some(output),
        };
        let names = &self.names.list;
        lanes::attach(self.source, self.tempo, names, &strip.automation, &mut node)?;
        Ok(node)
    }

    fn master(&self, master: &raw::Master) -> Result<Node> {
        let mut node = Node {
            role: Role::Master,
            name: MASTER.to_owned(),
            line: 1,
            colour: self.colour(master.colour.as_ref(), "#ECEEF2")?,
            stem: None,
            gain_db: self.level(master.gain.as_ref())?,
            fader: Level { db: self.level(master.fader.as_ref())?, lane: Vec::new() },
            plugins: self.plugins(&master.plugin)?,
            sends: Vec::new(),
            output: None,
        };
        let names = &self.names.list;
        lanes::attach(self.source, self.tempo, names, &master.automation, &mut node)?;
        Ok(node)
    }

    fn stem(&self, stem: &Text) -> Result<Stem> {
        let path = self.folder.join(stem.get_ref());
        if !path.is_file() {
            let what = format!("the stem \"{}\" is missing ({})", stem.get_ref(), path.display());
            return Err(self.source.error(stem.span(), what, "a WAV or FLAC file"));
        }
        Ok(Stem { path, line: self.source.line(stem.span()) })
    }

    fn colour(&self, colour: Option<&Text>, default: &str) -> Result<String> {
        let Some(colour) = colour else { return Ok(default.to_owned()) };
        let digits = colour.get_ref().strip_prefix('#').unwrap_or_default();
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(colour.get_ref().clone());
        }
        let what = format!("colour is \"{}\"", colour.get_ref());
        Err(self.source.error(colour.span(), what, "\"#RRGGBB\""))
    }

    fn level(&self, level: Option<&Scalar>) -> Result<f64> {
        let Some(level) = level else { return Ok(0.0) };
        let text = self.source.text(level)?;
        quantity::level_db(&text).ok_or_else(|| {
            self.source.error(level.span(), format!("\"{text}\" is not a level in range"), LEVEL)
        })
    }

    fn route(&self, to: &Text, word: &str) -> Result<Route> {
        let line = self.source.line(to.span());
        match self.names.by_name.get(to.get_ref().trim()) {
            // A track takes nothing in, but its output may key a sidechain.
            Some(node) => Ok(Route { node: *node, line }),
            None => {
                let what = format!("{word} goes to \"{}\", which is not there", to.get_ref());
                Err(self.source.error_at(line, what, format!("one of {}", self.names.quoted(0))))
            }
        }
    }

    fn plugins(&self, chain: &[raw::Plugin]) -> Result<Vec<Slot>> {
        let mut slots: Vec<Slot> = Vec::new();
        for plugin in chain {
            let slot = self.slot(plugin)?;
            if slots.iter().any(|other| other.name == slot.name) {
                let what = format!("two plugins of one chain are named \"{}\"", slot.name);
                let expected = "name = \"...\" to tell them apart";
                return Err(self.source.error_at(slot.line, what, expected));
            }
            slots.push(slot);
        }
        Ok(slots)
    }

    fn slot(&self, plugin: &raw::Plugin) -> Result<Slot> {
        let written = plugin.kind.get_ref();
        let kind = Kind::from_name(written.trim()).ok_or_else(|| {
            let what = format!("there is no plugin \"{written}\"");
            self.source.error(plugin.kind.span(), what, "strip, glue, distance or space")
        })?;
        let mut set = Vec::new();
        for (id, value) in &plugin.set {
            let id: &Spanned<String> = id;
            set.push(Setting {
                id: id.get_ref().clone(),
                text: self.source.text(value)?,
                line: self.source.line(id.span()),
            });
        }
        set.sort_by_key(|setting| setting.line);
        let name = plugin.name.as_ref().map_or(written, |name| name.get_ref());
        Ok(Slot {
            name: name.trim().to_owned(),
            kind,
            line: self.source.line(plugin.kind.span()),
            key: plugin.key.as_ref().map(|key| self.route(key, "key")).transpose()?,
            feed: plugin.feed.as_ref().map(|feed| self.route(feed, "feed")).transpose()?,
            set,
            lanes: Vec::new(),
        })
    }

    fn sends(&self, written: &[raw::Send]) -> Result<Vec<Send>> {
        let mut sends: Vec<Send> = Vec::new();
        for send in written {
            let send = self.send(send)?;
            if sends.iter().any(|other| other.to.node == send.to.node) {
                let what = format!("a second send goes to \"{}\"", self.names.list[send.to.node]);
                return Err(self.source.error_at(send.to.line, what, "one send to one bus"));
            }
            sends.push(send);
        }
        Ok(sends)
    }

    fn send(&self, send: &raw::Send) -> Result<Send> {
        let tap = match send.tap.as_ref().map(|tap| (tap, tap.get_ref().as_str())) {
            None | Some((_, "post")) => Tap::Post,
            Some((_, "pre")) => Tap::Pre,
            Some((tap, other)) => {
                let what = format!("tap is \"{other}\"");
                return Err(self.source.error(tap.span(), what, "\"pre\" or \"post\""));
            }
        };
        let level = Level { db: self.level(send.level.as_ref())?, lane: Vec::new() };
        Ok(Send { to: self.route(&send.to, "send")?, level, tap })
    }
}

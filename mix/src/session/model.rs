//! A session after it has been read and checked: names are resolved, times are seconds.

use std::path::PathBuf;

use super::quantity::Tempo;

/// Which plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Proscenium Strip.
    Strip,
    /// Proscenium Glue.
    Glue,
    /// Proscenium Distance.
    Distance,
    /// Proscenium Space.
    Space,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Strip, Self::Glue, Self::Distance, Self::Space];

    /// Its name in a session; also the end of the CLAP id and of the bundle's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Strip => "strip",
            Self::Glue => "glue",
            Self::Distance => "distance",
            Self::Space => "space",
        }
    }

    /// Its CLAP id.
    pub fn clap_id(self) -> String {
        format!("audio.proscenium.{}", self.name())
    }

    /// The file of its bundle.
    pub fn bundle(self) -> String {
        format!("proscenium-{}.clap", self.name())
    }

    /// Reads the name in a session.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A whole session.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session file.
    pub file: PathBuf,
    /// Title, perhaps empty.
    pub title: String,
    /// Sample rate of the mix in Hz.
    pub sample_rate_hz: u32,
    /// Tempo and meter.
    pub tempo: Tempo,
    /// The longest tail after the last stem, in s.
    pub tail_s: f64,
    /// Tracks, groups, buses, and the master as the last one, in the order of the file.
    pub nodes: Vec<Node>,
}

impl Session {
    /// Index of the master.
    pub fn master(&self) -> usize {
        self.nodes.len() - 1
    }

    /// Number of plugin instances.
    pub fn instances(&self) -> usize {
        self.nodes.iter().map(|node| node.plugins.len()).sum()
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Plays a stem.
    Track,
    /// Sums what goes to it as an output.
    Group,
    /// Sums sends and feeds.
    Bus,
    /// The end.
    Master,
}

impl Role {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Group => "group",
            Self::Bus => "bus",
            Self::Master => "master",
        }
    }
}

/// A track, group, bus, or the master.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub role: Role,
    /// Its name.
    pub name: String,
    /// Line of the name in the session file.
    pub line: usize,
    /// Its colour, as `#RRGGBB`.
    pub colour: String,
    /// The stem, on tracks.
    pub stem: Option<Stem>,
    /// Gain before the plugins in dB.
    pub gain_db: f64,
    /// Gain after the plugins.
    pub fader: Level,
    /// The chain.
    pub plugins: Vec<Slot>,
    /// Sends.
    pub sends: Vec<Send>,
    /// Where the output goes: none for the master.
    pub output: Option<Route>,
}

/// A stem's file.
#[derive(Clone, Debug)]
pub struct Stem {
    /// The file.
    pub path: PathBuf,
    /// Line in the session file.
    pub line: usize,
}

/// A connection to another node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The node.
    pub node: usize,
    /// Line in the session file.
    pub line: usize,
}

/// A gain and how it moves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Level {
    /// In dB; minus infinity is off.
    pub db: f64,
    /// Points of automation: seconds and dB. Empty: none.
    pub lane: Vec<(f64, f64)>,
}

/// Where a send leaves its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    /// After the plugins, before the fader.
    Pre,
    /// After the fader.
    Post,
}

/// A send.
#[derive(Clone, Debug)]
pub struct Send {
    /// Where to.
    pub to: Route,
    /// How much.
    pub level: Level,
    /// From where.
    pub tap: Tap,
}

/// A place in a chain.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Its name within the chain.
    pub name: String,
    /// Which plugin.
    pub kind: Kind,
    /// Line in the session file.
    pub line: usize,
    /// What feeds the sidechain.
    pub key: Option<Route>,
    /// Where the auxiliary output goes.
    pub feed: Option<Route>,
    /// Parameters that are set.
    pub set: Vec<Setting>,
    /// Parameters that move.
    pub lanes: Vec<ParamLane>,
}

/// A parameter and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The parameter's id.
    pub id: String,
    /// Its value as text.
    pub text: String,
    /// Line in the session file.
    pub line: usize,
}

/// Automation of a parameter.
#[derive(Clone, Debug)]
pub struct ParamLane {
    /// The parameter's id.
    pub id: String,
    /// Line of the target in the session file.
    pub line: usize,
    /// The points, in rising order of time.
    pub points: Vec<ParamPoint>,
}

/// A point of a parameter's automation.
#[derive(Clone, Debug)]
pub struct ParamPoint {
    /// Seconds from the start.
    pub time_s: f64,
    /// The value as text.
    pub text: String,
    /// Line in the session file.
    pub line: usize,
}

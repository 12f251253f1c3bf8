//! The repository's session as other programs find it: what the plugins make of the states in the
//! files that the mixer writes. Needs `cargo xtask bundle`.
//!
//! The files stay in cargo's folder for what tests write (`CARGO_TARGET_TMPDIR`), where
//! `tests/hosts/exported.py` reads them.

#[path = "mix/reaper.rs"]
#[allow(dead_code)]
mod reaper;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use clap_host::{Bundle, HostOptions, Instance};
use proscenium_mix::Session;
use proscenium_mix::session::{Kind, Slot};

const SESSION: &str = "tests/session/session.toml";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn bundles() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    target.map_or_else(|| root().join("target"), PathBuf::from).join("bundled")
}

/// The folder that the program has written, as a user runs it.
fn exported() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("export");
        let _ = std::fs::remove_dir_all(&folder);
        let mut program = Command::new(env!("CARGO_BIN_EXE_proscenium-mix"));
        program.current_dir(root()).args([SESSION, "--export"]).arg(&folder);
        let done = program.arg("--bundles").arg(bundles()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        folder
    })
}

/// Every plugin of the session: whose, which, and what it is set to.
fn slots(session: &Session) -> Vec<(&str, &Slot)> {
    let nodes = session.nodes.iter();
    nodes.flat_map(|node| node.plugins.iter().map(|slot| (node.name.as_str(), slot))).collect()
}

struct Bench(Vec<(Kind, Bundle)>);

impl Bench {
    fn new() -> Self {
        let load = |kind: Kind| (kind, Bundle::load(bundles().join(kind.bundle())).unwrap());
        Self(Kind::ALL.into_iter().map(load).collect())
    }

    fn instance(&self, kind: Kind) -> Instance {
        let (_, bundle) = self.0.iter().find(|(known, _)| *known == kind).unwrap();
        bundle.instance(&kind.clap_id(), &HostOptions::default()).unwrap()
    }
}

fn values(instance: &mut Instance) -> Vec<(String, f64)> {
    let params: Vec<_> = instance.params().iter().map(|p| (p.name.clone(), p.id)).collect();
    params.into_iter().map(|(name, id)| (name, instance.value_of(id).unwrap())).collect()
}

/// Loads each state into a new plugin and compares it with one that is set by hand as the session says.
fn assert_as_in_session(states: &[(String, Vec<u8>)]) {
    let session = Session::load(&root().join(SESSION), None).unwrap();
    let (bench, slots) = (Bench::new(), slots(&session));
    assert_eq!(states.len(), slots.len());
    let mut moved = 0;
    for ((track, slot), (id, state)) in slots.iter().zip(states) {
        assert_eq!(*id, slot.kind.clap_id(), "{track}");
        let mut by_hand = bench.instance(slot.kind);
        let fresh = values(&mut by_hand);
        let set = slot.set.iter().map(|setting| (&setting.id, &setting.text));
        // What moves stands where it starts.
        let moving = slot.lanes.iter().map(|lane| (&lane.id, &lane.points[0].text));
        for (id, text) in set.chain(moving) {
            by_hand.set(id, text).unwrap();
        }
        let mut loaded = bench.instance(slot.kind);
        loaded.load_state(state).unwrap_or_else(|error| panic!("{track}: {error}"));
        let (wanted, found) = (values(&mut by_hand), values(&mut loaded));
        for ((name, wanted), (_, found)) in wanted.iter().zip(&found) {
            let what = format!("{track}, {}, {name}: {found} for {wanted}", slot.name);
            assert!((wanted - found).abs() < 1e-6, "{what}");
        }
        moved += wanted.iter().zip(&fresh).filter(|(a, b)| a != b).count();
    }
    println!("{} plugins, {moved} parameters off their defaults", slots.len());
    assert!(moved > 5 * slots.len());
}

#[test]
fn the_states_in_the_reaper_project_load_into_the_plugins() {
    let text = std::fs::read_to_string(exported().join("Seventh Row.rpp")).unwrap();
    let project = reaper::project(&text);
    let tracks = reaper::blocks(&project, "TRACK").map(|(_, track)| (track, "FXCHAIN"));
    let mut states = Vec::new();
    // The master comes last in a session.
    for (place, chain) in tracks.chain([(project.as_slice(), "MASTERFXLIST")]) {
        for (_, chain) in reaper::blocks(place, chain) {
            for (head, plugin) in reaper::blocks(chain, "CLAP") {
                let id = head.rsplit(' ').nth(1).unwrap().to_owned();
                let (_, state) = reaper::blocks(plugin, "STATE").next().unwrap();
                states.push((id, reaper::bytes(state)));
            }
        }
    }
    assert_as_in_session(&states);
}

#[test]
fn the_presets_in_the_dawproject_load_into_the_plugins() {
    let file = std::fs::File::open(exported().join("Seventh Row.dawproject")).unwrap();
    let mut zip = zip::ZipArchive::new(file).unwrap();
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let project = String::from_utf8(read("project.xml")).unwrap();
    let project = roxmltree::Document::parse(&project).unwrap();
    let mut states = Vec::new();
    for plugin in project.descendants().filter(|node| node.has_tag_name("ClapPlugin")) {
        let id = plugin.attribute("deviceID").unwrap();
        let state = plugin.children().find(|node| node.has_tag_name("State")).unwrap();
        let preset = read(state.attribute("path").unwrap());
        let head = [b"clap".as_slice(), &(id.len() as u32).to_be_bytes(), id.as_bytes()].concat();
        states.push((id.to_owned(), preset.strip_prefix(head.as_slice()).unwrap().to_vec()));
    }
    assert_as_in_session(&states);
}

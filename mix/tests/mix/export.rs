//! Sessions as projects of other programs: what a reader of those formats finds in them.

use std::io::Read;

use proscenium_mix::job::Job;

use crate::reaper::{Line, blocks, bytes, project, words};
use crate::support::{Fakes, Folder, names};

const SESSION: &str = "title = \"R&B <1>\"\ntempo = 90\n\
    [[track]]\nname = \"Kick \\\"in\\\"\"\nstem = \"a.wav\"\noutput = \"Drums\"\ncolour = \"#FF8000\"\ngain = \"-6 dB\"\n\
    [[track.plugin]]\nuse = \"strip\"\nset = { gain = -6 }\n\
    [[track.plugin]]\nuse = \"distance\"\nfeed = \"Room\"\n\
    [[track.send]]\nto = \"Room\"\nlevel = \"-20 dB\"\ntap = \"pre\"\n\
    [[track.automation]]\ntarget = \"strip.gain\"\npoints = [[0, \"-6 dB\"], [1, \"0 dB\"]]\n\
    [[track.automation]]\ntarget = \"fader\"\npoints = [[0.25, \"-20 dB\"], [0.75, \"0 dB\"]]\n\
    [[track.automation]]\ntarget = \"send.Room\"\npoints = [[0.5, \"off\"], [0.75, \"-6 dB\"]]\n\
    [[track]]\nname = \"Bass\"\nstem = \"b.wav\"\nfader = \"-6 dB\"\n\
    [[track.plugin]]\nuse = \"glue\"\nkey = \"Kick \\\"in\\\"\"\n\
    [[group]]\nname = \"Drums\"\ngain = \"-20 dB\"\n[[bus]]\nname = \"Room\"\n[[bus.plugin]]\nuse = \"space\"\n";

fn export(folder: &Folder) -> Vec<String> {
    let session = folder.session(SESSION);
    let job = Job { session, stems: None, out: folder.path("out"), threads: 1 };
    job.export(&Fakes, &folder.path("out")).unwrap().notes
}

fn reaper(folder: &Folder) -> Vec<Line> {
    export(folder);
    project(&std::fs::read_to_string(folder.path("out/R_B _1_.rpp")).unwrap())
}

#[test]
fn both_projects_and_the_stems_are_there() {
    let folder = Folder::new();
    export(&folder);
    let out = folder.path("out");
    assert_eq!(names(&out), ["R_B _1_.dawproject", "R_B _1_.rpp", "media"]);
    assert_eq!(names(&out.join("media")), ["a.wav", "b.wav"]);
}

#[test]
fn reaper_finds_tracks_levels_and_stems() {
    let folder = Folder::new();
    let project = reaper(&folder);
    assert_eq!(words(&project, "TEMPO"), ["90 4 4"]);
    let tracks: Vec<_> = blocks(&project, "TRACK").map(|(_, lines)| lines).collect();
    let named: Vec<_> = tracks.iter().flat_map(|lines| words(lines, "NAME")).collect();
    assert_eq!(named, ["'Kick \"in\"'", "\"Bass\"", "\"Drums\"", "\"Room\""]);
    assert_eq!(words(tracks[0], "PEAKCOL"), [(0x0100_0000 + 0x80FF).to_string()]);
    let sent: Vec<_> = tracks.iter().flat_map(|lines| words(lines, "MAINSEND")).collect();
    assert_eq!(sent, ["0 0", "1 0", "1 0", "1 0"]);
    let fader: f64 = words(tracks[1], "VOLPAN")[0].split(' ').next().unwrap().parse().unwrap();
    assert!((20.0 * fader.log10() + 6.0).abs() < 1e-9);
    let (_, item) = blocks(tracks[0], "ITEM").next().unwrap();
    assert_eq!(words(item, "LENGTH"), ["1"]);
    let (kind, source) = blocks(item, "SOURCE").next().unwrap();
    assert_eq!((kind, words(source, "FILE")[0]), ("SOURCE WAVE", "\"media/a.wav\""));
}

#[test]
fn reaper_finds_outputs_sends_feeds_and_keys() {
    let folder = Folder::new();
    let project = reaper(&folder);
    let received: Vec<Vec<&str>> =
        blocks(&project, "TRACK").map(|(_, lines)| words(lines, "AUXRECV")).collect();
    // From, where it is tapped, its gain; the last columns: from and to which channels.
    let parts =
        |line: &str| -> Vec<f64> { line.split(' ').map(|word| word.parse().unwrap()).collect() };
    assert!(received[0].is_empty());
    let [key] = received[1][..] else { panic!("{:?}", received[1]) };
    assert_eq!(parts(key), [0., 0., 1., 0., 0., 0., 0., 0., 2., -1., 0., -1.]);
    let [output] = received[2][..] else { panic!("{:?}", received[2]) };
    assert_eq!(parts(output)[..3], [0., 0., 0.1], "with the group's gain");
    let [send, feed] = received[3][..] else { panic!("{:?}", received[3]) };
    assert_eq!(parts(send)[..3], [0., 3., 0.1]);
    assert_eq!(parts(feed), [0., 0., 1., 0., 0., 0., 0., 2., 0., -1., 0., -1.]);
}

#[test]
fn reaper_finds_plugins_with_their_state_and_automation() {
    let folder = Folder::new();
    let project = reaper(&folder);
    let (_, kick) = blocks(&project, "TRACK").next().unwrap();
    let (_, chain) = blocks(kick, "FXCHAIN").next().unwrap();
    let plugins: Vec<_> = blocks(chain, "CLAP").collect();
    assert_eq!(plugins.len(), 2);
    let head = "CLAP \"CLAP: Proscenium Strip (Proscenium)\" audio.proscenium.strip \"\"";
    assert_eq!(plugins[0].0, head);
    let (_, state) = blocks(plugins[0].1, "STATE").next().unwrap();
    assert_eq!(bytes(state), "Strip [-6.0, 0.0, 0.0, 0.0]".repeat(4).into_bytes());
    let (head, lane) = blocks(chain, "PARMENV").next().unwrap();
    assert_eq!(head, "PARMENV 0:1000 -60 24 -18 \"GAIN / Proscenium Strip\"");
    assert_eq!(words(lane, "PT"), ["0 -6 0", "1 0 0"]);
    let (_, fader) = blocks(kick, "VOLENV2").next().unwrap();
    let points = words(fader, "PT");
    assert!(
        points.len() > 8 && points[0].starts_with("0.25 0.1") && points.ends_with(&["0.75 1 0"])
    );
    let (_, room) = blocks(&project, "TRACK").nth(3).unwrap();
    let (_, send) = blocks(room, "AUXVOLENV").next().unwrap();
    assert!(words(send, "PT")[0].starts_with("0.5 0 "));
}

/// The files of the DAWproject, by name.
fn unzipped(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    export(folder);
    let file = std::fs::File::open(folder.path("out/R_B _1_.dawproject")).unwrap();
    let mut zip = zip::ZipArchive::new(file).unwrap();
    let count = zip.len();
    let read = |index| {
        let mut file = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(read).collect()
}

#[test]
fn a_dawproject_holds_every_file_that_it_names() {
    let folder = Folder::new();
    let files = unzipped(&folder);
    let text = |name: &str| {
        let (_, bytes) = files.iter().find(|(file, _)| file == name).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    let about = text("metadata.xml");
    let about = roxmltree::Document::parse(&about).unwrap();
    assert_eq!(about.root_element().first_element_child().unwrap().text(), Some("R&B <1>"));
    let project = text("project.xml");
    let project = roxmltree::Document::parse(&project).unwrap();
    let mut named = vec!["metadata.xml".to_owned(), "project.xml".to_owned()];
    let elements = || project.descendants().filter(|node| node.is_element());
    named.extend(elements().filter_map(|node| node.attribute("path").map(str::to_owned)));
    named.sort_unstable();
    let mut held: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    held.sort_unstable();
    assert_eq!(named, held);
    let state = elements().find(|node| node.tag_name().name() == "State").unwrap();
    let path = state.attribute("path").unwrap();
    let (_, preset) = files.iter().find(|(name, _)| name == path).unwrap();
    let id = b"audio.proscenium.strip";
    let state = "Strip [-6.0, 0.0, 0.0, 0.0]".repeat(4);
    assert_eq!(*preset, [b"clap\0\0\0\x16", id.as_slice(), state.as_bytes()].concat());
}

#[test]
fn a_dawproject_refers_only_to_what_is_in_it() {
    let folder = Folder::new();
    let files = unzipped(&folder);
    let project = String::from_utf8(files[1].1.clone()).unwrap();
    let project = roxmltree::Document::parse(&project).unwrap();
    let mut ids = std::collections::BTreeMap::new();
    for node in project.descendants() {
        if let Some(id) = node.attribute("id") {
            assert!(ids.insert(id, node.tag_name().name()).is_none(), "{id} twice");
        }
    }
    let mut targets = Vec::new();
    for node in project.descendants() {
        for (attribute, kinds) in [
            ("destination", ["Channel"].as_slice()),
            ("track", &["Track"]),
            ("parameter", &["Volume", "RealParameter"]),
        ] {
            if let Some(id) = node.attribute(attribute) {
                assert!(kinds.contains(&ids[id]), "{attribute} {id} is a {}", ids[id]);
                targets.push(ids[id]);
            }
        }
    }
    // One output each, one send; five tracks; a fader, a send and a parameter that move.
    let count = |kind| targets.iter().filter(|target| **target == kind).count();
    assert_eq!((count("Channel"), count("Track")), (5, 5));
    assert_eq!((count("Volume"), count("RealParameter")), (2, 1));
}

#[test]
fn what_a_format_cannot_say_is_said_aloud() {
    let notes = export(&Folder::new());
    for what in ["sidechain", "Room Feed", "-6 dB before", "-20 dB before"] {
        assert!(notes.iter().any(|note| note.contains(what)), "{what}: {notes:?}");
    }
}

//! Bad input: one error with file, line and what was expected, and an untouched output folder.

use proscenium_mix::MixError;
use proscenium_mix::audio::Stereo;
use proscenium_mix::job::Job;

use crate::support::{Fakes, Folder};

/// Runs a whole job that must fail, and shows that it left nothing behind.
fn refused(folder: &Folder, text: &str) -> MixError {
    let session = folder.session(text);
    let before = folder.names();
    let job = Job { session, stems: None, out: folder.path("out"), threads: 2 };
    let error = job.run(&Fakes, &mut |_| {}).err().expect("the session is bad");
    assert_eq!(folder.names(), before, "something was left behind by: {error}");
    println!("{error}");
    error
}

/// The error is at a line (the first line of `text` is 3) and says these things.
fn check(text: &str, line: usize, parts: &[&str]) {
    let folder = Folder::new();
    let error = refused(&folder, text);
    assert_eq!(error.line, Some(line), "{error}");
    assert_eq!(error.file, folder.path("session.toml"));
    let shown = error.to_string();
    for part in parts {
        assert!(shown.contains(part), "\"{part}\" is not in: {shown}");
    }
    assert!(!error.expected.is_empty(), "{shown}");
}

const A: &str = "[[track]]\nname = \"A\"\nstem = \"a.wav\"\n";

#[test]
fn a_session_that_is_not_there() {
    let folder = Folder::new();
    let job =
        Job { session: folder.path("none.toml"), stems: None, out: folder.path("out"), threads: 1 };
    let error = job.run(&Fakes, &mut |_| {}).err().unwrap();
    assert!(error.to_string().contains("none.toml"), "{error}");
}

#[test]
fn text_that_is_not_toml() {
    check("[[track]\nname = 3", 3, &[]);
}

#[test]
fn a_missing_stem() {
    check(
        "[[track]]\nname = \"A\"\nstem = \"gone.wav\"",
        5,
        &["gone.wav", "missing", "WAV or FLAC"],
    );
}

#[test]
fn an_unknown_key_of_the_format() {
    check(&format!("{A}volume = 3\n"), 6, &["volume", "fader"]);
}

#[test]
fn an_unknown_plugin() {
    check(
        &format!("{A}[[track.plugin]]\nuse = \"reverb\"\n"),
        7,
        &["reverb", "strip, glue, distance or space"],
    );
}

#[test]
fn an_unknown_parameter() {
    let text =
        format!("{A}[[track.plugin]]\nuse = \"strip\"\n[track.plugin.set]\ngain = 3\ngian = 3\n");
    check(&text, 10, &["\"A\"", "strip", "gian"]);
}

#[test]
fn a_value_out_of_range() {
    let text = format!("{A}[[track.plugin]]\nuse = \"strip\"\nset = {{ gain = \"90 dB\" }}\n");
    check(&text, 8, &["gain", "90 dB", "out of range", "-60 dB to 24 dB"]);
}

#[test]
fn a_value_that_cannot_be_read() {
    let text = format!("{A}[[track.plugin]]\nuse = \"strip\"\nset = {{ gain = \"loud\" }}\n");
    check(&text, 8, &["gain", "loud", "cannot be read"]);
}

#[test]
fn a_fader_out_of_range() {
    check(&format!("{A}fader = \"40 dB\"\n"), 6, &["40 dB", "+24 dB"]);
}

#[test]
fn an_unknown_route() {
    check(&format!("{A}output = \"Drums\"\n"), 6, &["Drums", "\"Master\""]);
    check(&format!("{A}[[track.send]]\nto = \"Hall\"\n"), 7, &["Hall", "\"A\""]);
    check(&format!("{A}[[track.plugin]]\nuse = \"strip\"\nkey = \"Kick\"\n"), 8, &["Kick"]);
    check(&format!("{A}[[track.plugin]]\nuse = \"distance\"\nfeed = \"Room\"\n"), 8, &["Room"]);
}

#[test]
fn a_route_that_the_plugin_does_not_have() {
    let text =
        format!("{A}[[track.plugin]]\nuse = \"strip\"\nfeed = \"R\"\n[[bus]]\nname = \"R\"\n");
    check(&text, 8, &["strip", "auxiliary output"]);
}

#[test]
fn a_route_into_a_track() {
    let text = format!("{A}output = \"B\"\n[[track]]\nname = \"B\"\nstem = \"b.wav\"\n");
    check(&text, 6, &["\"A\"", "track \"B\"", "a group, a bus or \"Master\""]);
}

#[test]
fn a_routing_loop() {
    let text = format!(
        "{A}[[group]]\nname = \"G\"\noutput = \"H\"\n[[group]]\nname = \"H\"\n[[group.send]]\nto = \"G\"\n"
    );
    check(&text, 12, &["loop", "\"G\" -> \"H\" -> \"G\""]);
}

#[test]
fn a_loop_through_a_sidechain() {
    let text = format!(
        "{A}output = \"G\"\n[[track.plugin]]\nuse = \"strip\"\nkey = \"G\"\n[[group]]\nname = \"G\"\n"
    );
    check(&text, 9, &["loop", "\"A\"", "\"G\""]);
}

#[test]
fn automation_of_nothing_and_at_no_time() {
    let lane = |target: &str, points: &str| {
        format!("{A}[[track.automation]]\ntarget = \"{target}\"\npoints = {points}\n")
    };
    check(&lane("strip.gain", "[[0, 0]]"), 7, &["strip.gain", "\"fader\""]);
    check(&lane("fader", "[[\"1:5\", 0]]"), 8, &["1:5", "bar and beat"]);
    check(&lane("fader", "[[2, 0], [1, 0]]"), 8, &["times that rise"]);
    check(&lane("fader", "[[0, \"99 dB\"]]"), 8, &["99 dB", "+24 dB"]);
    check(&lane("fader", "[[0, 0], [1, 0, 2]]"), 8, &["3 values", "[time, value]"]);
    check(&lane("fader", "[[0]]"), 8, &["1 values", "[time, value]"]);
    check(&lane("fader", "[]"), 8, &["no points"]);
}

#[test]
fn an_automated_value_out_of_range() {
    let text = format!(
        "{A}[[track.plugin]]\nuse = \"strip\"\n[[track.automation]]\ntarget = \"strip.gain\"\npoints = [\n[0, 0],\n[1, 70],\n]\n"
    );
    check(&text, 12, &["70", "out of range"]);
}

#[test]
fn two_things_of_one_name() {
    check(&format!("{A}{A}"), 7, &["\"A\"", "unique"]);
}

#[test]
fn an_empty_a_truncated_and_a_foreign_file() {
    let folder = Folder::new();
    let whole = std::fs::read(folder.path("b.wav")).unwrap();
    let silent = Stereo::default();
    folder.stem("none.wav", &silent, 48_000);
    for (name, bytes, part) in [
        ("empty.wav", &[][..], "empty"),
        ("cut.wav", &whole[..whole.len() / 2], "truncated"),
        ("head.wav", &whole[..20], "truncated"),
        ("text.wav", b"this is not audio".as_slice(), "neither WAV nor FLAC"),
        ("none.wav", &std::fs::read(folder.path("none.wav")).unwrap(), "no audio"),
    ] {
        std::fs::write(folder.path(name), bytes).unwrap();
        let error = refused(&folder, &format!("[[track]]\nname = \"A\"\nstem = \"{name}\"\n"));
        let shown = error.to_string();
        assert_eq!(error.line, Some(5), "{shown}");
        assert!(shown.contains(name) && shown.contains(part), "\"{part}\" is not in: {shown}");
        assert!(error.expected.contains("WAV or FLAC"), "{shown}");
    }
}

#[test]
fn a_truncated_flac() {
    let folder = Folder::new();
    let stem = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/session/stems/kick.flac");
    let whole = std::fs::read(stem).unwrap();
    std::fs::write(folder.path("cut.flac"), &whole[..whole.len() * 2 / 3]).unwrap();
    let error = refused(&folder, "[[track]]\nname = \"A\"\nstem = \"cut.flac\"\n");
    assert!(error.to_string().contains("truncated"), "{error}");
}

#[test]
fn groups_and_buses_that_cannot_be_files_of_their_own() {
    let two = |first: &str, second: &str| {
        format!("{A}[[group]]\nname = \"{first}\"\n[[bus]]\nname = \"{second}\"\n")
    };
    check(&two("a/b", "a_b"), 9, &["\"a_b\"", "same file as \"a/b\"", "of its own"]);
    check(&two("Drums", "DRUMS"), 9, &["same file as \"Drums\""]);
    let long = "x".repeat(201);
    for (name, why) in [
        (".x", "hidden"),
        ("..", "hidden"),
        ("con", "reserved"),
        ("Lpt1.left", "reserved"),
        (&long, "200 bytes"),
    ] {
        check(&two("G", name), 9, &[name, why]);
    }
}

#[test]
fn a_second_send_to_one_bus() {
    let send = "[[track.send]]\nto = \"R\"\n";
    check(&format!("{A}{send}{send}[[bus]]\nname = \"R\"\n"), 9, &["second send", "\"R\""]);
}

//! Short runs of what `fuzz/` runs for long, without coverage to guide them.

use std::path::Path;
use std::time::Duration;

use clap_host::Layout;
use fastrand::Rng;
use proscenium_faults::fuzz::{self, Keeper, Player, Reader};
use proscenium_faults::plugins::{PLUGINS, load};
use proscenium_mix::Session;
use proscenium_tests::mutate::{Mutator, random_bytes, runs};
use proscenium_tests::process;

/// The files below a folder of the repository with this extension.
fn examples(folder: &str, extension: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let mut found = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == extension) {
                found.push(std::fs::read(path).unwrap());
            }
        }
    }
    found
}

#[test]
fn any_text_at_any_parameter_is_in_range_or_nothing() {
    let words = "-inf inf 1e400 -0.0 +6dB 1.2 kHz 0.35 s 350 ms C4 A#-1 30L C 4:1 On off \u{0} 1/8T \
                 \u{221e} 1,5 0x10 nan 1e-320 -18 dB 99999999999999999999999999999999999999999999";
    let mutator = Mutator::new(vec![words.as_bytes().to_vec()]);
    for (name, id) in PLUGINS {
        let mut reader = Reader::new(&load(name), id).unwrap();
        runs(&format!("{name} text"), 4000, |random| {
            let mut bytes = vec![random.u8(..), random.u8(..)];
            let text = mutator.next(random);
            let at = random.usize(..=text.len());
            let end = (at + random.usize(..12)).min(text.len());
            bytes.extend(&text[at..end]);
            reader.run(&bytes);
        });
    }
}

#[test]
fn any_state_is_taken_whole_or_refused_and_nothing_changed() {
    for (name, id) in PLUGINS {
        let mut keeper = Keeper::new(&load(name), id).unwrap();
        let mut states = examples("tests/fixtures/state", "state");
        states.push(keeper.state());
        // The JSON alone: the length before it is put right.
        states.iter_mut().for_each(|state| drop(state.drain(..8)));
        let mutator = Mutator::new(states);
        runs(&format!("{name} state"), 300, |random| keeper.run(&mutator.next(random)));
        runs(&format!("{name} state, not saved"), 3000, |random| {
            keeper.run_unsaved(&mutator.next(random));
        });
    }
}

#[test]
fn any_session_is_read_or_refused() {
    let mut sessions = examples("fuzz/seeds/session", "toml");
    // Whole ones, were their stems there.
    for seed in &sessions {
        let text = String::from_utf8_lossy(seed);
        Session::read(&text, &Path::new(env!("CARGO_MANIFEST_DIR")).join("seed.toml")).unwrap();
    }
    sessions.extend(examples("tests", "toml"));
    let mutator = Mutator::new(sessions);
    runs("session", 1000, |random| fuzz::session(&mutator.next(random)));
}

/// Runs a body with players of every plugin in every layout, named, and how often. The log says whether
/// a chain has failed inside, which the rack would hide.
fn with_players(test: &str, usual: u64, run: impl Fn(&mut Player, &mut Rng)) {
    let log = process::log_of(test, || {
        for (name, id) in PLUGINS {
            let layouts = [(Layout::STEREO, usual), (Layout::MONO, usual / 4)];
            for (layout, usual) in layouts.into_iter().chain([(Layout::MONO_TO_STEREO, usual / 4)])
            {
                let mut player = Player::new(&load(name), id, layout).unwrap();
                runs(&format!("{name} {layout:?}"), usual, |random| run(&mut player, random));
            }
        }
        // What has failed is told by another thread.
        std::thread::sleep(Duration::from_millis(300));
    });
    if let Some(log) = log {
        println!("{log}");
        assert!(!log.contains("has failed inside"), "{log}");
    }
}

#[test]
fn any_order_of_calls_gives_numbers_and_silence_after_a_reset() {
    let test = "any_order_of_calls_gives_numbers_and_silence_after_a_reset";
    with_players(test, 16, |player, random| player.run(&random_bytes(random, 2000)));
}

#[test]
fn any_blocks_with_any_automation_give_numbers_and_silence_after_a_reset() {
    let test = "any_blocks_with_any_automation_give_numbers_and_silence_after_a_reset";
    with_players(test, 600, |player, random| player.run_playing(&random_bytes(random, 200)));
}

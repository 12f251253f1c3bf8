//! What users have saved: the states of every release, in `tests/fixtures/state/<version>/<plugin>/`.
//!
//! Of each case there is the state as a project holds it, every parameter as a table of id, value and
//! text, and the sound: both channels one after the other, as 32-bit floats. They are never changed
//! once their version is out. A release adds its own:
//! `PROSCENIUM_GOLDEN=write cargo test -p proscenium-tests --test hosts released`.

use std::fs;
use std::path::{Path, PathBuf};

use clap_host::{Instance, RenderOptions};
use proscenium_tests::{measure, process};
use serde_json::{Value, json};

use crate::state::{randomize, values};
use crate::support::{ALL, DISTANCE, GLUE, Plugin, STRIP, frames, play};
use crate::tables::rows;

/// The version whose states are written.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How much of the sound may have changed.
const CHANGED_DB: f64 = -90.0;
const SECONDS: f64 = 0.2;
const CASES: [&str; 4] = ["default", "usual", "random", "away"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/state")
}

/// What a user might have set.
fn usual(plugin: Plugin) -> &'static [(&'static str, &'static str)] {
    match plugin {
        STRIP => &[
            ("hpf_on", "On"),
            ("gate_on", "On"),
            ("gate_threshold", "-50 dB"),
            ("eq3_on", "On"),
            ("eq3_gain", "-6 dB"),
            ("eq6_on", "On"),
            ("eq6_gain", "4 dB"),
            ("eq6_dyn", "-8 dB"),
            ("comp_on", "On"),
            ("comp_threshold", "-30 dB"),
            ("comp_lookahead", "2 ms"),
            ("pan", "20R"),
        ],
        GLUE => &[("threshold", "-30 dB"), ("attack", "1 ms"), ("colour", "30 %"), ("mix", "80 %")],
        DISTANCE => &[("distance", "6 m"), ("azimuth", "-30"), ("room", "Concert Hall")],
        _ => &[("mode", "Delay into Reverb"), ("room", "Chamber"), ("delay_time", "60 ms")],
    }
}

/// Every parameter away from its default, the bypass too.
fn away(instance: &mut Instance, plugin: Plugin) {
    for row in rows(plugin) {
        let param = instance.param(&row.id).unwrap().clone();
        let span = param.max - param.min;
        let value = match param.is_stepped {
            true if param.default >= param.max => param.default - 1.0,
            true => param.default + 1.0,
            false if param.default < param.min + 0.5 * span => param.min + 0.7 * span,
            false => param.min + 0.3 * span,
        };
        instance.set_value(&row.id, value).unwrap();
    }
}

fn prepared(plugin: Plugin, case: &str) -> Instance {
    let mut instance = plugin.set(&[]);
    match case {
        "default" => {}
        "usual" => crate::support::set(&mut instance, usual(plugin)),
        "random" => randomize(&mut instance, plugin, 2024),
        _ => {
            away(&mut instance, plugin);
            let mut state = Parsed::of(&mut instance);
            state.0["fields"]["preset"] = json!(r#"{"name":"Mine, louder","own":true}"#);
            instance.load_state(&state.bytes()).unwrap();
        }
    }
    instance
}

/// A burst of noise and what comes after it. Made here alone: it may never change.
fn burst(seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let length = frames(SECONDS);
    let level = |n: usize| 0.5 * (1.0 - 4.0 * n as f32 / length as f32).max(0.0);
    (0..length).map(|n| level(n) * noise()).collect()
}

/// What an instance makes of the burst when it is not bypassed.
fn sound(instance: &mut Instance) -> Vec<Vec<f32>> {
    instance.set("bypass", "Off").unwrap();
    let (input, key) = ([burst(1), burst(2)], [burst(3), burst(4)]);
    let has_key = instance.ports().inputs.len() > 1;
    let options = RenderOptions { sidechain: has_key.then_some(&key), ..RenderOptions::default() };
    play(instance, &input, &options).main
}

/// A state as the framework writes it: a length in 8 bytes, and JSON.
struct Parsed(Value);

impl Parsed {
    fn of(instance: &mut Instance) -> Self {
        Self::read(&instance.save_state().unwrap())
    }

    fn read(bytes: &[u8]) -> Self {
        Self(serde_json::from_slice(&bytes[8..]).unwrap())
    }

    fn bytes(&self) -> Vec<u8> {
        let text = self.0.to_string().into_bytes();
        [&(text.len() as u64).to_le_bytes()[..], &text].concat()
    }
}

fn write(plugin: Plugin, case: &str, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let mut instance = prepared(plugin, case);
    let file = |end: &str| folder.join(format!("{case}.{end}"));
    fs::write(file("state"), instance.save_state().unwrap()).unwrap();
    let line = |(id, value): (String, f64)| {
        let text = instance.value_to_text(&id, value).unwrap();
        format!("{id}\t{value}\t{text}\n")
    };
    let table: String = values(&mut prepared(plugin, case), plugin).into_iter().map(line).collect();
    fs::write(file("tsv"), table).unwrap();
    let samples = sound(&mut instance).concat();
    fs::write(file("f32"), samples.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<_>>())
        .unwrap();
}

/// Every parameter of the table has the value and the text that it had.
fn assert_values(instance: &mut Instance, table: &str, what: &str) {
    for line in table.lines() {
        let [id, value, text] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let now = instance.value(id).unwrap();
        let was: f64 = value.parse().unwrap();
        assert!((now - was).abs() < 1e-6, "{what}: {id} was {was}, is {now}");
        // A text may come to be written otherwise, but it says the same.
        let meant = instance.text_to_value(id, text).unwrap();
        let [now, meant] = [now, meant].map(|value| instance.value_to_text(id, value).unwrap());
        assert_eq!(now, meant, "{what}: {id} read {text}");
    }
}

fn assert_sound(instance: &mut Instance, bytes: &[u8], what: &str) -> f64 {
    let (floats, rest) = bytes.as_chunks::<4>();
    assert!(rest.is_empty() && floats.len() == 2 * frames(SECONDS), "{what}: a damaged file");
    let was: Vec<f32> = floats.iter().map(|four| f32::from_le_bytes(*four)).collect();
    let now = sound(instance).concat();
    // What is as good as silent is compared with -60 dBFS.
    let changed = measure::difference_db(&now, &was) - measure::rms_db(&was).max(-60.0);
    assert!(changed < CHANGED_DB, "{what}: its sound has changed by {changed:.1} dB");
    changed
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn states_of_every_release_load_with_their_parameters_and_their_sound() {
    if std::env::var("PROSCENIUM_GOLDEN").is_ok_and(|what| what == "write") {
        for plugin in ALL {
            for case in CASES {
                write(plugin, case, &folder().join(VERSION).join(plugin.bundle));
            }
        }
    }
    let here = folder().join(VERSION);
    assert!(here.is_dir(), "{VERSION} has no states yet: see the head of {}", file!());
    for release in entries(&folder()) {
        for plugin in ALL {
            let mut worst = f64::NEG_INFINITY;
            for case in CASES {
                let file = |end: &str| release.join(plugin.bundle).join(format!("{case}.{end}"));
                let what = file("state").display().to_string();
                let state = fs::read(file("state")).unwrap_or_else(|e| panic!("{what}: {e}"));
                let mut instance = plugin.set(&[]);
                instance.load_state(&state).unwrap_or_else(|error| panic!("{what}: {error}"));
                assert_values(&mut instance, &fs::read_to_string(file("tsv")).unwrap(), &what);
                let (was, now) = (Parsed::read(&state), Parsed::of(&mut instance));
                assert_eq!(now.0["fields"]["preset"], was.0["fields"]["preset"], "{what}");
                let sound = fs::read(file("f32")).unwrap();
                worst = worst.max(assert_sound(&mut instance, &sound, &what));
            }
            println!("{} {}: changed by {worst:.1} dB", release.display(), plugin.bundle);
        }
    }
}

#[test]
fn what_a_state_lacks_takes_its_default_and_what_is_unknown_is_left_out() {
    for plugin in ALL {
        let mut saved = prepared(plugin, "away");
        let (away, fresh) = (values(&mut saved, plugin), values(&mut plugin.set(&[]), plugin));
        let mut state = Parsed::of(&mut saved);
        let params = state.0["params"].as_object_mut().unwrap();
        let lacking: Vec<String> = params.keys().step_by(3).cloned().collect();
        lacking.iter().for_each(|id| drop(params.remove(id)));
        params.insert("flux".to_owned(), json!({"f32": 1.0}));
        state.0["fields"]["capacitor"] = json!("[1, 2, 3]");
        state.0["delorean"] = json!({"speed_mph": 88});
        let mut instance = plugin.set(&[("output", "-3 dB")]);
        randomize(&mut instance, plugin, 3);
        instance.load_state(&state.bytes()).unwrap();
        for ((id, now), ((_, away), (_, fresh))) in
            values(&mut instance, plugin).into_iter().zip(away.iter().zip(&fresh))
        {
            let expected = if lacking.contains(&id) { fresh } else { away };
            assert!((now - expected).abs() < 1e-6, "{} {id}: {now} {expected}", plugin.bundle);
        }
    }
}

const REFUSED: &str = "released::a_damaged_state_is_refused_with_a_line_in_the_log";

#[test]
fn a_damaged_state_is_refused_with_a_line_in_the_log() {
    let damages: [fn(Vec<u8>) -> Vec<u8>; 4] = [
        |whole| whole[..5].to_vec(),
        |whole| whole[..whole.len() - 1].to_vec(),
        |mut whole| {
            whole[9] ^= 0x55;
            whole
        },
        |mut whole| {
            whole[..8].fill(0xff);
            whole
        },
    ];
    let log = process::log_of(REFUSED, || {
        for plugin in ALL {
            let whole = plugin.set(&[]).save_state().unwrap();
            for damage in damages {
                let mut instance = prepared(plugin, "usual");
                let before = values(&mut instance, plugin);
                assert!(instance.load_state(&damage(whole.clone())).is_err());
                assert_eq!(values(&mut instance, plugin), before, "{}", plugin.bundle);
            }
        }
    });
    if let Some(log) = log {
        println!("{log}");
        let refusals = log.lines().filter(|line| {
            line.contains("State refused, the previous one is kept") || line.contains("load state")
        });
        assert_eq!(refusals.count(), ALL.len() * damages.len(), "{log}");
    }
}

//! Every parameter of the design is there, with its range, its default and its text.

use std::collections::HashSet;

use clap_host::{Error, Instance, param_id};

use crate::support::{ALL, STRIP};
use crate::tables::{Range, Row, rows};

fn value(instance: &mut Instance, row: &Row, text: &str) -> f64 {
    instance.text_to_value(&row.id, text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn each_plugin_has_exactly_the_parameters_of_the_design() {
    for plugin in ALL {
        let instance = plugin.set(&[]);
        let expected: HashSet<_> = rows(plugin).iter().map(|row| param_id(&row.id)).collect();
        for row in rows(plugin) {
            let param = instance.param(&row.id).unwrap_or_else(|error| panic!("{error}"));
            assert!(param.is_automatable, "{} {}", plugin.bundle, row.id);
            assert_eq!(param.is_bypass, row.id == "bypass", "{} {}", plugin.bundle, row.id);
            if let Some(name) = row.name {
                assert_eq!(param.name, name, "{} {}", plugin.bundle, row.id);
            }
        }
        let unknown: Vec<_> = instance
            .params()
            .iter()
            .filter(|param| !expected.contains(&param.id))
            .map(|param| &param.name)
            .collect();
        assert!(unknown.is_empty(), "{}: not in the design: {unknown:?}", plugin.bundle);
    }
}

#[test]
fn each_parameter_has_a_name_of_its_own() {
    for plugin in ALL {
        let instance = plugin.set(&[]);
        let mut names = HashSet::new();
        for param in instance.params() {
            assert!(!param.name.is_empty());
            assert!(names.insert(&param.name), "{}: two {}", plugin.bundle, param.name);
        }
    }
}

#[test]
fn ranges_and_defaults_are_those_of_the_design() {
    for plugin in ALL {
        let mut instance = plugin.set(&[]);
        for row in rows(plugin) {
            let param = instance.param(&row.id).unwrap().clone();
            let what = format!("{} {}", plugin.bundle, row.id);
            assert_eq!(instance.value(&row.id).unwrap(), param.default, "{what}: fresh value");
            match row.range {
                Range::Float(min, max, default) => {
                    let mut check = |text: &str, expected: f64| {
                        if !text.is_empty() {
                            let value = value(&mut instance, &row, text);
                            assert!((value - expected).abs() < 1e-4, "{what}: {text} is {value}");
                        }
                    };
                    check(min, param.min);
                    check(max, param.max);
                    check(default, param.default);
                }
                Range::Choice(names, default) => {
                    assert_eq!((param.max - param.min) as usize + 1, names.len(), "{what}");
                    let mut check = |text: &str, expected: f64| {
                        let value = value(&mut instance, &row, text);
                        assert!((value - expected).abs() < 1e-4, "{what}: {text} is {value}");
                    };
                    for (index, name) in names.iter().enumerate() {
                        check(name, index as f64);
                        check(&name.to_lowercase(), index as f64);
                    }
                    if !default.is_empty() {
                        check(default, param.default);
                    }
                }
                Range::Switch(default) => {
                    assert_eq!(param.default, f64::from(u8::from(default)), "{what}");
                    assert_eq!(value(&mut instance, &row, "On"), 1.0, "{what}");
                    assert_eq!(value(&mut instance, &row, "off"), 0.0, "{what}");
                }
                Range::Notes(first, last) => {
                    assert_eq!(value(&mut instance, &row, first), param.default, "{what}");
                    assert!(value(&mut instance, &row, "1/64") > param.default, "{what}");
                    let longest = value(&mut instance, &row, last);
                    // A dotted or a triplet one may come after it.
                    assert!(longest > param.max - 2.5 && longest <= param.max, "{what}");
                }
            }
        }
    }
}

#[test]
fn text_survives_a_round_trip() {
    for plugin in ALL {
        let mut instance = plugin.set(&[]);
        for param in instance.params().to_vec() {
            let row = rows(plugin).into_iter().find(|row| param_id(&row.id) == param.id).unwrap();
            let span = param.max - param.min;
            let steps = if param.is_stepped { span as usize } else { 16 };
            for step in 0..=steps {
                let value = param.min + span * step as f64 / steps.max(1) as f64;
                let text = instance.value_to_text(&row.id, value).unwrap();
                let back = instance.text_to_value(&row.id, &text).unwrap();
                let again = instance.value_to_text(&row.id, back).unwrap();
                assert_eq!(text, again, "{} {}", plugin.bundle, row.id);
                // The far end of a skewed range has many positions that read the same.
                assert!((value - back).abs() < 0.1 * span, "{} {text}: {value} {back}", row.id);
            }
        }
    }
}

#[test]
fn what_a_person_would_type_is_understood() {
    let table = [
        ("output", "-6", "-6 dB"),
        ("hpf_freq", "0.12k", "120 Hz"),
        ("lpf_freq", "1.2 kHz", "1200"),
        ("gate_release", "0.35 s", "350 ms"),
        ("comp_ratio", "4", "4:1"),
        ("comp_ratio", "100", "inf"),
        ("pan", "30L", "-30"),
        ("eq5_freq", "C4", "261.63 Hz"),
    ];
    let mut strip = STRIP.set(&[]);
    for (id, typed, same) in table {
        let typed_value = strip.text_to_value(id, typed).unwrap();
        let same_value = strip.text_to_value(id, same).unwrap();
        assert!((typed_value - same_value).abs() < 1e-4, "{id}: {typed} is not {same}");
    }
}

#[test]
fn values_out_of_range_and_nonsense_are_errors() {
    let mut strip = STRIP.set(&[]);
    for (id, text) in [("comp_threshold", "-400 dB"), ("lpf_freq", "90 kHz"), ("pan", "150L")] {
        let result = strip.text_to_value(id, text);
        assert!(matches!(result, Err(Error::OutOfRange { .. } | Error::BadText { .. })), "{id}");
    }
    let nonsense = strip.text_to_value("comp_threshold", "loud");
    assert!(matches!(nonsense, Err(Error::BadText { .. })));
    assert!(matches!(strip.text_to_value("treble", "1"), Err(Error::UnknownParam { .. })));
}

#[test]
fn hardware_finds_pages_with_parameters_that_exist() {
    for plugin in ALL {
        let mut instance = plugin.set(&[]);
        let pages = instance.remote_pages();
        assert!(!pages.is_empty(), "{}", plugin.bundle);
        for page in pages {
            assert!(!page.name.is_empty() && !page.params.is_empty(), "{}", plugin.bundle);
            for id in page.params {
                assert!(instance.params().iter().any(|param| param.id == id), "{}", page.name);
            }
        }
    }
}

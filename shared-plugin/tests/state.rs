//! States that are old, newer, damaged or foreign.

use nice_plug::params::Param;
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::{BoolParam, EnumParam, FloatParam, Params, PluginState};
use shared_plugin::choices::Detector;
use shared_plugin::kinds::{frequency, switch};
use shared_plugin::state::{StateVersion, filter};

#[derive(Params)]
struct Some {
    #[persist = "state_version"]
    version: StateVersion,
    #[id = "freq"]
    freq: FloatParam,
    #[id = "on"]
    on: BoolParam,
    #[id = "detector"]
    detector: EnumParam<Detector>,
}

fn fresh() -> Some {
    Some {
        version: StateVersion::default(),
        freq: frequency("Freq", 20.0, 20_000.0, 500.0),
        on: switch("On", true),
        detector: EnumParam::new("Detector", Detector::Peak),
    }
}

fn filtered(params: &[(&str, ParamValue)]) -> PluginState {
    let params = params.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect();
    let mut state = PluginState { version: "0.1.0".into(), params, fields: Default::default() };
    filter(&mut state, &fresh());
    state
}

fn number(state: &PluginState, id: &str) -> f32 {
    match &state.params[id] {
        ParamValue::F32(value) => *value,
        ParamValue::I32(value) => *value as f32,
        ParamValue::Bool(value) => f32::from(u8::from(*value)),
        ParamValue::String(text) => panic!("'{id}' is the text '{text}'"),
    }
}

#[test]
fn what_a_state_does_not_know_takes_its_default() {
    let state = filtered(&[("on", ParamValue::Bool(false))]);
    assert_eq!(number(&state, "freq"), 500.0);
    assert_eq!(number(&state, "on"), 0.0);
    assert_eq!(number(&state, "detector"), 0.0);
}

#[test]
fn values_are_brought_into_range_and_nonsense_takes_the_default() {
    for (value, expected) in [
        (ParamValue::F32(1e30), 20_000.0),
        (ParamValue::F32(-5.0), 20.0),
        (ParamValue::F32(f32::NAN), 500.0),
        (ParamValue::F32(440.0), 440.0),
        (ParamValue::Bool(true), 500.0),
        (ParamValue::String("loud".into()), 500.0),
    ] {
        assert_eq!(number(&filtered(&[("freq", value)]), "freq"), expected);
    }
}

#[test]
fn choices_are_found_by_id_and_those_that_do_not_exist_take_the_default() {
    for (value, expected) in [
        (ParamValue::String("rms".into()), 1.0),
        (ParamValue::I32(1), 1.0),
        (ParamValue::I32(99), 0.0),
        (ParamValue::I32(-1), 0.0),
        (ParamValue::String("ears".into()), 0.0),
    ] {
        assert_eq!(number(&filtered(&[("detector", value)]), "detector"), expected);
    }
}

#[test]
fn parameters_of_another_version_are_left_out() {
    let state = filtered(&[("flux", ParamValue::F32(1.0))]);
    assert!(!state.params.contains_key("flux") && state.params.len() == 3);
}

#[test]
fn a_state_says_its_version_and_keeps_saying_this_one_after_an_old_state() {
    let params = fresh();
    assert_eq!(params.serialize_fields()["state_version"], "1");
    params.deserialize_fields(&[("state_version".to_owned(), "0".to_owned())].into());
    assert_eq!(params.serialize_fields()["state_version"], "1");
    assert_eq!(params.freq.name(), "Freq");
    let _ = (&params.on, &params.detector, &params.version);
}

#[test]
fn choices_are_read_in_any_case_and_by_their_number() {
    let params = fresh();
    assert_eq!(params.detector.string_to_normalized_value("rms"), Some(1.0));
    assert_eq!(params.detector.string_to_normalized_value(" PEAK "), Some(0.0));
    assert_eq!(params.detector.string_to_normalized_value("loudest"), None);
}

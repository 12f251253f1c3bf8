//! Nobody's parameters are believed while a state is being loaded. In a process of its own: loading is
//! counted for all instances of a binary.

use nice_plug::params::persist::PersistentField;
use nice_plug::prelude::{BoolParam, Params, PluginState};
use shared_plugin::kinds::switch;
use shared_plugin::state::{STATE_VERSION, StateVersion, between_loads, filter};

#[derive(Params)]
struct One {
    #[persist = "state_version"]
    version: StateVersion,
    #[id = "on"]
    on: BoolParam,
}

fn one() -> One {
    One { version: StateVersion::default(), on: switch("On", true) }
}

#[test]
fn parameters_are_looked_at_before_and_after_a_loading_but_not_in_between() {
    let params = one();
    assert_eq!(between_loads(|| params.version.loads()), Some(0));
    // States without their version, or with nonsense in its place, end like any other.
    for (round, version) in [None, Some("1"), Some("7"), Some("\"what\"")].into_iter().enumerate() {
        let mut fields = std::collections::BTreeMap::new();
        if let Some(version) = version {
            fields.insert("state_version".to_owned(), version.to_owned());
        }
        let mut state = PluginState { version: String::new(), params: Default::default(), fields };
        filter(&mut state, &one());
        assert_eq!(between_loads(|| ()), None, "while its parameters are being set");
        params.deserialize_fields(&state.fields);
        assert_eq!(between_loads(|| params.version.loads()), Some(round as u64 + 1));
    }
    let begins_meanwhile = between_loads(|| {
        let params = Default::default();
        let mut state = PluginState { version: String::new(), params, fields: Default::default() };
        filter(&mut state, &one());
    });
    assert_eq!(begins_meanwhile, None);
    params.version.set(STATE_VERSION);
    assert_eq!(between_loads(|| ()), Some(()));
}

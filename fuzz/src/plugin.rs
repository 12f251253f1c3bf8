//! One of the four.

use std::sync::Arc;

use clap_host::Bundle;
use shared_plugin::preset::Bank;

#[cfg(feature = "glue")]
use bus_glue::{clap_entry, params::GlueParams as Params, presets};
#[cfg(feature = "strip")]
use channel_strip::{clap_entry, params::StripParams as Params, presets};
#[cfg(feature = "distance")]
use distance::{clap_entry, params::DistanceParams as Params, presets};
#[cfg(feature = "space")]
use space::{clap_entry, params::SpaceParams as Params, presets};

/// The plugin's CLAP id.
pub fn id(bundle: &Bundle) -> String {
    bundle.ids()[0].clone()
}

/// The plugin.
pub fn bundle() -> Bundle {
    Bundle::linked(&clap_entry).unwrap_or_else(|error| panic!("{error}"))
}

/// Its presets.
pub fn bank() -> Bank {
    presets::bank(&Arc::new(Params::default()))
}

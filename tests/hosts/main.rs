//! The built plugins in a CLAP host, loaded by path: what a host and a user rely on.
mod automation;
mod bypass;
mod cost;
mod depth;
mod latency;
mod parameters;
mod ports;
mod released;
mod sidechain;
mod state;
mod support;
mod tables;

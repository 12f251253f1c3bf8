//! What the plugins must survive. [`fuzz`] turns any bytes into texts, states, sessions and orders of
//! calls, for short runs in the tests and for cargo-fuzz (`fuzz/`); [`load`] plays hundreds of
//! instances in one process; [`denormals`] plays silence after sound.

pub mod denormals;
pub mod fuzz;
pub mod load;
pub mod plugins;

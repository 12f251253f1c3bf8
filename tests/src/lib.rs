//! Signals, measurements and the contract test that the workspace's tests share.

pub mod acoustics;
pub mod contract;
pub mod distance;
pub mod dynamics;
pub mod eq_grid;
pub mod material;
pub mod measure;
pub mod mutate;
pub mod onsets;
pub mod process;
pub mod reverberation;
pub mod signals;

/// Counts allocations where [`contract::nothing_allocates`] forbids them; elsewhere it is the
/// system's.
#[cfg(debug_assertions)]
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

#![no_main]
//! Any file as a session.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| proscenium_faults::fuzz::session(bytes));

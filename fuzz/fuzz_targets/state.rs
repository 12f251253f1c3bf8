#![no_main]
//! Any saved state.

use libfuzzer_sys::fuzz_target;
use proscenium_faults::fuzz::{Keeper, is_one_in};
use std::cell::RefCell;

thread_local! {
    static KEEPER: RefCell<Keeper> = RefCell::new({
        let bundle = proscenium_fuzz::bundle();
        Keeper::new(&bundle, &proscenium_fuzz::id(&bundle)).expect("an instance")
    });
}

/// One input in so many is loaded twice, saved and compared as a whole.
const WHOLE: u32 = 16;

fuzz_target!(|bytes: &[u8]| {
    KEEPER.with_borrow_mut(|keeper| match is_one_in(WHOLE, bytes) {
        true => keeper.run(bytes),
        false => keeper.run_unsaved(bytes),
    });
});

#![no_main]
//! Any saved state.

use libfuzzer_sys::fuzz_target;
use proscenium_faults::fuzz::Keeper;
use std::cell::RefCell;

thread_local! {
    static KEEPER: RefCell<Keeper> = RefCell::new({
        let bundle = proscenium_fuzz::bundle();
        Keeper::new(&bundle, &proscenium_fuzz::id(&bundle)).expect("an instance")
    });
}

fuzz_target!(|bytes: &[u8]| KEEPER.with_borrow_mut(|keeper| keeper.run(bytes)));

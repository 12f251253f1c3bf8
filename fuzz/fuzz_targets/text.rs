#![no_main]
//! Any text at any parameter.

use libfuzzer_sys::fuzz_target;
use proscenium_faults::fuzz::Reader;
use std::cell::RefCell;

thread_local! {
    static READER: RefCell<Reader> = RefCell::new({
        let bundle = proscenium_fuzz::bundle();
        Reader::new(&bundle, &proscenium_fuzz::id(&bundle)).expect("an instance")
    });
}

fuzz_target!(|bytes: &[u8]| READER.with_borrow_mut(|reader| reader.run(bytes)));

#![no_main]
//! Any order of calls, audio and automation.

use clap_host::Layout;
use libfuzzer_sys::fuzz_target;
use proscenium_faults::fuzz::Player;
use std::cell::RefCell;

thread_local! {
    static PLAYERS: RefCell<Vec<Player>> = RefCell::new({
        let bundle = proscenium_fuzz::bundle();
        let id = proscenium_fuzz::id(&bundle);
        let layouts = [Layout::STEREO, Layout::MONO, Layout::MONO_TO_STEREO];
        layouts.map(|layout| Player::new(&bundle, &id, layout).expect("an instance")).into()
    });
}

fuzz_target!(|bytes: &[u8]| {
    let Some((layout, bytes)) = bytes.split_first() else { return };
    PLAYERS.with_borrow_mut(|players| players[usize::from(*layout) % players.len()].run(bytes));
});

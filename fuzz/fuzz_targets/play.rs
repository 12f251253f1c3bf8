#![no_main]
//! Any order of calls, audio and automation.

use clap_host::Layout;
use libfuzzer_sys::fuzz_target;
use proscenium_faults::fuzz::{Player, is_one_in};
use std::cell::RefCell;

thread_local! {
    static PLAYERS: RefCell<Vec<Player>> = RefCell::new({
        let bundle = proscenium_fuzz::bundle();
        let id = proscenium_fuzz::id(&bundle);
        let layouts = [Layout::STEREO, Layout::MONO, Layout::MONO_TO_STEREO];
        layouts.map(|layout| Player::new(&bundle, &id, layout).expect("an instance")).into()
    });
}

/// One input in so many is a whole life: an instance that is activated at any rate, loads states, is
/// restarted and deactivated.
const LIVES: u32 = 4096;

fuzz_target!(|bytes: &[u8]| {
    let Some((layout, rest)) = bytes.split_first() else { return };
    PLAYERS.with_borrow_mut(|players| {
        let which = usize::from(*layout) % players.len();
        match is_one_in(LIVES, bytes) {
            true => players[which].run(rest),
            false => players[which].run_playing(rest),
        }
    });
});

#![no_main]
//! Any file as a preset.

use libfuzzer_sys::fuzz_target;
use shared_plugin::preset::Bank;
use shared_plugin::testing::assert_read_or_refused;

thread_local! {
    static BANK: Bank = proscenium_fuzz::bank();
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    BANK.with(|bank| assert_read_or_refused(&bank.sheet, &text));
});

//! Whether denormal numbers are met while sound dies away, by the processor's own account. Nobody
//! flushes them to zero here.
#![cfg(target_arch = "x86_64")]

use proscenium_faults::denormals::{
    BLOCK, Player, RATE_HZ, SETTINGS, Settings, flushes_to_zero, meets_denormals,
};
use proscenium_faults::plugins::{PLUGINS, load};

/// The blocks after the sound's end, and those of them in which denormal numbers were met.
fn blocks_with_denormals(plugin: usize, settings: Settings) -> (usize, Vec<usize>) {
    let (name, _) = PLUGINS[plugin];
    let mut player = Player::new(&load(name), plugin, settings).unwrap();
    let blocks = |seconds: f64| (seconds * RATE_HZ) as usize / BLOCK;
    let (loud, all) = (blocks(0.5), blocks(12.0));
    let met = (0..all).filter(|block| meets_denormals(|| player.play(*block, *block < loud)));
    (all - loud, met.filter_map(|block| block.checked_sub(loud)).collect())
}

#[test]
fn sound_that_dies_away_does_not_sink_into_denormal_numbers() {
    // Both ends are opaque, so that the product is worked out while the flag is watched.
    let halve = || {
        std::hint::black_box(std::hint::black_box(1e-40_f32) * 0.5);
    };
    assert!(meets_denormals(halve), "the flag is not read");
    for (plugin, all) in SETTINGS.iter().enumerate() {
        for settings in *all {
            let (of, met) = blocks_with_denormals(plugin, settings);
            let (count, ends) = (met.len(), [met.first(), met.last()]);
            let what = format!("{} {settings:?}: {count} of {of} {ends:?}", PLUGINS[plugin].0);
            println!("{what}");
            // A filter may pass through them on its way to rest.
            assert!(count * 50 <= of, "{what}");
        }
    }
    assert!(!flushes_to_zero(), "a plugin flushes them to zero");
}

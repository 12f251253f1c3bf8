//! What the plugins cost with sound, and in each second of the silence after it: no more, though nobody
//! flushes denormal numbers to zero. CPU time, the least of several passes that take turns.

use cpu_time::ThreadTime;
use proscenium_faults::denormals::{self, BLOCK, Player, RATE_HZ, SETTINGS, Settings};
use proscenium_faults::plugins::{PLUGINS, load};

/// Seconds of silence after the sound.
const SILENT_S: usize = 12;
/// A stretch that is timed, in blocks: a second.
const STRETCH: usize = RATE_HZ as usize / BLOCK;
const PASSES: usize = 5;

/// Nanoseconds per frame of the last second of sound, and of every second after it.
fn pass(player: &mut Player) -> [f64; 1 + SILENT_S] {
    (0..STRETCH).for_each(|block| player.play(block, true));
    std::array::from_fn(|second| {
        let began = ThreadTime::now();
        (0..STRETCH).for_each(|block| player.play(block, second == 0));
        began.elapsed().as_secs_f64() * 1e9 / (STRETCH * BLOCK) as f64
    })
}

fn measure(plugin: usize, settings: Settings) {
    let (name, _) = PLUGINS[plugin];
    let mut player =
        Player::new(&load(name), plugin, settings).unwrap_or_else(|error| panic!("{error}"));
    let mut least = [f64::INFINITY; 1 + SILENT_S];
    for _ in 0..PASSES {
        let costs = pass(&mut player);
        least.iter_mut().zip(costs).for_each(|(least, cost)| *least = least.min(cost));
    }
    let dearest = least[1..].iter().copied().fold(0.0, f64::max);
    let at = least.iter().rposition(|cost| *cost == dearest).unwrap_or(0);
    let said = settings.first().map_or("as it comes", |(_, text)| text);
    println!(
        "{name:20} {said:12} {:7.1} {:7.1} {dearest:9.1} {at:6} {:7.2}",
        least[0],
        least[SILENT_S],
        dearest / least[0],
    );
}

fn main() {
    // Asked for by `cargo test --benches`: nothing to do.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    #[cfg(target_arch = "x86_64")]
    println!("flush to zero: {}", if denormals::flushes_to_zero() { "on" } else { "off" });
    println!("ns per frame         settings       sound    last   dearest second   ratio");
    for (plugin, all) in SETTINGS.iter().enumerate() {
        all.iter().for_each(|settings| measure(plugin, settings));
    }
    #[cfg(target_arch = "x86_64")]
    assert!(!denormals::flushes_to_zero(), "a plugin has switched it on and left it so");
}

//! The placement, from its impulse response and from noise.

mod cues;
mod cuts;
mod faults;
mod feed;
mod hold;
mod movement;

const RATES_HZ: [f64; 3] = [44_100.0, 48_000.0, 96_000.0];

fn db(power: f64) -> f64 {
    10.0 * power.max(1e-30).log10()
}

//! Every whole effect keeps the contract.

mod dynamics;
mod filters;
mod spaces;

use proscenium_tests::contract::Contract;
use shared_dsp::gain::{Gain, GainSettings};
use shared_dsp::stereo::{PanLaw, Stereo, StereoSettings};

#[test]
fn gain_keeps_the_contract() {
    let by = |gain_db, inverted| GainSettings { gain_db, inverted };
    Contract::<Gain>::new("gain")
        .case("inverted", by(-6.0, true))
        .corners([by(f32::NEG_INFINITY, false), by(24.0, true), by(-60.0, false)])
        .latency_at(by(6.0, false))
        .sweep("gain", |x| by(-24.0 + 36.0 * x, false))
        .sweep("polarity", |x| by(0.0, x > 0.5))
        .check();
}

#[test]
fn stereo_keeps_the_contract() {
    let panned =
        |pan, width, mono_source| StereoSettings { pan, width, mono_source, law: PanLaw::Db4_5 };
    Contract::<Stereo>::new("stereo")
        .case("narrow left", panned(-0.6, 0.3, false))
        .case("mono right", panned(0.6, 1.0, true))
        .corners([panned(-1.0, 0.0, false), panned(1.0, 2.0, false), panned(1.0, 2.0, true)])
        .latency_at(StereoSettings::default())
        .sweep("pan", |x| panned(2.0 * x - 1.0, 1.0, false))
        .sweep("width", |x| panned(0.0, 2.0 * x, false))
        .sweep("mono source", |x| panned(0.0, 1.0, x > 0.5))
        .check();
}

//! Equaliser and cuts.

use proscenium_tests::contract::Contract;
use shared_dsp::dynamics::KeySource;
use shared_dsp::eq::{
    BandChannel, BandKind, BandSettings, CutSettings, EqSettings, Equaliser, FilterSettings,
    Filters, Slope,
};

fn cuts(on: bool, low_hz: f32, high_hz: f32, slope: Slope) -> FilterSettings {
    let cut = |freq_hz| CutSettings { on, freq_hz, slope };
    FilterSettings { high_pass: cut(low_hz), low_pass: cut(high_hz) }
}

#[test]
fn filters_keep_the_contract() {
    Contract::<Filters>::new("filters")
        .case("gentle", cuts(true, 100.0, 6000.0, Slope::Db6))
        .case("steep", cuts(true, 60.0, 5000.0, Slope::Db48))
        .corners([
            cuts(true, 16.0, 22_000.0, Slope::Db48),
            cuts(true, 1000.0, 1000.0, Slope::Db48),
            cuts(true, 16.0, 22_000.0, Slope::Db6),
        ])
        .latency_at(FilterSettings::default())
        // The lows of a high-pass ring beyond 100 ms.
        .recovery_s(0.5)
        .sweep("on", |x| cuts(x > 0.5, 100.0, 6000.0, Slope::Db24))
        .sweep("frequencies", |x| cuts(true, 16.0 * 20f32.powf(x), 2000.0, Slope::Db24))
        .check();
}

fn band(band: BandSettings) -> EqSettings {
    let mut settings = EqSettings::default();
    settings.bands[0] = BandSettings { on: true, ..band };
    settings
}

#[test]
fn equaliser_keeps_the_contract() {
    let bell = BandSettings { gain_db: 9.0, freq_hz: 400.0, ..Default::default() };
    let dynamic = BandSettings {
        dynamic_range_db: -12.0,
        threshold_db: -40.0,
        channel: BandChannel::Mid,
        key: KeySource::Sidechain,
        ..bell
    };
    let mut all = EqSettings::default();
    for (k, (band, kind)) in all.bands.iter_mut().zip(BandKind::ALL).enumerate() {
        let freq_hz = 40.0 * 2.3f32.powi(k as i32);
        let channels = [BandChannel::Stereo, BandChannel::Side, BandChannel::Left];
        *band = BandSettings { on: true, kind, freq_hz, gain_db: 6.0, ..dynamic };
        (band.channel, band.q) = (channels[k % 3], 0.7);
    }
    let corners = BandKind::ALL.into_iter().flat_map(|kind| {
        // An octave apart: eight sharp filters at one frequency rightly swell for seconds.
        let at = |freq_hz: f32, octaves: f32, gain_db, q| {
            let mut settings = EqSettings::default();
            for (k, band) in settings.bands.iter_mut().enumerate() {
                let freq_hz = freq_hz * (octaves * k as f32).exp2();
                *band = BandSettings { on: true, kind, freq_hz, gain_db, q, ..dynamic };
            }
            settings
        };
        [
            at(20.0, 1.0, -24.0, 20.0),
            at(20.0, 1.0, 24.0, 0.1),
            at(20_000.0, -1.0, -24.0, 0.1),
            at(20_000.0, -1.0, 24.0, 20.0),
        ]
    });
    Contract::<Equaliser>::new("equaliser")
        .case("bell", band(bell))
        .case("dynamic", band(dynamic))
        .case("all", all)
        .corners(corners)
        .latency_at(EqSettings::default())
        .recovery_s(1.0)
        .sweep("on", |x| EqSettings { on: x > 0.5, ..band(bell) })
        .sweep("band on", |x| if x > 0.5 { band(bell) } else { EqSettings::default() })
        .sweep("gain", |x| band(BandSettings { gain_db: 36.0 * x - 18.0, ..bell }))
        .sweep("frequency", |x| band(BandSettings { freq_hz: 50.0 * 20f32.powf(x), ..bell }))
        .sweep("q", |x| band(BandSettings { q: 0.3 * 30f32.powf(x), ..bell }))
        .sweep("kind", |x| {
            let kind = if x > 0.5 { BandKind::LowShelf } else { BandKind::Bell };
            band(BandSettings { kind, ..bell })
        })
        .sweep("channel", |x| {
            let channel = if x > 0.5 { BandChannel::Left } else { BandChannel::Stereo };
            band(BandSettings { channel, ..bell })
        })
        .check();
}

//! The equaliser as an editor draws it.

use super::design::{BandSpec, design};
use super::{BandChannel, EqSettings};

/// Gain in dB at a frequency, of all bands at rest that work on `channel` or on both channels.
/// `Stereo` counts every band.
pub fn response_db(
    settings: &EqSettings,
    channel: BandChannel,
    freq_hz: f64,
    sample_rate_hz: f64,
) -> f64 {
    if !settings.on {
        return 0.0;
    }
    let heard = |of: BandChannel| {
        channel == BandChannel::Stereo || of == BandChannel::Stereo || of == channel
    };
    let bands = settings.bands.iter().filter(|band| band.on && heard(band.channel));
    bands.map(|b| design(&BandSpec::at_rest(b), sample_rate_hz).response_db(freq_hz)).sum()
}

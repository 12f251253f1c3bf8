//! What the detector hears: the key's spectrum before and after its filter, and the filter's corner
//! to be dragged.

use egui::{Align2, Color32, Rect, Stroke, pos2, vec2};
use nice_plug::params::Param;
use shared_dsp::biquad::Biquad;
use shared_dsp::spectrum::{Spectrum, SpectrumSettings, bin_hz};
use shared_plugin::telemetry::Telemetry;
use shared_ui::Face;
use shared_ui::gesture;
use shared_ui::paint;
use shared_ui::plot::FreqPlot;
use shared_ui::theme::{self, Weight};
use std::ops::RangeInclusive;

use crate::params::GlueParams;

/// Levels from bottom to top, in dBFS with the tilt of the spectrum.
const LEVELS_DB: RangeInclusive<f32> = -90.0..=-24.0;
/// Gains of the filter from bottom to top, in dB.
const GAINS_DB: RangeInclusive<f32> = -24.0..=20.0;
/// The rate at which the filter is drawn: high, so that it bends as its analogue model does.
const DRAWN_RATE_HZ: f64 = 192_000.0;
/// At this corner the filter is off.
const OFF_HZ: f32 = 20.0;

/// Listens to the key.
#[derive(Default)]
pub struct Key {
    /// With the sample rate that it is for.
    spectrum: Option<(f32, Spectrum)>,
}

impl Key {
    /// Takes what has come in since the last frame.
    pub fn listen(&mut self, telemetry: &Telemetry) {
        let rate_hz = telemetry.sample_rate_hz.get();
        if rate_hz <= 0.0 {
            return;
        }
        if self.spectrum.as_ref().is_none_or(|(rate, _)| *rate != rate_hz) {
            let settings = SpectrumSettings::default();
            self.spectrum = Some((rate_hz, Spectrum::new(f64::from(rate_hz), settings)));
        }
        if let Some((_, spectrum)) = &mut self.spectrum {
            Telemetry::drain(&telemetry.key, |frame| {
                spectrum.push(frame);
            });
        }
    }

    /// Nothing sounds any more.
    pub fn rest(&mut self) {
        self.spectrum = None;
    }

    /// Draws it.
    pub fn show(&self, face: &mut Face<'_>, rect: Rect, params: &GlueParams) {
        let plot = FreqPlot::new(rect, GAINS_DB);
        plot.grid(face, &[]);
        let corner_hz = params.key_hpf.preview_plain(face.position(&params.key_hpf));
        let filter = Biquad::key_high_pass(f64::from(corner_hz), DRAWN_RATE_HZ);
        let response = |hz: f32| match corner_hz <= OFF_HZ {
            true => 0.0,
            false => filter.response_db(f64::from(hz), DRAWN_RATE_HZ) as f32,
        };
        if let Some((_, spectrum)) = &self.spectrum {
            self::spectrum(face, &plot, spectrum.levels_db(), &response);
        }
        plot.painter(face).line(plot.curve(&response), Stroke::new(1.6, Color32::WHITE));
        corner(face, &plot, response(corner_hz), corner_hz, params);
        let at = rect.right_top() + vec2(-6.0, 8.0);
        let words = "Key, after filter";
        face.text(at, Align2::RIGHT_CENTER, words, (10.0, Weight::Regular), theme::MUTED);
    }
}

/// The key as it comes in, and filled what the filter leaves of it.
fn spectrum(face: &Face<'_>, plot: &FreqPlot, levels_db: &[f32], response: &dyn Fn(f32) -> f32) {
    let levels = FreqPlot { values: LEVELS_DB, ..plot.clone() };
    if levels_db.iter().all(|db| db <= LEVELS_DB.start()) {
        return;
    }
    let painter = plot.painter(face);
    let heard: Vec<f32> =
        levels_db.iter().enumerate().map(|(bin, db)| db + response(bin_hz(bin) as f32)).collect();
    painter.line(levels.spectrum(levels_db), Stroke::new(1.0, theme::fade(theme::KEY, 0.4)));
    let heard = levels.spectrum(&heard);
    let [strong, weak] = [0.38, 0.06].map(|part| theme::fade(theme::KEY, part));
    paint::area(&painter, &heard, plot.rect.bottom(), strong, weak);
    painter.line(heard, Stroke::new(1.2, theme::KEY));
}

/// The corner of the filter, to be dragged sideways.
fn corner(face: &mut Face<'_>, plot: &FreqPlot, gain_db: f32, hz: f32, params: &GlueParams) {
    let param = &params.key_hpf;
    let at = plot.rect.shrink(7.0).clamp(pos2(plot.x(hz), plot.y(gain_db)));
    let hit = Rect::from_center_size(at, vec2(22.0, 22.0));
    let grip = gesture::grip(face, hit, param, "Drag sideways");
    if grip.delta.x != 0.0 {
        let position = param.preview_normalized(plot.hz_at(plot.x(hz) + grip.delta.x));
        face.hand.set(param, position);
    }
    let radius = if grip.lit || grip.focused { 7.0 } else { 6.0 };
    face.painter().circle(at, radius, theme::KEY, Stroke::new(1.5, theme::TEXT));
}

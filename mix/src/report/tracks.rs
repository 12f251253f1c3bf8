//! A card for each track: spectrum and loudness over time, before and after.

use shared_dsp::spectrum;

use super::svg::{Anchor, Svg, number};
use crate::analysis::{Analysis, MOMENTARY_STEP_S};
use crate::markup::escape;

const WIDTH: f64 = 420.0;
const SPECTRUM: f64 = 150.0;
const LEVELS: f64 = 62.0;
const LEFT: f64 = 30.0;
const RIGHT: f64 = 6.0;
/// Lift of the drawn spectra per octave above 1 kHz, in dB: music looks level.
const TILT: f64 = 4.5;
/// The range of a drawn spectrum in dB.
const RANGE: f64 = 60.0;

/// What a card shows.
pub struct Card<'a> {
    /// Name.
    pub name: &'a str,
    /// Colour.
    pub colour: &'a str,
    /// What it is and where it goes.
    pub detail: String,
    /// The stem as it is.
    pub before: Option<&'a Analysis>,
    /// What leaves the track.
    pub after: &'a Analysis,
}

/// Draws a card.
pub fn draw(card: &Card) -> String {
    let after = number(card.after.loudness.integrated_lufs, 1);
    let loudness = match card.before {
        Some(before) => {
            let before = number(before.loudness.integrated_lufs, 1);
            format!("<span class=\"muted\">{before} \u{2192}</span> <b>{after}</b> LUFS")
        }
        None => format!("<b>{after}</b> LUFS"),
    };
    format!(
        r#"<article class="card"><header><i style="background:{}"></i><h3>{}</h3><span class="dim">{}</span><span class="right">{loudness}</span></header>{}{}</article>"#,
        card.colour,
        escape(card.name),
        escape(&card.detail),
        spectra(card),
        levels(card),
    )
}

fn x_of(hz: f64) -> f64 {
    LEFT + (WIDTH - LEFT - RIGHT) * (hz / 20.0).log10() / 3.0
}

fn tilted(analysis: &Analysis) -> Vec<(f64, f64)> {
    analysis
        .spectrum_db
        .iter()
        .enumerate()
        .map(|(bin, db)| {
            let hz = spectrum::bin_hz(bin);
            (hz, f64::from(*db) + TILT * (hz / 1000.0).log2())
        })
        .filter(|(hz, _)| *hz <= 20_000.0)
        .collect()
}

fn spectra(card: &Card) -> String {
    let mut svg = Svg::new(WIDTH, SPECTRUM, &format!("Spectrum of {}", card.name));
    let bottom = SPECTRUM - 18.0;
    let after = tilted(card.after);
    let before = card.before.map(tilted);
    let highest = after
        .iter()
        .chain(before.iter().flatten())
        .map(|(_, db)| *db)
        .fold(f64::NEG_INFINITY, f64::max);
    let top_db = ((highest + 4.0) / 12.0).ceil() * 12.0;
    let y_of = |db: f64| (bottom - 4.0) * (top_db - db).clamp(0.0, RANGE) / RANGE + 4.0;
    for decade in [20.0, 200.0, 2000.0] {
        for step in 1..=9 {
            let hz = decade / 2.0 * f64::from(step);
            if (20.0..=20_000.0).contains(&hz) {
                let style =
                    if step == 1 { r##"stroke="#262C36""## } else { r##"stroke="#1B2028""## };
                svg.line((x_of(hz), 4.0), (x_of(hz), bottom), style);
            }
        }
    }
    for step in 0..=5 {
        let db = top_db - 12.0 * f64::from(step);
        svg.line((LEFT, y_of(db)), (WIDTH - RIGHT, y_of(db)), r##"stroke="#1B2028""##);
        if step > 0 && step < 5 {
            svg.text((LEFT - 5.0, y_of(db) + 3.5), Anchor::End, "scale", &number(db, 0));
        }
    }
    for (hz, text) in [
        (50.0, "50"),
        (100.0, "100"),
        (200.0, "200"),
        (500.0, "500"),
        (1e3, "1k"),
        (2e3, "2k"),
        (5e3, "5k"),
        (1e4, "10k"),
    ] {
        svg.text((x_of(hz), SPECTRUM - 5.0), Anchor::Middle, "scale", text);
    }
    let points = |curve: &[(f64, f64)]| -> Vec<(f64, f64)> {
        curve.iter().map(|(hz, db)| (x_of(*hz), y_of(*db))).collect()
    };
    let colour = card.colour;
    if card.after.loudness.integrated_lufs.is_finite() {
        let curve = points(&after);
        svg.area(&curve, bottom, &format!(r#"fill="{colour}" fill-opacity=".16""#));
        svg.curve(&curve, &format!(r#"stroke="{colour}" stroke-width="1.6""#));
    }
    if let Some(before) = before {
        svg.curve(
            &points(&before),
            r##"stroke="#A3ACBB" stroke-width="1.2" stroke-dasharray="3 2.5""##,
        );
    }
    svg.finish()
}

fn levels(card: &Card) -> String {
    let mut svg = Svg::new(WIDTH, LEVELS, &format!("Loudness of {} over time", card.name));
    let (top, bottom) = (4.0, LEVELS - 4.0);
    let y_of = |lufs: f64| top + (bottom - top) * (0.0 - lufs).clamp(0.0, 50.0) / 50.0;
    for lufs in [-10.0, -20.0, -30.0, -40.0] {
        svg.line((LEFT, y_of(lufs)), (WIDTH - RIGHT, y_of(lufs)), r##"stroke="#1B2028""##);
        if lufs == -10.0 || lufs == -30.0 {
            svg.text((LEFT - 5.0, y_of(lufs) + 3.5), Anchor::End, "scale", &number(lufs, 0));
        }
    }
    let length_s = card.after.momentary_lufs.len() as f64 * MOMENTARY_STEP_S;
    let points = |analysis: &Analysis| -> Vec<(f64, f64)> {
        let x = |index: usize| {
            LEFT + (WIDTH - LEFT - RIGHT) * (index as f64 + 0.5) * MOMENTARY_STEP_S / length_s
        };
        let values = analysis.momentary_lufs.iter().enumerate();
        values.map(|(index, lufs)| (x(index), y_of(f64::from(*lufs).max(-60.0)))).collect()
    };
    let colour = card.colour;
    let after = points(card.after);
    svg.area(&after, bottom, &format!(r#"fill="{colour}" fill-opacity=".16""#));
    svg.curve(&after, &format!(r#"stroke="{colour}" stroke-width="1.4""#));
    if let Some(before) = card.before {
        svg.curve(
            &points(before),
            r##"stroke="#A3ACBB" stroke-width="1.1" stroke-dasharray="3 2.5""##,
        );
    }
    svg.finish()
}

//! Space's reverb in every room.

use crate::axis::Axis;
use crate::chart::{Cell, Line, Panel, Row, svg};
use crate::colour::{BOUND, COLOURS, MUTED, between};
use crate::page::{Page, Picture};
use crate::text::{hertz, words};
use anyhow::Result;
use plotters::style::RGBColor;
use proscenium_tests::acoustics::{
    Response, echo_density, impulse_response, spectrogram, time_to_density_ms,
};
use proscenium_tests::reverberation::{
    OCTAVES_HZ, OctaveDecay, T30_BOUND, at_once, flat, octave_decays,
};
use shared_dsp::reverb::{Reverb, ReverbSettings};
use shared_dsp::room::{RoomKind, RoomSettings};

const RATE_HZ: f64 = 48_000.0;

/// Lowest level of a spectrogram against its highest, in dB.
const FADE_DB: f64 = -80.0;

/// The page.
pub fn page() -> Result<Page> {
    let rooms = RoomKind::ALL.into_iter();
    let rooms = rooms.filter_map(|kind| kind.settings().map(|room| (format!("{kind:?}"), room)));
    let pictures = rooms.map(|(name, room)| picture(&name, room)).collect::<Result<_>>()?;
    Ok(Page {
        title: "Reverb: every room",
        about: "Impulse responses of the reverb at 48 kHz, default settings without a predelay. \
                Decays are the mean over both outputs for an impulse left and one right.",
        pictures,
    })
}

fn picture(kind: &str, room: RoomSettings) -> Result<Picture> {
    let rt60_s = f64::from(room.rt60_s);
    let even = flat(room.volume_m3, room.rt60_s);
    let flat = octave_decays(&even, RATE_HZ, 1.2 * rt60_s + 0.3, &OCTAVES_HZ);
    let longest = 1.2 * rt60_s * f64::from(room.low.max(1.0)) + 0.3;
    let own = octave_decays(&at_once(room), RATE_HZ, longest, &OCTAVES_HZ);
    let response = impulse_response::<Reverb>(&at_once(room), RATE_HZ, rt60_s + 1.5, [1.0; 2]);
    let density = echo_density(&response[0], RATE_HZ, 0.4);
    let dense_ms = time_to_density_ms(&density);
    let room_name = words(kind);
    Ok(Picture {
        name: format!("reverb-{}", room_name.to_lowercase().replace(' ', "-")),
        title: format!("{room_name}: {} m\u{b3}, {} s", room.volume_m3, room.rt60_s),
        caption: format!(
            "Decay of every octave with all multipliers at 1, against the line set; T30 so and with \
             the room's own multipliers (low {}, high {}), against what is set; normalised echo \
             density (Abel and Huang 2006) of the left output; its levels in sixths of an octave, \
             each against the loudest.",
            room.low, room.high
        ),
        figures: figures(&room_name, rt60_s, &flat, dense_ms),
        svg: svg(
            1400,
            &[
                Row {
                    height: 420,
                    panels: vec![decays(rt60_s, &flat), times(&even, &flat, &own, room)],
                },
                Row {
                    height: 400,
                    panels: vec![
                        densities(&density, dense_ms),
                        tail(&response, rt60_s),
                        Panel::scale(
                            Axis::linear("level in dB of the loudest", FADE_DB, 0.0),
                            glow,
                        ),
                    ],
                },
            ],
        )?,
    })
}

fn figures(name: &str, rt60_s: f64, flat: &[OctaveDecay], dense_ms: Option<usize>) -> Vec<String> {
    let mut lines = Vec::new();
    let error = |octave: &OctaveDecay| octave.t30_s / rt60_s - 1.0;
    if let Some(worst) = flat.iter().max_by(|a, b| error(a).abs().total_cmp(&error(b).abs())) {
        lines.push(format!(
            "{name}: T30 furthest from set {:+.1} % at {} (bound {:.1} %, where chance does {:.1} %)",
            100.0 * error(worst),
            hertz(worst.centre_hz),
            100.0 * worst.t30_bound(),
            100.0 * worst.chance
        ));
    }
    if let Some(worst) = flat.iter().max_by(|a, b| a.bend_db.total_cmp(&b.bend_db)) {
        lines.push(format!(
            "{name}: furthest from a straight decay {:.2} dB at {} (bound {:.2} dB)",
            worst.bend_db,
            hertz(worst.centre_hz),
            worst.bend_bound_db()
        ));
    }
    lines.push(match dense_ms {
        Some(ms) => format!("{name}: echo density reaches 0.9 after {ms} ms"),
        None => format!("{name}: echo density stays below 0.9"),
    });
    lines
}

fn decays(rt60_s: f64, flat: &[OctaveDecay]) -> Panel {
    let end_s = 1.15 * rt60_s;
    let x = Axis::linear("time in s", 0.0, end_s);
    let y = Axis::linear("energy still to come in dB", -70.0, 0.0);
    // The line set, through -5 dB of the octave at 1 kHz.
    let middle = flat.iter().find(|octave| octave.centre_hz == 1000.0);
    let at = middle.and_then(|octave| octave.curve_db.iter().position(|&db| db <= -5.0));
    let start_s = at.unwrap_or(0) as f64 / RATE_HZ;
    let set = |t: f64| -5.0 - 60.0 * (t - start_s) / rt60_s;
    let mut panel = Panel::new("Energy decay by octaves (Schroeder), multipliers at 1", x, y)
        .line(Line::reference("set", vec![(0.0, set(0.0)), (end_s, set(end_s))]));
    for (octave, colour) in flat.iter().zip(COLOURS) {
        let step = (octave.curve_db.len() / 1500).max(1);
        let points = octave.curve_db.iter().enumerate().step_by(step);
        let points = points.map(|(n, db)| (n as f64 / RATE_HZ, *db)).collect();
        panel = panel.line(Line::new(hertz(octave.centre_hz), colour, points));
    }
    panel
}

/// Reverberation time that is set at a frequency, in s, in steps at the crossovers.
fn set_s(settings: &ReverbSettings, freq_hz: f64) -> f64 {
    let [low, middle, high] = settings.room.rt60s();
    let set = if freq_hz < settings.xover_low_hz.into() {
        low
    } else if freq_hz > settings.xover_high_hz.into() {
        high
    } else {
        middle
    };
    set.into()
}

fn times(
    even: &ReverbSettings,
    flat: &[OctaveDecay],
    own: &[OctaveDecay],
    room: RoomSettings,
) -> Panel {
    let rt60_s = f64::from(room.rt60_s);
    let [low_hz, high_hz] = [88.0, 11_300.0];
    let found = flat.iter().chain(own).map(|octave| octave.t30_s);
    let set = room.rt60s().map(f64::from);
    let all = found.chain(set);
    let (lowest, highest) = all.fold((f64::MAX, 0.0f64), |(l, h), t| (l.min(t), h.max(t)));
    let x = Axis::log("octave in Hz", low_hz, high_hz, &OCTAVES_HZ);
    let y = Axis::linear("T30 in s", 0.9 * lowest, 1.1 * highest);
    let across = |s: f64| [(low_hz, s), (high_hz, s)];
    let steps = at_once(room);
    let grid = (0..600).map(|i| low_hz * (high_hz / low_hz).powf(f64::from(i) / 599.0));
    let curve = |decays: &[OctaveDecay]| {
        decays.iter().map(|octave| (octave.centre_hz, octave.t30_s)).collect::<Vec<_>>()
    };
    let mut panel = Panel::new("T30 by octaves", x, y)
        .line(Line::mark("set, with 5 % either side", MUTED, across(even.room.rt60_s.into())))
        .line(Line::mark("", BOUND, across(rt60_s * (1.0 + T30_BOUND))))
        .line(Line::mark("", BOUND, across(rt60_s * (1.0 - T30_BOUND))))
        .line(Line::reference(
            "set with the room's multipliers",
            grid.map(|f| (f, set_s(&steps, f))).collect(),
        ));
    let measured = [
        ("measured, multipliers at 1", flat, COLOURS[0]),
        ("measured, the room's", own, COLOURS[2]),
    ];
    for (label, decays, colour) in measured {
        panel = panel.line(Line::new(label, colour, curve(decays)));
        panel.dots.extend(curve(decays).into_iter().map(|point| (point, colour)));
    }
    panel
}

fn densities(density: &[f64], dense_ms: Option<usize>) -> Panel {
    let end_ms = 300.0;
    let x = Axis::linear("time in ms", 0.0, end_ms);
    let y = Axis::linear("share of Gaussian noise", 0.0, 1.4);
    let points = density.iter().enumerate().map(|(ms, share)| (ms as f64, *share)).collect();
    let upright = |ms: f64| [(ms, 0.0), (ms, 1.4)];
    let mut panel = Panel::new("Normalised echo density", x, y)
        .line(Line::mark("0.9", BOUND, [(0.0, 0.9), (end_ms, 0.9)]))
        .line(Line::mark("50 ms (Studio) and 100 ms (Concert Hall)", MUTED, upright(50.0)))
        .line(Line::mark("", MUTED, upright(100.0)))
        .line(Line::new("in windows of 20 ms", COLOURS[2], points));
    if let Some(ms) = dense_ms {
        let label = format!("0.9 in the mean of 50 ms: {ms} ms");
        panel = panel.line(Line::mark(label, COLOURS[0], upright(ms as f64)));
    }
    panel
}

/// Levels over time and frequency, each against the loudest.
fn tail(response: &Response, rt60_s: f64) -> Panel {
    let end_s = 1.15 * rt60_s;
    let window_s = (end_s / 60.0).clamp(0.02, 0.08);
    let centres: Vec<f64> = (0..48).map(|i| 63.0 * 2f64.powf(f64::from(i) / 6.0)).collect();
    let frames = ((end_s + window_s) * RATE_HZ) as usize;
    let left = &response[0][..frames.min(response[0].len())];
    let levels = spectrogram(left, RATE_HZ, window_s, &centres);
    let loudest = levels.iter().flatten().fold(f64::MIN, |a, &b| a.max(b));
    let half = 2f64.powf(1.0 / 12.0);
    let range = [centres[0] / half, centres[centres.len() - 1] * half];
    let x = Axis::linear("time in s", 0.0, end_s);
    let y = Axis::log("frequency in Hz", range[0], range[1], &Axis::hertz().ticks);
    let mut panel = Panel::new("Tail, left output, by sixths of an octave", x, y);
    for (n, levels) in levels.iter().enumerate() {
        // A window stands for the half of it around its middle.
        let [from_s, to_s] = [0.5, 1.5].map(|half| (n as f64 + half) * 0.5 * window_s);
        let from_s = if n == 0 { 0.0 } else { from_s };
        for (level, centre) in levels.iter().zip(&centres) {
            panel.cells.push(Cell {
                x: [from_s, to_s],
                y: [centre / half, centre * half],
                colour: glow(level - loudest),
            });
        }
    }
    panel
}

/// Dark to bright from [`FADE_DB`] to 0 dB.
fn glow(level_db: f64) -> RGBColor {
    const STOPS: [(f64, [u8; 3]); 5] = [
        (0.0, [18, 21, 27]),
        (0.25, [40, 40, 110]),
        (0.5, [150, 50, 130]),
        (0.75, [255, 140, 80]),
        (1.0, [255, 245, 200]),
    ];
    between(&STOPS, 1.0 - level_db / FADE_DB)
}

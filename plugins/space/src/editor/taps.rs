//! The echoes of the delay over time: left up, right down.

use egui::{Align2, Rect, Stroke, pos2, vec2};
use nice_plug::params::Param;
use shared_dsp::delay::DelaySettings;
use shared_ui::knob::Knob;
use shared_ui::theme::{self, Weight};
use shared_ui::{Control, Face, choice, paint, panel};

use super::SpaceView;
use crate::params::SpaceParams;

/// Level under the first echo at which an echo is no longer drawn, in dB.
const DEPTH_DB: f32 = 34.0;
/// More echoes than this are not drawn.
const MOST: usize = 400;

/// One echo of an input on both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Echo {
    /// When, in ms.
    ms: f32,
    /// Amplitude at left and right.
    gain: [f32; 2],
}

/// The echoes up to `until_ms`: a part of each goes round on its side, a part on the other.
fn echoes(delay: &DelaySettings, until_ms: f32) -> Vec<Echo> {
    let times = [delay.time_ms.max(1.0), (delay.time_ms * (1.0 + delay.offset)).max(1.0)];
    let quiet = 10f32.powf(-DEPTH_DB / 20.0);
    let mut waiting = vec![(times[0], 0usize, 1.0f32), (times[1], 1, 1.0)];
    let mut found: Vec<Echo> = Vec::new();
    let mut next = 0;
    while let Some(&(ms, side, gain)) = waiting.get(next) {
        next += 1;
        match found.iter_mut().find(|echo| (echo.ms - ms).abs() < 0.5) {
            Some(echo) => echo.gain[side] += gain,
            None => {
                let mut at = Echo { ms, gain: [0.0; 2] };
                at.gain[side] = gain;
                found.push(at);
            }
        }
        for (to, share) in [(side, 1.0 - delay.cross_feed), (1 - side, delay.cross_feed)] {
            let (later, weaker) = (ms + times[to], gain * delay.feedback * share);
            if later <= until_ms && weaker > quiet && waiting.len() < MOST {
                waiting.push((later, to, weaker));
            }
        }
    }
    found
}

impl SpaceView {
    pub(super) fn taps(
        &mut self,
        face: &mut Face<'_>,
        rect: Rect,
        params: &SpaceParams,
        delay: &DelaySettings,
        on: bool,
    ) {
        let inside = panel::titled(face, rect, "Delay");
        let sync =
            Rect::from_min_size(pos2(rect.right() - 120.0, rect.top() + 4.0), vec2(112.0, 20.0));
        let at = pos2(sync.left() - 8.0, sync.center().y);
        panel::label(face, at, Align2::RIGHT_CENTER, "Sync");
        choice::menu(face, sync, &params.delay_sync);
        let right = inside.right() - 164.0;
        face.faded(!on, |face| {
            let tempo = match self.tempo_bpm() {
                Some(bpm) => format!("{bpm:.0} BPM, echoes {:.0} ms apart", delay.time_ms),
                None => format!("Echoes {:.0} ms apart", delay.time_ms),
            };
            let at = pos2(right - 8.0, rect.top() + panel::TITLE / 2.0);
            panel::label(face, at, Align2::RIGHT_CENTER, &tempo);
            let plot = Rect::from_min_max(inside.min, pos2(right, inside.bottom() - 14.0));
            picture(face, plot, delay);
        });
        let zero = params.delay_offset.preview_normalized(0.0);
        let x = |column: f32| right + 8.0 + 156.0 * (column + 0.5) / 3.0;
        let room = theme::ROOM;
        let knobs: [(f32, f32, Knob<'_>, &dyn Control); 6] = [
            (0.0, 0.0, Knob::small("Time", room), &params.delay_time),
            (1.0, 0.0, Knob::small("Feedback", room), &params.feedback),
            (2.0, 0.0, Knob::small("Cross", room), &params.cross_feed),
            (0.0, 1.0, Knob::small("Offset", room).from(zero), &params.delay_offset),
            (1.0, 1.0, Knob::small("Drive", theme::BRASS), &params.delay_drive),
            (2.0, 1.0, Knob::small("Wow", theme::BRASS), &params.delay_wow),
        ];
        for (column, row, knob, control) in knobs {
            let y = rect.top() + panel::TITLE + 2.0 + 72.0 * row;
            Knob { faint: !on, ..knob }.show(face, pos2(x(column), y), control);
        }
    }
}

fn picture(face: &mut Face<'_>, plot: Rect, delay: &DelaySettings) {
    panel::well(face, plot);
    let painter = face.painter().with_clip_rect(plot.shrink(0.5));
    let until_ms = 8.5 * delay.time_ms.max(1.0);
    let left = plot.left() + 16.0;
    let x = |ms: f32| left + (plot.right() - left) * ms / until_ms;
    let (middle, half) = (plot.center().y, plot.height() / 2.0 - 8.0);
    let step_ms = grid_step(until_ms);
    let mut ms = step_ms;
    while ms < until_ms {
        let at = x(ms);
        paint::hairline(&painter, pos2(at, plot.top()), pos2(at, plot.bottom()), theme::GRID2);
        ms += step_ms;
    }
    let line = theme::LINE2;
    paint::hairline(&painter, pos2(plot.left(), middle), pos2(plot.right(), middle), line);
    for echo in echoes(delay, until_ms) {
        for (side, direction) in [(0, -1.0), (1, 1.0)] {
            let level_db = 20.0 * echo.gain[side].max(1e-6).log10();
            let height = half * (1.0 + level_db.min(0.0) / DEPTH_DB);
            if height > 0.5 {
                let at = x(echo.ms);
                let bar = Rect::from_two_pos(
                    pos2(at - 5.0, middle),
                    pos2(at + 5.0, middle + direction * height),
                );
                painter.rect_filled(bar, 2.0, theme::ROOM);
            }
        }
    }
    let direct = [pos2(x(0.0), middle - half), pos2(x(0.0), middle + half)];
    painter.line_segment(direct, Stroke::new(3.0, theme::BRASS));
    for (word, y) in [("Left", plot.top() + 10.0), ("Right", plot.bottom() - 10.0)] {
        panel::label(face, pos2(plot.right() - 6.0, y), Align2::RIGHT_CENTER, word);
    }
    let mut ms = 0.0;
    while x(ms) < plot.right() - 16.0 {
        let text = if ms == 0.0 {
            "0".to_owned()
        } else if step_ms < 1000.0 && until_ms < 2000.0 {
            format!("{ms:.0} ms")
        } else {
            format!("{:.1} s", ms / 1000.0)
        };
        let at = pos2(x(ms), plot.bottom() + 9.0);
        face.text(at, Align2::CENTER_CENTER, text, (10.0, Weight::Regular), theme::DIM);
        ms += step_ms;
    }
}

/// A round step of which four to nine fit.
fn grid_step(until_ms: f32) -> f32 {
    let decade = 10f32.powf(until_ms.log10().floor());
    let steps = [0.1, 0.2, 0.5, 1.0, 2.0].map(|part| part * decade);
    steps.into_iter().find(|step| until_ms / step < 9.0).unwrap_or(decade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ping_pong_with_an_offset_alternates_and_plain_feedback_falls_evenly() {
        let plain = DelaySettings { time_ms: 100.0, feedback: 0.5, ..DelaySettings::default() };
        let found = echoes(&plain, 350.0);
        let gains: Vec<[f32; 2]> = found.iter().map(|echo| echo.gain).collect();
        assert_eq!(gains, [[1.0, 1.0], [0.5, 0.5], [0.25, 0.25]]);
        let crossed = DelaySettings { cross_feed: 1.0, offset: 0.5, ..plain };
        let found = echoes(&crossed, 300.0);
        // The left echo at 100 ms comes back right 150 ms later; the right one left 100 ms later.
        let at = |ms: f32| found.iter().find(|echo| (echo.ms - ms).abs() < 0.1).map(|e| e.gain);
        assert_eq!(at(250.0), Some([0.5, 0.5]));
    }

    #[test]
    fn grids_are_round_and_neither_empty_nor_crowded() {
        for until_ms in [8.5, 40.0, 999.0, 3187.0, 34_000.0] {
            let lines = until_ms / grid_step(until_ms);
            assert!((3.0..9.0).contains(&lines), "{until_ms}: {lines}");
        }
    }
}

//! The echoes of the delay over time: left up, right down.

use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};
use nice_plug::params::Param;
use shared_dsp::delay::DelaySettings;
use shared_ui::gesture::{self, Grip};
use shared_ui::knob::Knob;
use shared_ui::theme::{self, Weight};
use shared_ui::{Control, Face, choice, paint, panel};

use super::{KNOBS, SpaceView};
use crate::params::{DelaySync, Mode, SpaceParams};

/// Level under the first echo at which an echo is no longer drawn, in dB.
const DEPTH_DB: f32 = 34.0;
/// More echoes than this are not drawn.
const MOST: usize = 400;
/// Spans of time that the plot may show, in parts of a power of ten ms.
const SPANS: [f32; 6] = [1.0, 1.5, 2.0, 3.0, 4.0, 6.0];

/// One echo of the same sound on both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Echo {
    /// When, in ms.
    ms: f32,
    /// Amplitude at left and right.
    gain: [f32; 2],
}

/// Times of the left and the right line in ms.
fn times(delay: &DelaySettings) -> [f32; 2] {
    [delay.time_ms.max(1.0), (delay.time_ms * (1.0 + delay.offset)).max(1.0)]
}

/// The echoes up to `until_ms`: a part of each goes round on its side, a part on the other. As far as sides
/// change, the sound itself goes in at the left.
fn echoes(delay: &DelaySettings, until_ms: f32) -> Vec<Echo> {
    let times = times(delay);
    let quiet = 10f32.powf(-DEPTH_DB / 20.0);
    let mut waiting = vec![(times[0], 0usize, 1.0f32), (times[1], 1, 1.0 - delay.cross_feed)];
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

/// The time that the plot shows. It stands still under a hand that drags.
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    until_ms: Option<f32>,
}

impl Window {
    /// Some six echoes, in a round number of ms.
    fn fit(&mut self, delay: &DelaySettings, held: bool) -> f32 {
        let least_ms = 6.0 * delay.time_ms.max(1.0);
        let decade = 10f32.powf(least_ms.log10().floor());
        let round = SPANS.into_iter().map(|part| part * decade).find(|ms| *ms >= least_ms);
        let mut until_ms = round.unwrap_or(10.0 * decade);
        if let (true, Some(before_ms)) = (held, self.until_ms) {
            until_ms = before_ms.max(1.1 * delay.time_ms);
        }
        self.until_ms = Some(until_ms);
        until_ms
    }
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
        let does = if on { "a click leaves the reverb alone" } else { "a click adds it" };
        let (inside, clicked) = panel::powered(face, rect, ("Delay", theme::ROOM, on), does);
        if clicked {
            self.switch_delay(face, params);
        }
        let sync =
            Rect::from_min_size(pos2(rect.right() - 120.0, rect.top() + 4.0), vec2(112.0, 20.0));
        let at = pos2(sync.left() - 8.0, sync.center().y);
        panel::label(face, at, Align2::RIGHT_CENTER, "Sync");
        choice::menu(face, sync, &params.delay_sync);
        let right = inside.right() - 164.0;
        let synced = params.delay_sync.value() != DelaySync::Off;
        face.faded(!on, |face| {
            let plot = Rect::from_min_max(inside.min, pos2(right, inside.bottom() - 14.0));
            let mut delay = *delay;
            if !synced {
                // What the hand has set and the host has not taken yet.
                let position = face.position(&params.delay_time);
                delay.time_ms = params.delay_time.preview_plain(position);
            }
            delay.feedback = params.feedback.preview_plain(face.position(&params.feedback)) / 100.0;
            let line = Timeline::new(plot, self.taps.fit(&delay, face.hand.is_busy()));
            let words = line.grid(face, self.tempo_bpm());
            let at = pos2(right, rect.top() + panel::TITLE / 2.0);
            panel::label(face, at, Align2::RIGHT_CENTER, &words);
            line.echoes(face, &delay);
            line.grips(face, params, &delay, synced);
        });
        let zero = params.delay_offset.preview_normalized(0.0);
        let x = |column: f32| right + 8.0 + 156.0 * (column + 0.5) / 3.0;
        let room = theme::ROOM;
        let time = Knob { faint: !on || synced, ..Knob::small("Time", room) };
        let knob = |knob: Knob<'static>| Knob { faint: !on, ..knob };
        let knobs: [(f32, f32, Knob<'_>, &dyn Control); 6] = [
            (0.0, 0.0, time, &params.delay_time),
            (1.0, 0.0, knob(Knob::small("Feedback", room)), &params.feedback),
            (2.0, 0.0, knob(Knob::small("Cross", room)), &params.cross_feed),
            (0.0, 1.0, knob(Knob::small("Offset", room)).from(zero), &params.delay_offset),
            (1.0, 1.0, knob(Knob::small("Drive", theme::BRASS)), &params.delay_drive),
            (2.0, 1.0, knob(Knob::small("Wow", theme::BRASS)), &params.delay_wow),
        ];
        for (column, row, knob, control) in knobs {
            let y = inside.center().y - KNOBS / 2.0 + 72.0 * row;
            knob.show(face, pos2(x(column), y), control);
        }
    }

    /// Takes the delay out of the mode, or back into it as it was.
    fn switch_delay(&mut self, face: &mut Face<'_>, params: &SpaceParams) {
        let mode = params.mode.preview_plain(face.position(&params.mode));
        let to = if mode == Mode::Reverb {
            self.with_delay
        } else {
            self.with_delay = mode;
            Mode::Reverb
        };
        face.hand.put(&params.mode, params.mode.preview_normalized(to));
    }
}

/// The plot: time to the right, left up, right down.
struct Timeline {
    plot: Rect,
    left: f32,
    until_ms: f32,
    middle: f32,
    half: f32,
}

impl Timeline {
    fn new(plot: Rect, until_ms: f32) -> Self {
        let half = plot.height() / 2.0 - 8.0;
        Self { plot, left: plot.left() + 16.0, until_ms, middle: plot.center().y, half }
    }

    fn x(&self, ms: f32) -> f32 {
        self.left + (self.plot.right() - self.left) * ms / self.until_ms
    }

    /// Height of an echo of this amplitude.
    fn height(&self, gain: f32) -> f32 {
        let level_db = 20.0 * gain.max(1e-6).log10();
        (self.half * (1.0 + level_db.min(0.0) / DEPTH_DB)).max(0.0)
    }

    fn painter(&self, face: &Face<'_>) -> Painter {
        face.painter().with_clip_rect(self.plot.shrink(0.5))
    }

    /// Divisions and figures. Returns what the divisions are.
    fn grid(&self, face: &mut Face<'_>, tempo_bpm: Option<f32>) -> String {
        panel::well(face, self.plot);
        let painter = self.painter(face);
        let figures_ms = grid_step(self.until_ms);
        let (step_ms, words) = match tempo_bpm {
            Some(bpm) => {
                let (beats, name) = division(self.until_ms, 60_000.0 / bpm);
                (beats * 60_000.0 / bpm, format!("{bpm:.0} BPM, one division is {name}"))
            }
            None => (figures_ms, "The host tells no tempo".to_owned()),
        };
        let each = |step_ms: f32| {
            (0..).map(move |i| i as f32 * step_ms).take_while(|ms| *ms < self.until_ms)
        };
        for ms in each(step_ms) {
            let x = self.x(ms);
            let [top, bottom] = [self.plot.top(), self.plot.bottom()];
            paint::hairline(&painter, pos2(x, top), pos2(x, bottom), theme::GRID2);
        }
        let ends = [self.plot.left(), self.plot.right()].map(|x| pos2(x, self.middle));
        paint::hairline(&painter, ends[0], ends[1], theme::LINE2);
        for ms in each(figures_ms).filter(|ms| self.x(*ms) < self.plot.right() - 16.0) {
            let text = if ms == 0.0 {
                "0".to_owned()
            } else if self.until_ms < 1500.0 {
                format!("{ms:.0} ms")
            } else if figures_ms >= 1000.0 {
                format!("{:.0} s", ms / 1000.0)
            } else {
                format!("{:.1} s", ms / 1000.0)
            };
            let at = pos2(self.x(ms), self.plot.bottom() + 9.0);
            face.text(at, Align2::CENTER_CENTER, text, (10.0, Weight::Regular), theme::DIM);
        }
        for (word, y) in [("Left", self.plot.top() + 10.0), ("Right", self.plot.bottom() - 10.0)] {
            panel::label(face, pos2(self.plot.right() - 6.0, y), Align2::RIGHT_CENTER, word);
        }
        words
    }

    /// The direct sound, the echoes, and how fast they fall.
    fn echoes(&self, face: &Face<'_>, delay: &DelaySettings) {
        let painter = self.painter(face);
        let [left_ms, right_ms] = times(delay);
        let pass_ms = if delay.cross_feed > 0.5 { 0.5 * (left_ms + right_ms) } else { left_ms };
        if delay.feedback > 0.0 {
            for way in [-1.0, 1.0] {
                let points: Vec<Pos2> = (0..=60)
                    .map(|i| left_ms + (self.until_ms - left_ms) * i as f32 / 60.0)
                    .map(|ms| (ms, self.height(delay.feedback.powf((ms - left_ms) / pass_ms))))
                    .take_while(|(_, height)| *height > 0.0)
                    .map(|(ms, height)| pos2(self.x(ms), self.middle + way * height))
                    .collect();
                let line = Stroke::new(1.0, theme::fade(theme::ROOM, 0.6));
                paint::dashed(&painter, &points, line, 3.0, 4.0);
            }
        }
        for echo in echoes(delay, self.until_ms) {
            for (gain, way) in echo.gain.into_iter().zip([-1.0, 1.0]) {
                let height = self.height(gain);
                if height > 0.5 {
                    let x = self.x(echo.ms);
                    let ends =
                        [pos2(x - 5.0, self.middle), pos2(x + 5.0, self.middle + way * height)];
                    painter.rect_filled(Rect::from_two_pos(ends[0], ends[1]), 2.0, theme::ROOM);
                }
            }
        }
        let direct = [-self.half, self.half].map(|y| pos2(self.x(0.0), self.middle + y));
        painter.line_segment(direct, Stroke::new(3.0, theme::BRASS));
    }

    /// The first echo drags the time, the second one the feedback.
    fn grips(
        &self,
        face: &mut Face<'_>,
        params: &SpaceParams,
        delay: &DelaySettings,
        synced: bool,
    ) {
        let [left_ms, right_ms] = times(delay);
        let second_ms = if delay.cross_feed > 0.5 { left_ms + right_ms } else { 2.0 * left_ms };
        let place = |ms: f32| {
            let x = self.x(ms);
            Rect::from_x_y_ranges(x - 8.0..=x + 8.0, self.plot.y_range()).intersect(self.plot)
        };
        let (first, second) = (place(left_ms), place(second_ms));
        if !synced {
            let grip = gesture::grip(face, first, &params.delay_time, "Drag sideways");
            self.mark(face, first, &grip);
            if grip.delta.x != 0.0 {
                let ms_per_px = self.until_ms / (self.plot.right() - self.left);
                let to_ms = delay.time_ms + ms_per_px * grip.delta.x;
                face.hand.set(&params.delay_time, params.delay_time.preview_normalized(to_ms));
            }
        }
        let grip = gesture::grip(face, second, &params.feedback, "Drag up and down");
        self.mark(face, second, &grip);
        if grip.delta.y != 0.0 {
            let db = -grip.delta.y * DEPTH_DB / self.half;
            let now = params.feedback.preview_plain(face.position(&params.feedback));
            let to = now.max(2.0) * 10f32.powf(db / 20.0);
            face.hand.set(&params.feedback, params.feedback.preview_normalized(to));
        }
    }

    /// Shows that an echo can be, or is, taken hold of.
    fn mark(&self, face: &Face<'_>, rect: Rect, grip: &Grip) {
        let opacity = if grip.lit { 0.22 } else { 0.0 };
        let painter = self.painter(face);
        painter.rect_filled(rect, 4.0, theme::fade(theme::ROOM, opacity));
        if grip.focused {
            painter.rect_stroke(rect, 4.0, Stroke::new(1.5, Color32::WHITE), StrokeKind::Inside);
        }
    }
}

/// How many beats are between two lines, so that neither few nor many fit, and their name.
fn division(until_ms: f32, beat_ms: f32) -> (f32, String) {
    let fits = |beats: &f32| until_ms / (beats * beat_ms) <= 9.0;
    let beats = (-4..12).map(|power| 2f32.powi(power)).find(fits).unwrap_or(2048.0);
    let name = match beats {
        1.0 => "a beat".to_owned(),
        0.5 => "half a beat".to_owned(),
        few if few < 1.0 => format!("1/{:.0} of a beat", 1.0 / few),
        many => format!("{many:.0} beats"),
    };
    (beats, name)
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
        let found: Vec<(f32, [f32; 2])> =
            echoes(&crossed, 400.0).iter().map(|echo| (echo.ms.round(), echo.gain)).collect();
        // Everything goes in at the left; the left echo comes back right 150 ms later, that one left 100 ms later.
        let heard = found.into_iter().filter(|(_, gain)| gain[0] + gain[1] > 0.0);
        assert_eq!(
            heard.collect::<Vec<_>>(),
            [(100.0, [1.0, 0.0]), (250.0, [0.0, 0.5]), (350.0, [0.25, 0.0])]
        );
    }

    #[test]
    fn divisions_are_beats_parts_of_a_beat_or_several() {
        assert_eq!(division(3000.0, 500.0), (1.0, "a beat".into()));
        assert_eq!(division(600.0, 500.0), (0.25, "1/4 of a beat".into()));
        assert_eq!(division(60_000.0, 500.0), (16.0, "16 beats".into()));
    }

    #[test]
    fn grids_are_round_and_neither_empty_nor_crowded() {
        for until_ms in [8.5, 40.0, 999.0, 3187.0, 34_000.0] {
            let lines = until_ms / grid_step(until_ms);
            assert!((3.0..9.0).contains(&lines), "{until_ms}: {lines}");
        }
    }
}

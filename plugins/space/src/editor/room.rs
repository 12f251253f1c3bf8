//! The room: what feeds what, which room, who shares it, and the sound of its reverb.

use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, pos2, vec2};
use nice_plug::params::Param;
use shared_dsp::room::{RoomKind as DspRoomKind, RoomSettings, Shoebox};
use shared_stage::{Kind, Neighbour};
use shared_ui::knob::{Knob, Size};
use shared_ui::switch::{self, Mark};
use shared_ui::theme::{self, Weight};
use shared_ui::{Control, Face, choice, named, panel};

use super::SpaceView;
use crate::params::{Mode, SpaceParams};

/// Height that the panel's content has in the design.
const CONTENT: f32 = 468.0;

impl SpaceView {
    pub(super) fn room(
        &mut self,
        face: &mut Face<'_>,
        rect: Rect,
        params: &SpaceParams,
        room: &RoomSettings,
    ) {
        let inside = panel::titled(face, rect, "Room");
        let at = pos2(rect.right() - 12.0, rect.top() + panel::TITLE / 2.0);
        let [width, length, height] = Shoebox::new(room).size_m;
        let size = format!("{width:.0} \u{d7} {length:.0} \u{d7} {height:.0} m");
        panel::label(face, at, Align2::RIGHT_CENTER, &size);
        let (left, right, top) = (inside.left(), inside.right(), inside.top());
        let modes = Rect::from_min_size(inside.min, vec2(inside.width(), 105.0));
        let words = ["Reverb", "Delay", "Delay into Reverb", "Parallel"];
        choice::list(face, modes, &words, (&icon, theme::ROOM), &params.mode);
        panel::rule(face, left, right, top + 112.0);
        let row = |y: f32, from: f32| {
            Rect::from_min_max(pos2(left + from, top + y), pos2(right, top + y + 22.0))
        };
        panel::label(face, row(119.0, 0.0).left_center(), Align2::LEFT_CENTER, "Type");
        choice::menu(face, row(119.0, 42.0), &params.room);
        panel::label(face, row(146.0, 0.0).left_center(), Align2::LEFT_CENTER, "Group");
        let groups = ["Own", "A", "B", "C", "D"];
        choice::segments(face, row(146.0, 42.0), &groups, theme::ROOM, &params.room_group);
        let at = row(171.0, 0.0).left_center();
        let (words, color) = self.company();
        face.text(at, Align2::LEFT_CENTER, words, (11.0, Weight::Regular), color);
        let spare = (inside.height() - CONTENT).max(0.0) / 3.0;
        let below = Rect::from_min_max(pos2(left, top + 198.0 + 0.5 * spare), inside.max);
        sound(face, below, params, spare);
    }

    /// How many stand in this room.
    fn company(&mut self) -> (String, Color32) {
        let Some(group) = self.params.room_group.value().index() else {
            return ("A group shares one room".to_owned(), theme::MUTED);
        };
        let own = self.member.token();
        let news = self.member.look();
        let here = |other: &&Neighbour| other.token != own && other.record.group == Some(group);
        let others = news.everybody.iter().filter(here);
        let (spaces, tracks): (Vec<_>, Vec<_>) =
            others.partition(|other| other.record.kind == Kind::Space);
        let words = match (tracks.len(), spaces.len()) {
            (0, 0) => "No track stands in it yet".to_owned(),
            (0, 1) => "Another Space shares it".to_owned(),
            (0, spaces) => format!("{spaces} other Spaces share it"),
            (1, _) => "One track stands in it".to_owned(),
            (tracks, _) => format!("{tracks} tracks stand in it"),
        };
        (words, theme::ROOM)
    }
}

/// The knobs of the reverb's sound, and freeze.
fn sound(face: &mut Face<'_>, rect: Rect, params: &SpaceParams, spare: f32) {
    let on = params.mode.value() != Mode::Delay;
    let x = |column: f32| rect.left() + rect.width() * (0.25 + 0.5 * column);
    let y = |row: f32| rect.top() + [0.0, 98.0, 170.0][row as usize] + row * spare;
    volume(face, pos2(x(0.0), y(0.0)), params, on);
    let between = 0.5 * (y(0.0) + Size::Medium.cell().y + y(1.0));
    panel::rule(face, rect.left(), rect.right(), between);
    let knobs: [(f32, f32, Knob<'_>, &dyn Control); 5] = [
        (1.0, 0.0, Knob::medium("Diffusion", theme::ROOM), &params.diffusion),
        (0.0, 1.0, Knob::small("Low cut", theme::LEVEL), &params.low_cut),
        (1.0, 1.0, Knob::small("High cut", theme::LEVEL), &params.high_cut),
        (0.0, 2.0, Knob::small("Mod depth", theme::ROOM), &params.mod_depth),
        (1.0, 2.0, Knob::small("Mod rate", theme::ROOM), &params.mod_rate),
    ];
    for (column, row, knob, control) in knobs {
        Knob { faint: !on, ..knob }.show(face, pos2(x(column), y(row)), control);
    }
    let freeze = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 22.0), rect.max);
    switch::button(face, freeze, Mark::Word("Freeze"), theme::ROOM, &params.freeze);
}

/// The volume of the room, also of one by name.
fn volume(face: &mut Face<'_>, at: Pos2, params: &SpaceParams, on: bool) {
    let knob = Knob { faint: !on, ..Knob::medium("Volume", theme::ROOM) };
    let kind = params.room.preview_plain(face.position(&params.room));
    let room = DspRoomKind::from(kind).settings();
    let named = room.map(|room| (&params.room_volume, room.volume_m3));
    let draw = |face: &mut Face<'_>, control: &dyn Control| knob.show(face, at, control);
    named::show(face, &params.room, named.as_slice(), &params.room_volume, draw);
}

/// What feeds what: a disc is the reverb, a ring the delay.
fn icon(painter: &Painter, mode: usize, at: Pos2, color: Color32) {
    let stroke = Stroke::new(1.5, color);
    let line = |from: f32, to: f32| {
        painter.line_segment([at + vec2(from, 0.0), at + vec2(to, 0.0)], stroke);
    };
    let disc = |x: f32, y: f32, r: f32| {
        painter.circle_filled(at + vec2(x, y), r, color);
    };
    let ring = |x: f32, y: f32, r: f32| {
        painter.circle_stroke(at + vec2(x, y), r, stroke);
    };
    match mode {
        0 | 1 => {
            line(-10.0, -5.0);
            if mode == 0 {
                disc(0.0, 0.0, 4.2)
            } else {
                ring(0.0, 0.0, 3.5)
            }
            line(5.0, 10.0);
        }
        2 => {
            line(-11.0, -9.0);
            ring(-5.0, 0.0, 3.2);
            line(-1.0, 1.0);
            disc(5.0, 0.0, 3.9);
            line(9.0, 11.0);
        }
        _ => {
            for way in [-1.0, 1.0] {
                let points = [(5.0, -5.0), (10.0, 0.0), (5.0, 5.0)];
                let points = points.map(|(x, y)| at + vec2(x * way, y)).to_vec();
                painter.line(points, stroke);
            }
            disc(0.0, -5.0, 3.3);
            ring(0.0, 5.0, 2.8);
        }
    }
}

//! The editor of Distance.

use egui::{Align2, Color32, Id, Rect, Sense, pos2, vec2};
use nice_plug::params::enums::Enum;
use nice_plug::params::{FloatParam, Param};
use nice_plug::plugin::TrackInfo;
use nice_plug_egui::EguiEditor;
use shared_dsp::placement::{PlacementReadouts, PlacementSettings};
use shared_dsp::room::RoomKind as DspRoomKind;
use shared_plugin::choices::RoomGroup;
use shared_plugin::state::WindowMemory;
use shared_plugin::telemetry::Telemetry;
use shared_ui::footer::Status;
use shared_ui::gesture::Touch;
use shared_ui::header::{self, Header};
use shared_ui::knob::Knob;
use shared_ui::meter::Meter;
use shared_ui::scale::signed;
use shared_ui::switch::{self, Mark};
use shared_ui::theme::{self, Weight};
use shared_ui::window::{self, App, Screen, View};
use shared_ui::{Control, Face, choice, named, panel};
use std::sync::Arc;

use crate::params::{DistanceParams, Reverb};

mod company;
mod stage;
mod words;

pub use company::Group;
use stage::cast::OWN;
pub use stage::cast::{Actor, Ask, Company, Place};
use stage::{Scene, Stage};

/// The track of a host that tells no name.
const UNNAMED: &str = "This track";

/// The editor's type for the framework.
pub type DistanceEditor = EguiEditor<App<DistanceView>>;

/// What the editor draws.
pub struct DistanceView {
    params: Arc<DistanceParams>,
    telemetry: Arc<Telemetry>,
    output: Meter,
    stage: Stage,
    track: (String, Color32),
    company: Box<dyn Company>,
    others: Vec<Actor>,
}

/// An editor for these parameters.
pub fn create(
    params: Arc<DistanceParams>,
    telemetry: Arc<Telemetry>,
    screen: &Screen,
    company: Box<dyn Company>,
) -> Option<DistanceEditor> {
    let view = DistanceView::new(params, telemetry, company);
    window::create("Proscenium Distance", view, screen)
}

impl View for DistanceView {
    const SIZE: [f32; 2] = [960.0, 640.0];

    fn header(&self, track: Option<&TrackInfo>, show: &mut dyn FnMut(&Header<'_>)) {
        show(&Header { name: "Distance", track, switches: &[], bypass: &self.params.bypass });
    }

    fn track(&mut self, track: &TrackInfo) {
        self.track = (track.name().to_owned(), header::track_color(track));
        self.company.introduce(track);
    }

    fn window(&self) -> WindowMemory {
        self.params.window.clone()
    }

    fn presets(&self) -> shared_plugin::preset::Bank {
        crate::presets::bank(&self.params)
    }

    fn status(&self) -> Status {
        let rate = self.telemetry.sample_rate_hz.get();
        Status {
            latency_samples: self.telemetry.latency_samples.get() as u32,
            sample_rate_hz: (rate > 0.0).then_some(rate),
            tail: None,
        }
    }

    fn about(id: &str) -> &'static str {
        words::about(id)
    }

    fn advance(&mut self, _time_s: f64, seconds: f32) -> bool {
        self.telemetry.look();
        let (peak, rms) = self.telemetry.output.look();
        self.output.advance(peak, rms, seconds);
        let others = self.company.tracks();
        let moved = others != self.others;
        self.others = others;
        moved || self.output.is_moving()
    }

    fn body(&mut self, face: &mut Face<'_>, body: Rect) {
        let params = self.params.clone();
        let [stage, controls] = panel::rows(body, [0.0, 112.0]);
        let settings = self.settings(face, &params);
        let readouts = settings.readouts();
        let own = self.own(&settings, &readouts);
        let scene = Scene { params: &params, settings: &settings, own: &own, others: &self.others };
        face.hand.enter_panel();
        for ask in self.stage.show(face, stage, &scene) {
            self.company.ask(ask);
        }
        self.place(face, stage, &readouts, &settings);
        face.hand.enter_panel();
        self.room(face, stage, &params, &readouts);
        face.hand.enter_panel();
        self.controls(face, controls, &params, &readouts);
    }
}

impl DistanceView {
    /// A view at rest.
    pub fn new(
        params: Arc<DistanceParams>,
        telemetry: Arc<Telemetry>,
        company: Box<dyn Company>,
    ) -> Self {
        Self {
            params,
            telemetry,
            output: Meter::default(),
            stage: Stage::default(),
            track: (UNNAMED.to_owned(), theme::BANDS[6]),
            company,
            others: Vec::new(),
        }
    }

    /// What is heard, with edits that are still on their way.
    fn settings(&self, face: &mut Face<'_>, params: &DistanceParams) -> PlacementSettings {
        PlacementSettings {
            distance_m: params.distance.preview_plain(face.position(&params.distance)),
            azimuth_deg: params.azimuth.preview_plain(face.position(&params.azimuth)),
            ..params.settings().placement
        }
    }

    /// This instance's track.
    fn own(&self, settings: &PlacementSettings, readouts: &PlacementReadouts) -> Actor {
        let (name, color) = self.track.clone();
        Actor {
            id: OWN,
            name,
            color,
            place: Place { distance_m: settings.distance_m, azimuth_deg: settings.azimuth_deg },
            source_width_m: settings.source_width_m,
            direct_to_reverberant_db: readouts.direct_to_reverberant_db,
        }
    }

    /// The two numbers, and what follows from them.
    fn place(
        &self,
        face: &mut Face<'_>,
        stage: Rect,
        readouts: &PlacementReadouts,
        settings: &PlacementSettings,
    ) {
        let (x, y) = (stage.left() + 12.0, stage.top() + 18.0);
        let swatch = Rect::from_center_size(pos2(x + 5.0, y), vec2(10.0, 10.0));
        face.painter().rect_filled(swatch, 2.0, self.track.1);
        let room = (theme::TEXT, 160.0);
        let at = pos2(x + 18.0, y);
        let font = (12.0, Weight::SemiBold);
        let name = face.text_within(at, Align2::LEFT_CENTER, &self.track.0, font, room);
        if self.track.0 != UNNAMED {
            let at = name.right_center() + vec2(8.0, 0.0);
            panel::label(face, at, Align2::LEFT_CENTER, "this track");
        }
        let figure = |face: &Face<'_>, x: f32, text: String, unit: &str| {
            let big = (34.0, Weight::SemiBold);
            let rect = face.text(pos2(x, y + 34.0), Align2::LEFT_CENTER, text, big, theme::TEXT);
            let at = rect.right_bottom() + vec2(5.0, -7.0);
            let small = (15.0, Weight::Regular);
            face.text(at, Align2::LEFT_BOTTOM, unit, small, theme::MUTED).right()
        };
        let distance = settings.distance_m;
        let decimals = if distance < 9.995 { 2 } else { 1 };
        let right = figure(face, x, signed(distance, decimals), "m");
        let azimuth = settings.azimuth_deg;
        let side = if azimuth.abs() < 0.5 {
            ""
        } else if azimuth < 0.0 {
            "L"
        } else {
            "R"
        };
        figure(face, right + 16.0, format!("{:.0}\u{b0}", azimuth.abs()), side);
        let decibels = |db: f32| format!("{} dB", signed(db, 1));
        let rows = [
            ("Direct level", decibels(readouts.direct_db), theme::TEXT),
            ("Air loss, 8 kHz", decibels(-readouts.air_loss_8k_db), theme::TEXT),
            ("Direct / reverb", decibels(readouts.direct_to_reverberant_db), theme::ROOM),
            ("Initial gap", format!("{:.1} ms", readouts.initial_time_gap_ms), theme::TEXT),
        ];
        for (i, (name, value, color)) in rows.into_iter().enumerate() {
            let at = pos2(x, y + 62.0 + 20.0 * i as f32);
            let row = Rect::from_min_size(at, vec2(166.0, 20.0));
            panel::readout(face, row, name, &value, color);
        }
        let mut notes = Vec::new();
        if readouts.distance_in_room_m < settings.distance_m - 0.05 {
            notes.push(format!("The wall is at {:.1} m", readouts.distance_in_room_m));
        }
        if readouts.closer_than_recorded {
            let recorded_m = signed(settings.recorded_at_m, 1);
            notes.push(format!("Recorded at {recorded_m} m: its room stays"));
        }
        for (i, note) in notes.into_iter().enumerate() {
            let at = pos2(x, y + 154.0 + 18.0 * i as f32);
            face.text(at, Align2::LEFT_CENTER, note, (11.0, Weight::Regular), theme::WARN);
        }
    }

    fn room(
        &self,
        face: &mut Face<'_>,
        stage: Rect,
        params: &DistanceParams,
        readouts: &PlacementReadouts,
    ) {
        let right = stage.right() - 12.0;
        let left = right - 188.0;
        let y = stage.top() + 18.0;
        let title = (13.0, Weight::SemiBold);
        face.text(pos2(left, y), Align2::LEFT_CENTER, "Room", title, theme::TEXT);
        let [width, length, height] = readouts.dimensions_m;
        let size = format!("{width:.0} \u{d7} {length:.0} \u{d7} {height:.0} m");
        panel::label(face, pos2(right, y), Align2::RIGHT_CENTER, &size);
        let row = |i: f32, from: f32| {
            Rect::from_min_max(
                pos2(left + from, y + 16.0 + 27.0 * i),
                pos2(right, y + 38.0 + 27.0 * i),
            )
        };
        panel::label(face, row(0.0, 0.0).left_center(), Align2::LEFT_CENTER, "Type");
        choice::menu(face, row(0.0, 68.0), &params.room);
        panel::label(face, row(1.0, 0.0).left_center(), Align2::LEFT_CENTER, "Group");
        let groups = ["Own", "A", "B", "C", "D"];
        choice::segments(face, row(1.0, 42.0), &groups, theme::ROOM, &params.room_group);
        let line = row(2.0, 0.0);
        let (words, color) = self.sharing(params);
        let at = line.left_center() - vec2(0.0, 2.0);
        face.text(at, Align2::LEFT_CENTER, words, (11.0, Weight::Regular), color);
        let [volume, rt60] = [23.0, 49.0].map(|down| line.translate(vec2(0.0, down)));
        let fields =
            [(volume, "Volume", &params.room_volume), (rt60, "Reverberation", &params.room_rt60)];
        for (place, label, param) in fields {
            room_value(face, params, param, |face, control| {
                choice::field(face, place, label, control)
            });
        }
    }

    /// Who shares the room.
    fn sharing(&self, params: &DistanceParams) -> (String, Color32) {
        let group = params.room_group.value();
        if group == RoomGroup::Own {
            return ("A group shares one room".to_owned(), theme::MUTED);
        }
        let letter = RoomGroup::variants()[group.to_index()];
        let tracks = match self.others.len() {
            0 => "This track".to_owned(),
            others => format!("{} tracks", others + 1),
        };
        let words = match (self.others.len(), self.company.spaces()) {
            (0, 0) => format!("No other track in {letter} yet"),
            (_, 0) => format!("{tracks} share {letter}"),
            (_, 1) => format!("{tracks} and Space share {letter}"),
            (_, spaces) => format!("{tracks} and {spaces} Spaces share {letter}"),
        };
        (words, theme::ROOM)
    }

    fn controls(
        &mut self,
        face: &mut Face<'_>,
        rect: Rect,
        params: &DistanceParams,
        readouts: &PlacementReadouts,
    ) {
        panel::plain(face, rect);
        let part = rect.width() / 944.0;
        let x = |at: f32| rect.left() + at * part;
        let (high, low) = (rect.top() + 11.0, rect.top() + 18.0);
        let room = theme::ROOM;
        Knob::medium("Distance", room).show(face, pos2(x(38.0), high), &params.distance);
        let azimuth = Knob::medium("Azimuth", room).bipolar();
        azimuth.show(face, pos2(x(104.0), high), &params.azimuth);
        Knob::medium("Recorded at", room).show(face, pos2(x(174.0), high), &params.recorded_at);
        let small = |label| Knob::small(label, room);
        let zero = params.early.preview_normalized(0.0);
        let knobs: [(f32, Knob<'_>, &dyn Control); 6] = [
            (248.0, small("Level law"), &params.level_law),
            (300.0, small("Air"), &params.air),
            (352.0, small("Proximity"), &params.proximity),
            (404.0, small("Width"), &params.source_width),
            (674.0, small("Early").from(zero), &params.early),
            (726.0, small("Late").from(zero), &params.late),
        ];
        for (at, knob, control) in knobs {
            knob.show(face, pos2(x(at), low), control);
        }
        for (at, label, param) in
            [(570.0, "Low", &params.room_low), (622.0, "High", &params.room_high)]
        {
            room_value(face, params, param, |face, control| {
                small(label).show(face, pos2(x(at), low), control)
            });
        }
        for at in [212.0, 540.0, 756.0] {
            panel::divider(face, x(at), rect.top() + 14.0, rect.bottom() - 14.0);
        }
        let button = |row: f32| {
            let top = rect.top() + 28.0 + 30.0 * row;
            Rect::from_min_max(pos2(x(434.0), top), pos2(x(530.0), top + 24.0))
        };
        let flight = Mark::Word("Time of flight");
        switch::button(face, button(0.0), flight, room, &params.time_of_flight);
        let hold = Mark::Word("Hold loudness");
        switch::button(face, button(1.0), hold, room, &params.hold_loudness);
        self.exits(face, rect, params, readouts);
    }

    /// Where the sound goes: reverb, output, pan law, meter.
    fn exits(
        &mut self,
        face: &mut Face<'_>,
        rect: Rect,
        params: &DistanceParams,
        readouts: &PlacementReadouts,
    ) {
        let part = rect.width() / 944.0;
        let left = rect.left() + 764.0 * part + 2.0;
        let meter = Rect::from_min_max(
            pos2(rect.right() - 28.0, rect.top() + 10.0),
            pos2(rect.right() - 10.0, rect.bottom() - 10.0),
        );
        let right = meter.left() - 10.0;
        let bar = |top: f32, left: f32, height: f32| {
            let top = rect.top() + top;
            Rect::from_min_max(pos2(left, top), pos2(right, top + height))
        };
        let words = ["Internal", "Room Feed"];
        choice::segments(face, bar(11.0, left, 20.0), &words, theme::SELECT, &params.reverb);
        let zero = params.output.preview_normalized(0.0);
        let knob = Knob::small("Output", theme::LEVEL).from(zero);
        knob.show(face, pos2(left + 24.0, rect.top() + 36.0), &params.output);
        let beside = left + 60.0;
        let label = pos2(beside, rect.top() + 43.0);
        panel::label(face, label, Align2::LEFT_CENTER, "Pan law");
        choice::menu(face, bar(52.0, beside, 20.0), &params.pan_law);
        if params.reverb.value() == Reverb::RoomFeed {
            send(face, bar(80.0, beside, 18.0), readouts.send_db);
        }
        self.output.bars(face, meter);
    }
}

/// A control of the room's shape, also of a room by name.
fn room_value(
    face: &mut Face<'_>,
    params: &DistanceParams,
    which: &FloatParam,
    draw: impl FnOnce(&mut Face<'_>, &dyn Control) -> Touch,
) {
    let kind = params.room.preview_plain(face.position(&params.room));
    let named = DspRoomKind::from(kind).settings().map(|room| {
        [
            (&params.room_volume, room.volume_m3),
            (&params.room_rt60, room.rt60_s),
            (&params.room_low, room.low),
            (&params.room_high, room.high),
        ]
    });
    named::show(face, &params.room, named.as_ref().map_or(&[], |all| all), which, draw);
}

/// The level of a send that stands for the output "Room Feed".
fn send(face: &mut Face<'_>, rect: Rect, send_db: f32) {
    let response = face.ui.interact(rect, Id::unique("send"), Sense::hover());
    if response.hovered() {
        face.hand.say(
            "Where the host does not route the output Room Feed to Space: send this track to Space at this level, its Early off",
        );
    }
    panel::readout(face, rect, "Send", &format!("{} dB", signed(send_db, 1)), theme::ROOM);
}

#[cfg(test)]
mod tests;

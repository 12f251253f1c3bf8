//! The header: mark, plugin, track, and what concerns the whole plugin.

use crate::face::Face;
use crate::paint;
use crate::presets::{self, Presets};
use crate::switch::{self, Mark};
use crate::theme::{self, Weight};
use egui::{Align2, Color32, Key, Modifiers, Pos2, Rect, pos2, vec2};
use nice_plug::params::BoolParam;
use nice_plug::plugin::TrackInfo;

/// Height of the header.
pub const HEIGHT: f32 = 44.0;

/// What the header shows.
pub struct Header<'a> {
    /// The plugin's name.
    pub name: &'a str,
    /// The track that the host tells of.
    pub track: Option<&'a TrackInfo>,
    /// Switches left of bypass, from the right.
    pub switches: &'a [Switch<'a>],
    /// Bypass.
    pub bypass: &'a BoolParam,
}

/// A switch of the header.
pub struct Switch<'a> {
    /// What stands on it.
    pub mark: Mark<'a>,
    /// Its width.
    pub width: f32,
    /// Its colour when it is on.
    pub accent: Color32,
    /// The key that switches it.
    pub key: Key,
    /// Its parameter.
    pub param: &'a BoolParam,
}

/// The switch of the level-matched bypass, and the gain in dB that the bypassed sound gets by it.
pub fn level_match(param: &BoolParam, offset_db: f32) -> Switch<'_> {
    let (mark, accent) = (Mark::Level("Match", offset_db), theme::LEVEL);
    Switch { mark, width: 118.0, accent, key: Key::M, param }
}

/// The switch that lets hear what is taken away.
pub fn delta(param: &BoolParam) -> Switch<'_> {
    let (mark, accent) = (Mark::Word("\u{394}"), theme::REDUCTION);
    Switch { mark, width: 30.0, accent, key: Key::X, param }
}

/// The widest preset field, and the width from which on the track's name gives way first.
const FIELD: [f32; 2] = [280.0, 200.0];
/// A track with less room than this for swatch and name is left out.
const TRACK_LEAST: f32 = 64.0;

/// Draws the header.
pub fn show(face: &mut Face<'_>, rect: Rect, header: &Header<'_>, presets: &mut Presets) {
    face.hand.enter_panel();
    let painter = face.painter();
    painter.rect_filled(rect, 0.0, theme::PANEL);
    paint::hairline(painter, rect.left_bottom(), rect.right_bottom(), theme::LINE);
    paint::mark(painter, rect.min + vec2(14.0, 12.0), theme::BRASS);
    let middle = rect.center().y;
    let name = face.text(
        pos2(rect.left() + 48.0, middle),
        Align2::LEFT_CENTER,
        header.name,
        (17.0, Weight::SemiBold),
        theme::TEXT,
    );
    let mut right = rect.right() - 12.0;
    let mut place = |width: f32| {
        let button = Rect::from_min_size(pos2(right - width, middle - 14.0), vec2(width, 28.0));
        right -= width + 8.0;
        button
    };
    let bypass = place(72.0);
    let switches: Vec<Rect> = header.switches.iter().map(|switch| place(switch.width)).collect();
    let bar = place(presets::BAR_WIDTH);
    let left = name.right() + 14.0;
    let free = bar.left() - 16.0 - left;
    let track = header.track.filter(|track| !track.name().is_empty());
    let wanted = track.map_or(0.0, |track| track_width(face, track));
    let given = wanted.min(free - FIELD[1]).max(0.0);
    let given = if given < TRACK_LEAST.min(wanted) { 0.0 } else { given };
    if let Some(track) = track.filter(|_| given > 0.0) {
        self::track(face, pos2(left, middle), track, given);
    }
    let width = FIELD[0].min(free - given);
    let centre = left + given + (free - given) / 2.0 + 4.0;
    let field = Rect::from_center_size(pos2(centre, middle), vec2(width, 28.0));
    presets::field(face, field, presets);
    presets::bar(face, bar, presets);
    for (place, switch) in switches.into_iter().zip(header.switches).rev() {
        switch::button(face, place, switch.mark, switch.accent, switch.param);
    }
    switch::button(face, bypass, Mark::Power("Bypass"), theme::CLIP, header.bypass);
}

/// Switches what has a key of its own, when the keyboard is the editor's and no control wanted it.
pub fn keys(face: &mut Face<'_>, header: &Header<'_>) {
    if !face.hand.focused || face.hand.is_typing() || face.hand.is_busy() {
        return;
    }
    let switches = header.switches.iter().map(|switch| (switch.key, switch.param));
    for (key, param) in switches.chain([(Key::B, header.bypass)]) {
        let plain = face.ui.input(|input| input.modifiers.is_none());
        if plain && face.ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            let on = face.position(param) >= 0.5;
            face.hand.put(param, if on { 0.0 } else { 1.0 });
        }
    }
}

const TRACK_FONT: (f32, Weight) = (13.0, Weight::Medium);

/// The room that rule, swatch and whole name of a track take.
fn track_width(face: &Face<'_>, track: &TrackInfo) -> f32 {
    let font = theme::font(TRACK_FONT.0, TRACK_FONT.1);
    let galley = face.painter().layout_no_wrap(track.name().to_owned(), font, theme::TEXT);
    32.0 + galley.size().x + 16.0
}

/// Rule, swatch and name of the track in this width.
fn track(face: &mut Face<'_>, at: Pos2, track: &TrackInfo, width: f32) {
    let painter = face.painter();
    paint::hairline(painter, at - vec2(0.0, 8.0), at + vec2(0.0, 8.0), theme::LINE2);
    let swatch = Rect::from_min_size(at + vec2(14.0, -5.0), vec2(10.0, 10.0));
    painter.rect_filled(swatch, 2.0, track_color(track));
    // A pixel more, since the text is laid out anew.
    let room = (theme::TEXT, width - 32.0 - 16.0 + 1.0);
    let start = at + vec2(32.0, 0.0);
    face.text_within(start, Align2::LEFT_CENTER, track.name(), TRACK_FONT, room);
}

/// The track's own colour, lightened until it stands out from a plot, or one of ours by its name.
pub fn track_color(track: &TrackInfo) -> Color32 {
    let Some(color) = track.color() else {
        let sum = track.name().bytes().fold(0usize, |sum, byte| sum * 31 % 997 + byte as usize);
        return theme::BANDS[sum % theme::BANDS.len()];
    };
    let (r, g, b, _) = color.rgba();
    let mut shown = Color32::from_rgb(r, g, b);
    for _ in 0..20 {
        if contrast(shown, theme::WELL) >= 3.0 {
            break;
        }
        shown = theme::mix(shown, Color32::WHITE, 0.1);
    }
    shown
}

/// Contrast of two colours as in WCAG 2.
pub fn contrast(one: Color32, other: Color32) -> f32 {
    let luminance = |color: Color32| {
        let linear = egui::Rgba::from(color);
        0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
    };
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nice_plug::plugin::TrackColor;

    #[test]
    fn a_dark_track_colour_is_lightened_until_it_can_be_seen() {
        let track = TrackInfo::new("Bass", Some(TrackColor::new(20, 10, 60, 255)));
        assert!(contrast(track_color(&track), theme::WELL) >= 3.0);
    }

    #[test]
    fn text_can_be_read_on_every_ground_it_stands_on() {
        for ground in [theme::PANEL, theme::WELL, theme::RAISE] {
            for color in [theme::TEXT, theme::MUTED, theme::DIM] {
                assert!(contrast(color, ground) >= 4.5, "{color:?} on {ground:?}");
            }
        }
        let accents = [theme::LEVEL, theme::REDUCTION, theme::KEY, theme::ROOM, theme::BRASS];
        for accent in accents.into_iter().chain(theme::BANDS) {
            assert!(contrast(theme::INK, accent) >= 4.5, "ink on {accent:?}");
        }
    }
}

//! The header: mark, plugin, track, and what concerns the whole plugin.

use crate::face::Face;
use crate::paint;
use crate::switch::{self, Mark};
use crate::theme::{self, Weight};
use egui::{Align2, Color32, Rect, pos2, vec2};
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
    /// Switches left of bypass: word, width, colour, parameter.
    pub switches: &'a [(&'a str, f32, Color32, &'a BoolParam)],
    /// Bypass.
    pub bypass: &'a BoolParam,
}

/// Draws the header.
pub fn show(face: &mut Face<'_>, rect: Rect, header: &Header<'_>) {
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
    switch::button(face, place(84.0), Mark::Power("Bypass"), theme::CLIP, header.bypass);
    for (word, width, color, param) in header.switches {
        switch::button(face, place(*width), Mark::Word(word), *color, *param);
    }
    if let Some(track) = header.track.filter(|track| !track.name().is_empty()) {
        let x = name.right() + 14.0;
        let painter = face.painter();
        paint::hairline(painter, pos2(x, middle - 8.0), pos2(x, middle + 8.0), theme::LINE2);
        let swatch = Rect::from_min_size(pos2(x + 14.0, middle - 5.0), vec2(10.0, 10.0));
        painter.rect_filled(swatch, 2.0, track_color(track));
        let at = pos2(x + 32.0, middle);
        let room = (theme::TEXT, right - at.x - 8.0);
        face.text_within(at, Align2::LEFT_CENTER, track.name(), (13.0, Weight::Medium), room);
    }
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

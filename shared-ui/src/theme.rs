//! Colours and type. One accent for each kind of thing, the same in every editor.

use egui::{Color32, FontData, FontDefinitions, FontFamily, FontId, Stroke};
use std::sync::Arc;

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// The window.
pub const BG: Color32 = rgb(0x0C0E12);
/// Panels and header.
pub const PANEL: Color32 = rgb(0x15181E);
/// Plots, darker than their panel.
pub const WELL: Color32 = rgb(0x0F1217);
/// Buttons and fields.
pub const RAISE: Color32 = rgb(0x222730);
/// What is under the pointer.
pub const HOVER: Color32 = rgb(0x2C323D);
/// Chosen segment or row.
pub const SELECT: Color32 = rgb(0x3B4352);
/// Menus and bubbles.
pub const POPUP: Color32 = rgb(0x2A303B);
/// Their outline.
pub const POPUP_LINE: Color32 = rgb(0x454E5D);
/// Rules of panels.
pub const LINE: Color32 = rgb(0x262C36);
/// Dividers and unlit ticks.
pub const LINE2: Color32 = rgb(0x3A424F);
/// Grid of a plot.
pub const GRID: Color32 = rgb(0x1B2028);
/// Its decades.
pub const GRID2: Color32 = rgb(0x262C36);
/// Unlit ring of a knob.
pub const TRACK: Color32 = rgb(0x2B323D);
/// Unlit meter.
pub const METER: Color32 = rgb(0x1E232B);
/// Values and titles.
pub const TEXT: Color32 = rgb(0xECEEF2);
/// Labels and hints.
pub const MUTED: Color32 = rgb(0xA3ACBB);
/// Scale figures, and what is off.
pub const DIM: Color32 = rgb(0x8A93A2);
/// Text on a lit accent.
pub const INK: Color32 = rgb(0x0C0E12);

/// Signal: levels, trims, filters, mix, loudness.
pub const LEVEL: Color32 = rgb(0x43D3A6);
/// Gain taken away, and its controls.
pub const REDUCTION: Color32 = rgb(0xFF9B45);
/// Sidechain: spectrum, filter, listen.
pub const KEY: Color32 = rgb(0xB79BFF);
/// Place and depth.
pub const ROOM: Color32 = rgb(0x63B3FF);
/// Held maximum, collision.
pub const WARN: Color32 = rgb(0xFFD54D);
/// Clip lamps, and bypass while engaged.
pub const CLIP: Color32 = rgb(0xFF6369);
/// The mark, direct sound, what the dynamic equaliser does now, character.
pub const BRASS: Color32 = rgb(0xF1CC85);

/// Colours of the eight bands of the equaliser.
pub const BANDS: [Color32; 8] = [
    rgb(0xFF8A80),
    rgb(0xFFA95C),
    rgb(0xE8C84A),
    rgb(0x9AD65C),
    rgb(0x45D0B0),
    rgb(0x5CBCF5),
    rgb(0x9BA6FF),
    rgb(0xF08BD0),
];

/// Colours of the image sources by order, 1 to 4.
pub const ORDERS: [Color32; 4] = [rgb(0xFFFFFF), rgb(0xB9DBFF), rgb(0x7FB6EE), rgb(0x4F80B3)];

/// Top and bottom of a knob's body, and its rim.
pub const DISC: [Color32; 3] = [rgb(0x363D4A), rgb(0x232933), rgb(0x434B59)];
/// Top, middle, bottom and rim of a fader's cap.
pub const CAP: [Color32; 4] = [rgb(0x4A5362), rgb(0x2B313C), rgb(0x3A424F), rgb(0x586274)];
/// Middle and edge of the stage's floor.
pub const FLOOR: [Color32; 2] = [rgb(0x232C38), rgb(0x131922)];
/// Rings and spokes of the stage.
pub const RING: [Color32; 2] = [rgb(0x303A48), rgb(0x252D38)];

/// The same colour at an opacity of 0..1.
pub fn fade(color: Color32, opacity: f32) -> Color32 {
    color.gamma_multiply(opacity)
}

/// A colour between two, `t` 0..1.
pub fn mix(from: Color32, to: Color32, t: f32) -> Color32 {
    from.lerp_to_gamma(to, t)
}

/// Weight of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Labels, hints, figures.
    Regular,
    /// Values, menus.
    Medium,
    /// Titles, the one number.
    SemiBold,
}

impl Weight {
    const ALL: [Self; 3] = [Self::Regular, Self::Medium, Self::SemiBold];

    fn family(self) -> FontFamily {
        FontFamily::Name(
            match self {
                Self::Regular => "regular",
                Self::Medium => "medium",
                Self::SemiBold => "semibold",
            }
            .into(),
        )
    }

    /// Inter with tabular figures as the default glyphs, because egui applies no font features.
    fn data(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../fonts/InterTabular-Regular.otf"),
            Self::Medium => include_bytes!("../fonts/InterTabular-Medium.otf"),
            Self::SemiBold => include_bytes!("../fonts/InterTabular-SemiBold.otf"),
        }
    }
}

/// A font of `px` logical pixels.
pub fn font(px: f32, weight: Weight) -> FontId {
    FontId::new(px, weight.family())
}

/// Gives an egui context our fonts, colours and interaction times.
pub fn install(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::empty();
    for weight in Weight::ALL {
        let name = weight.family().to_string();
        fonts.font_data.insert(name.clone(), Arc::new(FontData::from_static(weight.data())));
        fonts.families.insert(weight.family(), vec![name]);
    }
    for family in [FontFamily::Proportional, FontFamily::Monospace] {
        fonts.families.insert(family, vec![Weight::Medium.family().to_string()]);
    }
    ctx.set_fonts(fonts);
    ctx.set_theme(egui::Theme::Dark);
    ctx.all_styles_mut(|style| {
        style.animation_time = 0.08;
        style.interaction.tooltip_delay = 0.6;
        style.interaction.tooltip_grace_time = 0.0;
        for (text_style, font_id) in &mut style.text_styles {
            let px = if *text_style == egui::TextStyle::Small { 11.0 } else { 12.0 };
            *font_id = font(px, Weight::Medium);
        }
        let visuals = &mut style.visuals;
        *visuals = egui::Visuals::dark();
        visuals.override_text_color = Some(TEXT);
        visuals.weak_text_color = Some(MUTED);
        visuals.panel_fill = BG;
        visuals.window_fill = POPUP;
        visuals.window_stroke = Stroke::new(1.0, POPUP_LINE);
        visuals.window_shadow = egui::Shadow::NONE;
        visuals.popup_shadow = egui::Shadow::NONE;
        visuals.menu_corner_radius = 6.into();
        visuals.extreme_bg_color = WELL;
        visuals.selection.bg_fill = SELECT;
        visuals.selection.stroke = Stroke::new(1.0, TEXT);
        visuals.widgets.hovered.weak_bg_fill = SELECT;
        visuals.widgets.active.weak_bg_fill = SELECT;
        visuals.widgets.hovered.bg_stroke = Stroke::NONE;
        visuals.widgets.active.bg_stroke = Stroke::NONE;
    });
}

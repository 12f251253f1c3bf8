//! The colours of the pictures.

use plotters::style::RGBColor;

/// Background of everything.
pub const STAGE: RGBColor = RGBColor(0x0C, 0x0E, 0x12);
/// Background of panels.
pub const WELL: RGBColor = RGBColor(0x12, 0x15, 0x1B);
/// Lines at the ticks.
pub const GRID: RGBColor = RGBColor(0x26, 0x2C, 0x36);
/// Titles.
pub const TEXT: RGBColor = RGBColor(0xEC, 0xEE, 0xF2);
/// Everything else that is written, and what a curve is held against.
pub const MUTED: RGBColor = RGBColor(0xA3, 0xAC, 0xBB);
/// Bounds.
pub const BOUND: RGBColor = RGBColor(0xFF, 0x63, 0x69);
/// One after the other for curves that share a panel.
pub const COLOURS: [RGBColor; 8] = [
    RGBColor(0x43, 0xD3, 0xA6),
    RGBColor(0xFF, 0x9B, 0x45),
    RGBColor(0x63, 0xB3, 0xFF),
    RGBColor(0xFF, 0xD5, 0x4D),
    RGBColor(0xB7, 0x9B, 0xFF),
    RGBColor(0xF0, 0x8B, 0xD0),
    RGBColor(0x9A, 0xD6, 0x5C),
    RGBColor(0xFF, 0x8A, 0x80),
];

/// A colour between those of rising places.
pub fn between(stops: &[(f64, [u8; 3])], place: f64) -> RGBColor {
    let above = stops.partition_point(|stop| stop.0 < place).clamp(1, stops.len() - 1);
    let ((from, low), (to, high)) = (stops[above - 1], stops[above]);
    let part = ((place - from) / (to - from)).clamp(0.0, 1.0);
    let mix = |i: usize| f64::from(low[i]) * (1.0 - part) + f64::from(high[i]) * part;
    RGBColor(mix(0) as u8, mix(1) as u8, mix(2) as u8)
}

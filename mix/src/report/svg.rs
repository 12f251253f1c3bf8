//! Pictures as SVG elements: little more than numbers and paths.

use crate::markup::escape;
use std::fmt::Write;

/// A number with decimals and a true minus sign; `-inf` where it is not finite.
pub fn number(value: f64, decimals: usize) -> String {
    if value == f64::NEG_INFINITY {
        return "\u{2212}inf".into();
    }
    if !value.is_finite() {
        return "\u{2013}".into();
    }
    let text = format!("{value:.decimals$}");
    // A rounded nothing has no sign.
    let zero = text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.');
    if zero { text.trim_start_matches('-').into() } else { text.replace('-', "\u{2212}") }
}

/// Where a text is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At its left end.
    Start,
    /// In the middle.
    Middle,
    /// At its right end.
    End,
}

impl Anchor {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A picture in the making.
pub struct Svg {
    size: (f64, f64),
    label: String,
    body: String,
}

impl Svg {
    /// An empty picture; the label says what it shows to those who cannot see it.
    pub fn new(width: f64, height: f64, label: &str) -> Self {
        Self { size: (width, height), label: escape(label), body: String::new() }
    }

    /// Any element, attributes given as written.
    pub fn raw(&mut self, element: &str) {
        self.body.push_str(element);
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), style: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let _ = write!(
            self.body,
            r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" {style}/>"#
        );
    }

    /// A rectangle.
    pub fn rect(&mut self, at: (f64, f64), size: (f64, f64), style: &str) {
        let ((x, y), (w, h)) = (at, size);
        let _ = write!(
            self.body,
            r#"<rect x="{x:.1}" y="{y:.1}" width="{w:.1}" height="{h:.1}" {style}/>"#
        );
    }

    /// A circle.
    pub fn circle(&mut self, at: (f64, f64), radius: f64, style: &str) {
        let _ = write!(
            self.body,
            r#"<circle cx="{:.1}" cy="{:.1}" r="{radius:.1}" {style}/>"#,
            at.0, at.1
        );
    }

    /// A polyline; points that are not finite cut it.
    pub fn curve(&mut self, points: &[(f64, f64)], style: &str) {
        let mut path = String::new();
        let mut drawing = false;
        for (x, y) in points {
            if y.is_finite() {
                let _ = write!(path, "{}{x:.1} {y:.1}", if drawing { 'L' } else { 'M' });
            }
            drawing = y.is_finite();
        }
        let _ = write!(self.body, r#"<path d="{path}" fill="none" {style}/>"#);
    }

    /// The area between a polyline and a horizontal; points that are not finite lie on it.
    pub fn area(&mut self, points: &[(f64, f64)], base: f64, style: &str) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
        let mut path = format!("M{:.1} {base:.1}", first.0);
        for (x, y) in points {
            let _ = write!(path, "L{x:.1} {:.1}", if y.is_finite() { *y } else { base });
        }
        let _ = write!(self.body, r#"<path d="{path}L{:.1} {base:.1}Z" {style}/>"#, last.0);
    }

    /// Text, its baseline at `at`.
    pub fn text(&mut self, at: (f64, f64), anchor: Anchor, class: &str, text: &str) {
        let _ = write!(
            self.body,
            r#"<text x="{:.1}" y="{:.1}" text-anchor="{}" class="{class}">{}</text>"#,
            at.0,
            at.1,
            anchor.name(),
            escape(text)
        );
    }

    /// The element.
    pub fn finish(self) -> String {
        let (width, height) = self.size;
        format!(
            r#"<svg viewBox="0 0 {width} {height}" role="img" aria-label="{}">{}</svg>"#,
            self.label, self.body
        )
    }
}

/// Width of a text in the report's font, near enough for placing labels.
pub fn text_width(text: &str, size_px: f64) -> f64 {
    text.chars().count() as f64 * size_px * 0.56
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_true_minus_and_no_signed_zero() {
        assert_eq!(number(-14.26, 1), "\u{2212}14.3");
        assert_eq!(number(-0.04, 1), "0.0");
        assert_eq!(number(f64::NEG_INFINITY, 1), "\u{2212}inf");
    }
}

//! The laws that place levels and frequencies on the screen. Pure functions.

use std::ops::RangeInclusive;

/// Points of a piecewise linear law: dB and position 0..1, rising.
pub type Law = &'static [(f32, f32)];

/// Law of meters: the upper half has most of the room.
pub const METER: Law = &[
    (-60.0, 0.0),
    (-48.0, 0.10),
    (-36.0, 0.22),
    (-24.0, 0.40),
    (-18.0, 0.50),
    (-12.0, 0.625),
    (-6.0, 0.75),
    (0.0, 0.90),
    (6.0, 1.0),
];

/// Law of faders.
pub const FADER: Law = &[
    (-60.0, 0.0),
    (-40.0, 0.12),
    (-24.0, 0.28),
    (-12.0, 0.46),
    (-6.0, 0.58),
    (0.0, 0.70),
    (12.0, 0.86),
    (24.0, 1.0),
];

/// Position of a level.
pub fn place(law: Law, db: f32) -> f32 {
    interpolate(law, db, |point| point.0, |point| point.1)
}

/// Level at a position.
pub fn level(law: Law, position: f32) -> f32 {
    interpolate(law, position, |point| point.1, |point| point.0)
}

fn interpolate(law: Law, x: f32, from: fn((f32, f32)) -> f32, to: fn((f32, f32)) -> f32) -> f32 {
    let inside = law.windows(2).find(|pair| x <= from(pair[1]));
    match inside {
        Some(pair) if x > from(pair[0]) => {
            let t = (x - from(pair[0])) / (from(pair[1]) - from(pair[0]));
            to(pair[0]) + t * (to(pair[1]) - to(pair[0]))
        }
        Some(pair) => to(pair[0]),
        None => law.last().map_or(0.0, |point| to(*point)),
    }
}

/// Position of a value on a logarithmic scale.
pub fn log_place(range: &RangeInclusive<f32>, value: f32) -> f32 {
    (value.max(1e-9) / range.start()).ln() / (range.end() / range.start()).ln()
}

/// Value at a position of a logarithmic scale.
pub fn log_value(range: &RangeInclusive<f32>, position: f32) -> f32 {
    range.start() * (range.end() / range.start()).powf(position)
}

/// A level as it is printed on a meter: `-18.3`, or the sign of infinity.
pub fn figure(db: f32) -> String {
    if db <= -120.0 || !db.is_finite() { "\u{2212}\u{221e}".into() } else { signed(db, 1) }
}

/// A number with `decimals` and a minus sign as wide as a digit.
pub fn signed(value: f32, decimals: usize) -> String {
    let text = format!("{:.*}", decimals, value.abs());
    let zero = text.chars().all(|c| c == '0' || c == '.');
    if value < 0.0 && !zero { format!("\u{2212}{text}") } else { text }
}

/// The same with a plus for what is above zero.
pub fn relative(value: f32, decimals: usize) -> String {
    let text = signed(value, decimals);
    let zero = text.chars().all(|c| c == '0' || c == '.');
    if value > 0.0 && !zero { format!("+{text}") } else { text }
}

/// A frequency in three figures: `85.0`, `340`, `1.10k`.
pub fn short_freq(hz: f32) -> String {
    if hz >= 9_995.0 {
        format!("{:.1}k", hz / 1000.0)
    } else if hz >= 999.5 {
        format!("{:.2}k", hz / 1000.0)
    } else if hz >= 99.95 {
        format!("{hz:.0}")
    } else {
        format!("{hz:.1}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_go_through_their_points_and_back() {
        for law in [METER, FADER] {
            for (db, position) in law {
                assert!((place(law, *db) - position).abs() < 1e-6, "{db} dB");
                assert!((level(law, *position) - db).abs() < 1e-4, "{position}");
            }
            assert_eq!(place(law, -200.0), 0.0);
            assert_eq!(place(law, 60.0), 1.0);
        }
        assert!((level(FADER, place(FADER, -9.3)) + 9.3).abs() < 1e-4);
    }

    #[test]
    fn figures_have_three_digits_and_a_minus_sign() {
        let cases = [(85.0, "85.0"), (340.0, "340"), (999.9, "1.00k"), (11_500.0, "11.5k")];
        for (hz, text) in cases {
            assert_eq!(short_freq(hz), text);
        }
        assert_eq!(figure(-18.26), "\u{2212}18.3");
        assert_eq!(figure(-0.02), "0.0");
        assert_eq!(relative(0.42, 1), "+0.4");
        assert_eq!(relative(0.02, 1), "0.0");
    }
}

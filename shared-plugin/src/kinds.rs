//! The kinds of parameters. Every one of them reads and writes the text of [`crate::text`].
//!
//! The framework's smoothing is not used: the sound is smoothed where it is made, so that it does
//! not depend on the host's blocks. A unit that never changes is given to the host as such, one that
//! does (Hz and kHz, ms and s) is part of the text.

use crate::text;
use nice_plug::prelude::{BoolParam, FloatParam, FloatRange};
use std::sync::Arc;

/// A range whose middle is `middle`: the useful region gets the travel.
pub fn skewed(min: f32, max: f32, middle: f32) -> FloatRange {
    let part = (middle - min) / (max - min);
    FloatRange::Skewed { min, max, factor: 0.5f32.ln() / part.ln() }
}

/// A range that spends the same travel on every octave. `min` is above zero.
pub fn logarithmic(min: f32, max: f32) -> FloatRange {
    FloatRange::Logarithmic { min, max }
}

/// A level or gain in dB.
pub fn decibels(name: &str, min: f32, max: f32, default: f32) -> FloatParam {
    FloatParam::new(name, default, FloatRange::Linear { min, max })
        .with_unit(" dB")
        .with_value_to_string(Arc::new(|value| text::decimals(value, 2)))
        .with_string_to_value(Arc::new(text::parse_decibels))
}

/// The level of a fader: half the travel for the upper quarter of its range.
pub fn fader(name: &str, min: f32, max: f32) -> FloatParam {
    let middle = max - (max - min) * 0.3;
    FloatParam::new(name, 0.0, skewed(min, max, middle))
        .with_unit(" dB")
        .with_value_to_string(Arc::new(|value| text::decimals(value, 2)))
        .with_string_to_value(Arc::new(text::parse_decibels))
}

/// A frequency in Hz.
pub fn frequency(name: &str, min: f32, max: f32, default: f32) -> FloatParam {
    FloatParam::new(name, default, logarithmic(min, max))
        .with_value_to_string(Arc::new(text::hertz))
        .with_string_to_value(Arc::new(text::parse_hertz))
}

/// A corner frequency that is off at `off`, the end of its range where it would do nothing.
pub fn cut(name: &str, min: f32, max: f32, off: f32) -> FloatParam {
    FloatParam::new(name, off, logarithmic(min, max))
        .with_value_to_string(Arc::new(move |value| {
            let shown = text::hertz(value);
            if shown == text::hertz(off) { "Off".to_owned() } else { shown }
        }))
        .with_string_to_value(Arc::new(move |typed| {
            if typed.trim().eq_ignore_ascii_case("off") {
                Some(off)
            } else {
                text::parse_hertz(typed)
            }
        }))
}

/// A time in ms. The middle of the travel is the geometric mean, or for a range from zero a tenth of
/// the range.
pub fn time_ms(name: &str, min: f32, max: f32, default: f32) -> FloatParam {
    let range = if min > 0.0 { logarithmic(min, max) } else { skewed(min, max, max * 0.1) };
    FloatParam::new(name, default, range)
        .with_value_to_string(Arc::new(text::milliseconds))
        .with_string_to_value(Arc::new(text::parse_milliseconds))
}

/// A time in s.
pub fn time_s(name: &str, min: f32, max: f32, default: f32) -> FloatParam {
    FloatParam::new(name, default, logarithmic(min, max))
        .with_value_to_string(Arc::new(text::seconds))
        .with_string_to_value(Arc::new(text::parse_seconds))
}

/// A share in percent.
pub fn percent(name: &str, min: f32, max: f32, default: f32) -> FloatParam {
    FloatParam::new(name, default, FloatRange::Linear { min, max })
        .with_unit(" %")
        .with_value_to_string(Arc::new(|value| text::decimals(value, 1)))
        .with_string_to_value(Arc::new(|typed| text::number_with(typed, &["%"])))
}

/// A percentage of a physical quantity that reaches far beyond 100 %, which sits in the middle.
pub fn exaggeration(name: &str, max: f32) -> FloatParam {
    FloatParam::new(name, 100.0, skewed(0.0, max, 100.0))
        .with_unit(" %")
        .with_value_to_string(Arc::new(|value| text::decimals(value, 1)))
        .with_string_to_value(Arc::new(|typed| text::number_with(typed, &["%"])))
}

/// A ratio of dynamics, 1..100; 100 reads `inf`.
pub fn ratio(name: &str, default: f32) -> FloatParam {
    FloatParam::new(name, default, logarithmic(1.0, text::RATIO_INFINITE))
        .with_value_to_string(Arc::new(text::ratio))
        .with_string_to_value(Arc::new(text::parse_ratio))
}

/// A length in m. A range from zero has its useful part in the lower half.
pub fn metres(name: &str, min: f32, max: f32, default: f32) -> FloatParam {
    let range = if min > 0.0 { logarithmic(min, max) } else { skewed(min, max, max * 0.2) };
    FloatParam::new(name, default, range)
        .with_unit(" m")
        .with_value_to_string(Arc::new(|value| text::significant(value, 3)))
        .with_string_to_value(Arc::new(|typed| {
            let (value, unit) = text::number_and_rest(typed)?;
            match unit.as_str() {
                "" | "m" => Some(value),
                "cm" => Some(value / 100.0),
                "ft" => Some(value * 0.3048),
                _ => None,
            }
        }))
}

/// A volume in cubic metres.
pub fn cubic_metres(name: &str, min: f32, max: f32, default: f32) -> FloatParam {
    FloatParam::new(name, default, logarithmic(min, max))
        .with_unit(" m³")
        .with_value_to_string(Arc::new(|value| text::significant(value, 3)))
        .with_string_to_value(Arc::new(|typed| text::number_with(typed, &["m³", "m3"])))
}

/// A factor, 1 in the middle of what is useful.
pub fn factor(name: &str, min: f32, max: f32, default: f32) -> FloatParam {
    FloatParam::new(name, default, logarithmic(min, max))
        .with_unit(" x")
        .with_value_to_string(Arc::new(|value| text::significant(value, 3)))
        .with_string_to_value(Arc::new(|typed| text::number_with(typed, &["x", "×"])))
}

/// A quality factor.
pub fn quality(name: &str, min: f32, max: f32, default: f32) -> FloatParam {
    FloatParam::new(name, default, logarithmic(min, max))
        .with_value_to_string(Arc::new(|value| text::significant(value, 3)))
        .with_string_to_value(Arc::new(|typed| text::number_with(typed, &["q"])))
}

/// A position between left and right, -100..100.
pub fn pan(name: &str) -> FloatParam {
    FloatParam::new(name, 0.0, FloatRange::Linear { min: -100.0, max: 100.0 })
        .with_value_to_string(Arc::new(text::pan))
        .with_string_to_value(Arc::new(text::parse_pan))
}

/// A direction in degrees, negative is left.
pub fn azimuth(name: &str) -> FloatParam {
    FloatParam::new(name, 0.0, FloatRange::Linear { min: -90.0, max: 90.0 })
        .with_value_to_string(Arc::new(text::azimuth))
        .with_string_to_value(Arc::new(text::parse_azimuth))
}

/// On or off.
pub fn switch(name: &str, default: bool) -> BoolParam {
    BoolParam::new(name, default).with_string_to_value(Arc::new(text::parse_switch))
}

/// The host's bypass.
pub fn bypass() -> BoolParam {
    switch("Bypass", false).make_bypass()
}

//! Parameter values as text, and what a person would type as values.
//!
//! Writers round to what is worth reading and writing what they wrote gives the same text again.
//! Readers take a number with or without its unit, in any case, with or without spaces.

/// `value` rounded to `digits` significant digits, without needless zeros.
pub fn significant(value: f32, digits: i32) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let magnitude = f64::from(value).abs().log10().floor() as i32;
    let decimals = (digits - 1 - magnitude).clamp(0, 6) as usize;
    let text = format!("{:.decimals$}", f64::from(value));
    trimmed(&text)
}

/// `value` with at most `decimals` decimals, without needless zeros and without a negative zero.
pub fn decimals(value: f32, decimals: usize) -> String {
    trimmed(&format!("{:.decimals$}", f64::from(value)))
}

fn trimmed(text: &str) -> String {
    let short = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    };
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// The number at the beginning of `text`, and what follows it, trimmed and in lower case.
pub fn number_and_rest(text: &str) -> Option<(f32, String)> {
    let lower = text.trim().to_lowercase().replace('\u{2212}', "-");
    let (sign, plain) = match (lower.strip_prefix('-'), lower.strip_prefix('+')) {
        (Some(amount), _) => (-1.0, amount.trim_start()),
        (_, Some(amount)) => (1.0, amount.trim_start()),
        _ => (1.0, lower.as_str()),
    };
    let belongs = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',');
    let end = plain.find(|letter| !belongs(letter)).unwrap_or(plain.len());
    let (number, rest) = plain.split_at(end);
    // Half the world writes a decimal comma.
    let value: f32 = number.replace(',', ".").parse().ok()?;
    value.is_finite().then(|| (sign * value, rest.trim().to_owned()))
}

/// A number with one of `units` or none.
pub fn number_with(text: &str, units: &[&str]) -> Option<f32> {
    let (value, rest) = number_and_rest(text)?;
    (rest.is_empty() || units.contains(&rest.as_str())).then_some(value)
}

/// `-6`, `-6 dB`, `-6 dBFS`; `-inf` is the lowest value there is.
pub fn parse_decibels(text: &str) -> Option<f32> {
    let bare = text.trim().to_lowercase();
    if matches!(bare.trim_end_matches("fs").trim_end_matches("db").trim(), "-inf" | "-∞") {
        return Some(f32::MIN);
    }
    number_with(text, &["db", "dbfs"])
}

/// `80 Hz`, `1.25 kHz`.
pub fn hertz(value: f32) -> String {
    let rounded: f32 = significant(value, 4).parse().unwrap_or(value);
    if rounded >= 1000.0 {
        format!("{} kHz", significant(value / 1000.0, 4))
    } else {
        format!("{} Hz", significant(value, 4))
    }
}

/// `80`, `80 Hz`, `1k`, `1.2 kHz`, `1k2`, and notes such as `C4` or `F#3` (A4 is 440 Hz).
pub fn parse_hertz(text: &str) -> Option<f32> {
    let Some((value, rest)) = number_and_rest(text) else { return parse_note(text) };
    match rest.as_str() {
        "" | "hz" => Some(value),
        "k" | "khz" => Some(value * 1000.0),
        _ => {
            // 4k7 is 4.7 kHz, as on a circuit diagram.
            let digits = rest.strip_prefix('k')?.trim_end_matches("hz").trim();
            let well_formed = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            let whole = value.fract() == 0.0 && value >= 0.0;
            (well_formed && whole)
                .then(|| format!("{value}.{digits}").parse::<f32>().ok())?
                .map(|kilo| kilo * 1000.0)
        }
    }
}

/// The frequency of a note name: C4 is middle C, 261.63 Hz.
fn parse_note(text: &str) -> Option<f32> {
    let mut letters = text.trim().chars();
    let semitone = match letters.next()?.to_ascii_lowercase() {
        'c' => 0,
        'd' => 2,
        'e' => 4,
        'f' => 5,
        'g' => 7,
        'a' => 9,
        'b' => 11,
        _ => return None,
    };
    let rest = letters.as_str();
    let (shift, octave) = match rest.chars().next()? {
        '#' | '♯' => (1, rest.trim_start_matches(['#', '♯'])),
        'b' | '♭' => (-1, rest.trim_start_matches(['b', '♭'])),
        _ => (0, rest),
    };
    let octave: i32 = octave.parse().ok().filter(|octave| (-1..=10).contains(octave))?;
    let from_a4 = (octave - 4) * 12 + semitone + shift - 9;
    Some(440.0 * (from_a4 as f32 / 12.0).exp2())
}

/// `0.5 ms`, `350 ms`, `1.5 s` for a value in milliseconds.
pub fn milliseconds(value: f32) -> String {
    let rounded: f32 = significant(value, 4).parse().unwrap_or(value);
    if rounded >= 1000.0 {
        format!("{} s", significant(value / 1000.0, 4))
    } else {
        format!("{} ms", significant(value, 4))
    }
}

/// `350`, `350 ms`, `0.35 s`, in milliseconds.
pub fn parse_milliseconds(text: &str) -> Option<f32> {
    let (value, rest) = number_and_rest(text)?;
    match rest.as_str() {
        "" | "ms" => Some(value),
        "s" | "sec" => Some(value * 1000.0),
        "us" | "µs" | "μs" => Some(value / 1000.0),
        _ => None,
    }
}

/// `1.8 s` for a value in seconds.
pub fn seconds(value: f32) -> String {
    format!("{} s", significant(value, 3))
}

/// `1.8`, `1.8 s`, `350 ms`, in seconds.
pub fn parse_seconds(text: &str) -> Option<f32> {
    let (value, rest) = number_and_rest(text)?;
    match rest.as_str() {
        "" | "s" | "sec" => Some(value),
        "ms" => Some(value / 1000.0),
        _ => None,
    }
}

/// The ratio from which on a compressor is a limiter and reads `inf`.
pub const RATIO_INFINITE: f32 = 100.0;

/// `4:1`, `2.5:1`, `inf`.
pub fn ratio(value: f32) -> String {
    match significant(value, 3).as_str() {
        "100" => "inf".to_owned(),
        text => format!("{text}:1"),
    }
}

/// `4`, `4:1`, `inf`, `inf:1`.
pub fn parse_ratio(text: &str) -> Option<f32> {
    let bare = text.trim().to_lowercase();
    if matches!(bare.trim_end_matches(":1").trim(), "inf" | "infinity" | "∞") {
        return Some(RATIO_INFINITE);
    }
    let (value, rest) = number_and_rest(text)?;
    matches!(rest.replace(' ', "").as_str(), "" | ":1").then_some(value)
}

/// `30L`, `C`, `30R` for -100..100.
pub fn pan(value: f32) -> String {
    let amount = decimals(value.abs(), 1);
    match (amount.as_str(), value < 0.0) {
        ("0", _) => "C".to_owned(),
        (_, true) => format!("{amount}L"),
        (_, false) => format!("{amount}R"),
    }
}

/// `30L`, `L30`, `C`, `30R`, `-30`, `l`, `right`.
pub fn parse_pan(text: &str) -> Option<f32> {
    side(text, 100.0, &["", "%"])
}

/// `30° L`, `0°`, `30° R` for degrees, negative is left.
pub fn azimuth(value: f32) -> String {
    let amount = decimals(value.abs(), 1);
    match (amount.as_str(), value < 0.0) {
        ("0", _) => "0°".to_owned(),
        (_, true) => format!("{amount}° L"),
        (_, false) => format!("{amount}° R"),
    }
}

/// `30L`, `L30`, `30° R`, `-30`, `-30 deg`, `C`.
pub fn parse_azimuth(text: &str) -> Option<f32> {
    side(text, 90.0, &["", "°", "deg", "degrees"])
}

/// A number with a sign or a side. A side alone is `full`.
fn side(text: &str, full: f32, units: &[&str]) -> Option<f32> {
    let bare = text.trim().to_lowercase();
    match bare.as_str() {
        "c" | "center" | "centre" => return Some(0.0),
        "l" | "left" => return Some(-full),
        "r" | "right" => return Some(full),
        _ => {}
    }
    for (names, sign) in [(["left", "l"], -1.0), (["right", "r"], 1.0)] {
        if let Some(amount) = names.iter().find_map(|name| bare.strip_prefix(name)) {
            let value = number_with(amount, units)?;
            return (value >= 0.0).then_some(sign * value);
        }
    }
    let (value, rest) = number_and_rest(&bare)?;
    let (unit, sign) = if let Some(unit) = strip_any(&rest, &["left", "l"]) {
        (unit, -1.0)
    } else if let Some(unit) = strip_any(&rest, &["right", "r"]) {
        (unit, 1.0)
    } else {
        return units.contains(&rest.as_str()).then_some(value);
    };
    (value >= 0.0 && units.contains(&unit.trim())).then_some(sign * value)
}

fn strip_any<'a>(text: &'a str, endings: &[&str]) -> Option<&'a str> {
    endings.iter().find_map(|ending| text.strip_suffix(ending))
}

/// `On`, `Off` and their like.
pub fn parse_switch(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "on" | "yes" | "true" | "1" => Some(true),
        "off" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;

//! Values in words.

/// A value as a tick shows it: `500`, `1k`, `0.05`, with a true minus.
pub fn short(value: f64) -> String {
    let size = value.abs();
    let text = if size >= 1000.0 { format!("{}k", trimmed(size / 1000.0)) } else { trimmed(size) };
    if value < -1e-12 { format!("\u{2212}{text}") } else { text }
}

fn trimmed(size: f64) -> String {
    let text = format!("{size:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `LowShelf` as `Low shelf`.
pub fn words(name: &str) -> String {
    let spaced = name.char_indices().map(|(at, letter)| match letter {
        'A'..='Z' if at > 0 => format!(" {}", letter.to_ascii_lowercase()),
        _ => letter.to_string(),
    });
    spaced.collect()
}

/// A frequency with its unit.
pub fn hertz(freq_hz: f64) -> String {
    let [size, unit] = if freq_hz >= 1000.0 { [freq_hz / 1000.0, 1.0] } else { [freq_hz, 0.0] };
    let digits = if size >= 100.0 {
        0
    } else if size >= 10.0 {
        1
    } else {
        2
    };
    format!("{size:.digits$} {}", if unit > 0.0 { "kHz" } else { "Hz" })
}

/// A gain in dB with its sign.
pub fn signed(db: f64) -> String {
    if db > 0.0 { format!("+{}", short(db)) } else { short(db) }
}

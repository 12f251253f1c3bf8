//! Numbers with units, times and levels, as text.

/// The highest gain of a fader or a send in dB.
pub const MAX_LEVEL_DB: f64 = 24.0;

/// The number at the head of a text and the rest, in base units: `1.2 kHz` is (1200, "Hz"),
/// `350 ms` is (0.35, "s"), `30L` is (-30, ""). `None` where there is no number.
pub fn quantity(text: &str) -> Option<(f64, String)> {
    let text = text.trim().replace('\u{2212}', "-");
    let end = text
        .char_indices()
        .find(|(index, c)| !(c.is_ascii_digit() || *c == '.' || (*index == 0 && "+-".contains(*c))))
        .map_or(text.len(), |(index, _)| index);
    let (number, unit) = text.split_at(end);
    let number: f64 = number.parse().ok()?;
    let unit = unit.trim();
    Some(match unit {
        "k" | "K" => (number * 1e3, String::new()),
        "kHz" | "khz" => (number * 1e3, "Hz".into()),
        "ms" => (number / 1e3, "s".into()),
        "L" | "\u{b0} L" => (-number, String::new()),
        "R" | "\u{b0} R" | "\u{b0}" | "deg" => (number, String::new()),
        _ => (number, unit.to_owned()),
    })
}

/// Whether the text reads as minus infinity.
pub fn is_off(text: &str) -> bool {
    let text = text.trim().trim_end_matches("dB").trim().replace('\u{2212}', "-");
    ["off", "-inf", "inf"].iter().any(|off| text.eq_ignore_ascii_case(off))
}

/// A level in dB, minus infinity for `off`.
pub fn level_db(text: &str) -> Option<f64> {
    if is_off(text) && !text.trim().eq_ignore_ascii_case("inf") {
        return Some(f64::NEG_INFINITY);
    }
    let (number, unit) = quantity(text)?;
    (unit.is_empty() || unit.eq_ignore_ascii_case("db"))
        .then_some(number)
        .filter(|db| (-200.0..=MAX_LEVEL_DB).contains(db))
}

/// Tempo and meter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tempo {
    /// Quarter notes per minute.
    pub quarters_per_minute: f64,
    /// Beats in a bar.
    pub beats_per_bar: u32,
    /// What a beat is: 4 for a quarter note, 8 for an eighth.
    pub beat_unit: u32,
}

impl Default for Tempo {
    fn default() -> Self {
        Self { quarters_per_minute: 120.0, beats_per_bar: 4, beat_unit: 4 }
    }
}

impl Tempo {
    /// Length of a beat in s.
    pub fn beat_s(&self) -> f64 {
        60.0 / self.quarters_per_minute * 4.0 / f64::from(self.beat_unit)
    }

    /// Reads `12.5 s`, `12.5`, `350 ms` or `9:3` as seconds from the start.
    pub fn seconds(&self, text: &str) -> Option<f64> {
        let seconds = if let Some((bar, beat)) = text.split_once(':') {
            let bar: u32 = bar.trim().parse().ok().filter(|bar| *bar >= 1)?;
            let beat: f64 = beat.trim().parse().ok()?;
            let last = f64::from(self.beats_per_bar) + 1.0;
            if !(1.0..last).contains(&beat) {
                return None;
            }
            (f64::from(bar - 1) * f64::from(self.beats_per_bar) + beat - 1.0) * self.beat_s()
        } else {
            let (number, unit) = quantity(text)?;
            (unit.is_empty() || unit == "s").then_some(number)?
        };
        (0.0..=86_400.0).contains(&seconds).then_some(seconds)
    }

    /// Reads a meter such as `3/4`.
    pub fn meter(text: &str) -> Option<(u32, u32)> {
        let (beats, unit) = text.split_once('/')?;
        let beats = beats.trim().parse().ok().filter(|beats| (1..=32).contains(beats))?;
        let unit = unit.trim().parse().ok().filter(|unit| [1, 2, 4, 8, 16].contains(unit))?;
        Some((beats, unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_in_base_units() {
        for (text, number, unit) in [
            ("-6", -6.0, ""),
            ("+3.5 dB", 3.5, "dB"),
            ("\u{2212}12 dB", -12.0, "dB"),
            ("1.2 kHz", 1200.0, "Hz"),
            ("350 ms", 0.35, "s"),
            ("30L", -30.0, ""),
            ("30\u{b0} L", -30.0, ""),
            ("12.5\u{b0} R", 12.5, ""),
            ("4:1", 4.0, ":1"),
        ] {
            assert_eq!(quantity(text), Some((number, unit.to_owned())), "{text}");
        }
        assert_eq!(quantity("Concert Hall"), None);
    }

    #[test]
    fn bars_and_beats_count_from_one_in_the_meter() {
        let tempo = Tempo { quarters_per_minute: 120.0, beats_per_bar: 3, beat_unit: 4 };
        for (text, seconds) in [("1:1", 0.0), ("2:1", 1.5), ("3:2.5", 3.75), ("12.5 s", 12.5)] {
            assert_eq!(tempo.seconds(text), Some(seconds), "{text}");
        }
        for text in ["0:1", "1:4", "1:0", "4294967295:1", "-1", "soon", "3 dB"] {
            assert_eq!(tempo.seconds(text), None, "{text}");
        }
    }

    #[test]
    fn levels_stay_within_the_fader() {
        assert_eq!(level_db("-6 dB"), Some(-6.0));
        assert_eq!(level_db("off"), Some(f64::NEG_INFINITY));
        assert_eq!(level_db("-inf dB"), Some(f64::NEG_INFINITY));
        for text in ["+30 dB", "loud", "3 Hz", "inf"] {
            assert_eq!(level_db(text), None, "{text}");
        }
    }
}

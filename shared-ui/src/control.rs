//! Parameters as the widgets see them, and where their edits go.

use nice_plug::context::gui::GuiContext;
use nice_plug::params::Param;
use nice_plug::params::internals::ParamPtr;

/// A parameter of any kind with its type erased. All positions are normalised, 0..1.
pub trait Control {
    /// Its identity.
    fn ptr(&self) -> ParamPtr;
    /// Its name as the host shows it.
    fn title(&self) -> &str;
    /// Where it stands, before modulation.
    fn position(&self) -> f32;
    /// Where modulation has moved it to.
    fn modulated(&self) -> f32;
    /// Its default.
    fn rest(&self) -> f32;
    /// Number of steps between its stops, if it has stops.
    fn stops(&self) -> Option<usize>;
    /// A position as text with its unit.
    fn text_at(&self, position: f32) -> String;
    /// The position that a typed text means.
    fn read(&self, text: &str) -> Option<f32>;
}

impl<P: Param> Control for P {
    fn ptr(&self) -> ParamPtr {
        self.as_ptr()
    }

    fn title(&self) -> &str {
        self.name()
    }

    fn position(&self) -> f32 {
        self.unmodulated_normalized_value()
    }

    fn modulated(&self) -> f32 {
        self.modulated_normalized_value()
    }

    fn rest(&self) -> f32 {
        self.default_normalized_value()
    }

    fn stops(&self) -> Option<usize> {
        self.step_count()
    }

    fn text_at(&self, position: f32) -> String {
        typographic(&self.normalized_value_to_string(position, true))
    }

    fn read(&self, text: &str) -> Option<f32> {
        self.string_to_normalized_value(text.trim().replace('\u{2212}', "-").as_str())
    }
}

/// A figure as it is printed: with the minus sign, which is as wide as a digit.
pub fn typographic(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let number_follows = chars.peek().is_some_and(|next| next.is_ascii_digit() || *next == 'i');
        out.push(if c == '-' && number_follows { '\u{2212}' } else { c });
    }
    out
}

/// A value as a knob shows it: decibels with one decimal, so that the width stands still.
pub fn brief(text: &str) -> String {
    let Some(number) = text.strip_suffix(" dB") else { return text.to_owned() };
    match number.replace('\u{2212}', "-").parse::<f32>() {
        Ok(db) => format!("{} dB", crate::scale::signed(db, 1)),
        Err(_) => text.to_owned(),
    }
}

/// Where edits go. `begin` and `end` frame one gesture of the hand.
pub trait Edits: Send {
    /// A gesture begins.
    fn begin(&self, param: ParamPtr);
    /// The parameter moves to a normalised position.
    fn set(&self, param: ParamPtr, position: f32);
    /// The gesture ends.
    fn end(&self, param: ParamPtr);
    /// A whole gesture with one position.
    fn put(&self, param: ParamPtr, position: f32) {
        self.begin(param);
        self.set(param, position);
        self.end(param);
    }
}

impl Edits for GuiContext {
    // Safety of all three: the pointers come from `Control::ptr` of parameters that the plugin
    // keeps alive as long as its editor, and the context checks that it knows them.
    fn begin(&self, param: ParamPtr) {
        unsafe { self.raw_begin_set_parameter(param) }
    }

    fn set(&self, param: ParamPtr, position: f32) {
        unsafe { self.raw_set_parameter_normalized(param, position) }
    }

    fn end(&self, param: ParamPtr) {
        unsafe { self.raw_end_set_parameter(param) }
    }
}

#[cfg(test)]
mod tests {
    use super::{brief, typographic};

    #[test]
    fn decibels_are_shown_with_one_decimal() {
        for (text, shown) in [
            ("\u{2212}18.27 dB", "\u{2212}18.3 dB"),
            ("6 dB", "6.0 dB"),
            ("inf dB", "inf dB"),
            ("350 ms", "350 ms"),
        ] {
            assert_eq!(brief(text), shown);
        }
    }

    #[test]
    fn only_the_minus_of_a_number_becomes_a_minus_sign() {
        for (plain, printed) in [
            ("-6.0 dB", "\u{2212}6.0 dB"),
            ("-inf dB", "\u{2212}inf dB"),
            ("High-Pass", "High-Pass"),
        ] {
            assert_eq!(typographic(plain), printed);
        }
    }
}

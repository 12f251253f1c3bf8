//! What each parameter does, in plain words, for the tooltips.

/// What the parameter of an id does.
pub fn about(id: &str) -> &'static str {
    if let Some((band, what)) = id.strip_prefix("eq").and_then(|rest| rest.split_once('_'))
        && !band.is_empty()
    {
        return of_band(what);
    }
    match id.split_once('_') {
        Some(("gate", what)) => of_gate(what),
        Some(("comp", what)) => of_compressor(what),
        _ => of_strip(id),
    }
}

fn of_strip(id: &str) -> &'static str {
    match id {
        "input" => {
            "Brings the recording to the level that thresholds are made for. Aim at about \u{2212}18 on the meter."
        }
        "polarity" => {
            "Turns the signal upside down: for a second microphone on the other side of a drum."
        }
        "order" => "Which of gate, equaliser and compressor hears which.",
        "hpf_on" => "Takes away what lies below the track: rumble, pops, the stage floor.",
        "hpf_freq" => "Below this frequency the sound falls away.",
        "lpf_on" => "Takes away what lies above the track: hiss and spill.",
        "lpf_freq" => "Above this frequency the sound falls away.",
        "hpf_slope" | "lpf_slope" => {
            "How steeply it falls beyond the corner. Steeper turns the phase more."
        }
        "eq_on" => "All bands at once, to hear what they do together.",
        "pan" => "Where the track stands between left and right.",
        "pan_law" => {
            "How much quieter the centre is than the sides, so that a pan keeps its loudness."
        }
        "width" => "From mono (0 %) to twice the difference of both sides (200 %).",
        "output" => "The fader: how loud the track is in the mix.",
        "match" => {
            "Bypass plays the input as loud as the result, so that louder does not pass for better. The figure is what the input gets."
        }
        "bypass" => "Hear the track as it came in, without a click and without a shift in time.",
        _ => "",
    }
}

fn of_gate(what: &str) -> &'static str {
    match what {
        "on" => "Silence between the notes: turns down what is quieter than the threshold.",
        "threshold" => "Above this level the gate opens: the solid line in the picture.",
        "range" => "How far it closes. 10 to 20 dB sound more natural than all.",
        "ratio" => "Below the threshold, how fast it gets quieter: 2 is an expander, inf a gate.",
        "attack" => "How fast it opens. Short for drums; too short may click in the bass.",
        "hold" => "How long it stays open after the sound has fallen below.",
        "release" => "How fast it closes after that.",
        "hysteresis" => {
            "How far below the threshold the sound must fall before it closes: the dashed line. Stops chatter."
        }
        "key" => "What opens it: the track itself, or the sidechain.",
        "key_hpf" => {
            "Takes bass out of what it listens to, so that the kick does not open the snare."
        }
        "key_lpf" => {
            "Takes treble out of what it listens to, so that the hi-hat does not open the snare."
        }
        "lookahead" => "Opens so much before the sound. The host makes up for the delay.",
        "listen" => "Hear what the gate listens to, to set its filters.",
        _ => "",
    }
}

fn of_compressor(what: &str) -> &'static str {
    match what {
        "on" => "An even level: turns down what is louder than the threshold.",
        "threshold" => "Above this level the compressor turns down.",
        "ratio" => "How much: at 4:1, of 4 dB above the threshold 1 dB is left.",
        "knee" => "How softly it sets in around the threshold.",
        "attack" => {
            "How fast it turns down. Slow lets the start of a note through, fast catches it."
        }
        "release" => "How fast it comes back. Fast is louder and may pump.",
        "auto_release" => "Short peaks come back fast, long passages slowly.",
        "detector" => "Follows peaks, or the mean as the ear does.",
        "makeup" => "Gain after it, to make up for what was taken.",
        "auto_makeup" => "Adds the gain that keeps the loudness as it came in.",
        "range" => "The most that it may turn down.",
        "mix" => "How much of the compressed sound is heard; the rest is the sound before it.",
        "link" => "How far one side pulls the other along: 100 % holds the stereo image still.",
        "key" => "What it follows: the track itself, or the sidechain.",
        "key_hpf" => {
            "Takes bass out of what it listens to, so that the bass does not pump the rest."
        }
        "lookahead" => "Acts so much before the sound. The host makes up for the delay.",
        "listen" => "Hear what the compressor listens to.",
        _ => "",
    }
}

fn of_band(what: &str) -> &'static str {
    match what {
        "on" => "Switches the band.",
        "type" => "Its shape: bell, shelf, cut, notch, band-pass or tilt.",
        "freq" => "Its centre or corner.",
        "gain" => "How much it lifts or lowers while nothing moves it.",
        "q" => "How narrow it is: 0.7 is wide, 5 touches a few notes.",
        "dyn" => {
            "By how much its gain moves when the sound in the band is loud. 0 is a plain band."
        }
        "threshold" => "The level inside the band from which on it moves.",
        "key" => "What moves it: the track itself, or the sidechain that it makes room for.",
        "attack" => "How fast it moves away from rest.",
        "release" => "How fast it comes back to rest.",
        "channel" => "Both sides, left, right, the middle or the sides alone.",
        _ => "",
    }
}

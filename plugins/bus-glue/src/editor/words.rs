//! What each parameter does, in plain words, for the tooltips.

/// What the parameter of an id does.
pub fn about(id: &str) -> &'static str {
    match id {
        "input" => "Level into the compressor: drives it without touching the threshold.",
        "threshold" => {
            "Above this level the compressor turns down. On a bus, 1 to 3 dB on the needle are enough."
        }
        "ratio" => "How much: 2:1 leans, 4:1 is the usual glue, 10:1 holds firmly.",
        "knee" => "How softly it sets in around the threshold.",
        "attack" => {
            "How fast it turns down. 10 and 30 ms let the drums through, 0.1 ms catches every peak."
        }
        "release" => {
            "How fast it comes back. Auto: fast after a peak, slowly after a long passage."
        }
        "topology" => {
            "FF listens to what comes in: exact. FB listens to its own result: softer, the classic bus sound."
        }
        "detector" => "Follows peaks, or the mean as the ear does.",
        "link" => "How far one side pulls the other along: 100 % holds the stereo image still.",
        "range" => "The most that it may turn down.",
        "key" => {
            "What it follows: the bus itself, or the sidechain. Choose the sidechain only where one is connected."
        }
        "key_hpf" => {
            "Takes bass out of what it listens to, so that the kick does not pump the bus."
        }
        "key_listen" => "Hear what the compressor listens to.",
        "makeup" => "Gain after the compression, to make up for what was taken.",
        "auto_makeup" => "Adds the gain that keeps the loudness as it came in.",
        "mix" => "Parallel compression: how much of the compressed sound is heard.",
        "colour" => "Harmonics that grow with the gain reduction, as in a transformer.",
        "clip" => "A soft ceiling at \u{2212}0.5 dBFS for the peaks that the attack lets through.",
        "channel" => "Left and right linked, sum and difference, or each side by itself.",
        "delta" => "Hear only what is taken away.",
        "output" => "Level of the result.",
        "match" => {
            "Bypass plays the input as loud as the result, so that louder does not pass for better. The figure is what the input gets."
        }
        "bypass" => "Hear the bus as it came in, without a click and without a shift in time.",
        _ => "",
    }
}

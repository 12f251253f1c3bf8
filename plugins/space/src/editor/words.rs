//! What each control does and when to use it, for its tooltip.

/// The words for the parameter of an id.
pub fn about(id: &str) -> &'static str {
    match id {
        "mode" => {
            "What feeds what: the reverb, the delay, echoes heard through the reverb, or both side by side."
        }
        "room" => {
            "The size and the walls that the early reflections come from. The decay is set by itself."
        }
        "room_volume" => {
            "How large the room is: its reflections come later and thinner the larger it is."
        }
        "room_group" => {
            "Instances of Space and Distance in one group share one room: change it in any of them."
        }
        "decay" => {
            "How long the late field takes to fall by 60 dB. Short keeps a mix clear, long makes it large."
        }
        "decay_low" => "How long the bass lasts against the middle. Under 1 keeps it tight.",
        "decay_high" => {
            "How long the treble lasts against the middle. Halls lose it first; plates keep it."
        }
        "xover_low" => "Below this, the time of the bass holds.",
        "xover_high" => "Above this, the time of the treble holds.",
        "predelay" => "A gap before the room answers: keeps the voice in front of its reverb.",
        "predelay_sync" => "The predelay as a note of the host's tempo.",
        "early" => {
            "Level of the early reflections, which tell how large the room is and how near the source."
        }
        "late" => "Level of the late field, which lets the sound ring on.",
        "diffusion" => "How soon single echoes become a dense field. Low for a rougher start.",
        "mod_depth" => "How far the late field drifts: keeps long decays from ringing at a pitch.",
        "mod_rate" => "How fast the late field drifts.",
        "freeze" => "Holds what sounds in the late field for ever and lets nothing new in.",
        "low_cut" => "Keeps rumble and kick out of the reverb.",
        "high_cut" => "Keeps hiss and sibilance out of the reverb.",
        "delay_time" => "Time of the left echo, and of the right one without an offset.",
        "delay_sync" => "The delay as a note of the host's tempo: D is dotted, T a triplet.",
        "delay_offset" => {
            "How much later or earlier the right echo is than the left one: makes echoes wide."
        }
        "feedback" => {
            "How much of an echo is repeated. From 100 % on echoes grow until they saturate."
        }
        "cross_feed" => "How much of an echo changes sides. 100 % is ping-pong.",
        "delay_low_cut" => "Makes every repeat thinner, so that echoes stay out of the bass.",
        "delay_high_cut" => "Makes every repeat duller, as tape does, so that echoes step back.",
        "delay_drive" => "Makes every repeat rougher, as an overdriven tape.",
        "delay_wow" => "Lets the pitch of echoes drift as tape does.",
        "duck" => "How far the effect steps back while the key sounds, and comes up in the gaps.",
        "duck_release" => "How fast the effect comes back when the key falls silent.",
        "duck_key" => "What the effect steps back for: its own input, or the sidechain.",
        "width" => "How far left and right differ: mono at 0 %, as it is at 100 %.",
        "mix" => "Effect against input. 100 % on a bus that tracks are sent to.",
        "mix_lock" => "Presets leave the mix as it is.",
        "output" => "Level of what comes out.",
        "bypass" => "Hear the input as it comes.",
        _ => "",
    }
}

//! What each control does and when to use it, for its tooltip.

/// The words for the parameter of an id.
pub fn about(id: &str) -> &'static str {
    match id {
        "distance" => {
            "How far away the track stands: level, treble, width and room follow together."
        }
        "azimuth" => "The direction of the track, from 90 degrees left to 90 right.",
        "recorded_at" => {
            "How far the microphone was. At this distance the direct sound is left as it is."
        }
        "level_law" => "How much level a doubling of distance costs: 6 dB at 100 %, none at 0 %.",
        "air" => "How much treble the air takes on the way: real air at 100 %, more for effect.",
        "proximity" => "The rise of the bass that a microphone has nearer than 1 m.",
        "source_width" => {
            "How wide the source is in m. A choir is wide, a voice is not; far away both are narrow."
        }
        "time_of_flight" => {
            "Lets distance delay the direct sound, as it really does. Off keeps tracks in time."
        }
        "hold_loudness" => {
            "Keeps the loudness while the distance changes: depth without another balance."
        }
        "room" => "The room that all cues come from. Instances in one group share it.",
        "room_volume" => "How large the room is. To change it makes a custom room.",
        "room_rt60" => {
            "How long the room takes to fall by 60 dB. To change it makes a custom room."
        }
        "room_low" => "How long the bass lasts against the middle.",
        "room_high" => "How long the treble lasts against the middle.",
        "room_group" => {
            "Instances of Distance and Space in one group share one room and see each other on the stage."
        }
        "early" => "Level of the early reflections; 0 dB is what the room gives.",
        "late" => "Level of the late field; 0 dB is what the room gives.",
        "reverb" => {
            "Makes the late field in this instance, or sends it to one Space for all tracks by the output Room Feed."
        }
        "pan_law" => "How much a mono source in the middle loses against one at a side.",
        "output" => "Level of what comes out.",
        "bypass" => "Hear the input as it comes.",
        _ => "",
    }
}

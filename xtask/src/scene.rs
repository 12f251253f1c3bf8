//! What the editors are looked at with, where nobody says otherwise: tracks of the session in `tests/session`.

use std::process::Command;

/// A track, its stem and its key, from a time on, and settings; then the other tracks.
struct Scene {
    bundle: &'static str,
    track: &'static str,
    input: &'static str,
    sidechain: Option<&'static str>,
    from_s: &'static str,
    settings: &'static str,
    company: &'static [&'static str],
}

const SCENES: [Scene; 4] = [
    Scene {
        bundle: "proscenium-strip",
        track: "Lead#FFD54D",
        input: "lead",
        sidechain: Some("keys"),
        from_s: "8",
        settings: "hpf_on=On; hpf_freq=120 Hz; gate_on=On; gate_threshold=-52 dB; \
                   eq2_on=On; eq2_freq=260 Hz; eq2_gain=-3 dB; eq2_q=1.2; \
                   eq4_on=On; eq4_freq=700 Hz; eq4_gain=-2 dB; \
                   eq5_on=On; eq5_freq=2.6 kHz; eq5_gain=2 dB; eq5_q=1.5; eq5_dyn=-6 dB; \
                   eq5_threshold=-34 dB; \
                   eq7_on=On; eq7_type=High Shelf; eq7_freq=7 kHz; eq7_gain=4 dB; eq7_q=0.7; \
                   comp_on=On; comp_threshold=-26 dB; comp_ratio=3:1; comp_attack=8 ms; \
                   comp_auto_release=On; comp_detector=RMS; comp_lookahead=1 ms; comp_makeup=3 dB",
        company: &[],
    },
    Scene {
        bundle: "proscenium-glue",
        track: "Drums#FF8A80",
        input: "overheads",
        sidechain: None,
        from_s: "8",
        settings: "threshold=-24 dB; ratio=4; attack=10 ms; release=Auto; key_hpf=80 Hz; \
                   makeup=2 dB; colour=25 %",
        company: &[],
    },
    Scene {
        bundle: "proscenium-distance",
        track: "Acoustic#45D0B0",
        input: "acoustic",
        sidechain: None,
        from_s: "8",
        settings: "distance=1.8 m; azimuth=-38; source_width=1.5 m; hold_loudness=On; \
                   reverb=Room Feed; room=Club; room_group=A",
        company: &[
            "Lead#FFD54D distance=1.2 m; room=Club; room_group=A",
            "Bass#9AD65C distance=2 m; azimuth=-3; room=Club; room_group=A",
            "Electric#5CBCF5 distance=2.5 m; azimuth=42; room=Club; room_group=A",
            "Keys#9BA6FF distance=3 m; azimuth=24; source_width=2 m; room=Club; room_group=A",
            "Drums#FF8A80 distance=3.5 m; azimuth=6; source_width=4 m; room=Club; room_group=A",
            "Backing#F08BD0 distance=5 m; azimuth=-14; source_width=5 m; room=Club; room_group=A",
        ],
    },
    Scene {
        bundle: "proscenium-space",
        track: "Room#63B3FF",
        input: "snare",
        sidechain: Some("lead"),
        from_s: "8",
        settings: "room=Club; mix=100 %; low_cut=120 Hz",
        company: &[],
    },
];

/// Gives a command the scene of a bundle, as arguments.
pub fn stage(command: &mut Command, bundle: &str) {
    let Some(scene) = SCENES.iter().find(|scene| scene.bundle == bundle) else { return };
    let stem = |name: &str| format!("tests/session/stems/{name}.flac");
    command.args(["--track", scene.track, "--from", scene.from_s]);
    command.args(["--input", &stem(scene.input)]);
    if let Some(sidechain) = scene.sidechain {
        command.args(["--sidechain", &stem(sidechain)]);
    }
    for setting in scene.settings.split(';') {
        command.args(["--set", setting.trim()]);
    }
    for other in scene.company {
        command.args(["--with", other]);
    }
}

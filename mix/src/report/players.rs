//! The players: before and mix in step, switched while they play, and every group by itself.

use super::Report;
use super::svg::{Svg, number};
use crate::analysis::waveform;
use crate::markup::escape;
use crate::output::file_name;
use crate::session::Role;

const WIDTH: f64 = 1300.0;
const HEIGHT: f64 = 62.0;
const COLUMNS: usize = 650;

/// Draws the players.
pub fn draw(report: &Report) -> String {
    let session = report.session;
    let mix = &report.rendered.nodes[session.master()];
    let loudest = mix.peak().max(report.before.0.peak()).max(1e-6);
    let mut tracks =
        lane("Before", "before.wav", "#8A93A2", &waveform(report.before.0, COLUMNS), loudest);
    tracks += &lane("Mix", "mix.wav", "#43D3A6", &waveform(mix, COLUMNS), loudest);
    let groups: String = session
        .nodes
        .iter()
        .filter(|node| matches!(node.role, Role::Group | Role::Bus))
        .map(|node| {
            let file = format!("groups/{}.wav", file_name(&node.name));
            format!(
                r#"<button data-src="{}"><i style="background:{}"></i>{}</button>"#,
                escape(&link(&file)),
                node.colour,
                escape(&node.name)
            )
        })
        .collect();
    let groups = if groups.is_empty() {
        String::new()
    } else {
        format!(r#"<span class="dim">by itself</span>{groups}"#)
    };
    let lufs = number(report.before.1.loudness.integrated_lufs, 1);
    format!(
        r#"<section class="player" id="player"><div class="bar"><button class="play" aria-label="Play or pause">Play</button><button class="side" data-side="0">Before</button><button class="side on" data-side="1">Mix</button>{groups}<span class="clock right">0.0 s</span></div>{tracks}<p class="dim">Both at {lufs} LUFS. Click a waveform to hear from there; press 1 and 2 to switch, Space to play.</p><p class="missing" hidden>The sound lies beside this page: keep mix.wav, before.wav and groups in the same folder.</p><noscript><p>Before <audio controls src="before.wav"></audio> Mix <audio controls src="mix.wav"></audio></p></noscript></section>"#
    )
}

fn lane(name: &str, file: &str, colour: &str, peaks: &[f32], loudest: f32) -> String {
    let mut svg = Svg::new(WIDTH, HEIGHT, &format!("Waveform: {name}"));
    let middle = HEIGHT / 2.0;
    let step = WIDTH / peaks.len().max(1) as f64;
    let upper: Vec<(f64, f64)> = peaks
        .iter()
        .enumerate()
        .map(|(index, peak)| {
            let height = (middle - 2.0) * f64::from(*peak / loudest);
            ((index as f64 + 0.5) * step, middle - height.max(0.5))
        })
        .collect();
    let lower: Vec<(f64, f64)> = upper.iter().map(|(x, y)| (*x, HEIGHT - y)).collect();
    let fill = format!(r#"fill="{colour}" fill-opacity=".75""#);
    svg.area(&upper, middle, &fill);
    svg.area(&lower, middle, &fill);
    let picture = svg.finish().replacen("<svg ", r#"<svg preserveAspectRatio="none" "#, 1);
    format!(
        r#"<div class="lane"><span>{name}</span><div class="wave" data-wave>{picture}<i class="cursor"></i></div><audio preload="auto" src="{file}"></audio></div>"#
    )
}

/// A relative path as a link: what a URL reserves is escaped.
fn link(path: &str) -> String {
    path.chars()
        .map(|c| match c {
            '%' => "%25".into(),
            '#' => "%23".into(),
            '?' => "%3F".into(),
            ' ' => "%20".into(),
            c => c.to_string(),
        })
        .collect()
}

//! `report.html`: the whole mix at a glance, in one file. Sound lies beside it.

mod players;
mod stage;
mod svg;
mod table;
mod time;
mod tracks;

use base64::Engine;

use crate::analysis::Analysis;
use crate::audio::Stereo;
use crate::dynamics::Reduction;
use crate::engine::Rendered;
use crate::job::Outcome;
use crate::markup::escape;
use crate::session::quantity::quantity;
use crate::session::{Role, Session};
use svg::number;

/// Reductions smaller than this are not shown, in dB.
const LEAST_DB: f32 = 0.2;

/// What the report tells of.
pub struct Report<'a> {
    /// The session.
    pub session: &'a Session,
    /// Its audio.
    pub rendered: &'a Rendered,
    /// The stems as they are, by node.
    pub stems_before: &'a [Option<Analysis>],
    /// What left each node.
    pub after: &'a [Analysis],
    /// The stems summed flat, at the mix's loudness.
    pub before: (&'a Stereo, &'a Analysis),
    /// The gain that made them so loud, in dB.
    pub match_db: f64,
    /// Gain reduction over time.
    pub reductions: &'a [Reduction],
    /// What the user should know.
    pub notes: &'a [String],
    /// The mix's figures and the render's.
    pub outcome: &'a Outcome,
}

/// The page.
pub fn html(report: &Report) -> String {
    let session = report.session;
    let title = if session.title.is_empty() { "Mix" } else { &session.title };
    let mut page =
        String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page += "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">";
    page += &format!("<title>{}: Proscenium mix</title><style>", escape(title));
    page += &fonts();
    page += include_str!("report.css");
    page += "</style></head><body><main>";
    page += &head(report, title);
    page += &players::draw(report);
    page += &stage_section(report);
    page += &format!("<section><h2>Levels</h2>{}</section>", table::draw(report));
    page += &tracks_section(report);
    page += &time_section(report);
    page += &foot(report);
    page += "</main><script>";
    page += include_str!("report.js");
    page += "</script></body></html>\n";
    page
}

fn fonts() -> String {
    let face = |weight: u32, bytes: &[u8]| {
        let data = base64::engine::general_purpose::STANDARD.encode(bytes);
        format!(
            "@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/otf;base64,{data})}}"
        )
    };
    face(400, include_bytes!("../../../shared-ui/fonts/InterTabular-Regular.otf"))
        + &face(600, include_bytes!("../../../shared-ui/fonts/InterTabular-SemiBold.otf"))
}

fn head(report: &Report, title: &str) -> String {
    let (session, outcome) = (report.session, report.outcome);
    let count = |role| session.nodes.iter().filter(|node| node.role == role).count();
    let plural = |count: usize, one: &str, many: &str| {
        format!("{count} {}", if count == 1 { one } else { many })
    };
    let tempo = session.tempo;
    let facts = [
        plural(count(Role::Track), "track", "tracks"),
        plural(count(Role::Group), "group", "groups"),
        plural(count(Role::Bus), "effects bus", "effects buses"),
        plural(outcome.instances, "plugin instance", "plugin instances"),
        format!("{} kHz", number(f64::from(session.sample_rate_hz) / 1000.0, 1)),
        format!(
            "{} bpm, {}/{}",
            number(tempo.quarters_per_minute, 0),
            tempo.beats_per_bar,
            tempo.beat_unit
        ),
        format!("{} s", number(outcome.length_s, 1)),
    ]
    .join(" \u{b7} ");
    let mix = &outcome.mix;
    let loudness = &mix.loudness;
    let speed = outcome.length_s / outcome.render_s.max(1e-9);
    let clips = if loudness.true_peak_dbtp > 0.0 { " clip" } else { "" };
    let figure = |class: &str, value: String, unit: &str, name: &str| {
        format!(
            r#"<div class="figure{class}"><b>{value}</b><span>{unit}</span><small>{name}</small></div>"#
        )
    };
    let figures = [
        figure("", number(loudness.integrated_lufs, 1), "LUFS", "integrated loudness"),
        figure(clips, number(loudness.true_peak_dbtp, 1), "dBTP", "true peak"),
        figure("", number(loudness.range_lu, 1), "LU", "loudness range"),
        figure("", number(mix.correlation.unwrap_or(f64::NAN), 2), "", "correlation"),
        figure("", number(speed, 1), "\u{d7}", "real time"),
    ]
    .concat();
    format!(
        r#"<header class="top"><div><p class="mark">Proscenium mix</p><h1>{}</h1><p class="muted">{facts}</p></div><div class="hero">{figures}</div></header>"#,
        escape(title)
    )
}

fn stage_section(report: &Report) -> String {
    let session = report.session;
    let placements = &report.rendered.placements;
    let read = |text: &str| quantity(text).map_or(0.0, |(number, _)| number);
    let sources: Vec<stage::Source> = placements
        .iter()
        .map(|placement| {
            let node = &session.nodes[placement.node];
            stage::Source {
                name: &node.name,
                colour: &node.colour,
                distance_m: read(&placement.distance),
                azimuth_deg: read(&placement.azimuth),
                lufs: report.after[placement.node].loudness.integrated_lufs,
            }
        })
        .collect();
    if sources.is_empty() {
        return String::new();
    }
    let room = match placements.first() {
        Some(first) if placements.iter().all(|p| p.room == first.room) => {
            let group = if first.room_group.eq_ignore_ascii_case("own") {
                String::new()
            } else {
                format!(", room group {}", escape(&first.room_group))
            };
            format!("{}{group}", escape(&first.room))
        }
        _ => "several rooms".to_owned(),
    };
    let mut order: Vec<&stage::Source> = sources.iter().collect();
    order.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
    let rows: String = order
        .iter()
        .map(|source| {
            format!(
                r#"<tr><td><i style="background:{}"></i>{}</td><td>{} m</td><td>{}</td></tr>"#,
                source.colour,
                escape(source.name),
                number(source.distance_m, 2),
                direction(source.azimuth_deg)
            )
        })
        .collect();
    let others: Vec<String> = session
        .nodes
        .iter()
        .enumerate()
        .filter(|(index, node)| {
            node.role == Role::Track && placements.iter().all(|place| place.node != *index)
        })
        .map(|(_, node)| escape(&node.name))
        .collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!(r#"<p class="dim">Not placed by Distance: {}.</p>"#, others.join(", "))
    };
    format!(
        r#"<section><h2>The stage <span>{room} · halo: loudness</span></h2><div class="stage"><div>{}</div><div><table class="places"><thead><tr><th>nearest first</th><th>distance</th><th>direction</th></tr></thead><tbody>{rows}</tbody></table>{others}</div></div></section>"#,
        stage::draw(&sources)
    )
}

/// A direction as text.
fn direction(azimuth_deg: f64) -> String {
    match azimuth_deg {
        a if a < -0.5 => format!("{}\u{b0} left", number(-a, 0)),
        a if a > 0.5 => format!("{}\u{b0} right", number(a, 0)),
        _ => "centre".to_owned(),
    }
}

fn tracks_section(report: &Report) -> String {
    let session = report.session;
    let cards: String = session
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let to = node.output.map(|route| session.nodes[route.node].name.as_str());
            let detail = match (node.role, to) {
                (Role::Track, Some(to)) => format!("to {to}"),
                (Role::Master, _) => "against the flat sum, as loud".to_owned(),
                (role, _) => role.name().to_owned(),
            };
            let before = match node.role {
                Role::Master => Some(report.before.1),
                _ => report.stems_before[index].as_ref(),
            };
            tracks::draw(&tracks::Card {
                name: &node.name,
                colour: &node.colour,
                detail,
                before,
                after: &report.after[index],
            })
        })
        .collect();
    format!(
        r#"<section><h2>Spectrum and loudness <span>after in colour, before dashed · spectra tilted 4.5 dB per octave · loudness of 400 ms over time</span></h2><div class="cards">{cards}</div></section>"#
    )
}

fn time_section(report: &Report) -> String {
    let axis = time::Axis { length_s: report.outcome.length_s };
    let scale = time::scale(report.session, axis);
    let mut text = String::new();
    let reductions: String = report
        .reductions
        .iter()
        .filter(|reduction| reduction.max_db() >= LEAST_DB)
        .map(|reduction| time::reduction(report.session, axis, reduction))
        .collect();
    if !reductions.is_empty() {
        text += &format!(
            r#"<section><h2>Gain reduction <span>measured: the same audio with and without it</span></h2><div class="rows">{scale}{reductions}</div></section>"#
        );
    }
    let lanes = time::automation(report.session, axis);
    if !lanes.is_empty() {
        text += &format!(
            r#"<section><h2>Automation</h2><div class="rows">{scale}{}</div></section>"#,
            lanes.concat()
        );
    }
    text
}

fn foot(report: &Report) -> String {
    let outcome = report.outcome;
    let latency = report.rendered.latency;
    let mut facts = vec![format!(
        "{} s rendered in {} s by {} plugin instances on {} threads",
        number(outcome.length_s, 1),
        number(outcome.render_s, 2),
        outcome.instances,
        outcome.threads
    )];
    facts.push(format!("{latency} samples of latency compensated"));
    facts.push(format!("the flat sum moved by {} dB to be as loud", number(report.match_db, 1)));
    facts.extend(report.notes.iter().map(|note| escape(note)));
    format!("<footer>{}</footer>", facts.join(" \u{b7} "))
}

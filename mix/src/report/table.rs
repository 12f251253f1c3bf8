//! Levels of tracks, groups, buses and the mix.

use super::Report;
use super::svg::{Svg, number};
use crate::analysis::Analysis;
use crate::markup::escape;
use crate::session::Role;

const BAR: (f64, f64) = (440.0, 14.0);
const BALANCE: (f64, f64) = (120.0, 14.0);

/// Draws the table.
pub fn draw(report: &Report) -> String {
    let mut rows = String::new();
    for role in [Role::Track, Role::Group, Role::Bus, Role::Master] {
        for (index, node) in report.session.nodes.iter().enumerate() {
            if node.role != role {
                continue;
            }
            let before = report.stems_before[index].as_ref();
            let name = if role == Role::Master { "Mix" } else { &node.name };
            rows += &row(name, &node.colour, role, before, &report.after[index]);
        }
    }
    rows += &row("Before", "#8A93A2", Role::Master, None, report.before.1);
    format!(
        r#"<table class="levels"><thead><tr><th></th><th></th><th>stem LUFS</th><th>LUFS</th><th class="wide">loudness {}</th><th>sample peak</th><th>true peak</th><th>correlation</th><th></th></tr></thead><tbody>{rows}</tbody></table>"#,
        "\u{2212}50 to 0, tick: loudest 3 s"
    )
}

fn row(
    name: &str,
    colour: &str,
    role: Role,
    before: Option<&Analysis>,
    after: &Analysis,
) -> String {
    let loudness = &after.loudness;
    let stem = before.map_or(String::new(), |b| number(b.loudness.integrated_lufs, 1));
    let hot = if loudness.true_peak_dbtp > 0.0 { " class=\"clip\"" } else { "" };
    let role_name = match (role, name) {
        (Role::Master, "Mix") => "master".to_owned(),
        (Role::Master, _) => "flat sum".to_owned(),
        (role, _) => role.name().to_owned(),
    };
    format!(
        r#"<tr class="{}"><td><i style="background:{colour}"></i>{}</td><td class="dim">{role_name}</td><td class="muted">{stem}</td><td><b>{}</b></td><td>{}</td><td>{} dBFS</td><td{hot}>{} dBTP</td><td>{}</td><td>{}</td></tr>"#,
        role.name(),
        escape(name),
        number(loudness.integrated_lufs, 1),
        bar(after, colour),
        number(after.peak_dbfs, 1),
        number(loudness.true_peak_dbtp, 1),
        number(after.correlation.unwrap_or(f64::NAN), 2),
        balance(after.correlation),
    )
}

fn bar(after: &Analysis, colour: &str) -> String {
    let mut svg = Svg::new(BAR.0, BAR.1, "Loudness");
    let x = |lufs: f64| BAR.0 * (lufs.max(-50.0) + 50.0).clamp(0.0, 50.0) / 50.0;
    svg.rect((0.0, 3.0), (BAR.0, 8.0), r##"rx="1.5" fill="#1E232B""##);
    let width = x(after.loudness.integrated_lufs);
    svg.rect((0.0, 3.0), (width, 8.0), &format!(r#"rx="1.5" fill="{colour}" fill-opacity=".85""#));
    let tick = x(after.loudness.short_term_max_lufs);
    if tick > 0.0 {
        svg.rect((tick.min(BAR.0 - 1.5), 1.0), (1.5, 12.0), r##"fill="#ECEEF2""##);
    }
    svg.finish()
}

/// Correlation from -1 at the left to 1 at the right.
fn balance(correlation: Option<f64>) -> String {
    let mut svg = Svg::new(BALANCE.0, BALANCE.1, "Correlation");
    let middle = BALANCE.0 / 2.0;
    svg.rect((0.0, 5.0), (BALANCE.0, 4.0), r##"rx="1.5" fill="#1E232B""##);
    svg.rect((middle - 0.5, 2.0), (1.0, 10.0), r##"fill="#3A424F""##);
    if let Some(correlation) = correlation {
        let x = middle + (middle - 3.0) * correlation.clamp(-1.0, 1.0);
        // A diffuse room lies around nothing; well below, mono playback loses it.
        let colour = if correlation < -0.3 { "#FF6369" } else { "#63B3FF" };
        svg.circle((x, 7.0), 3.5, &format!(r#"fill="{colour}""#));
    }
    svg.finish()
}

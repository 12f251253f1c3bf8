//! Automation: which target, and points that rise in time.

use super::model::{Node, ParamLane, ParamPoint};
use super::quantity::{self, Tempo};
use super::raw;
use super::source::Source;
use crate::error::Result;

/// What a point's time is expected to be.
const TIME: &str =
    "seconds such as \"12.5 s\", or bar and beat from 1 within the meter, such as \"9:3\"";

/// Reads the lanes of a strip into its levels and plugins. `names` are all nodes' names.
pub fn attach(
    source: &Source,
    tempo: Tempo,
    names: &[String],
    lanes: &[raw::Automation],
    node: &mut Node,
) -> Result<()> {
    for lane in lanes {
        let points = points(source, tempo, lane)?;
        let target = lane.target.get_ref().trim();
        let line = source.line(lane.target.span());
        let taken = match target.split_once('.') {
            None if target == "fader" => fill(&mut node.fader.lane, levels(source, &points)?),
            Some(("send", to)) => {
                let send = node.sends.iter_mut().find(|send| names[send.to.node] == to);
                match send {
                    Some(send) => fill(&mut send.level.lane, levels(source, &points)?),
                    None => return Err(no_target(source, line, target, node, names)),
                }
            }
            Some((plugin, id)) => match node.plugins.iter_mut().find(|slot| slot.name == plugin) {
                Some(slot) => {
                    let taken = slot.lanes.iter().any(|lane| lane.id == id);
                    slot.lanes.push(ParamLane { id: id.to_owned(), line, points });
                    taken
                }
                None => return Err(no_target(source, line, target, node, names)),
            },
            None => return Err(no_target(source, line, target, node, names)),
        };
        if taken {
            let what = format!("\"{target}\" of \"{}\" is automated twice", node.name);
            return Err(source.error_at(line, what, "one lane for one target"));
        }
    }
    Ok(())
}

/// Puts a lane in place; true if there was one.
fn fill(place: &mut Vec<(f64, f64)>, lane: Vec<(f64, f64)>) -> bool {
    !std::mem::replace(place, lane).is_empty()
}

fn no_target(
    source: &Source,
    line: usize,
    target: &str,
    node: &Node,
    names: &[String],
) -> crate::error::MixError {
    let mut known = vec!["\"fader\"".to_owned()];
    known.extend(node.sends.iter().map(|send| format!("\"send.{}\"", names[send.to.node])));
    known.extend(node.plugins.iter().map(|slot| format!("\"{}.<parameter>\"", slot.name)));
    let what = format!("\"{}\" has nothing called \"{target}\" to automate", node.name);
    source.error_at(line, what, format!("one of {}", known.join(", ")))
}

fn points(source: &Source, tempo: Tempo, lane: &raw::Automation) -> Result<Vec<ParamPoint>> {
    let mut points: Vec<ParamPoint> = Vec::new();
    for point in lane.points.get_ref() {
        let [time, value] = &point.get_ref()[..] else {
            let what = format!("a point has {} values", point.get_ref().len());
            return Err(source.error(point.span(), what, "two: [time, value]"));
        };
        let text = source.text(time)?;
        let time_s = tempo
            .seconds(&text)
            .ok_or_else(|| source.error(time.span(), format!("\"{text}\" is not a time"), TIME))?;
        if points.last().is_some_and(|last| last.time_s > time_s) {
            let what = format!("the point at \"{text}\" lies before the one in front of it");
            return Err(source.error(time.span(), what, "times that rise"));
        }
        points.push(ParamPoint {
            time_s,
            text: source.text(value)?,
            line: source.line(value.span()),
        });
    }
    if points.is_empty() {
        let what = format!("the automation of \"{}\" has no points", lane.target.get_ref());
        return Err(source.error(lane.points.span(), what, "points = [[time, value], ...]"));
    }
    Ok(points)
}

fn levels(source: &Source, points: &[ParamPoint]) -> Result<Vec<(f64, f64)>> {
    points
        .iter()
        .map(|point| match quantity::level_db(&point.text) {
            Some(db) => Ok((point.time_s, db)),
            None => Err(source.error_at(
                point.line,
                format!("\"{}\" is not a level in range", point.text),
                "a level from \"off\" to \"+24 dB\"",
            )),
        })
        .collect()
}

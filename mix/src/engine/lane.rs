//! A parameter's automation as the events that a plugin is sent.

use clap_host::ParamEvent;

use crate::rack::{Fault, Plugin};
use crate::session::ParamLane;

/// Frames between two events of a ramp.
const STEP: i64 = 32;

/// An event at a frame of the song.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timed {
    /// The frame.
    pub frame: i64,
    /// The parameter.
    pub id: u32,
    /// Its value.
    pub value: f64,
}

/// A lane with its texts read by the plugin.
pub struct Ramp {
    /// The events, in order.
    pub events: Vec<Timed>,
    /// The value before the first point.
    pub initial: f64,
}

/// Reads a lane: the line of the text that cannot be read is given with the fault.
pub fn ramp(
    plugin: &mut dyn Plugin,
    lane: &ParamLane,
    sample_rate_hz: f64,
) -> Result<Ramp, (usize, Fault)> {
    let mut points = Vec::new();
    let mut clap_id = 0;
    for point in &lane.points {
        let (id, value) =
            plugin.value(&lane.id, &point.text).map_err(|fault| (point.line, fault))?;
        clap_id = id;
        points.push(((point.time_s * sample_rate_hz).round() as i64, value));
    }
    let initial = points.first().map_or(0.0, |point| point.1);
    let events = interpolated(clap_id, &points, plugin.is_stepped(&lane.id));
    Ok(Ramp { events, initial })
}

fn interpolated(id: u32, points: &[(i64, f64)], stepped: bool) -> Vec<Timed> {
    let mut events: Vec<Timed> = Vec::new();
    let mut push = |frame, value: f64| {
        let value = if stepped { value.round() } else { value };
        match events.last_mut() {
            // Two points at one frame are a jump: the later one counts.
            Some(last) if last.frame == frame => last.value = value,
            Some(last) if last.value == value => {}
            _ => events.push(Timed { frame, id, value }),
        }
    };
    for pair in points.windows(2) {
        let [from, to] = [pair[0], pair[1]];
        push(from.0, from.1);
        if from.1 != to.1 {
            for frame in (from.0 + STEP..to.0).step_by(STEP as usize) {
                let along = (frame - from.0) as f64 / (to.0 - from.0) as f64;
                push(frame, from.1 + (to.1 - from.1) * along);
            }
        }
    }
    if let Some(last) = points.last() {
        push(last.0, last.1);
    }
    events
}

/// The events of a block that begins at a frame of the song, with offsets into it. `next` counts
/// on from block to block.
pub fn due(
    events: &[Timed],
    next: &mut usize,
    start: i64,
    frames: usize,
    into: &mut Vec<ParamEvent>,
) {
    into.clear();
    while let Some(event) = events.get(*next).filter(|event| event.frame < start + frames as i64) {
        let offset = usize::try_from(event.frame - start).unwrap_or(0);
        into.push(ParamEvent { offset, id: event.id, value: event.value });
        *next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_has_an_event_every_step_and_at_its_points() {
        let events = interpolated(7, &[(100, 0.0), (196, 0.75), (500, 0.75)], false);
        let places: Vec<_> = events.iter().map(|event| (event.frame, event.value)).collect();
        assert_eq!(places, [(100, 0.0), (132, 0.25), (164, 0.5), (196, 0.75)]);
    }

    #[test]
    fn a_choice_moves_in_whole_steps_and_two_points_at_one_time_jump() {
        let events = interpolated(7, &[(0, 0.0), (64, 2.0), (64, 5.0)], true);
        let places: Vec<_> = events.iter().map(|event| (event.frame, event.value)).collect();
        assert_eq!(places, [(0, 0.0), (32, 1.0), (64, 5.0)]);
    }

    #[test]
    fn events_fall_into_their_block() {
        let events = [10, 511, 512].map(|frame| Timed { frame, id: 1, value: 0.5 });
        let (mut next, mut block) = (0, Vec::new());
        due(&events, &mut next, 0, 512, &mut block);
        assert_eq!(block.iter().map(|event| event.offset).collect::<Vec<_>>(), [10, 511]);
        due(&events, &mut next, 512, 512, &mut block);
        assert_eq!(block.iter().map(|event| event.offset).collect::<Vec<_>>(), [0]);
    }
}

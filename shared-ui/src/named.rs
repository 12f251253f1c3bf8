//! Values of a room by name: they show what the name says, and whoever turns one makes a custom room of it that
//! is the same in all others.

use crate::control::Control;
use crate::face::Face;
use crate::gesture::Touch;
use nice_plug::params::internals::ParamPtr;
use nice_plug::params::{EnumParam, FloatParam, Param};
use shared_plugin::choices::RoomKind;

/// Draws the control of the parameter at `which` of a room's, by `draw`. `named` are all parameters of the room with
/// what its name says of them, or nothing where the room is custom.
pub fn show(
    face: &mut Face<'_>,
    kind: &EnumParam<RoomKind>,
    named: &[(&FloatParam, f32)],
    which: &FloatParam,
    draw: impl FnOnce(&mut Face<'_>, &dyn Control) -> Touch,
) {
    let own = named.iter().find(|(param, _)| param.ptr() == which.ptr());
    let Some(position) = own.map(|(param, value)| param.preview_normalized(*value)) else {
        draw(face, which);
        return;
    };
    let control = Standing { control: which, position };
    let touch = draw(face, &control);
    let to = face.position(&control);
    if to != position {
        for (param, value) in named {
            let own = param.ptr() == which.ptr();
            face.hand.put(*param, if own { to } else { param.preview_normalized(*value) });
        }
        face.hand.put(kind, kind.preview_normalized(RoomKind::Custom));
    } else if touch.lit() && !touch.dragged {
        let value = which.text_at(position);
        let name = which.title();
        face.hand.say(format!("{name}: {value}. Drag, wheel or type: it becomes a custom room"));
    }
}

/// A control that stands where something else has put it.
struct Standing<'a> {
    control: &'a dyn Control,
    position: f32,
}

impl Control for Standing<'_> {
    fn ptr(&self) -> ParamPtr {
        self.control.ptr()
    }

    fn title(&self) -> &str {
        self.control.title()
    }

    fn position(&self) -> f32 {
        self.position
    }

    fn modulated(&self) -> f32 {
        self.position
    }

    fn rest(&self) -> f32 {
        self.position
    }

    fn stops(&self) -> Option<usize> {
        self.control.stops()
    }

    fn text_at(&self, position: f32) -> String {
        self.control.text_at(position)
    }

    fn read(&self, text: &str) -> Option<f32> {
        self.control.read(text)
    }
}

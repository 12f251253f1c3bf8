//! The order of the three modules: their panels stand side by side as the signal flows, and are
//! dragged by their grips. The gate is always before the compressor: what moves is the equaliser's
//! place among the two.

use egui::{Id, Key, Modifiers, Pos2, Rect, pos2, vec2};
use nice_plug::params::Param;
use shared_ui::Face;
use shared_ui::panel;
use shared_ui::theme;

use crate::params::{Order, StripParams};

/// A module that has its place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// The gate.
    Gate,
    /// The equaliser.
    Eq,
    /// The compressor.
    Comp,
}

/// The orders by the place of the equaliser.
const ORDERS: [Order; 3] = [Order::EqGateComp, Order::GateEqComp, Order::GateCompEq];

impl Module {
    fn name(self) -> &'static str {
        match self {
            Module::Gate => "Gate",
            Module::Eq => "EQ",
            Module::Comp => "Compressor",
        }
    }

    /// The id of its grip.
    pub fn grip(self) -> Id {
        Id::unique(("grip", self.name()))
    }
}

/// The modules from first to last.
pub fn chain(order: Order) -> [Module; 3] {
    match order {
        Order::EqGateComp => [Module::Eq, Module::Gate, Module::Comp],
        Order::GateEqComp => [Module::Gate, Module::Eq, Module::Comp],
        Order::GateCompEq => [Module::Gate, Module::Comp, Module::Eq],
    }
}

/// The order that brings a module to a place, 0 to 2, or as near to it as there is one.
pub fn moved(order: Order, module: Module, place: usize) -> Order {
    let equaliser = place_of(order, Module::Eq);
    let to = match module {
        Module::Eq => place,
        Module::Gate if place == 0 => equaliser.max(1),
        Module::Gate => 0,
        Module::Comp if place == 2 => equaliser.min(1),
        Module::Comp => 2,
    };
    ORDERS[to.min(2)]
}

fn place_of(order: Order, module: Module) -> usize {
    chain(order).iter().position(|other| *other == module).unwrap_or(0)
}

/// The order as it is drawn, with an edit that is on its way.
pub fn shown(face: &mut Face<'_>, params: &StripParams) -> Order {
    params.order.preview_plain(face.position(&params.order))
}

fn set(face: &mut Face<'_>, params: &StripParams, order: Order) {
    let before = shown(face, params);
    if order != before {
        face.hand.put(&params.order, params.order.preview_normalized(order));
    }
}

/// The grip of a module in the title of its panel, its keys, and where it would land. `columns` are
/// those of the chain from left to right.
pub fn grip(
    face: &mut Face<'_>,
    (panel, columns): (Rect, [Rect; 3]),
    module: Module,
    params: &StripParams,
) {
    let order = shown(face, params);
    let names = chain(order).map(Module::name).join(", ");
    let hint = format!(
        "{}, number {} of {names}: drag it to another place in the chain, or Alt-Left and Alt-Right",
        module.name(),
        place_of(order, module) + 1
    );
    let response = panel::grip(face, panel, module.grip(), &hint);
    if module == Module::Eq {
        face.hand.note(&params.order, response.rect);
    }
    if let Some(at) = response.interact_pointer_pos().filter(|_| response.dragged()) {
        face.hand.say(format!("{}: let go where it is to stand", module.name()));
        target(face, columns, moved(order, module, column_at(columns, at)), (order, module));
        face.painter().rect_stroke(
            panel,
            6.0,
            egui::Stroke::new(1.0, theme::BRASS),
            egui::StrokeKind::Inside,
        );
    }
    if let Some(at) = response.interact_pointer_pos().filter(|_| response.drag_stopped()) {
        set(face, params, moved(order, module, column_at(columns, at)));
    }
}

/// Alt-Left and Alt-Right while the keyboard is in the panel that was just drawn.
pub fn keys(face: &mut Face<'_>, module: Module, params: &StripParams) {
    if !face.hand.is_in_panel(face.ui) {
        return;
    }
    let order = shown(face, params);
    let place = place_of(order, module);
    let pressed =
        |face: &Face<'_>, key| face.ui.input_mut(|input| input.consume_key(Modifiers::ALT, key));
    if pressed(face, Key::ArrowLeft) {
        set(face, params, moved(order, module, place.saturating_sub(1)));
    } else if pressed(face, Key::ArrowRight) {
        set(face, params, moved(order, module, (place + 1).min(2)));
    }
}

/// The column in whose span a point lies.
fn column_at(columns: [Rect; 3], at: Pos2) -> usize {
    columns.iter().rposition(|column| at.x >= column.left()).unwrap_or(0)
}

/// A bar at the side of the column where the module would land.
fn target(face: &Face<'_>, columns: [Rect; 3], to: Order, (from, module): (Order, Module)) {
    let [before, after] = [from, to].map(|order| place_of(order, module));
    if to == from {
        return;
    }
    let column = columns[after];
    // A neighbour that must make way may move in its stead: then the bar is at the neighbour's side.
    let x = match after.cmp(&before) {
        std::cmp::Ordering::Less => column.left() - 4.0,
        _ => column.right() + 4.0,
    };
    let bar = Rect::from_center_size(pos2(x, column.center().y), vec2(3.0, column.height()));
    face.painter().rect_filled(bar, 1.5, theme::BRASS);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_reaches_every_place_that_an_order_has_for_it() {
        for order in ORDERS {
            for (module, places) in
                [(Module::Gate, 0..=1), (Module::Eq, 0..=2), (Module::Comp, 1..=2)]
            {
                for place in 0..3 {
                    let to = moved(order, module, place);
                    let nearest = place.clamp(*places.start(), *places.end());
                    assert_eq!(place_of(to, module), nearest, "{module:?} to {place} in {order:?}");
                }
                let here = place_of(order, module);
                assert_eq!(moved(order, module, here), order, "{module:?} stays");
            }
        }
    }
}

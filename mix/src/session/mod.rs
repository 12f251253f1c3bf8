//! Sessions: the TOML file, its checks and what comes of it (see `docs/session-format.md`).

mod lanes;
mod load;
mod model;
pub mod order;
pub mod quantity;
mod raw;
mod source;

pub use load::MASTER;
pub use model::{
    Kind, Level, Node, ParamLane, ParamPoint, Role, Route, Send, Session, Setting, Slot, Stem, Tap,
};

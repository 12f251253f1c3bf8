//! An instance's handle on the stage.

use crate::actor::Actor;
use crate::hall::{Hall, News, Seat, locked};
use crate::record::{Record, Token};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};

/// Time for which an editor that has looked counts as looking, in ms.
const LOOK_MS: u32 = 500;

/// Somebody on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// Who it is, for as long as it lives.
    pub token: Token,
    /// What it tells of itself.
    pub record: Arc<Record>,
}

/// An instance's membership, from the first activation or look to the drop of the last clone.
#[derive(Clone)]
pub struct Member {
    inner: Arc<Inner>,
}

struct Inner {
    seat: Arc<Seat>,
    hall: Mutex<Option<Arc<Hall>>>,
}

impl Member {
    /// An instance that is not seen yet. Cheap: hosts make plugins only to ask for their names.
    pub fn new(actor: Arc<dyn Actor>) -> Self {
        Self { inner: Arc::new(Inner { seat: Arc::new(Seat::new(actor)), hall: Mutex::new(None) }) }
    }

    /// The same in a hall of its own kind, for tests.
    pub fn in_hall(actor: Arc<dyn Actor>, hall: &Arc<Hall>) -> Self {
        let member = Self::new(actor);
        member.enter_as(|| hall.clone());
        member
    }

    /// Who this instance is among [`Self::look`]'s neighbours.
    pub fn token(&self) -> Token {
        self.inner.seat.token
    }

    /// To be called whenever the host activates the plugin. One that only ever renders offline is
    /// not seen by anybody.
    pub fn activate(&self, offline: bool) {
        self.inner.seat.offline.store(offline, Relaxed);
        if !offline {
            self.enter();
        }
    }

    /// Everybody who is there, this instance included. To be called by an editor with every frame; the
    /// first calls may see nobody yet.
    pub fn look(&self) -> News {
        let hall = self.enter();
        let first = {
            let mut desk = locked(&self.inner.seat.desk);
            std::mem::replace(&mut desk.look_ms, LOOK_MS) == 0
        };
        if first {
            hall.floor().ring();
        }
        hall.floor().news()
    }

    /// What the host tells of the track. The name is cut to [`crate::NAME_BYTES`].
    pub fn set_track(&self, name: &str, color: Option<[u8; 3]>) {
        let mut desk = locked(&self.inner.seat.desk);
        desk.name = name.chars().filter(|c| !c.is_control()).collect();
        desk.color = color;
    }

    /// Holds another instance at this distance (m, 0.25..64) and direction (degrees, -90..90) until
    /// [`Self::let_go`] or the next call.
    pub fn hold(&self, target: Token, distance_m: f32, azimuth_deg: f32) {
        if !(distance_m.is_finite() && azimuth_deg.is_finite()) {
            return;
        }
        let (distance_m, azimuth_deg) =
            (distance_m.clamp(0.25, 64.0), azimuth_deg.clamp(-90.0, 90.0));
        locked(&self.inner.seat.desk).hand.hold(target, distance_m, azimuth_deg);
        self.enter().floor().ring();
    }

    /// Lets go of whom this instance holds.
    pub fn let_go(&self) {
        locked(&self.inner.seat.desk).hand.let_go();
        self.enter().floor().ring();
    }

    fn enter(&self) -> Arc<Hall> {
        self.enter_as(|| Hall::of_binary(&|line| self.inner.seat.actor.log(line)))
    }

    /// Enters the hall that `open` gives, unless it is in one.
    fn enter_as(&self, open: impl FnOnce() -> Arc<Hall>) -> Arc<Hall> {
        let mut hall = locked(&self.inner.hall);
        hall.get_or_insert_with(|| {
            let hall = open();
            hall.floor().enter(&self.inner.seat);
            hall
        })
        .clone()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(hall) = locked(&self.hall).take() {
            hall.floor().leave(&self.seat);
        }
    }
}

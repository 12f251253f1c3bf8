//! What happens when a chain fails: nothing leaves for the host, nothing is written by the audio
//! thread, and the place is kept for the log.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

/// As much of a file's path as is kept.
const PATH_BYTES: usize = 64;

/// A place in the code. Holds its text, so that it may go from thread to thread without memory of
/// its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Site {
    path: [u8; PATH_BYTES],
    length: usize,
    line: u32,
}

impl Site {
    const UNKNOWN: Self = Self { path: [0; PATH_BYTES], length: 0, line: 0 };

    fn of(info: &PanicHookInfo) -> Self {
        let Some(location) = info.location() else { return Self::UNKNOWN };
        let path = location.file().as_bytes();
        // The end says more than the beginning.
        let kept = &path[path.len().saturating_sub(PATH_BYTES)..];
        let mut site = Self { length: kept.len(), line: location.line(), ..Self::UNKNOWN };
        site.path[..kept.len()].copy_from_slice(kept);
        site
    }
}

impl fmt::Display for Site {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = String::from_utf8_lossy(&self.path[..self.length]);
        write!(out, "{path}:{}", self.line)
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

thread_local! {
    /// Whether this thread is in a chain, and where the last failure in one was.
    static WITHIN: Cell<bool> = const { Cell::new(false) };
    static LAST: Cell<Site> = const { Cell::new(Site::UNKNOWN) };
}

/// From now on a panic within [`caught`] is not written by the thread it happens on, which may be the
/// audio thread. Others are, as before.
pub fn note_quietly() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| match WITHIN.get() {
            true => LAST.set(Site::of(info)),
            false => others(info),
        }));
    });
}

/// Does something; if it panics, says where. Under a fuzzer (`fuzz/`), which has to see it, the panic
/// goes on.
pub fn caught(work: impl FnOnce()) -> Option<Site> {
    if cfg!(fuzzing) {
        work();
        return None;
    }
    let before = WITHIN.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    WITHIN.set(before);
    outcome.err().map(|payload: Box<dyn Any + Send>| {
        // To free it is not for the audio thread: a few bytes, once until the next reset.
        std::mem::forget(payload);
        LAST.get()
    })
}

/// A sample that makes chains built with the feature `faults` panic.
pub const PANIC_SAMPLE: f32 = 1.234_567e33;
/// A sample that makes chains built with the feature `faults` allocate.
pub const ALLOCATION_SAMPLE: f32 = 1.234_567e34;

/// A fault on purpose, for tests of what follows. In other builds there is none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// None.
    None,
    /// The chain panics.
    #[cfg(feature = "faults")]
    Panic,
    /// The chain allocates.
    #[cfg(feature = "faults")]
    Allocation,
}

#[cfg(feature = "faults")]
impl Fault {
    /// The fault that audio asks for by its first sample.
    pub fn wanted(lane: &[f32]) -> Self {
        match lane.first() {
            Some(&PANIC_SAMPLE) => Self::Panic,
            Some(&ALLOCATION_SAMPLE) => Self::Allocation,
            _ => Self::None,
        }
    }

    /// Does what contains the fault. A panic on purpose may allocate.
    pub fn around<T>(self, work: impl FnOnce() -> T) -> T {
        match self {
            Self::Panic => nice_plug::util::permit_alloc(work),
            _ => work(),
        }
    }

    /// Lets it happen.
    pub fn happen(self) {
        match self {
            Self::None => {}
            Self::Panic => panic!("on purpose"),
            Self::Allocation => drop(std::hint::black_box(vec![0_u8; 64])),
        }
    }
}

#[cfg(not(feature = "faults"))]
impl Fault {
    /// The fault that audio asks for: none.
    #[inline]
    pub fn wanted(_lane: &[f32]) -> Self {
        Self::None
    }

    /// Does what contains the fault.
    #[inline]
    pub fn around<T>(self, work: impl FnOnce() -> T) -> T {
        work()
    }

    /// Does nothing.
    #[inline]
    pub fn happen(self) {}
}

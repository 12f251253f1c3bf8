//! Edits on their way to the host's main thread, where hosts expect them, from the window's thread (on
//! Linux a window has one of its own) and from the stage's, which needs no window.

use crate::control::Edits;
use nice_plug::params::internals::ParamPtr;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A host whose main thread has not come by after this time gets its edits from the window's thread.
const PATIENCE: Duration = Duration::from_millis(300);

enum Edit {
    Begin(ParamPtr),
    Set(ParamPtr, f32),
    End(ParamPtr),
}

/// What waits, and who holds what: a hand in the window and one on another instance's stage may hold
/// the same parameter, of which the host is told once.
#[derive(Default)]
struct Waiting {
    edits: Vec<Edit>,
    held: Vec<(ParamPtr, usize)>,
}

impl Waiting {
    fn begin(&mut self, param: ParamPtr) {
        match self.held.iter_mut().find(|(held, _)| *held == param) {
            Some((_, hands)) => *hands += 1,
            None => {
                self.held.push((param, 1));
                self.edits.push(Edit::Begin(param));
            }
        }
    }

    fn end(&mut self, param: ParamPtr) {
        let Some(at) = self.held.iter().position(|(held, _)| *held == param) else { return };
        self.held[at].1 -= 1;
        if self.held[at].1 == 0 {
            self.held.swap_remove(at);
            self.edits.push(Edit::End(param));
        }
    }
}

/// The queue. Neither end is the audio thread.
#[derive(Default)]
pub struct EditQueue {
    waiting: Mutex<Waiting>,
    since: Mutex<Option<Instant>>,
    host: Mutex<Option<Box<dyn Edits>>>,
    wake: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl EditQueue {
    /// Where edits go in the end. Only the first call counts.
    pub fn connect(&self, host: Box<dyn Edits>) {
        locked(&self.host).get_or_insert(host);
    }

    /// Ends every gesture: the hands of a window that was closed in the middle of one are gone.
    pub fn let_go(&self) {
        self.push(|waiting| {
            let held = std::mem::take(&mut waiting.held);
            waiting.edits.extend(held.into_iter().map(|(param, _)| Edit::End(param)));
        });
    }

    /// How to ask the host's main thread for [`Self::apply`]. Only the first call counts.
    pub fn wake_with(&self, wake: impl Fn() + Send + Sync + 'static) {
        // The framework asks for an editor once.
        let _ = self.wake.set(Box::new(wake));
    }

    /// Gives the host what waits, in order. To be called on its main thread.
    pub fn apply(&self) {
        // Where both threads come at once, the first does all the work.
        let Ok(host) = self.host.try_lock() else { return };
        let Some(host) = host.as_ref() else { return };
        loop {
            // First, so that an edit which comes from here on wakes again.
            *locked(&self.since) = None;
            let edits = std::mem::take(&mut locked(&self.waiting).edits);
            if edits.is_empty() {
                break;
            }
            for edit in edits {
                match edit {
                    Edit::Begin(param) => host.begin(param),
                    Edit::Set(param, position) => host.set(param, position),
                    Edit::End(param) => host.end(param),
                }
            }
        }
    }

    /// To be called with every frame: whether anything still waits. Asks again, and at last helps
    /// itself.
    pub fn follow_up(&self) -> bool {
        let Some(since) = *locked(&self.since) else { return false };
        match self.wake.get() {
            Some(wake) if since.elapsed() < PATIENCE => wake(),
            _ => self.apply(),
        }
        true
    }

    /// Asks the host's main thread again for what has been waiting for long.
    pub fn remind(&self) {
        let mut since = locked(&self.since);
        if since.is_none_or(|since| since.elapsed() < PATIENCE) {
            return;
        }
        *since = Some(Instant::now());
        drop(since);
        if let Some(wake) = self.wake.get() {
            wake();
        }
    }

    fn push(&self, change: impl FnOnce(&mut Waiting)) {
        let mut waiting = locked(&self.waiting);
        change(&mut waiting);
        if waiting.edits.is_empty() {
            return;
        }
        drop(waiting);
        let first = locked(&self.since).replace(Instant::now()).is_none();
        if let (true, Some(wake)) = (first, self.wake.get()) {
            wake();
        }
    }
}

impl Edits for std::sync::Arc<EditQueue> {
    fn begin(&self, param: ParamPtr) {
        self.push(|waiting| waiting.begin(param));
    }

    fn set(&self, param: ParamPtr, position: f32) {
        self.push(|waiting| waiting.edits.push(Edit::Set(param, position)));
    }

    fn end(&self, param: ParamPtr) {
        self.push(|waiting| waiting.end(param));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nice_plug::params::{BoolParam, Param};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    struct Log(Arc<Mutex<Vec<String>>>);

    impl Edits for Log {
        fn begin(&self, _: ParamPtr) {
            locked(&self.0).push("begin".into());
        }

        fn set(&self, _: ParamPtr, position: f32) {
            locked(&self.0).push(format!("set {position}"));
        }

        fn end(&self, _: ParamPtr) {
            locked(&self.0).push("end".into());
        }
    }

    #[test]
    fn edits_wait_for_the_main_thread_and_keep_their_order() {
        let param = BoolParam::new("On", false);
        let (queue, log) = (Arc::new(EditQueue::default()), Arc::default());
        let woken = Arc::new(AtomicUsize::new(0));
        let counter = woken.clone();
        queue.wake_with(move || {
            counter.fetch_add(1, Relaxed);
        });
        queue.connect(Box::new(Log(Arc::clone(&log))));
        queue.begin(param.as_ptr());
        queue.set(param.as_ptr(), 1.0);
        queue.end(param.as_ptr());
        assert_eq!((woken.load(Relaxed), locked(&log).len()), (1, 0));
        queue.apply();
        assert_eq!(*locked(&log), ["begin", "set 1", "end"]);
        assert!(!queue.follow_up());
    }

    #[test]
    fn two_hands_on_one_parameter_are_one_gesture() {
        let param = BoolParam::new("On", false);
        let (queue, log) = (Arc::new(EditQueue::default()), Arc::default());
        queue.connect(Box::new(Log(Arc::clone(&log))));
        queue.begin(param.as_ptr());
        queue.begin(param.as_ptr());
        queue.set(param.as_ptr(), 1.0);
        queue.end(param.as_ptr());
        queue.apply();
        assert_eq!(*locked(&log), ["begin", "set 1"]);
        queue.end(param.as_ptr());
        queue.end(param.as_ptr());
        queue.begin(param.as_ptr());
        queue.let_go();
        queue.let_go();
        queue.apply();
        assert_eq!(locked(&log)[2..], ["end", "begin", "end"]);
    }

    #[test]
    fn a_host_that_never_comes_by_gets_its_edits_all_the_same() {
        let param = BoolParam::new("On", false);
        let (queue, log) = (Arc::new(EditQueue::default()), Arc::default());
        queue.wake_with(|| {});
        queue.connect(Box::new(Log(Arc::clone(&log))));
        queue.begin(param.as_ptr());
        assert!(queue.follow_up());
        assert_eq!(locked(&log).len(), 0);
        *locked(&queue.since) = Instant::now().checked_sub(PATIENCE);
        assert!(queue.follow_up());
        assert_eq!(locked(&log).len(), 1);
    }
}

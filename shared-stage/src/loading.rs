//! When a state is being loaded, so that what it sets is not taken for changes by the user.
//!
//! The framework sets parameters one by one, and tells a plugin before the first (`filter_state`,
//! without saying which instance) and after the last (the persistent fields). In between, nobody's
//! parameters of this binary are believed.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::SeqCst;

static BEGUN: AtomicU64 = AtomicU64::new(0);
static ENDED: AtomicU64 = AtomicU64::new(0);

/// To be called before any parameter of a state is set.
pub fn begin() {
    BEGUN.fetch_add(1, SeqCst);
}

/// To be called after the last one, and after the instance has counted the loading.
pub fn end() {
    // A field may be set without a state being loaded: never more ends than beginnings.
    let _ = ENDED
        .fetch_update(SeqCst, SeqCst, |ended| (ended < BEGUN.load(SeqCst)).then_some(ended + 1));
}

/// What to give to [`is_undisturbed`] after looking at parameters; none while a state is being
/// loaded.
pub fn watch() -> Option<u64> {
    let ended = ENDED.load(SeqCst);
    (BEGUN.load(SeqCst) == ended).then_some(ended)
}

/// Whether no state has begun to be loaded since `watch`.
pub fn is_undisturbed(watch: Option<u64>) -> bool {
    watch.is_some_and(|begun| BEGUN.load(SeqCst) == begun)
}

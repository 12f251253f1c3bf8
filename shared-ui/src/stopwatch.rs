//! What frames cost, told to `cargo xtask bench editors` and to tests in a real window: a line a frame in the file
//! that `PROSCENIUM_FRAMES` names. Without that variable nothing is measured.

use egui::Shape;
use egui_glow::CallbackFn;
use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Measures the window's thread by its own clock, which stands while the thread sleeps. The rest of
/// a frame (painting, swapping, taking events) is known when the next one begins.
pub(crate) struct Stopwatch {
    file: File,
    began_ns: Option<u64>,
    built_ns: u64,
    /// When painting began, and thus all shapes were tessellated.
    lap: Lap,
}

/// When something last happened, by the clock of the window's thread.
#[derive(Clone, Default)]
pub(crate) struct Lap(Option<Arc<AtomicU64>>);

impl Lap {
    /// It happens now.
    pub fn note(&self) {
        if let Some(at_ns) = &self.0 {
            at_ns.store(thread_ns(), Ordering::Relaxed);
        }
    }
}

impl Stopwatch {
    /// A stopwatch, if somebody wants to know.
    pub fn new() -> Option<Self> {
        let path = std::env::var_os("PROSCENIUM_FRAMES").filter(|path| !path.is_empty())?;
        let file = File::options().create(true).append(true).open(path).ok()?;
        let lap = Lap(Some(Arc::default()));
        Some(Self { file, began_ns: None, built_ns: 0, lap })
    }

    /// To be noted when painting begins.
    pub fn lap(&self) -> Lap {
        self.lap.clone()
    }

    /// A frame begins: tells of the one before, in nanoseconds of the thread: building the shapes,
    /// tessellating them, the rest; then the present time in milliseconds since 1970.
    pub fn begin(&mut self, ui: &egui::Ui) {
        let now_ns = thread_ns();
        let built_ns = self.began_ns.map_or(0, |began_ns| self.built_ns.saturating_sub(began_ns));
        let paint_ns = self.lap.0.as_ref().map_or(0, |at_ns| at_ns.load(Ordering::Relaxed));
        let paint_ns = paint_ns.max(self.built_ns);
        let (shaped_ns, rest_ns) = (paint_ns - self.built_ns, now_ns.saturating_sub(paint_ns));
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let line = format!("{built_ns} {shaped_ns} {rest_ns} {}\n", since.as_millis());
        let _ = self.file.write_all(line.as_bytes());
        self.began_ns = Some(thread_ns());
        let lap = self.lap();
        let note = CallbackFn::new(move |_, _| lap.note());
        // A point in a corner, so that nothing is drawn again for its sake.
        let rect = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::Vec2::splat(1.0));
        ui.painter().add(Shape::Callback(egui::PaintCallback { rect, callback: Arc::new(note) }));
    }

    /// All shapes are there.
    pub fn built(&mut self) {
        self.built_ns = thread_ns();
    }
}

/// The time this thread has run.
#[cfg(unix)]
fn thread_ns() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// There is no bench of windows here.
#[cfg(not(unix))]
fn thread_ns() -> u64 {
    0
}

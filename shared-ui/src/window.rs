//! The window of an editor: header, body, footer, scale, repainting.

use crate::control::Edits;
use crate::damage::Damage;
use crate::face::{Face, Hand};
use crate::footer::{self, Status};
use crate::header::{self, Header};
use crate::panel::GAP;
use crate::presets::Presets;
use crate::queue::EditQueue;
use crate::software::Software;
use crate::stopwatch::Stopwatch;
use crate::theme;
use egui::{Rect, Vec2, pos2};
use nice_plug::buffer::Buffer;
use nice_plug::context::gui::{AsyncExecutor, GuiContext};
use nice_plug::editor::dpi::LogicalSize;
use nice_plug::editor::{ResizeHint, SizeConstraints};
use nice_plug::plugin::{Plugin, TrackInfo};
use nice_plug_egui::baseview::HandlerError;
use nice_plug_egui::{
    EguiEditor, EguiEditorState, EguiNiceSettings, Frame, GraphicsConfig, Key, KeyCapture,
    NiceEguiApp, RepaintNotifier, create_egui_editor,
};
use shared_plugin::preset::{Bank, Desk};
use shared_plugin::state::{WindowMemory, WindowSize};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a plugin's editor shows between header and footer.
pub trait View: Send + 'static {
    /// Size of the design at 100 %, header and footer included.
    const SIZE: [f32; 2];

    /// Calls `show` with the plugin's name, its switches and its bypass.
    fn header(&self, track: Option<&TrackInfo>, show: &mut dyn FnMut(&Header<'_>));

    /// The host tells of the track.
    fn track(&mut self, _track: &TrackInfo) {}

    /// The presets of the instance.
    fn presets(&self) -> Bank;

    /// Where the size of the window is kept.
    fn window(&self) -> WindowMemory;

    /// Facts for the footer.
    fn status(&self) -> Status;

    /// Takes what the audio thread has left since the last frame, `seconds` ago. Returns whether
    /// anything still moves, so that the next frame follows at once.
    fn advance(&mut self, time_s: f64, seconds: f32) -> bool;

    /// What the parameter of an id does and when to use it, in plain words for a tooltip.
    fn about(_id: &str) -> &'static str {
        ""
    }

    /// Draws the panels into `body`.
    fn body(&mut self, face: &mut Face<'_>, body: Rect);
}

/// Runs a [`View`] in a window.
pub struct App<V: View> {
    view: V,
    hand: Hand,
    presets: Presets,
    track: Option<TrackInfo>,
    last_s: f64,
    /// No frame has been drawn in this window.
    fresh: bool,
    queue: Arc<EditQueue>,
    stopwatch: Option<Stopwatch>,
}

impl<V: View> App<V> {
    /// An application whose edits go nowhere until a window is built.
    pub fn new(view: V) -> Self {
        Self::at(view, Arc::default(), Arc::default())
    }

    /// An application on the desk of an instance, whose edits go into a queue once a window is
    /// built.
    fn at(view: V, desk: Arc<Mutex<Desk>>, queue: Arc<EditQueue>) -> Self {
        let presets = Presets::new(view.presets(), desk);
        Self {
            view,
            hand: Hand::default(),
            presets,
            track: None,
            last_s: 0.0,
            fresh: true,
            queue,
            stopwatch: None,
        }
    }

    /// Sends edits somewhere.
    pub fn connect(&mut self, edits: Box<dyn Edits>) {
        self.hand = Hand::new(edits);
        self.hand.explain_with(V::about);
    }

    /// The view.
    pub fn view(&mut self) -> &mut V {
        &mut self.view
    }

    /// The presets.
    pub fn presets(&mut self) -> &mut Presets {
        &mut self.presets
    }

    /// What is remembered of the hand.
    pub fn hand(&mut self) -> &mut Hand {
        &mut self.hand
    }

    /// Draws one frame.
    pub fn frame(&mut self, ui: &mut egui::Ui) {
        let time_s = ui.input(|input| input.time);
        let seconds = (time_s - self.last_s).clamp(0.0, 1.0) as f32;
        self.last_s = time_s;
        if self.view.advance(time_s, seconds) {
            ui.ctx().request_repaint_after(Duration::from_millis(12));
        }
        if self.queue.follow_up() {
            ui.ctx().request_repaint_after(Duration::from_millis(50));
        }
        if !keep_size(ui.ctx(), &self.view.window(), std::mem::take(&mut self.fresh)) {
            fit(ui.ctx(), V::SIZE.into());
        }
        let whole = ui.ctx().content_rect();
        let whole = Rect::from_min_size(whole.min, whole.size().max(V::SIZE.into()));
        self.hand.begin_frame(ui);
        let mut face = Face { ui, hand: &mut self.hand };
        let top = whole.with_max_y(whole.top() + header::HEIGHT);
        let bottom = whole.with_min_y(whole.bottom() - footer::HEIGHT);
        let presets = &mut self.presets;
        presets.begin_frame(&mut face, time_s);
        let track = self.track.as_ref();
        self.view.header(track, &mut |header| header::show(&mut face, top, header, presets));
        let body = Rect::from_min_max(
            pos2(whole.left() + GAP, top.bottom() + GAP),
            pos2(whole.right() - GAP, bottom.top() - GAP),
        );
        self.view.body(&mut face, body);
        let between = Rect::from_min_max(top.left_bottom(), bottom.right_top());
        self.presets.browse(&mut face, between);
        if !self.presets.is_open() {
            self.view.header(track, &mut |header| header::keys(&mut face, header));
        }
        let status = self.view.status();
        face.hand.enter_panel();
        footer::show(&mut face, bottom, &status);
        face.hand.jump(face.ui);
        if face.hand.is_anything_automated() {
            face.ui.ctx().request_repaint_after(Duration::from_secs(1));
        }
    }
}

/// Gives a new window the size that was remembered, and remembers the one it has from then on. Returns
/// whether another size has been asked for. (The framework asks for the editor, and with it for the size that
/// it opens with, before the host has loaded a state.)
fn keep_size(ctx: &egui::Context, memory: &WindowMemory, fresh: bool) -> bool {
    let room = ctx.content_rect().size();
    let now = WindowSize { points: room.into(), zoom: ctx.zoom_factor() };
    match memory.get().filter(|_| fresh) {
        Some(before) if before != now => {
            ctx.set_zoom_factor(before.zoom);
            ctx.send_viewport_cmd(egui::ViewportCommand::InnerSize(before.points.into()));
            true
        }
        _ => {
            memory.remember(Some(now));
            false
        }
    }
}

/// Makes the scale smaller where the host gave less room than the design needs.
fn fit(ctx: &egui::Context, design: Vec2) {
    let room = ctx.content_rect().size();
    let short = (room.x / design.x).min(room.y / design.y);
    let zoom = ctx.zoom_factor();
    let wanted = zoom * short;
    if short < 0.99 && wanted >= 0.5 {
        ctx.set_zoom_factor(wanted);
        ctx.send_viewport_cmd(egui::ViewportCommand::InnerSize(room * zoom / wanted));
    }
}

impl<V: View> NiceEguiApp for App<V> {
    fn build(
        &mut self,
        egui_ctx: egui::Context,
        host: GuiContext,
        frame: &mut Frame,
    ) -> Result<(), HandlerError> {
        theme::install(&egui_ctx);
        self.stopwatch = Stopwatch::new();
        let lap = self.stopwatch.as_ref().map(Stopwatch::lap).unwrap_or_default();
        egui_ctx.add_plugin(Damage::new(Software::of(frame.baseview_window()), lap));
        // Unless the plugin has been given a way to its host that needs no window.
        self.queue.connect(Box::new(host));
        self.queue.let_go();
        self.connect(Box::new(self.queue.clone()));
        self.last_s = 0.0;
        self.fresh = true;
        Ok(())
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut Frame) {
        if let Some(stopwatch) = &mut self.stopwatch {
            stopwatch.begin(ui);
        }
        self.frame(ui);
        if let Some(stopwatch) = &mut self.stopwatch {
            stopwatch.built();
        }
        let command = ui.input(|input| input.modifiers.command);
        frame.set_key_capture(wanted_keys(&self.hand, self.presets.is_open(), command));
    }

    fn track_info_changed(&mut self, track: TrackInfo) {
        self.view.track(&track);
        self.track = Some(track);
    }
}

/// The keys that are kept from the host: all while text is typed or the keyboard steers; all but
/// Space while a control was only clicked, so that Space still starts the transport; else those
/// that do something together with Ctrl while it is held, so that the host does not do it as well.
fn wanted_keys(hand: &Hand, browsing: bool, command: bool) -> KeyCapture {
    if hand.is_typing() || browsing || (hand.focused && hand.by_keyboard) {
        KeyCapture::CaptureAll
    } else if hand.focused {
        KeyCapture::IgnoreKeys(vec![Key::Character(" ".into())])
    } else if command {
        let keys = "z Z b B f F s S ArrowLeft ArrowRight".split(' ');
        KeyCapture::CaptureKeys(keys.filter_map(|key| key.parse().ok()).collect())
    } else {
        KeyCapture::IgnoreAll
    }
}

/// What a plugin knows of its window: for the audio thread whether it is open and how to ask for a
/// frame, both without locks; for the host's main thread the edits; for the window itself what it
/// leaves on the desk when it is closed.
#[derive(Clone)]
pub struct Screen {
    state: Arc<EguiEditorState>,
    repaint: RepaintNotifier,
    edits: Arc<EditQueue>,
    desk: Arc<Mutex<Desk>>,
}

impl Screen {
    /// The screen of an editor that has not been opened yet.
    pub fn new<V: View>() -> Self {
        let [width, height] = V::SIZE.map(f64::from);
        Self {
            state: EguiEditorState::from_size(LogicalSize::new(width, height), 1.0),
            repaint: RepaintNotifier::default(),
            edits: Arc::default(),
            desk: Arc::default(),
        }
    }

    /// The edits that wait for the host's main thread.
    pub fn edits(&self) -> &Arc<EditQueue> {
        &self.edits
    }

    /// Connects the edits with the host, now and without a window. To be called with what the framework
    /// asks for an editor with; `task` has [`EditQueue::apply`] called on the main thread.
    pub fn connect<P: Plugin>(&self, executor: AsyncExecutor<P>, task: P::BackgroundTask)
    where
        P::BackgroundTask: Clone + Send + Sync,
    {
        if let Some(context) = executor.gui_context() {
            self.edits.connect(Box::new(context));
        }
        self.edits.wake_with(move || executor.execute_gui(task.clone()));
    }

    /// Whether the window is open.
    pub fn is_open(&self) -> bool {
        self.state.is_open()
    }

    /// Asks an open window for a frame.
    pub fn draw(&self) {
        self.repaint.request_repaint();
    }

    /// Asks an open window for a frame if anything sounds, so that meters move, and nothing is drawn
    /// while nothing does. For the audio thread, once per call of the host.
    pub fn follow(&self, buffer: &mut Buffer<'_>) {
        if self.is_open() && buffer.as_slice().iter().any(|lane| lane.iter().any(|x| *x != 0.0)) {
            self.draw();
        }
    }
}

/// Creates the editor of a plugin.
pub fn create<V: View>(title: &str, view: V, screen: &Screen) -> Option<EguiEditor<App<V>>> {
    let [width, height] = V::SIZE;
    let part = |by: f32| Some(LogicalSize::new(width * by, height * by));
    let hint = ResizeHint {
        size_constraints: SizeConstraints::Logical { min_size: part(0.75), max_size: part(3.0) },
        ..ResizeHint::RESIZABLE
    };
    let graphics = GraphicsConfig { dithering: false, ..GraphicsConfig::default() };
    let settings = EguiNiceSettings::new()
        .with_tile(title)
        .with_resize_hint(hint)
        // Noise would smooth gradients, which are short here, at a third of the work of software GL.
        .with_graphics_config(graphics);
    let app = App::at(view, screen.desk.clone(), screen.edits.clone());
    create_egui_editor(screen.state.clone(), screen.repaint.clone(), settings, app)
}

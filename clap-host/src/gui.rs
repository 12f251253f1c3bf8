//! An editor in a window of ours, and a picture of it (X11).

use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, PluginGui, Window};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    self, ConfigureWindowAux, ConnectionExt, CreateWindowAux, ImageFormat, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::error::{Error, Result};
use crate::instance::Instance;

/// A picture in 8-bit RGB, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Three bytes a pixel.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// Whether something has been drawn all over it: a window is black before, and no editor is black
    /// at its edges.
    pub fn is_painted(&self) -> bool {
        let (width, height) = (self.width as usize, self.height as usize);
        let lit = |x: usize, y: usize| {
            let at = 3 * (y * width + x);
            self.rgb.get(at..at + 3).is_some_and(|pixel| pixel != [0, 0, 0])
        };
        (0..height).all(|y| lit(1, y) && lit(width.saturating_sub(2), y))
    }
}

/// A plugin's editor, open until this is dropped.
pub struct Editor<'a> {
    instance: &'a mut Instance,
    gui: PluginGui,
    x11: RustConnection,
    window: xproto::Window,
    size: GuiSize,
}

fn failed(instance: &Instance, what: &'static str, cause: impl ToString) -> Error {
    Error::Plugin { path: instance.path.clone(), what, cause: cause.to_string() }
}

impl<'a> Editor<'a> {
    /// Opens the editor in a window on the display that `DISPLAY` names. `scale` is the host's
    /// scale factor, 2 for twice as many pixels.
    ///
    /// # Errors
    /// When there is no display, or the plugin has no editor or cannot open it.
    pub fn open(instance: &'a mut Instance, scale: f64) -> Result<Self> {
        const WHAT: &str = "could not open the editor";
        let (x11, screen) =
            x11rb::connect(None).map_err(|error| failed(instance, "no X display", error))?;
        let plugin = instance.plugin.plugin_handle();
        let Some(gui) = plugin.get_extension::<PluginGui>() else {
            return Err(failed(instance, WHAT, "no gui extension"));
        };
        let configuration = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        let created = gui.create(&plugin, configuration);
        created.map_err(|error| failed(instance, WHAT, error))?;
        let plugin = instance.plugin.plugin_handle();
        // An editor may refuse a scale and keep its own.
        let _ = gui.set_scale(&plugin, scale);
        let size = gui.get_size(&plugin).unwrap_or(GuiSize { width: 640, height: 480 });
        let window = make_window(&x11, screen, size).map_err(|error| {
            gui.destroy(&instance.plugin.plugin_handle());
            failed(instance, "could not make a window", error)
        })?;
        let mut editor = Self { instance, gui, x11, window, size };
        editor.embed()?;
        Ok(editor)
    }

    fn embed(&mut self) -> Result<()> {
        let plugin = self.instance.plugin.plugin_handle();
        let handle = Window::from_x11_handle(self.window.into());
        // SAFETY: the window lives until `drop`, which destroys the editor first.
        let parented = unsafe { self.gui.set_parent(&plugin, handle) };
        let shown = parented.and_then(|()| self.gui.show(&plugin));
        shown.map_err(|error| failed(self.instance, "could not show the editor", error))
    }

    /// The instance whose editor this is.
    pub fn instance(&mut self) -> &mut Instance {
        self.instance
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.size.width, self.size.height)
    }

    /// Does what the plugin asked of the main thread, and resizes the window if it asked for that.
    /// Call this many times a second.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn idle(&mut self) -> Result<()> {
        self.instance.answer_requests();
        let wanted = self.instance.plugin.access_shared_handler(|shared| {
            shared.resize.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take()
        });
        if let Some(size) = wanted {
            self.resize_window(size)?;
        }
        while self.x11.poll_for_event().map_err(|e| self.lost(e))?.is_some() {}
        Ok(())
    }

    /// Puts the pointer into the screen's lower right corner, so that nothing of the editor is under it.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn put_pointer_away(&self) -> Result<()> {
        let Some(screen) = self.x11.setup().roots.first() else { return Ok(()) };
        let corner = [screen.width_in_pixels, screen.height_in_pixels].map(|side| side as i16 - 1);
        self.x11
            .warp_pointer(x11rb::NONE, screen.root, 0, 0, 0, 0, corner[0], corner[1])
            .map_err(|e| self.lost(e))?;
        self.x11.sync().map_err(|e| self.lost(e))
    }

    /// Resizes the editor as a user who drags the window's corner. It may choose a size nearby.
    ///
    /// # Errors
    /// When the editor refuses or the display is gone.
    pub fn resize(&mut self, width: u32, height: u32) -> Result<()> {
        let plugin = self.instance.plugin.plugin_handle();
        let wanted = GuiSize { width, height };
        let size = self.gui.adjust_size(&plugin, wanted).unwrap_or(wanted);
        let resized = self.gui.set_size(&plugin, size);
        resized.map_err(|error| failed(self.instance, "could not resize the editor", error))?;
        self.resize_window(size)
    }

    fn resize_window(&mut self, size: GuiSize) -> Result<()> {
        let to = ConfigureWindowAux::new().width(size.width).height(size.height);
        self.x11.configure_window(self.window, &to).map_err(|e| self.lost(e))?;
        self.x11.sync().map_err(|e| self.lost(e))?;
        self.size = size;
        Ok(())
    }

    /// What the editor shows at present.
    ///
    /// # Errors
    /// When the display is gone or cannot show 24-bit colour.
    pub fn picture(&self) -> Result<Picture> {
        self.x11.sync().map_err(|e| self.lost(e))?;
        let tree = self.x11.query_tree(self.window).map_err(|e| self.lost(e))?;
        // The editor's own window lies in ours, perhaps with another depth.
        let children = tree.reply().map_err(|e| self.lost(e))?.children;
        let window = children.last().copied().unwrap_or(self.window);
        let shape = self.x11.get_geometry(window).map_err(|e| self.lost(e))?;
        let shape = shape.reply().map_err(|e| self.lost(e))?;
        let (width, height) = (shape.width, shape.height);
        let image = self
            .x11
            .get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, u32::MAX)
            .map_err(|e| self.lost(e))?
            .reply()
            .map_err(|e| self.lost(e))?;
        if image.data.len() != usize::from(width) * usize::from(height) * 4 {
            return Err(self.lost("the display has no 24-bit colour"));
        }
        let rgb = image.data.chunks_exact(4).flat_map(|bgrx| [bgrx[2], bgrx[1], bgrx[0]]).collect();
        Ok(Picture { width: width.into(), height: height.into(), rgb })
    }

    fn lost(&self, cause: impl ToString) -> Error {
        failed(self.instance, "the X display failed", cause)
    }
}

impl Drop for Editor<'_> {
    fn drop(&mut self) {
        self.gui.destroy(&self.instance.plugin.plugin_handle());
        let _ = self.x11.destroy_window(self.window);
        let _ = self.x11.sync();
    }
}

fn make_window(
    x11: &RustConnection,
    screen: usize,
    size: GuiSize,
) -> std::result::Result<xproto::Window, Box<dyn std::error::Error>> {
    let root = &x11.setup().roots[screen];
    let window = x11.generate_id()?;
    let side = |pixels: u32| u16::try_from(pixels).unwrap_or(u16::MAX);
    x11.create_window(
        x11rb::COPY_DEPTH_FROM_PARENT,
        window,
        root.root,
        0,
        0,
        side(size.width),
        side(size.height),
        0,
        WindowClass::INPUT_OUTPUT,
        x11rb::COPY_FROM_PARENT,
        &CreateWindowAux::new().background_pixel(root.black_pixel),
    )?;
    x11.map_window(window)?;
    // The plugin has a connection of its own: the window must exist before it hears of it.
    x11.sync()?;
    Ok(window)
}

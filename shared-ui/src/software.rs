//! Windows without a graphics card. OpenGL is done by the processor there, in many times the time that
//! the picture itself takes: we draw it (`raster.rs`) into memory that the window's system shows.

use crate::raster::{Area, Picture, Pixel, Texture};
use egui::{ImageData, TextureId, TexturesDelta};
use nice_plug_egui::baseview::{PlatformHandle, WindowContext};
use softbuffer::{Context, Rect, Surface};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

/// What Mesa's software renderers call themselves.
const SOFTWARE: [&str; 2] = ["llvmpipe", "softpipe"];

thread_local! {
    /// The windows of this thread. Their systems want to be talked to from one thread alone.
    static WINDOWS: RefCell<BTreeMap<u64, Surface<PlatformHandle, PlatformHandle>>> =
        const { RefCell::new(BTreeMap::new()) };
}

/// The contents of a window.
pub struct Software {
    key: u64,
    letters: Texture,
}

impl Software {
    /// Takes over a window whose OpenGL is software.
    pub fn of(window: &WindowContext) -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        if !is_software(window) {
            return None;
        }
        let handle = window.platform_handle();
        let context = Context::new(handle.clone()).ok()?;
        let surface = Surface::new(&context, handle).ok()?;
        let key = NEXT.fetch_add(1, Ordering::Relaxed);
        WINDOWS.with_borrow_mut(|windows| windows.insert(key, surface));
        Some(Self { key, letters: Texture::default() })
    }

    /// The letters to draw with.
    pub fn letters(&self) -> &Texture {
        &self.letters
    }

    /// Takes new letters, which no one else has use for.
    pub fn take(&mut self, textures: &mut TexturesDelta) {
        for delta in textures.set.remove(&TextureId::default()).into_iter().flatten() {
            let ImageData::Color(_) = &delta.image;
            self.letters.set(delta.pos, &delta.image);
        }
        *textures = TexturesDelta::default();
    }

    /// Lets `paint` change a picture of this size, and shows the areas that it names; all of it if
    /// there are none, in case that the system has lost some. `paint` is told whether the picture is
    /// a new one. Returns whether all went well.
    pub fn show(
        &self,
        [width, height]: [usize; 2],
        paint: impl FnOnce(&mut Picture<'_>, bool) -> Vec<Area>,
    ) -> bool {
        let side = |side: usize| NonZeroU32::new(u32::try_from(side).ok()?);
        let (Some(across), Some(down)) = (side(width), side(height)) else { return true };
        WINDOWS.with_borrow_mut(|windows| {
            let Some(surface) = windows.get_mut(&self.key) else { return false };
            if surface.resize(across, down).is_err() {
                return false;
            }
            let Ok(mut buffer) = surface.buffer_mut() else { return false };
            let is_new = buffer.age() == 0;
            let pixels: &mut [Pixel] = bytemuck::cast_slice_mut(&mut buffer[..]);
            let areas = paint(&mut Picture::new(pixels, width), is_new);
            let rects: Vec<Rect> = areas.iter().filter_map(rect).collect();
            let shown = match rects.is_empty() {
                true => buffer.present(),
                false => buffer.present_with_damage(&rects),
            };
            shown.is_ok()
        })
    }
}

impl Drop for Software {
    fn drop(&mut self) {
        // On another thread, which is not asked to, the window stays until its own one ends.
        let _ = WINDOWS.try_with(|windows| windows.borrow_mut().remove(&self.key));
    }
}

fn rect(area: &Area) -> Option<Rect> {
    let number = |at: usize| u32::try_from(at).ok();
    Some(Rect {
        x: number(area.x.start)?,
        y: number(area.y.start)?,
        width: NonZeroU32::new(number(area.x.len())?)?,
        height: NonZeroU32::new(number(area.y.len())?)?,
    })
}

fn is_software(window: &WindowContext) -> bool {
    use egui_glow::glow::{self, HasContext as _};
    let Some(context) = window.gl_context() else { return false };
    // SAFETY: the context is that of this window, on its thread, and nobody else's current one.
    let name = unsafe {
        if context.make_current().is_err() {
            return false;
        }
        let gl = glow::Context::from_loader_function_cstr(|name| context.get_proc_address(name));
        let name = gl.get_parameter_string(glow::RENDERER);
        let _ = context.make_not_current();
        name
    };
    SOFTWARE.iter().any(|software| name.contains(software))
}

//! Mouse and keys, by the X server's extension for tests.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{self, ConnectionExt as _};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// The wheel's buttons.
pub const WHEEL_UP: u8 = 4;
/// The left button.
pub const LEFT: u8 = 1;
/// The right button.
pub const RIGHT: u8 = 3;

/// X's symbols of keys that write nothing.
pub mod key {
    pub const RETURN: u32 = 0xff0d;
    pub const ESCAPE: u32 = 0xff1b;
    pub const TAB: u32 = 0xff09;
    pub const UP: u32 = 0xff52;
    pub const CONTROL: u32 = 0xffe3;
}

/// The one mouse and keyboard of the display.
pub struct Hand {
    x11: RustConnection,
    root: xproto::Window,
    /// The symbols of each key, unshifted and shifted, from the least key on.
    symbols: Vec<[u32; 2]>,
    least: u8,
}

impl Hand {
    pub fn new() -> Self {
        let (x11, screen) = x11rb::connect(None).expect("the display of these tests");
        let (root, least, most) = {
            let setup = x11.setup();
            (setup.roots[screen].root, setup.min_keycode, setup.max_keycode)
        };
        let mapping = x11.get_keyboard_mapping(least, most - least + 1).expect("a request");
        let mapping = mapping.reply().expect("the keyboard");
        let per_key = usize::from(mapping.keysyms_per_keycode);
        let symbols = mapping.keysyms.chunks(per_key).map(|key| [key[0], key[1]]).collect();
        Self { x11, root, symbols, least }
    }

    fn fake(&self, kind: u8, detail: u8, at: (i16, i16)) {
        let sent = self.x11.xtest_fake_input(kind, detail, 0, self.root, at.0, at.1, 0);
        sent.expect("a request").check().expect("the extension XTEST");
        self.x11.sync().expect("the display");
    }

    /// Moves the mouse to a pixel of the display.
    pub fn place(&self, x: f32, y: f32) {
        self.fake(xproto::MOTION_NOTIFY_EVENT, 0, (x.round() as i16, y.round() as i16));
    }

    /// Presses or releases a button.
    pub fn button(&self, button: u8, down: bool) {
        let kind = if down { xproto::BUTTON_PRESS_EVENT } else { xproto::BUTTON_RELEASE_EVENT };
        self.fake(kind, button, (0, 0));
    }

    /// Presses or releases a key by its symbol.
    pub fn key(&self, symbol: u32, down: bool) {
        let found = self.symbols.iter().position(|key| key[0] == symbol);
        let index = found.unwrap_or_else(|| panic!("the keyboard has no {symbol:#x}"));
        let kind = if down { xproto::KEY_PRESS_EVENT } else { xproto::KEY_RELEASE_EVENT };
        self.fake(kind, self.least + index as u8, (0, 0));
    }
}

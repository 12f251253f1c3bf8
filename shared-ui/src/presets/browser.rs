//! The preset browser: a search field over the factory's and the user's presets.

use super::bar::press;
use super::{Act, Presets};
use crate::face::Face;
use crate::paint;
use crate::theme::{self, Weight};
use egui::{Align2, Area, Id, Key, Modifiers, Order, Rect, Sense, Stroke, StrokeKind, pos2, vec2};
use shared_plugin::preset::{Chosen, Listed, ShelfError};

/// Its width, and its height where there is room.
const SIZE: [f32; 2] = [320.0, 452.0];
/// Height of a row, and of the line below it that tells why a preset is not there.
const ROW: f32 = 27.0;
const REASON: f32 = 15.0;

/// What the open browser remembers.
#[derive(Default)]
pub(super) struct Browser {
    query: String,
    /// The row that Enter takes.
    row: Option<Chosen>,
    /// The name under which to save, while one is asked for.
    name: Option<String>,
    /// What was last typed is to be replaced: there is one of that name.
    replace: bool,
    /// The row was asked to be deleted once.
    delete: Option<Chosen>,
    problem: Option<String>,
    /// What is to get the keyboard.
    focus: Option<Id>,
    /// The row is to be scrolled to.
    reveal: bool,
    /// It closes: Enter has taken a row.
    done: bool,
}

impl Browser {
    pub(super) fn new(row: Option<Chosen>) -> Self {
        Self { row, focus: Some(search_id()), reveal: true, ..Self::default() }
    }

    /// Asks for the name under which to save.
    pub(super) fn name(&mut self, name: &str) {
        self.name = Some(name.to_owned());
        self.focus = Some(name_id());
        self.problem = None;
        self.replace = false;
    }

    pub(super) fn tell(&mut self, problem: Option<String>) {
        self.problem = problem;
    }

    pub(super) fn refused(&mut self, error: &ShelfError) {
        self.replace = matches!(error, ShelfError::Exists);
        self.problem = Some(match error {
            ShelfError::Exists => "There is one of that name: Enter again replaces it".to_owned(),
            error => format!("Not saved: {error}"),
        });
        self.focus = Some(name_id());
    }
}

fn search_id() -> Id {
    Id::unique("preset search")
}

fn name_id() -> Id {
    Id::unique("preset name")
}

/// Draws the browser below the field, if it is open.
pub(super) fn show(face: &mut Face<'_>, field: Rect, window: Rect, presets: &mut Presets) {
    let Some(mut browser) = presets.browser.take() else { return };
    let size = vec2(SIZE[0].max(field.width()), SIZE[1].min(window.height() - 16.0));
    let left = (field.center().x - size.x / 2.0).min(window.right() - size.x - 8.0);
    let rect = Rect::from_min_size(pos2(left.max(window.left() + 8.0), window.top() + 4.0), size);
    let (escape, outside) = face.ui.input(|input| {
        let at = input.pointer.interact_pos();
        let elsewhere = at.is_some_and(|at| !rect.contains(at) && !field.contains(at));
        (input.key_pressed(Key::Escape), input.pointer.any_pressed() && elsewhere)
    });
    let naming = browser.name.is_some();
    if (escape && !naming) || outside {
        face.ui.memory_mut(|memory| memory.stop_text_input());
        return;
    }
    if escape {
        browser.name = None;
        browser.focus = Some(search_id());
    }
    let area = Area::new(Id::unique("preset browser")).order(Order::Foreground);
    let ctx = face.ui.ctx().clone();
    let mut act = None;
    area.fixed_pos(rect.min).constrain(false).show(&ctx, |ui| {
        ui.set_clip_rect(rect.expand(4.0));
        // Nothing below feels what the browser covers.
        ui.allocate_rect(rect, Sense::click_and_drag());
        let mut face = Face { ui, hand: face.hand };
        face.hand.keep_keys();
        let line = Stroke::new(1.0, theme::POPUP_LINE);
        face.painter().rect(rect, 6.0, theme::PANEL, line, StrokeKind::Inside);
        act = inside(&mut face, rect.shrink(8.0), presets, &mut browser);
    });
    if browser.done {
        ctx.memory_mut(|memory| memory.stop_text_input());
    } else {
        presets.browser = Some(browser);
    }
    if let Some(act) = act {
        presets.act(face.hand, act);
    }
}

fn inside(
    face: &mut Face<'_>,
    rect: Rect,
    presets: &Presets,
    browser: &mut Browser,
) -> Option<Act> {
    let search = rect.with_max_y(rect.top() + 26.0);
    let buttons = rect.with_min_y(rect.bottom() - 28.0);
    let list = Rect::from_min_max(
        pos2(rect.left(), search.bottom() + 6.0),
        pos2(rect.right(), buttons.top() - 8.0),
    );
    let keys = keys(face, browser);
    let words = browser.query.to_lowercase();
    let wanted = |listed: &&Listed| {
        let note = listed.preset.as_ref().map_or("", |preset| preset.note.as_str());
        let text = format!("{} {note}", listed.name).to_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
    };
    let found: Vec<&Listed> = presets.entries().filter(wanted).collect();
    let all = presets.entries().count();
    search_field(face, search, browser, format!("{} of {all}", found.len()));
    let mut act = walk(&found, browser, keys);
    act = rows(face, list, &found, presets, browser).or(act);
    let bottom = if browser.name.is_some() {
        name_field(face, buttons, browser)
    } else {
        foot(face, buttons, presets, browser, &found)
    };
    if let Some(id) = browser.focus.take() {
        face.ui.memory_mut(|memory| memory.request_focus(id));
        if id == name_id() {
            let length = browser.name.as_ref().map_or(0, |name| name.chars().count());
            crate::gesture::select_all(face, id, length);
        }
    }
    bottom.or(act)
}

/// Steps of the arrows, and whether Enter was pressed, unless they are for something else.
fn keys(face: &mut Face<'_>, browser: &Browser) -> (isize, bool) {
    let focus = face.ui.memory(|memory| memory.focused());
    if browser.name.is_some() || focus.is_some_and(|id| id != search_id()) {
        return (0, false);
    }
    face.ui.input_mut(|input| {
        let mut steps = 0;
        for (key, by) in
            [(Key::ArrowDown, 1), (Key::ArrowUp, -1), (Key::PageDown, 10), (Key::PageUp, -10)]
        {
            // One frame may bring several.
            steps += by * input.count_and_consume_key(Modifiers::NONE, key) as isize;
        }
        (steps, input.consume_key(Modifiers::NONE, Key::Enter))
    })
}

/// Moves the row that Enter takes among those that were found, and takes it.
fn walk(found: &[&Listed], browser: &mut Browser, (steps, enter): (isize, bool)) -> Option<Act> {
    let readable: Vec<Chosen> =
        found.iter().filter(|listed| listed.preset.is_ok()).map(|listed| listed.chosen()).collect();
    let here = readable.iter().position(|chosen| Some(chosen) == browser.row.as_ref());
    let last = readable.len().checked_sub(1)?;
    let to = match here {
        Some(here) => here.saturating_add_signed(steps).min(last),
        None if browser.query.is_empty() && steps == 0 => return None,
        None => 0,
    };
    let row = readable.get(to).cloned();
    if row != browser.row {
        browser.row = row.clone();
        browser.reveal = true;
        browser.delete = None;
    }
    browser.done = enter && row.is_some();
    row.filter(|_| enter).map(Act::Load)
}

fn search_field(face: &mut Face<'_>, rect: Rect, browser: &mut Browser, count: String) {
    let stroke = Stroke::new(1.0, theme::LINE2);
    face.painter().rect(rect, 4.0, theme::WELL, stroke, StrokeKind::Inside);
    paint::glass(face.painter(), rect.left_center() + vec2(15.0, 0.0), theme::MUTED);
    let figure = face.text(
        rect.right_center() - vec2(8.0, 0.0),
        Align2::RIGHT_CENTER,
        count,
        (11.0, Weight::Regular),
        theme::MUTED,
    );
    let text = Rect::from_min_max(
        rect.min + vec2(28.0, 1.0),
        pos2(figure.left() - 8.0, rect.bottom() - 1.0),
    );
    let edit = egui::TextEdit::singleline(&mut browser.query)
        .id(search_id())
        .font(theme::font(12.0, Weight::Medium))
        .hint_text("Search")
        .frame(egui::Frame::NONE)
        .margin(egui::Margin::ZERO)
        .align(Align2::LEFT_CENTER);
    let response = face.ui.put(text, edit);
    if response.has_focus() || response.hovered() {
        face.hand.say("Search in names and descriptions. Arrows choose, Enter takes, Esc closes");
    }
}

/// The list. A click takes a row and keeps the browser open, a double-click closes it.
fn rows(
    face: &mut Face<'_>,
    rect: Rect,
    found: &[&Listed],
    presets: &Presets,
    browser: &mut Browser,
) -> Option<Act> {
    let mut act = None;
    let mut inner = face.ui.new_child(egui::UiBuilder::new().max_rect(rect));
    inner.set_clip_rect(rect);
    inner.spacing_mut().item_spacing.y = 0.0;
    let hand = &mut *face.hand;
    egui::ScrollArea::vertical().animated(false).id_salt("presets").auto_shrink(false).show(
        &mut inner,
        |ui| {
            let mut face = Face { ui, hand };
            for (own, title) in [(false, "Factory"), (true, "Mine")] {
                let mut listed =
                    found.iter().filter(|listed| listed.path.is_some() == own).peekable();
                if listed.peek().is_none() {
                    continue;
                }
                heading(&mut face, title);
                for listed in listed {
                    act = row(&mut face, listed, presets, browser).or(act.take());
                }
            }
            if found.is_empty() {
                heading(&mut face, "Nothing is called so");
            }
        },
    );
    browser.reveal = false;
    act
}

fn heading(face: &mut Face<'_>, text: &str) {
    let (_, rect) = face.ui.allocate_space(vec2(face.ui.available_width(), 24.0));
    let at = rect.left_center() + vec2(6.0, 0.0);
    face.text(at, Align2::LEFT_CENTER, text, (11.0, Weight::Regular), theme::DIM);
}

fn row(
    face: &mut Face<'_>,
    listed: &Listed,
    presets: &Presets,
    browser: &mut Browser,
) -> Option<Act> {
    let below = match &listed.preset {
        Err(reason) => Some(format!("not loaded: {reason}")),
        Ok(preset) => match preset.complaints.as_slice() {
            [] => None,
            [one] => Some(format!("without one setting: {one}")),
            [one, more @ ..] => Some(format!("without {} settings: {one}", more.len() + 1)),
        },
    };
    let height = if below.is_some() { ROW + REASON } else { ROW };
    let readable = listed.preset.is_ok();
    let (id, rect) = face.ui.allocate_space(vec2(face.ui.available_width() - 8.0, height));
    let sense = if readable { Sense::click() } else { Sense::hover() };
    let response = face.ui.interact(rect, id, sense);
    let chosen = listed.chosen();
    let is_row = browser.row.as_ref() == Some(&chosen);
    if is_row && browser.reveal {
        face.ui.scroll_to_rect(rect, None);
    }
    let focused = response.has_focus() && face.hand.by_keyboard;
    let fill = match (is_row, response.hovered() && readable) {
        (true, _) => Some(theme::SELECT),
        (false, true) => Some(theme::HOVER),
        (false, false) => None,
    };
    if let Some(fill) = fill {
        face.painter().rect_filled(rect, 4.0, fill);
    }
    if focused {
        face.painter().rect_stroke(rect, 4.0, Stroke::new(1.5, theme::TEXT), StrokeKind::Inside);
    }
    let middle = rect.top() + ROW / 2.0;
    let current = presets.chosen() == chosen;
    if current {
        let color = if presets.shown.edited { theme::BRASS } else { theme::TEXT };
        face.painter().circle_filled(pos2(rect.left() + 8.0, middle), 2.5, color);
    }
    let color = if readable { theme::TEXT } else { theme::fade(theme::WARN, 0.7) };
    let room = rect.width() - 24.0;
    let at = pos2(rect.left() + 18.0, middle);
    let font = (12.0, Weight::Medium);
    face.text_within(at, Align2::LEFT_CENTER, &listed.name, font, (color, room));
    if let Some(below) = &below {
        let at = pos2(rect.left() + 18.0, rect.bottom() - 10.0);
        let font = (10.0, Weight::Regular);
        let color = if is_row { theme::TEXT } else { theme::DIM };
        face.text_within(at, Align2::LEFT_CENTER, below, font, (color, room));
    }
    if response.hovered() || focused {
        let note = listed.preset.as_ref().map_or("", |preset| preset.note.as_str());
        let about = below.as_deref().unwrap_or(note);
        face.hand.say(match about {
            "" => listed.name.clone(),
            about => format!("{}: {about}", listed.name),
        });
    }
    if response.clicked() {
        browser.row = Some(chosen.clone());
        browser.delete = None;
        browser.focus = Some(search_id());
        return Some(Act::Load(chosen));
    }
    None
}

/// A button with a word. Returns whether it was pressed.
fn button(face: &mut Face<'_>, rect: Rect, word: &str, hint: &str, can: bool) -> bool {
    let press = press(face, rect, word, hint, can);
    face.painter().rect_filled(rect, 4.0, press.fill);
    let color = if can { theme::TEXT } else { press.color };
    face.text(rect.center(), Align2::CENTER_CENTER, word, (12.0, Weight::Medium), color);
    press.clicked
}

fn thirds(rect: Rect) -> [Rect; 3] {
    let width = (rect.width() - 16.0) / 3.0;
    [0.0, 1.0, 2.0].map(|i| {
        let left = rect.left() + i * (width + 8.0);
        Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()))
    })
}

/// Save, delete, show the files.
fn foot(
    face: &mut Face<'_>,
    rect: Rect,
    presets: &Presets,
    browser: &mut Browser,
    found: &[&Listed],
) -> Option<Act> {
    let [save, delete, files] = thirds(rect);
    let mut act = None;
    if button(face, save, "Save as\u{2026}", "Save the settings as a preset (Ctrl-S)", true) {
        act = Some(Act::SaveAs);
    }
    let own = found.iter().find(|listed| Some(listed.chosen()) == browser.row);
    let path = own.and_then(|listed| listed.path.clone());
    let asked = browser.delete.is_some() && browser.delete == browser.row;
    let word = if asked { "Really?" } else { "Delete" };
    let hint = match (&path, asked) {
        (None, _) => "Only presets of your own can be deleted",
        (Some(_), false) => "Delete the chosen preset of your own; asks once more",
        (Some(_), true) => "A second click deletes the file of the preset",
    };
    if button(face, delete, word, hint, path.is_some()) {
        match path {
            Some(path) if asked => {
                browser.delete = None;
                act = Some(Act::Delete(path));
            }
            _ => browser.delete = browser.row.clone(),
        }
    }
    let folder = presets.folder();
    let hint = match folder {
        Some(folder) => format!("Your presets are in {}", folder.display()),
        None => "This system has no folder for presets".to_owned(),
    };
    if button(face, files, "Show files", &hint, folder.is_some())
        && let Some(folder) = folder
    {
        let opened = std::fs::create_dir_all(folder).and_then(|()| open::that_detached(folder));
        browser.problem = opened.err().map(|error| format!("Not shown: {error}"));
    }
    if let Some(problem) = &browser.problem {
        face.hand.say(problem.clone());
    }
    act
}

/// The name under which to save: Enter saves, Esc leaves it.
fn name_field(face: &mut Face<'_>, rect: Rect, browser: &mut Browser) -> Option<Act> {
    let name = browser.name.as_mut()?;
    let [save, cancel] = [64.0 + 4.0 + 64.0, 64.0].map(|from_right| {
        Rect::from_min_size(pos2(rect.right() - from_right, rect.top()), vec2(64.0, rect.height()))
    });
    let well = rect.with_max_x(save.left() - 8.0);
    let outline = if browser.problem.is_some() { theme::CLIP } else { theme::TEXT };
    let stroke = Stroke::new(1.0, outline);
    face.painter().rect(well, 4.0, theme::WELL, stroke, StrokeKind::Inside);
    let edit = egui::TextEdit::singleline(name)
        .id(name_id())
        .font(theme::font(12.0, Weight::Medium))
        .hint_text("Name")
        .frame(egui::Frame::NONE)
        .margin(egui::Margin::ZERO)
        .align(Align2::LEFT_CENTER);
    let response = face.ui.put(well.shrink2(vec2(8.0, 1.0)), edit);
    if response.changed() {
        browser.replace = false;
        browser.problem = None;
    }
    let enter = response.lost_focus() && face.ui.input(|input| input.key_pressed(Key::Enter));
    let said = browser.problem.clone();
    face.hand.say(said.unwrap_or_else(|| "Name of the preset: Enter saves, Esc leaves it".into()));
    let word = if browser.replace { "Replace" } else { "Save" };
    let pressed = button(face, save, word, "Save under this name", !name.trim().is_empty());
    if enter || pressed {
        return Some(Act::Save(name.clone(), browser.replace));
    }
    if button(face, cancel, "Cancel", "Save nothing", true) {
        browser.name = None;
        browser.problem = None;
        browser.focus = Some(search_id());
    }
    None
}

//! The editor of Space.

use nice_plug::context::gui::GuiContext;
use nice_plug_egui::{
    EguiEditor, EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier, baseview,
    create_egui_editor, widgets::generic_ui,
};
use shared_plugin::telemetry::Telemetry;
use std::sync::Arc;

use crate::params::SpaceParams;

/// The editor's type for the framework.
pub type SpaceEditor = EguiEditor<App>;

/// The editor's state.
pub struct App {
    params: Arc<SpaceParams>,
    telemetry: Arc<Telemetry>,
    context: Option<GuiContext>,
}

impl NiceEguiApp for App {
    fn build(
        &mut self,
        _egui: egui::Context,
        context: GuiContext,
        _frame: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        self.context = Some(context);
        Ok(())
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut Frame) {
        self.telemetry.look();
        if let Some(context) = &self.context {
            let setter = context.param_setter();
            generic_ui::create(ui, self.params.clone(), &setter, generic_ui::GenericSlider);
        }
    }
}

/// An editor for these parameters.
pub fn create(params: Arc<SpaceParams>, telemetry: Arc<Telemetry>) -> Option<SpaceEditor> {
    let size = nice_plug::editor::dpi::LogicalSize::new(420.0f64, 640.0);
    create_egui_editor(
        EguiEditorState::from_size(size, 1.0),
        RepaintNotifier::default(),
        EguiNiceSettings::default(),
        App { params, telemetry, context: None },
    )
}

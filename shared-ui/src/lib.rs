//! Theme, typography and widgets of the editors.

//! XML, written.

use crate::markup::escape;
use std::fmt::Write as _;

/// An element with attributes and children.
pub struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    /// An element of this name.
    pub fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), children: Vec::new(), text: String::new() }
    }

    /// With an attribute.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    /// With a text.
    pub fn holding(mut self, text: &str) -> Self {
        self.text = text.to_owned();
        self
    }

    /// With a child.
    pub fn add(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// With children.
    pub fn all(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// The whole document.
    pub fn document(&self) -> String {
        let mut text =
            String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
        self.write(&mut text, 0);
        text
    }

    fn write(&self, text: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        let _ = write!(text, "{indent}<{}", self.name);
        for (name, value) in &self.attributes {
            let _ = write!(text, " {name}=\"{}\"", escape(value));
        }
        if self.children.is_empty() && self.text.is_empty() {
            text.push_str("/>\n");
        } else if self.children.is_empty() {
            let _ = writeln!(text, ">{}</{}>", escape(&self.text), self.name);
        } else {
            text.push_str(">\n");
            self.children.iter().for_each(|child| child.write(text, depth + 1));
            let _ = writeln!(text, "{indent}</{}>", self.name);
        }
    }
}

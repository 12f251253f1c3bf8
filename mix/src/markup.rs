//! Text inside of HTML and XML.

/// Text made safe for HTML, SVG and XML.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // XML has no way to write these.
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_a_session_cannot_break_the_page() {
        assert_eq!(escape("<b>\"R&B\"</b>"), "&lt;b&gt;&quot;R&amp;B&quot;&lt;/b&gt;");
        assert_eq!(escape("Bob's\u{1}\tkick"), "Bob&#39;s  kick");
    }
}

//! A reader of Reaper's project files.

use base64::Engine as _;

/// A line of a Reaper project, or a block of them.
pub enum Line {
    Words(String),
    Block(String, Vec<Line>),
}

/// Reads lines up to the end of a block.
fn block<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Vec<Line> {
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        match line.trim().strip_prefix('<') {
            Some(head) => found.push(Line::Block(head.to_owned(), block(lines))),
            None if line.trim() == ">" => return found,
            None => found.push(Line::Words(line.trim().to_owned())),
        }
    }
    panic!("a block has no end");
}

/// The blocks of this name, each with its first line.
pub fn blocks<'a>(lines: &'a [Line], name: &'a str) -> impl Iterator<Item = (&'a str, &'a [Line])> {
    lines.iter().filter_map(move |line| match line {
        Line::Block(head, inner) if head.split(' ').next() == Some(name) => {
            Some((head.as_str(), inner.as_slice()))
        }
        _ => None,
    })
}

/// The lines that begin with this word, without it.
pub fn words<'a>(lines: &'a [Line], name: &'a str) -> Vec<&'a str> {
    let found = lines.iter().filter_map(|line| match line {
        Line::Words(words) => words.strip_prefix(name)?.strip_prefix(' '),
        Line::Block(..) => None,
    });
    found.collect()
}

/// The whole project.
pub fn project(text: &str) -> Vec<Line> {
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("<REAPER_PROJECT 0.1 "));
    let found = block(&mut lines);
    assert_eq!(lines.next(), None);
    found
}

/// What a block of base64 holds.
pub fn bytes(lines: &[Line]) -> Vec<u8> {
    let part = |line: &Line| match line {
        Line::Words(words) if words.len() <= 128 => words.clone(),
        _ => panic!("not a line of base64"),
    };
    let text: String = lines.iter().map(part).collect();
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

//! The plugins' parameters, from the lists that each plugin's tests hold it to.

use crate::session::Kind;

/// A parameter as its list gives it.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Id: what a session says.
    pub id: &'static str,
    /// Name: what an editor shows.
    pub name: &'static str,
    /// Lowest value, as text.
    pub lowest: &'static str,
    /// Highest value, as text.
    pub highest: &'static str,
    /// Default, as text.
    pub default: &'static str,
}

/// A plugin's parameters, in order.
pub fn of(kind: Kind) -> impl Iterator<Item = Parameter> {
    let list = match kind {
        Kind::Strip => include_str!("../../plugins/channel-strip/tests/parameters.txt"),
        Kind::Glue => include_str!("../../plugins/bus-glue/tests/parameters.txt"),
        Kind::Distance => include_str!("../../plugins/distance/tests/parameters.txt"),
        Kind::Space => include_str!("../../plugins/space/tests/parameters.txt"),
    };
    list.lines().filter_map(|line| {
        let mut fields = line.split(" | ");
        let mut next = || fields.next();
        let (id, name, lowest, highest, default) = (next()?, next()?, next()?, next()?, next()?);
        Some(Parameter { id, name, lowest, highest, default })
    })
}

/// The ids that someone who wrote `id` may have meant, the likeliest first, at most five.
pub fn nearest(kind: Kind, id: &str) -> Vec<&'static str> {
    let id = id.to_lowercase();
    // All EQ bands are alike: where none was meant, the first stands for them.
    let other_band = |known: &str| {
        !id.starts_with("eq") && known.starts_with("eq") && !known.starts_with("eq1_")
    };
    let mut near: Vec<(usize, &str)> = of(kind)
        .filter(|known| !other_band(known.id))
        .map(|known| (distance(&id, known.id), known.id))
        .filter(|(distance, known)| {
            let shares = id.len() > 2 && known.contains(&id);
            let word = known.len() > 2 && id.split('_').any(|word| word == *known);
            shares || word || *distance <= 1 + id.len() / 4
        })
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().map(|(_, known)| known).take(5).collect()
}

/// The words for what an unknown id may be replaced by.
pub fn expected(kind: Kind, id: &str) -> String {
    let near = nearest(kind, id);
    if near.is_empty() {
        format!("an id that docs/parameters.md lists for {}", kind.name())
    } else {
        format!("perhaps {} (docs/parameters.md lists all)", near.join(", "))
    }
}

/// Number of letters to insert, remove or replace to make one word the other (Levenshtein, 1965).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, letter) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = index + 1;
        for (column, other) in b.iter().enumerate() {
            let replaced = corner + usize::from(letter != *other);
            corner = row[column + 1];
            row[column + 1] = replaced.min(corner + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

//! The lists of parameters: what an unknown id is answered with, and the table in the docs.
//!
//! `PROSCENIUM_DOCS=write cargo test -p proscenium-mix --test mix parameters` writes the table anew.

use proscenium_mix::parameters::{expected, nearest, of};
use proscenium_mix::session::Kind;

#[test]
fn an_unknown_id_is_answered_with_the_nearest() {
    for (kind, written, meant) in [
        (Kind::Strip, "comp_treshold", "comp_threshold"),
        (Kind::Glue, "treshold", "threshold"),
        (Kind::Glue, "Makeup", "makeup"),
        (Kind::Strip, "threshold", "comp_threshold"),
        (Kind::Distance, "source_distance", "distance"),
        (Kind::Space, "duckkey", "duck_key"),
    ] {
        let near = nearest(kind, written);
        assert!(near.contains(&meant) && near.len() <= 5, "{written}: {near:?}");
    }
    assert!(expected(Kind::Glue, "zzzzzzzz").contains("docs/parameters.md"));
}

fn table() -> String {
    let mut text = String::from(
        "# Parameters\n\nThe ids are what a session's `set` and `automation` say; they never change. \
         A range runs from one text to the other; switches and choices show their first and last.\n",
    );
    for kind in Kind::ALL {
        text += &format!(
            "\n## {}\n\n| id | name | range | default |\n|---|---|---|---|\n",
            kind.name()
        );
        for p in of(kind) {
            text += &format!(
                "| `{}` | {} | {} … {} | {} |\n",
                p.id, p.name, p.lowest, p.highest, p.default
            );
        }
    }
    text
}

#[test]
fn the_docs_list_every_parameter() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/parameters.md");
    if std::env::var_os("PROSCENIUM_DOCS").is_some_and(|value| value == "write") {
        std::fs::write(path, table()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == table(), "docs/parameters.md is old: run this with PROSCENIUM_DOCS=write");
}

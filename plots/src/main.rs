//! Pictures of what the tests measure, from the same functions: `plots [PAGE]... [--out FOLDER]`.

mod axis;
mod chart;
mod colour;
mod distance;
mod dynamics;
mod eq;
mod measured;
mod page;
mod reverb;
mod text;

use anyhow::{Result, bail};
use page::Page;
use std::path::PathBuf;
use std::process::ExitCode;

/// Makes a page.
type Maker = fn() -> Result<Page>;

/// The pages.
const PAGES: [(&str, Maker); 4] = [
    ("eq", eq::page),
    ("dynamics", dynamics::page),
    ("reverb", reverb::page),
    ("distance", distance::page),
];

fn main() -> ExitCode {
    match draw(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn draw(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let mut folder = PathBuf::from("target/plots");
    let mut wanted = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--out" => match arguments.next() {
                Some(path) => folder = path.into(),
                None => bail!("--out wants a folder"),
            },
            name if PAGES.iter().any(|(page, _)| *page == name) => wanted.push(argument),
            _ => {
                let names = PAGES.map(|(name, _)| name).join(", ");
                bail!("there is no page {argument}; there are {names}");
            }
        }
    }
    let mut pages = Vec::new();
    for (name, make) in PAGES {
        if !wanted.is_empty() && !wanted.iter().any(|page| page == name) {
            continue;
        }
        let page = make()?;
        println!("{name}: {}", page.title);
        for figure in page.pictures.iter().flat_map(|picture| &picture.figures) {
            println!("  {figure}");
        }
        pages.push(page);
    }
    page::write(&pages, &folder)?;
    println!("wrote {}", folder.join("index.html").display());
    Ok(())
}

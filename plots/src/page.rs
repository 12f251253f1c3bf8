//! Pages of pictures, and the index that shows them.

use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::path::Path;

/// One picture.
pub struct Picture {
    /// File name without its ending.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// How to read it.
    pub caption: String,
    /// The worst figures, a line each.
    pub figures: Vec<String>,
    /// The picture.
    pub svg: String,
}

/// Pictures on one subject.
pub struct Page {
    /// Its subject.
    pub title: &'static str,
    /// What is measured, and how.
    pub about: &'static str,
    /// Its pictures.
    pub pictures: Vec<Picture>,
}

const STYLE: &str = "body{background:#0C0E12;color:#A3ACBB;font:15px/1.5 sans-serif;margin:2em auto;\
max-width:1400px;padding:0 1em}h1,h2,h3{color:#ECEEF2}h2{margin-top:3em}a{color:#63B3FF}\
img{width:100%;height:auto;border-radius:6px}figure{margin:2em 0 3em}pre{background:#12151B;\
padding:.8em 1em;border-radius:4px;color:#ECEEF2;white-space:pre-wrap}.to{margin-right:1.2em}";

/// Writes the pictures, and `index.html` beside them.
pub fn write(pages: &[Page], folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    for picture in pages.iter().flat_map(|page| &page.pictures) {
        put(&folder.join(format!("{}.svg", picture.name)), &picture.svg)?;
    }
    put(&folder.join("index.html"), &index(pages)?)
}

fn put(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}

fn index(pages: &[Page]) -> Result<String> {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <title>Proscenium, measured</title>\n<style>{STYLE}</style>\n\
         <h1>Proscenium, measured</h1>\n"
    );
    for picture in pages.iter().flat_map(|page| &page.pictures) {
        let [name, title] = [&picture.name, &picture.title].map(|text| escaped(text));
        writeln!(html, "<a class=\"to\" href=\"#{name}\">{title}</a>")?;
    }
    for page in pages {
        write!(html, "<h2>{}</h2>\n<p>{}</p>\n", escaped(page.title), escaped(page.about))?;
        for picture in &page.pictures {
            let [name, title, caption] =
                [&picture.name, &picture.title, &picture.caption].map(|text| escaped(text));
            write!(
                html,
                "<figure id=\"{name}\"><h3>{title}</h3>\n<a href=\"{name}.svg\">\
                 <img src=\"{name}.svg\" alt=\"{title}\"></a>\n\
                 <figcaption>{caption}</figcaption>\n<pre>{}</pre></figure>\n",
                escaped(&picture.figures.join("\n"))
            )?;
        }
    }
    html.push_str("</html>\n");
    Ok(html)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

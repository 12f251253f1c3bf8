//! Writes a session as projects of other programs: Reaper's and DAWproject, with every plugin and
//! its state in place.

mod dawproject;
mod project;
mod rpp;
mod tree;

use std::path::{Path, PathBuf};

use crate::error::{MixError, Result};
use crate::output::{Output, file_name, file_name_fault};
use crate::rack::Rack;
use crate::session::Session;

pub use project::Project;

/// What came of it.
#[derive(Debug)]
pub struct Exported {
    /// The files, Reaper's first.
    pub files: Vec<PathBuf>,
    /// What a format has no word for, one sentence each.
    pub notes: Vec<String>,
}

/// Writes `<title>.rpp` with its `media/` and `<title>.dawproject` into a folder.
///
/// # Errors
/// When a stem cannot be read, a plugin refuses a setting, or the folder cannot be written.
pub fn export(session: &Session, rack: &dyn Rack, folder: &Path) -> Result<Exported> {
    let project = Project::new(session, rack)?;
    let title = match file_name_fault(&session.title) {
        None => file_name(&session.title),
        Some(_) => "Session".to_owned(),
    };
    let names = [format!("{title}.rpp"), format!("{title}.dawproject")];
    let media: Vec<String> =
        project.media.iter().map(|media| format!("media/{}", media.name)).collect();
    let files = names.iter().chain(&media).map(String::as_str);
    let mut output = Output::new(folder, files)?;
    for (media, name) in project.media.iter().zip(&media) {
        let path = output.file(name)?;
        std::fs::copy(&media.path, path).map_err(|error| {
            let what = format!("cannot be copied ({error})");
            MixError::file(&media.path, what, "a stem that can be read, and room for it")
        })?;
    }
    let mut notes = Vec::new();
    write(&mut output, &names[0], rpp::write(&project, &mut notes).as_bytes())?;
    write(&mut output, &names[1], &dawproject::write(&project, &mut notes)?)?;
    output.finish()?;
    Ok(Exported { files: names.iter().map(|name| folder.join(name)).collect(), notes })
}

fn write(output: &mut Output, name: &str, bytes: &[u8]) -> Result<()> {
    let path = output.file(name)?;
    std::fs::write(&path, bytes).map_err(|error| {
        let what = format!("cannot be written ({error})");
        MixError::file(&path, what, "a folder with room for it")
    })
}

//! Documentation and licence gaps.
//!
//! - `community`: README, licence, change log and contributing guide at the top of the tree.
//! - `licence`: which licence a text is.
//! - `links`: relative links of Markdown files that lead nowhere.
//! - `comments`: source folders without any documentation comment.

mod comments;
mod community;
mod licence;
mod links;

use std::path::Path;

use comments::Folders;
use community::Community;

use super::limit_note;
use crate::language::language_of;
use crate::report::{MeasureKind, Place, Reporter, Severity, Stopped};
use crate::scan::walk;
use crate::settings::Settings;
use crate::words::counted;

/// Reports missing and thin documents, dead links, and folders of undocumented source.
pub fn inspect(root: &Path, settings: &Settings, mut reporter: Reporter<'_>) -> Result<(), Stopped> {
    let mut community = Community::default();
    let mut folders = Folders::default();
    let mut links = links::Counts::default();
    let walked = walk(root, settings, &mut reporter, |file, reporter| {
        let language = language_of(file.name());
        let is_markdown = language.is_some_and(|language| language.name == "Markdown");
        let wants_text = is_markdown || Community::wants(file) || Folders::wants(file, language);
        if !wants_text {
            return Ok(());
        }
        let Some(text) = file.text(settings.max_file_bytes, reporter)? else { return Ok(()) };
        community.see(file, &text);
        if let Some(language) = language {
            folders.see(file, language, &text);
        }
        if is_markdown {
            links::check(root, file, &text, &mut links, reporter)?;
        }
        Ok(())
    })?;
    community.report(settings, &mut reporter)?;
    let undocumented = folders.undocumented(settings.undocumented_folder_lines);
    for folder in &undocumented {
        let message = format!(
            "{} with {} of code, and no documentation comment",
            counted(folder.files, "source file"),
            counted(folder.code, "line")
        );
        reporter.find(Severity::Warning, Place::path(&folder.path), "undocumented", message)?;
    }
    let values = [
        ("checked", links.checked),
        ("broken", links.broken),
        ("outside", links.outside),
        ("folders", folders.len() as u64),
        ("undocumented", undocumented.len() as u64),
    ];
    reporter.measure(MeasureKind::Total, "docs", &values)?;
    let summary = format!(
        "{}; {} checked, {} broken; {} of {} without documentation comments{}",
        community.summary(),
        counted(links.checked, "relative link"),
        links.broken,
        undocumented.len(),
        counted(folders.len() as u64, "source folder"),
        limit_note(walked),
    );
    reporter.finish(&summary)
}

#[cfg(test)]
mod tests;

//! Relative links of Markdown files.

use std::path::Path;

use pulldown_cmark::{Event, LinkType, Parser, Tag};

use crate::language::line_starts;
use crate::report::{Place, Reporter, Severity, Stopped};
use crate::scan::FoundFile;

/// How many there were.
#[derive(Debug, Default)]
pub struct Counts {
    pub checked: u64,
    pub broken: u64,
    /// They lead out of the tree, where nothing is looked at.
    pub outside: u64,
}

/// Reports the links and images of a Markdown file whose target is not there. What they show is not opened.
pub fn check(
    root: &Path,
    file: &FoundFile,
    text: &str,
    counts: &mut Counts,
    reporter: &mut Reporter<'_>,
) -> Result<(), Stopped> {
    let starts = line_starts(text);
    for (event, range) in Parser::new(text).into_offset_iter() {
        let Event::Start(Tag::Link { dest_url, link_type, .. } | Tag::Image { dest_url, link_type, .. }) = event else {
            continue;
        };
        // `<a@example.com>` is mail, without the scheme that would say so.
        if link_type == LinkType::Email {
            continue;
        }
        let Some(target) = relative_target(&dest_url) else { continue };
        let place = Place::line(&file.path, starts.partition_point(|start| *start <= range.start));
        counts.checked += 1;
        match resolve(file.folder(), &target) {
            None => {
                counts.outside += 1;
                let message = format!("{dest_url} leads out of the tree; not checked");
                reporter.find(Severity::Info, place, "outside-link", message)?;
            }
            Some(path) if root.join(&path).symlink_metadata().is_err() => {
                counts.broken += 1;
                let message = format!("{dest_url} leads to {path}, which is not there");
                reporter.find(Severity::Error, place, "broken-link", message)?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The path of a link that is relative: no address, no anchor within the page.
fn relative_target(link: &str) -> Option<String> {
    let path = link.split(['#', '?']).next().unwrap_or_default();
    // A scheme (`https:`, `mailto:`) or a path in Rust's manner (`crate::x`).
    let is_address = path.starts_with("//") || path.split('/').next().is_some_and(|first| first.contains(':'));
    if path.is_empty() || is_address { None } else { Some(percent_decoded(path)) }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match hex.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| byte == b'%') {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The target from the tree's top, or `None` if it leads out; a leading `/` is the tree's top.
fn resolve(folder: &str, target: &str) -> Option<String> {
    let from = if target.starts_with('/') || folder == "." { "" } else { folder };
    let mut parts: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relative_paths_are_targets() {
        assert_eq!(relative_target("a%20b/c.md#part").as_deref(), Some("a b/c.md"));
        assert_eq!(relative_target("100%.md?raw=1").as_deref(), Some("100%.md"));
        for link in ["https://x/y", "mailto:a@b", "#part", "//host/x", "crate::x", ""] {
            assert_eq!(relative_target(link), None, "{link}");
        }
    }

    #[test]
    fn targets_are_resolved_within_the_tree() {
        assert_eq!(resolve("docs/a", "../b.md").as_deref(), Some("docs/b.md"));
        assert_eq!(resolve("docs", "/LICENSE").as_deref(), Some("LICENSE"));
        assert_eq!(resolve("docs", "..").as_deref(), Some("."));
        assert_eq!(resolve(".", "../other"), None);
    }
}

//! `package.json`.

use serde_json::{Map, Value};

use super::requirement::{Dependency, Requirement};
use super::{BadManifest, line_of};

const SECTIONS: [&str; 4] = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

pub fn read(text: &str) -> Result<Vec<Dependency>, BadManifest> {
    // The parser does not take a byte order mark.
    let text = text.trim_start_matches('\u{feff}');
    let document: Map<String, Value> = serde_json::from_str(text)
        .map_err(|error| BadManifest { line: Some(error.line().max(1)), message: error.to_string() })?;
    let mut found = Vec::new();
    for section in SECTIONS {
        let Some(Value::Object(dependencies)) = document.get(section) else { continue };
        let start = key_offset(text, 0, section);
        for (name, value) in dependencies {
            let line = line_of(text, key_offset(text, start, name));
            found.push(Dependency::new(name, requirement(value.as_str().unwrap_or_default()), line));
        }
    }
    Ok(found)
}

/// Where a key stands, from `from` on; `from` itself if it is written in a way that is not looked for.
fn key_offset(text: &str, from: usize, key: &str) -> usize {
    let quoted = Value::from(key).to_string();
    let rest = &text[from..];
    rest.match_indices(&quoted)
        .find(|(at, _)| rest[at + quoted.len()..].trim_start().starts_with(':'))
        .map_or(from, |(at, _)| from + at)
}

fn requirement(text: &str) -> Requirement {
    let local = ["file:", "link:", "portal:", "./", "../", "~/"];
    if local.iter().any(|prefix| text.starts_with(prefix)) {
        return Requirement::Local;
    }
    if text.starts_with("workspace:") || text.starts_with("catalog:") {
        return Requirement::Inherited;
    }
    let (source, fragment) = text.split_once('#').unwrap_or((text, ""));
    let hosts = ["git+", "git:", "git@", "github:", "gitlab:", "bitbucket:"];
    // `user/repository` is GitHub's; a scope (`npm:@a/b`) is none.
    let short = source.split('/').count() == 2 && !source.contains([':', '@', ' ']);
    if short || source.ends_with(".git") || hosts.iter().any(|host| source.starts_with(host)) {
        return Requirement::Git { source: source.to_owned(), fixed: is_fixed(fragment) };
    }
    Requirement::version(text)
}

/// A commit, a version's range, or a tag that looks like a version; a branch's name is not fixed.
fn is_fixed(fragment: &str) -> bool {
    let is_commit = fragment.len() >= 7 && fragment.chars().all(|c| c.is_ascii_hexdigit());
    let is_tag = fragment.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
    is_commit || is_tag || fragment.starts_with("semver:")
}

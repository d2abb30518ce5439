//! `pyproject.toml` and `requirements.txt`.

use toml::de::DeValue;

use super::cargo::{parse, requirement, table};
use super::requirement::{Dependency, Requirement};
use super::{BadManifest, line_of};

/// PEP 621, dependency groups (PEP 735), and Poetry's tables.
pub fn read_project(text: &str) -> Result<Vec<Dependency>, BadManifest> {
    let document = parse(text)?;
    let document = document.get_ref();
    let mut found = Vec::new();
    if let Some(project) = table(document, "project") {
        if let Some(list) = project.get("dependencies") {
            specifiers(text, list.get_ref(), &mut found);
        }
        groups(text, table(project, "optional-dependencies"), &mut found);
    }
    groups(text, table(document, "dependency-groups"), &mut found);
    if let Some(poetry) = table(document, "tool").and_then(|tool| table(tool, "poetry")) {
        poetry_section(text, table(poetry, "dependencies"), &mut found);
        for group in table(poetry, "group").into_iter().flat_map(|groups| groups.values()) {
            poetry_section(text, group.get_ref().as_table().and_then(|g| table(g, "dependencies")), &mut found);
        }
    }
    found.sort_by_key(|dependency| dependency.line);
    Ok(found)
}

fn groups(text: &str, groups: Option<&toml::de::DeTable<'_>>, found: &mut Vec<Dependency>) {
    for group in groups.into_iter().flat_map(|groups| groups.values()) {
        specifiers(text, group.get_ref(), found);
    }
}

/// A list of specifiers; what else may be in a group (`{include-group = …}`) is none.
fn specifiers(text: &str, list: &DeValue<'_>, found: &mut Vec<Dependency>) {
    for item in list.as_array().into_iter().flatten() {
        let Some(specifier) = item.get_ref().as_str() else { continue };
        found.extend(read_specifier(specifier, line_of(text, item.span().start)));
    }
}

fn poetry_section(text: &str, section: Option<&toml::de::DeTable<'_>>, found: &mut Vec<Dependency>) {
    for (name, value) in section.into_iter().flatten() {
        // The interpreter is no package.
        if name.get_ref() != "python" {
            let line = line_of(text, name.span().start);
            found.push(Dependency::new(name.get_ref().as_ref(), requirement(value.get_ref()), line));
        }
    }
}

/// One specifier a line; options (`-r other.txt`) are none.
pub fn read_requirements(text: &str) -> Vec<Dependency> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(at, line)| read_specifier(without_comment(line), at + 1)).collect()
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with('#') {
        return "";
    }
    // Only after white space: a URL may have a fragment.
    line.split_once(" #").map_or(line, |(before, _)| before)
}

/// `name[extras] >=1,<2; marker`, `name @ URL`, a bare URL, or an editable path.
fn read_specifier(text: &str, line: usize) -> Option<Dependency> {
    let text = text.trim().trim_end_matches('\\').trim_end();
    let text = text.strip_prefix("-e ").or_else(|| text.strip_prefix("--editable ")).unwrap_or(text).trim();
    if text.is_empty() || text.starts_with('-') {
        return None;
    }
    if text.starts_with("git+") {
        let name = text.rsplit_once("#egg=").map_or(text, |(_, name)| name);
        return Some(Dependency::new(name, url_requirement(text), line));
    }
    if text.starts_with(['.', '/']) {
        return Some(Dependency::new(text, Requirement::Local, line));
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || "._-".contains(c))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('[').and_then(|extras| extras.split_once(']')) {
        Some((_, rest)) => rest.trim_start(),
        None => rest,
    };
    if let Some(url) = rest.strip_prefix('@') {
        return Some(Dependency::new(name, url_requirement(url.trim()), line));
    }
    let version = rest.split(';').next().unwrap_or_default();
    let version = version.split(" --").next().unwrap_or_default().trim().trim_matches(['(', ')']);
    Some(Dependency::new(name, Requirement::version(version), line))
}

fn url_requirement(url: &str) -> Requirement {
    let url = url.split([' ', ';']).next().unwrap_or(url);
    if url.starts_with("file:") {
        return Requirement::Local;
    }
    if !url.starts_with("git+") {
        // An archive's address names its version.
        return Requirement::Version(url.to_owned());
    }
    let address = url.split('#').next().unwrap_or(url);
    let path = address.rsplit('/').next().unwrap_or(address);
    let fixed = path.split_once('@').is_some_and(|(_, reference)| {
        let is_commit = reference.len() >= 7 && reference.chars().all(|c| c.is_ascii_hexdigit());
        is_commit || reference.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit())
    });
    Requirement::Git { source: address.to_owned(), fixed }
}

//! `Cargo.toml`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::requirement::{Dependency, Requirement};
use super::{BadManifest, line_of};

const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

pub fn read(text: &str) -> Result<Vec<Dependency>, BadManifest> {
    let document = parse(text)?;
    let mut found = Vec::new();
    sections(text, document.get_ref(), &mut found);
    if let Some(workspace) = table(document.get_ref(), "workspace") {
        section(text, workspace, "dependencies", &mut found);
    }
    if let Some(targets) = table(document.get_ref(), "target") {
        for target in targets.values().filter_map(|target| target.get_ref().as_table()) {
            sections(text, target, &mut found);
        }
    }
    found.sort_by_key(|dependency| dependency.line);
    Ok(found)
}

/// A TOML document with the places of its parts, or where it is broken.
pub fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, BadManifest> {
    DeTable::parse(text).map_err(|error| BadManifest {
        line: error.span().map(|span| line_of(text, span.start)),
        message: error.message().to_owned(),
    })
}

pub fn table<'a, 'i>(of: &'a DeTable<'i>, key: &str) -> Option<&'a DeTable<'i>> {
    of.get(key)?.get_ref().as_table()
}

fn sections(text: &str, of: &DeTable<'_>, found: &mut Vec<Dependency>) {
    for name in SECTIONS {
        section(text, of, name, found);
    }
}

fn section(text: &str, of: &DeTable<'_>, name: &str, found: &mut Vec<Dependency>) {
    let Some(dependencies) = table(of, name) else { return };
    for (name, value) in dependencies {
        let requirement = requirement(value.get_ref());
        found.push(Dependency::new(name.get_ref().as_ref(), requirement, line_of(text, name.span().start)));
    }
}

/// A version alone, or a table of details; Poetry writes the same.
pub fn requirement(value: &DeValue<'_>) -> Requirement {
    if let Some(version) = value.as_str() {
        return Requirement::version(version);
    }
    let Some(details) = value.as_table() else { return Requirement::Any };
    let text = |key: &str| details.get(key).and_then(|value| value.get_ref().as_str());
    if let Some(git) = text("git") {
        let fixed = text("rev").is_some() || text("tag").is_some();
        return Requirement::Git { source: git.to_owned(), fixed };
    }
    if details.get("workspace").is_some_and(|value| value.get_ref().as_bool() == Some(true)) {
        return Requirement::Inherited;
    }
    match (text("version"), text("path")) {
        // Beside a path, a version is what is published; here, the path is what counts.
        (_, Some(_)) => Requirement::Local,
        (Some(version), None) => Requirement::version(version),
        (None, None) => Requirement::Any,
    }
}

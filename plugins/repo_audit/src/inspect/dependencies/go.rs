//! `go.mod`: `require` and `replace`, alone or in a block.

use super::requirement::{Dependency, Requirement};

pub fn read(text: &str) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = Vec::new();
    let mut local: Vec<String> = Vec::new();
    let mut block = String::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default().trim();
        if line == ")" {
            block.clear();
            continue;
        }
        if let Some(directive) = line.strip_suffix('(') {
            block = directive.trim().to_owned();
            continue;
        }
        let (directive, rest) = match block.as_str() {
            "" => line.split_once(' ').unwrap_or((line, "")),
            inside => (inside, line),
        };
        match directive {
            "require" => {
                let mut words = rest.split_whitespace();
                if let (Some(name), Some(version)) = (words.next(), words.next()) {
                    found.push(Dependency::new(name, Requirement::version(version), at + 1));
                }
            }
            "replace" => {
                let (from, to) = rest.split_once("=>").unwrap_or_default();
                if to.trim().starts_with(['.', '/']) {
                    local.extend(from.split_whitespace().next().map(str::to_owned));
                }
            }
            _ => {}
        }
    }
    for dependency in found.iter_mut().filter(|dependency| local.contains(&dependency.name)) {
        dependency.requirement = Requirement::Local;
    }
    found
}

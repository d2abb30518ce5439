//! `Gemfile`: its `gem` lines; it is a program, and what it computes is not seen.

use super::requirement::{Dependency, Requirement};

pub fn read(text: &str) -> Vec<Dependency> {
    text.lines().enumerate().filter_map(|(at, line)| gem(line.trim(), at + 1)).collect()
}

fn gem(line: &str, number: usize) -> Option<Dependency> {
    let rest = line.strip_prefix("gem")?;
    let rest = rest.strip_prefix([' ', '(']).map(str::trim_start)?;
    let (name, rest) = quoted(rest)?;
    let has = |key: &str| [format!("{key}:"), format!(":{key} =>")].iter().any(|written| rest.contains(written));
    let value = |key: &str| {
        let (_, after) = rest.split_once(&format!("{key}:")).or_else(|| rest.split_once(&format!(":{key} =>")))?;
        quoted(after.trim_start()).map(|(value, _)| value)
    };
    let git = ["git", "github", "gitlab", "bitbucket"].into_iter().find_map(value);
    let requirement = if let Some(source) = git {
        Requirement::Git { source: source.to_owned(), fixed: has("ref") || has("tag") }
    } else if has("path") {
        Requirement::Local
    } else {
        let version = rest.trim_start().strip_prefix(',').and_then(|after| quoted(after.trim_start()));
        Requirement::version(version.map_or("", |(version, _)| version))
    };
    Some(Dependency::new(name, requirement, number))
}

/// A quoted text at the start, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| "\"'".contains(*c))?;
    text[1..].split_once(quote)
}

//! The house's one law: a room imports only from the rooms below it.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// From the top to the bottom, as `docs/architecture.md` draws them.
const ROOMS: [&str; 15] = [
    "cli",
    "tui",
    "server",
    "attach",
    "orchestrator",
    "workflow",
    "agent",
    "hook",
    "plugin",
    "runtime",
    "permission",
    "config",
    "sandbox",
    "store",
    "event",
];
/// The faces stand side by side: none may know another, nor anything but these rooms.
const FACES: [&str; 3] = ["cli", "tui", "server"];
const FACES_SEE: [&str; 2] = ["orchestrator", "event"];
/// The server is started with settings, and writes its token as the settings' room writes files.
const SERVER_SEES: [&str; 3] = ["orchestrator", "config", "event"];

fn rank(room: &str) -> Option<usize> {
    ROOMS.iter().position(|name| *name == room)
}

fn may_import(room: &str, other: &str) -> bool {
    if room == other {
        return true;
    }
    match (rank(room), rank(other)) {
        (Some(own), Some(below)) if below > own => match room {
            "server" => SERVER_SEES.contains(&other),
            // A host elsewhere has nothing here.
            "attach" => FACES_SEE.contains(&other),
            face if FACES.contains(&face) => FACES_SEE.contains(&other),
            _ => true,
        },
        (Some(_), Some(_)) => false,
        // What is no room is a file of the root's, or a crate.
        _ => true,
    }
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The rooms that a file names: `crate::room::…` and `crate::{room::…, …}`, comments left out.
fn rooms_named(text: &str) -> Vec<String> {
    let uncommented = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let code = uncommented.collect::<Vec<_>>().join("\n");
    let mut named = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        // `some_crate::` and a macro's `$crate::` are others'.
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            None => named.push(word(rest)),
            Some(group) => named.extend(first_words(group)),
        }
    }
    named
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first word of each part of `a::{b, c}, d}`.
fn first_words(group: &str) -> Vec<String> {
    let (mut depth, mut at_start, mut words) = (0, true, Vec::new());
    for (index, c) in group.char_indices() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            c if at_start && c.is_alphanumeric() => {
                words.push(word(&group[index..]));
                at_start = false;
            }
            _ => {}
        }
    }
    words
}

#[test]
fn no_room_imports_from_above() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 20, "the source was not found");
    let mut wrong = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&root).unwrap();
        let room = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        for named in rooms_named(&fs::read_to_string(&file).unwrap()) {
            if !may_import(room, &named) {
                wrong.push(format!("src/{}: `{room}` may not import from `{named}`", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_is_at_the_borders_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    // The lint refuses it everywhere else.
    files.retain(|file| fs::read_to_string(file).unwrap().contains("allow(unsafe_code)"));
    files.sort();
    let borders = ["runtime/native/border.rs", "sandbox/border.rs"];
    assert_eq!(files, borders.map(|border| root.join(border)));
}

#[test]
fn every_room_is_on_the_map_and_says_what_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let map = fs::read_to_string(root.join("docs/architecture.md")).unwrap();
    for entry in fs::read_dir(root.join("src")).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        let room = path.file_name().unwrap().to_str().unwrap();
        assert!(rank(room).is_some(), "src/{room} has no place in the house: give it one here and on the map");
        assert!(map.contains(&format!("`{room}/`")), "docs/architecture.md does not show {room}/");
        let words = fs::read_to_string(path.join("mod.rs")).unwrap();
        assert!(words.starts_with("//! "), "src/{room}/mod.rs does not say what lives there");
    }
}

#[test]
fn cargo_run_builds_the_plugins_too() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    // With a default binary, cargo builds that one alone, and the bundled plugins' libraries are missing.
    assert!(!manifest.lines().any(|line| line.starts_with("default-run")), "take `default-run` out of Cargo.toml");
    let plugins = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins")).unwrap();
    let members = manifest.lines().find(|line| line.starts_with("default-members")).unwrap();
    for plugin in plugins {
        let plugin = plugin.unwrap();
        if plugin.path().join("main.py").is_file() {
            continue;
        }
        let name = plugin.file_name().into_string().unwrap();
        assert!(members.contains(&format!("\"plugins/{name}\"")), "plugins/{name} is no default member");
    }
}

#[test]
fn an_upward_import_is_seen() {
    let names = |text: &str| rooms_named(text);
    assert_eq!(names("use crate::tui::Model; // crate::cli"), ["tui"]);
    assert_eq!(names("use crate::{event::{Event, RunId}, store};"), ["event", "store"]);
    assert!(names("use other_crate::tui; $crate::tui").is_empty());
    assert!(!may_import("store", "tui"));
    assert!(!may_import("cli", "tui"));
    assert!(!may_import("tui", "store"));
    assert!(may_import("workflow", "event"));
}

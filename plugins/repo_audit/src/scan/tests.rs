use std::path::Path;

use super::*;
use crate::inspect::testing::{Kept, tree};
use crate::report::{Report, Reporter, Stopped};
use crate::settings::Settings;

/// The paths that a walk visits, and what it said.
fn walked(root: &Path, settings: &Settings) -> (Vec<String>, String, Walked) {
    let mut kept = Kept { text: String::new(), left: usize::MAX };
    let mut paths = Vec::new();
    let mut reporter = Reporter::new(&mut kept, 100);
    let end = walk(root, settings, &mut reporter, |file, _| {
        paths.push(file.path.clone());
        Ok(())
    });
    (paths, kept.text, end.unwrap())
}

#[test]
fn ignored_files_are_not_visited_and_hidden_ones_are() {
    let dir = tree(&[
        (".gitignore", b"*.log\n/out/\n"),
        ("a.log", b""),
        ("out/b.rs", b""),
        ("src/out/c.rs", b""),
        ("src/.gitignore", b"d.rs\n"),
        ("src/d.rs", b""),
        (".github/e.md", b""),
        (".git/config", b""),
        ("node_modules/f.js", b""),
        ("made/CACHEDIR.TAG", b""),
        ("made/g.rs", b""),
    ]);
    let (paths, text, end) = walked(dir.path(), &Settings::default());
    assert_eq!(paths, [".github/e.md", ".gitignore", "src/.gitignore", "src/out/c.rs"]);
    assert_eq!(end, Walked { files: 4, limited: false });
    let skipped: Vec<_> = Report::read(&text).skipped.into_iter().map(|(place, _)| place.path).collect();
    assert_eq!(skipped, ["made", "node_modules"]);
}

#[test]
fn the_ignored_folders_can_be_set() {
    let dir = tree(&[("node_modules/a.js", b""), ("mine/b.js", b""), ("mine.js", b"")]);
    let settings = Settings { ignored_directories: vec!["mine".into()], ..Settings::default() };
    assert_eq!(walked(dir.path(), &settings).0, ["mine.js", "node_modules/a.js"]);
}

#[test]
fn the_limit_on_files_is_kept_and_said() {
    let dir = tree(&[("a", b""), ("b", b""), ("c", b"")]);
    let (paths, text, end) = walked(dir.path(), &Settings { max_files: 2, ..Settings::default() });
    assert_eq!((paths.len(), end.limited), (2, true));
    assert_eq!(text, "skipped c: the limit of 2 files (max_files) was reached; the rest was not seen\n");
    assert!(!walked(dir.path(), &Settings { max_files: 3, ..Settings::default() }).2.limited);
}

#[test]
fn nothing_is_visited_once_nobody_wants_it() {
    let dir = tree(&[("a", b""), ("b", b"")]);
    let mut kept = Kept { text: String::new(), left: 0 };
    let end = walk(dir.path(), &Settings::default(), &mut Reporter::new(&mut kept, 100), |_, _| {
        panic!("a file was visited");
    });
    assert_eq!(end, Err(Stopped));
}

#[cfg(unix)]
#[test]
fn symbolic_links_and_special_files_are_named_and_not_opened() {
    use std::os::unix::fs::symlink;

    let outside = tree(&[("secret.txt", b"")]);
    let dir = tree(&[("sub/a.txt", b"")]);
    symlink(dir.path(), dir.path().join("sub/loop")).unwrap();
    symlink(outside.path(), dir.path().join("out")).unwrap();
    symlink("absent", dir.path().join("dangling")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
    let (paths, text, _) = walked(dir.path(), &Settings::default());
    assert_eq!(paths, ["sub/a.txt"]);
    for line in [
        "skipped dangling: symbolic link, not followed\n",
        "skipped out: symbolic link, not followed\n",
        "skipped sub/loop: symbolic link, not followed\n",
        "skipped socket: neither a file nor a folder\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_utf_8_can_be_visited_and_read() {
    use std::os::unix::ffi::OsStrExt;

    let dir = tree(&[]);
    std::fs::write(dir.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9.txt")), "text").unwrap();
    let mut kept = Kept { text: String::new(), left: usize::MAX };
    let mut seen = Vec::new();
    walk(dir.path(), &Settings::default(), &mut Reporter::new(&mut kept, 100), |file, reporter| {
        seen.push((file.path.clone(), file.text(100, reporter)?));
        Ok(())
    })
    .unwrap();
    assert_eq!(seen, [("caf\u{fffd}.txt".to_owned(), Some("text".to_owned()))]);
}

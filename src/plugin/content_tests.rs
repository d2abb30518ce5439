//! The tests stand apart from the file that the build script compiles.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::content::{digest, digest_noting};

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(dir.path(), path, text);
    }
    dir
}

fn write(dir: &Path, path: &str, text: &str) {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn the_same_files_anywhere_have_the_same_digest() {
    let one = tree(&[("plugin.yaml", "a"), ("src/lib.rs", "b")]);
    let other = tree(&[("src/lib.rs", "b"), ("plugin.yaml", "a"), ("empty/x", "")]);
    fs::remove_file(other.path().join("empty/x")).unwrap();
    assert_eq!(digest(one.path()).unwrap(), digest(other.path()).unwrap());
}

#[test]
fn every_byte_and_every_name_counts() {
    let first = digest(tree(&[("a", "12"), ("b", "3")]).path()).unwrap();
    for other in [&[("a", "1"), ("b", "23")][..], &[("a", "12"), ("c", "3")], &[("a", "12b3")], &[("a", "12")]] {
        assert_ne!(digest(tree(other).path()).unwrap(), first, "{other:?}");
    }
}

#[test]
fn what_tools_leave_behind_does_not_count() {
    let dir = tree(&[("main.py", "x")]);
    let before = digest(dir.path()).unwrap();
    for left in ["__pycache__/m.pyc", "sub/.pytest_cache/x", ".git/HEAD", "target/debug/libx.so", ".venv/bin/python"] {
        write(dir.path(), left, "left");
    }
    assert_eq!(digest(dir.path()).unwrap(), before);
    // An environment further down is content.
    write(dir.path(), "sub/.venv/x", "content");
    assert_ne!(digest(dir.path()).unwrap(), before);
}

#[test]
fn a_link_counts_with_its_target_and_leads_nowhere_else() {
    let dir = tree(&[("a/one", "1"), ("two", "2")]);
    symlink("one", dir.path().join("a/link")).unwrap();
    let to_one = digest(dir.path()).unwrap();
    fs::remove_file(dir.path().join("a/link")).unwrap();
    symlink("../two", dir.path().join("a/link")).unwrap();
    assert_ne!(digest(dir.path()).unwrap(), to_one);

    for outside in ["/etc/hostname", "../../elsewhere", "../target/debug/x", "../a/../../x"] {
        fs::remove_file(dir.path().join("a/link")).unwrap();
        symlink(outside, dir.path().join("a/link")).unwrap();
        let error = digest(dir.path()).unwrap_err().to_string();
        assert!(error.contains("not part of the plugin's content"), "{outside}: {error}");
    }
}

#[test]
fn a_link_through_a_link_does_not_lead_out_either() {
    let dir = tree(&[("plugin/a/b/c/file", "1"), ("x", "outside")]);
    let plugin = dir.path().join("plugin");
    symlink("../../..", plugin.join("a/b/c/up")).unwrap();
    symlink("a/b/c/up/../x", plugin.join("sneaky")).unwrap();
    assert!(digest(&plugin).is_err());
}

#[test]
fn a_file_without_end_is_refused_and_not_read() {
    let dir = tree(&[("plugin.yaml", "x")]);
    fs::File::create(dir.path().join("sparse")).unwrap().set_len(1 << 40).unwrap();
    let error = digest(dir.path()).unwrap_err();
    assert!(error.to_string().contains("holds more than 1024 MiB"), "{error}");
}

#[test]
fn a_noted_file_is_digested_alone_as_well() {
    let dir = tree(&[("a", "1"), ("lib/x.so", "code")]);
    let (whole, note) = digest_noting(dir.path(), Some(Path::new("lib/x.so"))).unwrap();
    assert_eq!(whole, digest(dir.path()).unwrap());
    assert_eq!(note, Some(Sha256::digest("code").into()));
    assert_eq!(digest_noting(dir.path(), Some(Path::new("lib/y.so"))).unwrap().1, None);
}

use super::super::testing::{findings, run, tree};
use super::*;

const MIT: &[u8] = b"MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\n";

#[test]
fn what_a_bare_tree_lacks_is_named() {
    let text = run(inspect, tree(&[]).path(), &Settings::default());
    assert_eq!(findings(&text, "readme"), ["warning .: there is no README"]);
    assert_eq!(findings(&text, "licence"), ["warning .: there is no licence: nobody else may use this"]);
    assert_eq!(findings(&text, "changelog").len(), 1);
    assert_eq!(findings(&text, "contributing").len(), 1);
    assert!(text.lines().last().unwrap().starts_with("summary: no README, no licence text; 0 relative links"));
}

#[test]
fn what_is_there_is_not_missed_and_a_thin_readme_is() {
    let dir = tree(&[
        ("README.md", b"# Two words\n\n---\n"),
        ("LICENSE-MIT", MIT),
        ("docs/CHANGELOG.md", b"# 1.0\n"),
        (".github/CONTRIBUTING.md", b"Write to us.\n"),
        ("Cargo.toml", b"[package]\nlicense = \"MIT OR Apache-2.0\"\n"),
    ]);
    let text = run(inspect, dir.path(), &Settings::default());
    assert_eq!(findings(&text, "readme"), ["warning README.md: 2 words, fewer than 50"]);
    assert_eq!(findings(&text, "licence"), ["info LICENSE-MIT: MIT, by its text"]);
    for check in ["changelog", "contributing", "licence-mismatch"] {
        assert!(findings(&text, check).is_empty(), "{text}");
    }
}

#[test]
fn a_declared_licence_must_match_its_text() {
    let manifest: &[u8] = b"{\n  \"license\": \"GPL-3.0\"\n}";
    let text = run(inspect, tree(&[("package.json", manifest)]).path(), &Settings::default());
    let expected = ["warning package.json:2: declares \"GPL-3.0\", but there is no licence text"];
    assert_eq!(findings(&text, "licence"), expected);
    let dir = tree(&[("package.json", manifest), ("LICENSE", MIT)]);
    let text = run(inspect, dir.path(), &Settings::default());
    let expected = ["warning package.json:2: declares \"GPL-3.0\", but there is the text of MIT"];
    assert_eq!(findings(&text, "licence-mismatch"), expected);
}

#[test]
fn relative_links_that_lead_nowhere_are_found_at_their_line() {
    let markdown = b"[ok](docs/a.md#x) and [gone](docs/b.md)\n\n```\n[code](no.md)\n```\n![image](img%20one.png) \
                     `[code](no.md)`\n[ref]\n\n[ref]: missing.md \"Title\"\n[web](https://example.com) [out](../x) <a@b.com>\n";
    let dir = tree(&[
        ("README.md", markdown),
        ("docs/a.md", b"[up](../README.md) [folder](.) [top](/README.md) [bad](c.md)"),
        ("img one.png", b"\0"),
    ]);
    let text = run(inspect, dir.path(), &Settings::default());
    assert_eq!(
        findings(&text, "broken-link"),
        [
            "error README.md:1: docs/b.md leads to docs/b.md, which is not there",
            "error README.md:7: missing.md leads to missing.md, which is not there",
            "error docs/a.md:1: c.md leads to docs/c.md, which is not there",
        ]
    );
    assert_eq!(findings(&text, "outside-link"), ["info README.md:10: ../x leads out of the tree; not checked"]);
    assert!(text.contains("total docs: checked 9, broken 3, outside 1, folders 0, undocumented 0\n"), "{text}");
}

#[test]
fn source_folders_without_documentation_comments_are_named_with_their_size() {
    let code = "fn a() {}\n".repeat(3);
    let documented = format!("/// Does it.\n{code}");
    let dir = tree(&[
        ("src/a.rs", code.as_bytes()),
        ("src/b.rs", code.as_bytes()),
        ("lib/a.rs", code.as_bytes()),
        ("lib/b.rs", documented.as_bytes()),
        ("tests/a.rs", code.as_bytes()),
        ("small/a.rs", b"fn a() {}\n"),
    ]);
    let settings = Settings { undocumented_folder_lines: 6, ..Settings::default() };
    let text = run(inspect, dir.path(), &settings);
    let expected = ["warning src: 2 source files with 6 lines of code, and no documentation comment"];
    assert_eq!(findings(&text, "undocumented"), expected);
}

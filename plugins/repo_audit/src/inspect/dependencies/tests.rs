use super::super::testing::{findings, run, tree};
use super::*;

fn shown(dependencies: &[Dependency]) -> Vec<String> {
    dependencies.iter().map(|d| format!("{}: {} {}", d.line, d.name, d.requirement)).collect()
}

#[test]
fn cargo_manifests_are_read_with_every_section_and_place() {
    let text = "[package]\nname = \"a\"\n\n[dependencies]\nserde = \"1\"\nany = \"*\"\nlocal = { path = \"../l\" }\n\
                [dependencies.git]\ngit = \"https://g/x\"\nbranch = \"main\"\n[workspace.dependencies]\nw = { version = \"2\" }\n\
                [target.'cfg(unix)'.dev-dependencies]\nnix.workspace = true\ntagged = { git = \"https://g/y\", tag = \"v1\" }\n";
    let found = read(Ecosystem::Cargo, text).unwrap();
    assert_eq!(
        shown(&found),
        [
            "5: serde 1",
            "6: any (any version)",
            "7: local (local)",
            "8: git from https://g/x",
            "12: w 2",
            "14: nix (version inherited)",
            "15: tagged from https://g/y",
        ]
    );
    assert_eq!(found[6].requirement, Requirement::Git { source: "https://g/y".into(), fixed: true });
}

#[test]
fn package_json_tells_ranges_wildcards_git_and_local_apart() {
    let text = r#"{
  "name": "left",
  "dependencies": {
    "left": "^1.0.0",
    "@scope/a": "*",
    "b": "user/repo#main",
    "c": "git+https://h/c.git#0a1b2c3d",
    "d": "file:../d"
  },
  "devDependencies": {"left": "latest", "e": "workspace:*", "f": "npm:@x/f@2"}
}"#;
    let found = read(Ecosystem::Npm, text).unwrap();
    assert_eq!(
        shown(&found),
        [
            "4: left ^1.0.0",
            "5: @scope/a (any version)",
            "6: b from user/repo",
            "7: c from git+https://h/c.git",
            "8: d (local)",
            "10: left (any version)",
            "10: e (version inherited)",
            "10: f npm:@x/f@2",
        ]
    );
    assert_eq!(found[3].requirement, Requirement::Git { source: "git+https://h/c.git".into(), fixed: true });
    assert!(matches!(found[2].requirement, Requirement::Git { fixed: false, .. }));
}

#[test]
fn python_manifests_are_read_in_both_forms() {
    let text = "[project]\nname = \"p\"\ndependencies = [\n  \"requests[socks]>=2,<3; python_version > '3'\",\n  \"rich\",\n]\n\
                [project.optional-dependencies]\ndev = [\"pytest @ git+https://g/pytest@main\"]\n\
                [dependency-groups]\nlint = [\"ruff==0.6\", {include-group = \"dev\"}]\n\
                [tool.poetry.dependencies]\npython = \"^3.10\"\nhttpx = {version = \"^0.27\"}\n";
    assert_eq!(
        shown(&read(Ecosystem::PyProject, text).unwrap()),
        [
            "4: requests >=2,<3",
            "5: rich (any version)",
            "8: pytest from git+https://g/pytest@main",
            "10: ruff ==0.6",
            "13: httpx ^0.27",
        ]
    );
    let text = "# comment\n-r other.txt\nflask==3.0 # pinned\nnumpy\n-e ./here\ngit+https://g/x@v1.2#egg=x\nurllib3==2 \\\n  --hash=sha256:ab\n";
    let found = read(Ecosystem::Requirements, text).unwrap();
    assert_eq!(
        shown(&found),
        [
            "3: flask ==3.0",
            "4: numpy (any version)",
            "5: ./here (local)",
            "6: x from git+https://g/x@v1.2",
            "7: urllib3 ==2",
        ]
    );
    assert!(matches!(found[3].requirement, Requirement::Git { fixed: true, .. }));
}

#[test]
fn go_maven_and_ruby_manifests_are_read() {
    let go = "module m\n\nrequire example.com/a v1.2.3\nrequire (\n\texample.com/b v0.0.0-2024 // indirect\n)\nreplace example.com/a => ../a\n";
    assert_eq!(shown(&read(Ecosystem::Go, go).unwrap()), ["3: example.com/a (local)", "5: example.com/b v0.0.0-2024"]);

    let pom = "<project>\n<dependencies>\n<dependency>\n<groupId>g</groupId><artifactId>a</artifactId>\n\
               <version>1.0</version></dependency>\n<dependency><groupId>g</groupId><artifactId>b</artifactId>\
               </dependency>\n<dependency><artifactId>c</artifactId><version>LATEST</version></dependency>\n\
               </dependencies></project>";
    let found = read(Ecosystem::Maven, pom).unwrap();
    assert_eq!(shown(&found), ["3: g:a 1.0", "6: g:b (version inherited)", "7: :c (any version)"]);

    let gems = "source 'https://rubygems.org'\ngem 'rails', '~> 7.1'\ngem \"rake\"\n# gem 'no'\n\
                gem 'x', github: 'a/x', tag: 'v1'\ngem 'y', :path => '../y'\n";
    let found = read(Ecosystem::Ruby, gems).unwrap();
    assert_eq!(shown(&found), ["2: rails ~> 7.1", "3: rake (any version)", "5: x from a/x", "6: y (local)"]);
}

#[test]
fn a_broken_manifest_is_an_error_at_its_line_and_the_others_are_read() {
    let dir = tree(&[
        ("a/Cargo.toml", b"[dependencies]\nserde = \n"),
        ("b/package.json", b"{\n  \"dependencies\": {,}\n}"),
        ("c/pom.xml", b"<project>\n<a></b>\n</project>"),
        ("d/requirements.txt", b"flask\n"),
    ]);
    let text = run(inspect, dir.path(), &Settings::default());
    let bad = findings(&text, "bad-manifest");
    for place in ["error a/Cargo.toml:2: ", "error b/package.json:2: ", "error c/pom.xml:2: "] {
        assert!(bad.iter().any(|finding| finding.starts_with(place)), "{place} in {bad:?}");
    }
    assert_eq!(
        findings(&text, "unpinned"),
        ["warning d/requirements.txt:1: flask (any version): say which versions will do"]
    );
}

#[test]
fn lock_files_are_looked_for_up_to_the_tree() {
    let manifest = b"[workspace]\n[dependencies]\nserde = \"1\"\n";
    let dir = tree(&[
        ("locked/Cargo.lock", b""),
        ("locked/crates/a/Cargo.toml", manifest),
        ("open/Cargo.toml", manifest),
        ("library/Cargo.toml", b"[dependencies]\nserde = \"1\"\n"),
        ("local/Cargo.toml", b"[dependencies]\na = { path = \"../a\" }\n"),
    ]);
    let text = run(inspect, dir.path(), &Settings::default());
    assert_eq!(
        findings(&text, "no-lock-file"),
        [
            "info library/Cargo.toml: no Cargo.lock here or above",
            "warning open/Cargo.toml: no Cargo.lock here or above",
        ]
    );
    assert!(
        text.contains("total dependencies: manifests 4, dependencies 4, unpinned 0, git 0, unlocked 2\n"),
        "{text}"
    );
    assert!(text.contains("manifest open/Cargo.toml: dependencies 1\n"), "{text}");
}

#[test]
fn a_tree_without_manifests_says_so() {
    let text = run(inspect, tree(&[("a.txt", b"x")]).path(), &Settings::default());
    assert_eq!(findings(&text, "no-manifest").len(), 1, "{text}");
}

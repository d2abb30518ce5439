use super::*;

fn lines(text: &str) -> Vec<String> {
    Dependencies::of_text(text).unwrap().lines().map(str::to_owned).collect()
}

/// The refusal's whole text, with its remedy.
fn refused(line: &str) -> String {
    let error = Dependencies::of_text(line).expect_err(line);
    format!("{error}\n{}", error.remedy())
}

#[test]
fn plain_requirements_hashes_markers_and_comments_are_taken() {
    let text = "\u{feff}# what it needs\n\nfastapi >= 0.110, <1  # the API\nuvicorn[standard,extra]==0.30.*\n\
                tomli; python_version < \"3.11\"\nZope.Interface (>=5)\ntyping_extensions~=4.1\n\
                pydantic==2.7.1 \\\n    --hash=sha256:00ff \\\n    --hash=sha512:ab\nanyio#no-comment\n";
    let error = Dependencies::of_text(text).unwrap_err();
    assert!(error.to_string().contains("requirements.txt:11: `anyio#no-comment`"), "{error}");
    let expected = [
        "fastapi >= 0.110, <1",
        "uvicorn[standard,extra]==0.30.*",
        "tomli; python_version < \"3.11\"",
        "Zope.Interface (>=5)",
        "typing_extensions~=4.1",
        "pydantic==2.7.1 --hash=sha256:00ff --hash=sha512:ab",
    ];
    assert_eq!(lines(text.trim_end_matches("anyio#no-comment\n")), expected);
}

#[test]
fn options_are_refused_wherever_they_stand() {
    for line in [
        "-r other.txt",
        "-e .",
        "--index-url https://example.com/simple",
        "--extra-index-url=https://example.com",
        "--find-links .",
        "--no-binary :all:",
        "fastapi --config-settings=x=y",
        "fastapi; python_version > \" --index-url=https://example.com \"",
        "fastapi \\\n  --global-option=x",
        "fastapi --hash=md5:00",
        "fastapi --hash=sha256:zz",
    ] {
        let text = refused(line);
        assert!(text.contains("options are not allowed") && text.contains("remove the option"), "{line}: {text}");
    }
}

#[test]
fn links_and_paths_are_refused() {
    for line in [
        "https://example.com/x.whl",
        "git+https://example.com/x.git",
        "x @ https://example.com/x.whl",
        "x@file:///tmp/x",
        "file:x",
        "./x",
        "../x",
        "/tmp/x",
        "~/x",
        "vendored/x",
        ".",
        "x-1.0-py3-none-any.whl",
        "x.tar.gz",
        "X.ZIP",
    ] {
        let text = refused(line);
        assert!(text.contains("links and paths are not allowed"), "{line}: {text}");
    }
}

#[test]
fn what_is_no_requirement_is_refused_with_its_line() {
    for line in ["fastapi>=", "fastapi 0.1", "fastapi=1", "_x", "x;", "x[", "x>=${VERSION}", "--hash=sha256:00 x", "ä"]
    {
        let text = refused(&format!("# one\n{line}\n"));
        assert!(text.starts_with("requirements.txt:2: `") && text.contains("not a package's name"), "{line}: {text}");
    }
}

#[test]
fn the_manifests_packages_count_like_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let packages = ["pydantic>=1.8".to_owned()];
    let read = || Dependencies::read(dir.path(), &packages);
    assert_eq!(read().unwrap().lines().collect::<Vec<_>>(), ["pydantic>=1.8"]);
    std::fs::write(dir.path().join(FILE_NAME), "fastapi\n").unwrap();
    assert_eq!(read().unwrap().lines().collect::<Vec<_>>(), ["fastapi", "pydantic>=1.8"]);
    // Said in both places, it is wanted once.
    std::fs::write(dir.path().join(FILE_NAME), "pydantic>=1.8\nfastapi\n").unwrap();
    assert_eq!(read().unwrap().lines().collect::<Vec<_>>(), ["pydantic>=1.8", "fastapi"]);
    assert!(Dependencies::read(&dir.path().join("nowhere"), &[]).unwrap().is_empty());
    let error = Dependencies::of_packages(&["-e .".to_owned()]).unwrap_err();
    assert!(error.to_string().starts_with("`requires.packages` in plugin.yaml: `-e .`"), "{error}");
    std::fs::write(dir.path().join(FILE_NAME), [0xff, 0xfe]).unwrap();
    assert!(matches!(read(), Err(RequirementError::Unreadable(_))));
    std::fs::write(dir.path().join(FILE_NAME), "#".repeat(MAX_FILE as usize + 1)).unwrap();
    assert!(read().unwrap_err().to_string().contains("longer than 1024 KiB"));
}

#[test]
fn many_are_told_in_few_words() {
    let words = |text: &str| Dependencies::of_text(text).unwrap().words();
    assert_eq!(words("a --hash=sha256:00"), "a");
    assert_eq!(words("a>=1\nb\nc"), "a>=1, b and c");
    assert_eq!(words(&"a\n".repeat(9)), "a, a, a, a, a, a and 3 more");
}

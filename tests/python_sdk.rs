//! The Python SDK's own tests, and those of the plugins written with it, run by pytest.
//!
//! Each suite has a virtual environment below `target/`, kept until the SDK or what the suite needs changes.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "support/skip.rs"]
mod skip;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest, Sha256};
use skip::skip;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const SDK: &str = "sdk/python";
/// What builds the SDK's package, as its pyproject.toml says, and what runs the tests.
const ALWAYS: [&str; 2] = ["setuptools>=68", "pytest>=8"];

#[test]
fn the_sdk_does_what_its_tests_say() {
    run_suite("sdk", "sdk/python/tests", &["pytest-asyncio", "anyio", "PyYAML"]);
}

#[test]
fn release_notes_does_what_its_tests_say() {
    run_suite("release_notes", "plugins/release_notes", &[]);
}

#[test]
fn docs_service_does_what_its_tests_say() {
    let packages = ["PyYAML", "fastapi>=0.110,<1", "markdown-it-py>=3,<5", "pydantic>=2.5,<3"];
    run_suite("docs_service", "plugins/docs_service", &packages);
}

/// Runs the tests of a folder of the repository, with pytest, the SDK and `packages`.
fn run_suite(name: &str, folder: &str, packages: &[&str]) {
    let Some(base) = interpreter() else { return skip("there is no Python 3.10 or later") };
    let python = match environment(name, &base, packages) {
        Ok(python) => python,
        Err(lacking) => return skip(&lacking),
    };
    let run = quiet(&python).args(["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", folder]).output().unwrap();
    assert!(run.status.success(), "{folder}:\n{}", printed(&run));
}

/// A Python that is new enough; the first `python3` that `PATH` leads to, or one that names its version.
fn interpreter() -> Option<PathBuf> {
    let ask = "import sys; assert sys.version_info >= (3, 10); import venv; print(sys.executable)";
    ["python3", "python3.13", "python3.12", "python3.11", "python3.10"].into_iter().find_map(|name| {
        let answer = quiet(Path::new(name)).args(["-c", ask]).output().ok()?;
        let path = String::from_utf8(answer.stdout).ok()?;
        answer.status.success().then(|| PathBuf::from(path.trim()))
    })
}

/// The interpreter of an environment in which the SDK and `packages` are installed; made if it is not there. An error
/// says what could not be had from outside.
fn environment(name: &str, base: &Path, packages: &[&str]) -> Result<PathBuf, String> {
    let sdk = Path::new(ROOT).join(SDK);
    let mut sources = vec![PathBuf::from("pyproject.toml"), PathBuf::from("README.md")];
    sources.extend(files(&sdk, Path::new("src")));
    let mut hash = Sha256::new();
    hash.update(format!("{base:?} {ALWAYS:?} {packages:?}"));
    for file in &sources {
        hash.update(file.as_os_str().as_encoded_bytes());
        hash.update(std::fs::read(sdk.join(file)).unwrap());
    }
    let key = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python").join(name);
    let (python, complete) = (folder.join("venv/bin/python"), folder.join("complete"));
    if std::fs::read_to_string(&complete).is_ok_and(|made| made == key) {
        return Ok(python);
    }
    let _ = std::fs::remove_dir_all(&folder);
    // A copy, since a build leaves files beside the sources.
    let copy = folder.join("sdk");
    for file in &sources {
        std::fs::create_dir_all(copy.join(file).parent().unwrap()).unwrap();
        std::fs::copy(sdk.join(file), copy.join(file)).unwrap();
    }
    let made = quiet(base).args(["-m", "venv"]).arg(folder.join("venv")).output().unwrap();
    if !made.status.success() {
        return Err(format!("no virtual environment could be made: {}", printed(&made)));
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let fetched = quiet(&python).args(pip).args(ALWAYS).args(packages).output().unwrap();
    if !fetched.status.success() {
        return Err(format!("pip could not fetch {ALWAYS:?} and {packages:?}: {}", printed(&fetched)));
    }
    let local = ["--no-build-isolation", "--no-index", "--no-deps"];
    let installed = quiet(&python).args(pip).args(local).arg(&copy).output().unwrap();
    assert!(installed.status.success(), "the SDK can't be installed:\n{}", printed(&installed));
    std::fs::write(complete, key).unwrap();
    Ok(python)
}

/// All files below `folder` of `root`, relative to it, in order; no bytecode.
fn files(root: &Path, folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(root.join(folder)).unwrap().map(Result::unwrap).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    entries
        .into_iter()
        .filter(|entry| !entry.file_name().to_string_lossy().ends_with(".egg-info"))
        .filter(|entry| entry.file_name() != "__pycache__")
        .flat_map(|entry| {
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() { files(root, &path) } else { vec![path] }
        })
        .collect()
}

/// A command in the repository that the caller's Python settings don't reach.
fn quiet(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(ROOT).env_remove("PYTHONPATH").env_remove("PYTHONHOME").env_remove("PYTEST_ADDOPTS");
    command
}

fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

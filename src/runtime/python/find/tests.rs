//! With scripts that answer as an interpreter does, and count how often they are asked.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

struct Machine {
    dir: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Machine { dir: tempfile::tempdir().unwrap() };
        fs::create_dir(machine.dir.path().join("bin")).unwrap();
        fs::write(machine.dir.path().join("real-python"), "").unwrap();
        machine
    }

    /// Puts a script into `PATH`.
    fn put(&self, name: &str, script: &str) -> PathBuf {
        let path = self.dir.path().join("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\necho asked >> {}\n{script}\n", self.dir.path().join("asked").display()))
            .unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn python(&self, name: &str, version: PythonVersion) -> PathBuf {
        let PythonVersion(major, minor, micro) = version;
        let real = self.dir.path().join("real-python");
        let answer = format!(r#"{{"version": [{major}, {minor}, {micro}], "executable": {real:?}}}"#);
        self.put(name, &format!("echo '{answer}'"))
    }

    fn asked(&self) -> usize {
        fs::read_to_string(self.dir.path().join("asked")).unwrap_or_default().lines().count()
    }

    async fn find(&self, requires: &str) -> Result<Interpreter, NoPython> {
        self.find_configured(requires, None).await
    }

    async fn find_configured(&self, requires: &str, configured: Option<&Path>) -> Result<Interpreter, NoPython> {
        let search: OsString = self.dir.path().join("bin").into();
        find_in(&search, Some(requires), configured, &self.dir.path().join("cache")).await
    }
}

#[tokio::test]
async fn the_first_that_is_accepted_is_found_with_its_real_program() {
    let machine = Machine::new();
    machine.python("python3", PythonVersion(3, 9, 2));
    machine.python("python3.13", PythonVersion(3, 13, 0));
    machine.python("python3.12", PythonVersion(3, 12, 4));
    let found = machine.find(">=3.8").await.unwrap();
    assert_eq!(found.version, PythonVersion(3, 13, 0));
    assert_eq!(found.path, machine.dir.path().join("real-python"));
    assert_eq!(machine.find("~=3.12.1").await.unwrap().version, PythonVersion(3, 12, 4));
}

#[tokio::test]
async fn nobody_is_asked_twice() {
    let machine = Machine::new();
    machine.python("python3", PythonVersion(3, 11, 7));
    machine.find("").await.unwrap();
    machine.find(">=3.11").await.unwrap();
    assert_eq!(machine.asked(), 1);
    machine.python("python3", PythonVersion(3, 12, 10));
    assert_eq!(machine.find("").await.unwrap().version, PythonVersion(3, 12, 10));
}

#[tokio::test]
async fn none_says_what_was_found_what_is_needed_and_what_to_do() {
    let machine = Machine::new();
    let none = machine.find("").await.unwrap_err();
    assert_eq!(none.to_string(), "there is no Python 3.10 or later on this machine; there is no python3 in PATH");
    machine.python("python3", PythonVersion(3, 9, 18));
    machine.put("python3.12", "echo 'command not found' >&2; exit 127");
    machine.put("python3.11", "echo hello");
    let none = machine.find(">=3.11,<4").await.unwrap_err();
    let text = none.to_string();
    assert!(text.contains("no Python 3.10 or later that is >=3.11, <4"), "{text}");
    assert!(text.contains("bin/python3 is 3.9.18"), "{text}");
    assert!(text.contains("python3.12 ended with exit status: 127: command not found"), "{text}");
    assert!(text.contains("python3.11 is not Python, it says: hello"), "{text}");
    assert!(none.remedy().contains("`python: /path/to/python3`"), "{}", none.remedy());
}

#[tokio::test]
async fn the_one_that_the_settings_name_is_the_only_one() {
    let machine = Machine::new();
    machine.python("python3", PythonVersion(3, 12, 0));
    let own = machine.python("own-python", PythonVersion(3, 10, 13));
    assert_eq!(machine.find_configured("", Some(&own)).await.unwrap().version, PythonVersion(3, 10, 13));
    let error = machine.find_configured(">=3.11", Some(&own)).await.unwrap_err();
    assert!(error.to_string().contains("is 3.10.13, and the plugin needs"), "{error}");
    let error = machine.find_configured("", Some(Path::new("/no/python"))).await.unwrap_err();
    assert!(error.to_string().contains("/no/python, is not there"), "{error}");
    assert!(error.remedy().contains("`python`"), "{}", error.remedy());
}

#[tokio::test]
async fn a_range_that_is_none_is_shown() {
    let error = Machine::new().find("3.10+").await.unwrap_err();
    assert!(matches!(&error, NoPython::NotARange { requires, .. } if requires == "3.10+"), "{error}");
}

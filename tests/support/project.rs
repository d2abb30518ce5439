//! A project in a folder of its own, with state and home of its own.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::program::Finished;

/// Removed with everything in it when dropped.
pub struct Project {
    root: tempfile::TempDir,
}

impl Project {
    pub fn new() -> Self {
        let project = Project { root: tempfile::tempdir().unwrap() };
        for folder in ["project/plugins", "project/config", "state", "home"] {
            std::fs::create_dir_all(project.root.path().join(folder)).unwrap();
        }
        project
    }

    /// The project's folder.
    pub fn dir(&self) -> PathBuf {
        self.root.path().join("project")
    }

    pub fn state_dir(&self) -> PathBuf {
        self.root.path().join("state")
    }

    /// Writes a file of the project's.
    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.dir().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Puts one of `tests/fixtures` into the project as a plugin, with its library as cargo built it.
    pub fn add_fixture(&self, name: &str) {
        let library = format!("{DLL_PREFIX}{name}{DLL_SUFFIX}");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
        let built = std::env::current_exe().unwrap().parent().unwrap().join(&library);
        assert!(built.is_file(), "{} was not built", built.display());
        let target = self.dir().join("plugins").join(name);
        std::fs::create_dir_all(&target).unwrap();
        std::fs::copy(&built, target.join(&library)).unwrap();
        let manifest = std::fs::read_to_string(source.join("plugin.yaml")).unwrap();
        std::fs::write(target.join("plugin.yaml"), format!("{manifest}\nlibrary: {library}\n")).unwrap();
    }

    /// [`Project::add_fixture`], with a config, trusted as an operator would.
    pub fn add_trusted(&self, name: &str, config: &str) {
        self.add_fixture(name);
        self.write(&format!("config/plugins/{name}.json"), config);
        self.run(["plugin", "trust", name]).assert_exit(0);
    }

    /// The program, to be started in the project's folder.
    pub fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orchestrator"));
        command.args(args).current_dir(self.dir()).stdin(Stdio::null());
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command
    }

    /// What keeps a test apart from the machine's user.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("ORCHESTRATOR_STATE_DIR", self.state_dir()),
            ("HOME", self.root.path().join("home")),
            ("XDG_CONFIG_HOME", self.root.path().join("home/.config")),
            ("XDG_DATA_HOME", self.root.path().join("home/.local/share")),
            ("XDG_STATE_HOME", self.root.path().join("home/.local/state")),
        ]
    }

    /// Runs the program to its end.
    pub fn run<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Finished {
        Finished::new(self.command(args).output().unwrap())
    }
}

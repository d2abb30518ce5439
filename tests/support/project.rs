//! A project in a folder of its own, with state and home of its own.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use orchestrator::event::Event;
use orchestrator::store::Store;

use super::PATIENCE;
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
        self.add_fixture_as(name, name);
    }

    /// [`Project::add_fixture`] under another name, so that there can be several of one.
    pub fn add_fixture_as(&self, fixture: &str, name: &str) {
        let library = format!("{DLL_PREFIX}fixture_{fixture}{DLL_SUFFIX}");
        let built = std::env::current_exe().unwrap().parent().unwrap().join(&library);
        assert!(built.is_file(), "{} was not built", built.display());
        let target = self.dir().join("plugins").join(name);
        std::fs::create_dir_all(&target).unwrap();
        std::fs::copy(&built, target.join(&library)).unwrap();
        std::fs::copy(fixtures().join(fixture).join("plugin.yaml"), target.join("plugin.yaml")).unwrap();
        rename(&target, fixture, name);
    }

    /// Puts one of `tests/fixtures/python` into the project as a plugin of the name `name`.
    pub fn add_python_fixture_as(&self, fixture: &str, name: &str) {
        let target = self.dir().join("plugins").join(name.replace('-', "_"));
        copy(&fixtures().join("python").join(fixture), &target);
        rename(&target, &fixture.replace('_', "-"), name);
    }

    /// [`Project::add_fixture`], with a config, allowed as an operator would: to run in a process of its own with
    /// `approve`, in the host's with `trust`.
    pub fn add_allowed(&self, how: &str, name: &str, config: &str) {
        self.add_fixture(name);
        self.write(&format!("config/plugins/{name}.json"), config);
        self.run(["plugin", how, name]).assert_exit(0);
    }

    /// A plugin that runs in a process of its own.
    pub fn add_approved(&self, name: &str, config: &str) {
        self.add_allowed("approve", name, config);
    }

    /// A plugin that runs in the host's process.
    pub fn add_trusted(&self, name: &str, config: &str) {
        self.add_allowed("trust", name, config);
    }

    /// The program, to be started in the project's folder.
    pub fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orchestrator"));
        command.args(args).current_dir(self.dir()).stdin(Stdio::null());
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        // A developer's own wishes are not the test's.
        command.env_remove("RUST_BACKTRACE").env_remove("RUST_LOG");
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
        Finished::of(self.command(args), PATIENCE)
    }

    /// How one plugin stands: what `plugin list` says of it.
    #[track_caller]
    pub fn plugin(&self, name: &str) -> serde_json::Value {
        let plugins = self.run(["plugin", "list", "--json"]).assert_exit(0).json();
        let plugin = plugins.as_array().unwrap().iter().find(|plugin| plugin["name"] == name).cloned();
        plugin.unwrap_or_else(|| panic!("there is no plugin `{name}`: {plugins}"))
    }

    /// The history, as the program keeps it.
    pub fn history(&self) -> Store {
        Store::open(&self.own_state()).unwrap()
    }

    /// What every process so far told outside of runs, one process after the other.
    pub fn host_events(&self) -> Vec<Event> {
        // A process reads only its own through the store.
        let database = rusqlite::Connection::open(self.own_state().join("history.db")).unwrap();
        let mut rows = database.prepare("SELECT event FROM events WHERE stream LIKE 'host%' ORDER BY rowid").unwrap();
        let events = rows.query_map([], |row| row.get::<_, String>(0)).unwrap();
        events.map(|event| serde_json::from_str(&event.unwrap()).unwrap()).collect()
    }

    /// Everything that was logged.
    pub fn log(&self) -> String {
        let files = self.own_state().join("logs").read_dir().unwrap();
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
    }

    /// Where the program keeps what it knows of this project alone.
    pub fn own_state(&self) -> PathBuf {
        let mut projects = self.state_dir().join("projects").read_dir().unwrap();
        let only = projects.next().unwrap().unwrap().path();
        assert!(projects.next().is_none(), "the state of several projects");
        only
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Gives a plugin's manifest another name.
fn rename(plugin: &Path, from: &str, to: &str) {
    let manifest = plugin.join("plugin.yaml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let renamed = text.replace(&format!("name: {from}\n"), &format!("name: {to}\n"));
    assert!(renamed.starts_with(&format!("name: {to}\n")), "{text}");
    std::fs::write(manifest, renamed).unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

//! What the plugins try to reach, all of it the test's own, and who they are.

use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Finished, PATIENCE, Project, skip};

pub const SECRET: &str = "the secret";

/// Who tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Python,
    Native,
}

impl Who {
    pub const BOTH: [Who; 2] = [Who::Python, Who::Native];

    pub fn plugin(self) -> &'static str {
        match self {
            Who::Python => "escape-py",
            Who::Native => "escape",
        }
    }

    /// The name of its agent that makes an attempt, or of its workflow (`all`).
    pub fn named(self, attempt: &str) -> String {
        match self {
            Who::Python => format!("py_{attempt}"),
            Who::Native => attempt.to_owned(),
        }
    }
}

/// A project with both plugins, approved, under limits small enough to be reached soon. None, with a word, where the
/// kernel does not hold everything.
pub fn project(settings: &str) -> Option<Project> {
    project_asking(settings, "")
}

/// The same with plugins that ask for more, as entries of their manifests' lists, and are granted it.
pub fn project_asking(settings: &str, more: &str) -> Option<Project> {
    let probe = Command::new(env!("CARGO_BIN_EXE_orchestrator")).arg("__probe").output().unwrap();
    let reached: Value = serde_json::from_slice(&probe.stdout).unwrap();
    if reached["level"] != "full" {
        skip(&format!("the sandbox reaches only {reached}"));
        return None;
    }
    let project = Project::new();
    let file = settings_file(&project);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, settings).unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/escapes/plugin"), &code_of(&project, Who::Python));
    project.add_fixture("escape");
    for who in Who::BOTH {
        let manifest = code_of(&project, who).join("plugin.yaml");
        let asks = std::fs::read_to_string(&manifest).unwrap() + more;
        std::fs::write(manifest, asks).unwrap();
        project.run(["plugin", "approve", who.plugin()]).assert_exit(0);
    }
    Some(project)
}

pub fn settings_file(project: &Project) -> PathBuf {
    home(project).join(".config/orchestrator/orchestrator.yaml")
}

fn code_of(project: &Project, who: Who) -> PathBuf {
    project.dir().join("plugins").join(match who {
        Who::Python => "escape_py",
        Who::Native => "escape",
    })
}

fn home(project: &Project) -> PathBuf {
    let mut variables = project.environment().into_iter();
    variables.find_map(|(name, value)| (name == "HOME").then_some(value)).unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir().unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() == "__pycache__" {
            continue;
        }
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

/// What there is to reach.
pub struct Place {
    pub project: Project,
    who: Who,
    tcp: TcpListener,
    udp: UdpSocket,
    door: UnixListener,
    abstract_door: UnixListener,
    abstract_name: String,
    /// A process beside the plugin's.
    sibling: Child,
    /// The content of the plugin's folder and what is in the home directory, before.
    before: Vec<Kept>,
}

impl Place {
    pub fn new(project: Project, who: Who) -> Self {
        let home = home(&project);
        std::fs::write(home.join("secret"), SECRET).unwrap();
        let abstract_name = format!("escapes-{}-{}", std::process::id(), who.plugin());
        let address = SocketAddr::from_abstract_name(&abstract_name).unwrap();
        let mut place = Place {
            who,
            tcp: TcpListener::bind("127.0.0.1:0").unwrap(),
            udp: UdpSocket::bind("127.0.0.1:0").unwrap(),
            door: UnixListener::bind(home.join("door")).unwrap(),
            abstract_door: UnixListener::bind_addr(&address).unwrap(),
            abstract_name,
            sibling: Command::new("sleep").arg("3600").stdin(Stdio::null()).spawn().unwrap(),
            before: Vec::new(),
            project,
        };
        for set in [TcpListener::set_nonblocking(&place.tcp, true), place.udp.set_nonblocking(true)] {
            set.unwrap();
        }
        for door in [&place.door, &place.abstract_door] {
            door.set_nonblocking(true).unwrap();
        }
        place.before = place.look();
        place
    }

    /// Runs the attempts, one after the other, in one run. Hidden, the code ignores what comes of them.
    pub fn try_all(&self, attempts: &[&str], hidden: bool) -> Finished {
        let projects = self.project.state_dir().join("projects");
        let own = projects.read_dir().unwrap().next().unwrap().unwrap().path();
        let home = home(&self.project);
        let given = json!({
            "attempts": attempts,
            "hidden": hidden,
            "secret": home.join("secret"),
            "home": home,
            "others": own.join("data").join("other"),
            "history": own.join("history.db"),
            "trust": own.join("trust.yaml"),
            "audit": own.join("audit.jsonl"),
            "control": own.join("control"),
            "settings": settings_file(&self.project),
            "port": self.tcp.local_addr().unwrap().port(),
            "udp_port": self.udp.local_addr().unwrap().port(),
            "door": home.join("door"),
            "abstract": self.abstract_name,
            "sibling": self.sibling.id(),
            "host": "HOST",
        });
        for file in ["history", "trust", "audit"] {
            let file = Path::new(given[file].as_str().unwrap());
            assert!(file.is_file(), "{} is not there to be read", file.display());
        }
        std::fs::create_dir_all(own.join("data/other")).unwrap();
        // The program that a shell becomes keeps its number, which the plugin so gets to know.
        let become_host = r#"exec "$0" run "$1" "$(printf %s "$2" | sed "s/\"HOST\"/$$/")" --json"#;
        let command = self.project.command([]);
        let mut shell = Command::new("sh");
        shell.args(["-c", become_host]).arg(command.get_program());
        shell.arg(self.who.named("all")).arg(given.to_string());
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.current_dir(self.project.dir()).stdin(Stdio::null());
        // Whoever signals the host's group must not hit the test's.
        shell.process_group(0);
        Finished::of(shell, PATIENCE)
    }

    /// Whether somebody has called over TCP.
    pub fn was_called(&self) -> bool {
        self.tcp.accept().is_ok()
    }

    /// Nothing is changed, nobody called, nobody was harmed.
    #[track_caller]
    pub fn assert_untouched(&mut self) {
        assert_eq!(self.look(), self.before);
        assert!(self.tcp.accept().is_err() && self.udp.recv(&mut [0]).is_err(), "somebody got through to the network");
        assert!(self.door.accept().is_err() && self.abstract_door.accept().is_err(), "somebody came through a door");
        assert!(self.sibling.try_wait().unwrap().is_none(), "the sibling has ended");
    }

    fn look(&self) -> Vec<Kept> {
        let mut kept = Vec::new();
        for folder in [home(&self.project), code_of(&self.project, self.who)] {
            look(&folder, &mut kept);
        }
        kept.sort();
        kept
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.sibling.kill();
        let _ = self.sibling.wait();
    }
}

/// A file as it is: its path, mode, time of change and content.
type Kept = (PathBuf, u32, i64, Option<Vec<u8>>);

fn look(folder: &Path, into: &mut Vec<Kept>) {
    use std::os::unix::fs::MetadataExt;
    for entry in folder.read_dir().unwrap() {
        let entry = entry.unwrap();
        let found = entry.metadata().unwrap();
        let content = found.is_file().then(|| std::fs::read(entry.path()).unwrap());
        if found.is_dir() {
            look(&entry.path(), into);
        }
        into.push((entry.path(), found.mode(), found.mtime(), content));
    }
}

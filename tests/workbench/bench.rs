//! Projects with a workbench open on them.

use crate::support::{Project, Screen};

/// A project with the plugin `echo`.
pub fn echoing() -> Project {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project
}

/// A project with the plugin `hostile` in the workbench's own process, where it does what its config says.
pub fn hostile(config: &str) -> Project {
    let project = Project::new();
    project.add_trusted("hostile", config);
    project
}

/// A wide workbench in which every plugin has come up, with what it provides.
pub fn wide(project: &Project) -> Screen {
    let screen = open(project, 200, 60);
    screen.wait_for("Inspects a source tree");
    screen
}

/// A workbench in which every plugin has come up, as far as it will.
pub fn open(project: &Project, columns: u16, rows: u16) -> Screen {
    let screen = Screen::start(project, columns, rows, []);
    wait_loaded(&screen, project);
    screen
}

/// Waits until no plugin is on its way any more.
pub fn wait_loaded(screen: &Screen, project: &Project) {
    let own = project.dir().join("plugins").read_dir().unwrap();
    let own = own.map(|folder| folder.unwrap().file_name().into_string().unwrap());
    let names: Vec<String> = own.chain(["command_agents", "repo_audit"].map(str::to_owned)).collect();
    screen.wait_until("the plugins' states", |text| {
        names.iter().all(|name| ["●", "◇", "✗"].iter().any(|state| text.contains(&format!("{state} {name} "))))
    });
}

/// The numbers of the lines of a flood that are on the screen.
pub fn flooded(text: &str) -> impl Iterator<Item = u64> {
    let number = |part: &str| part.split(|c: char| !c.is_ascii_digit()).next().and_then(|number| number.parse().ok());
    text.split("line ").skip(1).filter_map(number)
}

//! The application's own settings, `config/orchestrator.yaml`.

use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use super::document::{Node, Problem, Problems, Reader, Source, Value};
use super::hooks::{self, HookSettings};
use super::sandbox::{self, SandboxSettings};
use super::server::{self, ServerSettings};
use super::{Places, duration, settings_list};

pub use super::settings_list::Setting;

/// The settings, each with its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// A theme's name.
    pub theme: String,
    /// Whether spinners turn.
    pub motion: bool,
    /// The longest that a run may take, unless it is started with its own limit.
    pub run_timeout: Duration,
    /// The longest that one agent run may take, unless the agent has its own limit.
    pub agent_timeout: Duration,
    /// The longest that one hook handler may take, unless it declares its own limit.
    pub hook_timeout: Duration,
    /// The Python for plugins, absolute and without links; one that is not there is as it was written. Without it,
    /// `PATH` is searched.
    pub python: Option<PathBuf>,
    pub sandbox: SandboxSettings,
    pub hooks: HookSettings,
    pub server: ServerSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            theme: "terminal".to_owned(),
            motion: true,
            run_timeout: Duration::from_secs(60 * 60),
            agent_timeout: Duration::from_secs(10 * 60),
            hook_timeout: Duration::from_secs(5),
            python: None,
            sandbox: SandboxSettings::default(),
            hooks: HookSettings::default(),
            server: ServerSettings::default(),
        }
    }
}

impl Settings {
    /// Every setting with its value, its default and its meaning.
    pub fn list(&self) -> Vec<Setting> {
        settings_list::list(self)
    }

    /// The project's settings, and what is odd in its file. Without a file, the defaults. The sandbox's and the
    /// hooks' are the user's own; a project can only make them stricter.
    pub fn load(places: &Places) -> Result<(Self, Vec<Problem>), Problems> {
        let read = |file: &Path| match Source::read(file)? {
            Some(source) => Settings::parse(&source, places.project_dir()),
            None => Ok((Settings::default(), Vec::new())),
        };
        let (mut settings, odd) = read(&places.settings_file())?;
        if places.settings_file() != places.user_settings_file() {
            let (own, _) = read(&places.user_settings_file())?;
            settings.sandbox = SandboxSettings::of_both(own.sandbox, settings.sandbox);
            settings.hooks = HookSettings::of_both(own.hooks, settings.hooks);
        }
        Ok((settings, odd))
    }

    /// Of a text that is right.
    #[cfg(test)]
    pub(super) fn parse_text(text: &str) -> Self {
        Settings::parse(&Source::new("config/orchestrator.yaml", text), Path::new("/nowhere")).unwrap().0
    }

    pub(super) fn parse(source: &Source, project: &Path) -> Result<(Self, Vec<Problem>), Problems> {
        let tree = source.parse()?;
        let mut reader = Reader::new(source);
        let settings = read(&tree, &mut reader, project);
        reader.finish(settings)
    }
}

fn read(tree: &Node, reader: &mut Reader<'_>, project: &Path) -> Option<Settings> {
    let mut settings = Settings::default();
    let mut fields = reader.fields(tree, "settings")?;
    if let Some(theme) = fields.get("theme").and_then(|node| reader.text(node, "theme")) {
        settings.theme = theme;
    }
    if let Some(motion) = fields.get("motion").and_then(|node| reader.boolean(node, "motion")) {
        settings.motion = motion;
    }
    if let Some(node) = fields.get("sandbox") {
        settings.sandbox = SandboxSettings::of_user(sandbox::read(reader, node));
    }
    if let Some(node) = fields.get("hooks") {
        settings.hooks = hooks::read(reader, node);
    }
    if let Some(node) = fields.get("server") {
        settings.server = server::read(reader, node);
    }
    settings.python = fields.get("python").and_then(|node| python(reader, node, project));
    let limits = [
        ("run_timeout", &mut settings.run_timeout),
        ("agent_timeout", &mut settings.agent_timeout),
        ("hook_timeout", &mut settings.hook_timeout),
    ];
    for (name, limit) in limits {
        if let Some(time) = fields.get(name).and_then(|node| read_time(reader, node, name)) {
            *limit = time;
        }
    }
    reader.unknown_fields(fields, "the settings file");
    Some(settings)
}

/// A length of time. A number without its unit is read as it was written, and refused with the rule.
pub(super) fn read_time(reader: &mut Reader<'_>, node: &Node, name: &str) -> Option<Duration> {
    let text = match &node.value {
        Value::String(text) => text.clone(),
        _ => reader.written(node),
    };
    let read = duration::parse(&text);
    if let Err(error) = &read {
        reader.problem(node.at, error.to_string(), format!("write `{name}: 30s`, for example"));
    }
    read.ok()
}

/// A project's settings are nobody's approved content, and what they name is started. So it is nothing that came with
/// the project, also not by way of a link; links are followed now, since a link's folder can tell Python what to load.
fn python(reader: &mut Reader<'_>, node: &Node, project: &Path) -> Option<PathBuf> {
    let path = PathBuf::from(reader.text(node, "python")?);
    let remedy = "write the path of a Python that is installed, such as `python: /usr/bin/python3.12`";
    // `/proc/self/cwd/..` is next to the project wherever that lies.
    let turns = path.components().any(|part| part == Component::ParentDir) || path.starts_with("/proc");
    if !path.is_absolute() || turns {
        reader.problem(node.at, "`python` must be an absolute path, without `..` and not below /proc", remedy);
        return None;
    }
    let real = path.canonicalize().unwrap_or(path);
    if real.starts_with(checkout(project)) {
        reader.problem(
            node.at,
            "`python` must not lie in the project or in the repository around it, whose files nobody has approved",
            remedy,
        );
        return None;
    }
    Some(real)
}

/// What came together with the project: the outermost repository that it lies in, or the project alone.
fn checkout(project: &Path) -> &Path {
    // A home folder that is kept in a repository is the user's own.
    let home = std::env::home_dir();
    let around = project.ancestors().take_while(|dir| home.as_deref() != Some(dir) && dir.parent().is_some());
    around.filter(|dir| dir.join(".git").exists()).last().unwrap_or(project)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file that people copy.
    const DEFAULT_FILE: &str = include_str!("../../config/orchestrator.yaml");

    fn parse(text: &str) -> Result<(Settings, Vec<Problem>), Problems> {
        parse_in(text, Path::new("/nowhere"))
    }

    fn parse_in(text: &str, project: &Path) -> Result<(Settings, Vec<Problem>), Problems> {
        Settings::parse(&Source::new("config/orchestrator.yaml", text), project)
    }

    #[test]
    fn the_default_file_says_what_the_defaults_are() {
        assert_eq!(parse(DEFAULT_FILE), Ok((Settings::default(), vec![])));
        // Every setting is named in it, or nobody would find it.
        for name in [
            "theme:",
            "motion:",
            "run_timeout:",
            "agent_timeout:",
            "hook_timeout:",
            "python:",
            "sandbox:",
            "hooks:",
            "server:",
        ] {
            assert!(DEFAULT_FILE.contains(name), "{name}");
        }
    }

    #[test]
    fn what_is_set_counts_and_the_rest_stays() {
        let (settings, warnings) = parse("theme: dark\nrun_timeout: 90s\nmotion: false\n").unwrap();
        let expected = Settings {
            theme: "dark".to_owned(),
            motion: false,
            run_timeout: Duration::from_secs(90),
            ..Settings::default()
        };
        assert_eq!((settings, warnings.len()), (expected, 0));
    }

    #[test]
    fn the_server_listens_where_it_is_told_and_a_wrong_place_has_its_line() {
        let text = "server:\n  listen: [10.0.0.7]\n  port: 0\n  limits: {body_kb: 1, body_time: 1s}\n";
        let server = parse(text).unwrap().0.server;
        assert_eq!((server.listen, server.port), (vec!["10.0.0.7".parse().unwrap()], 0));
        assert_eq!((server.limits.body, server.limits.body_time), (1024, Duration::from_secs(1)));
        for wrong in ["listen: everywhere", "listen: []", "port: 70000", "grace: soon", "limits: {connections: 0}"] {
            let problems = parse(&format!("server:\n  {wrong}\n")).unwrap_err();
            assert_eq!(problems.0[0].at.line, 2, "{wrong}");
        }
    }

    #[test]
    fn an_unknown_setting_warns_and_a_wrong_one_is_shown() {
        let (_, warnings) = parse("run_timout: 90s\n").unwrap();
        assert_eq!(warnings[0].remedy.as_deref(), Some("did you mean `run_timeout`?"));
        let problems = parse("theme: dark\nhook_timeout: 5\nmotion: maybe\nrun_timeout: soon\n").unwrap_err();
        insta::assert_snapshot!(problems);
    }

    #[test]
    fn a_python_of_the_projects_own_is_refused_also_by_way_of_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let project = dir.path().canonicalize().unwrap().join("project");
        let (inside, outside) = (project.join("python"), dir.path().canonicalize().unwrap().join("python"));
        std::fs::create_dir(&project).unwrap();
        std::fs::write(&inside, "").unwrap();
        std::fs::write(&outside, "").unwrap();
        let (in_link, out_link) = (dir.path().join("in-link"), project.join("out-link"));
        std::os::unix::fs::symlink(&inside, &in_link).unwrap();
        std::os::unix::fs::symlink(&outside, &out_link).unwrap();
        let python = |path: &Path| parse_in(&format!("python: {}\n", path.display()), &project);
        for refused in [Path::new("python3"), &inside, &in_link] {
            assert_eq!(python(refused).unwrap_err().0[0].at.line, 1, "{}", refused.display());
        }
        for accepted in [&outside, &out_link] {
            assert_eq!(python(accepted).unwrap().0.python.as_ref(), Some(&outside));
        }
        let absent = Path::new("/no/such/python");
        assert_eq!(python(absent).unwrap().0.python.as_deref(), Some(absent));
    }
    #[test]
    fn a_python_that_came_with_the_project_is_refused_although_it_lies_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let (project, beside) = (root.join("project"), root.join("python"));
        std::fs::create_dir(&project).unwrap();
        std::fs::write(&beside, "").unwrap();
        let refused = |path: &str| parse_in(&format!("python: {path}\n"), &project).is_err();
        for path in ["/proc/self/cwd/../python", "/proc/self/exe", &format!("{}/../python", project.display())] {
            assert!(refused(path), "{path}");
        }
        assert!(!refused(beside.to_str().unwrap()));
        std::fs::create_dir(root.join(".git")).unwrap();
        assert!(refused(beside.to_str().unwrap()), "it is the same repository's");
    }
}

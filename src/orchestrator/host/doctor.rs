//! Where everything lives, and what is wrong.

use std::path::Path;

use super::LocalHost;
use crate::config::settings::Settings;
use crate::event::PluginState;
use crate::orchestrator::api::{Check, CheckLevel};
use crate::permission::FileStanding;
use crate::plugin::manager::Record;
use crate::runtime::python;
use crate::sandbox::Level;

impl LocalHost {
    pub(super) async fn diagnose(&self) -> Vec<Check> {
        let places = self.places();
        let version = concat!("orchestrator ", env!("CARGO_PKG_VERSION"));
        let exe = std::env::current_exe().map(|exe| format!("{version} at {}", exe.display()));
        let mut checks = vec![ok("program", exe.unwrap_or_else(|_| version.to_owned()))];
        checks.push(match places.is_project() {
            true => ok("project", places.project_dir().display()),
            false => note(
                "project",
                format!("{} has neither plugins/ nor config/; your own folders serve", places.project_dir().display()),
                "make a folder `plugins` in it, or name a project with --project DIR",
            ),
        });
        checks.push(folder("plugins", places.plugins_dir()));
        checks.push(folder("config", places.config_dir()));
        checks.push(self.settings_check());
        checks.push(self.permissions_check());
        checks.push(ok("state", places.state_dir().display()));
        checks.push(ok("history", self.store().path().display()));
        checks.push(ok("logs", places.logs_dir().display()));
        checks.push(ok("audit log", places.audit_file().display()));
        if let Some(problem) = self.manager().problem() {
            checks.push(wrong("plugins", problem, "make the folder readable"));
        }
        checks.extend(self.manager().all().iter().map(plugin));
        checks.push(self.sandbox_check().await);
        checks.push(self.python_check().await);
        checks.push(tool("uv", "Python plugins' packages are then installed with Python's own venv and pip"));
        checks.push(ok("environments", format!("{} (Python plugins' packages)", places.environments_base().display())));
        checks.push(tool("cargo", "builds native plugins that come as source"));
        checks.push(tool("git", "some agents read a repository's history with it"));
        checks
    }

    /// How far plugins' processes can be confined here.
    async fn sandbox_check(&self) -> Check {
        let measured = self.manager().measured_sandbox().await;
        let least = self.settings().sandbox.min_level();
        let lacking = measured.shortcomings().map(|lacking| format!("\n{lacking}")).unwrap_or_default();
        let found = format!("{}: {}{lacking}", measured.level, measured.level.meaning());
        let file = self.places().user_settings_file();
        match measured.level {
            level if level < least => {
                let remedy =
                    format!("`sandbox: {{min_level: {level}}}` in {} accepts less than {least}", file.display());
                wrong("sandbox", found, remedy)
            }
            Level::Full => ok("sandbox", found),
            Level::None | Level::Limits | Level::Syscalls => {
                note("sandbox", found, "Linux 6.12 or later holds all of it, with Landlock and seccomp")
            }
        }
    }

    fn settings_check(&self) -> Check {
        let file = self.places().settings_file();
        match Settings::load(self.places()) {
            Ok((_, warnings)) if warnings.is_empty() => match file.exists() {
                true => ok("settings", file.display()),
                false => ok("settings", format!("the defaults; {} would change them", file.display())),
            },
            Ok((_, warnings)) => {
                let words: Vec<String> = warnings.iter().map(ToString::to_string).collect();
                note("settings", words.join("\n"), "correct the file; what is unknown in it is ignored")
            }
            Err(problems) => wrong("settings", problems, "correct the file; until then the defaults hold"),
        }
    }

    /// The Python that a plugin gets that requires no other.
    async fn python_check(&self) -> Check {
        let configured = self.settings().python.as_deref();
        match python::find(None, configured, &self.places().interpreters_dir()).await {
            Ok(found) => ok("python", format!("{} at {}", found.version, found.path.display())),
            Err(none) => note("python", &none, none.remedy()),
        }
    }

    fn permissions_check(&self) -> Check {
        let file = self.places().permissions_file();
        let shown = file.display();
        match self.permissions().file_standing() {
            FileStanding::Absent => ok("grants", format!("no {shown}; only bundled plugins have grants")),
            FileStanding::Accepted => ok("grants", shown),
            FileStanding::NotAccepted => note(
                "grants",
                format!("{shown} is not accepted on this machine as it is now, and counts for nothing"),
                "read it, then: orchestrator permission accept",
            ),
            FileStanding::Broken(problems) => {
                wrong("grants", problems, "correct it, then: orchestrator permission accept")
            }
        }
    }
}

fn plugin(record: &Record) -> Check {
    let status = &record.status;
    let subject = format!("plugin {}", record.plugin.name);
    let reason = status.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let finding = format!("{}{reason}", status.state.as_str());
    let level = match status.state {
        PluginState::Active
        | PluginState::Discovered
        | PluginState::Loading
        | PluginState::Building
        | PluginState::Stopped => CheckLevel::Ok,
        PluginState::NeedsApproval | PluginState::NeedsInstall | PluginState::Degraded | PluginState::Disabled => {
            CheckLevel::Note
        }
        PluginState::Broken | PluginState::Crashed | PluginState::Quarantined => CheckLevel::Wrong,
    };
    Check { level, subject, finding, remedy: status.remedy.clone() }
}

/// Looks for a program where a shell would.
fn tool(program: &str, used_for: &str) -> Check {
    let path = std::env::var_os("PATH").unwrap_or_default();
    match std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file()) {
        Some(file) => ok(program, file.display()),
        None => note(program, format!("not in PATH; {used_for}"), format!("install {program} if you want that")),
    }
}

fn folder(subject: &str, dir: &Path) -> Check {
    if dir.is_dir() { ok(subject, dir.display()) } else { ok(subject, format!("{} (not there yet)", dir.display())) }
}

fn ok(subject: &str, finding: impl ToString) -> Check {
    Check { level: CheckLevel::Ok, subject: subject.to_owned(), finding: finding.to_string(), remedy: None }
}

fn note(subject: &str, finding: impl ToString, remedy: impl Into<String>) -> Check {
    Check {
        level: CheckLevel::Note,
        subject: subject.to_owned(),
        finding: finding.to_string(),
        remedy: Some(remedy.into()),
    }
}

fn wrong(subject: &str, finding: impl ToString, remedy: impl Into<String>) -> Check {
    Check { level: CheckLevel::Wrong, ..note(subject, finding, remedy) }
}

//! The rules, in their order.

use orchestrator_protocol::permission::Permission;

use super::Request;
use super::grants::GrantsFile;
use super::permit::shown;
use super::state::{State, Subject};
use crate::event::{PluginName, StreamId};

/// What was decided and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Granted {
        rule: String,
    },
    Denied {
        rule: String,
        remedy: String,
        /// Somebody said no; otherwise nobody has said yes.
        answered: bool,
    },
}

/// Scopes are compared as exact strings: `cargo` covers neither `/usr/bin/cargo` nor `cargo-clippy`. Only a route's
/// prefix covers all paths below it. A grant without a scope covers everything, and one with a scope covers nothing that
/// has no name.
fn covers(request: &Request, permission: Permission, scope: Option<&str>) -> bool {
    let within = |one: &str, scope: &str| {
        let below = scope.strip_prefix(one.trim_end_matches('/'));
        one == scope || permission == Permission::AccessApi && below.is_some_and(|rest| rest.starts_with('/'))
    };
    request.permission == permission
        && (request.scope.is_empty() || scope.is_some_and(|scope| request.scope.iter().any(|one| within(one, scope))))
}

/// A denial with a scope denies that scope; without one, everything.
fn denies(request: &Request, permission: Permission, scope: Option<&str>) -> bool {
    covers(request, permission, scope) || (request.permission == permission && scope.is_none())
}

/// Whether its scopes are paths.
fn is_path(permission: Permission) -> bool {
    match permission {
        Permission::ReadFiles | Permission::WriteFiles => true,
        Permission::ReadWorkflow
        | Permission::WriteWorkflow
        | Permission::ExecuteAgent
        | Permission::AccessApi
        | Permission::ModifyConfig
        | Permission::Network
        | Permission::Spawn => false,
    }
}

pub(super) fn decide(
    state: &State,
    plugin: &PluginName,
    permission: Permission,
    scope: Option<&str>,
    stream: StreamId,
) -> Verdict {
    let Some(subject) = state.subjects.get(plugin) else {
        return held("there is no such plugin in this project", "look at `orchestrator plugin list`");
    };
    if state.files.trust.is_revoked(plugin, permission) {
        let remedy = format!("to give back what it asks for: orchestrator plugin approve {plugin}");
        return Verdict::Denied { rule: "it was revoked on this machine".to_owned(), remedy, answered: true };
    }
    if state.files.grants.denied(plugin).iter().any(|request| denies(request, permission, scope)) {
        return Verdict::Denied {
            rule: "config/permissions.yaml denies it".to_owned(),
            remedy: "take it out of `deny` there, then: orchestrator permission accept".to_owned(),
            answered: true,
        };
    }
    // What a person names for one run need not have been asked for beforehand: nobody knew the path.
    if let StreamId::Run(run) = stream
        && is_path(permission)
        && scope.is_some()
        && state
            .runs
            .get(&run)
            .into_iter()
            .flatten()
            .any(|grant| grant.is_for(plugin, permission) && grant.scope.as_deref() == scope)
    {
        return granted("granted for this run");
    }
    if !subject.requests.iter().any(|request| covers(request, permission, scope)) {
        let remedy = "ask for it under `permissions` in its plugin.yaml, then approve the plugin again";
        return held("its manifest does not ask for it", remedy);
    }
    if let StreamId::Run(run) = stream
        && state.runs.get(&run).into_iter().flatten().any(|grant| {
            grant.plugin == *plugin
                && grant.permission == permission
                && (grant.scope.is_none() || grant.scope.as_deref() == scope)
        })
    {
        return granted("granted for this run");
    }
    by_standing_grant(state, subject, permission, scope)
}

fn by_standing_grant(state: &State, subject: &Subject, permission: Permission, scope: Option<&str>) -> Verdict {
    let plugin = &subject.name;
    let flag = run_flag(plugin, permission, scope);
    let approve = format!("to grant what it asks for: orchestrator plugin approve {plugin}; for one run: {flag}");
    match &state.files.grants {
        GrantsFile::Broken(problems) => {
            let first = problems.0.first().map(|problem| problem.headline()).unwrap_or_default();
            held("config/permissions.yaml has a fault, so nothing in it counts", &format!("correct {first}"))
        }
        // The bundled ones need no entry there; in a file with a fault, they may have had a denial.
        GrantsFile::Absent | GrantsFile::Accepted(_) | GrantsFile::NotAccepted { .. }
            if subject.bundled && subject.needs(permission, scope) =>
        {
            granted("it came with the program, unchanged, and needs it")
        }
        GrantsFile::Absent | GrantsFile::Accepted(_) | GrantsFile::NotAccepted { .. }
            if subject.bundled && state.files.trust.is_approved(plugin, &subject.content) =>
        {
            granted("it came with the program, and is approved on this machine with all it asks for")
        }
        GrantsFile::Absent => held(nobody(subject), &approve),
        // Approving it needs nothing of the file.
        GrantsFile::NotAccepted { .. } if subject.bundled => held(nobody(subject), &approve),
        GrantsFile::NotAccepted { changed, .. } => {
            let rule = if *changed {
                "config/permissions.yaml has changed since it was accepted on this machine"
            } else {
                "config/permissions.yaml was never accepted on this machine"
            };
            held(rule, "read it, then: orchestrator permission accept")
        }
        GrantsFile::Accepted(grants) => match grants.0.get(plugin) {
            None => held(nobody(subject), &approve),
            Some(entry) if entry.content != subject.content => {
                let rule = format!(
                    "it was granted to other content ({}) than the plugin has now ({})",
                    entry.content.short(),
                    subject.content.short()
                );
                held(&rule, &format!("look at what has changed, then: orchestrator plugin approve {plugin}"))
            }
            Some(entry) if entry.allow.iter().any(|request| covers(request, permission, scope)) => {
                granted("config/permissions.yaml grants it")
            }
            Some(entry) => match entry.allow.iter().find(|request| request.permission == permission) {
                Some(narrower) => {
                    let names = narrower.scope.join(", ");
                    held(&format!("config/permissions.yaml grants it only for {names}"), &approve)
                }
                None => held(nobody(subject), &approve),
            },
        },
    }
}

impl Subject {
    /// Whether it can't do without this: what is optional to it is not given unasked.
    fn needs(&self, permission: Permission, scope: Option<&str>) -> bool {
        self.requests.iter().any(|request| !request.optional && covers(request, permission, scope))
    }
}

fn nobody(subject: &Subject) -> &'static str {
    if subject.bundled { "it is optional to the plugin, and nobody has granted it" } else { "nobody has granted it" }
}

/// The flag that grants it for one run, ready for a shell: a scope may come from whoever wrote the project's files,
/// and people copy what they are told to type.
pub fn run_flag(plugin: &PluginName, permission: Permission, scope: Option<&str>) -> String {
    let Some(scope) = scope.map(shown) else { return format!("--grant {plugin}:{permission}") };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,".contains(c);
    if scope.chars().all(is_plain) {
        return format!("--grant {plugin}:{permission}={scope}");
    }
    format!("--grant '{plugin}:{permission}={}'", scope.replace('\'', r"'\''"))
}

fn granted(rule: &str) -> Verdict {
    Verdict::Granted { rule: rule.to_owned() }
}

fn held(rule: &str, remedy: &str) -> Verdict {
    Verdict::Denied { rule: rule.to_owned(), remedy: remedy.to_owned(), answered: false }
}

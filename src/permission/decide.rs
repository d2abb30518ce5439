//! The rules, in their order: the first that says something decides.
//!
//! 1. A plugin that is not known has nothing.
//! 2. A no goes over every yes: what was revoked on this machine, denied for this session, or denied in
//!    `config/permissions.yaml`, accepted or not.
//! 3. A path that a person named for one run counts in that run, asked for or not.
//! 4. What the manifest does not ask for is denied, whatever was granted.
//! 5. A grant for one run counts in that run.
//! 6. What is granted always: what a plugin that came with the program needs; what such a plugin asks for, if it is
//!    approved; what the accepted `config/permissions.yaml` grants to the plugin's content.
//! 7. A yes for this session, to the plugin's content.
//! 8. A yes for once, to the plugin's content, that is not used up.
//! 9. Everything else is denied.
//!
//! A yes to other content than the plugin has now counts if the operator's policy for the plugin carries it over.

use std::path::{Component, Path, PathBuf};

use orchestrator_protocol::permission::Permission;

use super::grants::{Entry, GrantsFile};
use super::permit::shown;
use super::session::{Allowed, OnceId};
use super::state::{State, Subject};
use super::{Lasting, Request, RunGrant};
use crate::event::{PluginName, StreamId};

/// What is to be decided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub plugin: &'a PluginName,
    pub permission: Permission,
    pub scope: Option<&'a str>,
    pub stream: StreamId,
    /// The yes for once that was used up by what is asked about again.
    pub held: Option<OnceId>,
}

/// What was decided and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Granted {
        rule: String,
        lasting: Lasting,
        /// The yes that is used up by this.
        once: Option<OnceId>,
    },
    Denied {
        rule: String,
        remedy: String,
        /// Somebody said no; otherwise nobody has said yes.
        answered: bool,
    },
}

/// A grant without a scope covers everything, and one with a scope covers nothing that has no name.
pub(super) fn covers(request: &Request, permission: Permission, scope: Option<&str>) -> bool {
    let named = |scope: &str| request.scope.iter().any(|one| is_within(permission, one, scope));
    request.permission == permission && (request.scope.is_empty() || scope.is_some_and(named))
}

/// Scopes are compared as exact strings: `cargo` covers neither `/usr/bin/cargo` nor `cargo-clippy`. Only a route's
/// prefix covers all paths below it, and a folder what lies in it.
pub fn is_within(permission: Permission, granted: &str, scope: &str) -> bool {
    let below = || scope.strip_prefix(granted.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
    granted == scope
        || permission == Permission::AccessApi && below()
        || is_path(permission) && written_below(granted, scope)
}

/// Whether a path lies below another one, as both are written: one that goes up, or begins elsewhere, does not.
fn written_below(folder: &str, path: &str) -> bool {
    let begins = |path: &str| (path.starts_with('/'), path == "~" || path.starts_with("~/"));
    let parts =
        |path: &str| -> PathBuf { Path::new(path).components().filter(|part| *part != Component::CurDir).collect() };
    let goes_up = |path: &Path| path.components().any(|part| part == Component::ParentDir);
    let (of_folder, of_path) = (parts(folder), parts(path));
    begins(folder) == begins(path) && of_path.starts_with(&of_folder) && !goes_up(&of_path)
}

/// A denial with a scope denies that scope; without one, everything.
fn denies(request: &Request, permission: Permission, scope: Option<&str>) -> bool {
    let reaches = |one: &String| denial_reaches(permission, Some(one), scope);
    request.permission == permission
        && (request.scope.is_empty() || scope.is_none() || request.scope.iter().any(reaches))
}

/// Whether a denial of `denied` is one of `scope` too; nothing stands for everything. Who asks for everything is denied
/// by the denial of a part, and so is a folder: no part can be taken out of what the kernel gives.
pub(super) fn denial_reaches(permission: Permission, denied: Option<&str>, scope: Option<&str>) -> bool {
    let (Some(denied), Some(scope)) = (denied, scope) else { return true };
    is_within(permission, denied, scope) || is_path(permission) && is_within(permission, scope, denied)
}

/// What of a request is left beside what is denied in whole.
pub(super) fn left_of(request: &Request, denied: &[Request]) -> Option<Request> {
    let is_denied = |scope: Option<&str>| match scope {
        None => denied.iter().any(|no| no.permission == request.permission && no.scope.is_empty()),
        Some(_) => denied.iter().any(|no| denies(no, request.permission, scope)),
    };
    let left: Vec<String> = request.scope.iter().filter(|one| !is_denied(Some(one))).cloned().collect();
    let is_left = if request.scope.is_empty() { !is_denied(None) } else { !left.is_empty() };
    is_left.then(|| Request { scope: left, ..request.clone() })
}

/// Whether its scopes are paths.
pub(super) fn is_path(permission: Permission) -> bool {
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

pub(super) fn decide(state: &State, question: Question<'_>) -> Verdict {
    let Question { plugin, permission, scope, .. } = question;
    let Some(subject) = state.subjects.get(plugin) else {
        return held("there is no such plugin in this project", "look at `orchestrator plugin list`");
    };
    if let Some(denial) = by_denial(state, question) {
        return denial;
    }
    if is_path(permission) && scope.is_some() && for_the_run(state, question).any(|named| named == scope) {
        return granted("granted for this run", Lasting::Run);
    }
    if !subject.requests.iter().any(|request| covers(request, permission, scope)) {
        let remedy = "ask for it under `permissions` in its plugin.yaml, then approve the plugin again";
        return held("its manifest does not ask for it", remedy);
    }
    let counts =
        |named: Option<&str>| named.is_none_or(|named| scope.is_some_and(|scope| is_within(permission, named, scope)));
    if for_the_run(state, question).any(counts) {
        return granted("granted for this run", Lasting::Run);
    }
    let standing = by_standing_grant(state, subject, permission, scope);
    if matches!(standing, Verdict::Granted { .. }) {
        return standing;
    }
    let counts = |content: &_| state.counts(subject, content);
    match state.session.allows(plugin, permission, scope, question.stream, question.held, counts) {
        Some(Allowed::Session) => granted("granted for this session", Lasting::Session),
        Some(Allowed::Once(id)) => {
            Verdict::Granted { rule: "granted once".to_owned(), lasting: Lasting::Once, once: Some(id) }
        }
        None => standing,
    }
}

/// Whether somebody said no.
fn by_denial(state: &State, question: Question<'_>) -> Option<Verdict> {
    let Question { plugin, permission, scope, .. } = question;
    let denied = |rule: &str, remedy: String| Some(Verdict::Denied { rule: rule.to_owned(), remedy, answered: true });
    if state.files.trust.is_revoked(plugin, permission) {
        let remedy = format!("to give back what it asks for: orchestrator plugin approve {plugin}");
        return denied("it was revoked on this machine", remedy);
    }
    by_answer(state, plugin, permission, scope)
}

/// Whether a no was answered, which approving the plugin does not take back.
pub(super) fn by_answer(
    state: &State,
    plugin: &PluginName,
    permission: Permission,
    scope: Option<&str>,
) -> Option<Verdict> {
    let denied = |rule: &str, remedy: String| Some(Verdict::Denied { rule: rule.to_owned(), remedy, answered: true });
    if state.session.denies(plugin, permission, scope) {
        let remedy = "answer it otherwise in the workbench, or start the program again".to_owned();
        return denied("it was denied for this session", remedy);
    }
    if state.files.grants.denied(plugin).iter().any(|request| denies(request, permission, scope)) {
        let remedy = "take it out of `deny` there, then: orchestrator permission accept".to_owned();
        return denied("config/permissions.yaml denies it", remedy);
    }
    None
}

/// What in the files says no to any of `scope`, or to everything.
pub(super) fn denied_by_files(
    state: &State,
    plugin: &PluginName,
    permission: Permission,
    scope: &[String],
) -> Option<&'static str> {
    if state.files.trust.is_revoked(plugin, permission) {
        return Some("it was revoked on this machine");
    }
    let denied = |scope| state.files.grants.denied(plugin).iter().any(|request| denies(request, permission, scope));
    let is_denied = match scope {
        [] => denied(None),
        scope => scope.iter().any(|one| denied(Some(one.as_str()))),
    };
    is_denied.then_some("config/permissions.yaml denies it")
}

/// The scopes that are granted for the run that asks; nothing stands for everything.
fn for_the_run<'a>(state: &'a State, question: Question<'a>) -> impl Iterator<Item = Option<&'a str>> {
    let grants = match question.stream {
        StreamId::Run(run) => state.runs.get(&run),
        StreamId::Host => None,
    };
    let is_for_it = move |grant: &&RunGrant| grant.is_for(question.plugin, question.permission);
    grants.into_iter().flatten().filter(is_for_it).map(|grant| grant.scope.as_deref())
}

fn by_standing_grant(state: &State, subject: &Subject, permission: Permission, scope: Option<&str>) -> Verdict {
    let plugin = &subject.name;
    let flag = run_flag(plugin, permission, scope);
    let is_held = !subject.bundled && !state.is_approved(subject);
    let grant = match is_held {
        true => format!("to grant what it asks for: orchestrator plugin approve {plugin}; for one run: {flag}"),
        false => format!("to grant it: {}; for one run: {flag}", grant_command(plugin, permission, scope)),
    };
    match &state.files.grants {
        GrantsFile::Broken(problems) => {
            let first = problems.0.first().map(|problem| problem.headline()).unwrap_or_default();
            held("config/permissions.yaml has a fault, so nothing in it counts", &format!("correct {first}"))
        }
        // The bundled ones need no entry there; in a file with a fault, they may have had a denial.
        GrantsFile::Absent | GrantsFile::Accepted(_) | GrantsFile::NotAccepted { .. }
            if subject.bundled && subject.needs(permission, scope) =>
        {
            granted("it came with the program, unchanged, and needs it", Lasting::Always)
        }
        GrantsFile::Absent | GrantsFile::Accepted(_) | GrantsFile::NotAccepted { .. }
            if subject.bundled && state.files.trust.gives(plugin, &subject.content, permission) =>
        {
            let rule = "it came with the program, and is approved on this machine with all it asks for";
            granted(rule, Lasting::Always)
        }
        GrantsFile::Absent => held(nobody(subject), &grant),
        // Approving it needs nothing of the file.
        GrantsFile::NotAccepted { .. } if subject.bundled => held(nobody(subject), &grant),
        GrantsFile::NotAccepted { changed, .. } => {
            let rule = if *changed {
                "config/permissions.yaml has changed since it was accepted on this machine"
            } else {
                "config/permissions.yaml was never accepted on this machine"
            };
            held(rule, "read it, then: orchestrator permission accept")
        }
        GrantsFile::Accepted(grants) => match grants.0.get(plugin) {
            None => held(nobody(subject), &grant),
            // What was never granted to any content needs no look at what has changed.
            Some(entry) if !state.counts(subject, &entry.content) && !allows(entry, permission, scope) => {
                held(nobody(subject), &format!("to grant what it asks for: orchestrator plugin approve {plugin}"))
            }
            Some(entry) if !state.counts(subject, &entry.content) => {
                let rule = format!(
                    "it was granted to other content ({}) than the plugin has now ({})",
                    entry.content.short(),
                    subject.content.short()
                );
                held(&rule, &format!("look at what has changed, then: orchestrator plugin approve {plugin}"))
            }
            Some(entry) if allows(entry, permission, scope) => {
                granted("config/permissions.yaml grants it", Lasting::Always)
            }
            Some(entry) => match entry.allow.iter().find(|request| request.permission == permission) {
                Some(narrower) => {
                    let names = narrower.scope.join(", ");
                    held(&format!("config/permissions.yaml grants it only for {names}"), &grant)
                }
                None => held(nobody(subject), &grant),
            },
        },
    }
}

fn allows(entry: &Entry, permission: Permission, scope: Option<&str>) -> bool {
    entry.allow.iter().any(|request| covers(request, permission, scope))
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

/// The flag that grants it for one run, ready for a shell.
pub fn run_flag(plugin: &PluginName, permission: Permission, scope: Option<&str>) -> String {
    match scope.map(shown) {
        None => format!("--grant {plugin}:{permission}"),
        Some(scope) => format!("--grant {}", shell_word(&format!("{plugin}:{permission}={scope}"))),
    }
}

/// The command that grants it for good, ready for a shell.
pub fn grant_command(plugin: &PluginName, permission: Permission, scope: Option<&str>) -> String {
    let scope = scope.map(|scope| format!(" --scope {}", shell_word(&shown(scope)))).unwrap_or_default();
    format!("orchestrator permission grant {plugin} {permission}{scope}")
}

/// For a shell: a scope may come from whoever wrote the project's files, and people copy what they are told to type.
pub fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn granted(rule: &str, lasting: Lasting) -> Verdict {
    Verdict::Granted { rule: rule.to_owned(), lasting, once: None }
}

fn held(rule: &str, remedy: &str) -> Verdict {
    Verdict::Denied { rule: rule.to_owned(), remedy: remedy.to_owned(), answered: false }
}

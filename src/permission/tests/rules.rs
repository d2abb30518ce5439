//! The rules as a table: every permission in every situation.

use std::collections::BTreeMap;

use super::*;
use crate::config::document::{Problems, Source};
use crate::permission::decide::{Question, Verdict, decide};
use crate::permission::grants::{Entry, Grants, GrantsFile};
use crate::permission::session::{AnswerKind, Use};
use crate::permission::state::State;

const SCOPE: &str = "x";
const ASKED: bool = true;

/// What makes a situation.
enum Fact {
    Revoked,
    SessionDeny,
    FileDenies,
    /// In a file that nobody accepted.
    UnacceptedFileDenies,
    BrokenFile,
    ForTheRun,
    /// For another run than the one that asks.
    ForAnotherRun,
    FileAllows,
    UnacceptedFileAllows,
    /// To other content than the plugin has.
    FileAllowsOther,
    FileAllowsNarrower,
    Session,
    SessionOther,
    Once,
    OnceUsedByOtherRun,
    OnceUsedByThisRun,
    Dev,
    Bundled,
    BundledOptional,
    BundledApproved,
}

use Fact::*;

/// What is expected: the rule that grants, or why it is denied.
const TABLE: &[(bool, &[Fact], &str)] = &[
    (ASKED, &[], "- nobody has granted it"),
    (ASKED, &[FileAllows], "+ config/permissions.yaml grants it"),
    (ASKED, &[UnacceptedFileAllows], "- config/permissions.yaml was never accepted"),
    (ASKED, &[FileAllowsOther], "- it was granted to other content"),
    (ASKED, &[FileAllowsNarrower], "- config/permissions.yaml grants it only for y"),
    (ASKED, &[ForTheRun], "+ granted for this run"),
    (ASKED, &[ForAnotherRun], "- nobody has granted it"),
    (ASKED, &[Session], "+ granted for this session"),
    (ASKED, &[SessionOther], "- nobody has granted it"),
    (ASKED, &[Once], "+ granted once"),
    (ASKED, &[OnceUsedByThisRun], "+ granted once"),
    (ASKED, &[OnceUsedByOtherRun], "- nobody has granted it"),
    (ASKED, &[BrokenFile], "- config/permissions.yaml has a fault"),
    (ASKED, &[BrokenFile, Session], "+ granted for this session"),
    // A policy carries over what was given to other content, for a plugin's own folder alone.
    (ASKED, &[FileAllowsOther, Dev], "+ config/permissions.yaml grants it"),
    (ASKED, &[SessionOther, Dev], "+ granted for this session"),
    (ASKED, &[Dev], "- nobody has granted it"),
    (ASKED, &[UnacceptedFileAllows, Dev], "- config/permissions.yaml was never accepted"),
    // What came with the program.
    (ASKED, &[Bundled], "+ it came with the program, unchanged"),
    (ASKED, &[Bundled, BrokenFile], "- config/permissions.yaml has a fault"),
    (ASKED, &[BundledOptional], "- it is optional to the plugin"),
    (ASKED, &[BundledOptional, BundledApproved], "+ it came with the program, and is approved"),
    (ASKED, &[BundledOptional, Once], "+ granted once"),
    // A no goes over every yes.
    (ASKED, &[Bundled, Revoked], "- it was revoked on this machine"),
    (ASKED, &[FileAllows, ForTheRun, Session, Once, Revoked], "- it was revoked on this machine"),
    (ASKED, &[FileAllows, ForTheRun, SessionDeny], "- it was denied for this session"),
    (ASKED, &[Bundled, SessionDeny], "- it was denied for this session"),
    (ASKED, &[FileAllows, ForTheRun, Session, Once, FileDenies], "- config/permissions.yaml denies it"),
    (ASKED, &[Bundled, UnacceptedFileDenies], "- config/permissions.yaml denies it"),
    (ASKED, &[Bundled, ForTheRun, Session, UnacceptedFileDenies], "- config/permissions.yaml denies it"),
    // What is given for good is not used up by what is given for less.
    (ASKED, &[FileAllows, Once], "+ config/permissions.yaml grants it"),
    (ASKED, &[ForTheRun, Once], "+ granted for this run"),
    // Nothing makes up for not asking.
    (!ASKED, &[], "- its manifest does not ask for it"),
    (!ASKED, &[FileAllows, Session, Once], "- its manifest does not ask for it"),
    (!ASKED, &[BundledApproved], "- its manifest does not ask for it"),
    (!ASKED, &[FileDenies], "- config/permissions.yaml denies it"),
];

fn takes_path(permission: Permission) -> bool {
    matches!(permission, Permission::ReadFiles | Permission::WriteFiles)
}

fn scope_of(permission: Permission) -> Option<&'static str> {
    (!matches!(permission, Permission::ReadWorkflow | Permission::WriteWorkflow)).then_some(SCOPE)
}

fn request(permission: Permission) -> Request {
    Request { scope: scope_of(permission).map(str::to_owned).into_iter().collect(), ..Request::all_of(permission) }
}

fn other_content() -> ContentHash {
    ContentHash::of(b"other")
}

fn file(allow: Vec<Request>, deny: Vec<Request>, content: ContentHash) -> Grants {
    Grants(BTreeMap::from([(demo(), Entry { content, allow, deny })]))
}

/// Adds a fact. The file's are merged, so that a denial stands beside a grant.
fn add(state: &mut State, fact: &Fact, permission: Permission) {
    let subject = state.subjects.get(&demo()).unwrap().clone();
    let content = subject.content.clone();
    let asked = || vec![request(permission)];
    let scope: Vec<String> = request(permission).scope;
    let grant = crate::permission::RunGrant { plugin: demo(), permission, scope: scope.first().cloned() };
    let mut keep = |content: &ContentHash, kind| state.session.answer(&demo(), content, permission, &scope, kind);
    match fact {
        Revoked => state.files.trust.revoke(&demo(), permission),
        SessionDeny => keep(&content, AnswerKind::Deny),
        Session => keep(&content, AnswerKind::Session),
        SessionOther => keep(&other_content(), AnswerKind::Session),
        Once => keep(&content, AnswerKind::Once(Use::Unused)),
        OnceUsedByThisRun => keep(&content, AnswerKind::Once(Use::Run(RunId(7)))),
        OnceUsedByOtherRun => keep(&content, AnswerKind::Once(Use::Run(RunId(8)))),
        ForTheRun => state.runs.entry(RunId(7)).or_default().push(grant),
        ForAnotherRun => state.runs.entry(RunId(8)).or_default().push(grant),
        FileAllows => state.files.grants = GrantsFile::Accepted(file(asked(), Vec::new(), content)),
        FileAllowsOther => state.files.grants = GrantsFile::Accepted(file(asked(), Vec::new(), other_content())),
        FileAllowsNarrower => {
            let narrower = Request { scope: vec!["y".to_owned()], ..Request::all_of(permission) };
            state.files.grants = GrantsFile::Accepted(file(vec![narrower], Vec::new(), content));
        }
        UnacceptedFileAllows => {
            state.files.grants = GrantsFile::NotAccepted { grants: file(asked(), Vec::new(), content), changed: false };
        }
        FileDenies => {
            let allow = match &state.files.grants {
                GrantsFile::Accepted(grants) => grants.0[&demo()].allow.clone(),
                _ => Vec::new(),
            };
            state.files.grants = GrantsFile::Accepted(file(allow, asked(), content));
        }
        UnacceptedFileDenies => {
            state.files.grants = GrantsFile::NotAccepted { grants: file(Vec::new(), asked(), content), changed: false };
        }
        BrokenFile => {
            let fault = Grants::parse(&Source::new("permissions.yaml", "plugins: [")).unwrap_err();
            state.files.grants = GrantsFile::Broken(Problems(fault.0));
        }
        Dev => state.files.trust.develop(&demo(), subject.dir.as_deref().unwrap()),
        Bundled => state.subjects.get_mut(&demo()).unwrap().bundled = true,
        BundledOptional => {
            let subject = state.subjects.get_mut(&demo()).unwrap();
            subject.bundled = true;
            subject.requests.iter_mut().for_each(|request| request.optional = true);
        }
        BundledApproved => {
            let subject = state.subjects.get_mut(&demo()).unwrap();
            subject.bundled = true;
            let subject = subject.clone();
            state.files.trust.approve(&subject);
        }
    }
}

#[test]
fn every_permission_follows_the_rules_in_every_situation() {
    for permission in Permission::ALL {
        for (is_asked, facts, expected) in TABLE {
            // Where a permission has no scope, there is nothing narrower.
            if scope_of(permission).is_none() && facts.iter().any(|fact| matches!(fact, FileAllowsNarrower)) {
                continue;
            }
            let requests = if *is_asked { vec![request(permission)] } else { Vec::new() };
            let subject = Subject { requests, dir: Some("/project/plugins/demo".into()), ..subject("1", false) };
            let mut state = State::default();
            state.subjects.insert(demo(), subject);
            for fact in *facts {
                add(&mut state, fact, permission);
            }
            let question =
                Question { plugin: &demo(), permission, scope: scope_of(permission), stream: RUN, held: None };
            let said = match decide(&state, question) {
                Verdict::Granted { rule, .. } => format!("+ {rule}"),
                Verdict::Denied { rule, .. } => format!("- {rule}"),
            };
            let at = TABLE.iter().position(|(_, others, _)| std::ptr::eq(*others, *facts));
            assert!(said.starts_with(expected), "{permission}, line {at:?}: {said}, not {expected}");
        }
    }
}

#[test]
fn only_a_path_that_a_person_named_for_the_run_goes_beyond_what_is_asked_for() {
    for permission in Permission::ALL {
        let mut state = State::default();
        state.subjects.insert(demo(), Subject { requests: Vec::new(), ..subject("1", false) });
        add(&mut state, &ForTheRun, permission);
        let question = Question { plugin: &demo(), permission, scope: scope_of(permission), stream: RUN, held: None };
        let is_granted = matches!(decide(&state, question), Verdict::Granted { .. });
        assert_eq!(is_granted, takes_path(permission), "{permission}");
        add(&mut state, &SessionDeny, permission);
        assert!(matches!(decide(&state, question), Verdict::Denied { .. }), "{permission}");
    }
}

#[test]
fn who_asks_for_everything_is_held_by_the_denial_of_a_part() {
    for permission in Permission::ALL.into_iter().filter(|permission| scope_of(*permission).is_some()) {
        let mut state = State::default();
        let requests = vec![Request::all_of(permission)];
        state.subjects.insert(demo(), Subject { requests, ..subject("1", true) });
        let decided = |state: &State, scope: Option<&str>| {
            let question = Question { plugin: &demo(), permission, scope, stream: RUN, held: None };
            matches!(decide(state, question), Verdict::Granted { .. })
        };
        assert!(decided(&state, None) && decided(&state, Some(SCOPE)));
        add(&mut state, &SessionDeny, permission);
        assert!(!decided(&state, None) && !decided(&state, Some(SCOPE)) && decided(&state, Some("y")), "{permission}");
    }
}

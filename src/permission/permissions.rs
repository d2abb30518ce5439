//! The one choke point.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use orchestrator_protocol::permission::{Granted, Permission};
use serde_json::json;
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use super::asked::Asked;
use super::decide::{Question, Verdict, by_answer, decide, denied_by_files};
use super::granted::granted_of;
use super::grants::Entry;
use super::permit::shown;
use super::state::{Files, Stamps, State};
use super::told::Paced;
use super::{
    Ask, AuditAct, AuditEntry, Denial, FileStanding, Kind, Lasting, Permit, Request, RunGrant, Subject, UpdatePolicy,
    audit, granted,
};
use crate::config::Places;
use crate::event::bus::Bus;
use crate::event::{ContentHash, Decision, Draft, EventKind, PluginName, RunId, StreamId};

/// How often the files are looked at when nobody asks: a call in flight learns from it that another process has taken
/// its permission away.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The grants of one project. Clones are the same; every method may be called from any thread. Once they are open, the files
/// are read on blocking threads only. A decision is made from them as they are; everything else that is told of them may be
/// a quarter of a second old.
#[derive(Clone)]
pub struct Permissions {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) places: Places,
    pub(super) bus: Bus,
    state: Mutex<State>,
    /// Held while files are read and what they say is taken over, so that the older never replaces the newer. For
    /// blocking threads alone, and taken before `state`.
    reading: Mutex<()>,
    /// Counts what may have changed a decision.
    changes: watch::Sender<u64>,
    _look: AbortOnDropHandle<()>,
}

/// What the permissions file says of one plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    pub plugin: PluginName,
    pub content: ContentHash,
    /// Whether it counts for the plugin as it is now, if the file counts.
    pub is_present: bool,
    /// In words.
    pub allow: Vec<String>,
    pub deny: Vec<String>,
}

/// A permission that a plugin asks for, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub request: Request,
    pub standing: Standing,
    /// Where the answer comes from, in words.
    pub rule: String,
    /// How long it lasts: the grant, or the denial.
    pub lasting: Option<Lasting>,
    /// A no was answered, which approving the plugin does not take back.
    pub stays_denied: bool,
}

/// What the kernel refused a plugin's process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub plugin: PluginName,
    /// The one that would have allowed it, if it is known.
    pub permission: Option<Permission>,
    /// What it was tried on.
    pub scope: Option<String>,
    pub stream: StreamId,
    /// What was tried, in words.
    pub words: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Granted,
    /// Asked for; nobody has answered.
    Requested,
    Denied,
}

impl Permissions {
    /// Reads the project's grants. Nothing is an error here: what can't be read counts for nothing, and
    /// [`Permissions::file_standing`] and every denial tell it. To be called within a runtime.
    pub fn open(places: Places, bus: Bus) -> Self {
        let state = Mutex::new(State { files: Files::read(&places), ..State::default() });
        let inner = Arc::new_cyclic(|inner: &Weak<Inner>| Inner {
            places,
            bus,
            state,
            reading: Mutex::default(),
            changes: watch::Sender::new(0),
            _look: AbortOnDropHandle::new(tokio::spawn(look(inner.clone()))),
        });
        Permissions { inner }
    }

    /// Makes a plugin known, with the content that it is loaded from. What is not known is denied.
    pub fn register(&self, subject: Subject) {
        self.state().subjects.insert(subject.name.clone(), subject);
        self.changed();
    }

    /// Forgets a plugin.
    pub fn remove(&self, plugin: &PluginName) {
        self.state().subjects.remove(plugin);
        self.changed();
    }

    /// Decides, and records the decision in the stream. The permit is good for this one operation.
    pub async fn authorize<P: Kind>(&self, ask: Ask) -> Result<Permit<P>, Denial> {
        self.inner.clone().refresh().await;
        let verdict = self.decide(&ask, P::PERMISSION);
        let (decision, rule) = match &verdict {
            Verdict::Granted { rule, .. } => (Decision::Granted, rule),
            Verdict::Denied { rule, .. } => (Decision::Denied, rule),
        };
        let kind = EventKind::PermissionChecked {
            permission: P::PERMISSION,
            scope: ask.shown_scope(),
            decision,
            rule: rule.clone(),
        };
        let mut draft = Draft::new(ask.stream, kind).plugin(Some(ask.plugin.clone()));
        draft.span = ask.span;
        self.inner.bus.emit(draft).await;
        match verdict {
            Verdict::Granted { once, .. } => Ok(Permit::new(ask, once)),
            Verdict::Denied { rule, remedy, .. } => {
                let denial = denial::<P>(&ask, rule, remedy);
                self.audit_denial(&ask, &denial).await;
                Err(denial)
            }
        }
    }

    /// What would be said no to now, for showing it: nothing is recorded, and nothing that is good for one use is used
    /// up. To do it, [`Permissions::authorize`] is asked.
    pub fn would_deny<P: Kind>(&self, ask: &Ask) -> Option<Denial> {
        match decide(&self.state(), ask.question(P::PERMISSION)) {
            Verdict::Granted { .. } => None,
            Verdict::Denied { rule, remedy, .. } => Some(denial::<P>(ask, rule, remedy)),
        }
    }

    /// Decides, and in the same breath uses up what is good for one use.
    fn decide(&self, ask: &Ask, permission: Permission) -> Verdict {
        let mut state = self.state();
        let verdict = decide(&state, ask.question(permission));
        if let Verdict::Granted { once: Some(id), .. } = verdict {
            state.session.use_up(id, ask.stream);
        }
        verdict
    }

    /// The same denial again within a run is in the run's history alone, or a plugin could fill the disk.
    async fn audit_denial(&self, ask: &Ask, denial: &Denial) {
        let content = {
            let mut state = self.state();
            let paced = (denial.plugin.clone(), Some(denial.permission));
            if !state.told.is_new(ask.stream, denial) || !state.told.has_room(paced, Instant::now()) {
                return;
            }
            state.subjects.get(&ask.plugin).map(|subject| subject.content.clone())
        };
        let entry = AuditEntry {
            plugin: Some(denial.plugin.clone()),
            content,
            permission: Some(denial.permission),
            scope: denial.scope.iter().cloned().collect(),
            decision: Some(Decision::Denied),
            run: match ask.stream {
                StreamId::Run(run) => Some(run),
                StreamId::Host => None,
            },
            why: denial.rule.clone(),
            ..AuditEntry::now("the plugin", AuditAct::Denied)
        };
        self.audit(entry).await;
    }

    /// Writes into the audit log what the kernel refused a plugin's process, as the process or its supervisor tells it
    /// in words. Returns at once; of very many, the rest is counted. To be called within a runtime.
    pub fn audit_refusal(&self, refusal: Refusal) {
        let Refusal { plugin, permission, scope, stream, words } = refusal;
        let content = {
            let mut state = self.state();
            if !state.told.has_room((plugin.clone(), permission), Instant::now()) {
                return;
            }
            state.subjects.get(&plugin).map(|subject| subject.content.clone())
        };
        let entry = AuditEntry {
            plugin: Some(plugin),
            content,
            permission,
            scope: scope.iter().map(|scope| shown(scope)).collect(),
            decision: Some(Decision::Denied),
            run: match stream {
                StreamId::Run(run) => Some(run),
                StreamId::Host => None,
            },
            why: format!("the kernel: {words}"),
            ..AuditEntry::now("the plugin", AuditAct::Denied)
        };
        let file = self.inner.places.audit_file();
        // Nobody waits for it.
        drop(tokio::task::spawn_blocking(move || audit::append(&file, &entry)));
    }

    /// Waits until what a permit was given for is granted no longer: for ending a call in flight. Safe to cancel.
    pub async fn revoked<P: Kind>(&self, permit: &Permit<P>) -> Denial {
        let mut changes = self.changes();
        loop {
            changes.borrow_and_update();
            let verdict = decide(&self.state(), permit.question());
            if let Verdict::Denied { rule, remedy, .. } = verdict {
                return denial::<P>(permit.ask(), rule, remedy);
            }
            if changes.changed().await.is_err() {
                // The sender lives as long as `self`.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Brings what is known up to the files now, instead of a quarter of a second later.
    pub async fn look_again(&self) {
        self.inner.clone().refresh().await;
    }

    /// Changes whenever a decision may be another than before.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Grants that hold within one run, until [`Permissions::end_run`].
    pub fn grant_for_run(&self, run: RunId, grants: Vec<RunGrant>) {
        self.state().runs.entry(run).or_default().extend(grants);
        self.changed();
    }

    /// What was granted to one run.
    pub fn grants_for_run(&self, run: RunId) -> Vec<RunGrant> {
        self.state().runs.get(&run).cloned().unwrap_or_default()
    }

    /// Drops the run's own grants, and what was granted once and used by it.
    pub fn end_run(&self, run: RunId) {
        let is_less = {
            let mut state = self.state();
            state.told.end_run(run);
            let once = state.session.end_run(run);
            state.runs.remove(&run).is_some() || once
        };
        if is_less {
            self.changed();
        }
    }

    /// Whether the user approves this content of the plugin: it may be built, installed and run.
    pub fn is_approved(&self, plugin: &PluginName, content: &ContentHash) -> bool {
        let state = self.state();
        match state.subjects.get(plugin) {
            Some(subject) if subject.content == *content => state.is_approved(subject),
            Some(_) | None => state.files.trust.is_approved(plugin, content),
        }
    }

    /// What becomes of the plugin's approval when it changes.
    pub fn policy(&self, plugin: &PluginName) -> UpdatePolicy {
        self.state().files.trust.policy(plugin)
    }

    /// Whether the user trusts this content of the plugin to be loaded into this process.
    pub fn is_trusted(&self, plugin: &PluginName, content: &ContentHash) -> bool {
        self.state().files.trust.is_trusted(plugin, content)
    }

    pub fn file_standing(&self) -> FileStanding {
        self.state().files.grants.standing()
    }

    /// What the permissions file says of each plugin, accepted or not, and the hash of its text.
    pub fn file_content(&self) -> (Option<ContentHash>, Vec<FileEntry>) {
        let state = self.state();
        let is_present = |plugin: &PluginName, content: &ContentHash| {
            state.subjects.get(plugin).is_some_and(|subject| state.counts(subject, content))
        };
        let words = |requests: &[Request]| requests.iter().map(|request| Asked::of(request).to_string()).collect();
        let entry = |(plugin, entry): (&PluginName, &Entry)| FileEntry {
            plugin: plugin.clone(),
            content: entry.content.clone(),
            is_present: is_present(plugin, &entry.content),
            allow: words(&entry.allow),
            deny: words(&entry.deny),
        };
        let entries = state.files.grants.entries().into_iter().flatten().map(entry).collect();
        (state.files.grants_content.clone(), entries)
    }

    /// How each thing that a plugin asks for stands, outside any run. Empty for a plugin that is not known.
    pub fn view(&self, plugin: &PluginName) -> Vec<View> {
        let state = self.state();
        let requests = state.subjects.get(plugin).map(|subject| subject.requests.clone()).unwrap_or_default();
        requests.into_iter().map(|request| stand(&state, plugin, request)).collect()
    }

    /// What is granted to a plugin now, outside any run, for it to look at.
    pub fn granted(&self, plugin: &PluginName) -> Vec<Granted> {
        granted::granted(&self.state(), plugin)
    }

    /// The audit log, newest first: at most `limit` entries, those of one plugin if it is named.
    pub async fn audit_log(&self, plugin: Option<PluginName>, limit: usize) -> Vec<AuditEntry> {
        let file = self.inner.places.audit_file();
        let read = tokio::task::spawn_blocking(move || audit::newest(&file, plugin.as_ref(), limit));
        read.await.unwrap_or_default()
    }

    pub(super) async fn audit(&self, entry: AuditEntry) {
        let file = self.inner.places.audit_file();
        if let Err(error) = tokio::task::spawn_blocking(move || audit::append(&file, &entry)).await {
            tracing::error!(%error, "the audit log could not be written");
        }
    }

    pub(super) fn changed(&self) {
        self.inner.changed();
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state()
    }
}

impl Inner {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn lock_reading(&self) -> MutexGuard<'_, ()> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(super) fn take_in(&self, files: Files) {
        self.state().files = files;
        self.changed();
    }

    /// Writes how many denials were only counted, where that time is over.
    pub(super) async fn tell_counted(&self, now: Instant) {
        let counted = self.state().told.take_counted(now);
        if counted.is_empty() {
            return;
        }
        let entries: Vec<AuditEntry> = counted.into_iter().map(|(paced, times)| counted_entry(paced, times)).collect();
        let file = self.places.audit_file();
        let written = tokio::task::spawn_blocking(move || entries.iter().for_each(|entry| audit::append(&file, entry)));
        if let Err(error) = written.await {
            tracing::error!(%error, "the audit log could not be written");
        }
    }

    /// Brings the state up to the files: two look-ups of their times, and reading only what another process wrote.
    pub(super) async fn refresh(self: Arc<Self>) {
        let this = self.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let _reading = this.lock_reading();
            let now = Stamps::now(&this.places);
            if this.state().files.are_of(now) {
                return false;
            }
            let files = Files::read(&this.places);
            let differ = !this.state().files.say_the_same(&files);
            this.take_in(files);
            differ
        });
        match looked.await {
            Ok(false) => {}
            Ok(true) => self.tell_files().await,
            Err(error) => tracing::error!(%error, "the grants could not be looked at"),
        }
    }

    /// Tells those who look on that another process has changed what the files say; which plugin's is not said.
    async fn tell_files(&self) {
        let what = json!({"why": "the files of the grants have changed"});
        let kind = EventKind::GrantChanged { who: "another process, or a person".to_owned(), what };
        self.bus.emit(Draft::new(StreamId::Host, kind)).await;
    }
}

/// Looks at the files from time to time, for as long as anybody has the permissions.
async fn look(permissions: Weak<Inner>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(inner) = permissions.upgrade() else { return };
        inner.clone().refresh().await;
        inner.tell_counted(Instant::now()).await;
    }
}

fn counted_entry((plugin, permission): Paced, times: u64) -> AuditEntry {
    AuditEntry {
        plugin: Some(plugin),
        permission,
        decision: Some(Decision::Denied),
        why: format!("{times} more within a minute, which are not written one by one"),
        ..AuditEntry::now("the plugin", AuditAct::Denied)
    }
}

fn denial<P: Kind>(ask: &Ask, rule: String, remedy: String) -> Denial {
    Denial { plugin: ask.plugin.clone(), permission: P::PERMISSION, scope: ask.shown_scope(), rule, remedy }
}

fn stand(state: &State, plugin: &PluginName, request: Request) -> View {
    let scopes: Vec<Option<&str>> = match request.scope.as_slice() {
        [] => vec![None],
        scopes => scopes.iter().map(|scope| Some(scope.as_str())).collect(),
    };
    let (mut standing, mut rule, mut lasting, mut stays_denied) = (Standing::Granted, String::new(), None, false);
    for scope in scopes {
        let permission = request.permission;
        // The first that is not granted speaks for all: the request as a whole is not.
        match decide(state, Question { plugin, permission, scope, stream: StreamId::Host, held: None }) {
            Verdict::Granted { rule: why, lasting: how_long, .. } => {
                rule = why;
                lasting = Some(how_long);
            }
            Verdict::Denied { rule: why, answered, .. } => {
                standing = if answered { Standing::Denied } else { Standing::Requested };
                let is_for_now = state.session.denies(plugin, permission, scope);
                let is_for_good = denied_by_files(state, plugin, permission, &request.scope).is_some();
                lasting = match standing {
                    Standing::Denied if is_for_now && !is_for_good => Some(Lasting::Session),
                    Standing::Denied => Some(Lasting::Always),
                    Standing::Granted | Standing::Requested => None,
                };
                stays_denied = by_answer(state, plugin, permission, scope).is_some();
                rule = why;
                break;
            }
        }
    }
    let names = match standing {
        Standing::Granted => None,
        Standing::Requested | Standing::Denied => granted_of(state, plugin, &request).map(|part| part.scope.join(", ")),
    };
    match (standing, names) {
        (Standing::Requested, Some(names)) => rule = format!("granted only for {names}"),
        (Standing::Denied, Some(names)) => rule = format!("{rule}; granted only for {names}"),
        (_, _) => {}
    }
    View { request, standing, rule, lasting, stays_denied }
}

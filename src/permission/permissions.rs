//! The one choke point.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use orchestrator_protocol::permission::{Granted, Permission};
use serde_json::json;
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use super::decide::{Verdict, decide};
use super::state::{Files, Stamps, State};
use super::{Ask, ChangeError, Denial, FileStanding, Kind, Permit, Request, RunGrant, Subject, audit, change, granted};
use crate::config::Places;
use crate::event::bus::Bus;
use crate::event::{ContentHash, Decision, Draft, EventKind, PluginName, RunId, StreamId};

/// How often the files are looked at when nobody asks: a call in flight learns from it that another process has taken
/// its permission away.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The grants of one project. Clones are the same; every method may be called from any thread. The files are read on
/// blocking threads only. A decision is made from them as they are; everything else that is told of them may be
/// a quarter of a second old.
#[derive(Clone)]
pub struct Permissions {
    inner: Arc<Inner>,
}

struct Inner {
    places: Places,
    bus: Bus,
    state: Mutex<State>,
    /// Held while files are read and what they say is taken over, so that the older never replaces the newer. For
    /// blocking threads alone, and taken before `state`.
    reading: Mutex<()>,
    /// Counts what may have changed a decision.
    changes: watch::Sender<u64>,
    _look: AbortOnDropHandle<()>,
}

/// A permission that a plugin asks for, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub request: Request,
    pub standing: Standing,
    /// Where the answer comes from, in words.
    pub rule: String,
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
        let verdict = decide(&self.state(), &ask.plugin, P::PERMISSION, ask.scope.as_deref(), ask.stream);
        let (decision, rule) = match &verdict {
            Verdict::Granted { rule } => (Decision::Granted, rule),
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
            Verdict::Granted { .. } => Ok(Permit::new(ask)),
            Verdict::Denied { rule, remedy, .. } => {
                let denial = denial::<P>(&ask, rule, remedy);
                let stream = ask.stream.to_string();
                self.audit(json!({
                    "what": "denied", "plugin": denial.plugin, "permission": denial.permission,
                    "scope": denial.scope, "stream": stream, "rule": denial.rule,
                }))
                .await;
                Err(denial)
            }
        }
    }

    /// Waits until what a permit was given for is granted no longer: for ending a call in flight. Safe to cancel.
    pub async fn revoked<P: Kind>(&self, permit: &Permit<P>) -> Denial {
        let mut changes = self.changes();
        loop {
            changes.borrow_and_update();
            let ask = permit.ask();
            let verdict = decide(&self.state(), &ask.plugin, P::PERMISSION, ask.scope.as_deref(), ask.stream);
            if let Verdict::Denied { rule, remedy, .. } = verdict {
                return denial::<P>(ask, rule, remedy);
            }
            if changes.changed().await.is_err() {
                // The sender lives as long as `self`.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Changes whenever a decision may be another than before.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Grants that hold within one run, until [`Permissions::end_run`].
    pub fn add_for_run(&self, run: RunId, grants: Vec<RunGrant>) {
        self.state().runs.entry(run).or_default().extend(grants);
        self.changed();
    }

    /// Drops the run's own grants.
    pub fn end_run(&self, run: RunId) {
        if self.state().runs.remove(&run).is_some() {
            self.changed();
        }
    }

    /// Whether the user approves this content of the plugin: it may be built, installed and run.
    pub fn is_approved(&self, plugin: &PluginName, content: &ContentHash) -> bool {
        self.state().files.trust.is_approved(plugin, content)
    }

    /// Whether the user trusts this content of the plugin to be loaded into this process.
    pub fn is_trusted(&self, plugin: &PluginName, content: &ContentHash) -> bool {
        self.state().files.trust.is_trusted(plugin, content)
    }

    pub fn file_standing(&self) -> FileStanding {
        self.state().files.grants.standing()
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

    /// Approves the plugin's registered content and grants what it asks for. `who` wanted it, in words.
    pub async fn approve(&self, plugin: &PluginName, who: &str) -> Result<(), ChangeError> {
        let name = plugin.clone();
        self.change(move |places, state| change::approve(places, state, &name, false)).await?;
        self.changed_by(who, Some(plugin), json!({"approved": plugin})).await;
        Ok(())
    }

    /// Trusts the plugin's registered content, which approves it too. `who` wanted it, in words.
    pub async fn trust(&self, plugin: &PluginName, who: &str) -> Result<(), ChangeError> {
        let name = plugin.clone();
        self.change(move |places, state| change::approve(places, state, &name, true)).await?;
        self.changed_by(who, Some(plugin), json!({"trusted": plugin})).await;
        Ok(())
    }

    /// Ends the trust in the plugin; it stays approved, with its grants. `who` wanted it, in words.
    pub async fn distrust(&self, plugin: &PluginName, who: &str) -> Result<(), ChangeError> {
        let name = plugin.clone();
        self.change(move |places, state| change::distrust(places, state, &name)).await?;
        self.changed_by(who, Some(plugin), json!({"distrusted": plugin})).await;
        Ok(())
    }

    /// Takes one permission away, at once and for good. `who` wanted it, in words.
    pub async fn revoke(&self, plugin: &PluginName, permission: Permission, who: &str) -> Result<(), ChangeError> {
        let name = plugin.clone();
        self.change(move |places, state| change::revoke(places, state, &name, permission)).await?;
        for grants in self.state().runs.values_mut() {
            grants.retain(|grant| !grant.is_for(plugin, permission));
        }
        self.changed();
        self.changed_by(who, Some(plugin), json!({"revoked": permission, "plugin": plugin})).await;
        Ok(())
    }

    /// Accepts the permissions file, as it is now, on this machine. `who` wanted it, in words.
    pub async fn accept_file(&self, who: &str) -> Result<(), ChangeError> {
        self.change(change::accept).await?;
        self.changed_by(who, None, json!({"accepted": "config/permissions.yaml"})).await;
        Ok(())
    }

    async fn change(
        &self,
        apply: impl FnOnce(&Places, &State) -> Result<(), ChangeError> + Send + 'static,
    ) -> Result<(), ChangeError> {
        let inner = self.inner.clone();
        let done = tokio::task::spawn_blocking(move || {
            // The files' lock first: decisions must not wait for another process.
            let _lock = change::lock(&inner.places)?;
            let _reading = inner.lock_reading();
            let files = Files::read(&inner.places);
            let before = State { files, ..inner.state().clone() };
            let result = apply(&inner.places, &before);
            // Also after a failure: a part may have been written.
            inner.take_in(Files::read(&inner.places));
            result
        });
        done.await.unwrap_or(Err(ChangeError::Interrupted))
    }

    async fn changed_by(&self, who: &str, plugin: Option<&PluginName>, what: serde_json::Value) {
        let kind = EventKind::GrantChanged { who: who.to_owned(), what: what.clone() };
        self.inner.bus.emit(Draft::new(StreamId::Host, kind).plugin(plugin.cloned())).await;
        self.audit(json!({"what": what, "who": who})).await;
    }

    async fn audit(&self, entry: serde_json::Value) {
        let file = self.inner.places.audit_file();
        if let Err(error) = tokio::task::spawn_blocking(move || audit::append(&file, entry)).await {
            tracing::error!(%error, "the audit log could not be written");
        }
    }

    fn changed(&self) {
        self.inner.changed();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state()
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_reading(&self) -> MutexGuard<'_, ()> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn take_in(&self, files: Files) {
        self.state().files = files;
        self.changed();
    }

    /// Brings the state up to the files: two look-ups of their times, and reading only what another process wrote.
    async fn refresh(self: Arc<Self>) {
        let looked = tokio::task::spawn_blocking(move || {
            let _reading = self.lock_reading();
            let now = Stamps::now(&self.places);
            if !self.state().files.are_of(now) {
                self.take_in(Files::read(&self.places));
            }
        });
        if let Err(error) = looked.await {
            tracing::error!(%error, "the grants could not be looked at");
        }
    }
}

/// Looks at the files from time to time, for as long as anybody has the permissions.
async fn look(permissions: Weak<Inner>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(inner) = permissions.upgrade() else { return };
        inner.refresh().await;
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
    let mut view = View { request: request.clone(), standing: Standing::Granted, rule: String::new() };
    for scope in scopes {
        // The first that is not granted speaks for all: the request as a whole is not.
        match decide(state, plugin, request.permission, scope, StreamId::Host) {
            Verdict::Granted { rule } => view.rule = rule,
            Verdict::Denied { rule, answered, .. } => {
                view.standing = if answered { Standing::Denied } else { Standing::Requested };
                view.rule = rule;
                break;
            }
        }
    }
    view
}

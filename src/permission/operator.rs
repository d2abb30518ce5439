//! What an operator decides: every change is told as an event, and written into the audit log.

use orchestrator_protocol::permission::Permission;
use serde_json::json;

use super::change::{self, ChangeError};
use super::session::AnswerKind;
use super::session::Use;
use super::state::{Files, State};
use super::{AuditAct, AuditEntry, PermissionAnswer, Permissions, UpdatePolicy};
use crate::config::Places;
use crate::event::{ContentHash, Decision, Draft, EventKind, PluginName, StreamId};

/// `who` wants it, everywhere: in words, for the audit log.
impl Permissions {
    /// Approves the plugin's registered content and grants what it asks for and was not denied; only if it is the
    /// content that was `seen`, if that is given.
    pub async fn approve(&self, plugin: &PluginName, seen: Option<ContentHash>, who: &str) -> Result<(), ChangeError> {
        let name = plugin.clone();
        self.change(move |places, state| change::approve(places, state, &name, false, seen.as_ref())).await?;
        self.told(self.entry(who, AuditAct::Approved, plugin)).await;
        Ok(())
    }

    /// Trusts the plugin's registered content, which approves it too; `seen` as in [`Permissions::approve`].
    pub async fn trust(&self, plugin: &PluginName, seen: Option<ContentHash>, who: &str) -> Result<(), ChangeError> {
        let name = plugin.clone();
        self.change(move |places, state| change::approve(places, state, &name, true, seen.as_ref())).await?;
        self.told(self.entry(who, AuditAct::Trusted, plugin)).await;
        Ok(())
    }

    /// Ends the trust in the plugin; it stays approved, with its grants.
    pub async fn distrust(&self, plugin: &PluginName, who: &str) -> Result<(), ChangeError> {
        let name = plugin.clone();
        self.change(move |places, state| change::distrust(places, state, &name)).await?;
        self.told(self.entry(who, AuditAct::Distrusted, plugin)).await;
        Ok(())
    }

    /// Says what becomes of the plugin when it changes.
    pub async fn set_policy(&self, plugin: &PluginName, policy: UpdatePolicy, who: &str) -> Result<(), ChangeError> {
        let name = plugin.clone();
        self.change(move |places, state| change::set_policy(places, state, &name, policy)).await?;
        let why = policy.as_str().to_owned();
        self.told(AuditEntry { why, ..self.entry(who, AuditAct::PolicySet, plugin) }).await;
        Ok(())
    }

    /// Answers a request. `scope` is what of it, empty for all that the plugin asks for: a yes can be to less than
    /// it asks for, never to more. It takes the place of what was answered about the same before.
    pub async fn answer(
        &self,
        plugin: &PluginName,
        permission: Permission,
        scope: &[String],
        answer: PermissionAnswer,
        who: &str,
    ) -> Result<(), ChangeError> {
        let decision = match answer {
            PermissionAnswer::Once | PermissionAnswer::Session | PermissionAnswer::Always => Decision::Granted,
            PermissionAnswer::Deny | PermissionAnswer::DenyAlways => Decision::Denied,
        };
        let scope = match decision {
            Decision::Granted => change::grantable(&self.state(), plugin, permission, scope)?,
            Decision::Denied => {
                change::deniable(&self.state(), plugin, permission, scope)?;
                scope.to_vec()
            }
        };
        match answer {
            PermissionAnswer::Once => self.keep(plugin, permission, &scope, AnswerKind::Once(Use::Unused)).await?,
            PermissionAnswer::Session => self.keep(plugin, permission, &scope, AnswerKind::Session).await?,
            PermissionAnswer::Deny => self.keep(plugin, permission, &scope, AnswerKind::Deny).await?,
            PermissionAnswer::Always | PermissionAnswer::DenyAlways => {
                let (name, written, yes) = (plugin.clone(), scope.clone(), decision == Decision::Granted);
                let apply = move |places: &Places, state: &State| {
                    change::answer_always(places, state, &name, permission, &written, yes)
                };
                self.change(apply).await?;
                self.state().session.forget(plugin, permission, &scope);
                self.changed();
            }
        }
        let entry = AuditEntry {
            permission: Some(permission),
            scope,
            decision: Some(decision),
            why: answer.as_str().to_owned(),
            ..self.entry(who, AuditAct::Answered, plugin)
        };
        self.told(entry).await;
        Ok(())
    }

    /// Keeps an answer in memory. A yes that the files overrule would be without effect, and is refused.
    async fn keep(
        &self,
        plugin: &PluginName,
        permission: Permission,
        scope: &[String],
        kind: AnswerKind,
    ) -> Result<(), ChangeError> {
        self.inner.clone().refresh().await;
        {
            let mut state = self.state();
            let content = change::subject(&state, plugin)?.content.clone();
            let rule = super::decide::denied_by_files(&state, plugin, permission, scope);
            if let (Some(rule), AnswerKind::Once(_) | AnswerKind::Session) = (rule, kind) {
                return Err(ChangeError::DeniedElsewhere { plugin: plugin.clone(), rule });
            }
            state.session.answer(plugin, &content, permission, scope, kind);
        }
        self.changed();
        Ok(())
    }

    /// Takes one permission away, at once and for good: it is a request again.
    pub async fn revoke(&self, plugin: &PluginName, permission: Permission, who: &str) -> Result<(), ChangeError> {
        let name = plugin.clone();
        self.change(move |places, state| change::revoke(places, state, &name, permission)).await?;
        self.forget_in_memory(plugin, Some(permission));
        let entry = self.entry(who, AuditAct::Revoked, plugin);
        self.told(AuditEntry { permission: Some(permission), decision: Some(Decision::Denied), ..entry }).await;
        Ok(())
    }

    /// Forgets every answer about one permission, or about all: what the plugin asks for is a request again.
    pub async fn reset(
        &self,
        plugin: &PluginName,
        permission: Option<Permission>,
        who: &str,
    ) -> Result<(), ChangeError> {
        let name = plugin.clone();
        self.change(move |places, state| change::reset(places, state, &name, permission)).await?;
        self.forget_in_memory(plugin, permission);
        self.told(AuditEntry { permission, ..self.entry(who, AuditAct::Reset, plugin) }).await;
        Ok(())
    }

    /// Looks at the files, which another process changed, and forgets what only this one remembers of answers about
    /// `scope` of a permission, or about everything. Whether there was something.
    pub async fn forget(
        &self,
        plugin: &PluginName,
        permission: Option<Permission>,
        scope: &[String],
        with_runs: bool,
        who: &str,
    ) -> bool {
        self.look_again().await;
        let is_less = match permission {
            Some(permission) if !with_runs => {
                let is_less = self.state().session.forget(plugin, permission, scope);
                self.changed();
                is_less
            }
            Some(_) | None => self.forget_in_memory(plugin, permission),
        };
        let why = "it was changed in another process".to_owned();
        let entry = AuditEntry { permission, why, ..self.entry(who, AuditAct::Reset, plugin) };
        if is_less {
            self.told(entry).await;
        } else {
            self.announce(&entry).await;
        }
        is_less
    }

    /// Whether there was something.
    fn forget_in_memory(&self, plugin: &PluginName, permission: Option<Permission>) -> bool {
        let is_less = {
            let mut state = self.state();
            let is_about = |other: Permission| permission.is_none_or(|permission| permission == other);
            let mut of_runs = false;
            for grants in state.runs.values_mut() {
                let before = grants.len();
                grants.retain(|grant| grant.plugin != *plugin || !is_about(grant.permission));
                of_runs |= grants.len() != before;
            }
            let of_session = match permission {
                Some(permission) => state.session.forget(plugin, permission, &[]),
                None => state.session.forget_all(plugin),
            };
            of_runs || of_session
        };
        self.changed();
        is_less
    }

    /// Accepts the permissions file, as it is now, on this machine; only if it is the one that was `seen`, if that
    /// is given.
    pub async fn accept_file(&self, seen: Option<ContentHash>, who: &str) -> Result<(), ChangeError> {
        self.change(move |places, state| change::accept(places, state, seen.as_ref())).await?;
        let why = "config/permissions.yaml".to_owned();
        self.told(AuditEntry { why, ..AuditEntry::now(who, AuditAct::FileAccepted) }).await;
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

    fn entry(&self, who: &str, what: AuditAct, plugin: &PluginName) -> AuditEntry {
        let content = self.state().subjects.get(plugin).map(|subject| subject.content.clone());
        AuditEntry { plugin: Some(plugin.clone()), content, ..AuditEntry::now(who, what) }
    }

    async fn told(&self, entry: AuditEntry) {
        self.announce(&entry).await;
        self.audit(entry).await;
    }

    /// To those who look on.
    async fn announce(&self, entry: &AuditEntry) {
        let kind = EventKind::GrantChanged { who: entry.who.clone(), what: json!(entry) };
        self.inner.bus.emit(Draft::new(StreamId::Host, kind).plugin(entry.plugin.clone())).await;
    }
}

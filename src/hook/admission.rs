//! Whether a handler is called, and whether its answer counts.

use futures_util::FutureExt;
use orchestrator_protocol::hook::HookName;

use super::chain::{HookChain, Place};
use super::delivery::Delivery;
use super::registry::RegisteredHandler;
use super::rules::{Needs, needs};
use crate::event::{HookOutcome, PluginName, SpanId};
use crate::permission::{AccessApi, Ask, Kind, Permissions, Permit, ReadWorkflow, WriteWorkflow};

/// How many hooks may be set off within each other: a handler runs an agent, whose hooks call a handler, and so on.
const MOST_NESTED: u32 = 4;

/// The proof that a handler may be given the payload.
pub(super) enum Admission {
    Workflow {
        permit: Permit<ReadWorkflow>,
    },
    Api {
        permit: Permit<AccessApi>,
    },
    /// It is about the handler's own plugin.
    Own,
    /// The operator appointed the handler's plugin to look at others.
    Appointed,
}

/// The proof that a handler's answer counts.
pub(super) enum Effect {
    Workflow { _permit: Permit<WriteWorkflow> },
    Api { _permit: Permit<AccessApi> },
    Appointed,
}

impl Admission {
    /// Why the handler may be given the payload no longer, if so. From any thread.
    pub fn lost_already(&self, permissions: &Permissions) -> Option<String> {
        self.lost(permissions).now_or_never()
    }

    /// Waits until the handler may be given the payload no longer, and says why.
    pub async fn lost(&self, permissions: &Permissions) -> String {
        match self {
            Admission::Workflow { permit } => permissions.revoked(permit).await.to_string(),
            Admission::Api { permit } => permissions.revoked(permit).await.to_string(),
            Admission::Own | Admission::Appointed => std::future::pending().await,
        }
    }
}

impl HookChain {
    /// Whether a handler is called with the hook's payload; if not, what its delivery came to instead, and why.
    pub(super) async fn admit(
        &self,
        hook: HookName,
        handler: &RegisteredHandler,
        place: &Place,
    ) -> Result<Admission, (HookOutcome, String)> {
        if let Some(reason) = self.left_out(handler, place) {
            return Err((HookOutcome::Skipped, reason));
        }
        let plugin = &handler.plugin;
        let not_permitted = |reason| (HookOutcome::NotPermitted, reason);
        match needs(hook) {
            Needs::Workflow => {
                let permit = self.ask(plugin, place, None, place.parent).await.map_err(not_permitted)?;
                Ok(Admission::Workflow { permit })
            }
            Needs::Api => {
                let route = place.route.clone();
                let permit = self.ask(plugin, place, route, place.parent).await.map_err(not_permitted)?;
                Ok(Admission::Api { permit })
            }
            Needs::Appointment if place.about.as_ref() == Some(plugin) => Ok(Admission::Own),
            Needs::Appointment if self.appointed.contains(plugin) => Ok(Admission::Appointed),
            Needs::Appointment => Err(not_permitted(format!(
                "it is about another plugin, and {plugin} is not among `hooks: appointed` in your own settings"
            ))),
        }
    }

    /// Why a handler has no turn, whatever is granted.
    fn left_out(&self, handler: &RegisteredHandler, place: &Place) -> Option<String> {
        let name = handler.reference();
        if place.without.contains(&name) {
            return Some("this run was started without it".to_owned());
        }
        if !handler.is_enabled() {
            return Some("it is disabled by the operator".to_owned());
        }
        (place.depth >= MOST_NESTED)
            .then(|| format!("hooks that handlers set off are {MOST_NESTED} deep here, and go no deeper"))
    }

    /// Whether a handler's answer counts; if not, why.
    pub(super) async fn may_act(&self, delivery: &Delivery<'_>) -> Result<Effect, String> {
        let (plugin, place, span) = (&delivery.handler.plugin, delivery.place, Some(delivery.span));
        match needs(delivery.hook) {
            Needs::Workflow => Ok(Effect::Workflow { _permit: self.ask(plugin, place, None, span).await? }),
            Needs::Api => {
                let route = place.route.clone();
                Ok(Effect::Api { _permit: self.ask(plugin, place, route, span).await? })
            }
            Needs::Appointment if place.about.as_ref() == Some(plugin) => {
                Err("a plugin's own handlers only observe this".to_owned())
            }
            Needs::Appointment if self.appointed.contains(plugin) => Ok(Effect::Appointed),
            Needs::Appointment => Err(format!("{plugin} is not appointed")),
        }
    }

    async fn ask<P: Kind>(
        &self,
        plugin: &PluginName,
        place: &Place,
        scope: Option<String>,
        span: Option<SpanId>,
    ) -> Result<Permit<P>, String> {
        let ask = Ask { plugin: plugin.clone(), scope, stream: place.stream, span };
        self.permissions.authorize(ask).await.map_err(|denial| denial.to_string())
    }
}

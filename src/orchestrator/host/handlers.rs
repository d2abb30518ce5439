//! Which hook handlers the operator lets be called.

use super::LocalHost;
use crate::hook::{HandlerLasting, HandlerRef};
use crate::orchestrator::api::{Done, FacadeError};

impl LocalHost {
    /// Switches one handler, on or off.
    pub(super) async fn set_handler(
        &self,
        handler: HandlerRef,
        enabled: bool,
        lasting: HandlerLasting,
    ) -> Result<Done, FacadeError> {
        let handlers = self.known_handlers(vec![handler])?;
        let registry = self.engine().parts.hooks.registry.clone();
        let switched = handlers.clone();
        let done = tokio::task::spawn_blocking(move || {
            switched.iter().try_for_each(|handler| registry.switches().set(handler, enabled, lasting))
        });
        let done = done.await.map_err(|error| FacadeError::failed(format!("it was not switched: {error}")))?;
        done.map_err(|error| FacadeError::failed(error.to_string()))?;
        let what = if enabled { "called again" } else { "no longer called" };
        let long = match lasting {
            HandlerLasting::Session => "until the host ends",
            HandlerLasting::Always => "in this project, for good",
        };
        let names = handlers.iter().map(HandlerRef::to_string).collect::<Vec<_>>().join(", ");
        Ok(Done::Ok { message: format!("{names} is {what}, {long}") })
    }

    /// A handler that is not there is a slip of the pen.
    pub(super) fn known_handlers(&self, handlers: Vec<HandlerRef>) -> Result<Vec<HandlerRef>, FacadeError> {
        let all = self.hooks().list();
        let is_there = |handler: &HandlerRef| {
            let same = |there: &crate::hook::ListedHandler| {
                there.plugin == handler.plugin
                    && there.info.hook == handler.hook
                    && there.info.handler == handler.handler
            };
            all.iter().any(same)
        };
        match handlers.iter().find(|handler| !is_there(handler)) {
            None => Ok(handlers),
            Some(unknown) => Err(FacadeError::missing(format!("there is no handler `{unknown}`"))
                .remedy("`orchestrator hook list` shows those there are; a plugin has to be active to have any")),
        }
    }
}

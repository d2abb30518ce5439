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

    /// A handler that was never there is a slip of the pen. Its plugin need not run: that it does not may be why it is
    /// named.
    pub(super) fn known_handlers(&self, handlers: Vec<HandlerRef>) -> Result<Vec<HandlerRef>, FacadeError> {
        match handlers.iter().find(|handler| !(self.hooks().knows(handler) || self.declares(handler))) {
            None => Ok(handlers),
            Some(unknown) => Err(FacadeError::missing(format!("there is no handler `{unknown}`")).remedy(
                "`orchestrator hook list` shows those of active plugins; others are known if they were called before, or \
                 if plugin.yaml names them",
            )),
        }
    }

    /// Whether the plugin's manifest names it.
    fn declares(&self, handler: &HandlerRef) -> bool {
        let record = self.manager().get(&handler.plugin);
        record
            .and_then(|record| record.plugin.found.ok())
            .is_some_and(|found| found.manifest.provides.names(handler.hook, &handler.handler))
    }
}

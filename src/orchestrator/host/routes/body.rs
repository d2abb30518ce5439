//! The body of an answer, as it comes from the plugin.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::session::RouteInfo;
use orchestrator_protocol::target::ApiPart;

use super::RouteCounts;
use crate::event::PluginName;
use crate::orchestrator::api::{FacadeError, RouteBody};
use crate::permission::{AccessApi, Permissions, Permit};
use crate::runtime::LiveCall;

/// A body that was there at once.
pub(super) struct Whole(pub Option<Vec<u8>>);

impl RouteBody for Whole {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Vec<u8>, FacadeError>>> {
        let piece = self.0.take().filter(|piece| !piece.is_empty());
        std::future::ready(piece.map(Ok)).boxed()
    }
}

/// A body that the plugin sends piece by piece, as fast as they are taken. It ends when the permission is taken away.
pub(super) struct Streamed {
    pub call: LiveCall,
    pub plugin: PluginName,
    pub route: RouteInfo,
    pub permissions: Permissions,
    pub permit: Permit<AccessApi>,
    pub counts: Arc<RouteCounts>,
    pub over: bool,
}

impl Streamed {
    async fn piece(&mut self) -> Option<Result<Vec<u8>, FacadeError>> {
        if self.over {
            return None;
        }
        let event = tokio::select! {
            biased;
            denial = self.permissions.revoked(&self.permit) => return Some(self.broken(FacadeError::denied(denial.to_string()))),
            event = self.call.next() => event,
        };
        match event {
            CallEvent::Item(item) => match serde_json::from_value(item) {
                Ok(ApiPart::Piece(body)) => Some(Ok(body.into_bytes())),
                Ok(ApiPart::Start { .. }) => {
                    let words = format!("the plugin {} began its answer twice", self.plugin);
                    Some(self.broken(FacadeError::failed(words)))
                }
                Err(error) => {
                    let words =
                        format!("the plugin {} sent something that is no part of an answer: {error}", self.plugin);
                    Some(self.broken(FacadeError::failed(words)))
                }
            },
            CallEvent::End(_) => {
                self.over = true;
                None
            }
            CallEvent::Error(error) => {
                let words = format!("the plugin {} broke off its answer: {}", self.plugin, error.message);
                Some(self.broken(FacadeError::failed(words)))
            }
        }
    }

    fn broken(&mut self, error: FacadeError) -> Result<Vec<u8>, FacadeError> {
        self.over = true;
        self.counts.failed(&self.plugin, &self.route);
        Err(error)
    }
}

impl RouteBody for Streamed {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Vec<u8>, FacadeError>>> {
        self.piece().boxed()
    }
}

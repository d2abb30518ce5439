//! Being reached by other processes that have the same project open.

use std::sync::{Arc, MutexGuard, PoisonError};

use super::LocalHost;
use crate::orchestrator::api::Facade;
use crate::orchestrator::control::Server;

impl LocalHost {
    /// Listens on the control socket until the host closes. `face` says what this process is, in words: "the
    /// workbench". Without a socket, the host works all the same: it looks at the files by itself, and is only not told
    /// what is in no file.
    pub async fn listen(self: &Arc<Self>, face: &str) {
        let host: Arc<dyn Facade> = self.clone();
        match Server::start(self.places().state_dir(), face, Arc::downgrade(&host)).await {
            Ok(server) => *self.control() = Some(server),
            Err(error) => {
                tracing::warn!(%error, "the control socket can't be opened: nobody can tell this host anything")
            }
        }
    }

    pub(super) async fn stop_listening(&self) {
        let server = self.control().take();
        if let Some(server) = server {
            server.close().await;
        }
    }

    fn control(&self) -> MutexGuard<'_, Option<Server>> {
        self.control.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

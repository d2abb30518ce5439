//! Being reached by other processes that have the same project open.

use std::sync::{Arc, MutexGuard, PoisonError};

use orchestrator_protocol::permission::Permission;

use super::LocalHost;
use super::grants::WHO;
use crate::event::PluginName;
use crate::orchestrator::api::{Done, Facade, FacadeError, Query};
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

    /// What another process answered is known before anybody asks for it here.
    pub(super) async fn look_at_files_for(&self, query: &Query) {
        if matches!(query, Query::Permissions | Query::Plugin { .. }) {
            self.permissions().look_again().await;
        }
    }

    /// Forgets what only this process remembers; another one has changed the files.
    pub(super) async fn forget_answers(
        &self,
        plugin: &PluginName,
        permission: Option<Permission>,
        scope: &[String],
        with_runs: bool,
    ) -> Result<Done, FacadeError> {
        let forgotten = self.permissions().forget(plugin, permission, scope, with_runs, WHO).await;
        match forgotten {
            true => Ok(Done::Ok { message: "what was answered there before is forgotten".to_owned() }),
            false => Err(FacadeError::nothing("nothing of that was answered there")),
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

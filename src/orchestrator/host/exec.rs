//! Programs that plugins have the host start.

use std::sync::Arc;

use orchestrator_protocol::peer::Responder;
use orchestrator_protocol::target::ExecRequest;
use orchestrator_protocol::{CallError, ErrorKind};

use crate::event::PluginName;
use crate::permission::{Ask, Permissions, Spawn};
use crate::runtime::CallScope;
use crate::runtime::exec::Exec;

/// Serves the `exec` call: asks for the permission, then starts the program.
pub(super) struct Programs {
    pub(super) permissions: Permissions,
    pub(super) exec: Exec,
}

impl Programs {
    pub(super) async fn serve(
        self: Arc<Self>,
        plugin: PluginName,
        scope: CallScope,
        request: ExecRequest,
        responder: Responder,
    ) {
        let ask = Ask { plugin, scope: Some(request.program.clone()), stream: scope.stream, span: scope.span };
        match self.permissions.authorize::<Spawn>(ask).await {
            Ok(permit) => {
                tokio::select! {
                    biased;
                    // Ends the program's whole tree; the call is answered as it is dropped.
                    denial = self.permissions.revoked(&permit) => tracing::info!(%denial, "a program was ended"),
                    () = self.exec.run(&permit, request, responder) => {}
                }
            }
            Err(denial) => responder.error(CallError::new(ErrorKind::PermissionDenied, denial.to_string())),
        }
    }
}

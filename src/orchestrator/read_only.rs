//! A facade for those who only look.

use std::future::ready;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use tokio::sync::watch;

use super::api::{
    Answer, ApiCall, Command, Done, Facade, FacadeError, Feed, LinkView, Query, RouteAnswer, RouteFailure,
};
use crate::event::StreamId;

/// Why something is refused, in words.
pub const READ_ONLY: &str = "this was opened with --readonly: nothing can be changed";

/// Answers queries, and refuses every command.
pub struct ReadOnly {
    behind: Arc<dyn Facade>,
}

impl ReadOnly {
    pub fn new(behind: Arc<dyn Facade>) -> Self {
        ReadOnly { behind }
    }
}

impl Facade for ReadOnly {
    fn command(&self, command: Command) -> BoxFuture<'_, Result<Done, FacadeError>> {
        ready(Err(refused(&command))).boxed()
    }

    fn refusal(&self, command: &Command) -> Option<FacadeError> {
        Some(refused(command))
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<Answer, FacadeError>> {
        self.behind.query(query)
    }

    fn subscribe(&self, stream: StreamId, from_seq: u64) -> Box<dyn Feed> {
        self.behind.subscribe(stream, from_seq)
    }

    fn link(&self) -> Option<watch::Receiver<LinkView>> {
        self.behind.link()
    }

    /// No plugin's code runs here.
    fn fetch(&self, call: ApiCall) -> BoxFuture<'_, Result<RouteAnswer, RouteFailure>> {
        let error = refused(&Command::CallRoute(call));
        ready(Err(RouteFailure { status: 403, allow: Vec::new(), error })).boxed()
    }
}

fn refused(command: &Command) -> FacadeError {
    FacadeError::denied(format!("{READ_ONLY}; {} would be a change", doing(command)))
        .remedy("open it without --readonly")
}

/// What a command does, in words. Every command has some, and so each is refused.
fn doing(command: &Command) -> &'static str {
    match command {
        Command::StartRun(_) | Command::StartAgent { .. } => "starting a run",
        Command::CancelRun { .. } => "cancelling a run",
        Command::LoadPlugin { .. } => "loading a plugin",
        Command::UnloadPlugin { .. } => "unloading a plugin",
        Command::ReloadPlugin { .. } => "reloading a plugin",
        Command::ApprovePlugin { .. } => "approving a plugin",
        Command::TrustPlugin { .. } => "trusting a plugin",
        Command::DistrustPlugin { .. } => "taking trust back",
        Command::InstallPlugin { .. } => "installing packages",
        Command::AnswerPermission { .. } => "answering for a permission",
        Command::ResetPermission { .. } => "forgetting answers",
        Command::ForgetAnswers { .. } => "forgetting what was answered",
        Command::SetPolicy { .. } => "setting a plugin's policy",
        Command::RevokePermission { .. } => "revoking a permission",
        Command::AcceptPermissionsFile { .. } => "accepting the permissions file",
        Command::StartServer { .. } => "starting a server",
        Command::StopServer => "stopping the server",
        Command::SaveConfig(_) => "saving a config",
        Command::RestoreConfig { .. } => "restoring a config",
        Command::CallRoute(_) => "calling a route",
        Command::SetHandler { .. } => "enabling or disabling a hook handler",
    }
}

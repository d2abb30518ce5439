//! The one door.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::watch;

use super::{Answer, ApiCall, Command, Done, FacadeError, LinkView, Query, RouteAnswer, RouteFailure};
use crate::event::{Event, StreamId};

pub(super) type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a face may do: command, ask, and follow. Every method may be called from any task.
pub trait Facade: Send + Sync + 'static {
    /// Changes something. Answered when it is done, or, for a run, when it has started.
    fn command(&self, command: Command) -> Later<'_, Result<Done, FacadeError>>;

    /// Why a command is refused before it is looked at, if it is: for whoever would announce it.
    fn refusal(&self, _command: &Command) -> Option<FacadeError> {
        None
    }

    /// Asks for something. Changes nothing.
    fn query(&self, query: Query) -> Later<'_, Result<Answer, FacadeError>>;

    /// Follows a stream from the event numbered `from_seq` (1 is the first), each event exactly once and in order,
    /// however slow the follower is.
    fn subscribe(&self, stream: StreamId, from_seq: u64) -> Box<dyn Feed>;

    /// Calls a plugin's route; answered when its answer has begun. Dropping the future, or the answer's body, ends the
    /// plugin's work on it. [`Command::CallRoute`] has the whole answer at once.
    fn fetch(&self, call: ApiCall) -> Later<'_, Result<RouteAnswer, RouteFailure>>;

    /// How the connection to the host stands, if there is one that can be lost.
    fn link(&self) -> Option<watch::Receiver<LinkView>> {
        None
    }
}

/// A stream being followed. Dropping it ends it.
pub trait Feed: Send {
    /// The next events, as many as are ready; waits for at least one. `None` after the last of a run, or when the
    /// host is gone. Safe to cancel: an event that was not returned comes with the next call.
    fn next(&mut self) -> Later<'_, Option<Vec<Arc<Event>>>>;
}

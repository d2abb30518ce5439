//! The facade of a host that is reached over HTTP.

use std::future::ready;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use super::feed::RemoteFeed;
use super::link::{Link, meet};
use super::target::Target;
use super::trouble::Trouble;
use super::wire::Wire;
use crate::event::StreamId;
use crate::orchestrator::api::{
    Answer, ApiCall, ApiReply, Command, Done, Facade, FacadeError, FailureKind, Feed, LinkView, Query, RouteAnswer,
    RouteBody, RouteFailure,
};

/// Why there is nothing to attach to.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    #[error("the token can't be sent: it has characters that no token has")]
    Token,
    #[error("can't attach to {target}: {words}{}", remedy.as_ref().map(|r| format!("\n{r}")).unwrap_or_default())]
    Host { target: Target, words: String, remedy: Option<String> },
}

/// A host elsewhere. While it can't be reached, questions and commands fail in words, and streams wait.
pub struct Remote {
    wire: Arc<Wire>,
    link: Arc<Link>,
    _keeper: AbortOnDropHandle<()>,
}

impl Remote {
    /// Meets the host; it must be there, and of the same version.
    pub async fn attach(target: Target, token: &str) -> Result<Self, AttachError> {
        let wire = Arc::new(Wire::new(target.clone(), token).ok_or(AttachError::Token)?);
        let host = meet(&wire).await.map_err(|trouble| not_met(target, trouble))?;
        let link = Arc::new(Link::new(wire.target().authority().to_owned(), &host));
        let keeper = AbortOnDropHandle::new(tokio::spawn(link.clone().keep(wire.clone())));
        Ok(Remote { wire, link, _keeper: keeper })
    }

    async fn post<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, FacadeError> {
        let answer = tokio::select! {
            biased;
            answer = self.wire.post(path, body) => answer,
            () = self.link.given_up() => Err(Trouble::Lost("the host is away".to_owned())),
        };
        answer.map_err(|trouble| {
            if matches!(trouble, Trouble::Unreachable(_) | Trouble::Lost(_)) {
                self.link.lost(&trouble);
            }
            trouble.of_request(self.wire.target().authority())
        })
    }
}

fn not_met(target: Target, trouble: Trouble) -> AttachError {
    let (words, remedy) = match trouble {
        Trouble::Refused(hyper::StatusCode::NOT_FOUND, _) => {
            let words = "no orchestrator of this version answers there".to_owned();
            (words, Some("run `orchestrator serve` of the same version there".to_owned()))
        }
        Trouble::Refused(_, error) => (error.message, error.remedy),
        Trouble::Unreachable(words) => {
            (words, Some("is `orchestrator serve` running there, and is the port right?".to_owned()))
        }
        Trouble::Lost(words) | Trouble::Odd(words) => (words, None),
    };
    AttachError::Host { target, words, remedy }
}

impl Facade for Remote {
    fn command(&self, command: Command) -> BoxFuture<'_, Result<Done, FacadeError>> {
        async move { self.post("/api/v1/commands", &command).await }.boxed()
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<Answer, FacadeError>> {
        async move { self.post("/api/v1/queries", &query).await }.boxed()
    }

    fn subscribe(&self, stream: StreamId, from_seq: u64) -> Box<dyn Feed> {
        Box::new(RemoteFeed::open(self.wire.clone(), self.link.clone(), stream, from_seq))
    }

    fn link(&self) -> Option<watch::Receiver<LinkView>> {
        Some(self.link.watch())
    }

    /// The whole answer at once, as the one piece of the body.
    fn fetch(&self, call: ApiCall) -> BoxFuture<'_, Result<RouteAnswer, RouteFailure>> {
        async move {
            match self.command(Command::CallRoute(call)).await {
                Ok(Done::Answered(reply)) => {
                    let ApiReply { plugin, status, headers, body } = *reply;
                    Ok(RouteAnswer { plugin, status, headers, body: Box::new(Whole(Some(body.0))) })
                }
                Ok(Done::RunStarted { .. } | Done::Ok { .. } | Done::Shared { .. }) => {
                    let odd = Trouble::Odd("a route's answer was asked for".to_owned());
                    Err(failure(odd.of_request(self.wire.target().authority())))
                }
                Err(error) => Err(failure(error)),
            }
        }
        .boxed()
    }
}

fn failure(error: FacadeError) -> RouteFailure {
    let status = match error.kind {
        FailureKind::Usage => 400,
        FailureKind::Denied => 403,
        FailureKind::Missing => 404,
        FailureKind::Conflict | FailureKind::Nothing => 409,
        FailureKind::Failed => 502,
    };
    RouteFailure { status, allow: Vec::new(), error }
}

/// A body that is there.
struct Whole(Option<Vec<u8>>);

impl RouteBody for Whole {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Vec<u8>, FacadeError>>> {
        ready(self.0.take().filter(|body| !body.is_empty()).map(Ok)).boxed()
    }
}

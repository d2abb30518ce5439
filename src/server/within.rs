//! The facade as those have it who ask over the server.

use std::future::ready;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::reserved::shadow;
use super::status::Status;
use crate::event::{RunId, StreamId};
use crate::orchestrator::api::{
    Answer, ApiCall, Command, Done, Facade, FacadeError, Feed, Query, RouteAnswer, RouteFailure,
};

/// Says how the server stands, remembers the runs that were started over it, and lets nobody start or stop it from
/// there: it would answer from its own grave.
pub struct Within {
    behind: Arc<dyn Facade>,
    status: Arc<Status>,
}

impl Within {
    pub fn new(behind: Arc<dyn Facade>, status: Arc<Status>) -> Self {
        Within { behind, status }
    }

    async fn start_run(&self, command: Command) -> Result<Done, FacadeError> {
        let done = self.behind.command(command).await?;
        if let Done::RunStarted { run } = done {
            self.remember(run);
        }
        Ok(done)
    }

    fn remember(&self, run: RunId) {
        self.status.run_started(run);
        let (status, mut feed) = (self.status.clone(), self.behind.subscribe(StreamId::Run(run), 1));
        tokio::spawn(async move {
            while feed.next().await.is_some() {}
            status.run_ended(run);
        });
    }
}

impl Facade for Within {
    fn command(&self, command: Command) -> BoxFuture<'_, Result<Done, FacadeError>> {
        match command {
            Command::StartServer { .. } | Command::StopServer => {
                let refused = FacadeError::usage("a server is not started or stopped over itself")
                    .remedy("do it in the workbench, or end `orchestrator serve`");
                ready(Err(refused)).boxed()
            }
            Command::StartRun(_) | Command::StartAgent { .. } => self.start_run(command).boxed(),
            other => self.behind.command(other),
        }
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<Answer, FacadeError>> {
        match query {
            Query::Server => ready(Ok(Answer::Server(Box::new(self.status.view())))).boxed(),
            Query::Routes => self.behind.query(Query::Routes).map(|answer| answer.map(shadow)).boxed(),
            other => self.behind.query(other),
        }
    }

    fn subscribe(&self, stream: StreamId, from_seq: u64) -> Box<dyn Feed> {
        self.behind.subscribe(stream, from_seq)
    }

    fn fetch(&self, call: ApiCall) -> BoxFuture<'_, Result<RouteAnswer, RouteFailure>> {
        self.behind.fetch(call)
    }
}

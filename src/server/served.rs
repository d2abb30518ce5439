//! The facade of a host that can have a server.

use std::sync::{Arc, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::open::{self, Running};
use super::options::Options;
use super::reserved::shadow;
use crate::event::StreamId;
use crate::orchestrator::api::{
    Answer, ApiCall, Command, Done, Facade, FacadeError, Feed, Query, RouteAnswer, RouteFailure, ServerView,
};

/// Starts and stops the server, says how it stands, and passes everything else on.
pub struct Served {
    behind: Arc<dyn Facade>,
    options: Options,
    running: std::sync::Mutex<Option<Arc<Running>>>,
    /// One start or stop at a time.
    changing: tokio::sync::Mutex<()>,
}

impl Served {
    /// Of the facade that requests are answered from. Starts nothing.
    pub fn new(behind: Arc<dyn Facade>, options: Options) -> Self {
        Served { behind, options, running: std::sync::Mutex::default(), changing: tokio::sync::Mutex::default() }
    }

    async fn start(&self, port: Option<u16>) -> Result<Done, FacadeError> {
        let _changing = self.changing.lock().await;
        if let Some(running) = self.running() {
            let address = running.view().address.unwrap_or_default();
            return Err(FacadeError::usage(format!("the server runs already, on {address}")));
        }
        let running = open::open(self.behind.clone(), &self.options, port).await?;
        let message = running.greeting();
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(running));
        Ok(Done::Ok { message })
    }

    async fn stop(&self) -> Result<Done, FacadeError> {
        let _changing = self.changing.lock().await;
        let Some(running) = self.running() else {
            return Err(FacadeError::usage("the server does not run"));
        };
        let message = running.shut_down(&*self.behind).await;
        self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(Done::Ok { message })
    }

    fn running(&self) -> Option<Arc<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn view(&self) -> ServerView {
        let absent = || ServerView {
            address: None,
            token_file: self.options.token_file(),
            exposed: self.options.exposed,
            requests: 0,
            refused: 0,
            connections: 0,
        };
        self.running().map_or_else(absent, |running| running.view())
    }
}

impl Facade for Served {
    fn command(&self, command: Command) -> BoxFuture<'_, Result<Done, FacadeError>> {
        match command {
            Command::StartServer { port } => self.start(port).boxed(),
            Command::StopServer => self.stop().boxed(),
            other => self.behind.command(other),
        }
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<Answer, FacadeError>> {
        match query {
            Query::Server => std::future::ready(Ok(Answer::Server(Box::new(self.view())))).boxed(),
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

//! A host that answers from a script.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

use super::fixture::{RUN, snapshot};
use crate::event::{Event, StreamId};
use crate::orchestrator::api::{
    Answer, ApiCall, Command, Done, Facade, FacadeError, Feed, Query, RouteAnswer, RouteFailure,
};

type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A stream, and where its events come from.
type Script = (StreamId, mpsc::Receiver<Vec<Arc<Event>>>);

/// Answers snapshots and starts; streams come from channels that the test writes to.
#[derive(Default)]
pub struct FakeFacade {
    pub commands: Mutex<Vec<Command>>,
    pub streams: Mutex<Vec<Script>>,
}

impl Facade for FakeFacade {
    fn command(&self, command: Command) -> Later<'_, Result<Done, FacadeError>> {
        self.commands.lock().unwrap().push(command);
        Box::pin(async { Ok(Done::RunStarted { run: RUN }) })
    }

    fn query(&self, query: Query) -> Later<'_, Result<Answer, FacadeError>> {
        Box::pin(async move {
            match query {
                Query::Snapshot => Ok(Answer::Snapshot(Box::new(snapshot()))),
                Query::Permissions => Ok(Answer::Permissions(Vec::new())),
                Query::Hooks => Ok(Answer::Hooks(Vec::new())),
                _ => Err(FacadeError::usage("not in this script")),
            }
        })
    }

    fn subscribe(&self, stream: StreamId, _from_seq: u64) -> Box<dyn Feed> {
        let mut streams = self.streams.lock().unwrap();
        let place = streams.iter().position(|(known, _)| *known == stream).unwrap();
        Box::new(FakeFeed(streams.remove(place).1))
    }

    fn fetch(&self, _: ApiCall) -> Later<'_, Result<RouteAnswer, RouteFailure>> {
        let error = FacadeError::usage("not in this script");
        Box::pin(async { Err(RouteFailure { status: 404, allow: Vec::new(), error }) })
    }
}

struct FakeFeed(mpsc::Receiver<Vec<Arc<Event>>>);

impl Feed for FakeFeed {
    fn next(&mut self) -> Later<'_, Option<Vec<Arc<Event>>>> {
        Box::pin(self.0.recv())
    }
}

//! How a plugin's session begins, whatever the transport: `hello` both ways, then `initialize`.

use std::time::Duration;

use orchestrator_protocol::session::{Hello, Initialize, Initialized};
use orchestrator_protocol::{Message, PROTOCOL_VERSION, ToPlugin};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::LoadError;
use super::session::{Greeting, Session};

/// A plugin's start, which may take only so long.
pub(super) struct Start {
    deadline: Instant,
    limit: Duration,
}

impl Start {
    pub(super) fn within(limit: Duration) -> Self {
        Start { deadline: Instant::now() + limit, limit }
    }

    /// Waits for one stage of the start.
    pub(super) async fn limit<T>(&self, stage: &'static str, work: impl Future<Output = T>) -> Result<T, LoadError> {
        timeout_at(self.deadline, work).await.map_err(|_| self.late(stage))
    }

    /// Greets the plugin and initializes it.
    pub(super) async fn greet(
        &self,
        session: &Session,
        greetings: &mut mpsc::Receiver<Greeting>,
        initialize: Initialize,
    ) -> Result<Initialized, LoadError> {
        let software = concat!("orchestrator ", env!("CARGO_PKG_VERSION")).to_owned();
        let hello = Message::Hello(Hello { protocol: PROTOCOL_VERSION, software });
        match self.ask(session, greetings, &hello, "greet the host").await? {
            Greeting::Hello(hello) if PROTOCOL_VERSION.accepts(hello.protocol) => {}
            Greeting::Hello(hello) => {
                return Err(LoadError::ProtocolVersion { theirs: hello.protocol, ours: PROTOCOL_VERSION });
            }
            Greeting::InitializeFailed(error) => return Err(LoadError::InitializeFailed(error)),
            Greeting::Initialized(_) | Greeting::Bye(_) => {
                return Err(LoadError::Ended("it did not greet the host first".into()));
            }
        }

        match self.ask(session, greetings, &Message::Initialize(initialize), "initialize").await? {
            Greeting::Initialized(contributions) => Ok(*contributions),
            Greeting::InitializeFailed(error) => Err(LoadError::InitializeFailed(error)),
            Greeting::Hello(_) | Greeting::Bye(_) => {
                Err(LoadError::Ended("it answered `initialize` with another greeting".into()))
            }
        }
    }

    /// Says something and hears the answer. A plugin that has ended may have said why before it could be spoken to.
    async fn ask(
        &self,
        session: &Session,
        greetings: &mut mpsc::Receiver<Greeting>,
        message: &ToPlugin,
        stage: &'static str,
    ) -> Result<Greeting, LoadError> {
        match self.say(session, message) {
            Ok(()) => self.hear(session, greetings, stage).await,
            Err(error) => greetings.try_recv().map_err(|_| error),
        }
    }

    fn say(&self, session: &Session, message: &ToPlugin) -> Result<(), LoadError> {
        session.send(message).map_err(|error| {
            // Why the session is over says more than that it is.
            let reason = session.ended().borrow().clone();
            LoadError::Ended(reason.unwrap_or_else(|| error.to_string()))
        })
    }

    async fn hear(
        &self,
        session: &Session,
        greetings: &mut mpsc::Receiver<Greeting>,
        stage: &'static str,
    ) -> Result<Greeting, LoadError> {
        let mut ended = session.ended();
        let over = async {
            match ended.wait_for(Option::is_some).await {
                Ok(reason) => reason.clone().unwrap_or_default(),
                // The session is held by the caller; it can't be gone.
                Err(_) => "its session is gone".to_owned(),
            }
        };
        tokio::select! {
            biased;
            heard = greetings.recv() => heard.ok_or_else(|| LoadError::Ended("its session is gone".into())),
            reason = over => Err(LoadError::Ended(reason)),
            () = tokio::time::sleep_until(self.deadline) => Err(self.late(stage)),
        }
    }

    fn late(&self, stage: &'static str) -> LoadError {
        LoadError::TimedOut { stage, limit: self.limit }
    }
}

//! The transport for shared libraries in this process.
//!
//! [`load`] copies a library under its content's name, loads the copy on a thread of its own, and greets the plugin.
//! [`border`] is the only place with `unsafe`; [`thread`] delivers messages; [`hooks`] runs handlers.

mod border;
mod copy;
mod error;
mod hooks;
mod thread;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use orchestrator_protocol::session::{Declared, Hello, Initialize, Initialized};
use orchestrator_protocol::{Message, PROTOCOL_VERSION};
use serde_json::{Map, Value};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

pub use error::LoadError;

use super::live::{LivePlugin, Transport};
use super::services::HostServices;
use super::session::{Greeting, Session};
use crate::event::PluginName;
use border::Hooks;
use hooks::NativeHooks;
use thread::{Queue, ToThread};

/// What to load, and what to tell it.
#[derive(Debug, Clone)]
pub struct LoadSpec {
    pub name: PluginName,
    /// The library as it was built.
    pub library: PathBuf,
    /// The library's SHA-256, where exactly this one was approved.
    pub approved: Option<[u8; 32]>,
    /// Where loaded copies are kept; shared by all plugins.
    pub libs_dir: PathBuf,
    pub config: Map<String, Value>,
    pub plugin_dir: PathBuf,
    pub data_dir: PathBuf,
    pub project_dir: PathBuf,
    pub declared: Declared,
}

/// Loads a library and initializes its plugin, within `limit`. A library that fails stays mapped: libraries are never
/// unloaded.
pub async fn load(
    spec: LoadSpec,
    services: Arc<dyn HostServices>,
    limit: Duration,
) -> Result<Arc<LivePlugin>, LoadError> {
    let start = Start { deadline: Instant::now() + limit, limit };
    let (library, libs_dir, approved) = (spec.library.clone(), spec.libs_dir.clone(), spec.approved);
    let copy = tokio::task::spawn_blocking(move || copy::copy(&library, &libs_dir, approved.as_ref())).await;
    let copy = copy.map_err(|error| LoadError::Thread(std::io::Error::other(error)))??;

    let (queue, jobs) = thread::queue();
    let outbox = queue.clone();
    let (session, mut greetings) =
        Session::new(spec.name.clone(), services, move |session| ToThread { queue: outbox, session });
    let created = thread::start(copy, &session, jobs).map_err(LoadError::Thread)?;
    match start.greet(&session, created, &mut greetings, spec).await {
        Ok((hooks, contributions)) => {
            let hooks = Arc::new(NativeHooks::new(session.name().clone(), hooks));
            Ok(Arc::new(LivePlugin::new(session, contributions, hooks, Box::new(queue), greetings)))
        }
        Err(error) => {
            abandon(&session, &queue, &error);
            Err(error)
        }
    }
}

/// Ends what was started in vain, without waiting for it: its thread may be the one that blocks.
fn abandon(session: &Session, queue: &Queue, error: &LoadError) {
    session.end(&error.to_string());
    drop(queue.end());
}

/// How long a start may take.
struct Start {
    deadline: Instant,
    limit: Duration,
}

impl Start {
    async fn greet(
        &self,
        session: &Session,
        created: oneshot::Receiver<Result<Arc<Hooks>, LoadError>>,
        greetings: &mut mpsc::Receiver<Greeting>,
        spec: LoadSpec,
    ) -> Result<(Arc<Hooks>, Initialized), LoadError> {
        let created =
            timeout_at(self.deadline, created).await.map_err(|_| self.late("load and create its instance"))?;
        // The thread always answers, unless it died of something that can't be caught.
        let hooks = created.unwrap_or(Err(LoadError::CreateFailed))?;

        let software = concat!("orchestrator ", env!("CARGO_PKG_VERSION")).to_owned();
        self.say(session, &Message::Hello(Hello { protocol: PROTOCOL_VERSION, software }))?;
        match self.hear(session, greetings, "greet the host").await? {
            Greeting::Hello(hello) if PROTOCOL_VERSION.accepts(hello.protocol) => {}
            Greeting::Hello(hello) => {
                return Err(LoadError::ProtocolVersion { theirs: hello.protocol, ours: PROTOCOL_VERSION });
            }
            Greeting::InitializeFailed(error) => return Err(LoadError::InitializeFailed(error)),
            Greeting::Initialized(_) | Greeting::Bye(_) => {
                return Err(LoadError::Ended("it did not greet the host first".into()));
            }
        }

        self.say(
            session,
            &Message::Initialize(Initialize {
                name: spec.name.to_string(),
                config: spec.config,
                plugin_dir: spec.plugin_dir,
                data_dir: spec.data_dir,
                project_dir: spec.project_dir,
                declared: spec.declared,
            }),
        )?;
        match self.hear(session, greetings, "initialize").await? {
            Greeting::Initialized(contributions) => Ok((hooks, *contributions)),
            Greeting::InitializeFailed(error) => Err(LoadError::InitializeFailed(error)),
            Greeting::Hello(_) | Greeting::Bye(_) => {
                Err(LoadError::Ended("it answered `initialize` with another greeting".into()))
            }
        }
    }

    fn say(&self, session: &Session, message: &orchestrator_protocol::ToPlugin) -> Result<(), LoadError> {
        session.send(message).map_err(|error| LoadError::Ended(error.to_string()))
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

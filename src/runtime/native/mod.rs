//! The transport for shared libraries in this process.
//!
//! [`load`] copies a library under its content's name, loads the copy on a thread of its own, and greets the plugin.
//! [`border`] is this room's only place with `unsafe`; [`thread`] delivers messages; [`hooks`] runs handlers.

pub(super) mod border;
pub(super) mod copy;
mod hooks;
pub(super) mod thread;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use orchestrator_protocol::session::{Initialize, Initialized};
use tokio::sync::{mpsc, oneshot};

use super::LoadError;
use super::calls::Calls;
use super::greeting::Start;
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
    pub initialize: Initialize,
}

/// Loads a library and initializes its plugin, within `limit`. A library that fails stays mapped: libraries are never
/// unloaded.
pub async fn load(
    spec: LoadSpec,
    services: Arc<dyn HostServices>,
    limit: Duration,
) -> Result<Arc<LivePlugin>, LoadError> {
    let start = Start::within(limit);
    let (library, libs_dir, approved) = (spec.library.clone(), spec.libs_dir.clone(), spec.approved);
    let copy = tokio::task::spawn_blocking(move || copy::copy(&library, &libs_dir, approved.as_ref())).await;
    let copy = copy.map_err(|error| LoadError::Thread(std::io::Error::other(error)))??;

    let (queue, jobs) = thread::queue();
    let outbox = queue.clone();
    let (session, mut greetings) =
        Session::new(spec.name.clone(), services, move |session| ToThread { queue: outbox, session });
    let created = thread::start(copy, &session, jobs).map_err(LoadError::Thread)?;
    match greet(&start, &session, created, &mut greetings, spec).await {
        Ok((hooks, contributions)) => {
            let hooks = Arc::new(NativeHooks::new(session.name().clone(), hooks));
            let calls = Calls { session, transport: Arc::new(queue) };
            Ok(Arc::new(LivePlugin::new(calls, contributions, hooks, greetings)))
        }
        Err(error) => {
            abandon(&session, &queue, &error);
            Err(error)
        }
    }
}

/// Waits for the thread to make the instance, then greets the plugin.
async fn greet(
    start: &Start,
    session: &Session,
    created: oneshot::Receiver<Result<Arc<Hooks>, LoadError>>,
    greetings: &mut mpsc::Receiver<Greeting>,
    spec: LoadSpec,
) -> Result<(Arc<Hooks>, Initialized), LoadError> {
    let created = start.limit("load and create its instance", created).await?;
    // The thread always answers, unless it died of something that can't be caught.
    let hooks = created.unwrap_or(Err(LoadError::CreateFailed))?;
    let contributions = start.greet(session, greetings, spec.initialize).await?;
    Ok((hooks, contributions))
}

/// Ends what was started in vain, without waiting for it: its thread may be the one that blocks.
fn abandon(session: &Session, queue: &Queue, error: &LoadError) {
    session.end(&error.to_string());
    drop(queue.end());
}

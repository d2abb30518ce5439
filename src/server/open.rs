//! Opening the server, and what it is while it is open.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::Connections;
use super::guard::{Gate, Names, token::Token};
use super::limits::Bounds;
use super::listen;
use super::options::Options;
use super::router::router;
use super::shared::Shared;
use super::status::Status;
use super::within::Within;
use crate::orchestrator::api::{Facade, FacadeError, ServerView};

/// How many may be told at the same time that there is no room.
const DOOR: usize = 32;

/// A server that listens. Dropping it cuts everything that is open.
pub struct Running {
    pub(super) options: Options,
    pub(super) status: Arc<Status>,
    pub(super) tasks: TaskTracker,
    pub(super) closing: CancellationToken,
    pub(super) ending: CancellationToken,
    pub(super) cut: CancellationToken,
}

/// Listens, and answers from then on out of `facade`. `port` counts instead of the setting.
pub async fn open(facade: Arc<dyn Facade>, options: &Options, port: Option<u16>) -> Result<Running, FacadeError> {
    let settings = &options.settings;
    if !options.exposed
        && let Some(elsewhere) = settings.listen.iter().find(|ip| !ip.is_loopback())
    {
        let words = format!("{elsewhere} can be reached from other machines, and nobody said that it may");
        return Err(FacadeError::denied(words).remedy(
            "`orchestrator serve --expose` says so; read docs/http-api.md first, above all on tokens without TLS",
        ));
    }
    let token = Token::of_project(&options.state_dir).map_err(|error| FacadeError::failed(error.to_string()))?;
    let failed = |error: listen::ListenError| FacadeError::failed(error.to_string());
    let listeners = listen::bind(&settings.listen, port.unwrap_or(settings.port)).await.map_err(failed)?;
    let addresses: Vec<SocketAddr> = listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect();

    let named = if options.exposed { settings.hosts.as_slice() } else { &[] };
    let names = Names::new(&addresses, named);
    let status = Arc::new(Status::new(addresses, options.token_file(), options.exposed));
    let gate = Gate { names, token, status: status.clone() };
    let (ending, closing, cut) = (CancellationToken::new(), CancellationToken::new(), CancellationToken::new());
    let facade: Arc<dyn Facade> = Arc::new(Within::new(facade, status.clone()));
    let shared = Shared { facade, ending: ending.clone() };
    let tasks = TaskTracker::new();
    let connections = Connections {
        router: router(shared, gate, Bounds { limits: settings.limits.clone(), status: status.clone() }),
        limits: settings.limits.clone(),
        status: status.clone(),
        room: Arc::new(Semaphore::new(settings.limits.connections)),
        door: Arc::new(Semaphore::new(DOOR)),
        tasks: tasks.clone(),
        closing: closing.clone(),
        cut: cut.clone(),
    };
    for listener in listeners {
        tasks.spawn(connections.clone().accept(listener));
    }
    tracing::info!(addresses = ?status.addresses(), exposed = options.exposed, "the server listens");
    Ok(Running { options: options.clone(), status, tasks, closing, ending, cut })
}

impl Running {
    pub fn view(&self) -> ServerView {
        self.status.view()
    }

    /// Where it listens, for the person who started it.
    pub fn greeting(&self) -> String {
        let addresses: Vec<String> = self.status.addresses().iter().map(|at| format!("http://{at}")).collect();
        format!("listening on {}", addresses.join(" and "))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.closing.cancel();
        self.ending.cancel();
        self.cut.cancel();
    }
}

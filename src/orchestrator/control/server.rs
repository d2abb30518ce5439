//! The side of a host that stays: listens, and hands what is wanted to its facade.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Weak;
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::folder::{self, Seat};
use super::line::{self, LineError, Lines};
use super::message::{CameTo, Greeting, Hello, Request, Response, VERSION, Wanted};
use super::peer;
use crate::orchestrator::api::{Facade, FacadeError};

/// Callers that are spoken to at the same time; others wait.
const CALLERS: usize = 16;
/// What a caller gets to say who it is.
const HELLO_LIMIT: Duration = Duration::from_secs(2);
/// What it gets to ask for the next thing, and to take what it asked for.
const PAUSE_LIMIT: Duration = Duration::from_secs(30);
/// How long to wait when nobody can be let in, for want of descriptors or memory.
const BREATH: Duration = Duration::from_millis(200);

/// A host that can be reached, until it is closed.
pub struct Server {
    closing: CancellationToken,
    task: AbortOnDropHandle<()>,
}

impl Server {
    /// Listens in the project's state folder. `face` says what the host is, in words. To be called within a runtime.
    pub async fn start(state_dir: &Path, face: &str, facade: Weak<dyn Facade>) -> io::Result<Server> {
        let folder = folder::of(state_dir);
        let seat = tokio::task::spawn_blocking(move || Seat::take(&folder)).await.map_err(io::Error::other)??;
        let (path, _folder) = folder::short(seat.socket())?;
        let listener = UnixListener::bind(path)?;
        // The folder keeps others out already.
        std::fs::set_permissions(seat.socket(), std::fs::Permissions::from_mode(0o600))?;
        let greeting = Greeting { control: VERSION, face: face.to_owned(), process: std::process::id() };
        let closing = CancellationToken::new();
        let listening = Listening { seat, listener, greeting, facade };
        let task = tokio::spawn(listening.stay(closing.clone()));
        Ok(Server { closing, task: AbortOnDropHandle::new(task) })
    }

    /// Ends all conversations, and removes the socket.
    pub async fn close(self) {
        self.closing.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the control socket did not close well");
        }
    }
}

struct Listening {
    seat: Seat,
    listener: UnixListener,
    greeting: Greeting,
    facade: Weak<dyn Facade>,
}

impl Listening {
    async fn stay(self, closing: CancellationToken) {
        let mut callers = JoinSet::new();
        let mut refused = 0_u64;
        loop {
            let accepted = tokio::select! {
                biased;
                () = closing.cancelled() => break,
                Some(_) = callers.join_next() => continue,
                accepted = self.listener.accept(), if callers.len() < CALLERS => accepted,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a caller on the control socket can't be let in");
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            };
            match peer::check_caller(&stream) {
                Ok(()) => {
                    callers.spawn(converse(stream, self.greeting.clone(), self.facade.clone()));
                }
                Err(refusal) => {
                    refused += 1;
                    // Whoever tries without end does not fill the log.
                    if refused.is_power_of_two() {
                        tracing::warn!(%refusal, times = refused, "a caller on the control socket was refused");
                    }
                    refuse(&stream, &refusal.to_string());
                }
            }
        }
        callers.shutdown().await;
        drop(self.seat);
    }
}

/// Says why, to whoever may listen. Waits for nothing.
fn refuse(stream: &UnixStream, why: &str) {
    let error = FacadeError::denied(format!("the caller was refused: {why}"));
    if let Ok(mut line) = serde_json::to_vec(&Response { id: 0, result: CameTo::Error(error) }) {
        line.push(b'\n');
        // What does not fit at once is not worth waiting for.
        let _ = stream.try_write(&line);
    }
}

/// Speaks to one caller until it hangs up. What it does wrong ends this conversation and nothing else.
async fn converse(stream: UnixStream, greeting: Greeting, facade: Weak<dyn Facade>) {
    let mut lines = Lines::new(stream, line::REQUEST);
    let Err(error) = answer_all(&mut lines, &greeting, &facade).await else { return };
    tracing::debug!(%error, "a conversation on the control socket ended");
    let error = FacadeError::usage(format!("the line can't be taken: {error}"));
    // It may be gone.
    let _ = lines.write(&Response { id: 0, result: CameTo::Error(error) }, line::RESPONSE, HELLO_LIMIT).await;
}

async fn answer_all(lines: &mut Lines, greeting: &Greeting, facade: &Weak<dyn Facade>) -> Result<(), LineError> {
    lines.write(greeting, line::RESPONSE, HELLO_LIMIT).await?;
    let Some(hello) = lines.read::<Hello>(HELLO_LIMIT).await? else { return Ok(()) };
    if hello.control != VERSION {
        let error = other_version(VERSION, hello.control);
        return respond(lines, Response { id: 0, result: CameTo::Error(error) }).await;
    }
    while let Some(request) = lines.read::<Request>(PAUSE_LIMIT).await? {
        // Held only while it works, so that a caller does not keep a host.
        let Some(facade) = facade.upgrade() else { return Ok(()) };
        let result = match request.wanted {
            Wanted::Command(command) => facade.command(command).await.map(CameTo::Done),
            Wanted::Query(query) => facade.query(query).await.map(CameTo::Answer),
        };
        drop(facade);
        respond(lines, Response { id: request.id, result: result.unwrap_or_else(CameTo::Error) }).await?;
    }
    Ok(())
}

/// What is too long to be sent is an error of that request alone.
async fn respond(lines: &mut Lines, response: Response) -> Result<(), LineError> {
    match lines.write(&response, line::RESPONSE, PAUSE_LIMIT).await {
        Err(LineError::TooLong(longest)) => {
            let error =
                FacadeError::failed(format!("the answer is longer than {longest} bytes")).remedy("ask for less");
            lines.write(&Response { result: CameTo::Error(error), ..response }, line::RESPONSE, PAUSE_LIMIT).await
        }
        written => written,
    }
}

/// Two programs that do not speak the same.
pub(super) fn other_version(hosts: u32, callers: u32) -> FacadeError {
    FacadeError::failed(format!("the host speaks version {hosts} on its control socket, and the caller {callers}"))
        .remedy("use the same version of the program for both")
}

//! The host's side of one program.

use std::path::{Path, PathBuf};
use std::time::Duration;

use orchestrator_protocol::peer::Responder;
use orchestrator_protocol::target::{ExecOutcome, ExecOutput, ExecRequest, ExecStream};
use orchestrator_protocol::{CallError, ErrorKind};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep_until, timeout};

use super::text::Text;
use super::{Exec, environment, look_up};
use crate::runtime::supervise::{self, Order, Report};

/// How long a begun line is kept back in the hope of its end.
const HOLD_LINE: Duration = Duration::from_millis(30);
/// How long a supervisor may take to end a tree before it is said that it could not.
const TREE_ENDS: Duration = Duration::from_secs(5);

impl Exec {
    pub(super) async fn start(&self, request: ExecRequest, responder: &Responder) -> Result<ExecOutcome, CallError> {
        environment::check(&request.env)?;
        let dir = self.working_dir(request.dir.as_deref())?;
        let program = look_up::find(&request.program, &self.project_dir, std::env::var_os("PATH").as_deref())?;
        let (mut child, mut socket) = self.spawn(&dir).map_err(|error| {
            CallError::failed(format!("the supervisor {} can't be started: {error}", self.supervisor.display()))
        })?;
        let ExecRequest { program: name, args, env, dir: _, stdin } = request;
        let order = Order { program, name, args, env, stdin, confined: false };
        let outcome = follow(&mut child, &mut socket, &order, responder).await;
        // However it went: when our end is closed the tree ends, if it has not.
        drop(socket);
        let ended = timeout(TREE_ENDS, supervise::until_ended(&mut child)).await;
        if ended.is_err() {
            tracing::warn!(program = order.name, "the program's processes do not end; their supervisor goes on trying");
        }
        outcome
    }

    fn working_dir(&self, dir: Option<&str>) -> Result<PathBuf, CallError> {
        let dir = dir.map_or_else(|| self.project_dir.clone(), |dir| self.project_dir.join(dir));
        if dir.is_dir() {
            return Ok(dir);
        }
        let text = format!("the working directory {} is not there, or is no folder", dir.display());
        Err(CallError::new(ErrorKind::NotFound, text))
    }

    fn spawn(&self, dir: &Path) -> std::io::Result<(Child, UnixStream)> {
        let mut command = Command::new(&self.supervisor);
        command.current_dir(dir);
        let (child, ours) = supervise::spawn(command)?;
        ours.set_nonblocking(true)?;
        Ok((child, UnixStream::from_std(ours)?))
    }
}

/// Gives the order, passes the output on, and reads how it ended.
async fn follow(
    child: &mut Child,
    socket: &mut UnixStream,
    order: &Order,
    responder: &Responder,
) -> Result<ExecOutcome, CallError> {
    let broken = |what: &str| CallError::failed(format!("the supervisor of `{}` {what}", order.name));
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(broken("has no output"));
    };
    let mut line = serde_json::to_vec(order).map_err(|error| broken(&format!("can't be told what to do: {error}")))?;
    line.push(b'\n');
    let (from_supervisor, mut to_supervisor) = socket.split();
    let mut report = String::new();
    let mut reports = BufReader::new(from_supervisor);
    // The supervisor reads its order before it does anything else.
    let work = async {
        to_supervisor.write_all(&line).await.map_err(|_| broken("ended before it began"))?;
        let (out, err) = tokio::join!(
            forward(ExecStream::Stdout, stdout, responder),
            forward(ExecStream::Stderr, stderr, responder)
        );
        out.and(err)?;
        // It has reported before it ended, and the streams with it.
        loop {
            report.clear();
            reports.read_line(&mut report).await.map_err(|_| broken("did not report"))?;
            match serde_json::from_str(&report) {
                // No program of a plugin's confines itself.
                Ok(Report::Started(_) | Report::Refused(_)) => {}
                Ok(Report::Exited(code)) => return Ok(ExecOutcome { code: Some(code), signal: None }),
                Ok(Report::Signalled(signal)) => return Ok(ExecOutcome { code: None, signal: Some(signal) }),
                Ok(Report::NotStarted(why)) => return Err(CallError::failed(why)),
                Err(_) => {
                    return Err(broken("ended without saying how the program did; something may have killed it"));
                }
            }
        }
    };
    tokio::select! {
        biased;
        () = responder.cancelled().cancelled() => {
            Err(CallError::new(ErrorKind::Cancelled, responder.cancel_reason()))
        }
        done = work => done,
    }
}

/// Passes one stream on as it comes. While nobody takes the items nothing is read, and the program waits.
async fn forward(stream: ExecStream, mut pipe: impl AsyncRead + Unpin, responder: &Responder) -> Result<(), CallError> {
    let mut text = Text::default();
    let mut buffer = vec![0; 16 * 1024];
    let mut hold_until = Instant::now();
    loop {
        let piece = tokio::select! {
            biased;
            read = pipe.read(&mut buffer) => match read {
                Ok(0) | Err(_) => break,
                Ok(length) => {
                    hold_until = Instant::now() + HOLD_LINE;
                    text.take_in(&buffer[..length])
                }
            },
            () = sleep_until(hold_until), if text.has_pending() => {
                // A character that has only begun can wait for its other half without a clock.
                hold_until = Instant::now() + Duration::from_secs(3600);
                text.pending()
            }
        };
        if let Some(text) = piece {
            responder.item(&ExecOutput { stream, text }).await?;
        }
    }
    match text.rest() {
        Some(text) => responder.item(&ExecOutput { stream, text }).await,
        None => Ok(()),
    }
}

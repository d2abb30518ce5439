//! A child's processes as the host holds them: the supervisor, and the sockets to it and to the plugin.

use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdStream;
use std::path::Path;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::{ChildSpec, LAUNCH};
use crate::runtime::supervise::{self, KILL, Order, Report};

/// A started child.
pub(super) struct Process {
    pub(super) supervisor: Supervisor,
    /// The supervisor's own process id, the plugin's parent.
    pub(super) supervisor_id: u32,
    /// To the plugin's descriptor 3.
    pub(super) socket: UnixStream,
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
}

/// The host's hold on a child's tree. When it is dropped, the tree is ended.
pub(super) struct Supervisor {
    process: Child,
    reports: Lines<BufReader<OwnedReadHalf>>,
    control: OwnedWriteHalf,
}

/// Starts a supervisor in `dir`, and has it start the launcher.
pub(super) fn spawn(spec: &ChildSpec, dir: &Path, environment: Vec<(OsString, OsString)>) -> io::Result<Process> {
    let (ours, theirs) = StdStream::pair()?;
    let mut command = Command::new(&spec.executable);
    command.env_clear().envs(environment).current_dir(dir);
    let (mut process, control) = supervise::spawn(command)?;
    let order = Order {
        program: spec.executable.clone(),
        name: "orchestrator".to_owned(),
        args: vec![LAUNCH.to_owned(), spec.name.to_string()],
        env: Default::default(),
        stdin: None,
        confined: true,
    };
    supervise::give_with(&control, &order, &OwnedFd::from(theirs))?;
    for socket in [&control, &ours] {
        socket.set_nonblocking(true)?;
    }
    let (reports, control) = UnixStream::from_std(control)?.into_split();
    let absent = || io::Error::other("the supervisor has no process id or output");
    Ok(Process {
        supervisor_id: process.id().ok_or_else(absent)?,
        socket: UnixStream::from_std(ours)?,
        stdout: process.stdout.take().ok_or_else(absent)?,
        stderr: process.stderr.take().ok_or_else(absent)?,
        supervisor: Supervisor { process, reports: BufReader::new(reports).lines(), control },
    })
}

impl Supervisor {
    /// What the supervisor says next; nothing, when it is gone. Safe to cancel.
    pub(super) async fn report(&mut self) -> Option<Report> {
        let line = self.reports.next_line().await.ok()??;
        serde_json::from_str(&line).ok()
    }

    /// Has the tree killed without asking it to end.
    pub(super) async fn kill(&mut self) {
        // A supervisor that is gone has nothing left to kill.
        let _ = self.control.write_all(KILL).await;
    }

    /// Has the tree ended, and waits until it has.
    pub(super) async fn end(self) {
        let Supervisor { mut process, reports, control } = self;
        // The supervisor sees the end of the stream.
        drop((control, reports));
        supervise::until_ended(&mut process).await;
    }
}

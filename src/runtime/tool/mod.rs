//! Runs the host's own tools (cargo, Python's, pip, uv) to their end.
//!
//! A tool has no input and a process group of its own; its output is read line by line as it comes, and the whole
//! group is killed when the tool is no longer wanted. Programs that plugins start are not run here but by
//! [`super::exec`], which guards them more closely.

mod group;
mod lines;
mod tail;

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use group::Group;
use lines::Lines;
pub use tail::Tail;

/// How long a process that outlives the tool may keep its output open.
const DRAIN: Duration = Duration::from_secs(1);

/// Where a line was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// Why a tool did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// It is not there, or can't be started.
    #[error("it can't be started: {0}")]
    Start(std::io::Error),
    #[error("its end can't be waited for: {0}")]
    Wait(std::io::Error),
    #[error("it was cancelled")]
    Cancelled,
}

/// Starts `command` and follows it to its end. Each line that it says, as it stands there and at most 256 KiB of it,
/// is handed to `said`. When `cancel` is cancelled, and when the future is dropped, the tool and everything that it
/// started are killed.
pub async fn follow(
    mut command: Command,
    cancel: &CancellationToken,
    mut said: impl FnMut(Stream, String),
) -> Result<ExitStatus, ToolError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(ToolError::Start)?;
    let _group = Group::of(&child);
    let mut out = Lines::of(child.stdout.take());
    let mut err = Lines::of(child.stderr.take());
    let mut status = None;
    let drained = tokio::time::sleep(Duration::MAX);
    tokio::pin!(drained);
    loop {
        if let Some(status) = status
            && out.is_over()
            && err.is_over()
        {
            return Ok(status);
        }
        tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(ToolError::Cancelled),
            Some(line) = out.next(), if !out.is_over() => said(Stream::Stdout, line),
            Some(line) = err.next(), if !err.is_over() => said(Stream::Stderr, line),
            ended = child.wait(), if status.is_none() => {
                status = Some(ended.map_err(ToolError::Wait)?);
                drained.as_mut().reset(tokio::time::Instant::now() + DRAIN);
            }
            () = &mut drained, if status.is_some() => {
                if let Some(status) = status {
                    return Ok(status);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn what_a_tool_says_is_told_with_where_it_said_it() {
        let mut said = Vec::new();
        let command = shell("echo one; echo two >&2; cat; exit 3");
        let status = follow(command, &CancellationToken::new(), |stream, line| said.push((stream, line))).await;
        assert_eq!(status.unwrap().code(), Some(3));
        said.sort_by(|a, b| a.1.cmp(&b.1));
        assert_eq!(said, [(Stream::Stdout, "one".to_owned()), (Stream::Stderr, "two".to_owned())]);
    }

    #[tokio::test]
    async fn a_process_left_behind_holds_nobody_up() {
        let status = follow(shell("sleep 1000 & exit 0"), &CancellationToken::new(), |_, _| ()).await;
        assert!(status.unwrap().success());
    }

    #[tokio::test]
    async fn a_tool_that_is_not_there_can_not_be_started() {
        let ended = follow(Command::new("/no/such/tool"), &CancellationToken::new(), |_, _| ()).await;
        assert!(matches!(ended, Err(ToolError::Start(_))), "{ended:?}");
    }
}

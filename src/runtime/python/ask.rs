//! Asking a program whether it is Python, and which.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::{Interpreter, PythonVersion};
use crate::event::text::clean_line;
use crate::runtime::tool::{self, Stream, ToolError};

/// A version manager's script takes a moment on a busy machine; what takes longer than this hangs.
const LIMIT: Duration = Duration::from_secs(20);
/// As much of what it said, in characters, is told with a failure.
const MAX_WORDS: usize = 200;

/// Runs on every Python, also on those that are too old. The base executable is the one behind a virtual environment.
const QUESTION: &str = "\
import json, sys
executable = getattr(sys, '_base_executable', None) or sys.executable
print(json.dumps({'version': list(sys.version_info[:3]), 'executable': executable}))
";

#[derive(Deserialize)]
struct Answer {
    version: PythonVersion,
    executable: PathBuf,
}

/// Asks `candidate`, in the folder `dir`: a version manager's script may look for a file of its own there, and a
/// project's is not asked. The error says in words what is wrong with it.
pub(super) async fn ask(candidate: &Path, dir: &Path) -> Result<Interpreter, String> {
    let mut command = Command::new(candidate);
    command.args(["-I", "-S", "-c", QUESTION]).current_dir(dir);
    let (mut answer, mut complaint) = (String::new(), String::new());
    let cancel = CancellationToken::new();
    let asked = tool::follow(command, &cancel, |stream, line| match stream {
        Stream::Stdout => answer = line,
        Stream::Stderr if line.trim().is_empty() => {}
        Stream::Stderr => complaint = line,
    });
    let status = match tokio::time::timeout(LIMIT, asked).await {
        Ok(Ok(status)) => status,
        Ok(Err(ToolError::Start(error) | ToolError::Wait(error))) => return Err(format!("can't be started: {error}")),
        Ok(Err(ToolError::Cancelled)) => return Err("was not asked to the end".to_owned()),
        Err(_) => return Err(format!("did not say its version within {} seconds", LIMIT.as_secs())),
    };
    let short = |text: &str| clean_line(text).chars().take(MAX_WORDS).collect::<String>();
    if !status.success() {
        return Err(format!("ended with {status}: {}", short(&complaint)));
    }
    match serde_json::from_str::<Answer>(&answer) {
        Ok(answer) if answer.executable.is_absolute() => {
            Ok(Interpreter { path: answer.executable, version: answer.version })
        }
        Ok(_) => Err("does not know where it is itself".to_owned()),
        Err(_) => Err(format!("is not Python, it says: {}", short(&answer))),
    }
}

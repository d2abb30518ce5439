//! A program as an agent.

use std::sync::Arc;
use std::time::Duration;

use orchestrator_sdk::prelude::*;

use crate::config::Command;
use crate::ending::judge;
use crate::template::Values;

/// The context's key under which a chain hands on the step before's output.
pub const INPUT: &str = "input";

/// Runs its program once per task.
pub struct CommandAgent {
    command: Arc<Command>,
}

impl CommandAgent {
    pub fn new(command: Command) -> Self {
        CommandAgent { command: Arc::new(command) }
    }
}

impl Agent for CommandAgent {
    fn name(&self) -> &str {
        &self.command.name
    }

    fn role(&self) -> &str {
        &self.command.role
    }

    fn provider(&self) -> &str {
        &self.command.program
    }

    fn timeout(&self) -> Option<Duration> {
        self.command.timeout_seconds.map(Duration::from_secs)
    }

    fn execute_task(&self, request: AgentRequest, context: CallContext) -> AgentStream {
        let command = self.command.clone();
        Box::pin(try_stream! {
            let project = context.plugin().project_dir().display().to_string();
            let mut program = context.exec(filled(&command, &request, &project)).await?;
            while let Some(piece) = program.next().await {
                match piece? {
                    ExecPiece::Output { text, .. } => yield text,
                    ExecPiece::Ended(outcome) => judge(&command.program, &outcome)?,
                }
            }
        })
    }
}

fn filled(command: &Command, request: &AgentRequest, project: &str) -> ExecRequest {
    let input = request.context.get(INPUT).and_then(Value::as_str).unwrap_or_default();
    let values = Values { task: &request.task, input, project };
    ExecRequest {
        program: command.program.clone(),
        args: command.args.iter().map(|arg| arg.fill(values)).collect(),
        env: command.env.iter().map(|(key, value)| (key.clone(), value.fill(values))).collect(),
        dir: command.dir.clone(),
        stdin: command.stdin.as_ref().map(|stdin| stdin.fill(values)),
    }
}

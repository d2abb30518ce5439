//! Which file shows what. The matches name every variant: one that is added does not compile until it has a file.

use orchestrator_protocol::Message;
use orchestrator_protocol::hook::HookReply;
use orchestrator_protocol::run::{EventsPage, ReadRuns, RunOutcome};
use orchestrator_protocol::target::{
    AgentOutcome, ApiPart, ApiResponse, ExecOutcome, ExecOutput, HostTarget, PluginTarget,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A file under `golden/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    pub name: &'static str,
    pub text: &'static str,
}

macro_rules! file {
    ($name:literal) => {
        File { name: $name, text: include_str!(concat!("../../golden/", $name, ".json")) }
    };
}

/// What has a file.
pub trait Golden: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug {
    fn file(&self) -> File;
}

impl<T: Golden> Golden for Message<T> {
    fn file(&self) -> File {
        match self {
            Message::Hello(_) => file!("hello"),
            Message::Initialize(_) => file!("initialize"),
            Message::Initialized(_) => file!("initialized"),
            Message::InitializeFailed { .. } => file!("initialize_failed"),
            Message::PermissionsChanged { .. } => file!("permissions_changed"),
            Message::Ping { .. } => file!("ping"),
            Message::Pong { .. } => file!("pong"),
            Message::Shutdown(_) => file!("shutdown"),
            Message::Bye(bye) if bye.error.is_some() => file!("bye_with_error"),
            Message::Bye(_) => file!("bye"),
            Message::Log(log) if log.parent.is_some() => file!("log_within_a_call"),
            Message::Log(_) => file!("log"),
            Message::Call { target, .. } => target.file(),
            Message::Item { .. } => file!("item"),
            Message::End { value: Value::Null, .. } => file!("end"),
            Message::End { .. } => file!("end_with_value"),
            Message::Error { error, .. } if error.traceback.is_some() => file!("error_with_traceback"),
            Message::Error { .. } => file!("error"),
            Message::Cancel { reason, .. } if reason.is_empty() => file!("cancel"),
            Message::Cancel { .. } => file!("cancel_with_reason"),
            Message::Credit { .. } => file!("credit"),
            Message::Rejected { .. } => file!("rejected"),
            Message::Chunk { last: false, .. } => file!("chunk"),
            Message::Chunk { last: true, .. } => file!("chunk_last"),
        }
    }
}

impl Golden for PluginTarget {
    fn file(&self) -> File {
        match self {
            PluginTarget::Agent { .. } => file!("call_agent"),
            PluginTarget::Workflow { .. } => file!("call_workflow"),
            PluginTarget::Hook(_) => file!("call_hook"),
            PluginTarget::ConfigChanged { .. } => file!("call_config_changed"),
            PluginTarget::Api(_) => file!("call_api"),
            PluginTarget::ApiDocument => file!("call_api_document"),
        }
    }
}

impl Golden for HostTarget {
    fn file(&self) -> File {
        match self {
            HostTarget::RunAgent { .. } => file!("call_run_agent"),
            HostTarget::RunWorkflow(_) => file!("call_run_workflow"),
            HostTarget::ReadRuns(ReadRuns::List { .. }) => file!("call_read_runs_list"),
            HostTarget::ReadRuns(ReadRuns::Run { .. }) => file!("call_read_runs_run"),
            HostTarget::ReadRuns(ReadRuns::Events { .. }) => file!("call_read_runs_events"),
            HostTarget::SetConfig { .. } => file!("call_set_config"),
            HostTarget::Exec(_) => file!("call_exec"),
        }
    }
}

impl Golden for HookReply {
    fn file(&self) -> File {
        match self {
            HookReply::Unchanged => file!("value_hook_unchanged"),
            HookReply::Changed { .. } => file!("value_hook_changed"),
            HookReply::Denied { .. } => file!("value_hook_denied"),
            HookReply::Supplied { .. } => file!("value_hook_supplied"),
            HookReply::Failed { .. } => file!("value_hook_failed"),
        }
    }
}

impl Golden for AgentOutcome {
    fn file(&self) -> File {
        file!("value_agent_outcome")
    }
}

impl Golden for ExecOutput {
    fn file(&self) -> File {
        file!("value_exec_output")
    }
}

impl Golden for ExecOutcome {
    fn file(&self) -> File {
        match self.code {
            Some(_) => file!("value_exec_exited"),
            None => file!("value_exec_signalled"),
        }
    }
}

impl Golden for ApiResponse {
    fn file(&self) -> File {
        match self.body.as_text() {
            Some(_) => file!("value_api_response"),
            None => file!("value_api_response_of_bytes"),
        }
    }
}

impl Golden for ApiPart {
    fn file(&self) -> File {
        match self {
            ApiPart::Start { .. } => file!("value_api_part_start"),
            ApiPart::Piece(_) => file!("value_api_part_piece"),
        }
    }
}

impl Golden for RunOutcome {
    fn file(&self) -> File {
        match &self.result {
            Some(_) => file!("value_run_completed"),
            None => file!("value_run_denied"),
        }
    }
}

impl Golden for EventsPage {
    fn file(&self) -> File {
        file!("value_events_page")
    }
}

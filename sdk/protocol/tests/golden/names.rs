//! The names of what is not a message of its own, in `names.json`.

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::run::RunStatus;
use orchestrator_protocol::session::{LogLevel, OnFailure};
use orchestrator_protocol::target::ExecStream;
use orchestrator_protocol::{ErrorKind, Permission};
use serde_json::{Map, Value, json};

/// Lists every value of an enumeration; one that is added does not compile until it is listed.
macro_rules! all {
    ($($kind:ident::{$($name:ident),* $(,)?}),* $(,)?) => {{
        let mut names = Map::new();
        $({
            fn exhaustive(value: $kind) -> $kind {
                match value { $($kind::$name => value),* }
            }
            names.insert(stringify!($kind).to_owned(), json!([$(exhaustive($kind::$name)),*]));
        })*
        Value::Object(names)
    }};
}

/// All names, by the enumerations that they are of.
pub fn all() -> Value {
    all! {
        ErrorKind::{
            Failed, Panicked, PermissionDenied, Cancelled, DeadlineExceeded, NotFound, InvalidRequest, Protocol,
            Unavailable, Unknown,
        },
        ExecStream::{Stdout, Stderr},
        HookName::{
            PreWorkflowExecution, PostWorkflowExecution, PreAgentExecution, PostAgentExecution, PreApiRequest,
            PostApiRequest, PluginLoad, ConfigChange, RunEvent, RunEnd,
        },
        LogLevel::{Debug, Info, Warning, Error},
        OnFailure::{Continue, Abort},
        Permission::{
            ReadWorkflow, WriteWorkflow, ExecuteAgent, AccessApi, ModifyConfig, Network, ReadFiles, WriteFiles, Spawn,
        },
        RunStatus::{Completed, Failed, Cancelled, Denied},
    }
}

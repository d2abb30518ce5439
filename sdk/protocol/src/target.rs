//! What can be called: on a plugin by the host, on the host by a plugin.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::hook::HookRequest;
use crate::run::{ReadRuns, RunWorkflow};

/// What the host calls on a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PluginTarget {
    /// Run an agent. Items: strings, the output as it comes. End: nothing, or an object whose `usage` is kept.
    Agent { name: String, request: Value },
    /// Run a workflow. Items: dicts, as the guide's workflows yield them. End: nothing.
    Workflow { name: String, requirements: String, config: Value, context: Map<String, Value> },
    /// Deliver a hook to one handler. End: a [`crate::hook::HookReply`].
    Hook(HookRequest),
    /// Take a config that has changed. End: whether it did; `false` is a plugin that can't while it runs, and is started
    /// anew with it.
    ConfigChanged { config: Map<String, Value> },
    /// Answer an API request. End: an [`ApiResponse`]; or, for an answer that is streamed, nothing, after items:
    /// [`ApiPart`]s, first its start.
    Api(ApiRequest),
    /// Describe the routes. End: an OpenAPI document, or nothing.
    ApiDocument,
}

/// What a plugin calls on the host. Each needs a permission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HostTarget {
    /// Run any registered agent; needs `execute_agent`. Items, only if `stream`: strings, the output as it
    /// comes. End: an [`AgentOutcome`].
    RunAgent {
        name: String,
        request: Value,
        #[serde(default)]
        stream: bool,
    },
    /// Run a workflow, any plugin's or the host's, as a run of its own within the caller's; needs `execute_agent`, whose
    /// scope is then `workflow:` and the name. Items, only if `stream`, which needs `read_workflow` too: the run's events.
    /// End: a [`crate::run::RunOutcome`], whatever the run came to; an error says why there is no run.
    RunWorkflow(RunWorkflow),
    /// Read the history of runs; needs `read_workflow`.
    ReadRuns(ReadRuns),
    /// Change one value of the plugin's own config; needs `modify_config`, whose scope are keys. End: nothing.
    SetConfig {
        /// A key of the config, or a JSON pointer into it.
        key: String,
        /// Nothing removes the value, so that its default counts again.
        value: Value,
    },
    /// Start a program and wait for it; needs `spawn`. Items: [`ExecOutput`]. End: an [`ExecOutcome`].
    Exec(ExecRequest),
}

/// How a nested agent run ended well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentOutcome {
    /// The agent's whole text, after the hooks.
    pub output: String,
    /// Bytes of text left out of `output` because it was longer than the host keeps.
    #[serde(default)]
    pub dropped_bytes: u64,
}

/// A program to start. It is run directly, never through a shell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecRequest {
    /// A name looked up in the host's `PATH`, or a path, which is relative to the project's folder, whatever `dir` is.
    pub program: String,
    #[serde(default)]
    pub args: Vec<String>,
    /// Set on top of the host's environment. The dynamic loader's variables (`LD_*`) are refused.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The working directory; the project's folder by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dir: Option<String>,
    /// Text for its standard input, which is closed after it; without it, standard input is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdin: Option<String>,
}

/// A piece of what a program printed; bytes that are not UTF-8 are replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecOutput {
    pub stream: ExecStream,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecStream {
    Stdout,
    Stderr,
}

/// How a program ended: with an exit status, or by a signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecOutcome {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
}

/// A request to one of the plugin's routes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiRequest {
    pub method: String,
    /// As it was sent: percent-encoded, without the query.
    pub path: String,
    /// As it was sent, without the question mark.
    #[serde(default)]
    pub query: String,
    /// Names may come several times, each with a value of its own.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    #[serde(flatten)]
    pub body: Body,
    /// Who sent it, as far as it came over a network: `127.0.0.1:40312`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<SocketAddr>,
    /// Where it came in, if it came over a network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<SocketAddr>,
}

/// A route's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiResponse {
    pub status: u16,
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    #[serde(flatten)]
    pub body: Body,
}

/// A part of an answer that is streamed: its start comes first, then its body piece by piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum ApiPart {
    Start {
        status: u16,
        #[serde(default)]
        headers: Vec<(String, String)>,
    },
    Piece(Body),
}

//! What a native plugin of the orchestrator is written with.
//!
//! Implement [`Plugin`] and export it with one macro; the library that results runs in the host's own process or
//! in a child process, unchanged.
//!
//! ```
//! use orchestrator_sdk::prelude::*;
//!
//! struct Shout;
//!
//! impl Agent for Shout {
//!     fn name(&self) -> &str { "shout" }
//!     fn role(&self) -> &str { "Says the task louder" }
//!
//!     fn execute_task(&self, request: AgentRequest, _: CallContext) -> AgentStream {
//!         Box::pin(try_stream! {
//!             for line in request.task.lines() {
//!                 yield format!("{}\n", line.to_uppercase());
//!             }
//!         })
//!     }
//! }
//!
//! struct MyPlugin;
//!
//! impl Plugin for MyPlugin {
//!     fn new(_: Config) -> Self { MyPlugin }
//!     fn metadata(&self) -> PluginMetadata {
//!         PluginMetadata { name: "my-plugin".into(), version: "1.0.0".into(), description: "Shouts".into() }
//!     }
//!     fn get_agents(&self) -> Vec<Arc<dyn Agent>> { vec![Arc::new(Shout)] }
//! }
//!
//! export_plugin!(MyPlugin);
//! ```

mod agent;
#[doc(hidden)]
pub mod border;
mod context;
mod error;
mod hook;
mod panic;
mod permission;
mod plugin;
mod router;
mod runs;
mod session;
mod workflow;

pub use agent::{Agent, AgentRequest, AgentStream};
pub use async_stream::{stream, try_stream};
pub use context::{CallContext, ExecPiece, ExecRun, PluginContext};
pub use error::{PluginError, PluginInitializationError};
pub use hook::{HookArgs, HookChange, HookManager, HookRegistration, HookResult};
pub use orchestrator_protocol as protocol;
pub use plugin::{Config, Plugin, PluginMetadata};
pub use router::{ApiAnswer, ApiRequest, ApiStream, Method, Router};
pub use runs::{RunEvents, StoredEvents, WorkflowResult};
pub use workflow::{Workflow, WorkflowEvent, WorkflowRequest, WorkflowStream};

/// The page for authors: its examples compile.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/native-plugins.md")]
struct NativePlugins;

/// Everything that a plugin's file usually needs.
pub mod prelude {
    pub use std::sync::Arc;

    pub use futures_util::{Stream, StreamExt};
    pub use orchestrator_protocol::hook::HookName;
    pub use orchestrator_protocol::permission::Permission;
    pub use orchestrator_protocol::session::OnFailure;
    pub use orchestrator_protocol::target::{ApiResponse, ExecOutcome, ExecRequest, ExecStream};
    pub use serde_json::{Map, Value, json};

    pub use crate::{
        Agent, AgentRequest, AgentStream, ApiAnswer, ApiRequest, ApiStream, CallContext, Config, ExecPiece, ExecRun,
        HookArgs, HookChange, HookManager, HookResult, Method, Plugin, PluginContext, PluginError,
        PluginInitializationError, PluginMetadata, Router, RunEvents, StoredEvents, Workflow, WorkflowEvent,
        WorkflowRequest, WorkflowResult, WorkflowStream, export_plugin, stream, try_stream,
    };
}

/// Exports a [`Plugin`] from its library: the one thing that a plugin's crate (`crate-type = ["cdylib"]`) must
/// call, once.
#[macro_export]
macro_rules! export_plugin {
    ($plugin:ty) => {
        // The one symbol that the host looks up; its name is part of the border.
        #[allow(unsafe_code, non_upper_case_globals)]
        #[unsafe(no_mangle)]
        pub static orchestrator_plugin: $crate::protocol::abi::PluginAbi =
            $crate::border::table::<$plugin>(cfg!(panic = "unwind"));
    };
}

//! Workflows: running them from the first hook to the last event.
//!
//! Here live the registry of everybody's workflows ([`registry`]), the host's own ([`builtin`]), and the engine
//! ([`Engine`]), which owns every run: [`conduct`] takes a run through its hooks and its workflow, [`yielded`] tells
//! what a workflow yields from what only the host may say, [`nested`] runs the agents that workflows and agents ask
//! for, [`apart`] the runs that plugins start, [`hooks`] delivers hooks within a run, of which [`around`] has those of agents and [`observing`] those that only
//! look, [`payload`] is what they get, and [`gate`] is the one door at every boundary between them.
//!
//! It must not know where a workflow's code runs, nor who asked for a run.

mod apart;
mod around;
pub mod builtin;
mod conduct;
mod ending;
mod engine;
mod execution;
mod gate;
mod hooks;
mod live;
mod nested;
mod observing;
mod own_spans;
mod payload;
mod registry;
mod start;
#[cfg(test)]
mod tests;
mod yielded;

pub use engine::{Engine, EngineParts, RunNumbers};
pub use nested::{AgentCaller, RunAgent};
pub use registry::{RegisteredWorkflow, WorkflowEntry, WorkflowRegistry};
pub use start::{Begin, Begun, NewRun, StartAgent, StartError, StartWorkflow};

//! Hooks: whose handlers there are, and how a payload goes through them.
//!
//! Here live the handlers of all live plugins in their order ([`registry`]), which of them the operator lets be called
//! ([`switches`]), and the delivery of one hook to all of them ([`chain`]): what each hook is ([`rules`]), permissions
//! ([`admission`]), time limits, failure policies and the trace. What a hung handler's plugin becomes is decided above,
//! through [`QuarantineSink`].
//!
//! It must not know what a run is made of: a payload is a list of values, of which the last may change.

mod admission;
mod chain;
mod delivery;
mod handler;
mod hanging;
mod job;
mod registry;
mod reports;
mod rules;
mod settle;
mod switches;
#[cfg(test)]
pub(crate) mod tests;
mod turns;

pub use chain::{ChainOutcome, ChainStop, HookChain, HookFailure, Place, QuarantineSink, Supplied};
pub use handler::HandlerRef;
pub use registry::{HookRegistry, ListedHandler, RegisteredHandler};
pub use rules::{Needs, needs};
pub use switches::{HandlerLasting, Switches, SwitchesError};

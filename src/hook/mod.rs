//! Hooks: whose handlers there are, and how a payload goes through them.
//!
//! Here live the handlers of all live plugins in their order ([`registry`]) and the delivery of one hook to all of
//! them ([`chain`]): permissions, time limits, failure policies and the trace. What a hung handler's plugin becomes
//! is decided above, through [`QuarantineSink`].
//!
//! It must not know what a run is made of: a payload is a list of values, of which the last may change.

mod chain;
mod delivery;
mod job;
mod registry;
#[cfg(test)]
pub(crate) mod tests;
mod turns;

pub use chain::{ChainOutcome, ChainStop, HookChain, HookFailure, Place, QuarantineSink};
pub use registry::{HookRegistry, ListedHandler, RegisteredHandler};

//! Agents: what works on a task and streams text.
//!
//! Here live the host's own agents ([`builtin`]), the providers that do their work ([`provider`]), the registry of
//! everybody's agents ([`registry`]), and the running of one agent ([`Agents::run`]). The workflows use from here,
//! beside those: names that one of several holds ([`Names`]), the order to stop ([`Halt`]), and a plugin's or the host's
//! own code as something to call ([`code`]). What stands around an agent run is asked through [`Around`].
//!
//! It must not know workflows: an agent gets a request and streams text, whoever asked.

mod around;
pub mod builtin;
pub mod code;
mod halt;
mod json;
mod names;
mod output;
pub mod provider;
pub mod registry;
mod run;
#[cfg(test)]
pub(crate) mod tests;

pub use around::{Around, Before};
pub use halt::{Halt, Stop};
pub use names::{Conflict, Named, Names};
pub use registry::AgentRegistry;
pub use run::{AgentResult, AgentScope, Agents, GRACE, reason_of};

//! Agents: what works on a task and streams text.
//!
//! Here live the host's own agents ([`builtin`]) and the providers that do their work ([`provider`]).
//!
//! It must not know workflows: an agent gets a request and streams text, whoever asked.

pub mod builtin;
pub mod provider;

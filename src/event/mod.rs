//! The one idea of the house: everything that happens is an event.
//!
//! Here live the event types ([`Event`], [`EventKind`]), the names they are about ([`RunId`], [`PluginName`]),
//! the bus that numbers them and hands them on ([`bus`]), the reducer that turns a run's events into what is
//! shown ([`view`]), and what makes things from outside fit for an event at the entrance: the cleaning of text, the
//! masking of secrets, and both with a bound for whole values ([`text`], [`mask`], [`value`]).
//!
//! The lowest room: it imports no other. It must not know who emits or who shows; where events are kept is the
//! store's business, which implements [`bus::Journal`].

pub mod bus;
mod difference;
mod envelope;
mod hidden;
mod ids;
mod kind;
pub mod mask;
pub mod text;
mod time;
pub mod value;
pub mod view;

pub use difference::{Difference, difference};
pub use envelope::{Draft, Event, SCHEMA_VERSION};
pub use hidden::Held;
pub use ids::{BadPluginName, ContentHash, PluginName, RunId, SpanId, StreamId};
pub use kind::{AgentStatus, BodyRef, Decision, EventKind, HookOutcome, PluginState, RunStatus};
pub use time::{Timestamp, duration, elapsed};

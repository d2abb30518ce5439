//! Who does the work of a built-in agent.
//!
//! An agent says what is wanted ([`Ask`]); a [`Provider`] answers it. [`TextRules`] is the default
//! and works offline. A provider must not know which workflow or run it works for.

mod text_rules;

use futures_util::stream::BoxStream;
use serde_json::{Map, Value};

pub use text_rules::TextRules;

/// Answers what built-in agents ask. One value serves every agent, several at once.
pub trait Provider: Send + Sync {
    /// What does the work, in words for people; every agent run shows it.
    fn name(&self) -> &str;

    /// Streams the answer, in pieces that may be shown as they come. Nothing follows an error. The stream is
    /// dropped when nobody wants the answer any more.
    fn respond(&self, ask: Ask) -> BoxStream<'static, Result<String, ProviderError>>;
}

/// What an agent wants done.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// For a provider that has a way of its own for each job.
    pub job: Job,
    /// For a provider that must be told how the job is done, as a model's system text.
    pub instructions: &'static str,
    /// The words of who asked.
    pub task: String,
    /// What was handed along with the task.
    pub context: Map<String, Value>,
}

/// What kind of work is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Turn the task into numbered steps that can be checked.
    Plan,
    /// Go through `context.result` against the steps of `context.plan`.
    Review,
}

/// Why a provider could not answer; says the remedy where there is one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{provider}: {message}")]
pub struct ProviderError {
    pub provider: String,
    pub message: String,
}

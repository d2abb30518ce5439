//! The host's own agents.
//!
//! They are thin: each reads the request, says what is wanted, and leaves the work to its provider.

mod planner;
mod request;
mod reviewer;

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use serde_json::Value;

use super::provider::{Ask, Job, Provider};
pub use planner::PlannerAgent;
pub use reviewer::ReviewerAgent;

/// An agent of the host. One value serves every run, several at once.
pub trait BuiltinAgent: Send + Sync {
    /// The name by which workflows run it.
    fn name(&self) -> &'static str;

    /// What it is for, in a few words.
    fn role(&self) -> &'static str;

    /// What does the work, in words for people.
    fn provider(&self) -> &str;

    /// Works on `{"task": text, "context": object}` and streams text. Nothing follows an error. Dropping the
    /// stream ends the work.
    fn run(&self, request: Value) -> BoxStream<'static, Result<String, String>>;
}

/// Every agent of the host, worked by one provider.
pub fn builtin_agents(provider: Arc<dyn Provider>) -> Vec<Arc<dyn BuiltinAgent>> {
    vec![Arc::new(PlannerAgent::new(provider.clone())), Arc::new(ReviewerAgent::new(provider))]
}

/// Hands a request to a provider.
fn ask(
    provider: &dyn Provider,
    job: Job,
    instructions: &'static str,
    request: Value,
) -> BoxStream<'static, Result<String, String>> {
    match request::read(request) {
        Ok((task, context)) => provider
            .respond(Ask { job, instructions, task, context })
            .map(|piece| piece.map_err(|error| error.to_string()))
            .boxed(),
        Err(error) => stream::iter([Err(error.to_string())]).boxed(),
    }
}

#[cfg(test)]
mod tests;

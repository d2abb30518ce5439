//! `reviewer_agent`.

use std::sync::Arc;

use futures_util::stream::BoxStream;
use serde_json::Value;

use super::BuiltinAgent;
use crate::agent::provider::{Job, Provider};

const INSTRUCTIONS: &str = "\
Go through the context's `result` against the numbered steps of its `plan`, or against the task where there is no \
plan. For each step say `covered`, `partly` or `no evidence`. Quote the evidence literally with its line number in \
the result, or say what is missing. A promise to do something is not evidence that it was done. End with one line:
verdict: 3 of 5 steps have evidence; missing: 2, 5";

/// Goes through a result against the steps of a plan, with evidence for each or what is missing.
pub struct ReviewerAgent {
    provider: Arc<dyn Provider>,
}

impl ReviewerAgent {
    pub fn new(provider: Arc<dyn Provider>) -> Self {
        ReviewerAgent { provider }
    }
}

impl BuiltinAgent for ReviewerAgent {
    fn name(&self) -> &'static str {
        "reviewer_agent"
    }

    fn role(&self) -> &'static str {
        "Goes through a result against a plan's steps and quotes the evidence"
    }

    fn provider(&self) -> &str {
        self.provider.name()
    }

    fn run(&self, request: Value) -> BoxStream<'static, Result<String, String>> {
        super::ask(self.provider.as_ref(), Job::Review, INSTRUCTIONS, request)
    }
}

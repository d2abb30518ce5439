//! `planner_agent`.

use std::sync::Arc;

use futures_util::stream::BoxStream;
use serde_json::Value;

use super::BuiltinAgent;
use crate::agent::provider::{Job, Provider};

const INSTRUCTIONS: &str = "\
Turn the requirements in the task into numbered steps, one line each, in the form
1. What to do — from \"the words of the requirements that ask for it\"
with lines below each step, indented and beginning with `check:`, that say how one can tell that it is done. \
Quote the requirements literally. Add no step that they do not ask for. After the steps, list under \
`To clarify:` what they leave open.";

/// Turns requirements into numbered, checkable steps, each with the words that ask for it.
pub struct PlannerAgent {
    provider: Arc<dyn Provider>,
}

impl PlannerAgent {
    pub fn new(provider: Arc<dyn Provider>) -> Self {
        PlannerAgent { provider }
    }
}

impl BuiltinAgent for PlannerAgent {
    fn name(&self) -> &'static str {
        "planner_agent"
    }

    fn role(&self) -> &'static str {
        "Turns requirements into numbered, checkable steps"
    }

    fn provider(&self) -> &str {
        self.provider.name()
    }

    fn run(&self, request: Value) -> BoxStream<'static, Result<String, String>> {
        super::ask(self.provider.as_ref(), Job::Plan, INSTRUCTIONS, request)
    }
}

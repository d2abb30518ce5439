//! What can be started.

use crate::orchestrator::api::{AgentSummary, WorkflowSummary};

#[derive(Debug, Default, Clone, PartialEq)]
pub struct Catalog {
    pub workflows: Vec<WorkflowSummary>,
    pub agents: Vec<AgentSummary>,
}

impl Catalog {
    pub fn workflow(&self, name: &str) -> Option<&WorkflowSummary> {
        self.workflows.iter().find(|workflow| workflow.name == name)
    }
}

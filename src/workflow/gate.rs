//! The one door between the parts of a run.

use std::fmt;
use std::time::Instant;

use orchestrator_protocol::hook::HookName;

use crate::agent::{Halt, Stop};

/// Where a run goes from one part to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary<'a> {
    Hooks(HookName),
    /// The workflow's own code starts.
    Workflow,
    Phase(&'a str),
    Agent(&'a str),
    /// The result is about to be told.
    End,
}

impl fmt::Display for Boundary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Boundary::Hooks(hook) => write!(f, "the hook {hook}"),
            Boundary::Workflow => f.write_str("the workflow"),
            Boundary::Phase(phase) => write!(f, "the phase `{phase}`"),
            Boundary::Agent(agent) => write!(f, "the agent `{agent}`"),
            Boundary::End => f.write_str("its end"),
        }
    }
}

/// Every boundary of a run goes through here, so that there is one place where an order to stop and the run's
/// deadline are honoured, and one place where a run can be made to wait.
#[derive(Debug, Clone)]
pub struct Gate {
    halt: Halt,
    deadline: Option<Deadline>,
}

/// When a run's time is up, and in which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    pub at: Instant,
    pub reason: String,
}

impl Gate {
    pub fn new(halt: Halt, deadline: Option<Deadline>) -> Self {
        Gate { halt, deadline }
    }

    /// Stops the run.
    pub fn halt(&self) -> &Halt {
        &self.halt
    }

    pub fn deadline(&self) -> Option<&Deadline> {
        self.deadline.as_ref()
    }

    /// Goes through, unless the run is to stop; an order goes before the deadline. Asynchronous, since a run may be
    /// held here.
    pub async fn pass(&self, boundary: Boundary<'_>) -> Result<(), Stop> {
        if let Some(deadline) = &self.deadline
            && deadline.at <= Instant::now()
        {
            // The first reason counts, so this changes nothing for a run that was stopped before.
            self.halt.stop(Stop::Deadline(deadline.reason.clone()));
        }
        match self.halt.stopped() {
            Some(stop) => {
                tracing::debug!(%boundary, reason = stop.reason(), "a run stops");
                Err(stop)
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_order_to_stop_goes_before_the_deadline() {
        let halt = Halt::new();
        let late = Deadline { at: Instant::now(), reason: "too long".into() };
        let gate = Gate::new(halt.clone(), Some(late.clone()));
        halt.stop(Stop::Cancelled("by me".into()));
        assert_eq!(gate.pass(Boundary::End).await, Err(Stop::Cancelled("by me".into())));

        let gate = Gate::new(Halt::new(), Some(late));
        assert_eq!(gate.pass(Boundary::Phase("x")).await, Err(Stop::Deadline("too long".into())));
        assert_eq!(Gate::new(Halt::new(), None).pass(Boundary::Workflow).await, Ok(()));
    }
}

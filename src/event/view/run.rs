//! One run.

use serde_json::{Map, Value};

use super::{AgentView, PhaseView, TraceEntry, TraceKind, TraceView};
use crate::event::{Event, EventKind, PluginName, RunId, RunStatus, SpanId, StreamId, Timestamp};

/// What is known of a run after some of its events.
#[derive(Debug, Clone, PartialEq)]
pub struct RunView {
    pub id: RunId,
    pub workflow_type: String,
    pub requirements: String,
    pub config: Value,
    /// The plugin that provides the workflow; absent for the host's own.
    pub plugin: Option<PluginName>,
    pub started: Option<Timestamp>,
    /// Absent while it runs.
    pub status: Option<RunStatus>,
    pub reason: Option<String>,
    pub duration_us: Option<u64>,
    pub phases: Vec<PhaseView>,
    /// In the order in which they started.
    pub agents: Vec<AgentView>,
    pub trace: TraceView,
    /// Status, results and extras of the `final_result`.
    pub result: Option<(String, Value, Map<String, Value>)>,
    /// The last event that was applied.
    pub seq: u64,
}

impl RunView {
    pub fn new(id: RunId) -> Self {
        RunView {
            id,
            workflow_type: String::new(),
            requirements: String::new(),
            config: Value::Null,
            plugin: None,
            started: None,
            status: None,
            reason: None,
            duration_us: None,
            phases: Vec::new(),
            agents: Vec::new(),
            trace: TraceView::default(),
            result: None,
            seq: 0,
        }
    }

    pub fn is_over(&self) -> bool {
        self.status.is_some()
    }

    pub fn agent(&self, span: SpanId) -> Option<&AgentView> {
        self.agents.iter().find(|agent| agent.span == span)
    }

    fn agent_mut(&mut self, span: Option<SpanId>) -> Option<&mut AgentView> {
        // The newest agents write: search from the end.
        self.agents.iter_mut().rev().find(|agent| Some(agent.span) == span)
    }

    /// Takes in one event. An event of another stream, or one that was applied before, changes nothing.
    pub fn apply(&mut self, event: &Event) {
        if event.stream != StreamId::Run(self.id) || event.seq <= self.seq {
            return;
        }
        self.seq = event.seq;
        match &event.kind {
            EventKind::RunStarted { workflow_type, requirements, config, .. } => {
                self.workflow_type.clone_from(workflow_type);
                self.requirements.clone_from(requirements);
                self.config.clone_from(config);
                self.plugin.clone_from(&event.plugin);
                self.started = Some(event.time);
            }
            EventKind::PhaseStart { phase } => {
                self.phases.push(PhaseView { name: phase.clone(), started: event.time, completed: None });
            }
            EventKind::PhaseComplete { phase, .. } => {
                let open = self.phases.iter_mut().rev().find(|p| p.name == *phase && p.completed.is_none());
                if let Some(open) = open {
                    open.completed = Some(event.time);
                }
            }
            EventKind::AgentStarted { agent, provider, .. } => {
                let Some(span) = event.span else { return };
                self.agents.push(AgentView {
                    span,
                    parent: event.parent,
                    agent: agent.clone(),
                    plugin: event.plugin.clone(),
                    provider: provider.clone(),
                    started: event.time,
                    last_output: None,
                    status: None,
                    reason: None,
                    duration_us: None,
                    items: 0,
                    bytes: 0,
                });
            }
            EventKind::AgentOutput { items, .. } => {
                if let Some(agent) = self.agent_mut(event.span) {
                    agent.last_output = Some(event.time);
                    agent.items += items.len() as u64;
                    agent.bytes += items.iter().map(|item| item.len() as u64).sum::<u64>();
                }
            }
            EventKind::AgentFinished { status, reason, duration_us, .. } => {
                if let Some(agent) = self.agent_mut(event.span) {
                    agent.status = Some(*status);
                    agent.reason.clone_from(reason);
                    agent.duration_us = Some(*duration_us);
                }
            }
            EventKind::HookStarted { hook, handler, order } => self.trace(
                event,
                TraceKind::Hook {
                    hook: *hook,
                    handler: handler.clone(),
                    order: *order,
                    outcome: None,
                    reason: None,
                    duration_us: None,
                    before: None,
                    after: None,
                },
            ),
            EventKind::HookFinished { hook, handler, order, outcome, reason, duration_us, before, after } => {
                let finished = TraceKind::Hook {
                    hook: *hook,
                    handler: handler.clone(),
                    order: *order,
                    outcome: Some(*outcome),
                    reason: reason.clone(),
                    duration_us: Some(*duration_us),
                    before: before.clone(),
                    after: after.clone(),
                };
                match event.span.and_then(|span| self.trace.running_hook_mut(span)) {
                    Some(entry) => entry.kind = finished,
                    None => self.trace(event, finished),
                }
            }
            EventKind::PermissionChecked { permission, scope, decision, rule } => self.trace(
                event,
                TraceKind::Permission {
                    permission: *permission,
                    scope: scope.clone(),
                    decision: *decision,
                    rule: rule.clone(),
                },
            ),
            EventKind::PluginLog { level, message, fields } => {
                let traceback = fields.get("traceback").and_then(Value::as_str);
                let log =
                    TraceKind::Log { level: *level, message: message.clone(), traceback: traceback.map(str::to_owned) };
                self.trace(event, log);
            }
            EventKind::FinalResult { status, results, extra } => {
                self.result = Some((status.clone(), results.clone(), extra.clone()));
            }
            EventKind::RunFinished { status, reason, duration_us } => {
                self.status = Some(*status);
                self.reason.clone_from(reason);
                self.duration_us = Some(*duration_us);
            }
            EventKind::WorkflowEvent { .. }
            | EventKind::PluginState { .. }
            | EventKind::ConfigChanged { .. }
            | EventKind::GrantChanged { .. } => {}
        }
    }

    fn trace(&mut self, event: &Event, kind: TraceKind) {
        self.trace.push(TraceEntry {
            seq: event.seq,
            time: event.time,
            span: event.span,
            parent: event.parent,
            plugin: event.plugin.clone(),
            kind,
        });
    }
}

#[cfg(test)]
mod tests {
    use orchestrator_protocol::hook::HookName;
    use orchestrator_protocol::permission::Permission;

    use super::*;
    use crate::event::{Decision, HookOutcome, SCHEMA_VERSION};

    fn event(seq: u64, span: Option<u64>, kind: EventKind) -> Event {
        Event {
            v: SCHEMA_VERSION,
            stream: StreamId::Run(RunId(1)),
            seq,
            time: Timestamp::from_micros(seq as i64),
            span: span.map(SpanId),
            parent: None,
            plugin: None,
            kind,
        }
    }

    fn hook_started() -> EventKind {
        EventKind::HookStarted { hook: HookName::PreWorkflowExecution, handler: "h".into(), order: 1 }
    }

    fn hook_finished() -> EventKind {
        EventKind::HookFinished {
            hook: HookName::PreWorkflowExecution,
            handler: "h".into(),
            order: 1,
            outcome: HookOutcome::Changed,
            reason: None,
            duration_us: 7,
            before: None,
            after: None,
        }
    }

    fn asked() -> EventKind {
        EventKind::PermissionChecked {
            permission: Permission::WriteWorkflow,
            scope: None,
            decision: Decision::Granted,
            rule: String::new(),
        }
    }

    #[test]
    fn a_delivery_is_one_line_of_the_trace_whatever_it_asks_for_meanwhile() {
        let mut view = RunView::new(RunId(1));
        for event in [event(1, Some(1), hook_started()), event(2, Some(1), asked()), event(3, Some(1), hook_finished())]
        {
            view.apply(&event);
        }
        let kinds: Vec<_> = view.trace.entries().map(|entry| &entry.kind).collect();
        assert!(matches!(kinds[0], TraceKind::Hook { outcome: Some(HookOutcome::Changed), duration_us: Some(7), .. }));
        assert!(matches!(kinds[1], TraceKind::Permission { .. }));
        assert_eq!(kinds.len(), 2);
    }

    #[test]
    fn an_event_counts_once_and_in_its_own_run_alone() {
        let mut view = RunView::new(RunId(1));
        let start = event(1, None, EventKind::PhaseStart { phase: "p".into() });
        view.apply(&start);
        view.apply(&start);
        view.apply(&Event { stream: StreamId::Run(RunId(2)), seq: 2, ..start });
        assert_eq!((view.phases.len(), view.seq), (1, 1));
    }

    #[test]
    fn two_runs_of_one_agent_are_two() {
        let started = || EventKind::AgentStarted { agent: "a".into(), request: Value::Null, provider: String::new() };
        let output = EventKind::AgentOutput { agent: "a".into(), items: vec!["xy".into()] };
        let mut view = RunView::new(RunId(1));
        for event in [event(1, Some(1), started()), event(2, Some(2), started()), event(3, Some(1), output)] {
            view.apply(&event);
        }
        let bytes: Vec<u64> = view.agents.iter().map(|agent| agent.bytes).collect();
        assert_eq!(bytes, [2, 0]);
    }
}

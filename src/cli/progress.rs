//! A run's events as lines for a person.

use std::collections::BTreeMap;
use std::io;

use orchestrator_protocol::session::LogLevel;
use serde_json::{Map, Value};

use super::console::Console;
use super::outline::outline;
use crate::event::{Decision, Event, EventKind, SpanId, duration};

/// Writes what agents say to the output, line by line and named, and everything else beside it.
#[derive(Default)]
pub struct Progress {
    /// Agents with their last lines, until they end: lines of two agents are never mixed.
    unfinished: BTreeMap<SpanId, (String, String)>,
}

impl Progress {
    /// Writes the last lines of agents whose end is not among the events: a run under way, or one that was cut off.
    pub fn show_unfinished(&mut self, console: &mut Console) -> io::Result<()> {
        for (agent, line) in std::mem::take(&mut self.unfinished).into_values() {
            say_lines(console, &agent, &line)?;
        }
        Ok(())
    }

    pub fn show(&mut self, console: &mut Console, event: &Event) -> io::Result<()> {
        let plugin = event.plugin.as_ref().map_or("host", |plugin| plugin.as_str());
        match &event.kind {
            EventKind::RunStarted { workflow_type, .. } => {
                console.remark(&format!("run #{} · {workflow_type}", event.stream))
            }
            EventKind::PhaseStart { phase } => console.remark(&format!("── {phase}")),
            EventKind::PhaseComplete { .. } => Ok(()),
            EventKind::AgentStarted { agent, provider, .. } => console.remark(&format!("▸ {agent} ({provider})")),
            EventKind::AgentOutput { agent, items } => {
                let Some(span) = event.span else { return Ok(()) };
                let (_, line) = self.unfinished.entry(span).or_insert_with(|| (agent.clone(), String::new()));
                for item in items {
                    line.push_str(item);
                }
                let whole = line.rfind('\n').map_or(0, |end| end + 1);
                let lines: String = line.drain(..whole).collect();
                say_lines(console, agent, &lines)
            }
            EventKind::AgentFinished { agent, status, reason, duration_us, .. } => {
                let rest = event.span.and_then(|span| self.unfinished.remove(&span));
                let (_, rest) = rest.unwrap_or_default();
                say_lines(console, agent, &rest)?;
                let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
                console.remark(&format!("▪ {agent} {} in {}{reason}", status.as_str(), duration(*duration_us)))
            }
            EventKind::HookStarted { .. } => Ok(()),
            EventKind::HookFinished { hook, handler, outcome, reason, duration_us, .. } => {
                let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
                let outcome = outcome.as_str();
                console.remark(&format!("↳ {hook} {plugin}.{handler} {outcome} ({}){reason}", duration(*duration_us)))
            }
            EventKind::PermissionChecked { permission, scope, decision, rule } => match decision {
                Decision::Granted => Ok(()),
                Decision::Denied => {
                    let scope = scope.as_ref().map(|scope| format!("={scope}")).unwrap_or_default();
                    console.remark(&format!("✗ {plugin} lacks permission: {permission}{scope} ({rule})"))
                }
            },
            EventKind::FinalResult { status, results, extra } => {
                let mut shown = Map::from_iter([("status".to_owned(), Value::from(status.clone()))]);
                shown.extend(extra.clone());
                shown.insert("results".into(), results.clone());
                console.say_line(&outline(&Value::Object(shown)).join("\n"))?;
                console.remark(&format!("the whole result: orchestrator runs show {} --json", event.stream))
            }
            EventKind::WorkflowEvent { data } => console.remark(&format!("· {data}")),
            EventKind::RunFinished { status, reason, duration_us } => {
                let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
                let took = duration(*duration_us);
                console.remark(&format!("run #{} {} in {took}{reason}", event.stream, status.as_str()))
            }
            EventKind::PluginLog { level, message, .. } => match level {
                LogLevel::Debug => Ok(()),
                LogLevel::Info | LogLevel::Warning | LogLevel::Error => {
                    console.remark(&format!("[{plugin}] {message}"))
                }
            },
            EventKind::PluginState { .. } | EventKind::ConfigChanged { .. } | EventKind::GrantChanged { .. } => Ok(()),
        }
    }
}

fn say_lines(console: &mut Console, agent: &str, text: &str) -> io::Result<()> {
    let named = named_lines(agent, text);
    if named.is_empty() { Ok(()) } else { console.say(&named) }
}

/// Each line with its agent. A line's colours end with it: what follows is another agent's, or the host's.
fn named_lines(agent: &str, text: &str) -> String {
    let reset = |line: &str| if line.contains('\u{1b}') { "\u{1b}[0m" } else { "" };
    text.lines().map(|line| format!("{agent} │ {line}{}\n", reset(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lines_colours_end_with_it() {
        assert_eq!(named_lines("a", "plain\n\u{1b}[31mred\nx"), "a │ plain\na │ \u{1b}[31mred\u{1b}[0m\na │ x\n");
        assert_eq!(named_lines("a", ""), "");
    }
}

//! What a plugin says of itself, made fit for events and screens where it enters.
//!
//! A name that has to be changed is no longer the plugin's own: what is called by it, the plugin does not know. That
//! is its author's to mend, and harms nobody else.

use orchestrator_protocol::session::{AgentInfo, HookInfo, Initialized, RouteInfo, WorkflowInfo};

use crate::event::text::clean_line;

/// The longest name that is kept, in characters.
const NAME: usize = 100;
/// The longest description or reason that is kept, in characters.
const TEXT: usize = 2000;
/// The most agents, workflows, routes or hook handlers of one plugin.
const MOST: usize = 1000;
/// No hook handler may declare a longer limit.
const LONGEST_HOOK_MS: u64 = 60 * 60 * 1000;

/// The description, cleaned and bounded. What was left out is said in `degraded`.
pub(super) fn fit(described: Initialized) -> Initialized {
    let Initialized { mut agents, mut workflows, mut routes, mut hooks, degraded } = described;
    let mut notes: Vec<String> = degraded.as_deref().map(text).into_iter().collect();
    cut(&mut agents, "agents", &mut notes);
    cut(&mut workflows, "workflows", &mut notes);
    cut(&mut routes, "routes", &mut notes);
    cut(&mut hooks, "hook handlers", &mut notes);
    Initialized {
        agents: agents.into_iter().map(agent).collect(),
        workflows: workflows.into_iter().map(workflow).collect(),
        routes: routes.into_iter().map(route).collect(),
        hooks: hooks.into_iter().map(hook).collect(),
        degraded: (!notes.is_empty()).then(|| notes.join("; ")),
    }
}

fn cut<T>(all: &mut Vec<T>, what: &str, notes: &mut Vec<String>) {
    if all.len() > MOST {
        notes.push(format!("it has {} {what}, of which the first {MOST} are used", all.len()));
        all.truncate(MOST);
    }
}

fn agent(info: AgentInfo) -> AgentInfo {
    let AgentInfo { name: own, role, provider, timeout_ms } = info;
    AgentInfo { name: name(&own), role: text(&role), provider: name(&provider), timeout_ms }
}

fn workflow(info: WorkflowInfo) -> WorkflowInfo {
    let WorkflowInfo { name: own, description, agents, config_schema } = info;
    let agents = agents.iter().take(MOST).map(|agent| name(agent)).collect();
    WorkflowInfo { name: name(&own), description: text(&description), agents, config_schema }
}

fn route(info: RouteInfo) -> RouteInfo {
    let RouteInfo { method, path, description } = info;
    RouteInfo { method: name(&method), path: text(&path), description: text(&description) }
}

fn hook(info: HookInfo) -> HookInfo {
    let HookInfo { hook, handler, priority, timeout_ms, on_failure } = info;
    let timeout_ms = timeout_ms.map(|limit| limit.min(LONGEST_HOOK_MS));
    HookInfo { hook, handler: name(&handler), priority, timeout_ms, on_failure }
}

fn name(name: &str) -> String {
    cut_at(&clean_line(name).replace(['\n', '\t'], " "), NAME)
}

/// What a plugin says in words.
pub(super) fn text(text: &str) -> String {
    cut_at(&clean_line(text), TEXT)
}

fn cut_at(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use orchestrator_protocol::hook::HookName;
    use orchestrator_protocol::session::OnFailure;

    use super::*;

    fn agent_of(name: &str) -> AgentInfo {
        AgentInfo { name: name.to_owned(), role: String::new(), provider: String::new(), timeout_ms: None }
    }

    #[test]
    fn no_escape_and_nothing_endless_gets_in() {
        let hostile = format!("x\u{1b}]0;pwned\u{7}\u{202e}\n{}", "y".repeat(1_000_000));
        let fitted = fit(Initialized {
            agents: vec![AgentInfo { role: hostile.clone(), provider: hostile.clone(), ..agent_of(&hostile) }],
            workflows: vec![WorkflowInfo {
                name: hostile.clone(),
                description: hostile.clone(),
                agents: vec![hostile.clone()],
                config_schema: None,
            }],
            routes: vec![RouteInfo { method: hostile.clone(), path: hostile.clone(), description: hostile.clone() }],
            hooks: vec![HookInfo {
                hook: HookName::PreWorkflowExecution,
                handler: hostile.clone(),
                priority: 0,
                timeout_ms: Some(u64::MAX),
                on_failure: OnFailure::Continue,
            }],
            degraded: Some(hostile),
        });
        assert_eq!(fitted.hooks[0].timeout_ms, Some(LONGEST_HOOK_MS));
        assert!(!fitted.agents[0].name.contains('\n'));
        let shown = format!("{fitted:?}");
        assert!(!shown.contains("pwned") && !shown.contains("u{1b}") && !shown.contains("u{202e}"), "{shown}");
        assert!(shown.len() < 20_000);
    }

    #[test]
    fn what_is_fine_stays_and_what_is_left_out_is_said() {
        let described = |count: usize| Initialized {
            agents: (0..count).map(|number| agent_of(&format!("agent_{number}"))).collect(),
            ..Initialized::default()
        };
        assert_eq!(fit(described(3)), described(3));
        let fitted = fit(described(MOST + 1));
        assert_eq!(fitted.agents.len(), MOST);
        assert_eq!(fitted.degraded.unwrap(), "it has 1001 agents, of which the first 1000 are used");
    }
}

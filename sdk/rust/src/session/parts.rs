//! What the plugin contributes.

use std::sync::Arc;

use orchestrator_protocol::hook::{HookReply, HookRequest};
use orchestrator_protocol::session::{AgentInfo, HookInfo, Initialized, RouteInfo, WorkflowInfo};
use orchestrator_protocol::{CallError, ErrorKind};

use crate::hook::{HookRegistration, HookResult};
use crate::panic::{Panic, catch};
use crate::router::{Fit, RouteHandler, decoded};
use crate::{Agent, HookArgs, HookChange, HookManager, Plugin, Router, Workflow};

/// The plugin's agents, workflows, routes and hooks. Of two with one name the first counts.
pub(super) struct Parts {
    agents: Vec<Arc<dyn Agent>>,
    workflows: Vec<Arc<dyn Workflow>>,
    routers: Vec<Router>,
    hooks: Vec<HookRegistration>,
}

impl Parts {
    /// Asks the plugin for everything, and describes it for the host.
    pub(super) fn collect<P: Plugin>(plugin: &P) -> Result<(Self, Initialized), Panic> {
        catch(|| {
            let mut hooks = HookManager::default();
            plugin.register_hooks(&mut hooks);
            let parts = Parts {
                agents: plugin.get_agents(),
                workflows: plugin.get_workflows(),
                routers: plugin.get_api_routers(),
                hooks: hooks.registrations,
            };
            let described = parts.describe();
            (parts, described)
        })
    }

    fn describe(&self) -> Initialized {
        Initialized {
            agents: self.agents.iter().map(|agent| describe_agent(agent.as_ref())).collect(),
            workflows: self.workflows.iter().map(|workflow| describe_workflow(workflow.as_ref())).collect(),
            routes: self.routers.iter().flat_map(describe_routes).collect(),
            hooks: self.hooks.iter().map(describe_hook).collect(),
            degraded: None,
        }
    }

    pub(super) fn agent(&self, name: &str) -> Result<Arc<dyn Agent>, CallError> {
        find(&self.agents, |agent| agent.name() == name, || format!("the plugin has no agent `{name}`"))
    }

    pub(super) fn workflow(&self, name: &str) -> Result<Arc<dyn Workflow>, CallError> {
        find(&self.workflows, |workflow| workflow.name() == name, || format!("the plugin has no workflow `{name}`"))
    }

    /// Who answers, and what stands in the path for the route's parameters. Of several routes for a path, the one that
    /// fixes most of it from its beginning on; of two that fix as much, the first.
    pub(super) fn route(&self, method: &str, path: &str) -> Result<(RouteHandler, Vec<(String, String)>), CallError> {
        let path = decoded(path);
        let routes = self.routers.iter().flat_map(|router| &router.routes).filter(|route| route.method.takes(method));
        let mut best: Option<(Fit, &RouteHandler)> = None;
        for route in routes {
            if let Some(fit) = route.template.fit(&path)
                && best.as_ref().is_none_or(|(best, _)| fit.fixed > best.fixed)
            {
                best = Some((fit, &route.handler));
            }
        }
        match best {
            Some((fit, handler)) => Ok((handler.clone(), fit.params)),
            None => Err(CallError::new(ErrorKind::NotFound, format!("the plugin has no route {method} {path}"))),
        }
    }

    /// Runs a handler to its end on the calling thread.
    pub(super) fn run_hook(&self, request: HookRequest) -> HookReply {
        let HookRequest { hook, handler, args } = request;
        let found = self.hooks.iter().find(|entry| entry.hook == hook && entry.name == handler);
        let Some(entry) = found else {
            let text = format!("the plugin has no handler `{handler}` for the hook `{hook}`");
            return HookReply::Failed { error: CallError::new(ErrorKind::NotFound, text) };
        };
        let outcome: Result<HookResult, Panic> = catch(|| (entry.handler)(HookArgs(args)));
        match outcome {
            Ok(Ok(HookChange::Unchanged)) => HookReply::Unchanged,
            Ok(Ok(HookChange::Replace(value))) => HookReply::Changed { value },
            Ok(Ok(HookChange::Supply(output))) => HookReply::Supplied { output },
            Ok(Ok(HookChange::Deny(reason))) => HookReply::Denied { reason },
            Ok(Err(error)) => HookReply::Failed { error: error.into() },
            Err(panic) => HookReply::Failed { error: panic.into() },
        }
    }
}

fn find<T: ?Sized>(
    all: &[Arc<T>],
    wanted: impl Fn(&T) -> bool,
    absent: impl Fn() -> String,
) -> Result<Arc<T>, CallError> {
    // The names are the author's code as well.
    let found = catch(|| all.iter().find(|part| wanted(part)).cloned())?;
    found.ok_or_else(|| CallError::new(ErrorKind::NotFound, absent()))
}

fn describe_agent(agent: &dyn Agent) -> AgentInfo {
    AgentInfo {
        name: agent.name().to_owned(),
        role: agent.role().to_owned(),
        provider: agent.provider().to_owned(),
        timeout_ms: agent.timeout().map(milliseconds),
    }
}

fn describe_workflow(workflow: &dyn Workflow) -> WorkflowInfo {
    WorkflowInfo {
        name: workflow.name().to_owned(),
        description: workflow.description().to_owned(),
        agents: workflow.agents(),
        config_schema: workflow.config_schema(),
    }
}

fn describe_routes(router: &Router) -> impl Iterator<Item = RouteInfo> {
    router.routes.iter().map(|route| RouteInfo {
        method: route.method.as_str().to_owned(),
        path: route.path.clone(),
        description: route.description.clone(),
    })
}

fn describe_hook(hook: &HookRegistration) -> HookInfo {
    HookInfo {
        hook: hook.hook,
        handler: hook.name.clone(),
        priority: hook.priority,
        timeout_ms: hook.timeout.map(milliseconds),
        on_failure: hook.on_failure,
    }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

//! What a plugin may look at of its permissions, and what it sees of a refusal.

use orchestrator_sdk::prelude::*;
use orchestrator_sdk::protocol::permission::Granted;
use orchestrator_sdk::protocol::target::HostTarget;
use orchestrator_sdk::protocol::{CallError, ErrorKind, Message};

use crate::host::{Host, collect, table};
use crate::workflow;

/// Looks at its permissions, and goes on without what it lacks.
struct Careful;

impl Plugin for Careful {
    fn new(_: Config) -> Self {
        Careful
    }

    fn metadata(&self) -> PluginMetadata {
        PluginMetadata { name: "careful".into(), version: "1.0.0".into(), description: String::new() }
    }

    async fn initialize(&mut self, context: &PluginContext) -> Result<(), PluginInitializationError> {
        let permission = Permission::ExecuteAgent;
        context.require_permission(permission).map_err(|error| PluginInitializationError(error.to_string()))
    }

    fn get_agents(&self) -> Vec<Arc<dyn Agent>> {
        vec![Arc::new(Asks("lists")), Arc::new(Asks("requires")), Arc::new(Asks("grants"))]
    }

    fn get_workflows(&self) -> Vec<Arc<dyn Workflow>> {
        vec![Arc::new(GoesOn)]
    }
}

struct Asks(&'static str);

impl Agent for Asks {
    fn name(&self) -> &str {
        self.0
    }

    fn role(&self) -> &str {
        "asks"
    }

    fn execute_task(&self, _: AgentRequest, context: CallContext) -> AgentStream {
        let (plugin, asks) = (context.plugin().clone(), self.0);
        Box::pin(try_stream! {
            match asks {
                "requires" => plugin.require_permission(Permission::Spawn)?,
                "grants" => plugin.grant_permission(Permission::Spawn)?,
                _ => {
                    for permission in Permission::ALL {
                        if plugin.check_permission(permission) {
                            yield permission.to_string();
                        }
                    }
                }
            }
        })
    }
}

struct GoesOn;

impl Workflow for GoesOn {
    fn name(&self) -> &str {
        "brew"
    }

    fn description(&self) -> &str {
        "Makes tea, with or without advice"
    }

    fn execute(&self, request: WorkflowRequest, context: CallContext) -> WorkflowStream {
        Box::pin(try_stream! {
            let task = AgentRequest { task: request.requirements, context: Value::Null };
            let advice = match context.run_agent("adviser", task).await {
                Ok(outcome) => outcome.output,
                Err(PluginError::Permission(refusal)) => refusal,
                Err(other) => Err(other)?,
            };
            yield WorkflowEvent::final_result("completed", Value::String(advice));
        })
    }
}

fn granted(permission: Permission, scope: &[&str]) -> Granted {
    Granted { permission, scope: scope.iter().map(|&scope| scope.to_owned()).collect() }
}

/// The plugin, with the permission that it can't start without.
fn host() -> Host {
    let host = Host::create(table::<Careful>());
    host.initialize_with(Map::new(), vec![granted(Permission::ExecuteAgent, &["adviser"])]).expect("it initializes");
    host
}

#[test]
fn what_is_lacking_is_said_in_the_guides_words() {
    let error = Host::create(table::<Careful>()).initialize(Map::new()).unwrap_err();
    assert_eq!(error.message, "test lacks permission: execute_agent");
}

#[tokio::test]
async fn a_change_is_seen_by_the_next_check() {
    let host = host();
    assert_eq!(host.run_agent("lists", "x").await.0, ["execute_agent"]);
    host.tell(&Message::PermissionsChanged {
        granted: vec![granted(Permission::Spawn, &["git"]), granted(Permission::Network, &[])],
    });
    assert_eq!(host.run_agent("lists", "x").await.0, ["network", "spawn"]);
    assert_eq!(host.run_agent("requires", "x").await.1, Ok(Value::Null));
    host.tell(&Message::PermissionsChanged { granted: Vec::new() });
    assert!(host.run_agent("lists", "x").await.0.is_empty());
}

#[tokio::test]
async fn what_is_required_or_granted_in_vain_ends_the_call_as_denied() {
    let host = host();
    for (agent, words) in
        [("requires", "test lacks permission: spawn"), ("grants", "`orchestrator permission grant test spawn`")]
    {
        let error = host.run_agent(agent, "x").await.1.unwrap_err();
        assert_eq!(error.kind, ErrorKind::PermissionDenied);
        assert!(error.message.contains(words), "{}", error.message);
    }
}

#[tokio::test]
async fn a_refused_call_can_be_told_apart_and_the_workflow_goes_on() {
    let mut host = host();
    let call = host.open(workflow("brew"));
    let refusing = async {
        let nested = host.calls.recv().await.unwrap();
        assert!(matches!(&nested.target, HostTarget::RunAgent { name, .. } if name == "adviser"));
        let error = CallError::new(ErrorKind::PermissionDenied, "test lacks permission: execute_agent (adviser)");
        nested.responder.error(error);
    };
    let ((events, end), ()) = tokio::join!(collect(call), refusing);
    assert_eq!(end, Ok(Value::Null));
    assert_eq!(events[0]["results"], "test lacks permission: execute_agent (adviser)");
}

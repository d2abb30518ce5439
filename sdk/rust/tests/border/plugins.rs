//! The plugins that are driven.

use std::time::Duration;

use orchestrator_sdk::prelude::*;

use crate::runs::Asks;

/// The example of the crate's documentation, exported as its author exports it.
pub mod exported {
    use orchestrator_sdk::prelude::*;

    pub struct Shout;

    impl Agent for Shout {
        fn name(&self) -> &str {
            "shout"
        }
        fn role(&self) -> &str {
            "Says the task louder"
        }

        fn execute_task(&self, request: AgentRequest, _: CallContext) -> AgentStream {
            Box::pin(try_stream! {
                for line in request.task.lines() {
                    yield format!("{}\n", line.to_uppercase());
                }
            })
        }
    }

    pub struct MyPlugin;

    impl Plugin for MyPlugin {
        fn new(_: Config) -> Self {
            MyPlugin
        }
        fn metadata(&self) -> PluginMetadata {
            PluginMetadata { name: "my-plugin".into(), version: "1.0.0".into(), description: "Shouts".into() }
        }
        fn get_agents(&self) -> Vec<Arc<dyn Agent>> {
            vec![Arc::new(Shout)]
        }
    }

    export_plugin!(MyPlugin);
}

fn metadata() -> PluginMetadata {
    PluginMetadata { name: "test".into(), version: "1.0.0".into(), description: String::new() }
}

/// A bit of everything; its shutdown panics.
pub struct Everything;

impl Plugin for Everything {
    fn new(_: Config) -> Self {
        Everything
    }

    fn metadata(&self) -> PluginMetadata {
        metadata()
    }

    async fn initialize(&mut self, context: &PluginContext) -> Result<(), PluginInitializationError> {
        context.degraded(format!("no kettle in {}", context.data_dir().display()));
        Ok(())
    }

    async fn config_changed(&self, config: Config) -> Result<bool, PluginError> {
        match config.get("leaves").and_then(Value::as_str) {
            Some("green") => Ok(true),
            Some(other) => Err(PluginError::new(format!("no {other} tea here"))),
            None => panic!("no leaves"),
        }
    }

    async fn shutdown(&self) {
        panic!("the lid is stuck");
    }

    fn get_agents(&self) -> Vec<Arc<dyn Agent>> {
        let names = ["count", "waits", "fails", "panics_at_once", "panics_later"];
        let tested = names.into_iter().map(|name| Arc::new(TestAgent(name)) as Arc<dyn Agent>);
        tested.chain([Arc::new(Asks) as Arc<dyn Agent>]).collect()
    }

    fn get_workflows(&self) -> Vec<Arc<dyn Workflow>> {
        vec![Arc::new(Brew)]
    }

    fn get_api_routers(&self) -> Vec<Router> {
        let teapot = |_| async { Ok(ApiResponse { status: 418, headers: Vec::new(), body: "short and stout".into() }) };
        let cup = |request: ApiRequest| async move {
            let said = format!(
                "{} {} {:?}",
                request.param("size").unwrap_or_default(),
                request.query_value("with").unwrap_or_default(),
                request.header("X-Tea"),
            );
            Ok(ApiResponse {
                status: 200,
                headers: Vec::new(),
                body: [said.as_bytes(), &request.body.0].concat().into(),
            })
        };
        let pour = |_| async {
            let sips = stream! {
                for sip in [&b"one"[..], b"\xff", b""] {
                    yield Ok(sip.to_vec());
                }
                yield Err(PluginError::new("it is empty"));
            };
            Ok(ApiAnswer::streamed("text/plain", sips))
        };
        let spill = |_| async { Err::<ApiResponse, _>(PluginError::new("all over the table")) };
        vec![
            Router::new("/api/tea")
                .route(Method::Get, "/pot", "The pot", teapot)
                .route(Method::Post, "/cups/{size}", "A cup", cup)
                .route(Method::Get, "/pour", "Pours", pour)
                .route(Method::Get, "/spill", "Spills", spill),
        ]
    }

    fn register_hooks(&self, hooks: &mut HookManager) {
        let hook = HookName::PreWorkflowExecution;
        hooks
            .register(hook, "add_note", |args| {
                let mut context = args.into_last();
                context["note"] = json!("seen");
                Ok(HookChange::Replace(context))
            })
            .priority(7)
            .timeout(Duration::from_millis(250))
            .on_failure(OnFailure::Abort);
        hooks.register(hook, "deny", |_| Ok(HookChange::Deny("no tea after six".into())));
        hooks.register(hook, "panic", |_| panic!("the pot broke"));
        hooks.register(HookName::PreAgentExecution, "recall", |args| {
            let run = args.context()["run_id"].clone();
            let task = args.into_last()["task"].clone();
            Ok(HookChange::Supply(format!("{} had {}\n", text(&run)?, text(&task)?)))
        });
        hooks.register(HookName::PostAgentExecution, "mark", |args| {
            let said = format!("{} for {}", text(&args.0[1])?, text(&args.context()["run_id"])?);
            Ok(HookChange::Replace(said.into()))
        });
    }
}

fn text(value: &Value) -> Result<&str, PluginError> {
    value.as_str().ok_or_else(|| PluginError::new("not a text"))
}

struct TestAgent(&'static str);

/// Says when it is dropped.
struct Witness(CallContext);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.log(orchestrator_sdk::protocol::session::LogLevel::Info, "the stream was dropped");
    }
}

impl Agent for TestAgent {
    fn name(&self) -> &str {
        self.0
    }

    fn role(&self) -> &str {
        "is tested"
    }

    fn execute_task(&self, request: AgentRequest, context: CallContext) -> AgentStream {
        match self.0 {
            "count" => {
                let last: u64 = request.task.parse().expect("the test gives a number");
                Box::pin(try_stream! {
                    for n in 1..=last {
                        yield n.to_string();
                    }
                })
            }
            "waits" => Box::pin(try_stream! {
                let _witness = Witness(context);
                yield "waiting".to_owned();
                std::future::pending::<()>().await;
            }),
            "fails" => Box::pin(try_stream! {
                yield "first".to_owned();
                Err(PluginError::new("out of tea"))?;
            }),
            "panics_later" => Box::pin(try_stream! {
                yield "first".to_owned();
                panic!("the pot broke");
            }),
            _ => panic!("the pot broke"),
        }
    }
}

struct Brew;

impl Workflow for Brew {
    fn name(&self) -> &str {
        "brew"
    }

    fn description(&self) -> &str {
        "Makes tea"
    }

    fn agents(&self) -> Vec<String> {
        vec!["shout".into()]
    }

    fn execute(&self, request: WorkflowRequest, context: CallContext) -> WorkflowStream {
        Box::pin(try_stream! {
            yield WorkflowEvent::phase_start("brewing");
            let task = AgentRequest { task: request.requirements, context: Value::Null };
            let said = context.run_agent("shout", task).await?;
            let results = json!({"said": said.output, "cups": request.config["cups"]});
            yield WorkflowEvent::final_result("completed", results);
        })
    }
}

/// Fails to start, as its config says.
pub struct Failing(Config);

impl Plugin for Failing {
    fn new(config: Config) -> Self {
        Failing(config)
    }

    fn metadata(&self) -> PluginMetadata {
        metadata()
    }

    async fn initialize(&mut self, _: &PluginContext) -> Result<(), PluginInitializationError> {
        if self.0.get("how") == Some(&json!("panic")) {
            panic!("the kettle exploded");
        }
        Err(PluginInitializationError("no water".into()))
    }
}

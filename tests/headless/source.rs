//! A native plugin that comes as source is built, once somebody approves it.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use orchestrator::event::{EventKind, PluginState};

use crate::support::{Finished, PATIENCE, Project, of_type, output_of, skip};

/// A build of everything that a plugin depends on, on a slow machine that does other things beside it.
const BUILD: Duration = Duration::from_secs(900);

const CODE: &str = r#"
use orchestrator_sdk::prelude::*;

struct Shout;

impl Agent for Shout {
    fn name(&self) -> &str {
        "shout"
    }

    fn role(&self) -> &str {
        "Says the task louder"
    }

    fn execute_task(&self, request: AgentRequest, _: CallContext) -> AgentStream {
        Box::pin(try_stream! { yield request.task.to_uppercase(); })
    }
}

struct Loud;

impl Plugin for Loud {
    fn new(_: Config) -> Self {
        Loud
    }

    fn metadata(&self) -> PluginMetadata {
        PluginMetadata { name: "loud".into(), version: "1.0.0".into(), description: "Shouts".into() }
    }

    fn get_agents(&self) -> Vec<Arc<dyn Agent>> {
        vec![Arc::new(Shout)]
    }
}

export_plugin!(Loud);
"#;

/// The program, with cargo where this user has it, and no network.
fn with_cargo(project: &Project, args: &[&str]) -> Command {
    let mut command = project.command(args.iter().copied());
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        command.env(name, std::env::var_os(name).map_or_else(|| home.join(folder), PathBuf::from));
    }
    // What cargo tells the tests that it runs must not reach another build.
    command.env_remove("CARGO_TARGET_DIR").env("CARGO_NET_OFFLINE", "true");
    command
}

#[test]
fn source_is_built_after_it_was_approved_and_not_before() {
    let project = Project::new();
    let sdk = concat!(env!("CARGO_MANIFEST_DIR"), "/sdk/rust");
    project.write("plugins/loud/plugin.yaml", "name: loud\nversion: 1.0.0\ndescription: Shouts\n");
    project.write("plugins/loud/src/lib.rs", CODE);
    let manifest = project.write(
        "plugins/loud/Cargo.toml",
        &format!(
            "[package]\nname = \"loud\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n\
             [dependencies]\norchestrator-sdk = {{ path = {sdk:?} }}\n\n[workspace]\n"
        ),
    );
    let mut look = Command::new("cargo");
    // Looks for what a build here needs, and for no other platform's.
    look.args(["tree", "--offline", "--manifest-path"]).arg(&manifest);
    match look.output() {
        Err(error) => return skip(&format!("cargo can't be started: {error}")),
        Ok(output) if !output.status.success() => {
            return skip(&format!("not without a network: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Ok(_) => {}
    }
    std::fs::remove_file(project.dir().join("plugins/loud/Cargo.lock")).unwrap();

    assert_eq!(project.plugin("loud")["state"], "needs_approval");
    let states = || -> Vec<PluginState> {
        let events = project.host_events();
        let of_loud =
            events.into_iter().filter(|event| event.plugin.as_ref().is_some_and(|name| name.as_str() == "loud"));
        of_loud
            .filter_map(|event| match event.kind {
                EventKind::PluginState { state, .. } => Some(state),
                _ => None,
            })
            .collect()
    };
    assert!(!states().contains(&PluginState::Building), "it was built before anybody approved it");

    // What the build says is shown as it comes.
    let approved = Finished::of(with_cargo(&project, &["plugin", "approve", "loud"]), BUILD).assert_exit(0);
    approved.assert_out("it is active").assert_err("Compiling");
    let states = states();
    let building = states.iter().position(|state| *state == PluginState::Building).expect("nothing was built");
    assert!(states[building..].contains(&PluginState::Active), "{states:?}");
    let events = project.host_events();
    let told = |words: &str| {
        events
            .iter()
            .any(|event| matches!(&event.kind, EventKind::PluginLog { message, .. } if message.contains(words)))
    };
    assert!(told("Compiling loud"), "the build's output is not shown");
    for left in ["target", "Cargo.lock"] {
        assert!(!project.dir().join("plugins/loud").join(left).exists(), "the build left {left} in the project");
    }

    let done = Finished::of(with_cargo(&project, &["agent", "run", "shout", "hi", "--json"]), PATIENCE).assert_exit(0);
    let events = done.run();
    assert_eq!(output_of(&events, "shout"), "HI");
    assert_eq!(of_type(&events, "agent_started")[0]["plugin"], "loud");
}

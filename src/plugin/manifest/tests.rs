use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::permission::Permission;
use orchestrator_protocol::session::OnFailure;

use super::*;
use crate::config::document::{Problems, Source};

const PYTHON: Layout = Layout { main_py: true, cargo_toml: false, library: false };
const NATIVE: Layout = Layout { main_py: false, cargo_toml: true, library: false };

fn parse(text: &str, layout: Layout) -> Result<Manifest, Problems> {
    Manifest::parse(&Source::new("plugins/demo/plugin.yaml", text), layout)
}

fn permissions(manifest: &Manifest) -> Vec<Permission> {
    manifest.permissions.iter().map(|request| request.permission).collect()
}

/// Every field that the guide's example has, in its shape.
const LIKE_THE_GUIDE: &str = r#"
# metadata
name: your-plugin
version: 1.0.0
description: Looks things up elsewhere
author: A. Writer
email: writer@example.org

provides:
  agents:
    - name: custom_agent
      class: agents.CustomAgent
  workflows:
    - name: custom_workflow
      class: workflows.CustomWorkflow
  api_endpoints:
    - path: /custom/endpoint
      router: api.custom_router
  hooks:
    - name: pre_workflow_execution
      handler: hooks.pre_workflow_handler

requires:
  python: ">=3.10"
  packages:
    - fastapi>=0.68.0
    - pydantic>=1.8.0

config_schema:
  type: object
  properties:
    api_key:
      type: string
      description: The key of the service
    timeout:
      type: integer
      default: 30
      description: Seconds
"#;

#[test]
fn a_manifest_in_the_guides_shape_parses_without_a_warning() {
    let manifest = parse(LIKE_THE_GUIDE, PYTHON).unwrap();
    assert_eq!(manifest.name.as_str(), "your-plugin");
    assert_eq!(manifest.version, Version::new(1, 0, 0));
    assert_eq!(manifest.email.as_deref(), Some("writer@example.org"));
    assert_eq!(manifest.runtime, Runtime::Python);
    let custom = |name: &str, class: &str| Component { name: name.to_owned(), class: Some(class.to_owned()) };
    assert_eq!(manifest.provides.agents, [custom("custom_agent", "agents.CustomAgent")]);
    assert_eq!(manifest.provides.workflows, [custom("custom_workflow", "workflows.CustomWorkflow")]);
    assert_eq!(manifest.provides.api_endpoints[0].router.as_deref(), Some("api.custom_router"));
    assert_eq!(manifest.provides.hooks[0].name, HookName::PreWorkflowExecution);
    assert_eq!(manifest.requires.packages, ["fastapi>=0.68.0", "pydantic>=1.8.0"]);
    assert_eq!(manifest.config_schema.unwrap()["properties"]["timeout"]["default"], 30);
    assert_eq!(manifest.warnings, []);
}

#[test]
fn permissions_follow_from_what_is_provided_unless_they_are_declared() {
    use Permission::*;
    let inferred = parse(LIKE_THE_GUIDE, PYTHON).unwrap();
    assert!(inferred.permissions_inferred);
    assert_eq!(permissions(&inferred), [ReadWorkflow, WriteWorkflow, ExecuteAgent, AccessApi]);
    let nothing = parse(&format!("{LIKE_THE_GUIDE}\npermissions: []\n"), PYTHON).unwrap();
    assert!(!nothing.permissions_inferred);
    assert_eq!(permissions(&nothing), []);
    let agents_alone = parse("name: a\nversion: 1.0.0\nprovides: {agents: [{name: x}]}\n", NATIVE).unwrap();
    assert_eq!(permissions(&agents_alone), []);
    let hook = |name: &str| {
        let text = format!("name: a\nversion: 1.0.0\nprovides: {{hooks: [{{name: {name}, handler: h.x}}]}}\n");
        permissions(&parse(&text, PYTHON).unwrap())
    };
    assert_eq!(hook("pre_agent_execution"), [ReadWorkflow, WriteWorkflow]);
    assert_eq!(hook("run_end"), [ReadWorkflow]);
    assert_eq!(hook("post_api_request"), [AccessApi]);
    assert_eq!(hook("plugin_load"), []);
}

#[test]
fn every_addition_to_the_guide_is_read() {
    let text = r#"
name: added_to
version: 1.2.3-rc.1
library: lib/libadded_to.so
permissions:
  - read_workflow
  - {name: network, scope: ["api.example.com:443"], reason: "fetches the model list", optional: true}
requires: {orchestrator: ">=2.0, <3", plugins: {other-plugin: ">=1.2"}}
sandbox: {memory_mb: 64, cpu_seconds: 5}
provides:
  hooks: [{name: post_workflow_execution, handler: timing, priority: -3, timeout_ms: 250, on_failure: abort}]
"#;
    let manifest = parse(text, NATIVE).unwrap();
    assert_eq!(manifest.library.as_deref(), Some(std::path::Path::new("lib/libadded_to.so")));
    let network = &manifest.permissions[1];
    assert_eq!(network.scope, ["api.example.com:443"]);
    assert_eq!((network.reason.as_deref(), network.optional), (Some("fetches the model list"), true));
    assert!(manifest.requires.plugins[&"other-plugin".parse().unwrap()].matches(&Version::new(1, 3, 0)));
    assert_eq!(manifest.sandbox, Sandbox { memory_mb: 64, cpu_seconds: 5 });
    let hook = &manifest.provides.hooks[0];
    assert_eq!((hook.priority, hook.timeout_ms, hook.on_failure), (Some(-3), Some(250), Some(OnFailure::Abort)));
    assert_eq!(manifest.warnings, []);
}

#[test]
fn the_runtime_is_what_the_folder_shows() {
    let minimal = "name: a\nversion: 1.0.0\n";
    let runtime = |layout| parse(minimal, layout).map(|manifest| manifest.runtime);
    assert_eq!(runtime(PYTHON), Ok(Runtime::Python));
    assert_eq!(runtime(Layout { main_py: true, ..NATIVE }), Ok(Runtime::Python));
    assert_eq!(runtime(NATIVE), Ok(Runtime::Native));
    assert_eq!(runtime(Layout { library: true, ..Layout::default() }), Ok(Runtime::Native));
    assert!(runtime(Layout::default()).is_err());
    let declared = parse("name: a\nversion: 1.0.0\nruntime: native\n", Layout { main_py: true, ..NATIVE });
    assert_eq!(declared.unwrap().runtime, Runtime::Native);
}

#[test]
fn what_is_odd_warns_and_does_not_fail() {
    let text = "name: odd\nversion: 1.0.0\nauthors: A. Writer\nclass: main.Odd\nlicence: MIT\nprovides:\n  \
                agents:\n    - {name: a, clas: b.C}\n";
    let warnings = parse(text, NATIVE).unwrap().warnings;
    insta::assert_snapshot!(Problems(warnings));
}

/// Bad manifests: each is shown with its lines and what would be right.
#[test]
fn faults_are_shown_with_their_lines() {
    let cases = [
        ("empty", "", PYTHON),
        ("syntax", "name: a\nversion: 1.0.0\nprovides:\n  agents: [{name: x}\n", PYTHON),
        ("tab", "name: a\nversion: 1.0.0\nprovides:\n\tagents: []\n", PYTHON),
        ("duplicate_key", "name: a\nversion: 1.0.0\nname: b\n", PYTHON),
        ("not_a_mapping", "- name: a\n", PYTHON),
        ("bad_name", "name: My Plugin\nversion: 1.0\n", PYTHON),
        ("wrong_types", "name: 5\nversion: 1.0.0\ndescription: [a]\nemail: true\nprovides: agents\n", PYTHON),
        (
            "unknown_permission",
            "name: a\nversion: 1.0.0\npermissions:\n  - spwan\n  - {name: network, scope: any}\n  - {reason: x}\n",
            PYTHON,
        ),
        (
            "permission_scopes",
            "name: a\nversion: 1.0.0\npermissions:\n  - {name: read_workflow, scope: [x]}\n  \
             - {name: spawn, scope: []}\n  - spawn\n",
            PYTHON,
        ),
        (
            "hooks",
            "name: a\nversion: 1.0.0\nprovides:\n  hooks:\n    - {name: pre_workflow, handler: h}\n    \
             - {handler: h}\n    - name: post_workflow_execution\n      handler: not a path\n      timeout_ms: 0\n      \
             on_failure: ignore\n      priority: high\n",
            PYTHON,
        ),
        (
            "provides",
            "name: a\nversion: 1.0.0\nprovides:\n  agents:\n    - {name: x}\n    - {name: x}\n    - x\n  workflows:\n    \
             name: y\n  api_endpoints:\n    - {path: no/slash}\n",
            PYTHON,
        ),
        (
            "requires",
            "name: a\nversion: 1.0.0\nrequires:\n  orchestrator: \">=3\"\n  plugins: {Other: 1, b: newest}\n  \
             packages: fastapi\n",
            PYTHON,
        ),
        ("library", "name: a\nversion: 1.0.0\nlibrary: ../elsewhere/libx.so\nsandbox: {memory_mb: 1}\n", NATIVE),
        ("runtime", "name: a\nversion: 1.0.0\nruntime: ruby\nconfig_schema: {type: array}\n", PYTHON),
        ("no_code", "name: a\nversion: 1.0.0\n", Layout::default()),
    ];
    for (name, text, layout) in cases {
        let problems = parse(text, layout).expect_err(name);
        insta::assert_snapshot!(name, problems);
    }
}

mod any_text {
    use proptest::prelude::*;

    use super::*;

    /// The guide's manifest with a stretch of it replaced by something else.
    fn damaged() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            "\\PC{0,12}",
            "[\\[\\]{}:,&*!|>'\"%@`#?\\- \n\t~]{0,12}",
            Just("&a [*a, *a]".to_owned()),
            Just("1e999".to_owned()),
            Just("\u{1b}[31m\u{202e}".to_owned()),
        ];
        (0..LIKE_THE_GUIDE.len(), 0..40usize, pieces).prop_map(|(from, length, piece)| {
            let to = (from + length).min(LIKE_THE_GUIDE.len());
            format!("{}{piece}{}", &LIKE_THE_GUIDE[..from], &LIKE_THE_GUIDE[to..])
        })
    }

    proptest! {
        /// No text brings the reader down, and what is shown of it can't move a cursor.
        #[test]
        fn is_parsed_or_refused_with_places_in_the_file(text in prop_oneof![damaged(), any::<String>()]) {
            let problems = match parse(&text, PYTHON) {
                Ok(manifest) => manifest.warnings,
                Err(problems) => {
                    prop_assert!(!problems.0.is_empty());
                    problems.0
                }
            };
            for problem in problems {
                prop_assert!(problem.at.line <= text.split(['\n', '\r']).count().max(1) + 1, "{problem}");
                prop_assert!(problem.remedy.is_some(), "{problem}");
                prop_assert!(problem.to_string().chars().all(|c| matches!(c, '\n' | '\t') || !c.is_control()), "{problem:?}");
            }
        }
    }
}

#[test]
fn a_range_of_pythons_versions_that_is_none_is_shown_with_its_line() {
    let problems = parse("name: a\nversion: 1.0.0\nrequires:\n  python: 3.10 or later\n", PYTHON).unwrap_err();
    assert_eq!((problems.0.len(), problems.0[0].at.line), (1, 4), "{problems}");
}

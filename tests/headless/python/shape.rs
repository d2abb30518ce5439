//! Plugins as their authors write them.

use serde_json::{Value, json};

use super::{IMPORTS, MANIFEST, add, add_kitchen, project};
use crate::support::{of_type, output_of};

fn position(events: &[Value], what: &str, wanted: impl Fn(&Value) -> bool) -> usize {
    events.iter().position(wanted).unwrap_or_else(|| panic!("there is no {what}"))
}

#[test]
fn a_plugin_in_folders_runs_agents_of_everybody_and_its_hooks_change_context_and_result() {
    let Some(project) = project() else { return };
    add_kitchen(&project);
    let shown = project.run(["plugin", "show", "night-kitchen", "--json"]).assert_exit(0).json();
    let hooks: Vec<_> = shown["hooks"].as_array().unwrap().iter().map(|hook| &hook["handler"]).collect();
    assert_eq!(hooks, ["set_table", "clear_table"], "one of them is registered and declared");
    let counts = ["agents", "workflows", "routes"].map(|kind| shown[kind].as_array().unwrap().len());
    assert_eq!(counts, [2, 1, 1], "{shown}");

    let events = project.run(["run", "supper", "soup", "--json"]).assert_exit(0).run();
    for (agent, plugin) in [("planner_agent", Value::Null), ("cook", "night-kitchen".into()), ("echo", "echo".into())] {
        let started = of_type(&events, "agent_started").into_iter().find(|event| event["agent"] == agent).unwrap();
        assert_eq!(started["plugin"], plugin, "{started}");
    }
    assert_eq!(output_of(&events, "cook"), "chopping\nserved: SOUP, PLEASE\n");

    let outcomes: Vec<_> = of_type(&events, "hook_finished")
        .into_iter()
        .filter(|event| event["plugin"] == "night-kitchen")
        .map(|event| (event["hook"].as_str().unwrap(), event["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(outcomes, [("pre_workflow_execution", "changed"), ("post_workflow_execution", "changed")]);
    let result = of_type(&events, "final_result")[0];
    assert_eq!(result["extra"]["cleared"], 2);
    let lifted = ["holding the left end\nlifted\n", "holding the right end\nlifted\n"];
    let results =
        json!({"dish": "chopping\nserved: SOUP, PLEASE\n", "carried": lifted, "word": "good night\n", "candles": 2});
    assert_eq!(result["results"], results);

    // What a handler logs stands below its delivery, with its level and its module.
    let logs: Vec<_> =
        of_type(&events, "plugin_log").into_iter().filter(|log| log["plugin"] == "night-kitchen").collect();
    let said: Vec<_> =
        logs.iter().map(|log| (log["level"].as_str().unwrap(), log["message"].as_str().unwrap())).collect();
    let expected =
        [("info", "setting the table for supper"), ("warning", "the pan is hot"), ("error", "a glass broke")];
    assert_eq!(said, expected);
    assert_eq!(logs[0]["fields"]["logger"], "plugins.night_kitchen.hooks.table");
    let log = position(&events, "log", |event| event["message"] == "setting the table for supper");
    let begun = position(&events, "delivery", |event| {
        event["type"] == "hook_started" && event["span"] == events[log]["parent"]
    });
    assert!(begun < log, "it was logged before the handler was called");

    // Both ends were held at once, or none would have been lifted.
    let lifts = |event: &Value| event["agent"] == "waiter" && event["type"] == "agent_finished";
    let waits = |event: &Value| event["agent"] == "waiter" && event["type"] == "agent_started";
    assert!(events.iter().rposition(waits).unwrap() < position(&events, "end", lifts));

    assert_eq!(std::fs::read_to_string(project.own_state().join("data/night-kitchen/simmered")).unwrap(), "to the end");
    let log = project.log();
    assert!(log.contains("the stove is lit") && log.contains("the stove is out"), "{log}");
    assert!(!log.contains("sharpening"), "debug is below the default level");
}

/// An agent that tells how its plugin was made.
const TELLS: &str = "
class Tells(BaseAgent):
    def __init__(self, plugin):
        super().__init__(name='tells')
        self.plugin = plugin
    async def _execute_task(self, request):
        plugin = self.plugin
        yield f'{type(plugin).__name__} {plugin.config[\"colour\"]} {plugin.metadata.name}'

class Base(BasePlugin):
    def get_agents(self):
        return {f'tells_{self.plugin_dir.name}': lambda: Tells(self)}
";

#[test]
fn every_form_of_init_will_do_and_the_class_is_found_or_named() {
    let Some(project) = project() else { return };
    let forms = [
        (
            "bare",
            "class Bare(Base):\n    def __init__(self, config):\n        super().__init__()\n        self.config = config\n        self.metadata = PluginMetadata(name='bare', version='1.0.0', description='')\n",
            "Bare",
        ),
        ("given", "class Given(Base):\n    def __init__(self, config):\n        super().__init__(config)\n", "Given"),
        ("without", "class Without(Base):\n    pass\n", "Without"),
        ("forgotten", "class Forgotten(Base):\n    def __init__(self):\n        self.own = 1\n", "Forgotten"),
    ];
    for (name, class, _) in forms {
        project.write(&format!("config/plugins/{name}.json"), r#"{"colour": "blue"}"#);
        add(&project, name, &format!("{TELLS}\n{class}"));
    }
    project.write("config/plugins/named.json", r#"{"colour": "blue"}"#);
    project.write("plugins/named/plugin.yaml", &format!("name: named\nclass: Second\n{MANIFEST}"));
    let main = format!("{IMPORTS}\n{TELLS}\nclass First(Base):\n    pass\n\nclass Second(Base):\n    pass\n");
    project.write("plugins/named/main.py", &main);
    project.run(["plugin", "approve", "named"]).assert_out("is active");
    for (name, class) in forms.map(|(name, _, class)| (name, class)).into_iter().chain([("named", "Second")]) {
        let told = project.run(["agent", "run", &format!("tells_{name}"), "x"]).assert_exit(0);
        told.assert_out(&format!("{class} blue {name}"));
    }
}

//! A plugin's config is edited in a real terminal, saved to its file, and used by the plugin.

use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::bench::{open, wait_loaded};
use crate::support::{CTRL_S, ENTER, ESC, Project, Screen, TAB, skip};

const LEFT: &str = "\x1b[D";
const RIGHT: &str = "\x1b[C";
const DELETE: &str = "\x1b[3~";
const F2: &str = "\x1bOQ";

const MANIFEST: &str = "\
name: courier
version: 1.0.0
description: Says what it was configured with
provides:
  workflows:
    - {name: report_config, class: main.ReportConfig}
config_schema:
  type: object
  required: [title]
  properties:
    title: {type: string, minLength: 3, description: What its reports are called}
    api_key: {type: string, description: The key of the service}
    retries: {type: integer, minimum: 0, maximum: 5, default: 2}
    share: {type: number, minimum: 0, maximum: 1, default: 0.5}
    strict: {type: boolean, default: false}
    mode: {enum: [fast, careful], default: fast}
    tags: {type: array, items: {type: string}}
    limits:
      type: object
      properties:
        seconds: {type: integer, default: 30}
    rules: {type: object, additionalProperties: {type: string}}
";

const MAIN: &str = r#"from plugins.base import BasePlugin
from workflows.base_workflow import BaseWorkflow


class Courier(BasePlugin):
    running = None

    async def initialize(self):
        Courier.running = self


class ReportConfig(BaseWorkflow):
    def __init__(self):
        super().__init__({"name": "report_config", "description": "Says its config", "agents": []})

    async def execute(self, requirements, config=None):
        found = Courier.running.config
        said = [f"title={found['title']}", f"retries={found['retries']}", f"strict={found['strict']}"]
        said += [f"mode={found['mode']}", f"tags={len(found.get('tags', []))}"]
        said += [f"key of {len(found.get('api_key', ''))}"]
        yield {"type": "final_result", "status": "completed", "results": {"said": " ".join(said)}}
"#;

const WRITTEN: &str = "{\n    \"title\": \"Post\",\n    \"colour\": 7.50\n}\n";

fn file(project: &Project) -> PathBuf {
    project.dir().join("config/plugins/courier.json")
}

fn written(project: &Project) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file(project)).unwrap()).unwrap()
}

/// A workbench with the editor of the plugin open. Nothing, where there is no Python.
fn editing(columns: u16, rows: u16) -> Option<(Project, Screen)> {
    let project = Project::new();
    project.write("plugins/courier/plugin.yaml", MANIFEST);
    project.write("plugins/courier/main.py", MAIN);
    project.write("config/plugins/courier.json", WRITTEN);
    let approved = project.run(["plugin", "approve", "courier"]).assert_exit(0);
    if approved.out.contains("there is no Python") {
        skip("there is no Python 3.10 or later");
        return None;
    }
    let mut screen = open(&project, columns, rows);
    wait_loaded(&screen, &project);
    select(&mut screen);
    screen.send("e");
    screen.wait_for("Config of courier");
    screen.wait_for("✓ valid");
    Some((project, screen))
}

/// Selects the plugin in the list.
fn select(screen: &mut Screen) {
    screen.send("/");
    screen.wait_for("find ");
    screen.send("courier");
    screen.send(ENTER);
    screen.wait_for("only “courier”");
}

/// Selects a field by its name.
fn field(screen: &mut Screen, name: &str) {
    screen.send("/");
    screen.wait_for("find ");
    screen.send(name);
    screen.send(ENTER);
    screen.wait_until(&format!("the field {name}"), |text| {
        text.lines().any(|line| line.contains('▌') && line.contains(name))
    });
}

/// Waits until a field's line shows this value.
fn shows(screen: &Screen, name: &str, value: &str) {
    screen.wait_until(&format!("{name} {value}"), |text| {
        text.lines().any(|line| line.split_whitespace().any(|word| word == name) && line.contains(value))
    });
}

#[test]
fn fields_of_every_kind_are_edited_saved_and_used() {
    let Some((project, mut screen)) = editing(80, 24) else { return };
    field(&mut screen, "retries");
    screen.send(RIGHT);
    screen.wait_for("● not saved");
    // A mistake, which is said where it was made, and mended.
    screen.send(ENTER);
    screen.send("9");
    let text = screen.wait_for("✗ 1 problem");
    assert!(text.lines().any(|line| line.contains("✗ `retries`") && line.contains('5')), "{text}");
    screen.send("\x7f");
    screen.send(ENTER);
    screen.wait_for("✓ valid");
    field(&mut screen, "strict");
    screen.send(" ");
    shows(&screen, "strict", "[x] true");
    field(&mut screen, "mode");
    screen.send(RIGHT);
    shows(&screen, "mode", "‹ careful ›");
    field(&mut screen, "share");
    screen.send(LEFT);
    shows(&screen, "share", "0.4");
    field(&mut screen, "api_key");
    screen.send(ENTER);
    screen.send("hush-hush-123");
    screen.wait_for("•••••••••••••");
    screen.send(ENTER);
    field(&mut screen, "tags");
    screen.send("a");
    screen.send("night");
    screen.send(ENTER);
    screen.send("a");
    screen.send("day");
    screen.send(ENTER);
    screen.wait_for("2 items");
    field(&mut screen, "seconds");
    screen.send(ENTER);
    screen.send("45");
    screen.send(TAB);
    screen.wait_for("1 key");
    // What no field can show is JSON in place.
    field(&mut screen, "rules");
    screen.send(ENTER);
    screen.send("{\"a\": ");
    screen.wait_for("is not JSON");
    screen.send("\"b\"}");
    screen.send(TAB);
    screen.wait_for("{\"a\":\"b\"}");
    screen.send(CTRL_S);
    let text = screen.wait_for("What saving changes");
    assert!(text.contains("+     \"retries\": 3,") && text.contains("\"colour\": 7.50"), "{text}");
    screen.send(ENTER);
    screen.wait_for("the config of courier is saved");
    screen.wait_gone("● not saved");
    let expected = json!({"title": "Post", "colour": 7.5, "retries": 3, "strict": true, "mode": "careful",
        "share": 0.4, "tags": ["night", "day"], "limits": {"seconds": 45}, "rules": {"a": "b"}});
    let mut found = written(&project);
    let reference = found.as_object_mut().unwrap().shift_remove("api_key").unwrap();
    assert_eq!(found, expected);
    assert!(!reference.to_string().contains("hush"), "{reference}");
    let text = std::fs::read_to_string(file(&project)).unwrap();
    assert!(text.contains("\"colour\": 7.50"), "what nobody changed was rewritten:\n{text}");
    screen.send(ESC);
    screen.wait_gone("Config of courier");
    screen.launch("report_config", "Say it", &[]);
    let text = screen.wait_for("report_config #1  ✓ completed");
    for part in ["title=Post", "retries=3", "strict=True", "mode=careful", "tags=2", "key of 13"] {
        assert!(text.replace(['\n', '┃', ' '], "").contains(&part.replace(' ', "")), "no {part}:\n{text}");
    }
    screen.quit();
    assert!(!screen.written().contains("hush-hush-123"), "the secret was on the screen");
    screen.assert_restored();
}

#[test]
fn somebody_else_is_faster_and_neither_text_is_lost() {
    let Some((project, mut screen)) = editing(120, 36) else { return };
    field(&mut screen, "strict");
    screen.send(" ");
    screen.wait_for("● not saved");
    std::fs::write(file(&project), WRITTEN.replace("Post", "Parcel")).unwrap();
    screen.send(CTRL_S);
    screen.wait_until("a difference", |text| text.contains("What saving changes") || text.contains("overwriting"));
    screen.send(ENTER);
    let text = screen.wait_for("what overwriting it changes");
    assert!(text.contains("-     \"title\": \"Parcel\"") && text.contains("+     \"title\": \"Post\""), "{text}");
    assert_eq!(written(&project)["title"], "Parcel");
    screen.send("o");
    screen.wait_for("the config of courier is saved");
    assert_eq!(
        (written(&project)["title"].as_str(), written(&project)["strict"].as_bool()),
        (Some("Post"), Some(true))
    );
    screen.send(ESC);
    screen.wait_gone("Config of courier");
    screen.quit();
}

#[test]
fn the_text_is_the_same_document() {
    let Some((project, mut screen)) = editing(80, 24) else { return };
    field(&mut screen, "strict");
    screen.send(" ");
    shows(&screen, "strict", "[x] true");
    screen.send(F2);
    let text = screen.wait_for("\"strict\": true");
    assert!(text.contains("\"colour\": 7.50"), "{text}");
    screen.send("!");
    screen.wait_for("✗ no JSON");
    screen.send(F2);
    screen.wait_for("the form can show it");
    // The cursor is at the mistake.
    screen.send(DELETE);
    screen.wait_for("✓ valid");
    screen.send(F2);
    shows(&screen, "strict", "[x] true");
    screen.send(ESC);
    screen.wait_for("without saving?");
    screen.send("y");
    screen.wait_gone("Config of courier");
    assert_eq!(std::fs::read_to_string(file(&project)).unwrap(), WRITTEN);
    screen.quit();
}

#[test]
fn the_persons_own_editor_has_the_terminal_and_gives_it_back() {
    let project = Project::new();
    let editor = project.write("edit.sh", "#!/bin/sh\necho \"EDITOR $1\" > /dev/tty\nsed -i 's/30/31/' \"$1\"\n");
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
    project.write("config/plugins/repo_audit.json", "{\n  \"timeout\": 30\n}\n");
    let environment = [("EDITOR", editor.to_str().unwrap()), ("VISUAL", "")];
    let mut screen = Screen::start_with(&project, 120, 36, [], &environment);
    wait_loaded(&screen, &project);
    screen.send("/");
    screen.wait_for("find ");
    screen.send("repo_audit");
    screen.send(ENTER);
    screen.wait_for("only “repo_audit”");
    screen.send("e");
    screen.wait_for("✓ valid");
    screen.send("E");
    screen.wait_until("what the editor left", |text| text.contains("● not saved") && text.contains(" 31"));
    assert!(screen.written_outside_frames().contains("EDITOR "), "it did not have the terminal");
    screen.send(CTRL_S);
    screen.wait_for("+   \"timeout\": 31");
    screen.send(ENTER);
    screen.wait_for("is saved");
    let text = std::fs::read_to_string(project.dir().join("config/plugins/repo_audit.json")).unwrap();
    assert_eq!(text, "{\n  \"timeout\": 31\n}\n");
    screen.send(ESC);
    screen.wait_gone("Config of repo_audit");
    screen.quit();
    screen.assert_restored();
}

#[test]
fn what_others_save_is_noticed_with_its_author_also_a_secret_alone() {
    let Some((project, mut screen)) = editing(120, 36) else { return };
    project.run(["config", "set", "courier", "retries", "4"]).assert_exit(0);
    let said = screen.wait_for("the operator (command line) changed the config of courier: retries");
    assert!(said.contains("from 2 to 4"), "{said}");
    shows(&screen, "retries", "4");
    for (key, who) in [("sesame-open", "the operator (command line)"), ("sesame-close", "somebody else")] {
        let mut setting = project.command(["config", "set", "courier", "api_key", "-"]);
        let mut setting = setting.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        setting.stdin.take().unwrap().write_all(key.as_bytes()).unwrap();
        assert!(setting.wait().unwrap().success());
        screen.wait_for(&format!("{who} changed the config of courier: api_key"));
    }
    shows(&screen, "api_key", "••••");
    // A click on a field selects it, and one more opens it.
    let (row, column) = screen
        .rows()
        .iter()
        .enumerate()
        .find_map(|(row, line)| {
            let at = line.find("strict")?;
            Some((row + 1, line[..at].chars().count() + 1))
        })
        .unwrap();
    for _ in 0..2 {
        screen.send(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"));
    }
    shows(&screen, "strict", "[x] true");
    screen.send(ESC);
    screen.wait_for("without saving?");
    screen.send("y");
    screen.wait_gone("Config of courier");
    screen.quit();
    assert!(!screen.written().contains("sesame"), "the secret was on the screen");
}

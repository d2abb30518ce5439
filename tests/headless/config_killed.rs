//! Saves that are killed at any moment: the file is a whole old one or a whole new one.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use orchestrator::config::Places;
use orchestrator::config::plugin::{Desk, Save, SecretChange};
use serde_json::{Value, json};

use crate::in_process::inside;
use crate::support::Project;

const NAME: &str = "config_killed::what_is_saved_is_whole_whenever_it_is_killed";
/// How many saves there must have been. The long form: `ORCHESTRATOR_TEST_SAVES=10000 cargo test --test headless
/// config_killed`.
const SAVES: &str = "ORCHESTRATOR_TEST_SAVES";
const FEW: u64 = 100;

fn desk(project: &Path) -> Desk {
    Desk::new(&Places::find(Some(project)).unwrap(), &"demo".parse().unwrap(), None)
}

/// Says of itself whether it is whole.
fn document(number: u64) -> String {
    json!({"number": number, "filler": "x".repeat(20_000), "again": number}).to_string()
}

/// Saves for ever, each time another document and another secret.
fn save_for_ever(project: &Path) -> ! {
    let desk = desk(project);
    loop {
        let now = desk.load();
        let number = now.resolved.get("number").and_then(Value::as_u64).unwrap_or(0) + 1;
        let save = Save {
            document: document(number),
            base: now.revision,
            secrets: vec![SecretChange { pointer: "/token".into(), value: Some(format!("secret-{number}")) }],
            overwrite: false,
            by: "a test".into(),
        };
        desk.save(&save).unwrap();
    }
}

#[test]
fn what_is_saved_is_whole_whenever_it_is_killed() {
    if let Some(project) = inside() {
        save_for_ever(&project);
    }
    let wanted = std::env::var(SAVES).ok().and_then(|saves| saves.parse().ok()).unwrap_or(FEW);
    let project = Project::new();
    let mut moment = 17_u64;
    let (mut done, mut kills) = (0, 0);
    while done < wanted || kills < 10 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME])
            .envs(project.environment())
            .env("ORCHESTRATOR_TEST_PROJECT", project.dir())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Any moment is as good as another; what matters is that they differ.
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros(50_000 + (moment >> 40) % 750_000));
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success(), "it ended by itself");
        kills += 1;
        done = done.max(whole(&project));
    }
}

/// The number of the document in the file, which is whole, and so is everything beside it.
fn whole(project: &Project) -> u64 {
    // In the environment of the test itself the state is elsewhere.
    let Ok(text) = std::fs::read_to_string(project.dir().join("config/plugins/demo.json")) else { return 0 };
    let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {}", text.len()));
    let number = value["number"].as_u64().unwrap();
    assert_eq!(value["again"], json!(number));
    // A save that was killed may have used up a name.
    let name = value["token"].as_str().and_then(|text| text.strip_prefix("${secret:")?.strip_suffix('}')).unwrap();
    let state = project.own_state();
    let secrets: Value =
        serde_json::from_str(&std::fs::read_to_string(state.join("secrets/demo.json")).unwrap()).unwrap();
    // The secret is written first, so it is this save's or the next one's.
    let secret: u64 = secrets[name].as_str().unwrap().strip_prefix("secret-").unwrap().parse().unwrap();
    assert!(secret == number || secret == number + 1, "{secret} {number}");
    for version in state.join("config/demo").read_dir().unwrap().flatten() {
        if version.path().extension().is_some_and(|ending| ending == "json") {
            serde_json::from_str::<Value>(&std::fs::read_to_string(version.path()).unwrap()).unwrap();
        }
    }
    number
}

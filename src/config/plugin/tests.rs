use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Config, Desk, Origin, Save, SaveError, SecretChange};
use crate::config::{Bases, Places};
use crate::event::mask::MASKED;

struct Project {
    _dir: TempDir,
    desk: Desk,
}

impl Project {
    fn new(schema: Option<Value>, file: Option<&str>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("config/plugins")).unwrap();
        let home = dir.path().join("home");
        let bases = Bases { config: home.clone(), data: home.clone(), state: home };
        let places = Places::at(dir.path(), &bases).unwrap();
        let desk = Desk::new(&places, &"demo".parse().unwrap(), schema);
        if let Some(file) = file {
            std::fs::write(desk.file(), file).unwrap();
        }
        Project { _dir: dir, desk }
    }

    fn file(&self) -> String {
        std::fs::read_to_string(self.desk.file()).unwrap()
    }

    fn save(&self, document: &str, secrets: &[(&str, Option<&str>)]) -> Result<(), SaveError> {
        let change = |(pointer, value): &(&str, Option<&str>)| SecretChange {
            pointer: (*pointer).to_owned(),
            value: value.map(ToOwned::to_owned),
        };
        let save = Save {
            document: document.to_owned(),
            base: self.desk.load().revision,
            secrets: secrets.iter().map(change).collect(),
            overwrite: false,
            by: "a test".to_owned(),
        };
        self.desk.save(&save).map(drop)
    }
}

fn schema() -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": {
        "api_key": {"type": "string", "minLength": 3},
        "timeout": {"type": "integer", "default": 45},
        "retry": {"type": "object", "properties": {"attempts": {"type": "integer", "default": 3, "maximum": 9}}},
    }})
}

fn value<'c>(config: &'c Config, pointer: &str) -> (&'c Value, Origin) {
    let all = config.values().iter().chain(config.general());
    let found = all.into_iter().find(|value| value.pointer == pointer).unwrap();
    (&found.value, found.origin)
}

fn faults(config: &Config) -> Vec<String> {
    config.faults().map(ToString::to_string).collect()
}

#[test]
fn each_value_knows_where_it_comes_from() {
    let project = Project::new(Some(schema()), Some("{\"log_level\": \"debug\", \"retry\": {\"attempts\": 5}}"));
    let config = project.desk.load();
    assert_eq!(faults(&config), Vec::<String>::new());
    assert_eq!(value(&config, "/timeout"), (&json!(45), Origin::Schema));
    assert_eq!(value(&config, "/retry/attempts"), (&json!(5), Origin::File));
    assert_eq!(value(&config, "/enabled"), (&json!(true), Origin::General));
    assert_eq!(value(&config, "/log_level"), (&json!("debug"), Origin::File));
    let expected = json!({"enabled": true, "log_level": "debug", "timeout": 45, "retry": {"attempts": 5}});
    assert_eq!(Value::Object(config.resolved), expected);
    let bare = Project::new(None, None).desk.load();
    assert_eq!(Value::Object(bare.resolved), json!({"enabled": true, "log_level": "INFO", "timeout": 30}));
    assert_eq!((bare.document.as_str(), bare.revision), ("{}\n", None));
}

#[test]
fn faults_have_lines_and_columns() {
    let text = "{\n  \"api_key\": \"ab\",\n  \"retry\": {\"attempts\": 10},\n  \"enabled\": \"yes\", \"log_level\": \"loud\", \"tiemout\": 1\n}";
    let config = Project::new(Some(schema()), Some(text)).desk.load();
    insta::assert_snapshot!(faults(&config).join("\n"));
    let broken = Project::new(None, Some("{\n  \"a\": 1,\n  \"b\" 2\n}")).desk.load();
    assert_eq!((broken.problems[0].line, broken.problems[0].column), (Some(3), Some(7)));
    assert!(Project::new(None, Some("[1]")).desk.load().problems[0].message.contains("must be a JSON object"));
}

#[test]
fn whether_it_is_loaded_is_not_for_its_schema_to_say() {
    let schema = json!({"properties": {"enabled": {"type": "boolean", "default": false}}});
    assert!(Project::new(Some(schema.clone()), None).desk.load().enabled());
    assert!(!Project::new(Some(schema), Some("{\"enabled\": false}")).desk.load().enabled());
}

#[test]
fn a_wrong_schema_is_said_and_the_config_counts() {
    let project = Project::new(Some(json!({"properties": {"a": {"type": "txt"}}})), Some("{\"a\": 1}"));
    let config = project.desk.load();
    assert!(config.schema_fault.unwrap().contains("/properties/a/type"));
    assert_eq!((config.problems.len(), config.resolved.get("a")), (0, Some(&json!(1))));
}

#[test]
fn a_secret_goes_to_the_users_own_folder_and_a_reference_to_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new(Some(schema()), None);
    project.save("{\n  \"timeout\": 9\n}\n", &[("/api_key", Some("hush-hush"))]).unwrap();
    assert_eq!(project.file(), "{\n  \"timeout\": 9,\n  \"api_key\": \"${secret:api_key}\"\n}\n");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&project.desk.secrets), 0o600);
    assert!(mode(project.desk.file()) & 0o044 != 0);
    let config = project.desk.load();
    assert_eq!(config.resolved["api_key"], "hush-hush");
    assert_eq!(value(&config, "/api_key"), (&json!(MASKED), Origin::Secret));
    assert_eq!(
        (config.hidden.as_slice(), config.shown()["api_key"].as_str()),
        (["hush-hush".to_owned()].as_slice(), Some(MASKED))
    );
    assert!(!format!("{config:?}").contains("hush"));
    // Another value has the same reference, and none has none.
    project.save(&project.file(), &[("/api_key", Some("other"))]).unwrap();
    assert!(project.file().contains("${secret:api_key}"));
    assert_eq!(project.desk.load().resolved["api_key"], "other");
    project.save(&project.file(), &[("/api_key", None)]).unwrap();
    assert_eq!(project.file(), "{\n  \"timeout\": 9\n}\n");
}

#[test]
fn a_secret_that_was_written_into_the_file_is_shown_nowhere_and_moved_when_it_is_saved() {
    let project = Project::new(Some(schema()), Some("{\"api_key\": \"hush-hush\"}"));
    let config = project.desk.load();
    assert_eq!(
        (config.document.as_str(), &config.resolved["api_key"]),
        ("{\"api_key\": \"••••\"}", &json!("hush-hush"))
    );
    let draft = project.desk.assess_draft("{\"timeout\": \"x\", \"api_key\": \"••••\"}");
    assert_eq!((draft.problems.len(), draft.problems[0].column), (1, Some(13)));
    // What was shown is saved with one more field.
    project.save("{\"api_key\": \"••••\", \"timeout\": 1}", &[]).unwrap();
    assert_eq!(project.file(), "{\"api_key\": \"${secret:api_key}\", \"timeout\": 1}");
    assert_eq!(project.desk.load().resolved["api_key"], "hush-hush");
    for version in project.desk.versions() {
        assert!(!project.desk.version(&version.id).unwrap().contains("hush"));
    }
    assert!(matches!(project.save("{\"api_key\": \"••••\"}", &[]), Ok(())));
    let fresh = Project::new(Some(schema()), None);
    assert!(fresh.save("{\"api_key\": \"••••\"}", &[]).unwrap_err().to_string().contains("masked"));
}

#[test]
fn a_missing_secret_is_named() {
    let text = "{\"api_key\": \"${ORCHESTRATOR_TEST_NOT_SET}\"}";
    let project = Project::new(Some(schema()), Some(text));
    let faults = faults(&project.desk.load());
    assert_eq!(faults.len(), 1);
    assert!(faults[0].starts_with("1:13:") && faults[0].contains("`ORCHESTRATOR_TEST_NOT_SET`"), "{faults:?}");
    // It can be saved all the same: another machine may have it.
    project.save("{\"api_key\": \"${secret:absent}\"}", &[]).unwrap();
    let config = project.desk.load();
    assert!(config.problems.is_empty() && config.missing[0].message.contains("`absent`"));
    // Elsewhere such a text is only text.
    let open = Project::new(None, Some("{\"path\": \"${HOME}\", \"token\": \"${PATH}\"}")).desk.load();
    assert_eq!(open.resolved["path"], "${HOME}");
    assert_eq!(
        (value(&open, "/token").1, &open.resolved["token"]),
        (Origin::Environment, &json!(std::env::var("PATH").unwrap()))
    );
}

#[test]
fn a_wrong_secret_is_not_told() {
    let project = Project::new(Some(schema()), None);
    let schema = json!({"properties": {"token": {"type": "string", "pattern": "^sk-", "enum": ["sk-1"]}}});
    let config = Project::new(Some(schema), Some("{\"token\": \"wrong-one\"}")).desk.load();
    assert_eq!(config.problems.len(), 2);
    assert!(project.save("{}", &[("/api_key", Some("ab"))]).unwrap_err().to_string().contains("too short"));
    let pattern = json!({"properties": {"password": {"type": "string", "pattern": "^[0-9]+$"}}});
    let config = Project::new(Some(pattern), Some("{\"password\": \"wrong-one\"}")).desk.load();
    assert!(config.problems[0].message.contains(MASKED) && !config.problems[0].message.contains("wrong-one"));
}

#[test]
fn what_somebody_else_changed_meanwhile_is_not_overwritten() {
    let project = Project::new(Some(schema()), Some("{}"));
    let save = |base: Option<String>, overwrite: bool| {
        let save =
            Save { document: "{\"timeout\": 1}".to_owned(), base, overwrite, by: "me".to_owned(), secrets: vec![] };
        project.desk.save(&save)
    };
    let base = project.desk.load().revision;
    std::fs::write(project.desk.file(), "{\"timeout\": 2}").unwrap();
    assert!(matches!(save(base.clone(), false), Err(SaveError::Conflict { .. })));
    assert!(matches!(save(None, false), Err(SaveError::Conflict { .. })));
    assert_eq!(project.file(), "{\"timeout\": 2}");
    save(base, true).unwrap();
    let who: Vec<String> = project.desk.versions().into_iter().map(|version| version.who).collect();
    assert_eq!(who, ["me", "found on the disk"]);
}

#[test]
fn the_last_versions_are_kept_and_come_back() {
    let project = Project::new(Some(schema()), None);
    for timeout in 0..25 {
        project.save(&format!("{{\"timeout\": {timeout}}}"), &[]).unwrap();
    }
    let versions = project.desk.versions();
    assert_eq!((versions.len(), versions[0].who.as_str()), (20, "a test"));
    assert_eq!(project.desk.version(&versions[19].id).unwrap(), "{\"timeout\": 5}");
    project.desk.restore(&versions[1].id, "me").unwrap();
    assert_eq!(project.file(), "{\"timeout\": 23}");
    assert!(project.desk.restore("../x", "me").is_err());
}

#[test]
fn what_is_refused_changes_nothing() {
    let project = Project::new(Some(schema()), Some("{}"));
    assert!(project.save("{\"timeout\": \"x\"}", &[]).is_err());
    assert_eq!((project.file().as_str(), project.desk.versions().len()), ("{}", 0));
}

//! Reading a plugin's config: the file, then the schema's defaults, then the general ones.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::secrets::{self, Reference, Vault};
use super::views::{ConfigProblem, ConfigValue, Origin};
use super::{Desk, general, revision};
use crate::config::document::Source;
use crate::config::json::{Document, pointer};
use crate::config::schema::{Schema, defaults, secret};
use crate::event::mask::MASKED;

/// What stands in the file when there is none.
pub(super) const EMPTY: &str = "{}\n";

/// A plugin's config as it is now. What it holds of secrets is for the plugin alone; [`Config::values`] and
/// [`Config::document`] are for showing.
#[derive(Clone)]
pub struct Config {
    /// What the plugin gets.
    pub resolved: Map<String, Value>,
    /// The file's text, with secrets that were written into it masked; `{}` when there is none.
    pub document: String,
    /// Of the file's bytes; nothing when there is no file.
    pub revision: Option<String>,
    /// What is wrong; the plugin can't be started with it.
    pub problems: Vec<ConfigProblem>,
    /// References to what is not here; the plugin can't be started, and the document can be saved.
    pub missing: Vec<ConfigProblem>,
    /// The schema itself is wrong, so that nothing was checked with it.
    pub schema_fault: Option<String>,
    /// The pointers of secrets, set or not.
    pub secrets: Vec<String>,
    /// The secrets' values.
    pub hidden: Vec<String>,
    pub(super) own: Vec<ConfigValue>,
    pub(super) general: Vec<ConfigValue>,
}

impl Config {
    /// The host does not load a plugin that says no here.
    pub fn enabled(&self) -> bool {
        self.resolved.get(general::ENABLED).and_then(Value::as_bool).unwrap_or(true)
    }

    /// Everything that keeps the plugin from being started.
    pub fn faults(&self) -> impl Iterator<Item = &ConfigProblem> {
        self.problems.iter().chain(&self.missing)
    }

    /// The plugin's own values, masked.
    pub fn values(&self) -> &[ConfigValue] {
        &self.own
    }

    /// The host's, as far as the schema does not declare them.
    pub fn general(&self) -> &[ConfigValue] {
        &self.general
    }

    /// What the plugin gets, with secrets masked.
    pub fn shown(&self) -> Value {
        let mut value = Value::Object(self.resolved.clone());
        hide(&mut value, &self.secrets);
        value
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("shown", &self.shown()).field("problems", &self.problems).finish_non_exhaustive()
    }
}

impl Desk {
    /// Reads the file and what it refers to.
    pub fn load(&self) -> Config {
        match Source::read(&self.file) {
            Ok(Some(source)) => {
                let mut config = self.assess(source.text());
                config.revision = Some(revision(source.text().as_bytes()));
                config
            }
            Ok(None) => self.assess(EMPTY),
            Err(problem) => {
                let mut config = self.assess(EMPTY);
                let message = format!("{} {}", problem.file.display(), problem.message);
                config.problems.push(ConfigProblem::at("", message, None));
                config
            }
        }
    }

    /// What a text would come to if it were the file's.
    pub fn assess(&self, text: &str) -> Config {
        match Vault::read(&self.secrets) {
            Ok(vault) => self.assess_with(text, &vault),
            Err(why) => {
                let mut config = self.assess_with(text, &Vault::default());
                config.missing.insert(0, ConfigProblem::at("", why, None));
                config
            }
        }
    }

    /// The same for a text that was made from the one that is shown, where secrets may be masked: those are as they
    /// are now.
    pub fn assess_draft(&self, text: &str) -> Config {
        let now = Value::Object(self.load().resolved);
        let Ok(document) = Document::parse(text) else { return self.assess(text) };
        let secrets = secret::pointers(self.schema.as_ref(), document.value());
        let masked = secrets.iter().filter(|at| document.value().pointer(at) == Some(&MASKED.into()));
        let present = masked.filter_map(|at| Some((at.clone(), now.pointer(at)?.clone())));
        let whole: BTreeMap<String, Value> = present.collect();
        if whole.is_empty() {
            return self.assess(text);
        }
        let mut config = self.assess(&document.replaced(&whole));
        // Places are those of the text that was given.
        for problem in config.problems.iter_mut().chain(&mut config.missing) {
            let spot = document.spot(&problem.pointer);
            *problem = ConfigProblem::at(
                std::mem::take(&mut problem.pointer),
                std::mem::take(&mut problem.message),
                Some(spot),
            );
        }
        config
    }

    pub(super) fn assess_with(&self, text: &str, vault: &Vault) -> Config {
        let mut reading = Reading {
            schema: self.schema.as_ref(),
            document: None,
            problems: Vec::new(),
            missing: Vec::new(),
            origins: BTreeMap::new(),
            hidden: Vec::new(),
        };
        let file = reading.parse(text);
        reading.config(file, vault)
    }
}

struct Reading<'d> {
    schema: Option<&'d Value>,
    document: Option<Document>,
    problems: Vec<ConfigProblem>,
    missing: Vec<ConfigProblem>,
    /// Of what is not simply the file's.
    origins: BTreeMap<String, Origin>,
    hidden: Vec<String>,
}

impl Reading<'_> {
    /// The file's object; an empty one if it is none.
    fn parse(&mut self, text: &str) -> Map<String, Value> {
        match Document::parse(text) {
            Ok(document) => {
                let value = document.value().clone();
                self.document = Some(document);
                match value {
                    Value::Object(fields) => return fields,
                    _ => self.problem("", "the config must be a JSON object, such as {\"timeout\": 10}".to_owned()),
                }
            }
            Err(fault) => {
                self.problems.push(ConfigProblem::at("", format!("the config {fault}"), Some(fault.at)));
            }
        }
        Map::new()
    }

    fn config(mut self, file: Map<String, Value>, vault: &Vault) -> Config {
        let written = Value::Object(file);
        let mut secrets = secret::pointers(self.schema, &written);
        let document = self.masked_text(&secrets);
        let mut resolved = self.resolve(&written, &mut secrets, vault);
        let declared: Vec<&str> = general::of_host(self.schema).collect();
        let mut host = Map::new();
        for key in &declared {
            let set = resolved.shift_remove(*key);
            if set.is_none() {
                self.origins.insert(pointer::child("", key), Origin::General);
            }
            let value = set.unwrap_or_else(|| general::default(key));
            if let Err(message) = general::check(key, &value) {
                self.problem(&pointer::child("", key), message);
            }
            host.insert((*key).to_owned(), value);
        }
        let schema_fault = self.by_schema(&mut resolved, &secrets);
        // Those that only defaults brought.
        let whole = Value::Object(resolved);
        for one in secret::pointers(self.schema, &whole) {
            if !secrets.contains(&one) {
                secrets.push(one);
            }
        }
        let own = self.values(&whole, &secrets);
        let general = self.values(&Value::Object(host.clone()), &[]);
        if let Value::Object(fields) = whole {
            for (key, value) in fields {
                host.insert(key, value);
            }
        }
        for key in general::KEYS {
            host.entry(key).or_insert_with(|| general::default(key));
        }
        let Reading { problems, missing, mut hidden, .. } = self;
        hidden.sort();
        hidden.dedup();
        Config {
            resolved: host,
            document: document.unwrap_or_default(),
            revision: None,
            problems,
            missing,
            schema_fault,
            secrets,
            hidden,
            own,
            general,
        }
    }

    /// The text without the secrets that somebody wrote into it.
    fn masked_text(&self, secrets: &[String]) -> Option<String> {
        let document = self.document.as_ref()?;
        let plain = |pointer: &&String| match document.value().pointer(pointer) {
            Some(Value::String(text)) => !text.is_empty() && secrets::reference(text).is_none(),
            _ => false,
        };
        let masked = secrets.iter().filter(plain).map(|pointer| (pointer.clone(), Value::from(MASKED)));
        Some(document.replaced(&masked.collect()))
    }

    /// Puts values in the place of references.
    fn resolve(&mut self, written: &Value, secrets: &mut Vec<String>, vault: &Vault) -> Map<String, Value> {
        let mut resolved = written.clone();
        for (at, text) in secrets::texts(written) {
            let is_secret = secrets.iter().any(|secret| pointer::is_within(&at, secret));
            let found = match secrets::reference(text) {
                Some(Reference::Stored(name)) => {
                    if !is_secret {
                        secrets.push(at.clone());
                    }
                    self.origins.insert(at.clone(), Origin::Secret);
                    vault.get(name).map(ToOwned::to_owned).ok_or_else(|| {
                        format!(
                            "`{}` refers to the secret `{name}`, which is not set on this machine",
                            pointer::words(&at)
                        )
                    })
                }
                Some(Reference::Environment(name)) if is_secret => {
                    self.origins.insert(at.clone(), Origin::Environment);
                    std::env::var(name).map_err(|_| {
                        format!(
                            "`{}` takes its value from the variable `{name}`, which the environment does not have",
                            pointer::words(&at)
                        )
                    })
                }
                Some(Reference::Environment(_)) => continue,
                None => {
                    if is_secret && !text.is_empty() {
                        self.hidden.push(text.to_owned());
                    }
                    continue;
                }
            };
            match found {
                Ok(value) => {
                    self.hidden.push(value.clone());
                    if let Some(place) = resolved.pointer_mut(&at) {
                        *place = Value::String(value);
                    }
                }
                Err(message) => {
                    let spot = self.document.as_ref().map(|document| document.spot(&at));
                    self.missing.push(ConfigProblem::at(at, message, spot));
                }
            }
        }
        match resolved {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }

    /// Fills in defaults and checks. Answers with the schema's own fault.
    fn by_schema(&mut self, values: &mut Map<String, Value>, secrets: &[String]) -> Option<String> {
        let source = self.schema?;
        let schema = match Schema::compile(source) {
            Ok(schema) => schema,
            Err(fault) => return Some(fault.0),
        };
        for filled in defaults::fill(source, values) {
            self.origins.insert(filled, Origin::Schema);
        }
        if self.origins.get("/enabled") == Some(&Origin::Schema) {
            // Whether a plugin is loaded is not for its own schema to say.
            self.origins.insert("/enabled".to_owned(), Origin::General);
            values.insert(general::ENABLED.to_owned(), Value::Bool(true));
        }
        match schema.check(&Value::Object(values.clone()), secrets) {
            Err(fault) => return Some(fault.0),
            Ok(violations) => {
                for violation in violations {
                    // What it would be is not known.
                    let unknown = self.missing.iter().any(|one| pointer::is_within(&violation.pointer, &one.pointer));
                    if !unknown || violation.is_name {
                        let spot = self.document.as_ref().map(|document| match violation.is_name {
                            true => document.spot_of_name(&violation.pointer),
                            false => document.spot(&violation.pointer),
                        });
                        self.problems.push(ConfigProblem::at(violation.pointer, violation.message, spot));
                    }
                }
            }
        }
        None
    }

    fn problem(&mut self, pointer: &str, message: String) {
        let spot = self.document.as_ref().map(|document| document.spot(pointer));
        self.problems.push(ConfigProblem::at(pointer, message, spot));
    }

    fn values(&self, whole: &Value, secrets: &[String]) -> Vec<ConfigValue> {
        let mut masked = whole.clone();
        hide(&mut masked, secrets);
        let value = |(pointer, value): (String, &Value)| ConfigValue {
            origin: self.origin(&pointer),
            value: value.clone(),
            pointer,
        };
        pointer::leaves(&masked).into_iter().map(value).collect()
    }

    /// Its own, or that of what it is in.
    fn origin(&self, pointer: &str) -> Origin {
        let mut at = pointer;
        loop {
            match (self.origins.get(at), at.rfind('/')) {
                (Some(origin), _) => return *origin,
                (None, Some(end)) => at = &at[..end],
                (None, None) => return Origin::File,
            }
        }
    }
}

/// Masks the texts at and below the pointers.
fn hide(value: &mut Value, secrets: &[String]) {
    for secret in secrets {
        if let Some(place) = value.pointer_mut(secret) {
            mask_texts(place);
        }
    }
}

fn mask_texts(value: &mut Value) {
    match value {
        Value::String(text) if !text.is_empty() => MASKED.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(mask_texts),
        Value::Object(fields) => fields.values_mut().for_each(mask_texts),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

//! Saving a plugin's config.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::PathBuf;

use rustix::fs::{FlockOperation, flock};
use serde_json::Value;

use super::load::EMPTY;
use super::secrets::{self, MAX_SECRET, Reference, Vault};
use super::versions::Versions;
use super::views::{ConfigProblem, ConfigVersion, SecretChange};
use super::{Config, Desk, revision};
use crate::config::atomic::{self, Access};
use crate::config::document::Source;
use crate::config::json::{Document, pointer};
use crate::config::schema::secret;
use crate::event::mask::MASKED;

/// Who changed a file that nobody told us of.
const FOUND: &str = "found on the disk";

/// A text that is to become the file's.
#[derive(Debug, Clone, Default)]
pub struct Save {
    pub document: String,
    /// The revision that it was made from; nothing when there was no file.
    pub base: Option<String>,
    pub secrets: Vec<SecretChange>,
    /// Whether it counts although the file has changed since.
    pub overwrite: bool,
    /// Who saves, in words.
    pub by: String,
}

/// What saving came to.
#[derive(Debug)]
pub struct Saved {
    pub before: Config,
    /// How it is now.
    pub config: Config,
}

/// Why it was not saved. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("{file} was changed by somebody else meanwhile")]
    Conflict { file: PathBuf },
    #[error("the config can't be saved as it is: {}", shown(.0))]
    Invalid(Vec<ConfigProblem>),
    #[error("there is no version `{0}`")]
    NoVersion(String),
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    #[error("{0}")]
    Refused(String),
}

fn shown(problems: &[ConfigProblem]) -> String {
    problems.iter().map(|problem| format!("\n  {problem}")).collect()
}

impl Desk {
    /// The kept versions, newest first.
    pub fn versions(&self) -> Vec<ConfigVersion> {
        Versions(&self.versions).list()
    }

    /// The text of a kept version.
    pub fn version(&self, id: &str) -> Result<String, SaveError> {
        Versions(&self.versions).document(id).ok_or_else(|| SaveError::NoVersion(id.to_owned()))
    }

    /// Saves a text, if it is right and the file is the one that it was made from. One at a time saves, across
    /// processes.
    pub fn save(&self, save: &Save) -> Result<Saved, SaveError> {
        let _lock = self.lock()?;
        let current = Source::read(&self.file).map_err(|problem| SaveError::Refused(problem.to_string()))?;
        let current = current.map(|source| source.text().to_owned());
        let found = current.as_ref().map(|text| revision(text.as_bytes()));
        if !save.overwrite && found != save.base {
            return Err(SaveError::Conflict { file: self.file.clone() });
        }
        let vault = Vault::read(&self.secrets).map_err(SaveError::Refused)?;
        let before = self.assess_with(current.as_deref().unwrap_or(EMPTY), &vault);
        let mut draft = Draft { desk: self, vault: vault.clone(), current: current.as_deref() };
        let text = draft.text(save)?;
        let mut next = draft.vault;
        let mut config = self.assess_with(&text, &next);
        if !config.problems.is_empty() {
            return Err(SaveError::Invalid(config.problems));
        }
        config.revision = Some(revision(text.as_bytes()));
        let versions = Versions(&self.versions);
        if current.is_some() && versions.newest().as_ref() != Some(&before.document) {
            versions.add(FOUND, &before.document).map_err(|source| self.failed("its version can't be kept", source))?;
        }
        if next != vault {
            // Before the file: a reference never stands there without its value.
            next.write(&self.secrets).map_err(|source| self.failed("the secrets can't be kept", source))?;
        }
        atomic::write(&self.file, text.as_bytes(), Access::Project)
            .map_err(|source| self.failed("the config can't be written", source))?;
        if versions.newest().as_ref() != Some(&config.document) {
            versions
                .add(&save.by, &config.document)
                .map_err(|source| self.failed("its version can't be kept", source))?;
        }
        self.forget_unused(&mut next, &config.document);
        Ok(Saved { before, config })
    }

    /// Saves a kept version again.
    pub fn restore(&self, id: &str, by: &str) -> Result<Saved, SaveError> {
        let document = self.version(id)?;
        self.save(&Save { document, overwrite: true, by: by.to_owned(), ..Save::default() })
    }

    /// Drops the secrets that neither the file nor a kept version refers to.
    fn forget_unused(&self, vault: &mut Vault, after: &str) {
        let mut referred = BTreeSet::new();
        for text in Versions(&self.versions).documents().iter().map(String::as_str).chain([after]) {
            let value: Value = serde_json::from_str(text).unwrap_or_default();
            for (_, text) in secrets::texts(&value) {
                if let Some(Reference::Stored(name)) = secrets::reference(text) {
                    referred.insert(name.to_owned());
                }
            }
        }
        let before = vault.clone();
        vault.keep(&|name| referred.contains(name));
        if *vault != before
            && let Err(error) = vault.write(&self.secrets)
        {
            tracing::warn!(plugin = %self.plugin, %error, "secrets that are no longer used could not be removed");
        }
    }

    /// How it is when nobody is saving: never the secrets of one save with the file before it.
    pub fn load_settled(&self) -> Config {
        // Nobody saved yet where there is no folder. Without the lock it is as good as what can be read.
        let _lock = self.versions.is_dir().then(|| self.lock());
        self.load()
    }

    /// Who saved this text, if it is the newest that was saved.
    pub fn author(&self, document: &str) -> Option<String> {
        let versions = Versions(&self.versions);
        let newest = versions.list().into_iter().next()?;
        (newest.who != FOUND && versions.document(&newest.id).as_deref() == Some(document)).then_some(newest.who)
    }

    fn lock(&self) -> Result<File, SaveError> {
        let path = self.versions.with_extension("lock");
        let locked = || {
            atomic::create_dir(&self.versions, Access::OwnerOnly)?;
            let file = File::options().create(true).truncate(false).write(true).open(&path)?;
            flock(&file, FlockOperation::LockExclusive)?;
            Ok(file)
        };
        locked().map_err(|source| self.failed("the config can't be locked", source))
    }

    fn failed(&self, what: &str, source: io::Error) -> SaveError {
        SaveError::Io { what: format!("{}: {what}", self.file.display()), source }
    }
}

/// A text on its way to the file.
struct Draft<'d> {
    desk: &'d Desk,
    vault: Vault,
    current: Option<&'d str>,
}

impl Draft<'_> {
    /// The text with references in the place of secrets.
    fn text(&mut self, save: &Save) -> Result<String, SaveError> {
        let mut text = save.document.clone();
        for change in &save.secrets {
            let document = parse(&text)?;
            text = match &change.value {
                Some(value) => {
                    let reference = self.keep(&document, &change.pointer, value)?;
                    document
                        .set(&change.pointer, &reference)
                        .map_err(|error| invalid(&change.pointer, &error.to_string()))?
                }
                None if document.value().pointer(&change.pointer).is_some() => {
                    document.remove(&change.pointer).map_err(|error| invalid(&change.pointer, &error.to_string()))?
                }
                None => text,
            };
        }
        let document = parse(&text)?;
        let mut references = BTreeMap::new();
        for at in secret::pointers(self.desk.schema.as_ref(), document.value()) {
            let Some(Value::String(plain)) = document.value().pointer(&at) else { continue };
            if plain.is_empty() || secrets::reference(plain).is_some() {
                continue;
            }
            let reference =
                if plain == MASKED { self.present(&document, &at)? } else { self.keep(&document, &at, plain)? };
            references.insert(at, reference);
        }
        Ok(document.replaced(&references))
    }

    /// Keeps a secret's value, and answers with the reference to it.
    fn keep(&mut self, document: &Document, at: &str, value: &str) -> Result<Value, SaveError> {
        if value.len() > MAX_SECRET {
            return Err(invalid(at, &format!("`{}` is longer than {} KiB", pointer::words(at), MAX_SECRET / 1024)));
        }
        let current = self.current.and_then(|text| serde_json::from_str::<Value>(text).ok());
        let stored = |value: Option<&Value>| match value.and_then(Value::as_str).and_then(secrets::reference) {
            Some(Reference::Stored(name)) => Some(name.to_owned()),
            Some(Reference::Environment(_)) | None => None,
        };
        let all: Vec<(String, &str)> = secrets::texts(document.value());
        let in_use = |name: &str| {
            all.iter().any(|(other, text)| other != at && secrets::reference(text) == Some(Reference::Stored(name)))
        };
        // The same name as before, so that the file of others stays as it is; not one that another value has now.
        let own = stored(document.value().pointer(at))
            .or_else(|| stored(current.as_ref().and_then(|value| value.pointer(at))))
            .filter(|name| !in_use(name));
        let name = own.unwrap_or_else(|| self.vault.free_name(at, &in_use));
        self.vault.set(&name, value.to_owned());
        Ok(Value::String(secrets::written(&name)))
    }

    /// What stands there now, for a text that shows it masked.
    fn present(&mut self, document: &Document, at: &str) -> Result<Value, SaveError> {
        let current = self.current.and_then(|text| serde_json::from_str::<Value>(text).ok());
        match current.as_ref().and_then(|value| value.pointer(at)) {
            Some(Value::String(text)) if secrets::reference(text).is_some() => Ok(Value::String(text.clone())),
            Some(Value::String(text)) => self.keep(document, at, text),
            _ => Err(invalid(
                at,
                &format!("`{}` is masked, and there is no value that it could stand for", pointer::words(at)),
            )),
        }
    }
}

fn parse(text: &str) -> Result<Document, SaveError> {
    Document::parse(text)
        .map_err(|fault| SaveError::Invalid(vec![ConfigProblem::at("", format!("the config {fault}"), Some(fault.at))]))
}

fn invalid(at: &str, message: &str) -> SaveError {
    SaveError::Invalid(vec![ConfigProblem::at(at, message, None)])
}

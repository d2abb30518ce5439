//! Which handlers the operator lets be called.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::handler::HandlerRef;
use crate::config::atomic::{self, Access};

/// For how long a handler is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandlerLasting {
    /// Until this process ends.
    Session,
    /// Kept with the user's state of the project.
    Always,
}

/// What was switched, on or off; what was not is as the settings say. May be used from any thread.
#[derive(Default)]
pub struct Switches {
    /// Where what lasts is kept; without a file, nothing does.
    file: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    session: BTreeMap<HandlerRef, bool>,
    always: BTreeMap<HandlerRef, bool>,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    handler: HandlerRef,
    enabled: bool,
}

/// The file can't be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{file} can't be used: {reason}; correct it or delete it")]
pub struct SwitchesError {
    pub file: PathBuf,
    pub reason: String,
}

impl Switches {
    /// Reads what lasts. Blocks on the disk.
    pub fn open(file: PathBuf) -> Result<Self, SwitchesError> {
        let always = read(&file)?;
        Ok(Switches { file: Some(file), state: Mutex::new(State { session: BTreeMap::new(), always }) })
    }

    /// How a handler was switched, if it was.
    pub fn of(&self, handler: &HandlerRef) -> Option<bool> {
        self.lasting(handler).map(|(enabled, _)| enabled)
    }

    /// The same, and for how long.
    pub fn lasting(&self, handler: &HandlerRef) -> Option<(bool, HandlerLasting)> {
        let state = self.state();
        let now = state.session.get(handler).map(|enabled| (*enabled, HandlerLasting::Session));
        now.or_else(|| state.always.get(handler).map(|enabled| (*enabled, HandlerLasting::Always)))
    }

    /// Switches a handler. What lasts is written first, over what another process may have written meanwhile; then it
    /// goes before what was set for the session. Blocks on the disk.
    pub fn set(&self, handler: &HandlerRef, enabled: bool, lasting: HandlerLasting) -> Result<(), SwitchesError> {
        match (lasting, &self.file) {
            (HandlerLasting::Session, _) | (HandlerLasting::Always, None) => {
                self.state().session.insert(handler.clone(), enabled);
            }
            (HandlerLasting::Always, Some(file)) => {
                let mut always = read(file)?;
                always.insert(handler.clone(), enabled);
                write(file, &always)?;
                let mut state = self.state();
                state.session.remove(handler);
                state.always = always;
            }
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can panic half way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(file: &Path) -> Result<BTreeMap<HandlerRef, bool>, SwitchesError> {
    let fault = |reason: String| SwitchesError { file: file.to_owned(), reason };
    let text = match std::fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(fault(error.to_string())),
    };
    let kept: Vec<Kept> = serde_json::from_slice(&text).map_err(|error| fault(error.to_string()))?;
    Ok(kept.into_iter().map(|kept| (kept.handler, kept.enabled)).collect())
}

fn write(file: &Path, always: &BTreeMap<HandlerRef, bool>) -> Result<(), SwitchesError> {
    let fault = |reason: String| SwitchesError { file: file.to_owned(), reason };
    let kept = always.iter().map(|(handler, enabled)| Kept { handler: handler.clone(), enabled: *enabled });
    let text = serde_json::to_vec_pretty(&kept.collect::<Vec<_>>()).map_err(|error| fault(error.to_string()))?;
    atomic::write(file, &text, Access::OwnerOnly).map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handler(name: &str) -> HandlerRef {
        format!("notes:run_end:{name}").parse().unwrap()
    }

    #[test]
    fn what_lasts_is_there_after_a_restart_and_what_does_not_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("handlers.json");
        let switches = Switches::open(file.clone()).unwrap();
        switches.set(&handler("a"), false, HandlerLasting::Always).unwrap();
        switches.set(&handler("b"), false, HandlerLasting::Session).unwrap();
        assert_eq!(["a", "b", "c"].map(|name| switches.of(&handler(name))), [Some(false), Some(false), None]);

        let later = Switches::open(file).unwrap();
        assert_eq!(["a", "b"].map(|name| later.of(&handler(name))), [Some(false), None]);
        later.set(&handler("a"), true, HandlerLasting::Session).unwrap();
        assert_eq!(later.of(&handler("a")), Some(true));
        later.set(&handler("a"), false, HandlerLasting::Always).unwrap();
        assert_eq!(later.of(&handler("a")), Some(false), "what was said last counts");
    }

    #[test]
    fn two_processes_do_not_lose_each_others_switches_and_a_broken_file_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("handlers.json");
        let (one, two) = (Switches::open(file.clone()).unwrap(), Switches::open(file.clone()).unwrap());
        one.set(&handler("a"), false, HandlerLasting::Always).unwrap();
        two.set(&handler("b"), false, HandlerLasting::Always).unwrap();
        let later = Switches::open(file.clone()).unwrap();
        assert_eq!(["a", "b"].map(|name| later.of(&handler(name))), [Some(false); 2]);

        std::fs::write(&file, "{").unwrap();
        let error = Switches::open(file).err().unwrap().to_string();
        assert!(error.contains("handlers.json can't be used") && error.contains("delete it"), "{error}");
    }
}

//! Which handlers the operator lets be called.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::handler::HandlerRef;
use crate::config::atomic::{self, Access};
use crate::config::stamp::Stamp;

/// For how long a handler is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandlerLasting {
    /// Until this process ends.
    Session,
    /// Kept with the user's state of the project.
    Always,
}

/// What was switched, on or off; what was not is as the settings say. May be used from any thread, and several processes
/// may use the same file.
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
    /// Of the file that `always` was read from.
    stamp: Stamp,
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
        let (stamp, always) = (Stamp::of(&file), read(&file)?);
        Ok(Switches { file: Some(file), state: Mutex::new(State { session: BTreeMap::new(), always, stamp }) })
    }

    /// How a handler was switched, if it was, here or by another process. Blocks on the disk, for a look at the file,
    /// and to read it if it was written meanwhile.
    pub fn of(&self, handler: &HandlerRef) -> Option<bool> {
        self.lasting(handler).map(|(enabled, _)| enabled)
    }

    /// The same, and for how long.
    pub fn lasting(&self, handler: &HandlerRef) -> Option<(bool, HandlerLasting)> {
        let mut state = self.state();
        if let Some(file) = &self.file {
            state.keep_up(file);
        }
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
                let _lock = lock(file)?;
                let mut always = read(file)?;
                always.insert(handler.clone(), enabled);
                write(file, &always)?;
                let mut state = self.state();
                state.session.remove(handler);
                // Nobody else can have written since.
                (state.always, state.stamp) = (always, Stamp::of(file));
            }
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can panic half way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Reads the file if it was written since. One that can't be read any more leaves what it said before.
    fn keep_up(&mut self, file: &Path) {
        let stamp = Stamp::of(file);
        if stamp == self.stamp {
            return;
        }
        self.stamp = stamp;
        match read(file) {
            Ok(always) => self.always = always,
            Err(error) => tracing::error!(%error, "which handlers are disabled can't be read"),
        }
    }
}

/// Held while the file is changed, so that two processes don't undo each other's changes.
fn lock(file: &Path) -> Result<File, SwitchesError> {
    let locked = || {
        let lock =
            File::options().create(true).truncate(false).write(true).mode(0o600).open(file.with_extension("lock"))?;
        lock.lock()?;
        Ok(lock)
    };
    locked().map_err(|error: io::Error| SwitchesError { file: file.to_owned(), reason: error.to_string() })
}

fn read(file: &Path) -> Result<BTreeMap<HandlerRef, bool>, SwitchesError> {
    let fault = |reason: String| SwitchesError { file: file.to_owned(), reason };
    let text = match std::fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
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
    use std::sync::Barrier;

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
    fn those_who_switch_at_the_same_time_lose_nothing_of_each_others() {
        const EACH: usize = 20;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("handlers.json");
        let names = |who: usize| (0..EACH).map(move |number| handler(&format!("h{who}-{number}")));
        let begin = Barrier::new(4);
        std::thread::scope(|scope| {
            for who in 0..4 {
                // As another process has it.
                let (switches, begin) = (Switches::open(file.clone()).unwrap(), &begin);
                scope.spawn(move || {
                    begin.wait();
                    names(who).for_each(|name| switches.set(&name, false, HandlerLasting::Always).unwrap());
                });
            }
        });
        let later = Switches::open(file).unwrap();
        let lost: Vec<_> = (0..4).flat_map(names).filter(|name| later.of(name) != Some(false)).collect();
        assert_eq!(lost, []);
    }

    #[test]
    fn what_another_process_switches_for_good_counts_here_and_a_broken_file_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("handlers.json");
        let (one, two) = (Switches::open(file.clone()).unwrap(), Switches::open(file.clone()).unwrap());
        one.set(&handler("a"), false, HandlerLasting::Always).unwrap();
        assert_eq!(two.of(&handler("a")), Some(false));
        one.set(&handler("a"), true, HandlerLasting::Always).unwrap();
        assert_eq!(two.of(&handler("a")), Some(true));

        std::fs::write(&file, "{").unwrap();
        assert_eq!(two.of(&handler("a")), Some(true));
        for error in
            [Switches::open(file).err().unwrap(), two.set(&handler("b"), true, HandlerLasting::Always).unwrap_err()]
        {
            let error = error.to_string();
            assert!(error.contains("handlers.json can't be used") && error.contains("delete it"), "{error}");
        }
    }
}

//! A confinement, and putting oneself into it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Level, Limits};
#[cfg(target_os = "linux")]
use super::{Listener, syscalls::Told};

/// What a process may touch. All paths are absolute; what is below a folder counts with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// To be read, and executed.
    pub read: Vec<PathBuf>,
    /// Folders whose names may be listed, with all below them, but not what is in the files.
    pub list: Vec<PathBuf>,
    /// To be read and changed, never executed.
    pub write: Vec<PathBuf>,
    /// Of what may be read or changed, what a person granted by its name. Nothing is followed there: a link that the
    /// plugin put in the place of a folder would else be granted with what it leads to.
    pub granted: Vec<PathBuf>,
    /// Whether sockets may be opened, to anywhere.
    pub network: bool,
    pub limits: Limits,
    /// How far to go: what belongs to a higher level is left out.
    pub level: Level,
}

/// How much held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confined {
    pub level: Level,
    /// Why it is not [`Level::Full`], if it is not.
    pub lacking: Option<String>,
    /// Why nobody is told of the system calls that are refused, if so.
    pub untold: Option<String>,
}

impl Confined {
    /// Nothing is held, and why.
    pub(super) fn not(why: impl Into<String>) -> Self {
        Confined { level: Level::None, lacking: Some(why.into()), untold: None }
    }

    /// What is not as it should be, in words.
    pub fn shortcomings(&self) -> Option<String> {
        let untold = self.untold.as_ref().map(|why| format!("attempts that are refused are not told of: {why}"));
        let all: Vec<_> = self.lacking.iter().cloned().chain(untold).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

/// A process that is confined now.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub struct Held {
    pub confined: Confined,
    /// Tells of the system calls that are refused, and answers them: to be given away before any code runs that is to
    /// be held.
    pub listener: Option<Listener>,
}

/// A process that is less confined than it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox reaches only the level `{reached}` here, and `{least}` is the least: {lacking}")]
pub struct NotConfined {
    pub reached: Level,
    pub least: Level,
    pub lacking: String,
}

/// Confines this process: to be called while it has one thread only. As much as holds is done; less than `least` is an
/// error, and the process must then not go on.
#[cfg(target_os = "linux")]
pub fn confine(confinement: &Confinement, least: Level) -> Result<Held, NotConfined> {
    let held = confine_as_far_as_possible(confinement);
    let Confined { level, lacking, .. } = &held.confined;
    match lacking {
        Some(lacking) if *level < least => Err(NotConfined { reached: *level, least, lacking: lacking.clone() }),
        Some(_) | None => Ok(held),
    }
}

#[cfg(target_os = "linux")]
pub(super) fn confine_as_far_as_possible(confinement: &Confinement) -> Held {
    let quiet = |confined| Held { confined, listener: None };
    let only = |level, lacking: String| quiet(Confined { level, lacking: Some(lacking), untold: None });
    let wanted = |level| only(level, "more was not wanted".to_owned());
    if confinement.level < Level::Limits {
        return wanted(Level::None);
    }
    if let Err(error) = super::capabilities::give_up() {
        return quiet(Confined::not(format!("rights can't be given up: {error}")));
    }
    if let Err(error) = super::syscalls::mark() {
        return quiet(Confined::not(format!("it can't be told from your own programs (seccomp): {error}")));
    }
    if let Err(error) = confinement.limits.apply() {
        return quiet(Confined::not(format!("limits can't be set: {error}")));
    }
    if confinement.level < Level::Syscalls {
        return wanted(Level::Limits);
    }
    // Before seccomp, which would refuse these calls where it does not know them.
    let paths = (confinement.level == Level::Full).then(|| super::paths::confine(confinement));
    let (listener, untold) = match super::syscalls::confine(confinement.network) {
        Ok(Told::To(listener)) => (Some(listener), None),
        Ok(Told::ToNobody(why)) => (None, Some(format!("the kernel gives no listener (seccomp): {why}"))),
        Err(error) => return only(Level::Limits, format!("system calls can't be refused (seccomp): {error}")),
    };
    let (level, lacking) = match paths {
        None => (Level::Syscalls, Some("more was not wanted".to_owned())),
        Some(Ok(true)) => (Level::Full, None),
        Some(Ok(false)) => (Level::Syscalls, Some("this kernel can't hold all rules for files (Landlock)".to_owned())),
        Some(Err(error)) => (Level::Syscalls, Some(format!("files can't be held (Landlock): {error}"))),
    };
    Held { confined: Confined { level, lacking, untold }, listener }
}

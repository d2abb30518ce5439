//! A confinement, and putting oneself into it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Level, Limits};

/// What a process may touch. All paths are absolute; what is below a folder counts with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// To be read, and executed.
    pub read: Vec<PathBuf>,
    /// Folders whose names may be listed, with all below them, but not what is in the files.
    pub list: Vec<PathBuf>,
    /// To be read and changed, never executed.
    pub write: Vec<PathBuf>,
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
pub fn confine(confinement: &Confinement, least: Level) -> Result<Confined, NotConfined> {
    let (level, lacking) = confine_as_far_as_possible(confinement);
    match lacking {
        Some(lacking) if level < least => Err(NotConfined { reached: level, least, lacking }),
        lacking => Ok(Confined { level, lacking }),
    }
}

#[cfg(target_os = "linux")]
pub(super) fn confine_as_far_as_possible(confinement: &Confinement) -> (Level, Option<String>) {
    let wanted = |level: Level| (level, Some("more was not wanted".to_owned()));
    if confinement.level < Level::Limits {
        return wanted(Level::None);
    }
    if let Err(error) = super::capabilities::give_up() {
        return (Level::None, Some(format!("rights can't be given up: {error}")));
    }
    if let Err(error) = confinement.limits.apply() {
        return (Level::None, Some(format!("limits can't be set: {error}")));
    }
    if confinement.level < Level::Syscalls {
        return wanted(Level::Limits);
    }
    // Before seccomp, which would refuse these calls where it does not know them.
    let paths = (confinement.level == Level::Full).then(|| super::paths::confine(confinement));
    if let Err(error) = super::syscalls::confine(confinement.network) {
        return (Level::Limits, Some(format!("system calls can't be refused (seccomp): {error}")));
    }
    match paths {
        None => wanted(Level::Syscalls),
        Some(Ok(true)) => (Level::Full, None),
        Some(Ok(false)) => (Level::Syscalls, Some("this kernel can't hold all rules for files (Landlock)".to_owned())),
        Some(Err(error)) => (Level::Syscalls, Some(format!("files can't be held (Landlock): {error}"))),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn confine_as_far_as_possible(_: &Confinement) -> (Level, Option<String>) {
    (Level::None, Some("only Linux can confine a process so far".to_owned()))
}

//! Finds out what holds on this machine, by trying what must not work.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::{Confined, Level};

/// The hidden first argument with which our own executable becomes the one that tries.
pub const PROBE: &str = "__probe";

/// It takes milliseconds; one that takes this long will not answer.
const LIMIT: Duration = Duration::from_secs(10);

/// How far a process can be confined here. `executable` is our own, which calls [`answer`] when its first argument is
/// [`PROBE`]. What can't be found out does not hold.
pub async fn measure(executable: &Path) -> Confined {
    let mut command = Command::new(executable);
    command.arg(PROBE).env_clear().stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let unknown = |why: String| Confined { level: Level::None, lacking: Some(why) };
    match tokio::time::timeout(LIMIT, command.output()).await {
        Ok(Ok(output)) => serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| unknown(format!("trying it out ended with {}", output.status))),
        Ok(Err(error)) => unknown(format!("it can't be tried out: {error}")),
        Err(_) => unknown("trying it out took too long".to_owned()),
    }
}

/// Confines this process, tries to get out, and says how that went: in a process that has one thread and does nothing
/// else.
pub fn answer() -> std::process::ExitCode {
    let told = serde_json::to_writer(io::stdout(), &try_out());
    told.map_or(std::process::ExitCode::FAILURE, |()| std::process::ExitCode::SUCCESS)
}

#[cfg(not(target_os = "linux"))]
fn try_out() -> Confined {
    Confined { level: Level::None, lacking: Some("only Linux can confine a process so far".to_owned()) }
}

/// The level is what held, not what was set.
#[cfg(target_os = "linux")]
fn try_out() -> Confined {
    let confinement = super::Confinement { read: super::system::readable(false), ..Default::default() };
    let set = super::confinement::confine_as_far_as_possible(&confinement);
    let held = if let Some(through) = linux::syscalls() {
        (Level::Limits, Some(through))
    } else if let Some(through) = linux::files() {
        (Level::Syscalls, Some(through))
    } else {
        (Level::Full, None)
    };
    let (level, lacking) = match held {
        (level, Some(through)) if level < set.0 => (level, Some(format!("{through} was not refused"))),
        _ => set,
    };
    Confined { level, lacking }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::net::UdpSocket;
    use std::path::Path;
    use std::process::Command;

    use rustix::process::{getppid, test_kill_process};

    /// What got through that needs no file.
    pub(super) fn syscalls() -> Option<&'static str> {
        if UdpSocket::bind("127.0.0.1:0").is_ok() {
            return Some("opening a socket");
        }
        if let Ok(mut program) = Command::new("/proc/self/exe").arg("--version").spawn() {
            // It got out, and is gone at once.
            let _ = program.wait();
            return Some("starting a program");
        }
        None
    }

    /// What got through that needs a file, or reaches another process.
    pub(super) fn files() -> Option<&'static str> {
        let refused = |done: io::Result<()>| done.is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied);
        if !refused(Path::new("/").read_dir().map(drop)) {
            return Some("listing a folder that was not given");
        }
        if !refused(std::fs::read("/proc/self/status").map(drop)) {
            return Some("reading a file that was not given");
        }
        match getppid() {
            Some(parent) if test_kill_process(parent).is_ok() => Some("signalling another process"),
            Some(_) | None => None,
        }
    }
}

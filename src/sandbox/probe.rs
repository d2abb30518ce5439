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
    let unknown = |why: String| Confined::not(why);
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
    Confined::not("only Linux can confine a process so far")
}

/// The level is what held, not what was set.
#[cfg(target_os = "linux")]
fn try_out() -> Confined {
    let confinement = super::Confinement { read: super::system::readable(false), ..Default::default() };
    let trying = || {
        if let Some(through) = linux::syscalls() {
            (Level::Limits, Some(through))
        } else if let Some(through) = linux::files() {
            (Level::Syscalls, Some(through))
        } else {
            (Level::Full, None)
        }
    };
    let confine = || {
        let held = super::confinement::confine_as_far_as_possible(&confinement);
        (held.confined, held.listener)
    };
    match linux::inside(confine, trying) {
        Some((set, (level, Some(through)), _)) if level < set.level => {
            Confined { level, lacking: Some(format!("{through} was not refused")), ..set }
        }
        Some((set, _, 0)) if set.level >= Level::Syscalls && set.untold.is_none() => {
            Confined { untold: Some("of what was tried here nothing was told".to_owned()), ..set }
        }
        Some((set, ..)) => set,
        None => Confined::not("trying it out failed"),
    }
}

#[cfg(target_os = "linux")]
pub(super) mod linux {
    use std::io;
    use std::net::UdpSocket;
    use std::path::Path;
    use std::process::Command;
    use std::sync::mpsc;
    use std::time::Duration;

    use rustix::process::{getppid, test_kill_process};

    use super::super::{Heard, Listener};

    /// Older kernels do not say that the last one who could try anything is gone.
    const LOOK_AGAIN: Duration = Duration::from_millis(20);

    /// Does some work on a thread that confines itself before, for good, and refuses what it tries meanwhile. Answers
    /// with what confining returned, what the work did, and how many attempts were told of; or with nothing, if it
    /// panicked.
    pub(in crate::sandbox) fn inside<C: Send, T: Send>(
        confine: impl FnOnce() -> (C, Option<Listener>) + Send,
        work: impl FnOnce() -> T + Send,
    ) -> Option<(C, T, usize)> {
        let (give, given) = mpsc::channel();
        std::thread::scope(|scope| {
            let thread = scope.spawn(move || {
                let (confined, listener) = confine();
                // The other side waits for it.
                let _ = give.send(listener);
                (confined, work())
            });
            let mut told = 0;
            if let Ok(Some(listener)) = given.recv() {
                loop {
                    match listener.wait(Some(LOOK_AGAIN)) {
                        Ok(Heard::Attempt(waiting)) => {
                            told += usize::from(listener.refuse(&waiting).is_ok());
                        }
                        Ok(Heard::Nothing) if !thread.is_finished() => {}
                        Ok(Heard::Nothing | Heard::Over) | Err(_) => break,
                    }
                }
            }
            thread.join().ok().map(|(confined, done)| (confined, done, told))
        })
    }

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
        match getppid() {
            Some(parent) if test_kill_process(parent).is_ok() => Some("signalling another process"),
            Some(_) | None => None,
        }
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
        None
    }
}

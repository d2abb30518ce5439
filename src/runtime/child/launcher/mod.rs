//! The launcher: a fresh process of our own that becomes a plugin.
//!
//! It is started by a supervisor with a socket to that as its standard input, from which it gets the protocol's socket,
//! and has one thread until it knows what to become. What keeps it from doing so it writes to its standard error, which
//! the host reads.

#[cfg(target_os = "linux")]
mod descriptors;
#[cfg(target_os = "linux")]
mod library;
#[cfg(target_os = "linux")]
mod reach;

/// Runs this process as a plugin, and returns its exit status. To be called first thing in `main`, before any thread
/// or terminal is touched, when the first argument is [`super::LAUNCH`].
#[cfg(target_os = "linux")]
pub fn main() -> std::process::ExitCode {
    linux::main()
}

/// Runs this process as a plugin, and returns its exit status.
#[cfg(not(target_os = "linux"))]
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::FAILURE
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{self, Write};
    use std::os::unix::net::UnixStream;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, ExitCode};

    use orchestrator_protocol::frame;
    use rustix::process::{Signal, getppid, set_parent_process_death_signal};

    use super::super::program::{Launch, Program};
    use super::descriptors::Given;
    use super::{descriptors, library, reach};
    use crate::runtime::supervise::handing;
    use crate::sandbox::{self, Held, Level};

    /// What a shell answers when it can't start a program.
    const NOT_STARTED: u8 = 127;

    pub(super) fn main() -> ExitCode {
        launch().unwrap_or_else(|error| {
            complain(&format!("the plugin's process could not be set up: {error}"));
            ExitCode::from(NOT_STARTED)
        })
    }

    fn launch() -> io::Result<ExitCode> {
        // With the supervisor goes the only one who could end what is below us.
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // The supervisor, or the host, may be gone, or want no plugin any more.
        let Some(Given { socket, supervisor: door }) = descriptors::take()? else { return Ok(ExitCode::SUCCESS) };
        let Some(launch) = frame::read_frame(&mut &socket).map_err(io::Error::other)? else {
            return Ok(ExitCode::SUCCESS);
        };
        let Launch { supervisor, confinement, least, program } = serde_json::from_slice(&launch)?;
        if getppid().map(|parent| parent.as_raw_nonzero().get().unsigned_abs()) != Some(supervisor) {
            // It ended before the signal was set.
            return Ok(ExitCode::FAILURE);
        }
        let held = sandbox::confine(&confinement, least).map_err(io::Error::other)?;
        let level = held.confined.level;
        give_away(held, door)?;
        match program {
            Program::Library { copy } => Ok(library::host(&copy, socket)),
            Program::Python { interpreter, args } => {
                descriptors::let_inherit(&socket)?;
                let mut command = Command::new(&interpreter);
                command.args(args);
                if level == Level::Full {
                    match reach::value(&confinement) {
                        Some(value) => drop(command.env(reach::VARIABLE, value)),
                        None => complain("attempts at files will not be told of: too many paths are granted"),
                    }
                }
                let error = command.exec();
                Err(io::Error::new(error.kind(), format!("{} can't be started: {error}", interpreter.display())))
            }
        }
    }

    /// Leaves it to the supervisor to hear of what is refused here, and keeps nothing that could answer for it.
    fn give_away(held: Held, door: UnixStream) -> io::Result<()> {
        match held.listener {
            Some(listener) => handing::give(door, listener),
            None => {
                if let Some(why) = held.confined.untold {
                    complain(&format!("attempts that are refused will not be told of: {why}"));
                }
                Ok(())
            }
        }
    }

    /// Puts a line into the plugin's log.
    fn complain(line: &str) {
        // A host that reads nothing is gone.
        let _ = writeln!(io::stderr(), "{line}");
    }
}

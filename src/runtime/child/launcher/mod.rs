//! The launcher: a fresh process of our own that becomes a plugin.
//!
//! It is started by a supervisor with the protocol's socket as its standard input, and has one thread until it knows
//! what to become. What keeps it from doing so it writes to its standard error, which the host reads.

#[cfg(target_os = "linux")]
mod descriptors;
#[cfg(target_os = "linux")]
mod library;

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
    use std::os::unix::process::CommandExt;
    use std::process::{Command, ExitCode};

    use orchestrator_protocol::frame;
    use rustix::process::{Signal, getppid, set_parent_process_death_signal};

    use super::super::program::{Launch, Program};
    use super::{descriptors, library};
    use crate::sandbox;

    /// What a shell answers when it can't start a program.
    const NOT_STARTED: u8 = 127;

    pub(super) fn main() -> ExitCode {
        launch().unwrap_or_else(|error| {
            // A host that reads nothing is gone.
            let _ = writeln!(io::stderr(), "the plugin's process could not be set up: {error}");
            ExitCode::from(NOT_STARTED)
        })
    }

    fn launch() -> io::Result<ExitCode> {
        // With the supervisor goes the only one who could end what is below us.
        set_parent_process_death_signal(Some(Signal::KILL))?;
        let socket = descriptors::take_socket()?;
        let Some(launch) = frame::read_frame(&mut &socket).map_err(io::Error::other)? else {
            // The host is gone, or wants no plugin any more.
            return Ok(ExitCode::SUCCESS);
        };
        let Launch { supervisor, confinement, least, program } = serde_json::from_slice(&launch)?;
        if getppid().map(|parent| parent.as_raw_nonzero().get().unsigned_abs()) != Some(supervisor) {
            // It ended before the signal was set.
            return Ok(ExitCode::FAILURE);
        }
        sandbox::confine(&confinement, least).map_err(io::Error::other)?;
        match program {
            Program::Library { copy } => Ok(library::host(&copy, socket)),
            Program::Python { interpreter, args } => {
                descriptors::let_inherit(&socket)?;
                let error = Command::new(&interpreter).args(args).exec();
                Err(io::Error::new(error.kind(), format!("{} can't be started: {error}", interpreter.display())))
            }
        }
    }
}

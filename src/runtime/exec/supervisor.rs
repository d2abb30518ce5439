//! The supervisor: a process of our own between the host and one program.

#[cfg(target_os = "linux")]
mod tree;

/// Runs this process as a supervisor, and returns its exit status. To be called first thing in `main`, before any
/// thread or terminal is touched, when the first argument is [`super::SUPERVISE`].
#[cfg(target_os = "linux")]
pub fn main() -> std::process::ExitCode {
    linux::main()
}

/// Runs this process as a supervisor, and returns its exit status.
#[cfg(not(target_os = "linux"))]
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::FAILURE
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, ExitCode, Stdio};
    use std::sync::Once;

    use rustix::io::Errno;
    use rustix::process::{Pid, WaitOptions, WaitStatus, set_child_subreaper, wait};

    use super::super::order::{Order, Report};
    use super::tree;

    pub(super) fn main() -> ExitCode {
        // Whatever is left behind by its parent becomes our child, wherever it has moved its session.
        let supervised = set_child_subreaper(Some(rustix::process::getpid())).map_err(std::io::Error::from);
        match supervised.and_then(|()| serve()) {
            Ok(()) => ExitCode::SUCCESS,
            // The host sees that there is no report, and says so.
            Err(_) => ExitCode::FAILURE,
        }
    }

    fn serve() -> std::io::Result<()> {
        let mut socket = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
        let mut orders = BufReader::new(socket.try_clone()?);
        let mut line = String::new();
        orders.read_line(&mut line)?;
        let order: Order = serde_json::from_str(&line)?;
        let report = match start(&order) {
            Ok(program) => {
                std::thread::Builder::new().name("host".into()).spawn(move || end_with_the_host(orders))?;
                reap(program)
            }
            Err(error) => {
                let path = order.program.display();
                Report::NotStarted(format!("the program `{}` ({path}) can't be started: {error}", order.name))
            }
        };
        let mut line = serde_json::to_vec(&report)?;
        line.push(b'\n');
        // A host that is gone wants no report.
        let _ = socket.write_all(&line);
        Ok(())
    }

    fn start(order: &Order) -> std::io::Result<Pid> {
        let stdin = if order.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
        let mut child = Command::new(&order.program)
            .arg0(&order.name)
            .args(&order.args)
            .envs(&order.env)
            .stdin(stdin)
            // A script that signals its own group means itself, not us.
            .process_group(0)
            .spawn()?;
        if let (Some(mut pipe), Some(text)) = (child.stdin.take(), order.stdin.clone()) {
            // A program that does not read its input must not hold us up.
            let feed = move || {
                let _ = pipe.write_all(text.as_bytes());
            };
            std::thread::Builder::new().name("stdin".into()).spawn(feed)?;
        }
        Ok(Pid::from_child(&child))
    }

    /// Waits for the program and everything below it. What is left when the program has ended is ended.
    fn reap(program: Pid) -> Report {
        let mut report = Report::NotStarted("the program's end was not seen".into());
        loop {
            match wait(WaitOptions::empty()) {
                Ok(Some((pid, status))) if pid == program => {
                    report = describe(status);
                    end_tree();
                }
                Ok(_) | Err(Errno::INTR) => {}
                // No child is left.
                Err(_) => return report,
            }
        }
    }

    fn describe(status: WaitStatus) -> Report {
        match status.terminating_signal() {
            Some(signal) => Report::Signalled(signal),
            None => Report::Exited(status.exit_status().unwrap_or(-1)),
        }
    }

    /// The host says nothing more; when its end of the socket closes, it is gone or wants no more.
    fn end_with_the_host(mut host: impl Read) {
        let mut byte = [0];
        while matches!(host.read(&mut byte), Ok(1..)) {}
        end_tree();
    }

    /// Ends everything below this process, on a thread that lives until the process has nothing left to wait for.
    fn end_tree() {
        static BEGUN: Once = Once::new();
        BEGUN.call_once(|| {
            // Without a thread it is done here; the others of this process then wait for the kernel alone.
            if std::thread::Builder::new().name("end".into()).spawn(tree::end).is_err() {
                tree::end();
            }
        });
    }
}

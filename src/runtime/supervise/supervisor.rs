//! The supervisor: a process of our own between the host and one program.

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
    use std::io::{self, Read, Write};
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::net::UnixStream;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, ExitCode, Stdio};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Once};

    use rustix::io::Errno;
    use rustix::process::{
        Pid, Signal, WaitOptions, WaitStatus, set_child_subreaper, set_parent_process_death_signal, wait,
    };

    use super::super::order::{Order, Report};
    use super::super::refusals::Refusals;
    use super::super::{handing, tree};

    /// Set when the tree is to be killed without being asked first.
    static AT_ONCE: AtomicBool = AtomicBool::new(false);

    pub(super) fn main() -> ExitCode {
        // What the host has open without having said that it is its own is not for the program.
        close_fds::set_fds_cloexec(3, &[]);
        // When the host is gone, a supervisor that was stopped must see that too. Failing that, it mostly will.
        let _ = set_parent_process_death_signal(Some(Signal::CONT));
        // Whatever is left behind by its parent becomes our child, wherever it has moved its session.
        let supervised = set_child_subreaper(Some(rustix::process::getpid())).map_err(io::Error::from);
        match supervised.and_then(|()| serve()) {
            Ok(()) => ExitCode::SUCCESS,
            // The host sees that there is no report, and says so.
            Err(_) => ExitCode::FAILURE,
        }
    }

    fn serve() -> io::Result<()> {
        let host = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        let Heard { order, handed, more } = hear(&host)?;
        match start(&order, handed) {
            Ok((program, door)) => {
                report(&host, &Report::Started(program.as_raw_nonzero().get().unsigned_abs()));
                if more {
                    end_tree_at_once();
                }
                let ear = host.try_clone()?;
                std::thread::Builder::new().name("host".into()).spawn(move || end_with_the_host(ear))?;
                let told = host.try_clone()?;
                let refusals = Arc::new(Refusals::new(move |refused: &Report| report(&told, refused)));
                if let Some(door) = door {
                    let refusals = refusals.clone();
                    std::thread::Builder::new().name("refusals".into()).spawn(move || refusals.answer(door))?;
                }
                reap(program, |end| {
                    refusals.flush();
                    report(&host, end);
                });
            }
            Err(error) => {
                let path = order.program.display();
                let why = format!("the program `{}` ({path}) can't be started: {error}", order.name);
                report(&host, &Report::NotStarted(why));
            }
        }
        Ok(())
    }

    struct Heard {
        order: Order,
        handed: Option<OwnedFd>,
        /// Whether the host has said something after its order, which can only be that nobody wants it.
        more: bool,
    }

    fn hear(host: &UnixStream) -> io::Result<Heard> {
        let (mut heard, mut handed) = (Vec::new(), None);
        let mut buffer = [0; 16 * 1024];
        loop {
            let (received, with_it) = handing::receive(host, &mut buffer)?;
            handed = with_it.or(handed);
            if received == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let begun = heard.len();
            heard.extend_from_slice(&buffer[..received]);
            if let Some(end) = heard[begun..].iter().position(|&byte| byte == b'\n') {
                let order = serde_json::from_slice(&heard[..begun + end])?;
                return Ok(Heard { order, handed, more: heard.len() > begun + end + 1 });
            }
        }
    }

    /// Starts the program. One that confines itself comes with our end of the socket to it.
    fn start(order: &Order, handed: Option<OwnedFd>) -> io::Result<(Pid, Option<UnixStream>)> {
        let (stdin, door) = match (handed, &order.stdin) {
            (Some(descriptor), _) if order.confined => {
                let (ours, theirs) = UnixStream::pair()?;
                handing::give(&ours, descriptor)?;
                (Stdio::from(OwnedFd::from(theirs)), Some(ours))
            }
            (Some(descriptor), _) => (Stdio::from(descriptor), None),
            (None, Some(_)) => (Stdio::piped(), None),
            (None, None) => (Stdio::null(), None),
        };
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
        Ok((Pid::from_child(&child), door))
    }

    /// Waits for the program and everything below it, and tells how the program ended. What is left then is ended.
    fn reap(program: Pid, tell: impl Fn(&Report)) {
        loop {
            match wait(WaitOptions::empty()) {
                Ok(Some((pid, status))) if pid == program => {
                    tell(&describe(status));
                    end_tree();
                }
                Ok(_) | Err(Errno::INTR) => {}
                // No child is left.
                Err(_) => return,
            }
        }
    }

    fn describe(status: WaitStatus) -> Report {
        match status.terminating_signal() {
            Some(signal) => Report::Signalled(signal),
            None => Report::Exited(status.exit_status().unwrap_or(-1)),
        }
    }

    /// From any thread: a report is one short message, which the kernel does not mix with another.
    fn report(mut host: &UnixStream, report: &Report) {
        // A host that is gone wants no report, and a report is plain data, which always encodes.
        if let Ok(mut line) = serde_json::to_vec(report) {
            line.push(b'\n');
            let _ = host.write_all(&line);
        }
    }

    /// The host says at most one thing more, [`super::super::order::KILL`]; when its end of the socket closes, it is
    /// gone or wants no more.
    fn end_with_the_host(mut host: impl Read) {
        let mut byte = [0];
        loop {
            match host.read(&mut byte) {
                Ok(1..) => end_tree_at_once(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => break,
            }
        }
        end_tree();
    }

    fn end_tree_at_once() {
        AT_ONCE.store(true, Ordering::Release);
        end_tree();
    }

    /// Ends everything below this process, on a thread that lives until the process has nothing left to wait for.
    fn end_tree() {
        static BEGUN: Once = Once::new();
        BEGUN.call_once(|| {
            let end = || tree::end(&AT_ONCE);
            // Without a thread it is done here; the others of this process then wait for the kernel alone.
            if std::thread::Builder::new().name("end".into()).spawn(end).is_err() {
                end();
            }
        });
    }
}

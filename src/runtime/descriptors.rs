//! Keeps what libraries print apart from what we print.
//!
//! A library writes to descriptors 1 and 2 like any code of this process. So the host keeps private duplicates of
//! both for itself, and puts pipes in their place; what comes through them is read as lines for the log.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::thread::JoinHandle;

use orchestrator_protocol::session::LogLevel;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags, fcntl_setfl};
use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::stdio::{dup2_stderr, dup2_stdout, stderr, stdout};
use tokio::sync::mpsc;

pub use super::printed::Printed;
use super::printed::{Lines, Taker};

/// Printed lines that wait to be taken; what comes beyond them is counted and lost, for a print must never wait.
const WAITING: usize = 1024;

/// What descriptors 1 and 2 were: the host's alone, closed in programs that it starts.
#[derive(Debug)]
pub struct PrivateOutput {
    pub stdout: File,
    pub stderr: File,
}

/// The capture. Dropping it gives descriptors 1 and 2 back and ends the reader.
#[derive(Debug)]
pub struct Captured {
    stdout: File,
    stderr: File,
    /// Dropped to end the reader.
    stop: Option<OwnedFd>,
    reader: Option<JoinHandle<()>>,
}

/// Takes descriptors 1 and 2 over. To be called once, before any library is loaded.
pub fn capture() -> io::Result<(PrivateOutput, Captured, mpsc::Receiver<Printed>)> {
    let (our_stdout, our_stderr) = (duplicate(stdout())?, duplicate(stderr())?);
    let captured_stdout = File::from(our_stdout.try_clone()?);
    let captured_stderr = File::from(our_stderr.try_clone()?);
    let ((out, to_out), (err, to_err), (stopped, stop)) = (pipe()?, pipe()?, pipe()?);
    fcntl_setfl(&out, OFlags::NONBLOCK)?;
    fcntl_setfl(&err, OFlags::NONBLOCK)?;
    let (sender, printed) = mpsc::channel(WAITING);
    let streams = [
        Stream { pipe: Some(out), lines: Lines::new(LogLevel::Info, into(sender.clone())) },
        Stream { pipe: Some(err), lines: Lines::new(LogLevel::Warning, into(sender)) },
    ];
    let reader = std::thread::Builder::new().name("printed".into()).spawn(move || read_all(streams, &stopped))?;
    // From here on a failure gives everything back, by dropping this.
    let captured =
        Captured { stdout: captured_stdout, stderr: captured_stderr, stop: Some(stop), reader: Some(reader) };
    dup2_stdout(&to_out)?;
    dup2_stderr(&to_err)?;
    let output = PrivateOutput { stdout: File::from(our_stdout), stderr: File::from(our_stderr) };
    Ok((output, captured, printed))
}

fn into(sender: mpsc::Sender<Printed>) -> Taker {
    Box::new(move |line| sender.try_send(line).is_ok())
}

impl Drop for Captured {
    fn drop(&mut self) {
        // A descriptor that can't be given back stays a pipe without a reader; there is nobody to tell.
        let _ = dup2_stdout(&self.stdout);
        let _ = dup2_stderr(&self.stderr);
        drop(self.stop.take());
        if let Some(reader) = self.reader.take() {
            // It reads what is there and ends; it never waits.
            let _ = reader.join();
        }
    }
}

/// A duplicate above the standard descriptors. One that is closed becomes a way to nowhere.
fn duplicate(descriptor: impl AsFd) -> io::Result<OwnedFd> {
    match fcntl_dupfd_cloexec(descriptor, 3) {
        Ok(duplicate) => Ok(duplicate),
        Err(Errno::BADF) => {
            let null = rustix::fs::open("/dev/null", OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
            above_standard(null)
        }
        Err(error) => Err(error.into()),
    }
}

/// The reading and the writing end, neither of them in a standard descriptor's place.
fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (read, write) = pipe_with(PipeFlags::CLOEXEC)?;
    Ok((above_standard(read)?, above_standard(write)?))
}

fn above_standard(descriptor: OwnedFd) -> io::Result<OwnedFd> {
    use std::os::fd::AsRawFd;
    if descriptor.as_raw_fd() > 2 { Ok(descriptor) } else { Ok(fcntl_dupfd_cloexec(&descriptor, 3)?) }
}

struct Stream {
    /// Until its other ends are all closed.
    pipe: Option<OwnedFd>,
    lines: Lines,
}

impl Stream {
    /// Reads what is there.
    fn drain(&mut self) {
        let mut buffer = [0; 16 * 1024];
        while let Some(pipe) = &self.pipe {
            match rustix::io::read(pipe, &mut buffer) {
                Ok(0) => self.pipe = None,
                Ok(length) => self.lines.take_in(&buffer[..length]),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => self.pipe = None,
            }
        }
    }
}

fn read_all(mut streams: [Stream; 2], stopped: &OwnedFd) {
    loop {
        let stop = {
            let mut waiting = vec![PollFd::new(stopped, PollFlags::IN)];
            let open = streams.iter().filter_map(|stream| stream.pipe.as_ref());
            waiting.extend(open.map(|pipe| PollFd::new(pipe, PollFlags::IN)));
            match poll(&mut waiting, None) {
                Ok(_) => !waiting[0].revents().is_empty(),
                Err(Errno::INTR) => false,
                Err(_) => true,
            }
        };
        for stream in &mut streams {
            stream.drain();
        }
        if stop {
            for stream in streams {
                stream.lines.end();
            }
            return;
        }
    }
}

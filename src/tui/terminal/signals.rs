use std::io;

use tokio::signal::unix::{Signal as Listener, SignalKind, signal};

/// What another program, or the terminal, tells us by a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: end in good order.
    Terminate,
    /// SIGINT from another program; Ctrl+C is a key like others while the workbench has the terminal.
    Interrupt,
    /// SIGHUP: the terminal is gone.
    Hangup,
    /// SIGTSTP: see [`Terminal::suspend`](super::Terminal::suspend).
    Suspend,
    /// SIGCONT: see [`Terminal::resume`](super::Terminal::resume).
    Continued,
}

/// The signals that concern the terminal, as messages.
#[derive(Debug)]
pub struct Signals {
    terminate: Listener,
    interrupt: Listener,
    hangup: Listener,
    suspend: Listener,
    continued: Listener,
}

impl Signals {
    /// Takes these signals over for the rest of the program. Must be called within a tokio runtime.
    pub fn listen() -> io::Result<Self> {
        // SIGTSTP and SIGCONT have no names of their own in tokio.
        let raw = |signal: rustix::process::Signal| SignalKind::from_raw(signal.as_raw());
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            suspend: signal(raw(rustix::process::Signal::TSTP))?,
            continued: signal(raw(rustix::process::Signal::CONT))?,
        })
    }

    /// The next signal. May be dropped while it waits; no signal is lost.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.hangup.recv() => Signal::Hangup,
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.suspend.recv() => Signal::Suspend,
            _ = self.continued.recv() => Signal::Continued,
        }
    }
}

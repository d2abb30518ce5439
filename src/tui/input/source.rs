use std::{fs::File, io, thread};

use crossterm::event::EventStream;
use futures_util::{Stream, StreamExt};
use tokio::{runtime::Handle, sync::mpsc};

use super::{Input, fold::fold};

/// How many inputs may wait. More than a person can do at once; a longer paste comes as one.
const CAPACITY: usize = 256;

/// The inputs from the terminal, in order. Reading stops when this is dropped, so that another program can have
/// the keyboard.
#[derive(Debug)]
pub struct Inputs {
    receiver: mpsc::Receiver<io::Result<Input>>,
    /// What was taken from the channel but could not be folded into the input before.
    waiting: Option<io::Result<Input>>,
}

impl Inputs {
    /// Reads from stdin, or from the controlling terminal if stdin is something else. Must be called within a
    /// tokio runtime.
    pub fn open() -> io::Result<Self> {
        // crossterm panics if it has no terminal to read from.
        if !rustix::termios::isatty(rustix::stdio::stdin()) {
            File::open("/dev/tty")?;
        }
        let (sender, receiver) = mpsc::channel(CAPACITY);
        let runtime = Handle::current();
        // A thread of its own: when the terminal goes away, crossterm's reader never comes back, and a runtime's
        // worker would hold up the end of the program.
        thread::Builder::new()
            .name("terminal input".to_owned())
            .spawn(move || runtime.block_on(pump(EventStream::new(), sender)))?;
        Ok(Self::new(receiver))
    }

    pub(super) fn new(receiver: mpsc::Receiver<io::Result<Input>>) -> Self {
        Self { receiver, waiting: None }
    }

    /// The next input; what has piled up of resizes, drags and steps of the wheel comes as one. None when there
    /// will be no more, which the error before it explains. May be dropped while it waits; nothing is lost.
    pub async fn next(&mut self) -> Option<io::Result<Input>> {
        let first = match self.waiting.take() {
            Some(waiting) => waiting,
            None => self.receiver.recv().await?,
        };
        let Ok(mut input) = first else { return Some(first) };
        while let Ok(next) = self.receiver.try_recv() {
            self.waiting = match next {
                Ok(next) => fold(&mut input, next).map(Ok),
                Err(error) => Some(Err(error)),
            };
            if self.waiting.is_some() {
                break;
            }
        }
        Some(Ok(input))
    }
}

/// Hands events on until the terminal fails or nobody wants them any more.
pub(super) async fn pump(
    mut events: impl Stream<Item = io::Result<crossterm::event::Event>> + Unpin,
    sender: mpsc::Sender<io::Result<Input>>,
) {
    loop {
        let event = tokio::select! {
            biased;
            () = sender.closed() => return,
            event = events.next() => event,
        };
        let (input, last) = match event {
            Some(Ok(event)) => (Input::from_event(event).map(Ok), false),
            Some(Err(error)) => (Some(Err(error)), true),
            None => return,
        };
        if let Some(input) = input
            && sender.send(input).await.is_err()
        {
            return;
        }
        if last {
            return;
        }
    }
}

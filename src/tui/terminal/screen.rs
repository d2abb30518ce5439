//! The state of the terminal, shared with the panic hook.

use std::{
    fs::File,
    io::{self, Write},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crossterm::{
    cursor::Show,
    event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange},
    queue,
    style::{Attribute, SetAttribute},
    terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen},
};
use ratatui::layout::Size;
use rustix::termios::{self, OptionalActions, QueueSelector, Termios};
use tokio::sync::Notify;

/// Presses, releases, drags and the wheel, with coordinates of any size. Not every movement, as crossterm's
/// command asks for: nothing in the workbench answers to it, and it would wake the program all the time.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// What a terminal without a size is taken to have.
const DEFAULT_SIZE: Size = Size::new(80, 24);

/// One terminal, and whether we have taken it over.
#[derive(Debug)]
pub(super) struct Screen {
    file: File,
    /// How the terminal was before.
    saved: Termios,
    /// Held while something is written, so that a panic elsewhere can't write into the middle of a frame.
    modes: Mutex<Modes>,
    faulted: AtomicBool,
    fault: Notify,
}

#[derive(Debug)]
struct Modes {
    entered: bool,
    mouse: bool,
}

impl Screen {
    /// Remembers the state of the terminal. Changes nothing yet.
    pub fn new(file: File, mouse: bool) -> io::Result<Self> {
        let saved = termios::tcgetattr(&file)?;
        let modes = Mutex::new(Modes { entered: false, mouse });
        Ok(Self { file, saved, modes, faulted: AtomicBool::new(false), fault: Notify::new() })
    }

    pub fn size(&self) -> Size {
        match termios::tcgetwinsize(&self.file) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size::new(size.ws_col, size.ws_row),
            _ => DEFAULT_SIZE,
        }
    }

    pub fn is_entered(&self) -> bool {
        self.modes().entered
    }

    pub fn is_faulted(&self) -> bool {
        self.faulted.load(Ordering::Acquire)
    }

    /// Waits until [`fault`](Self::fault) was called. For one waiter at a time.
    pub async fn faulted(&self) {
        while !self.is_faulted() {
            self.fault.notified().await;
        }
    }

    /// Sets all modes, also if they seem to be set already.
    pub fn enter(&self) -> io::Result<()> {
        let mut modes = self.modes();
        let mut raw = self.saved.clone();
        raw.make_raw();
        termios::tcsetattr(&self.file, OptionalActions::Now, &raw)?;
        // From here on there is something to restore, even if writing fails.
        modes.entered = true;
        let mut bytes = Vec::new();
        queue!(bytes, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange)?;
        bytes.extend(if modes.mouse { MOUSE_ON } else { MOUSE_OFF });
        self.write(&bytes)
    }

    /// Restores the terminal, once however often it is called.
    pub fn leave(&self) -> io::Result<()> {
        let mut modes = self.modes();
        if !modes.entered {
            return Ok(());
        }
        modes.entered = false;
        let mut bytes = MOUSE_OFF.to_vec();
        queue!(
            bytes,
            EndSynchronizedUpdate,
            DisableFocusChange,
            DisableBracketedPaste,
            SetAttribute(Attribute::Reset),
            LeaveAlternateScreen,
            Show
        )?;
        let written = self.write(&bytes);
        // Mouse reports that were on their way are not for the shell.
        let _ = termios::tcflush(&self.file, QueueSelector::IFlush);
        termios::tcsetattr(&self.file, OptionalActions::Now, &self.saved)?;
        written
    }

    pub fn set_mouse(&self, on: bool) -> io::Result<()> {
        let mut modes = self.modes();
        modes.mouse = on;
        if modes.entered { self.write(if on { MOUSE_ON } else { MOUSE_OFF }) } else { Ok(()) }
    }

    /// Sends a frame so that the terminal shows it as a whole. Dropped if the terminal is not ours now.
    pub fn write_frame(&self, frame: &[u8]) -> io::Result<()> {
        let modes = self.modes();
        if !modes.entered {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(frame.len() + 16);
        queue!(bytes, BeginSynchronizedUpdate)?;
        bytes.extend(frame);
        queue!(bytes, EndSynchronizedUpdate)?;
        self.write(&bytes)
    }

    /// Restores the terminal and leaves `report` on it. From any thread.
    pub fn fault(&self, report: &str) {
        self.faulted.store(true, Ordering::Release);
        // Within a panic there is nobody to tell that the terminal is gone.
        let _ = self.leave();
        let _ = self.write(report.as_bytes());
        self.fault.notify_one();
    }

    fn modes(&self) -> MutexGuard<'_, Modes> {
        self.modes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match (&self.file).write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Other programs on this terminal may have made it non-blocking; it is shared with them.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(Duration::from_millis(1)),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

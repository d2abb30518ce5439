//! The terminal itself: taken over for the workbench, and given back whatever happens.
//!
//! Everything is written to a private handle of the terminal, because descriptors 1 and 2 are a pipe while
//! plugins run. Knows nothing of what is drawn.

mod backend;
mod fault;
mod screen;
mod signals;
#[cfg(test)]
mod tests;

use std::{fs::File, io, sync::Arc};

use ratatui::{Frame, layout::Size};
use rustix::process::{self, Signal as Posix};
use thiserror::Error;

pub use signals::{Signal, Signals};

use backend::PrivateBackend;
use fault::FaultHook;
use screen::Screen;

/// Why the workbench can't go on with its terminal.
#[derive(Debug, Error)]
pub enum TerminalError {
    #[error("the terminal can't be used: {0}: run `orchestrator` in a terminal, or use its subcommands without one")]
    Unusable(#[source] io::Error),
    #[error("the terminal can't be written to: {0}")]
    Lost(#[from] io::Error),
    /// The terminal has been restored and the panic reported on it.
    #[error("the workbench stopped because of a fault in the program")]
    Fault,
}

/// The terminal while the workbench has it: raw mode, alternate screen, bracketed paste, focus events, and the
/// mouse if wanted.
///
/// Given back when dropped, and at once when any thread panics; that panic is then reported on the terminal,
/// the next [`draw`](Self::draw) fails, and [`faulted`](Self::faulted) tells an owner that has nothing to draw. Signals are the owner's part, see [`Signals`]: on the ones that end
/// the program it leaves its loop, so that this is dropped.
#[derive(Debug)]
pub struct Terminal {
    ratatui: ratatui::Terminal<PrivateBackend>,
    screen: Arc<Screen>,
    _fault: FaultHook,
}

impl Terminal {
    /// Takes over the terminal that `handle` is open on, for reading and writing.
    pub fn new(handle: File, mouse: bool) -> Result<Self, TerminalError> {
        // The theme resolves NO_COLOR itself; crossterm's way of doing it loses reversal and weight.
        crossterm::style::force_color_output(true);
        let screen = Arc::new(Screen::new(handle, mouse).map_err(TerminalError::Unusable)?);
        let fault = FaultHook::install(Arc::clone(&screen));
        let ratatui = ratatui::Terminal::new(PrivateBackend::new(Arc::clone(&screen)))?;
        let mut terminal = Self { ratatui, screen, _fault: fault };
        terminal.resume()?;
        Ok(terminal)
    }

    /// Draws one frame, sent as a whole. Without effect while the terminal is released.
    ///
    /// Blocks while the terminal takes no more output.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> Result<(), TerminalError> {
        if self.screen.is_faulted() {
            return Err(TerminalError::Fault);
        }
        if self.screen.is_entered() {
            self.ratatui.draw(render)?;
        }
        Ok(())
    }

    /// Waits until a thread of ours has panicked; the owner leaves its loop, then. Does not borrow the terminal,
    /// and may be dropped while it waits. Only one may wait at a time.
    pub fn faulted(&self) -> impl Future<Output = ()> + Send + use<> {
        let screen = Arc::clone(&self.screen);
        async move { screen.faulted().await }
    }

    /// The size of the screen in cells.
    pub fn size(&self) -> Size {
        self.screen.size()
    }

    /// Whether the workbench gets mouse events. Without them, the terminal's own selection works.
    pub fn set_mouse(&self, on: bool) -> Result<(), TerminalError> {
        Ok(self.screen.set_mouse(on)?)
    }

    /// Gives the terminal back until [`resume`](Self::resume), for another program such as an editor.
    pub fn release(&self) -> Result<(), TerminalError> {
        Ok(self.screen.leave()?)
    }

    /// Takes the terminal again; the next draw draws everything. Harmless if it was never released: after
    /// [`Signal::Continued`] nobody knows what another program did to it.
    pub fn resume(&mut self) -> Result<(), TerminalError> {
        if self.screen.is_faulted() {
            return Err(TerminalError::Fault);
        }
        self.screen.enter()?;
        self.ratatui.clear()?;
        Ok(())
    }

    /// Gives the terminal back and stops the program, as Ctrl+Z does; to be resumed on [`Signal::Continued`].
    /// False, without effect, if the program leads its session: nobody could continue it.
    pub fn suspend(&self) -> Result<bool, TerminalError> {
        let own = process::getpid();
        if process::getsid(None).is_ok_and(|leader| leader == own) {
            return Ok(false);
        }
        self.release()?;
        // The whole group, as the terminal would do it: a `cargo run` that waits for us must stop as well.
        process::kill_current_process_group(Posix::STOP).map_err(io::Error::from)?;
        Ok(true)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // There is nobody left to tell if the terminal is gone.
        let _ = self.screen.leave();
    }
}

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};

use super::screen::Screen;

/// ratatui's crossterm backend, on our private handle instead of stdout. A frame is collected and sent as one.
#[derive(Debug)]
pub(super) struct PrivateBackend {
    crossterm: CrosstermBackend<FrameBytes>,
    frame: FrameBytes,
    screen: Arc<Screen>,
    cursor: Position,
}

/// Collects what crossterm writes. Both ends are with one backend, so the lock is never waited for.
#[derive(Clone, Debug, Default)]
struct FrameBytes(Arc<Mutex<Vec<u8>>>);

impl FrameBytes {
    fn take(&self) -> Vec<u8> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for FrameBytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    /// crossterm flushes within a frame; the frame's end is [`PrivateBackend::flush`].
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl PrivateBackend {
    pub fn new(screen: Arc<Screen>) -> Self {
        let frame = FrameBytes::default();
        Self { crossterm: CrosstermBackend::new(frame.clone()), frame, screen, cursor: Position::ORIGIN }
    }
}

impl Backend for PrivateBackend {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.crossterm.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.crossterm.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.crossterm.show_cursor()
    }

    /// Where we put it last. Asking the terminal would write to stdout and wait for an answer.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor = position.into();
        self.crossterm.set_cursor_position(self.cursor)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.crossterm.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.crossterm.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.screen.size())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.screen.size(), pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        let frame = self.frame.take();
        if frame.is_empty() { Ok(()) } else { self.screen.write_frame(&frame) }
    }
}

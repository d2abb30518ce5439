#[cfg(target_os = "linux")]
mod signals;

use std::{
    fs::{File, OpenOptions},
    io::Read,
    os::unix::fs::OpenOptionsExt,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
};

use portable_pty::{MasterPty, PtySize, native_pty_system};
use ratatui::layout::Size;
use rustix::{
    fs::OFlags,
    termios::{LocalModes, tcgetattr},
};

use super::{Terminal, TerminalError};

/// The panic hook belongs to the whole process, so only one test at a time has a terminal.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

const ENTERED: &str = "\x1b[?1049h";
const LEFT: &str = "\x1b[?1049l";

/// A terminal without a person.
struct Pty {
    master: Box<dyn MasterPty + Send>,
    /// Kept open, so that what was written is not lost when the workbench closes its own handle.
    handle: File,
    _alone: MutexGuard<'static, ()>,
}

impl Pty {
    fn open() -> Self {
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = native_pty_system().openpty(size(80, 24)).unwrap();
        let path = pair.master.tty_name().unwrap();
        let flags = OFlags::NOCTTY.bits() as i32;
        let handle = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path).unwrap();
        Self { master: pair.master, handle, _alone: alone }
    }

    fn terminal(&self) -> Terminal {
        Terminal::new(self.handle.try_clone().unwrap(), true).unwrap()
    }

    /// True if the terminal handles lines and Ctrl+C itself, as it does for a shell.
    fn is_cooked(&self) -> bool {
        tcgetattr(&self.handle).unwrap().local_modes.contains(LocalModes::ICANON | LocalModes::ISIG | LocalModes::ECHO)
    }

    /// All that was written.
    fn written(self) -> String {
        let mut reader = self.master.try_clone_reader().unwrap();
        drop(self.handle);
        let mut bytes = Vec::new();
        // A terminal that nobody has open any more ends in an error.
        let _ = reader.read_to_end(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn draw(terminal: &mut Terminal, text: &str) -> Result<(), TerminalError> {
    terminal.draw(|frame| frame.render_widget(text, frame.area()))
}

/// The terminal after all of `written`.
fn parsed(written: &str) -> vt100::Parser {
    let mut parser = vt100::Parser::default();
    parser.process(written.as_bytes());
    parser
}

fn assert_restored(written: &str) {
    let parser = parsed(written);
    let screen = parser.screen();
    assert!(!screen.alternate_screen());
    assert!(!screen.bracketed_paste());
    assert!(!screen.hide_cursor());
    assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    assert!(written.rfind("\x1b[?1004l") > written.rfind("\x1b[?1004h"), "focus events are still on");
    assert!(written.rfind("\x1b[?2026l") > written.rfind("\x1b[?2026h"), "an update is not finished");
}

#[test]
fn everything_is_restored_when_it_is_dropped() {
    let pty = Pty::open();
    let mut terminal = pty.terminal();
    assert!(!pty.is_cooked());
    draw(&mut terminal, "hello").unwrap();
    drop(terminal);
    assert!(pty.is_cooked());
    let written = pty.written();
    let parser = parsed(written.split("\x1b[?1006l").next().unwrap());
    assert!(parser.screen().alternate_screen());
    assert!(parser.screen().bracketed_paste());
    assert!(parser.screen().hide_cursor());
    assert!(parser.screen().contents().starts_with("hello"));
    assert_restored(&written);
}

#[test]
fn a_frame_is_sent_as_a_whole() {
    let pty = Pty::open();
    let mut terminal = pty.terminal();
    draw(&mut terminal, "hello").unwrap();
    drop(terminal);
    let written = pty.written();
    let begin = written.find("\x1b[?2026h").unwrap();
    let end = written.find("\x1b[?2026l").unwrap();
    assert!(written[begin..end].contains("hello"));
    assert_eq!(written.matches("\x1b[?2026h").count(), 1);
}

#[test]
fn a_panic_on_any_thread_restores_first_and_then_reports() {
    let pty = Pty::open();
    let mut terminal = pty.terminal();
    draw(&mut terminal, "hello").unwrap();
    let faulted = terminal.faulted();
    thread::Builder::new().name("worker".to_owned()).spawn(|| panic!("the boiler burst")).unwrap().join().unwrap_err();
    assert!(pty.is_cooked());
    assert!(matches!(draw(&mut terminal, "more"), Err(TerminalError::Fault)));
    assert!(matches!(terminal.resume(), Err(TerminalError::Fault)));
    // An owner with nothing to draw hears of it too.
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(faulted);
    drop(terminal);
    let written = pty.written();
    assert_restored(&written);
    let (_, after) = written.split_once(LEFT).unwrap();
    assert!(after.contains("the boiler burst") && after.contains("thread `worker`"), "{after:?}");
    assert!(!after.contains(LEFT) && !after.contains("more"), "{after:?}");
}

#[test]
fn a_panic_while_drawing_leaves_no_half_frame() {
    let pty = Pty::open();
    let mut terminal = pty.terminal();
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _ = terminal.draw(|frame| {
            frame.render_widget("half a frame", frame.area());
            panic!("the boiler burst");
        });
    }));
    assert!(result.is_err());
    // A thread that panics can't put the old hook back; this one goes on, so that it must.
    let _ = std::panic::take_hook();
    assert!(pty.is_cooked());
    let written = pty.written();
    assert_restored(&written);
    assert!(!written.contains("half a frame"));
}

#[test]
fn another_program_can_have_the_terminal_meanwhile() {
    let pty = Pty::open();
    let mut terminal = pty.terminal();
    draw(&mut terminal, "hello").unwrap();
    terminal.release().unwrap();
    assert!(pty.is_cooked());
    draw(&mut terminal, "unseen").unwrap();
    terminal.resume().unwrap();
    assert!(!pty.is_cooked());
    draw(&mut terminal, "hello").unwrap();
    drop(terminal);
    let written = pty.written();
    assert!(!written.contains("unseen"));
    // What stood there before is not relied upon.
    let again = &written[written.rfind(ENTERED).unwrap()..];
    assert!(again.contains("\x1b[2J") && again.contains("hello"));
    assert_restored(&written);
}

#[test]
fn the_mouse_can_be_given_up_and_stays_so() {
    let pty = Pty::open();
    let mut terminal = pty.terminal();
    terminal.set_mouse(false).unwrap();
    terminal.release().unwrap();
    terminal.resume().unwrap();
    draw(&mut terminal, "hello").unwrap();
    drop(terminal);
    let written = pty.written();
    let (first, second) = written.split_once(LEFT).unwrap();
    assert!(first.contains("\x1b[?1002h"));
    assert!(!second.contains("\x1b[?1002h"));
}

#[test]
fn the_size_is_the_terminals_own() {
    let pty = Pty::open();
    let terminal = pty.terminal();
    assert_eq!(terminal.size(), Size::new(80, 24));
    pty.master.resize(size(100, 30)).unwrap();
    assert_eq!(terminal.size(), Size::new(100, 30));
    pty.master.resize(size(0, 0)).unwrap();
    assert_eq!(terminal.size(), Size::new(80, 24));
}

#[test]
fn what_is_no_terminal_is_refused_with_the_remedy() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let error = Terminal::new(File::open("/dev/null").unwrap(), true).unwrap_err();
    assert!(error.to_string().contains("run `orchestrator` in a terminal"), "{error}");
}

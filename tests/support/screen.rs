//! A real pseudo terminal with the program in it, and what stands on its screen.

use std::io::{Read, Write};
use std::num::NonZero;
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::termios::LocalModes;

use super::process::Watched;
use super::{PATIENCE, Project};

pub const ENTER: &str = "\r";
pub const ESC: &str = "\x1b";
pub const TAB: &str = "\t";
pub const CTRL_L: &str = "\x0c";
pub const CTRL_S: &str = "\x13";

/// What begins and ends a frame.
const FRAME: [&str; 2] = ["\x1b[?2026h", "\x1b[?2026l"];

/// The program in a terminal. Killed when dropped.
pub struct Screen {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    pub process: Watched,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    /// Everything that was written, for what a screen does not show.
    bytes: Vec<u8>,
    closed: bool,
}

impl State {
    /// Whether no frame is half written: what is on the screen, a person would see.
    fn is_whole(&self) -> bool {
        let last = self.bytes.windows(FRAME[0].len()).rev().find(|part| FRAME.iter().any(|f| f.as_bytes() == *part));
        last.is_none_or(|part| part == FRAME[1].as_bytes())
    }
}

impl Screen {
    /// Starts the program in a terminal of that size.
    pub fn start<'a>(project: &Project, columns: u16, rows: u16, args: impl IntoIterator<Item = &'a str>) -> Self {
        Screen::start_with(project, columns, rows, args, &[])
    }

    /// [`Screen::start`], with more in its environment.
    pub fn start_with<'a>(
        project: &Project,
        columns: u16,
        rows: u16,
        args: impl IntoIterator<Item = &'a str>,
        environment: &[(&str, &str)],
    ) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_orchestrator"));
        command.args(args);
        command.cwd(project.dir());
        command.env("TERM", "xterm-256color");
        // A developer's own wishes are not the test's.
        for name in ["NO_COLOR", "RUST_BACKTRACE", "RUST_LOG"] {
            command.env_remove(name);
        }
        for (name, value) in project.environment() {
            command.env(name, value);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let state =
            State { parser: vt100::Parser::new(cells(rows), cells(columns), 0), bytes: Vec::new(), closed: false };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let reader = pair.master.try_clone_reader().unwrap();
        let feeding = shared.clone();
        std::thread::spawn(move || feed(reader, &feeding));
        let keys = pair.master.take_writer().unwrap();
        let process = Watched::new(child.process_id().unwrap());
        Screen { master: pair.master, keys, child, process, shared }
    }

    /// Types, as a terminal sends it. What follows on [`ESC`] at once would be one key with it.
    pub fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Pastes, as a terminal does that was asked to mark it.
    pub fn paste(&mut self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.shared.state.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// That the screen is what the workbench has drawn: to draw it anew changes nothing. No notice may be in sight,
    /// for any key dismisses it.
    #[track_caller]
    pub fn assert_intact(&mut self) {
        const CLEAR: &str = "\x1b[2J";
        let (before, cleared) = (self.rows(), self.written().matches(CLEAR).count());
        self.send(CTRL_L);
        self.wait("a new drawing", |state| {
            let bytes = String::from_utf8_lossy(&state.bytes);
            bytes.matches(CLEAR).count() > cleared && bytes.rfind(FRAME[1]) > bytes.rfind(CLEAR)
        });
        assert_eq!(before, self.rows(), "the screen was not what the workbench had drawn");
    }

    /// The text on the screen.
    pub fn text(&self) -> String {
        self.look(|screen| screen.contents())
    }

    /// The text row by row.
    pub fn rows(&self) -> Vec<String> {
        self.columns(0..u16::MAX)
    }

    /// The text of some columns, row by row, without blanks at the end.
    pub fn columns(&self, columns: Range<u16>) -> Vec<String> {
        let rows = |screen: &vt100::Screen| screen.rows(columns.start, columns.end - columns.start).collect();
        let rows: Vec<String> = self.look(rows);
        rows.into_iter().map(|row| row.trim_end().to_owned()).collect()
    }

    /// Looks at the cells.
    pub fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.shared.state.lock().unwrap().parser.screen())
    }

    /// Everything that the program wrote to the terminal.
    pub fn written(&self) -> String {
        String::from_utf8_lossy(&self.shared.state.lock().unwrap().bytes).into_owned()
    }

    /// What was written beside the frames.
    pub fn written_outside_frames(&self) -> String {
        let written = self.written();
        let mut parts = written.split(FRAME[0]);
        let mut outside = parts.next().unwrap_or_default().to_owned();
        outside.extend(parts.filter_map(|part| part.split_once(FRAME[1])).map(|(_, rest)| rest));
        outside
    }

    /// Waits until the screen shows what is wanted.
    #[track_caller]
    pub fn wait_for(&self, what: &str) -> String {
        self.wait_until(what, |text| text.contains(what))
    }

    /// Waits until the screen does not show it any more.
    #[track_caller]
    pub fn wait_gone(&self, what: &str) -> String {
        self.wait_until(&format!("no {what}"), |text| !text.contains(what))
    }

    #[track_caller]
    pub fn wait_until(&self, what: &str, holds: impl Fn(&str) -> bool) -> String {
        self.wait_screen(what, |screen| holds(&screen.contents()))
    }

    /// Waits for what the text alone does not say.
    #[track_caller]
    pub fn wait_screen(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) -> String {
        self.wait(what, |state| holds(state.parser.screen()))
    }

    #[track_caller]
    fn wait(&self, what: &str, holds: impl Fn(&State) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        let mut state = self.shared.state.lock().unwrap();
        loop {
            if state.is_whole() && holds(&state) {
                return state.parser.screen().contents();
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || state.closed {
                let text = state.parser.screen().contents();
                drop(state);
                panic!("waiting for «{what}», the screen shows:\n{text}");
            }
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Launches a workflow through the dialog. `config` are the values of the form's first fields.
    #[track_caller]
    pub fn launch(&mut self, workflow: &str, requirements: &str, config: &[&str]) {
        self.try_to_launch(workflow, requirements, config);
        self.wait_gone("Launch a workflow");
    }

    /// The same, without waiting for what comes of it.
    pub fn try_to_launch(&mut self, workflow: &str, requirements: &str, config: &[&str]) {
        self.send("w");
        self.wait_for("Launch a workflow");
        self.send(workflow);
        // It may be on its way still.
        let found = |text: &str| text.contains(&format!("find {workflow}")) && !text.contains("nothing matches");
        self.wait_until("the workflow", found);
        self.send(ENTER);
        self.send(requirements);
        for value in config {
            self.send(TAB);
            self.send(value);
        }
        self.send(CTRL_S);
    }

    /// Waits for the program's end, and for the last of what it wrote.
    #[track_caller]
    pub fn wait_exit(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        let mut state = self.shared.state.lock().unwrap();
        while !state.closed {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let text = state.parser.screen().contents();
                drop(state);
                panic!("the program does not end; it shows:\n{text}");
            }
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
        drop(state);
        self.child.wait().unwrap()
    }

    /// Leaves as a person does.
    #[track_caller]
    pub fn quit(&mut self) {
        self.send("q");
        let status = self.wait_exit();
        assert!(status.success(), "{status:?}: {}", self.text());
    }

    /// That the terminal is as a shell wants it.
    #[track_caller]
    pub fn assert_restored(&self) {
        self.look(|screen| {
            assert!(!screen.alternate_screen(), "the alternate screen is still there");
            assert!(!screen.hide_cursor(), "the cursor is still hidden");
            assert!(!screen.bracketed_paste(), "pastes are still marked");
            assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        });
        let written = self.written();
        assert!(written.rfind("\x1b[?1004l") > written.rfind("\x1b[?1004h"), "focus is still reported");
        assert!(written.rfind(FRAME[1]) > written.rfind(FRAME[0]), "a frame is not finished");
        assert!(self.is_cooked(), "the terminal is still raw");
    }

    /// Whether the terminal itself echoes, handles lines and Ctrl+C.
    pub fn is_cooked(&self) -> bool {
        let modes = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        let now = LocalModes::from_bits_retain(self.master.get_termios().unwrap().local_flags.bits());
        now.contains(modes)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal has a size")
}

fn feed(mut reader: Box<dyn Read + Send>, shared: &Shared) {
    let mut buffer = [0; 64 * 1024];
    loop {
        // A terminal that nobody has open any more ends in an error.
        let read = reader.read(&mut buffer).unwrap_or(0);
        let mut state = shared.state.lock().unwrap();
        state.parser.process(&buffer[..read]);
        state.bytes.extend_from_slice(&buffer[..read]);
        state.closed = read == 0;
        shared.changed.notify_all();
        if read == 0 {
            return;
        }
    }
}

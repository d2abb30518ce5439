//! A real pseudo terminal with the program in it, and what stands on its screen.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

use super::{PATIENCE, Project};

pub struct Screen {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
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

impl Screen {
    /// Starts the program in a terminal of that size.
    pub fn start<'a>(project: &Project, columns: u16, rows: u16, args: impl IntoIterator<Item = &'a str>) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_orchestrator"));
        command.args(args);
        command.cwd(project.dir());
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        for (name, value) in project.environment() {
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
        Screen { master: pair.master, keys, child, shared }
    }

    /// Types, as a terminal sends it.
    pub fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.shared.state.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
    }

    /// The text on the screen.
    pub fn text(&self) -> String {
        self.shared.state.lock().unwrap().parser.screen().contents()
    }

    /// Everything that the program wrote to the terminal.
    pub fn written(&self) -> String {
        String::from_utf8_lossy(&self.shared.state.lock().unwrap().bytes).into_owned()
    }

    /// Waits until the screen shows what is wanted.
    #[track_caller]
    pub fn wait_for(&self, what: &str) -> String {
        self.wait_until(what, |text| text.contains(what))
    }

    #[track_caller]
    pub fn wait_until(&self, what: &str, holds: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        let mut state = self.shared.state.lock().unwrap();
        loop {
            let text = state.parser.screen().contents();
            if holds(&text) {
                return text;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !state.closed, "waiting for «{what}», the screen shows:\n{text}");
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    pub fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits for the program's end, and for the last of what it wrote.
    #[track_caller]
    pub fn wait_exit(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        let mut state = self.shared.state.lock().unwrap();
        while !state.closed {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the program does not end; it shows:\n{}", state.parser.screen().contents());
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
        drop(state);
        self.child.wait().unwrap()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
    }
}

fn feed(mut reader: Box<dyn Read + Send>, shared: &Shared) {
    let mut buffer = [0; 64 * 1024];
    loop {
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

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal has a size")
}

//! Signals end or stop a whole process, so these tests start themselves again as a program in a pseudo terminal.

use std::{
    env,
    fs::{self, File},
    io::{Read, Write},
    process,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, native_pty_system};
use rustix::process::{Pid, Signal as Posix, getpgid, kill_process, kill_process_group};

use super::super::{Signal, Signals, Terminal};
use super::{draw, size};
use crate::tui::input::Inputs;

const IS_PROGRAM: &str = "ORCHESTRATOR_TEST_TERMINAL_PROGRAM";

/// Only a guard against waiting for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program that is sent signals; without its variable it is an empty test.
#[test]
fn program() {
    if env::var_os(IS_PROGRAM).is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut signals = Signals::listen().unwrap();
        let tty = File::options().read(true).write(true).open("/dev/tty").unwrap();
        let mut terminal = Terminal::new(tty, true).unwrap();
        let mut inputs = Inputs::open().unwrap();
        let mut news = "ready".to_owned();
        while draw(&mut terminal, &format!("pid {} {news}", process::id())).is_ok() {
            let signal = tokio::select! {
                biased;
                signal = signals.next() => signal,
                input = inputs.next() => {
                    news = format!("{input:?}");
                    continue;
                }
            };
            news = match signal {
                Signal::Terminate | Signal::Interrupt | Signal::Hangup => return,
                Signal::Suspend if terminal.suspend().unwrap() => "suspended".to_owned(),
                Signal::Suspend => "not suspended".to_owned(),
                Signal::Continued => {
                    terminal.resume().unwrap();
                    "continued".to_owned()
                }
            };
        }
    });
}

/// The program, seen from outside.
struct Session {
    master: Box<dyn MasterPty + Send>,
    child: Program,
    output: mpsc::Receiver<Vec<u8>>,
    reader: thread::JoinHandle<()>,
    parser: vt100::Parser,
}

impl Session {
    /// Starts the program under a shell, or as the leader of its session.
    fn start(under_shell: bool) -> Self {
        let pair = native_pty_system().openpty(size(80, 24)).unwrap();
        let program = env::current_exe().unwrap();
        let mut command = if under_shell {
            let mut shell = CommandBuilder::new("sh");
            shell.args(["-c", "\"$@\"; exit $?", "sh"]);
            shell.arg(program);
            shell
        } else {
            CommandBuilder::new(program)
        };
        command.args(["--exact", "tui::terminal::tests::signals::program", "--test-threads=1"]);
        command.env(IS_PROGRAM, "1");
        let child = Program(pair.slave.spawn_command(command).unwrap());
        let mut terminal = pair.master.try_clone_reader().unwrap();
        let (sender, output) = mpsc::channel();
        let reader = thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = terminal.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { master: pair.master, child, output, reader, parser: vt100::Parser::default() }
    }

    /// Waits until the screen is as wanted.
    fn wait(&mut self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !wanted(self.parser.screen()) {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.parser.process(&bytes),
                Err(_) => panic!("never {what}; the screen shows {:?}", self.parser.screen().contents()),
            }
        }
    }

    fn wait_for(&mut self, text: &str) {
        self.wait(text, |screen| screen.alternate_screen() && screen.contents().contains(text));
    }

    fn wait_restored(&mut self) {
        self.wait("restored", |screen| {
            !screen.alternate_screen()
                && !screen.bracketed_paste()
                && !screen.hide_cursor()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
        });
    }

    /// The program's own number, which it shows.
    fn pid(&mut self) -> Pid {
        self.wait_for("ready");
        let contents = self.parser.screen().contents();
        let number = contents.split_whitespace().nth(1).unwrap().parse().unwrap();
        Pid::from_raw(number).unwrap()
    }
}

/// Not left behind when a test fails.
struct Program(Box<dyn Child + Send + Sync>);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

#[test]
fn signals_that_end_the_program_restore_the_terminal() {
    for signal in [Posix::TERM, Posix::HUP, Posix::INT] {
        let mut session = Session::start(false);
        let pid = session.pid();
        kill_process(pid, signal).unwrap();
        session.wait_restored();
        assert!(session.child.0.wait().unwrap().success(), "{signal:?}");
    }
}

#[test]
fn a_stopped_program_gives_the_terminal_back_and_draws_all_when_it_goes_on() {
    let mut session = Session::start(true);
    let pid = session.pid();
    kill_process(pid, Posix::TSTP).unwrap();
    session.wait_restored();
    let stat = format!("/proc/{}/stat", pid.as_raw_nonzero());
    let end = Instant::now() + PATIENCE;
    while !fs::read_to_string(&stat).unwrap().contains(") T ") {
        assert!(Instant::now() < end, "the program never stopped");
        thread::yield_now();
    }
    kill_process_group(getpgid(Some(pid)).unwrap(), Posix::CONT).unwrap();
    session.wait_for("continued");
    kill_process(pid, Posix::TERM).unwrap();
    session.wait_restored();
    assert!(session.child.0.wait().unwrap().success());
}

#[test]
fn a_program_that_nobody_could_continue_is_not_stopped() {
    let mut session = Session::start(false);
    let pid = session.pid();
    kill_process(pid, Posix::TSTP).unwrap();
    session.wait_for("not suspended");
    kill_process(pid, Posix::TERM).unwrap();
    session.wait_restored();
}

#[test]
fn keys_pastes_and_sizes_arrive_while_it_has_the_terminal() {
    let mut session = Session::start(true);
    let pid = session.pid();
    let mut keyboard = session.master.take_writer().unwrap();
    keyboard.write_all(b"Q").unwrap();
    session.wait_for("Char('Q')");
    keyboard.write_all(b"\x1b[200~two\rlines\x1b[201~").unwrap();
    session.wait_for(r#"Paste("two\nlines")"#);
    // Ctrl+C is a key like others.
    keyboard.write_all(b"\x03").unwrap();
    session.wait_for("Char('c')");
    session.master.resize(size(70, 20)).unwrap();
    session.wait_for("width: 70, height: 20");
    kill_process(pid, Posix::TERM).unwrap();
    session.wait_restored();
}

#[test]
fn the_program_ends_when_its_terminal_goes_away() {
    let mut session = Session::start(false);
    session.pid();
    let Session { master, mut child, output, reader, .. } = session;
    // Our reader keeps the terminal open until it has something to hand on and nobody to take it.
    drop(output);
    master.take_writer().unwrap().write_all(b"x").unwrap();
    reader.join().unwrap();
    drop(master);
    child.0.wait().unwrap();
}

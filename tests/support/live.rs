//! A run under way, whose events are read as they come.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Instant;

use rustix::process::Signal;
use serde_json::Value;

use super::process::Watched;
use super::program::parse;
use super::{Finished, PATIENCE, Project};

/// The program with `--json`. Killed when dropped.
pub struct Live {
    child: Child,
    pub process: Watched,
    lines: Receiver<(Instant, String)>,
    errors: Option<JoinHandle<String>>,
    /// Every line so far, and when it was read.
    pub seen: Vec<(Instant, String)>,
}

impl Live {
    /// Starts the program; the arguments should contain `--json`.
    pub fn start<'a>(project: &Project, args: impl IntoIterator<Item = &'a str>) -> Self {
        let mut child = project.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut err = child.stderr.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines() {
                let Ok(line) = line else { return };
                // Nobody may want it any more.
                let _ = sender.send((Instant::now(), line));
            }
        });
        let errors = Some(std::thread::spawn(move || {
            let mut text = String::new();
            err.read_to_string(&mut text).unwrap();
            text
        }));
        let process = Watched::new(child.id());
        Live { child, process, lines, errors, seen: Vec::new() }
    }

    /// The next event; nothing after the last.
    #[track_caller]
    pub fn next(&mut self) -> Option<Value> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok((at, line)) => {
                let event = parse(&line);
                self.seen.push((at, line));
                Some(event)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no more events come after {:?}", self.seen.last()),
        }
    }

    /// Waits for an event of which `wanted` holds.
    #[track_caller]
    pub fn wait_for(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        while let Some(event) = self.next() {
            if wanted(&event) {
                return event;
            }
        }
        panic!("the run ended without {what}: {:?}", self.seen.last());
    }

    /// Waits for a piece of an agent's output that contains `text`, and returns all of that agent's output so far.
    #[track_caller]
    pub fn wait_for_output(&mut self, text: &str) -> String {
        let mut output = String::new();
        while let Some(event) = self.next() {
            if event["type"] == "agent_output" {
                output.extend(event["items"].as_array().unwrap().iter().filter_map(Value::as_str));
            }
            if output.contains(text) {
                return output;
            }
        }
        panic!("the run ended without `{text}` in the output:\n{output}");
    }

    pub fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Reads to the end of the output, and waits for the program's.
    #[track_caller]
    pub fn finish(mut self) -> Finished {
        while self.next().is_some() {}
        assert!(self.process.ends_within(PATIENCE), "the program closed its output and does not end");
        let status = self.child.wait().unwrap();
        let out = self.seen.iter().map(|(_, line)| format!("{line}\n")).collect();
        let err = self.errors.take().map(|errors| errors.join().unwrap()).unwrap_or_default();
        Finished { code: status.code(), out, err }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

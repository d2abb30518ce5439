//! A program that has ended, and what it said.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use super::process::Watched;

#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Finished {
    /// Runs a program to its end, and kills it after `limit`.
    #[track_caller]
    pub fn of(mut command: Command, limit: Duration) -> Self {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let process = Watched::new(child.id());
        let output = std::thread::spawn(move || child.wait_with_output().unwrap());
        let ended = process.ends_within(limit);
        if !ended {
            process.signal(Signal::KILL);
        }
        let finished = Finished::new(output.join().unwrap());
        assert!(ended, "{command:?} did not end; it said:\n{}\n{}", finished.out, finished.err);
        finished
    }

    fn new(output: Output) -> Self {
        Finished {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn assert_exit(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\nstdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn assert_out(self, part: &str) -> Self {
        assert!(self.out.contains(part), "`{part}` is not in the output:\n{}", self.out);
        self
    }

    #[track_caller]
    pub fn assert_err(self, part: &str) -> Self {
        assert!(self.err.contains(part), "`{part}` is not in the errors:\n{}", self.err);
        self
    }

    /// The one JSON document that the output is.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}:\n{}\n{}", self.out, self.err))
    }

    /// The events that the output is, one a line and nothing else.
    #[track_caller]
    pub fn events(&self) -> Vec<Value> {
        self.out.lines().map(parse).collect()
    }

    /// The events of a whole run, checked for what holds of every run.
    #[track_caller]
    pub fn run(&self) -> Vec<Value> {
        let events = self.events();
        assert_eq!(events.first().unwrap()["type"], "run_started");
        assert_eq!(of_type(&events, "run_finished").len(), 1);
        assert_eq!(events.last().unwrap()["type"], "run_finished");
        for (number, event) in (1..).zip(&events) {
            assert_eq!(event["v"], 1, "{event}");
            assert_eq!(event["stream"], events[0]["stream"], "{event}");
            assert_eq!(event["seq"], number, "{event}");
            assert!(event["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{event}");
            assert!(event["type"].is_string(), "{event}");
        }
        events
    }
}

#[track_caller]
pub fn parse(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// The events of one type.
pub fn of_type<'e>(events: &'e [Value], kind: &str) -> Vec<&'e Value> {
    events.iter().filter(|event| event["type"] == kind).collect()
}

/// Everything that an agent said, or that was said in one agent run if `who` is its span.
pub fn output_of(events: &[Value], who: impl Into<Value>) -> String {
    let who = who.into();
    let of = |event: &&Value| event["type"] == "agent_output" && (event["agent"] == who || event["span"] == who);
    let items = events.iter().filter(of).filter_map(|event| event["items"].as_array());
    items.flatten().filter_map(Value::as_str).collect()
}

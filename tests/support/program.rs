//! A program that has ended, and what it said.

use std::process::Output;

use serde_json::Value;

#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Finished {
    pub fn new(output: Output) -> Self {
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
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.out.lines().map(parse).collect()
    }
}

/// The events of one type.
pub fn of_type<'e>(events: &'e [Value], kind: &str) -> Vec<&'e Value> {
    events.iter().filter(|event| event["type"] == kind).collect()
}

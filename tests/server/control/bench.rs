//! A server of a project, and a client that has its token.

use std::io::{BufRead, BufReader, Read};
use std::ops::Deref;

use serde_json::Value;
use ureq::http::{HeaderMap, Request};

use crate::support::{Live, Project};

/// As much of an answer as is read.
const MOST: u64 = 64 * 1024 * 1024;

/// `orchestrator serve`. Killed when dropped.
pub struct Serving {
    pub program: Live,
    pub client: Client,
}

/// Asks a server. May be used from any thread.
#[derive(Clone)]
pub struct Client {
    /// Such as `127.0.0.1:43211`.
    pub address: String,
    pub token: String,
    pub agent: ureq::Agent,
}

/// A whole answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Serving {
    pub fn start(project: &Project) -> Self {
        Serving::start_with(project, &[])
    }

    pub fn start_with(project: &Project, args: &[&str]) -> Self {
        let all = args.iter().copied().chain(["serve", "--port", "0", "--json"]);
        let mut program = Live::start(project, all);
        let server = program.next().expect("it says where it listens");
        let address = server["address"].as_str().unwrap().to_owned();
        let token = std::fs::read_to_string(server["token_file"].as_str().unwrap()).unwrap().trim().to_owned();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
        Serving { program, client: Client { address, token, agent } }
    }

    /// A project with the plugin `echo`, served.
    pub fn echo() -> (Project, Self) {
        let project = Project::new();
        project.add_approved("echo", "{}");
        let serving = Serving::start(&project);
        (project, serving)
    }
}

impl Deref for Serving {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Client {
    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], None)
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: Option<Value>) -> Reply {
        self.send("POST", path, &[], body.map(|body| body.to_string()))
    }

    #[track_caller]
    pub fn put(&self, path: &str, body: Value) -> Reply {
        self.send("PUT", path, &[], Some(body.to_string()))
    }

    #[track_caller]
    pub fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, &[], None)
    }

    /// A body is said to be JSON unless `headers` say otherwise.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<String>) -> Reply {
        let response = self.open(method, path, headers, body);
        let (parts, body) = response.into_parts();
        let mut text = String::new();
        body.into_with_config().limit(MOST).reader().read_to_string(&mut text).unwrap();
        Reply { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// The lines of an answer as they come.
    #[track_caller]
    pub fn lines(&self, path: &str, headers: &[(&str, &str)]) -> impl Iterator<Item = String> + Send + 'static {
        let response = self.open("GET", path, headers, None);
        assert_eq!(response.status(), 200);
        let reader = BufReader::new(response.into_body().into_with_config().limit(MOST).reader());
        reader.lines().map(|line| line.unwrap())
    }

    #[track_caller]
    fn open(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> ureq::http::Response<ureq::Body> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        request = request.header("authorization", format!("Bearer {}", self.token));
        let types = headers.iter().any(|(name, _)| *name == "content-type");
        if body.is_some() && !types {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match body {
            Some(body) => self.agent.run(request.body(body).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        }
        .unwrap()
    }

    /// Starts the workflow `chorus`, and answers with the run's number.
    #[track_caller]
    pub fn chorus(&self, requirements: &str, voice: &str) -> u64 {
        let body = serde_json::json!({
            "workflow_type": "chorus", "requirements": requirements, "config": {"voice": voice},
        });
        self.post("/api/v1/runs", Some(body)).expect(201)["run"].as_u64().unwrap()
    }

    /// The run's events, to its end, as lines of JSON.
    #[track_caller]
    pub fn ndjson(&self, run: u64) -> Vec<Value> {
        let lines = self.lines(&format!("/api/v1/runs/{run}/events"), &[("accept", "application/x-ndjson")]);
        lines.map(|line| serde_json::from_str(&line).unwrap()).collect()
    }
}

impl Reply {
    /// The JSON of an answer with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The problem document of an answer with this status, checked for what holds of every one.
    #[track_caller]
    pub fn problem(&self, status: u16) -> Value {
        let problem = self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["status"], status, "{problem}");
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {problem}");
        }
        problem
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The one of a list whose `name` it is.
#[track_caller]
pub fn named<'v>(list: &'v Value, name: &str) -> &'v Value {
    let found = list.as_array().unwrap().iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("there is no `{name}`: {list}"))
}

//! A server of its own for a test, and clients that may be as odd as they like.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use serde_json::Value;

use crate::support::{Live, PATIENCE, Project};

/// `orchestrator serve` on a port that was free. Killed when dropped.
pub struct Server {
    pub live: Live,
    pub address: SocketAddr,
    pub token: String,
}

impl Server {
    #[track_caller]
    pub fn start(project: &Project) -> Self {
        Server::with(project, &[])
    }

    #[track_caller]
    pub fn with(project: &Project, more: &[&str]) -> Self {
        let args = ["serve", "--json", "--port", "0"].iter().chain(more).copied();
        let mut live = Live::start(project, args);
        let told = live.next().expect("the server says where it listens");
        let token = std::fs::read_to_string(told["token_file"].as_str().unwrap()).unwrap();
        Server { address: told["address"].as_str().unwrap().parse().unwrap(), token, live }
    }

    pub fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Connection { stream, read: Vec::new() }
    }

    /// A request's head, with the token and without the empty line that ends it.
    pub fn head(&self, method: &str, path: &str) -> String {
        let Server { address, token, .. } = self;
        format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n")
    }

    /// A request of its own connection.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, body: &str) -> Reply {
        let head = self.head(method, path);
        let length = body.len();
        self.raw(&format!(
            "{head}Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
    }

    #[track_caller]
    pub fn raw(&self, bytes: &str) -> Reply {
        let mut connection = self.connect();
        connection.send(bytes);
        connection.reply()
    }
}

/// Bytes both ways.
pub struct Connection {
    stream: TcpStream,
    /// What came and was not looked at.
    read: Vec<u8>,
}

/// An answer, its body undone of chunks.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// In lower case.
    pub head: String,
    pub body: String,
}

impl Connection {
    /// What can't be sent any more was not wanted.
    pub fn send(&mut self, bytes: &str) {
        let _ = self.stream.write_all(bytes.as_bytes());
    }

    /// Says that nothing more will be sent.
    pub fn close_half(&self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// Everything until the server closes.
    #[track_caller]
    pub fn rest(&mut self) -> String {
        let mut all = std::mem::take(&mut self.read);
        self.stream.read_to_end(&mut all).unwrap();
        String::from_utf8(all).unwrap()
    }

    /// Everything up to `mark`.
    #[track_caller]
    pub fn until(&mut self, mark: &str) -> String {
        let mut buffer = [0; 4096];
        loop {
            if let Some(at) = find(&self.read, mark.as_bytes()) {
                let rest = self.read.split_off(at + mark.len());
                return String::from_utf8(std::mem::replace(&mut self.read, rest)).unwrap();
            }
            let count = self.stream.read(&mut buffer).unwrap();
            assert!(count > 0, "it ended without {mark:?}: {}", String::from_utf8_lossy(&self.read));
            self.read.extend_from_slice(&buffer[..count]);
        }
    }

    #[track_caller]
    pub fn reply(&mut self) -> Reply {
        let head = self.until("\r\n\r\n").to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let body = match length {
            Some(length) => self.exactly(length.parse().unwrap()),
            None if head.contains("transfer-encoding: chunked") => self.chunks(),
            None => String::new(),
        };
        Reply { status, head, body }
    }

    fn chunks(&mut self) -> String {
        let mut body = String::new();
        loop {
            let length = usize::from_str_radix(self.until("\r\n").trim(), 16).unwrap();
            body.push_str(&self.exactly(length));
            self.until("\r\n");
            if length == 0 {
                return body;
            }
        }
    }

    fn exactly(&mut self, length: usize) -> String {
        let mut buffer = [0; 4096];
        while self.read.len() < length {
            let count = self.stream.read(&mut buffer).unwrap();
            assert!(count > 0, "the body broke off");
            self.read.extend_from_slice(&buffer[..count]);
        }
        let rest = self.read.split_off(length);
        String::from_utf8(std::mem::replace(&mut self.read, rest)).unwrap()
    }
}

impl Reply {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks that it is a refusal as every refusal is.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, part: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.head.contains("content-type: application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], status, "{problem}");
        assert!(problem["title"].is_string() && problem["type"].is_string(), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(part), "{problem}");
    }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

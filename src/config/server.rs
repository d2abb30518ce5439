//! The `server` section of the settings: where the HTTP server listens, and what it allows one client.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// The `server` section. Whether other machines may reach it is no setting: see the command line's `--expose`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// Whether the workbench starts it when it opens.
    pub start: bool,
    /// All get the same port.
    pub listen: Vec<IpAddr>,
    /// 0 is any that is free.
    pub port: u16,
    /// Names, beside its addresses, under which an exposed server may be called.
    pub hosts: Vec<String>,
    /// What requests and runs get to end, when the server is to.
    pub grace: Duration,
    pub limits: ServerLimits,
}

/// What one client may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerLimits {
    /// Open at the same time, streams of events among them.
    pub connections: usize,
    /// Bytes of a request's body.
    pub body: usize,
    /// Until a request's head is there, and so the longest that a connection waits for its next request.
    pub header_time: Duration,
    /// Until its body is there, from when its head was.
    pub body_time: Duration,
    /// Until its answer begins, from when its body was there. A stream of events has begun by then, and has no limit.
    pub answer_time: Duration,
}

impl Default for ServerSettings {
    fn default() -> Self {
        ServerSettings {
            start: false,
            listen: vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            port: 8787,
            hosts: Vec::new(),
            grace: Duration::from_secs(10),
            limits: ServerLimits::default(),
        }
    }
}

impl Default for ServerLimits {
    fn default() -> Self {
        ServerLimits {
            connections: 256,
            body: 8 * 1024 * 1024,
            header_time: Duration::from_secs(15),
            body_time: Duration::from_secs(30),
            answer_time: Duration::from_secs(10 * 60),
        }
    }
}

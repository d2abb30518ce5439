//! The `server` section of the settings: where the HTTP server listens, and what it allows one client.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use super::document::{Node, Reader, Value};
use super::settings::read_time;

/// The most that may be set of connections, and of a body in KiB.
pub(super) const MOST_CONNECTIONS: i64 = 65_536;
pub(super) const MOST_BODY_KB: i64 = 15 * 1024;

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

pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> ServerSettings {
    let mut settings = ServerSettings::default();
    let Some(mut fields) = reader.fields(node, "server") else { return settings };
    if let Some(start) = fields.get("start").and_then(|node| reader.boolean(node, "start")) {
        settings.start = start;
    }
    if let Some(listen) = fields.get("listen").and_then(|node| addresses(reader, node)) {
        settings.listen = listen;
    }
    let port = fields.get("port").and_then(|node| reader.integer(node, "port", 0, u16::MAX.into()));
    if let Some(port) = port.and_then(|port| u16::try_from(port).ok()) {
        settings.port = port;
    }
    if let Some(hosts) = fields.get("hosts").and_then(|node| reader.texts(node, "server.hosts")) {
        settings.hosts = hosts;
    }
    if let Some(grace) = fields.get("grace").and_then(|node| read_time(reader, node, "grace")) {
        settings.grace = grace;
    }
    if let Some(node) = fields.get("limits") {
        settings.limits = limits(reader, node);
    }
    reader.unknown_fields(fields, "the section `server`");
    settings
}

fn limits(reader: &mut Reader<'_>, node: &Node) -> ServerLimits {
    let mut limits = ServerLimits::default();
    let Some(mut fields) = reader.fields(node, "server.limits") else { return limits };
    let places = fields.get("connections").and_then(|node| reader.integer(node, "connections", 1, MOST_CONNECTIONS));
    if let Some(places) = places.and_then(|places| usize::try_from(places).ok()) {
        limits.connections = places;
    }
    let body = fields.get("body_kb").and_then(|node| reader.integer(node, "body_kb", 1, MOST_BODY_KB));
    if let Some(body) = body.and_then(|body| usize::try_from(body).ok()) {
        limits.body = body * 1024;
    }
    let times = [
        ("header_time", &mut limits.header_time),
        ("body_time", &mut limits.body_time),
        ("answer_time", &mut limits.answer_time),
    ];
    for (name, limit) in times {
        if let Some(time) = fields.get(name).and_then(|node| read_time(reader, node, name)) {
            *limit = time;
        }
    }
    reader.unknown_fields(fields, "the section `server.limits`");
    limits
}

/// One address or several.
fn addresses(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<IpAddr>> {
    let texts = match &node.value {
        Value::String(text) => vec![text.clone()],
        _ => reader.texts(node, "server.listen")?,
    };
    let read = texts.iter().map(|text| text.parse().ok()).collect::<Option<Vec<IpAddr>>>();
    let read = read.filter(|addresses| !addresses.is_empty());
    if read.is_none() {
        let message = "`server.listen` must be addresses of this machine, at least one";
        reader.problem(node.at, message, "write `listen: [127.0.0.1, \"::1\"]`, for example");
    }
    read
}

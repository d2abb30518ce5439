//! Fifty clients on one run: some quick, some that read nothing until it is over, some that lose their connection again
//! and again.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Barrier};

use rustix::net::{AddressFamily, SocketType, connect, socket, sockopt};
use serde_json::Value;

use super::bench::{Client, Serving};
use super::follow::events;
use crate::support::{PATIENCE, Project};

const QUICK: usize = 16;
const SLOW: usize = 17;
const RECONNECTING: usize = 17;
/// What a slow client's kernel keeps for it, in bytes.
const RECEIVED: usize = 4096;

/// A client that sends its request and reads nothing yet. Its request is of HTTP 1.0, so that the answer comes as it is.
fn slow(serving: &Client, path: &str) -> TcpStream {
    let address: std::net::SocketAddr = serving.address.parse().unwrap();
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let fd: OwnedFd = socket(family, SocketType::STREAM, None).unwrap();
    sockopt::set_socket_recv_buffer_size(&fd, RECEIVED).unwrap();
    connect(&fd, &address).unwrap();
    let mut stream = TcpStream::from(fd);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let (address, token) = (&serving.address, &serving.token);
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n").unwrap();
    stream
}

fn read_all(mut stream: TcpStream) -> Vec<Value> {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(" 200 "), "{head}");
    events(body.lines().map(str::to_owned)).collect()
}

/// Takes `few` events at a time, and hangs up each time.
fn reconnecting(serving: &Client, path: &str, few: usize) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    while all.last().is_none_or(|last| last["type"] != "run_finished") {
        let last = all.last().map(|last| last["seq"].to_string());
        let headers: Vec<(&str, &str)> = last.iter().map(|last| ("last-event-id", last.as_str())).collect();
        all.extend(events(serving.lines(path, &headers)).take(few));
    }
    all
}

#[test]
fn each_of_fifty_clients_gets_every_event_once_and_in_order_and_the_slow_ones_slow_nobody() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let serving = Serving::start(&project);
    // Far more than what the kernel keeps for a client that reads nothing.
    let requirements: String = (0..8_000).map(|n| format!("line {n} of what is wanted\n")).collect();
    let run = serving.chorus(&requirements, "echo");
    let path = format!("/api/v1/runs/{run}/events");
    let ready = Arc::new(Barrier::new(QUICK + RECONNECTING));

    let waiting: Vec<TcpStream> = (0..SLOW).map(|_| slow(&serving, &path)).collect();
    let followed: Vec<Vec<Value>> = std::thread::scope(|scope| {
        let clients = (0..QUICK + RECONNECTING).map(|n| {
            let (serving, path, ready) = (serving.client.clone(), path.clone(), ready.clone());
            scope.spawn(move || {
                ready.wait();
                match n.checked_sub(QUICK) {
                    None => events(serving.lines(&path, &[])).collect(),
                    Some(n) => reconnecting(&serving, &path, 1 + n % 5),
                }
            })
        });
        let clients: Vec<_> = clients.collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    // The run is over, and the slow ones have read nothing: nobody waited for them.
    let stored = project.run(["runs", "show", &run.to_string(), "--json"]).assert_exit(0).run();
    let end = stored.last().unwrap();
    assert_eq!(end["status"], "completed", "{end}");
    let said: usize = stored.iter().map(|event| event.to_string().len()).sum();
    assert!(said > 1_000_000, "{said} bytes would fit into buffers");
    for (n, events) in followed.iter().chain(&waiting.into_iter().map(read_all).collect::<Vec<_>>()).enumerate() {
        assert_same(n, events, &stored);
    }
}

/// Without printing megabytes where they differ.
#[track_caller]
fn assert_same(client: usize, events: &[Value], stored: &[Value]) {
    let seqs = |events: &[Value]| events.iter().map(|event| event["seq"].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!(seqs(events), seqs(stored), "client {client}");
    assert!(events == stored, "client {client} got other events than those that are stored");
}

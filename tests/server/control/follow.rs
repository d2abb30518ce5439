//! One stream of events: its formats, where it begins, and how it ends.

use serde_json::{Value, json};

use super::bench::Serving;

/// The events of a stream of server-sent events, each with its id and type checked against what it is.
pub fn events(lines: impl Iterator<Item = String>) -> impl Iterator<Item = Value> {
    let mut head: Vec<String> = Vec::new();
    lines.filter_map(move |line| {
        if let Some(data) = line.strip_prefix("data: ") {
            let event: Value = serde_json::from_str(data).unwrap();
            let expected = [format!("id: {}", event["seq"]), format!("event: {}", event["type"].as_str().unwrap())];
            assert_eq!(head, expected);
            return Some(event);
        }
        match line.as_str() {
            "" => head.clear(),
            line if line.starts_with(':') || line.starts_with("retry: ") => {}
            line => head.push(line.to_owned()),
        }
        None
    })
}

#[test]
fn both_formats_have_the_same_events_live_and_later() {
    let (project, serving) = Serving::echo();
    let run = serving.chorus("a\nb\nc", "echo");
    let path = format!("/api/v1/runs/{run}/events");
    let live: Vec<Value> = events(serving.lines(&path, &[])).collect();
    let stored = project.run(["runs", "show", &run.to_string(), "--json"]).assert_exit(0).run();
    assert_eq!(live, stored);
    assert_eq!(serving.ndjson(run), stored);
    let any = format!("/api/v1/streams/{run}/events");
    assert_eq!(events(serving.lines(&any, &[("accept", "text/event-stream")])).collect::<Vec<_>>(), stored);
    let reply = serving.get(&path);
    assert_eq!((reply.header("content-type"), reply.header("cache-control")), ("text/event-stream", "no-store"));
    serving.send("GET", &path, &[("accept", "text/html")], None).problem(406);
    serving.get("/api/v1/runs/99/events").problem(404);
}

#[test]
fn a_client_goes_on_after_the_last_event_that_it_has() {
    let (_project, serving) = Serving::echo();
    let run = serving.chorus("x", "echo");
    let path = format!("/api/v1/runs/{run}/events");
    let all = serving.ndjson(run);
    let ndjson = ("accept", "application/x-ndjson");
    let seqs = |path: &str, headers: &[(&str, &str)]| -> Vec<Value> {
        let lines = serving.lines(path, headers);
        lines.map(|line| serde_json::from_str::<Value>(&line).unwrap()["seq"].clone()).collect()
    };
    let rest: Vec<Value> = all[3..].iter().map(|event| event["seq"].clone()).collect();
    assert_eq!(seqs(&format!("{path}?from=4"), &[ndjson]), rest);
    assert_eq!(seqs(&path, &[ndjson, ("last-event-id", "3")]), rest);
    assert_eq!(seqs(&format!("{path}?from=1"), &[ndjson, ("last-event-id", "3")]), rest, "as browsers reconnect");

    let last = all.len().to_string();
    let over = serving.send("GET", &path, &[("last-event-id", &last)], None);
    assert_eq!((over.status, over.text.as_str()), (204, ""), "a browser does not come back");
    for garbage in ["x", "-1", "1.5", "99999999999999999999", &(all.len() + 1).to_string()] {
        let refused = serving.send("GET", &path, &[("last-event-id", garbage)], None).problem(400);
        assert!(refused["detail"].as_str().unwrap().contains("Last-Event-ID"), "{refused}");
    }
    for from in ["0", "x", &(all.len() + 2).to_string()] {
        let refused = serving.get(&format!("{path}?from={from}")).problem(400);
        assert!(refused["detail"].as_str().unwrap().contains("from"), "{refused}");
    }
}

#[test]
fn the_host_tells_what_happens_outside_of_runs_until_the_server_ends() {
    let (_project, serving) = Serving::echo();
    let mut stream = events(serving.lines("/api/v1/events", &[]));
    serving.post("/api/v1/plugins/echo/reload", None).expect(200);
    let state = json!("plugin_state");
    let mut seq = 0;
    for event in stream.by_ref() {
        seq += 1;
        assert_eq!((&event["seq"], &event["stream"]), (&json!(seq), &json!("host")));
        if event["type"] == state && event["plugin"] == "echo" && event["state"] == "stopped" {
            break;
        }
    }
    let later = serving.lines("/api/v1/events", &[("last-event-id", &seq.to_string())]);
    assert_eq!(events(later).next().unwrap()["seq"], seq + 1);
    serving.program.signal(rustix::process::Signal::TERM);
    // The stream ends; the answer was whole.
    assert!(stream.all(|event| event["stream"] == "host"));
}

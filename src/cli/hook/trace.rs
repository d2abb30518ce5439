//! `orchestrator hook trace RUN|host`

use orchestrator_protocol::hook::HookName;
use serde::Serialize;
use serde_json::Value;

use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::event::{BodyRef, Difference, Event, EventKind, HookOutcome, PluginName, StreamId, difference, duration};
use crate::orchestrator::api::{Answer, Facade, Query};

/// Events in one question.
const PAGE: u32 = 1000;
/// As much of a value as a line shows, in characters.
const SHOWN: usize = 200;

/// One delivery that is over.
#[derive(Serialize)]
struct Delivery {
    seq: u64,
    hook: HookName,
    order: u32,
    plugin: Option<PluginName>,
    handler: String,
    outcome: HookOutcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    duration_us: u64,
    /// The payload's last part, secrets masked; absent for a handler that was not called.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    difference: Vec<Difference>,
}

pub(super) async fn trace(
    facade: &dyn Facade,
    console: &mut Console,
    stream: StreamId,
    json: bool,
) -> Result<Exit, Failure> {
    let nothing = match stream {
        StreamId::Run(run) => {
            // Asked first: a run that is not there has no events either.
            facade.query(Query::Run { run }).await?;
            "no hook was delivered in this run"
        }
        StreamId::Host => "no hook was delivered outside of runs",
    };
    let mut all = Vec::new();
    let mut from_seq = 1;
    loop {
        let query = match stream {
            StreamId::Run(_) => Query::Events { stream, from_seq, limit: PAGE },
            StreamId::Host => Query::HostDeliveries { limit: PAGE },
        };
        let Answer::Events(events) = facade.query(query).await? else {
            return Err(Failure::unexpected_answer());
        };
        let Some(last) = events.last() else { break };
        from_seq = last.seq + 1;
        for event in events {
            all.extend(delivery(facade, event).await?);
        }
        if stream == StreamId::Host {
            break;
        }
    }
    if json {
        console.json(&all)?;
    } else if all.is_empty() {
        console.remark(nothing)?;
    } else {
        console.say(&all.iter().map(told).collect::<String>())?;
    }
    Ok(Exit::Completed)
}

async fn delivery(facade: &dyn Facade, event: Event) -> Result<Option<Delivery>, Failure> {
    let (seq, plugin) = (event.seq, event.plugin);
    let EventKind::HookFinished { hook, handler, order, outcome, reason, duration_us, before, after } = event.kind
    else {
        return Ok(None);
    };
    let (before, after) = (body(facade, before).await?, body(facade, after).await?);
    let difference = match (&before, &after) {
        (Some(before), Some(after)) => difference(before, after),
        _ => Vec::new(),
    };
    Ok(Some(Delivery { seq, hook, order, plugin, handler, outcome, reason, duration_us, before, after, difference }))
}

async fn body(facade: &dyn Facade, body: Option<BodyRef>) -> Result<Option<Value>, Failure> {
    let Some(body) = body else { return Ok(None) };
    match facade.query(Query::Body { body }).await? {
        Answer::Body(value) => Ok(Some(value)),
        _ => Err(Failure::unexpected_answer()),
    }
}

fn told(delivery: &Delivery) -> String {
    let Delivery { hook, order, plugin, handler, outcome, reason, duration_us, difference, .. } = delivery;
    let plugin = plugin.as_ref().map_or("?", PluginName::as_str);
    let took = duration(*duration_us);
    let mut text = format!("{hook} {order} {plugin}:{handler}: {} in {took}\n", outcome.as_str());
    for line in reason.iter().flat_map(|reason| reason.lines()) {
        text += &format!("    {line}\n");
    }
    for place in difference {
        let path = if place.path.is_empty() { String::new() } else { format!("{}: ", place.path) };
        for (sign, value) in [("-", &place.before), ("+", &place.after)] {
            if let Some(value) = value {
                text += &format!("  {sign} {path}{}\n", shown(value));
            }
        }
    }
    text
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

//! What the way to a child costs, beside the way to a library in this process: `cargo bench --bench transports`.
#![cfg(target_os = "linux")]
#![allow(dead_code, clippy::unwrap_used, reason = "the tests' helpers do more than is needed here")]

#[path = "../tests/runtime_native/host.rs"]
mod host;
#[path = "../tests/runtime_child/start.rs"]
mod start;

use std::io::Write;
use std::time::Instant;

use host::{Host, collect, echo, hostile, scope};
use orchestrator_protocol::target::PluginTarget;
use start::start;

fn agent(name: &str, task: &str) -> PluginTarget {
    PluginTarget::Agent { name: name.into(), request: serde_json::json!({ "task": task }) }
}

#[tokio::main]
async fn main() {
    let mut told = std::io::stdout();
    let host = Host::new();
    let echo = [("in process", host.load(echo()).await.unwrap()), ("child", start(&host, echo()).await.unwrap())];
    for (how, plugin) in echo {
        let mut times = Vec::new();
        for _ in 0..2000 {
            let begun = Instant::now();
            collect(plugin.call(agent("upper", "x"), scope(1)).unwrap()).await.1.unwrap();
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        writeln!(told, "{how}: a call takes {:?} (median), {:?} (99 of 100)", times[1000], times[1980]).unwrap();
    }
    let lines = serde_json::json!({});
    let floods = [
        ("in process", host.load(hostile(lines.clone())).await.unwrap()),
        ("child", start(&host, hostile(lines)).await.unwrap()),
    ];
    for (how, plugin) in floods {
        let begun = Instant::now();
        let items = collect(plugin.call(agent("floods", "300000"), scope(1)).unwrap()).await.0.len();
        writeln!(told, "{how}: {:.0} items a second", items as f64 / begun.elapsed().as_secs_f64()).unwrap();
    }
}

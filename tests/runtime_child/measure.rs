//! What the way to a child costs; for people, who run it with
//! `cargo test --release --test runtime_child measure -- --ignored --nocapture`.

use std::io::Write;
use std::time::Instant;

use crate::host::{Host, collect, echo, hostile, scope};
use crate::same::agent;
use crate::start::start;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, and asserts nothing"]
async fn latency_and_throughput() {
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

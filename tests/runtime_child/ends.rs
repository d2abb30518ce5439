//! However a child ends, nobody waits for ever, and nothing is left of it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use orchestrator_protocol::ErrorKind;
use orchestrator_protocol::peer::CallEvent;
use rustix::process::Signal;

use crate::host::{Host, collect, echo, hostile, scope};
use crate::same::{agent, workflow};
use crate::start::{PATIENCE, misbehaving, reason, start};
use crate::support::Watched;

const KILLED: &str = "its process was killed by signal 9 (SIGKILL)";

/// Numbers that are always the same ones.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % limit
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_of_its_calls_it_fails_them_all_with_the_reason() {
    let mut host = Host::new();
    let mut seeded = Seeded(7);
    for round in 0..12 {
        let plugin = start(&host, echo()).await.unwrap();
        let mut calls = vec![
            plugin.call(agent("slow", ""), scope(1)).unwrap(),
            plugin.call(agent("slow", ""), scope(2)).unwrap(),
            plugin.call(workflow("chorus"), scope(3)).unwrap(),
        ];
        // Some have sent something, and sometimes the workflow waits for the host.
        for _ in 0..seeded.below(6) {
            assert!(matches!(calls[0].next().await, CallEvent::Item(_)));
        }
        let nested = if seeded.below(2) == 0 { host.calls.recv().await } else { None };
        Watched::new(plugin.process().unwrap()).signal(Signal::KILL);
        for call in calls {
            let end = tokio::time::timeout(PATIENCE, collect(call)).await.expect("no call waits for ever").1;
            let error = end.unwrap_err();
            assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Unavailable, KILLED), "round {round}");
        }
        if let Some((_, call)) = nested {
            call.responder.cancelled().cancelled().await;
        }
        assert_eq!(reason(&plugin).await, KILLED);
        let refused = plugin.call(agent("echo", ""), scope(1)).err().unwrap();
        assert!(refused.message.contains(KILLED), "{refused}");
        assert_eq!(plugin.shutdown(PATIENCE).await, Ok(()));
        // What of the last round nobody asked for.
        while host.calls.try_recv().is_ok() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_streams_at_full_speed_it_ends_with_the_reason() {
    let host = Host::new();
    let mut seeded = Seeded(11);
    for _ in 0..6 {
        let plugin = start(&host, hostile(serde_json::json!({}))).await.unwrap();
        let mut call = plugin.call(agent("floods", "100000000"), scope(1)).unwrap();
        for _ in 0..seeded.below(3000) {
            assert!(matches!(call.next().await, CallEvent::Item(_)));
        }
        Watched::new(plugin.process().unwrap()).signal(Signal::KILL);
        let end = tokio::time::timeout(PATIENCE, collect(call)).await.expect("no call waits for ever").1;
        assert_eq!(end.unwrap_err().message, KILLED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_its_start_or_during_its_shutdown_it_is_gone() {
    let host = Host::new();
    for step in ["4", "5", "6"] {
        // Killed right after it was initialized, it may or may not have come to life.
        let Ok(plugin) = misbehaving(&host, &["dies", step]).await else { continue };
        // Whether the farewell was heard in time does not matter; that it is over does.
        let _ = tokio::time::timeout(PATIENCE, plugin.shutdown(PATIENCE)).await.expect("a shutdown ends");
        assert!(plugin.ended().borrow().is_some());
        assert_eq!(plugin.usage(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_called_is_cancelled_with_it() {
    let mut host = Host::new();
    let plugin = misbehaving(&host, &["calls"]).await.unwrap();
    let call = plugin.call(agent("any", ""), scope(1)).unwrap();
    let nested = [host.calls.recv().await.unwrap().1, host.calls.recv().await.unwrap().1];
    Watched::new(plugin.process().unwrap()).signal(Signal::KILL);
    assert_eq!(collect(call).await.1.unwrap_err().message, KILLED);
    for call in nested {
        call.responder.cancelled().cancelled().await;
        assert_eq!(call.responder.cancel_reason(), KILLED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_ignores_its_shutdown_and_sigterm_is_ended_with_all_its_descendants() {
    let host = Host::new();
    let plugin = misbehaving(&host, &["stubborn"]).await.unwrap();
    let process = Watched::new(plugin.process().unwrap());
    let (items, _) = collect(plugin.call(agent("any", ""), scope(1)).unwrap()).await;
    let grandchild = Watched::new(u32::try_from(items[0].as_u64().unwrap()).unwrap());
    let error = plugin.shutdown(Duration::from_millis(100)).await.unwrap_err();
    assert!(error.contains("100 ms"), "{error}");
    assert!(process.ends_within(Duration::ZERO) && grandchild.ends_within(Duration::ZERO));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_stops_its_supervisor_is_ended_with_all_its_descendants() {
    let host = Host::new();
    let plugin = misbehaving(&host, &["stops its supervisor"]).await.unwrap();
    let process = Watched::new(plugin.process().unwrap());
    let (items, _) = collect(plugin.call(agent("any", ""), scope(1)).unwrap()).await;
    let grandchild = Watched::new(u32::try_from(items[0].as_u64().unwrap()).unwrap());
    plugin.shutdown(Duration::from_millis(100)).await.unwrap_err();
    assert!(process.ends_within(PATIENCE) && grandchild.ends_within(PATIENCE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_is_let_go_leaves_nothing() {
    let host = Host::new();
    let plugin = start(&host, echo()).await.unwrap();
    let process = Watched::new(plugin.process().unwrap());
    drop(plugin);
    assert!(tokio::task::spawn_blocking(move || process.ends_within(PATIENCE)).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_its_supervisor_it_ends_and_says_so() {
    let host = Host::new();
    let plugin = start(&host, echo()).await.unwrap();
    let process = Watched::new(plugin.process().unwrap());
    let call = plugin.call(agent("slow", ""), scope(1)).unwrap();
    Watched::new(parent_of(plugin.process().unwrap())).signal(Signal::KILL);
    let error = collect(call).await.1.unwrap_err();
    assert!(error.message.contains("its supervisor ended"), "{error}");
    assert!(process.ends_within(PATIENCE));
}

fn parent_of(process: u32) -> u32 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    status.lines().find_map(|line| line.strip_prefix("PPid:")).unwrap().trim().parse().unwrap()
}

/// Set by the test that kills a host, for the process that is to be that host.
const HOST_TO_BE_KILLED: &str = "ORCHESTRATOR_TEST_HOST";

/// The host that the next test kills, and nothing when it is not asked for: tells the child's and its grandchild's
/// process id, and stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_to_be_killed() {
    use std::io::Write;
    if std::env::var_os(HOST_TO_BE_KILLED).is_none() {
        return;
    }
    let host = Host::new();
    let plugin = misbehaving(&host, &["stubborn"]).await.unwrap();
    let (items, _) = collect(plugin.call(agent("any", ""), scope(1)).unwrap()).await;
    // Not through the test's capture.
    writeln!(std::io::stdout(), "processes {} {}", plugin.process().unwrap(), items[0]).unwrap();
    std::future::pending::<()>().await;
}

#[test]
fn with_the_host_it_ends_and_its_descendants_too() {
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args(["ends::a_host_to_be_killed", "--exact", "--nocapture"])
        .env(HOST_TO_BE_KILLED, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let told = BufReader::new(host.stdout.take().unwrap()).lines().map(Result::unwrap);
    let processes = told.filter_map(|line| line.split_once("processes ").map(|(_, ids)| ids.to_owned())).next();
    let processes = processes.expect("the host tells its processes");
    let processes: Vec<_> = processes.split(' ').map(|id| Watched::new(id.parse().unwrap())).collect();
    assert_eq!(processes.len(), 2);
    host.kill().unwrap();
    host.wait().unwrap();
    for process in processes {
        assert!(process.ends_within(PATIENCE));
    }
}

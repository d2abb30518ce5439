//! Whether the host can be reached, and the look for it while it can't.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::backoff::Backoff;
use super::trouble::Trouble;
use super::wire::Wire;
use crate::event::{SCHEMA_VERSION, Timestamp};
use crate::orchestrator::api::{Away, HostView, LinkView};

const HOST: &str = "/api/v1/host";
/// How long the host may take to say who it is.
const GREETING: Duration = Duration::from_secs(5);
/// After this long without a connection, an answer that is still waited for is not expected any more.
const GIVEN_UP: Duration = Duration::from_secs(10);

/// The connection's state, for everybody who uses it.
pub struct Link {
    state: watch::Sender<State>,
    view: watch::Sender<LinkView>,
}

/// What the link knows beyond what is shown.
struct State {
    is_away: bool,
    /// Which process answered last.
    instance: String,
}

impl Link {
    /// Of a host that was just met.
    pub fn new(address: String, host: &HostView) -> Self {
        let state = State { is_away: false, instance: host.instance.clone() };
        Link { state: watch::Sender::new(state), view: watch::Sender::new(LinkView { address, away: None, hosts: 1 }) }
    }

    pub fn watch(&self) -> watch::Receiver<LinkView> {
        self.view.subscribe()
    }

    /// The process whose host stream is meant.
    pub fn instance(&self) -> String {
        self.state.borrow().instance.clone()
    }

    /// A connection is gone, or none could be made.
    pub fn lost(&self, trouble: &Trouble) {
        self.away(trouble.words());
        self.state.send_if_modified(|state| !std::mem::replace(&mut state.is_away, true));
    }

    fn away(&self, reason: String) {
        self.view.send_if_modified(|view| {
            let since = view.away.as_ref().map_or_else(Timestamp::now, |away| away.since);
            let away = Some(Away { since, reason });
            let changed = view.away != away;
            view.away = away;
            changed
        });
    }

    fn found(&self, host: &HostView) {
        let mut is_another = false;
        self.state.send_modify(|state| {
            is_another = state.instance != host.instance;
            state.instance.clone_from(&host.instance);
            state.is_away = false;
        });
        self.view.send_modify(|view| {
            view.away = None;
            view.hosts += u64::from(is_another);
        });
    }

    /// Waits until the host can be reached.
    pub async fn present(&self) {
        // The sender is ours, so it is there.
        let _ = self.state.subscribe().wait_for(|state| !state.is_away).await;
    }

    /// Waits until the host has been away for so long that no answer is to be expected.
    pub async fn given_up(&self) {
        let mut state = self.state.subscribe();
        loop {
            let _ = state.wait_for(|state| state.is_away).await;
            tokio::select! {
                biased;
                _ = state.wait_for(|state| !state.is_away) => {}
                () = tokio::time::sleep(GIVEN_UP) => return,
            }
        }
    }

    /// Looks for the host whenever it is away, until it is there again.
    pub async fn keep(self: Arc<Self>, wire: Arc<Wire>) {
        let mut state = self.state.subscribe();
        while state.wait_for(|state| state.is_away).await.is_ok() {
            let mut backoff = Backoff::new();
            loop {
                backoff.wait().await;
                match meet(&wire).await {
                    Ok(host) => break self.found(&host),
                    Err(trouble) => self.away(trouble.words()),
                }
            }
        }
    }
}

/// Asks the host who it is. One that speaks otherwise than this program is none.
pub async fn meet(wire: &Wire) -> Result<HostView, Trouble> {
    let asked = tokio::time::timeout(GREETING, wire.get::<HostView>(HOST)).await;
    let host = asked.unwrap_or_else(|_| Err(Trouble::Unreachable("it does not answer".to_owned())))?;
    match mismatch(&host.version, host.events, env!("CARGO_PKG_VERSION")) {
        Some(words) => Err(Trouble::Odd(words)),
        None => Ok(host),
    }
}

/// Why the two can't speak with each other. What is sent may differ with every minor version.
fn mismatch(theirs: &str, their_events: u16, ours: &str) -> Option<String> {
    let minor = |version: &str| version.splitn(3, '.').take(2).map(str::to_owned).collect::<Vec<_>>();
    (minor(theirs) != minor(ours) || their_events != SCHEMA_VERSION)
        .then(|| format!("the host is orchestrator {theirs}, and this is {ours}: both must be of the same version"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(instance: &str) -> HostView {
        HostView { version: "2.0.0".to_owned(), events: SCHEMA_VERSION, instance: instance.to_owned() }
    }

    #[test]
    fn the_time_of_the_loss_stays_and_another_host_is_counted() {
        let link = Link::new("h:1".to_owned(), &host("a"));
        let view = link.watch();
        link.lost(&Trouble::Lost("broken pipe".to_owned()));
        let first = view.borrow().away.clone().unwrap();
        link.lost(&Trouble::Unreachable("refused".to_owned()));
        let second = view.borrow().away.clone().unwrap();
        assert_eq!((first.since, second.reason.as_str()), (second.since, "refused"));
        link.found(&host("a"));
        assert_eq!((view.borrow().away.clone(), view.borrow().hosts), (None, 1));
        link.lost(&Trouble::Lost("broken pipe".to_owned()));
        link.found(&host("b"));
        assert_eq!((view.borrow().hosts, link.instance()), (2, "b".to_owned()));
    }

    #[test]
    fn only_the_same_version_is_spoken_with() {
        assert_eq!(mismatch("2.0.7", SCHEMA_VERSION, "2.0.0"), None);
        for (version, events) in [("2.1.0", SCHEMA_VERSION), ("3.0.0", SCHEMA_VERSION), ("2.0.0", SCHEMA_VERSION + 1)] {
            let words = mismatch(version, events, "2.0.0").unwrap();
            assert!(words.contains(version) && words.contains("2.0.0"), "{words}");
        }
    }
}

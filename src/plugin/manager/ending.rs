//! Plugins that end by themselves, and those that hang.
//!
//! A child is started again after a while, a few times; a library in this process is not, for nobody knows what it
//! left behind. No call is made a second time.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::python::Install;
use super::start::NotStarted;
use super::{Manager, Status};
use crate::event::{PluginName, PluginState};
use crate::runtime::LivePlugin;

/// How a plugin's process came to its end.
#[derive(Clone, Copy)]
enum End {
    ByItself,
    /// It was ended, since something that it had been given was taken back.
    Revoked,
}

/// What to do about a plugin that is not started again.
const MEND_IT: &str = "see its log, mend it, then reload it";

impl Manager {
    /// A handler of the plugin's hangs in this process. It can't be ended, and nothing of the plugin's is used any more.
    pub async fn hung(&self, plugin: &PluginName, reason: &str) {
        let status = Status::of(PluginState::Quarantined)
            .because(self.shared.bus.masked(reason.to_owned()))
            .remedy("mend the plugin, then restart; its stuck thread goes with this process");
        {
            let mut roster = self.roster();
            let Some(record) = roster.records.get_mut(plugin) else { return };
            // It was closed meanwhile.
            if record.live.is_none() && !record.busy {
                return;
            }
            // Whoever loads it just now sees that, and does not put it to use.
            record.hung = true;
            record.left_behind = record.live.take().or(record.left_behind.take());
            record.status = status;
        }
        self.shared.contributions.remove(plugin);
        self.announce(plugin).await;
    }

    /// Notices when the plugin ends by itself.
    pub(super) fn watch(&self, plugin: PluginName, live: &Arc<LivePlugin>) {
        let mut ended = live.ended();
        let (this, is_child) = (Arc::downgrade(live), live.process().is_some());
        let manager = self.clone();
        self.shared.watchers.spawn(async move {
            let reason = match ended.wait_for(Option::is_some).await {
                Ok(reason) => reason.clone().unwrap_or_default(),
                Err(_) => return,
            };
            let Some(gone) = manager.take_out(&plugin, &this) else { return };
            manager.shared.contributions.remove(&plugin);
            let end = if gone.was_revoked() { End::Revoked } else { End::ByItself };
            drop(gone);
            if is_child {
                manager.restart(&plugin, end, reason).await;
            } else {
                let status = Status::of(PluginState::Crashed).because(reason).remedy("see its log, then reload it");
                manager.set_status(&plugin, status).await;
            }
        });
    }

    /// It, if it was this one that ran; one that was closed on purpose is no longer in the roster.
    fn take_out(&self, plugin: &PluginName, this: &Weak<LivePlugin>) -> Option<Arc<LivePlugin>> {
        let mut roster = self.roster();
        let record = roster.records.get_mut(plugin)?;
        let same = record.live.as_ref().is_some_and(|live| Arc::as_ptr(live) == this.as_ptr());
        if same { record.live.take() } else { None }
    }

    /// Starts the plugin again, after a while and as often as it may be, until it runs or something else is to be
    /// done about it.
    async fn restart(&self, plugin: &PluginName, mut end: End, mut reason: String) {
        loop {
            let waiting = CancellationToken::new();
            let (delay, words) = {
                let mut roster = self.roster();
                let Some(record) = roster.records.get_mut(plugin) else { return };
                let delay = match end {
                    End::ByItself => record.crashes.count(Instant::now()),
                    // That was nothing that the plugin did.
                    End::Revoked => Some(Duration::ZERO),
                };
                record.restart = delay.is_some().then(|| waiting.clone());
                (delay, record.crashes.words())
            };
            let Some(delay) = delay else {
                let reason = format!("{words}, the last time: {reason}");
                let status = Status::of(PluginState::Quarantined).because(reason).remedy(MEND_IT);
                return self.set_status(plugin, status).await;
            };
            let (state, remedy) = match end {
                End::ByItself => (PluginState::Crashed, "; see its log for what went before"),
                End::Revoked => (PluginState::Stopped, ", without what was revoked"),
            };
            let remedy = format!("it is started again {}{remedy}", seconds(delay));
            self.set_status(plugin, Status::of(state).because(reason).remedy(remedy)).await;
            tokio::select! {
                biased;
                () = self.shared.closing.cancelled() => return,
                () = waiting.cancelled() => return,
                () = tokio::time::sleep(delay) => {}
            }
            // Whoever has it now does by hand what would be done here.
            let Ok(_claim) = self.claim(plugin) else { return };
            let still_wanted =
                self.roster().records.get_mut(plugin).is_some_and(|record| record.restart.take().is_some());
            if !still_wanted {
                return;
            }
            match self.start(plugin, Install::No).await {
                Err(NotStarted::Failed(status)) => {
                    (end, reason) = (End::ByItself, status.reason.unwrap_or_default());
                }
                settled @ (Ok(_) | Err(NotStarted::Held(_))) => {
                    self.settle(plugin, settled).await;
                    return;
                }
            }
        }
    }
}

fn seconds(delay: Duration) -> String {
    match delay.as_secs() {
        0 => "at once".to_owned(),
        seconds => format!("in {seconds} seconds"),
    }
}

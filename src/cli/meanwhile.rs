//! Commands that can take minutes, since something is built or installed: what is said meanwhile is shown as it
//! comes, and Ctrl-C gives up.

use std::collections::BTreeSet;
use std::io;

use super::console::Console;
use super::exit::Failure;
use super::interrupts::Interrupts;
use crate::event::{Event, EventKind, PluginName, PluginState, StreamId};
use crate::orchestrator::api::{Answer, Command, Done, Facade, Query};

/// Whose lines are shown.
pub(super) struct Listening {
    plugins: BTreeSet<PluginName>,
    /// Also those that something is built or installed for.
    busy_ones: bool,
}

impl Listening {
    /// To one plugin.
    pub(super) fn to(plugin: &PluginName) -> Self {
        Listening { plugins: BTreeSet::from([plugin.clone()]), busy_ones: false }
    }

    /// To whichever plugin something is built or installed for.
    pub(super) fn to_busy_ones() -> Self {
        Listening { plugins: BTreeSet::new(), busy_ones: true }
    }

    fn show(&mut self, console: &mut Console, event: &Event) -> io::Result<()> {
        let Some(plugin) = &event.plugin else { return Ok(()) };
        match &event.kind {
            EventKind::PluginState {
                state: state @ (PluginState::NeedsInstall | PluginState::Building),
                reason: Some(reason),
                ..
            } if self.busy_ones || self.plugins.contains(plugin) => {
                self.plugins.insert(plugin.clone());
                console.remark(&format!("{plugin} {}: {reason}", state.as_str()))
            }
            EventKind::PluginLog { message, .. } if self.plugins.contains(plugin) => console.remark(message),
            _ => Ok(()),
        }
    }
}

/// Sends a command and waits for what it comes to. Nothing, if somebody gave up first.
pub(super) async fn send(
    facade: &dyn Facade,
    console: &mut Console,
    interrupts: &mut Interrupts,
    mut listening: Listening,
    command: Command,
) -> Result<Option<Done>, Failure> {
    let Answer::Snapshot(now) = facade.query(Query::Snapshot).await? else {
        return Err(Failure::unexpected_answer());
    };
    let mut feed = facade.subscribe(StreamId::Host, now.host_seq + 1);
    let mut command = facade.command(command);
    let mut following = true;
    loop {
        tokio::select! {
            biased;
            _ = interrupts.next() => return Ok(None),
            done = &mut command => return Ok(Some(done?)),
            batch = feed.next(), if following => match batch {
                Some(events) => {
                    for event in events {
                        listening.show(console, &event)?;
                    }
                }
                None => following = false,
            },
        }
    }
}

//! `orchestrator plugin trust NAME`

use super::console::Console;
use super::exit::{Exit, Failure};
use crate::event::{Event, EventKind, PluginName, StreamId};
use crate::orchestrator::api::{Answer, Command, Facade, Query};

/// Trusts the plugin and loads it. A plugin that comes as source is built meanwhile, which can take minutes: what it
/// says is shown as it comes.
pub async fn trust(facade: &dyn Facade, console: &mut Console, name: PluginName) -> Result<Exit, Failure> {
    let Answer::Snapshot(now) = facade.query(Query::Snapshot).await? else {
        return Err(Failure::unexpected_answer());
    };
    let mut feed = facade.subscribe(StreamId::Host, now.host_seq + 1);
    let mut command = facade.command(Command::TrustPlugin { plugin: name.clone() });
    let mut following = true;
    let done = loop {
        tokio::select! {
            biased;
            done = &mut command => break done?,
            batch = feed.next(), if following => match batch {
                Some(events) => show(console, &name, &events)?,
                None => following = false,
            },
        }
    };
    super::said(console, &done)
}

fn show(console: &mut Console, name: &PluginName, events: &[std::sync::Arc<Event>]) -> std::io::Result<()> {
    for event in events.iter().filter(|event| event.plugin.as_ref() == Some(name)) {
        if let EventKind::PluginLog { message, .. } = &event.kind {
            console.remark(message)?;
        }
    }
    Ok(())
}

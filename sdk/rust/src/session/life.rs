//! An instance's life: greeting, initialization, farewell.

use std::sync::Arc;
use std::time::Duration;

use orchestrator_protocol::session::{Bye, Hello, Initialize, Shutdown};
use orchestrator_protocol::{CallError, Message, PROTOCOL_VERSION};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

use super::parts::Parts;
use super::{Ready, Reconfigure, Shared};
use crate::panic::{catch, catch_async};
use crate::{Config, Plugin, PluginContext};

/// The longest that open calls may take to notice that they were cancelled, before the plugin's own shutdown.
const CALLS_TO_END: Duration = Duration::from_secs(2);

/// What the host asks of the instance as a whole.
pub(super) enum Order {
    Hello(Hello),
    Initialize(Box<Initialize>),
    Shutdown(Shutdown),
}

/// Follows the host's orders, one after the other, until the farewell.
pub(super) async fn live<P: Plugin>(shared: Arc<Shared>, mut orders: mpsc::UnboundedReceiver<Order>) {
    let software = concat!("orchestrator-sdk ", env!("CARGO_PKG_VERSION")).to_owned();
    // A host that is gone answers nothing, and the queue below ends.
    let _ = shared.peer.send(&Message::Hello(Hello { protocol: PROTOCOL_VERSION, software }));
    let mut plugin: Option<Arc<P>> = None;
    while let Some(order) = orders.recv().await {
        match order {
            Order::Hello(hello) => {
                if !PROTOCOL_VERSION.accepts(hello.protocol) {
                    let (ours, theirs) = (PROTOCOL_VERSION, hello.protocol);
                    let text = format!(
                        "the plugin speaks protocol {ours}, {} speaks {theirs}; build it with the host's SDK",
                        hello.software
                    );
                    let _ = shared.peer.send(&Message::InitializeFailed { error: CallError::failed(text) });
                }
            }
            Order::Initialize(_) if shared.ready.get().is_some() => {
                let _ = shared.peer.send(&Message::Rejected { reason: "the plugin is initialized already".into() });
            }
            Order::Initialize(initialize) => match start::<P>(&shared, *initialize).await {
                Ok(started) => plugin = Some(started),
                Err(error) => {
                    let _ = shared.peer.send(&Message::InitializeFailed { error });
                }
            },
            Order::Shutdown(shutdown) => {
                let error = end(&shared, plugin.take(), Duration::from_millis(shutdown.deadline_ms)).await;
                let _ = shared.peer.send(&Message::Bye(Bye { error }));
                return;
            }
        }
    }
}

/// Makes and initializes the plugin, and tells the host what it contributes.
async fn start<P: Plugin>(shared: &Arc<Shared>, initialize: Initialize) -> Result<Arc<P>, CallError> {
    let context = PluginContext::new(shared.peer.clone(), shared.grants.clone(), &initialize);
    let mut plugin = catch(|| P::new(Config::new(initialize.config)))?;
    let initialized = catch_async(plugin.initialize(&context)).await?;
    initialized.map_err(|error| CallError::failed(error.to_string()))?;
    let (parts, mut described) = Parts::collect(&plugin)?;
    described.degraded = context.degradation();
    let plugin = Arc::new(plugin);
    // Calls are taken from the moment that the host hears of them.
    let _ = shared.ready.set(Ready { parts, reconfigure: reconfigure(&plugin), context });
    let _ = shared.peer.send(&Message::Initialized(described));
    Ok(plugin)
}

/// Does not keep the plugin alive: it ends when it was shut down.
fn reconfigure<P: Plugin>(plugin: &Arc<P>) -> Reconfigure {
    let plugin = Arc::downgrade(plugin);
    Box::new(move |config| {
        let plugin = plugin.clone();
        Box::pin(async move {
            let Some(plugin) = plugin.upgrade() else { return Ok(false) };
            let taken = catch_async(plugin.config_changed(config)).await?;
            taken.map_err(|error| CallError::failed(error.to_string()))
        })
    })
}

/// Cancels the open calls, then shuts the plugin down. Says what went wrong, if anything.
async fn end<P: Plugin>(shared: &Shared, plugin: Option<Arc<P>>, limit: Duration) -> Option<String> {
    let deadline = Instant::now() + limit;
    shared.calls.close();
    shared.peer.cancel_incoming("the plugin is shutting down");
    let ended = timeout(CALLS_TO_END.min(limit / 2), shared.calls.wait()).await;
    let ignored = || format!("{} calls took no notice of being cancelled", shared.calls.len());
    let late = ended.is_err().then(ignored);
    let Some(plugin) = plugin else { return late };
    match timeout_at(deadline, catch_async(plugin.shutdown())).await {
        Ok(Ok(())) => late,
        Ok(Err(panic)) => Some(format!("the plugin's shutdown {panic}")),
        Err(_) => Some(format!("the plugin's shutdown took longer than {} ms", limit.as_millis())),
    }
}

//! From a hung handler to what the manager does about its plugin.

use std::sync::{Mutex, PoisonError};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::event::PluginName;
use crate::hook::QuarantineSink;
use crate::plugin::manager::Manager;

/// Plugins whose handlers hang and that wait for the manager; each is told at most once a chain.
const WAITING: usize = 256;

/// The chain's end: takes names without waiting.
pub(super) struct Hung(mpsc::Sender<(PluginName, String)>);

impl QuarantineSink for Hung {
    fn quarantine(&self, plugin: &PluginName, reason: String) {
        // With so many waiting, this one is among them already.
        if self.0.try_send((plugin.clone(), reason)).is_err() {
            tracing::warn!(%plugin, "a handler hung");
        }
    }
}

/// Hands the names on to the manager.
pub(super) struct Quarantine {
    task: Mutex<Option<JoinHandle<()>>>,
}

/// The two ends, before there is a manager.
pub(super) fn channel() -> (Hung, mpsc::Receiver<(PluginName, String)>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (Hung(sender), receiver)
}

impl Quarantine {
    pub(super) fn start(manager: Manager, mut hung: mpsc::Receiver<(PluginName, String)>) -> Self {
        let task = tokio::spawn(async move {
            while let Some((plugin, reason)) = hung.recv().await {
                manager.hung(&plugin, &reason).await;
            }
        });
        Quarantine { task: Mutex::new(Some(task)) }
    }

    pub(super) async fn close(&self) {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.abort();
            // Whether it was ended or had ended does not matter.
            let _ = task.await;
        }
    }
}

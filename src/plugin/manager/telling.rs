//! Telling a running plugin what is granted to it, whenever that changes.

use std::sync::Arc;

use orchestrator_protocol::permission::Granted;

use super::Manager;
use crate::event::PluginName;
use crate::runtime::LivePlugin;

impl Manager {
    /// Tells the plugin of every change, until it or the host ends. It was started with `told`.
    pub(super) fn tell_permissions(&self, live: &Arc<LivePlugin>, mut told: Vec<Granted>) {
        let (name, mut ended) = (live.name().clone(), live.ended());
        let (manager, live) = (self.clone(), Arc::downgrade(live));
        let (permissions, closing) = (self.permissions().clone(), self.shared.closing.clone());
        self.shared.watchers.spawn(async move {
            let mut changes = permissions.changes();
            loop {
                let granted = permissions.granted(&name);
                if granted != told {
                    let Some(live) = live.upgrade().filter(|live| !manager.is_left_behind(&name, live)) else { return };
                    live.tell_permissions(granted.clone());
                    told = granted;
                }
                tokio::select! {
                    biased;
                    () = closing.cancelled() => return,
                    _ = ended.wait_for(Option::is_some) => return,
                    changed = changes.changed() => if changed.is_err() { return },
                }
            }
        });
    }

    fn is_left_behind(&self, plugin: &PluginName, live: &Arc<LivePlugin>) -> bool {
        let roster = self.roster();
        let left = roster.records.get(plugin).and_then(|record| record.left_behind.as_ref());
        left.is_some_and(|left| Arc::ptr_eq(left, live))
    }
}

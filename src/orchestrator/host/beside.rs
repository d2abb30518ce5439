//! Second processes of plugins, each for one run that may touch more than the plugin otherwise does.
//!
//! What a process may touch can't be widened once it runs. So such a run gets a process of its own, to which all calls
//! of the run go; the plugin's usual one goes on beside it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use orchestrator_protocol::CallError;
use orchestrator_protocol::hook::{HookReply, HookRequest};
use orchestrator_protocol::target::PluginTarget;
use tokio_util::sync::CancellationToken;

use crate::agent::code::{CodeCall, PluginCode};
use crate::event::{PluginName, RunId};
use crate::plugin::manager::Manager;
use crate::runtime::{CallScope, HookPort, LivePlugin};

/// Which runs have processes of their own.
#[derive(Default)]
pub(super) struct Beside {
    by_run: Mutex<HashMap<(RunId, PluginName), Arc<LivePlugin>>>,
}

impl Beside {
    /// Sends the run's calls on these plugins to these processes, until what is returned is dropped; then they are
    /// closed.
    pub(super) fn lend(self: &Arc<Self>, run: RunId, live: Vec<Arc<LivePlugin>>, manager: Manager) -> Lent {
        for plugin in &live {
            self.by_run().insert((run, plugin.name().clone()), plugin.clone());
        }
        Lent { beside: self.clone(), run, live, manager: Some(manager) }
    }

    /// Sends the calls of the run `to` to the processes of the run `from`, in which it was started and which outlives
    /// it, until what is returned is dropped.
    pub(super) fn lend_on(self: &Arc<Self>, from: RunId, to: RunId) -> Lent {
        let mut by_run = self.by_run();
        let of_parent = by_run.iter().filter(|((run, _), _)| *run == from);
        let live: Vec<Arc<LivePlugin>> = of_parent.map(|(_, live)| live.clone()).collect();
        by_run.extend(live.iter().map(|plugin| ((to, plugin.name().clone()), plugin.clone())));
        drop(by_run);
        Lent { beside: self.clone(), run: to, live, manager: None }
    }

    fn of(&self, run: RunId, plugin: &PluginName) -> Option<Arc<LivePlugin>> {
        self.by_run().get(&(run, plugin.clone())).cloned()
    }

    fn by_run(&self) -> MutexGuard<'_, HashMap<(RunId, PluginName), Arc<LivePlugin>>> {
        // Nothing that holds the lock can panic half way through a change.
        self.by_run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Processes that a run has for itself, or has of the run that it was started in.
pub(super) struct Lent {
    beside: Arc<Beside>,
    run: RunId,
    live: Vec<Arc<LivePlugin>>,
    /// Closes them at last; absent where they are another run's.
    manager: Option<Manager>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        for plugin in self.live.drain(..) {
            self.beside.by_run().remove(&(self.run, plugin.name().clone()));
            if let Some(manager) = &self.manager {
                manager.retire(plugin);
            }
        }
    }
}

/// A plugin's code, in its usual process or in the one that a run has for itself.
pub(super) struct Routed {
    pub(super) usual: Arc<LivePlugin>,
    pub(super) beside: Arc<Beside>,
}

impl Routed {
    fn of(&self, run: Option<RunId>) -> Arc<LivePlugin> {
        let own = run.and_then(|run| self.beside.of(run, self.usual.name()));
        own.unwrap_or_else(|| self.usual.clone())
    }
}

impl PluginCode for Routed {
    fn call(&self, target: PluginTarget, scope: CallScope) -> Result<Box<dyn CodeCall>, CallError> {
        PluginCode::call(&*self.of(scope.run()), target, scope)
    }
}

impl HookPort for Routed {
    fn call(&self, request: &HookRequest, scope: CallScope, unwanted: &CancellationToken) -> HookReply {
        let port = self.of(scope.run()).hook_port();
        port.call(request, scope, unwanted)
    }

    fn speaks_meanwhile(&self) -> bool {
        // The one beside it is a process too.
        self.usual.hook_port().speaks_meanwhile()
    }

    fn ends_what_hangs(&self) -> bool {
        self.usual.hook_port().ends_what_hangs()
    }
}

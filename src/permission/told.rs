//! Which denials the audit log has already.

use std::collections::HashSet;

use orchestrator_protocol::permission::Permission;

use super::Denial;
use crate::event::{PluginName, RunId, StreamId};

/// More than are kept apart: beyond it, one may be written twice.
const MAX_KEPT: usize = 4096;

#[derive(Debug, Clone, Default)]
pub(super) struct Told(HashSet<(StreamId, PluginName, Permission, Option<String>, String)>);

impl Told {
    /// Whether it was not told of that stream yet.
    pub fn is_new(&mut self, stream: StreamId, denial: &Denial) -> bool {
        if self.0.len() >= MAX_KEPT {
            self.0.clear();
        }
        let Denial { plugin, permission, scope, rule, .. } = denial;
        self.0.insert((stream, plugin.clone(), *permission, scope.clone(), rule.clone()))
    }

    pub fn end_run(&mut self, run: RunId) {
        self.0.retain(|(stream, ..)| *stream != StreamId::Run(run));
    }
}

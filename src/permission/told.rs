//! Which denials the audit log has already, and how many more it takes.
//!
//! A plugin may be denied as often as it likes, each time with another scope: what goes beyond some lines a minute is
//! counted, and the count is a line of its own.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use orchestrator_protocol::permission::Permission;

use super::Denial;
use crate::event::{PluginName, RunId, StreamId};

/// More than are kept apart: beyond it, one may be written twice.
const MAX_KEPT: usize = 4096;
/// In each of these, at most [`MOST`] denials of one permission of one plugin are written one by one.
pub(super) const WINDOW: Duration = Duration::from_secs(60);
pub(super) const MOST: u32 = 50;

/// What the lines of a plugin are counted by; no permission is what none would allow.
pub(super) type Paced = (PluginName, Option<Permission>);

#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    seen: HashSet<(StreamId, PluginName, Permission, Option<String>, String)>,
    paces: HashMap<Paced, Pace>,
}

#[derive(Debug, Clone, Copy)]
struct Pace {
    since: Instant,
    told: u32,
    untold: u64,
}

impl Told {
    /// Whether it was not told of that stream yet.
    pub fn is_new(&mut self, stream: StreamId, denial: &Denial) -> bool {
        if self.seen.len() >= MAX_KEPT {
            self.seen.clear();
        }
        let Denial { plugin, permission, scope, rule, .. } = denial;
        self.seen.insert((stream, plugin.clone(), *permission, scope.clone(), rule.clone()))
    }

    /// Whether there is room for one more line; else it is counted.
    pub fn has_room(&mut self, paced: Paced, now: Instant) -> bool {
        let pace = self.paces.entry(paced).or_insert(Pace { since: now, told: 0, untold: 0 });
        if pace.told >= MOST {
            pace.untold += 1;
            return false;
        }
        pace.told += 1;
        true
    }

    /// Begins anew with those whose time is over. What was only counted of them.
    pub fn take_counted(&mut self, now: Instant) -> Vec<(Paced, u64)> {
        let over = |pace: &Pace| now.saturating_duration_since(pace.since) >= WINDOW;
        let counted: Vec<(Paced, u64)> = self
            .paces
            .iter()
            .filter(|(_, pace)| over(pace) && pace.untold > 0)
            .map(|(paced, pace)| (paced.clone(), pace.untold))
            .collect();
        self.paces.retain(|_, pace| !over(pace));
        counted
    }

    pub fn end_run(&mut self, run: RunId) {
        self.seen.retain(|(stream, ..)| *stream != StreamId::Run(run));
    }
}

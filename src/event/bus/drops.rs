//! The count of what was dropped, so that it can be told.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use orchestrator_protocol::session::LogLevel;
use serde_json::Map;

use super::lock;
use crate::event::{Draft, EventKind, PluginName, StreamId};

/// Dropped log lines, by stream and plugin.
#[derive(Default)]
pub(super) struct Drops {
    /// Whether `counts` has any, so that the usual emit takes no lock.
    any: AtomicBool,
    counts: Mutex<BTreeMap<(StreamId, Option<PluginName>), u64>>,
}

/// A count to be told.
pub(super) struct Notice {
    pub stream: StreamId,
    plugin: Option<PluginName>,
    count: u64,
}

impl Drops {
    pub fn count(&self, stream: StreamId, plugin: Option<PluginName>) {
        let mut counts = lock(&self.counts);
        *counts.entry((stream, plugin)).or_default() += 1;
        self.any.store(true, Ordering::Relaxed);
    }

    pub fn any(&self) -> bool {
        self.any.load(Ordering::Relaxed)
    }

    pub fn take_one(&self) -> Option<Notice> {
        let mut counts = lock(&self.counts);
        let first = counts.pop_first();
        self.any.store(!counts.is_empty(), Ordering::Relaxed);
        first.map(|((stream, plugin), count)| Notice { stream, plugin, count })
    }
}

impl Notice {
    /// The event that tells it, on `stream`.
    pub fn into_draft(self, stream: StreamId) -> Draft {
        let lines = if self.count == 1 {
            "1 log line was dropped".into()
        } else {
            format!("{} log lines were dropped", self.count)
        };
        let of_run = match self.stream {
            StreamId::Run(run) if stream != self.stream => format!(" of run #{run}"),
            StreamId::Run(_) | StreamId::Host => String::new(),
        };
        let message = format!("{lines}{of_run}, because they came faster than they could be recorded");
        Draft::new(stream, EventKind::PluginLog { level: LogLevel::Warning, message, fields: Map::new() })
            .plugin(self.plugin)
    }
}

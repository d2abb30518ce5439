//! What the plugins' processes use.

use super::LocalHost;
use crate::orchestrator::api::PluginUsage;
use crate::plugin::manager::Record;

impl LocalHost {
    /// One look at every plugin that has a process. One that ended meanwhile is left out.
    pub(super) async fn usage(&self) -> Vec<PluginUsage> {
        let records = self.manager().all();
        // A look reads files of the system's for every process that a plugin started.
        let looked = tokio::task::spawn_blocking(move || records.iter().filter_map(used).collect()).await;
        looked.unwrap_or_else(|error| {
            tracing::error!(%error, "the plugins' processes could not be looked at");
            Vec::new()
        })
    }
}

fn used(record: &Record) -> Option<PluginUsage> {
    let live = record.live.as_ref()?;
    let (process, usage) = (live.process()?, live.usage()?);
    Some(PluginUsage {
        plugin: record.plugin.name.clone(),
        process,
        resident_bytes: usage.resident_bytes,
        memory_limit_bytes: record.sandbox.as_ref().map_or(0, |held| u64::from(held.allowance.memory_mb) << 20),
        cpu_time_us: u64::try_from(usage.cpu_time.as_micros()).unwrap_or(u64::MAX),
    })
}

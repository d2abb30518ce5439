//! What the plugins' processes use.

use std::time::Duration;

use super::LocalHost;
use crate::config::sandbox::Allowance;
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
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let allowance = record.sandbox.as_ref().map(|held| &held.allowance);
    let limit = |of: fn(&Allowance) -> u32| u64::from(allowance.map_or(0, of));
    Some(PluginUsage {
        plugin: record.plugin.name.clone(),
        process,
        resident_bytes: usage.resident_bytes,
        memory_limit_bytes: limit(|allowance| allowance.memory_mb) << 20,
        cpu_time_us: micros(usage.cpu_time),
        call_cpu_us: usage.in_call.map(micros),
        call_cpu_limit_us: limit(|allowance| allowance.cpu_seconds) * 1_000_000,
        threads: usage.threads,
        threads_limit: limit(|allowance| allowance.threads),
        disk_bytes: usage.disk_bytes,
        disk_limit_bytes: limit(|allowance| allowance.disk_mb) << 20,
    })
}

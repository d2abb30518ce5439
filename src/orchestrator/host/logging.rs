//! The host's own log: one file a day in the state folder, the last seven kept, the plugin as a field.

use std::path::Path;

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{InitError, Rotation};
use tracing_subscriber::EnvFilter;

/// Sets what is logged, such as `debug` or `orchestrator::plugin=debug`; `info` without it.
pub const LEVEL_VARIABLE: &str = "ORCHESTRATOR_LOG";

/// Log files that are kept.
const FILES: usize = 7;
/// Lines that wait for the disk; what comes beyond is dropped, so that nobody waits for a log.
const WAITING_LINES: usize = 8192;

/// Starts logging for the whole process. What has been logged is written when the guard is dropped.
pub fn start(folder: &Path) -> Result<WorkerGuard, InitError> {
    let file = tracing_appender::rolling::Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("orchestrator")
        .filename_suffix("log")
        .max_log_files(FILES)
        .build(folder)?;
    let (writer, guard) = NonBlockingBuilder::default().lossy(true).buffered_lines_limit(WAITING_LINES).finish(file);
    let filter = EnvFilter::try_from_env(LEVEL_VARIABLE).unwrap_or_else(|_| EnvFilter::new("info"));
    let started = tracing_subscriber::fmt().with_ansi(false).with_env_filter(filter).with_writer(writer).try_init();
    if let Err(error) = started {
        // Another host of this process logs already; its log serves.
        tracing::debug!(%error, "logging had been started");
    }
    Ok(guard)
}

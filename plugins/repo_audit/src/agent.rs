//! The four agents: each streams one inspection, line by line as it is found.

use std::path::PathBuf;

use orchestrator_sdk::prelude::*;
use tokio::sync::mpsc;

use crate::inspect::{self, Inspection};
use crate::report::{Line, Reporter, Sink, Stopped};
use crate::settings::{Settings, resolve_tree};

/// How many lines may wait for a slow reader; then the inspection waits.
const WAITING_LINES: usize = 64;

/// One inspection as an agent.
pub struct InspectionAgent {
    name: &'static str,
    role: &'static str,
    inspection: Inspection,
    config: Map<String, Value>,
}

/// The names of the agents, in the order of the results, with what each inspects.
pub const INSPECTIONS: [(&str, &str, Inspection); 4] = [
    ("size_agent", "Counts files, lines and bytes by language and finds oversized files", inspect::size::inspect),
    ("debt_agent", "Finds TODO, FIXME, XXX and HACK in comments", inspect::debt::inspect),
    ("dependency_agent", "Reads manifests and checks what they depend on", inspect::dependencies::inspect),
    ("docs_agent", "Finds documentation and licence gaps", inspect::docs::inspect),
];

/// All of them, with the plugin's config.
pub fn agents(config: &Map<String, Value>) -> Vec<Arc<dyn Agent>> {
    let agent = |(name, role, inspection)| {
        Arc::new(InspectionAgent { name, role, inspection, config: config.clone() }) as Arc<dyn Agent>
    };
    INSPECTIONS.into_iter().map(agent).collect()
}

impl Agent for InspectionAgent {
    fn name(&self) -> &str {
        self.name
    }

    fn role(&self) -> &str {
        self.role
    }

    /// The request's context may name the `path` of the tree and any of the settings.
    fn execute_task(&self, request: AgentRequest, context: CallContext) -> AgentStream {
        let inspection = self.inspection;
        let own = request.context.as_object().cloned().unwrap_or_default();
        let prepared = resolve_tree(own.get("path"), context.plugin().project_dir())
            .and_then(|root| Ok((root, Settings::from_layers(&self.config, &own)?)));
        match prepared {
            Ok((root, settings)) => inspect_live(inspection, root, settings, move || context.is_cancelled()),
            Err(message) => Box::pin(stream! { yield Err(PluginError::new(message)); }),
        }
    }
}

/// Runs an inspection on a thread for blocking work and streams its lines. It ends soon after the stream is dropped
/// or `is_cancelled` says so.
pub fn inspect_live(
    inspection: Inspection,
    root: PathBuf,
    settings: Settings,
    is_cancelled: impl Fn() -> bool + Send + 'static,
) -> AgentStream {
    Box::pin(try_stream! {
        let (sender, mut lines) = mpsc::channel(WAITING_LINES);
        let work = tokio::task::spawn_blocking(move || {
            let mut sink = LiveSink { sender, is_cancelled };
            inspection(&root, &settings, Reporter::new(&mut sink, settings.max_findings))
        });
        while let Some(line) = lines.recv().await {
            yield format!("{line}\n");
        }
        match work.await {
            Ok(Ok(())) => {}
            Ok(Err(Stopped)) => Err(PluginError::Cancelled("the inspection was cancelled".to_owned()))?,
            Err(error) => Err(PluginError::new(format!("the inspection broke off: {error}")))?,
        }
    })
}

/// Hands lines to the stream.
struct LiveSink<F> {
    sender: mpsc::Sender<Line>,
    is_cancelled: F,
}

impl<F: Fn() -> bool> Sink for LiveSink<F> {
    fn put(&mut self, line: Line) -> Result<(), Stopped> {
        self.check()?;
        // It ends with an error when the stream is dropped, also while it waits.
        self.sender.blocking_send(line).map_err(|_| Stopped)
    }

    fn check(&self) -> Result<(), Stopped> {
        if self.sender.is_closed() || (self.is_cancelled)() { Err(Stopped) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc as std_mpsc;

    use super::*;
    use crate::inspect::testing::{run, tree};
    use crate::report::{MeasureKind, Severity};

    #[tokio::test]
    async fn the_stream_is_the_inspections_text() {
        let dir = tree(&[("a.rs", b"// TODO one\n"), ("b.rs", b"// FIXME two\n")]);
        let pieces: Vec<_> =
            inspect_live(inspect::debt::inspect, dir.path().into(), Settings::default(), || false).collect().await;
        let text: String = pieces.into_iter().map(Result::unwrap).collect();
        assert_eq!(text, run(inspect::debt::inspect, dir.path(), &Settings::default()));
    }

    #[tokio::test]
    async fn findings_come_before_the_inspection_is_over() {
        // Finds one thing, then waits until it is told to go on.
        fn waits(root: &Path, _: &Settings, mut reporter: Reporter<'_>) -> Result<(), Stopped> {
            reporter.measure(MeasureKind::Total, "first", &[("n", 1)])?;
            while !root.join("go on").exists() {
                std::thread::yield_now();
                reporter.check()?;
            }
            reporter.finish("over")
        }
        let dir = tree(&[]);
        let mut lines = inspect_live(waits, dir.path().into(), Settings::default(), || false);
        assert_eq!(lines.next().await, Some(Ok("total first: n 1\n".to_owned())));
        std::fs::write(dir.path().join("go on"), "").unwrap();
        let rest: Vec<_> = lines.map(Result::unwrap).collect().await;
        assert_eq!(rest.last().map(String::as_str), Some("summary: over\n"));
    }

    /// Finds without end.
    fn endless(_: &Path, _: &Settings, mut reporter: Reporter<'_>) -> Result<(), Stopped> {
        loop {
            reporter.find(Severity::Info, crate::report::Place::path("a"), "debt", "TODO")?;
        }
    }

    #[tokio::test]
    async fn a_cancelled_inspection_ends_as_cancelled() {
        let cancelled = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&cancelled);
        let mut lines = inspect_live(endless, "/".into(), Settings::default(), move || seen.load(Ordering::Relaxed));
        assert!(lines.next().await.unwrap().is_ok());
        cancelled.store(true, Ordering::Relaxed);
        let last = lines.collect::<Vec<_>>().await.pop();
        assert!(matches!(last, Some(Err(PluginError::Cancelled(_)))), "{last:?}");
    }

    #[tokio::test]
    async fn dropping_the_stream_ends_the_thread() {
        // Lives as long as the inspection's sink.
        let (alive, over) = std_mpsc::channel::<()>();
        let mut lines = inspect_live(endless, "/".into(), Settings::default(), move || {
            let _ = &alive;
            false
        });
        assert!(lines.next().await.unwrap().is_ok());
        drop(lines);
        let ended = tokio::task::spawn_blocking(move || over.recv()).await.unwrap();
        assert_eq!(ended, Err(std_mpsc::RecvError));
    }
}

//! The end of a server: nobody is let in, what is under way gets its time, the rest is cancelled, and what was is said.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::open::Running;
use crate::event::RunId;
use crate::orchestrator::api::{Command, Facade};

/// What a cancelled run gets to end.
const CANCEL_LIMIT: Duration = Duration::from_secs(5);
/// What connections get, once nothing more will be said on them, to hear the last of it.
const LAST_WORDS: Duration = Duration::from_secs(2);

impl Running {
    /// Ends the server, and says what it had to cancel. Never takes much longer than the grace of the settings.
    pub async fn shut_down(&self, facade: &dyn Facade) -> String {
        let deadline = Instant::now() + self.options.settings.grace;
        self.closing.cancel();
        self.tasks.close();
        let cancelled = if self.options.ends_runs { self.end_runs(facade, deadline).await } else { Vec::new() };
        self.ending.cancel();
        let deadline = deadline.max(Instant::now() + LAST_WORDS);
        let in_time = timeout_at(deadline, self.tasks.wait()).await.is_ok();
        let cut = if in_time { 0 } else { self.status.connections() };
        self.cut.cancel();
        self.tasks.wait().await;
        let words = words(&cancelled, cut);
        tracing::info!(?cancelled, cut, "the server has ended");
        words
    }

    /// Waits for the runs that were started over the server, and cancels those that take too long.
    async fn end_runs(&self, facade: &dyn Facade, deadline: Instant) -> Vec<RunId> {
        if timeout_at(deadline, self.status.all_runs_ended()).await.is_ok() {
            return Vec::new();
        }
        let mut cancelled = Vec::new();
        for run in self.status.runs() {
            let by = "the server, which was ended".to_owned();
            // One that is over by now needs no end.
            if facade.command(Command::CancelRun { run, by }).await.is_ok() {
                cancelled.push(run);
            }
        }
        let _ = timeout_at(Instant::now() + CANCEL_LIMIT, self.status.all_runs_ended()).await;
        cancelled
    }
}

fn words(cancelled: &[RunId], cut: u32) -> String {
    let mut words = "the server has ended".to_owned();
    if !cancelled.is_empty() {
        let runs: Vec<String> = cancelled.iter().map(|run| format!("#{run}")).collect();
        words.push_str(&format!("\ncancelled: {} {}", if runs.len() == 1 { "run" } else { "runs" }, runs.join(", ")));
    }
    if cut > 0 {
        let what = if cut == 1 { "connection" } else { "connections" };
        words.push_str(&format!("\ncut off: {cut} {what} with a request that took too long"));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cancelled_is_said() {
        assert_eq!(words(&[], 0), "the server has ended");
        let run = |number: &str| number.parse().unwrap();
        let said = words(&[run("3"), run("14")], 1);
        assert_eq!(
            said,
            "the server has ended\ncancelled: runs #3, #14\ncut off: 1 connection with a request that took too long"
        );
    }
}

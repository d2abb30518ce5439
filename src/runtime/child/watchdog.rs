//! Asks a child whether it still answers, when it has ignored a cancellation.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::runtime::session::Session;

/// How long a child may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Waits for calls that their callers wrote off. After each the child is asked whether it is there; one that does not
/// answer is killed. A child that answers is left alone: it may be cleaning up. Ends with the session.
pub(super) async fn watch(session: Arc<Session>, mut written_off: watch::Receiver<String>, kill: CancellationToken) {
    let mut ended = session.ended();
    let work = async {
        while written_off.changed().await.is_ok() {
            let what = written_off.borrow_and_update().clone();
            if timeout(PATIENCE, session.ping()).await.is_err() {
                session.end(&format!("it did not react to the cancellation of {what} and does not answer"));
                kill.cancel();
                return;
            }
        }
    };
    tokio::select! {
        biased;
        _ = ended.wait_for(Option::is_some) => {}
        () = work => {}
    }
}

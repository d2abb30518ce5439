//! What every handler may use.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::orchestrator::api::Facade;

/// What every handler may use. Cheap to clone.
#[derive(Clone)]
pub struct Shared {
    pub facade: Arc<dyn Facade>,
    /// Cancelled when the server is to end and has waited long enough: streams of events end then. Requests with an
    /// answer of their own go on, and get the same time.
    pub ending: CancellationToken,
}

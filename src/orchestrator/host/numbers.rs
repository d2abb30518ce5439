//! Where runs get their numbers: from the history.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::event::RunId;
use crate::store::{self, Store};
use crate::workflow::{NewRun, RunNumbers};

pub(super) struct Numbers(pub(super) Arc<Store>);

impl RunNumbers for Numbers {
    fn next(&self, run: NewRun) -> BoxFuture<'_, Result<RunId, String>> {
        let store = self.0.clone();
        let NewRun { workflow_type, requirements, plugin } = run;
        let create = move || store.create_run(&store::NewRun { workflow_type, requirements, plugin });
        async move {
            match tokio::task::spawn_blocking(create).await {
                Ok(number) => number.map_err(|error| error.to_string()),
                Err(error) => Err(format!("the history failed: {error}")),
            }
        }
        .boxed()
    }
}

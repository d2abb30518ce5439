//! A subscription as the faces see it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::event::Event;
use crate::event::bus::Subscription;
use crate::orchestrator::api::Feed;

pub(super) struct BusFeed(pub(super) Subscription);

impl Feed for BusFeed {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Option<Vec<Arc<Event>>>> + Send + '_>> {
        Box::pin(self.0.next())
    }
}

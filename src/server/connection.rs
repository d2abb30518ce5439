//! One connection: HTTP on it, within limits, until either side ends it.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::limits;
use super::status::Status;
use super::turned_away::turn_away;
use super::wire::{Peer, Wire};
use crate::config::server::ServerLimits;

/// How long to wait when no connection can be accepted, for want of descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// What all connections of a server have in common. Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    pub router: Router,
    pub limits: ServerLimits,
    pub status: Arc<Status>,
    /// Places of connections.
    pub room: Arc<Semaphore>,
    /// And of those that are told that there is none. Any more are dropped.
    pub door: Arc<Semaphore>,
    pub tasks: TaskTracker,
    /// Nobody is let in any more, and each connection ends with the request that it has.
    pub closing: CancellationToken,
    /// What is still open is cut.
    pub cut: CancellationToken,
}

impl Connections {
    /// Takes connections until the server closes.
    pub async fn accept(self, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                biased;
                () = self.closing.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => self.take(stream, peer),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    fn take(&self, stream: TcpStream, address: SocketAddr) {
        let (wire, peer) = Wire::new(stream, address);
        let connections = self.clone();
        if let Ok(place) = self.room.clone().try_acquire_owned() {
            self.tasks.spawn(async move {
                let _place = place;
                connections.until_cut(connections.serve(wire, peer.clone())).await;
            });
        } else if let Ok(place) = self.door.clone().try_acquire_owned() {
            tracing::warn!(client = %address, "there are too many connections; one was turned away");
            self.tasks.spawn(async move {
                let _place = place;
                connections.until_cut(turn_away(wire, &peer)).await;
            });
        }
    }

    async fn until_cut(&self, work: impl Future<Output = ()>) {
        tokio::select! {
            biased;
            () = self.cut.cancelled() => {}
            () = work => {}
        }
    }

    async fn serve(&self, wire: Wire, peer: Peer) {
        let _open = self.status.connected();
        let router = TowerToHyperService::new(self.router.clone());
        let asking = peer.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(asking.clone());
            router.call(request)
        });
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.header_time)
            .max_buf_size(limits::HEAD_READ)
            .max_headers(limits::HEAD_LINES_READ)
            // Who has sent a whole request may have nothing more to say, and is answered.
            .half_close(true);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(wire), service));
        let served = tokio::select! {
            biased;
            () = self.closing.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            served = connection.as_mut() => served,
        };
        match served {
            Ok(()) => peer.linger().await,
            Err(error) => tracing::debug!(client = %peer.address, %error, "a connection ended early"),
        }
    }
}

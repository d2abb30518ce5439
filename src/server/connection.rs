//! One connection: HTTP on it, within limits, until either side ends it.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::status::Status;
use crate::config::server::ServerLimits;

/// What all connections of a server have in common. Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    pub router: Router,
    pub limits: ServerLimits,
    pub status: Arc<Status>,
    pub room: Arc<Semaphore>,
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
                    // A connection that was gone at once costs nothing; without descriptors, waiting is all there is.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        let Ok(place) = self.room.clone().try_acquire_owned() else {
            tracing::warn!(%peer, "there are too many connections; one was turned away");
            return;
        };
        let connections = self.clone();
        self.tasks.spawn(async move {
            let _place = place;
            connections.serve(stream, peer).await;
        });
    }

    async fn serve(&self, stream: TcpStream, peer: SocketAddr) {
        let _open = self.status.connected();
        // Events are small and should not wait for more.
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(self.router.clone());
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(self.limits.header_time).half_close(true);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        let served: Result<(), hyper::Error> = tokio::select! {
            biased;
            () = self.cut.cancelled() => return,
            () = self.closing.cancelled() => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    biased;
                    () = self.cut.cancelled() => return,
                    served = connection => served,
                }
            }
            served = connection.as_mut() => served,
        };
        if let Err(error) = served {
            tracing::debug!(%peer, %error, "a connection ended early");
        }
    }
}

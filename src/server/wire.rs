//! A connection's bytes, and what can be seen of its other side.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// The longest that nothing at all is taken of what is sent.
const STALLED: Duration = Duration::from_secs(120);
/// A client that says no more may only have said all it had to say, or be gone: the two look alike. It gets an answer
/// that comes within this time.
const SILENT: Duration = Duration::from_secs(5);
/// How often to look whether a client is gone that has sent more than was read so far.
const LOOK: Duration = Duration::from_millis(250);
/// What a client may still be sending when its answer is complete: this much of it is read, so that the answer is not
/// lost with the connection.
const LINGER_BYTES: usize = 16 * 1024 * 1024;
const LINGER_TIME: Duration = Duration::from_secs(1);

/// Reads and writes. An error ends a connection whose other side takes nothing for a long while.
pub struct Wire {
    stream: Arc<TcpStream>,
    stalled: Option<Pin<Box<Sleep>>>,
}

/// The other side of a connection. Cheap to clone.
#[derive(Clone)]
pub struct Peer {
    pub address: SocketAddr,
    /// Where it came in.
    pub local: Option<SocketAddr>,
    stream: Arc<TcpStream>,
}

impl Wire {
    pub fn new(stream: TcpStream, address: SocketAddr) -> (Self, Peer) {
        // Events are small and should not wait for more.
        let _ = stream.set_nodelay(true);
        let local = stream.local_addr().ok();
        let stream = Arc::new(stream);
        (Wire { stream: stream.clone(), stalled: None }, Peer { address, local, stream })
    }
}

impl Peer {
    /// When nobody is there any more to answer, as far as that can be known.
    pub async fn gone(&self) {
        loop {
            match self.stream.ready(Interest::READABLE).await {
                Ok(ready) if ready.is_read_closed() => break,
                Ok(_) => sleep(LOOK).await,
                Err(_) => return,
            }
        }
        tokio::select! {
            biased;
            // Both directions: it was no half of a goodbye.
            _ = self.broken() => {}
            () = sleep(SILENT) => {}
        }
    }

    async fn broken(&self) {
        loop {
            match self.stream.ready(Interest::ERROR).await {
                Ok(ready) if ready.is_error() || ready.is_write_closed() => return,
                Ok(_) => sleep(LOOK).await,
                Err(_) => return,
            }
        }
    }

    /// Reads what is still coming, for a short while, after the last was written.
    pub async fn linger(&self) {
        let rest = async {
            let (mut read, mut buffer) = (0, vec![0; 16 * 1024]);
            while read < LINGER_BYTES && self.stream.readable().await.is_ok() {
                match self.stream.try_read(&mut buffer) {
                    Ok(0) => return,
                    Ok(count) => read += count,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(_) => return,
                }
            }
        };
        // Whoever goes on sending has had the chance to read.
        let _ = tokio::time::timeout(LINGER_TIME, rest).await;
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.stream.poll_read_ready(cx))?;
            match self.stream.try_read(buf.initialize_unfilled()) {
                Ok(count) => {
                    buf.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            match self.stream.poll_write_ready(cx)? {
                Poll::Ready(()) => {}
                Poll::Pending => {
                    let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(STALLED)));
                    ready!(stalled.poll_unpin(cx));
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
            }
            match self.stream.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => {
                    self.stalled = None;
                    return Poll::Ready(written);
                }
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = rustix::net::shutdown(&*self.stream, rustix::net::Shutdown::Write);
        Poll::Ready(match closed {
            Ok(()) | Err(rustix::io::Errno::NOTCONN) => Ok(()),
            Err(error) => Err(error.into()),
        })
    }
}

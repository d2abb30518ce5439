//! Writes to a child.

use std::sync::{Arc, Weak};

use orchestrator_protocol::frame::{FrameCodec, FrameError};
use orchestrator_protocol::peer::{Closed, Outbox};
use tokio::io::AsyncWriteExt;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::mpsc;
use tokio_util::bytes::BytesMut;
use tokio_util::codec::Encoder;
use tokio_util::sync::CancellationToken;

use crate::runtime::backlog::{self, Backlog};
use crate::runtime::session::Session;

/// As many messages are written at once, if they are there.
const AT_ONCE: usize = 256;
/// And about as many bytes.
const BUFFER: usize = 64 * 1024;

/// Puts a peer's messages into the queue.
pub(super) struct ToChild {
    pub(super) queue: mpsc::UnboundedSender<Vec<u8>>,
    pub(super) backlog: Arc<Backlog>,
    pub(super) session: Weak<Session>,
}

impl Outbox for ToChild {
    fn send(&self, message: Vec<u8>) -> Result<(), Closed> {
        if !self.backlog.add(message.len()) {
            // A lost message would leave a call waiting for ever; so the session is over, and says why.
            if let Some(session) = self.session.upgrade() {
                session.end(backlog::STOPPED);
            }
            return Err(Closed);
        }
        self.queue.send(message).map_err(|_| Closed)
    }
}

/// Writes what is in the queue, `first` before it, until `over` is set and the queue is empty, or the child takes no
/// more. Then the child sees the end of the stream.
pub(super) async fn write(
    first: Vec<u8>,
    mut queue: mpsc::UnboundedReceiver<Vec<u8>>,
    backlog: Arc<Backlog>,
    mut socket: OwnedWriteHalf,
    over: CancellationToken,
) -> Result<(), FrameError> {
    let mut buffer = BytesMut::new();
    FrameCodec.encode(first, &mut buffer)?;
    let mut messages = Vec::new();
    loop {
        socket.write_all_buf(&mut buffer).await?;
        let received = tokio::select! {
            biased;
            received = queue.recv_many(&mut messages, AT_ONCE) => received,
            () = over.cancelled() => 0,
        };
        if received == 0 {
            return Ok(());
        }
        for message in messages.drain(..) {
            let length = message.len();
            FrameCodec.encode(message, &mut buffer)?;
            if buffer.len() >= BUFFER {
                socket.write_all_buf(&mut buffer).await?;
            }
            backlog.taken(length);
        }
        if buffer.capacity() > 16 * BUFFER {
            // One long message is no reason to keep its room.
            socket.write_all_buf(&mut buffer).await?;
            buffer = BytesMut::new();
        }
    }
}

//! Lines of JSON on a socket: none longer than is agreed, and none waited for without end.

use std::io;
use std::time::Duration;

use futures_util::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

/// The longest line of a caller, in bytes.
pub(super) const REQUEST: usize = 256 * 1024;
/// The longest line of a host.
pub(super) const RESPONSE: usize = 16 * 1024 * 1024;

pub(super) struct Lines {
    reader: FramedRead<OwnedReadHalf, LinesCodec>,
    writer: OwnedWriteHalf,
}

/// Why no line came, or went.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineError {
    #[error("the line is longer than {0} bytes")]
    TooLong(usize),
    #[error("the line is not what was expected: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("nothing came within {} s", .0.as_secs_f32())]
    Late(Duration),
    #[error(transparent)]
    Broken(#[from] io::Error),
}

impl Lines {
    /// `longest` is for the lines that are read.
    pub fn new(stream: UnixStream, longest: usize) -> Self {
        let (reader, writer) = stream.into_split();
        Lines { reader: FramedRead::new(reader, LinesCodec::new_with_max_length(longest)), writer }
    }

    /// The next line. Nothing when the other side has hung up.
    pub async fn read<T: DeserializeOwned>(&mut self, within: Duration) -> Result<Option<T>, LineError> {
        match timeout(within, self.reader.next()).await.map_err(|_| LineError::Late(within))? {
            None => Ok(None),
            Some(Ok(line)) => Ok(Some(serde_json::from_str(&line)?)),
            Some(Err(LinesCodecError::MaxLineLengthExceeded)) => {
                Err(LineError::TooLong(self.reader.decoder().max_length()))
            }
            Some(Err(LinesCodecError::Io(error))) => Err(error.into()),
        }
    }

    /// Writes one line, if it is not longer than `longest`.
    pub async fn write<T: Serialize>(&mut self, value: &T, longest: usize, within: Duration) -> Result<(), LineError> {
        let mut line = serde_json::to_vec(value)?;
        if line.len() > longest {
            return Err(LineError::TooLong(longest));
        }
        line.push(b'\n');
        timeout(within, self.writer.write_all(&line)).await.map_err(|_| LineError::Late(within))??;
        Ok(())
    }
}

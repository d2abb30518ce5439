//! The frames of the child transport: the length of a message as a little-endian `u32`, then the message.
//!
//! A length of more than [`MAX_MESSAGE_BYTES`] is refused before anything is allocated. There are two forms of one
//! format: [`FrameCodec`] for streams of tokio's, [`read_frame`] and [`write_frame`] for threads that may block.

use std::io::{self, Read, Write};

use tokio_util::bytes::{Buf, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

use crate::MAX_MESSAGE_BYTES;

/// Bytes of a frame before its message.
const HEAD: usize = size_of::<u32>();

/// Why a frame could not be read or written. The stream is of no use after it.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error(
        "a frame of {bytes} bytes is longer than the limit of {MAX_MESSAGE_BYTES}, or is no frame of this protocol"
    )]
    TooLong { bytes: usize },
    #[error("the stream ended in the middle of a frame")]
    CutOff,
    #[error("the stream of frames failed: {0}")]
    Io(#[from] io::Error),
}

/// Reads and writes frames on a stream of tokio's.
///
/// The general codec of tokio's would do, if it told a stream that ends after a length from one that ends between two
/// frames.
#[derive(Debug, Clone, Copy, Default)]
pub struct FrameCodec;

impl Decoder for FrameCodec {
    type Item = BytesMut;
    type Error = FrameError;

    fn decode(&mut self, stream: &mut BytesMut) -> Result<Option<BytesMut>, FrameError> {
        let Some(head) = stream.first_chunk::<HEAD>() else { return Ok(None) };
        let length = length(*head)?;
        let missing = (HEAD + length).saturating_sub(stream.len());
        if missing > 0 {
            stream.reserve(missing);
            return Ok(None);
        }
        stream.advance(HEAD);
        Ok(Some(stream.split_to(length)))
    }

    fn decode_eof(&mut self, stream: &mut BytesMut) -> Result<Option<BytesMut>, FrameError> {
        match self.decode(stream)? {
            None if !stream.is_empty() => Err(FrameError::CutOff),
            decoded => Ok(decoded),
        }
    }
}

impl<M: AsRef<[u8]>> Encoder<M> for FrameCodec {
    type Error = FrameError;

    fn encode(&mut self, message: M, stream: &mut BytesMut) -> Result<(), FrameError> {
        let message = message.as_ref();
        let head = head(message)?;
        stream.reserve(HEAD + message.len());
        stream.extend_from_slice(&head);
        stream.extend_from_slice(message);
        Ok(())
    }
}

/// Reads the next message, waiting for it. Nothing, if the stream ended after a whole frame.
pub fn read_frame(stream: &mut impl Read) -> Result<Option<Vec<u8>>, FrameError> {
    let mut head = Vec::with_capacity(HEAD);
    stream.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let Ok(head) = <[u8; HEAD]>::try_from(head.as_slice()) else {
        return if head.is_empty() { Ok(None) } else { Err(FrameError::CutOff) };
    };
    let length = length(head)?;
    let mut message = Vec::with_capacity(length);
    stream.by_ref().take(length as u64).read_to_end(&mut message)?;
    if message.len() == length { Ok(Some(message)) } else { Err(FrameError::CutOff) }
}

/// Writes one message as a frame, waiting until all of it is written. Frames that several threads write must not
/// mix: guard the stream.
pub fn write_frame(stream: &mut impl Write, message: &[u8]) -> Result<(), FrameError> {
    // In one piece, so that a reader is not woken for the length alone.
    let mut frame = Vec::with_capacity(HEAD + message.len());
    frame.extend_from_slice(&head(message)?);
    frame.extend_from_slice(message);
    stream.write_all(&frame)?;
    Ok(stream.flush()?)
}

fn head(message: &[u8]) -> Result<[u8; HEAD], FrameError> {
    let bytes = message.len();
    match u32::try_from(bytes) {
        Ok(length) if bytes <= MAX_MESSAGE_BYTES => Ok(length.to_le_bytes()),
        _ => Err(FrameError::TooLong { bytes }),
    }
}

fn length(head: [u8; HEAD]) -> Result<usize, FrameError> {
    let bytes = u32::from_le_bytes(head) as usize;
    if bytes > MAX_MESSAGE_BYTES { Err(FrameError::TooLong { bytes }) } else { Ok(bytes) }
}

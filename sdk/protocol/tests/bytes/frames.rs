//! Both forms of reading and writing frames, of which each must do what the other does. The fuzz target `frames` uses
//! this file too.

use orchestrator_protocol::frame::{FrameCodec, read_frame, write_frame};
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{Decoder, Encoder};

/// What the blocking form makes of a whole stream: its messages, and whether it ended well.
pub fn read_all(mut stream: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let mut messages = Vec::new();
    loop {
        match read_frame(&mut stream) {
            Ok(Some(message)) => messages.push(message),
            Ok(None) => return (messages, true),
            Err(_) => return (messages, false),
        }
    }
}

/// The same of the codec, which is given the stream in pieces of `step` bytes.
pub fn decode_all(stream: &[u8], step: usize) -> (Vec<Vec<u8>>, bool) {
    let mut buffer = BytesMut::new();
    let mut messages = Vec::new();
    for piece in stream.chunks(step) {
        buffer.extend_from_slice(piece);
        loop {
            match FrameCodec.decode(&mut buffer) {
                Ok(Some(message)) => messages.push(message.to_vec()),
                Ok(None) => break,
                Err(_) => return (messages, false),
            }
        }
    }
    (messages, matches!(FrameCodec.decode_eof(&mut buffer), Ok(None)))
}

pub fn written(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut stream = Vec::new();
    messages.iter().for_each(|message| write_frame(&mut stream, message).expect("it is short and the stream a vector"));
    stream
}

pub fn encoded(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut stream = BytesMut::new();
    messages.iter().for_each(|message| FrameCodec.encode(message, &mut stream).expect("it is short"));
    stream.to_vec()
}

/// Checks that both forms agree on a stream of any bytes, and that what they read is what was written.
pub fn check(stream: &[u8]) {
    let step = stream.first().map_or(1, |byte| usize::from(*byte) % 64 + 1);
    let (messages, well) = read_all(stream);
    assert_eq!(decode_all(stream, step), (messages.clone(), well), "the codec reads something else");
    let again = written(&messages);
    assert!(stream.starts_with(&again), "what was read is not what was there");
    assert_eq!(encoded(&messages), again, "the codec writes something else");
    assert_eq!(well, again.len() == stream.len(), "a stream ends well if it is whole frames");
}

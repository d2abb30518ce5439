//! Frames, in both forms.

use orchestrator_protocol::MAX_MESSAGE_BYTES;
use orchestrator_protocol::frame::{FrameCodec, FrameError, read_frame, write_frame};
use proptest::prelude::*;
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{Decoder, Encoder};

use super::frames::{decode_all, encoded, read_all, written};

#[test]
fn a_frame_is_its_length_and_its_message() {
    assert_eq!(written(&[b"hello".to_vec()]), b"\x05\0\0\0hello");
}

#[test]
fn a_frame_that_is_too_long_is_refused_by_its_length_alone() {
    let head = u32::try_from(MAX_MESSAGE_BYTES + 1).unwrap().to_le_bytes();
    assert!(matches!(read_frame(&mut &head[..]), Err(FrameError::TooLong { .. })));
    let error = FrameCodec.decode(&mut BytesMut::from(&head[..])).unwrap_err();
    assert!(matches!(error, FrameError::TooLong { .. }));
}

#[test]
fn a_message_that_is_too_long_is_not_written() {
    let message = vec![b' '; MAX_MESSAGE_BYTES + 1];
    let mut stream = Vec::new();
    assert!(matches!(write_frame(&mut stream, &message), Err(FrameError::TooLong { .. })));
    assert!(stream.is_empty());
    let error = FrameCodec.encode(message.as_slice(), &mut BytesMut::new()).unwrap_err();
    assert!(matches!(error, FrameError::TooLong { .. }));
}

#[test]
fn the_longest_message_passes() {
    let message = vec![b' '; MAX_MESSAGE_BYTES];
    let stream = written(std::slice::from_ref(&message));
    assert_eq!(read_all(&stream), (vec![message.clone()], true));
    assert_eq!(decode_all(&stream, 1 << 16), (vec![message], true));
}

#[test]
fn a_stream_that_ends_within_a_frame_was_cut_off() {
    let whole = written(&[b"hello".to_vec()]);
    for end in 1..whole.len() {
        let error = read_frame(&mut &whole[..end]).unwrap_err();
        assert!(matches!(error, FrameError::CutOff), "{end}: {error}");
        assert_eq!(decode_all(&whole[..end], 3), (vec![], false));
    }
    assert!(matches!(read_frame(&mut &whole[..0]), Ok(None)));
}

proptest! {
    #[test]
    fn both_forms_write_the_same_and_read_what_was_written(
        messages in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..8),
        step in 1_usize..64,
    ) {
        let stream = written(&messages);
        prop_assert_eq!(&encoded(&messages), &stream);
        prop_assert_eq!(read_all(&stream), (messages.clone(), true));
        prop_assert_eq!(decode_all(&stream, step), (messages, true));
    }
}

//! Any bytes as a stream of frames, for both forms of reading them.
#![no_main]

#[path = "../../sdk/protocol/tests/bytes/frames.rs"]
mod frames;

libfuzzer_sys::fuzz_target!(|stream: &[u8]| frames::check(stream));

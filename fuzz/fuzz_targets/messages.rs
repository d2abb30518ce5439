//! Any bytes as messages, for either side of a session.
#![no_main]

#[path = "../../sdk/protocol/tests/bytes/messages.rs"]
mod messages;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| messages::check(bytes));

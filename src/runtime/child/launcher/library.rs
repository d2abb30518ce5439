//! A native plugin's host: loads the library and carries messages between its border and descriptor 3.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use orchestrator_protocol::peer::Closed;
use orchestrator_protocol::{CallError, ToHost, frame};

use crate::runtime::native::border::{self, MessageSink, Receiver};
use crate::runtime::native::thread::refusal;

/// Sends the plugin's messages. A thread of the plugin's waits here while the host takes none, which it always does:
/// its reader waits for nothing.
#[derive(Clone)]
struct HostSocket {
    socket: Arc<UnixStream>,
    /// Held while a frame is written, so that no two of them mix.
    writing: Arc<Mutex<()>>,
}

impl MessageSink for HostSocket {
    fn take(&self, message: &[u8]) -> Result<(), Closed> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        frame::write_frame(&mut &*self.socket, message).map_err(|_| Closed)
    }
}

/// Runs the plugin of the library at `copy` until the host has nothing more to say.
pub(super) fn host(copy: &Path, socket: UnixStream) -> ExitCode {
    let host = HostSocket { socket: Arc::new(socket), writing: Arc::default() };
    // Hooks come as messages like any other call, so that the border's own way for them is not used.
    match border::open(copy).and_then(|table| table.create(host.clone())) {
        Ok((receiver, _)) => match deliver(receiver, &host.socket) {
            Ok(()) => ExitCode::SUCCESS,
            Err(reason) => {
                let _ = writeln!(io::stderr(), "{reason}");
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            let failed = ToHost::InitializeFailed { error: CallError::failed(error.to_string()) };
            // Plain data, which always encodes; and a host that is gone needs no answer.
            let _ = serde_json::to_vec(&failed).map(|message| host.take(&message));
            ExitCode::FAILURE
        }
    }
}

/// Hands the host's messages to the plugin, on this one thread, then ends the plugin's threads.
fn deliver(mut receiver: Receiver, mut socket: &UnixStream) -> Result<(), String> {
    // Whatever the error is: without the host there is nothing to do.
    while let Ok(Some(message)) = frame::read_frame(&mut socket) {
        if let Some(reason) = refusal(receiver.deliver(&message)) {
            return Err(reason.to_owned());
        }
    }
    receiver.destroy()
}

//! The host, as the plugin calls it.

use std::ffi::c_void;
use std::ptr::addr_of;

use orchestrator_protocol::abi::{ABI_MAJOR, HostAbi, Slice, Status};
use orchestrator_protocol::peer::{Closed, Outbox};

type Send = unsafe extern "C" fn(context: *mut c_void, message: Slice) -> i32;

/// Sends messages to the host, from any thread.
pub(crate) struct HostLink {
    context: *mut c_void,
    send: Send,
}

// SAFETY: the border says that `send` may be called with this context from any thread, for ever.
unsafe impl std::marker::Send for HostLink {}
// SAFETY: as above.
unsafe impl Sync for HostLink {}

impl HostLink {
    /// Nothing, if the host is absent, older than this plugin or of another major version.
    ///
    /// # Safety
    /// `host` is null or points to a [`HostAbi`] that is as large as its first field says.
    pub(super) unsafe fn read(host: *const HostAbi) -> Option<Self> {
        if host.is_null() {
            return None;
        }
        // SAFETY: the caller's promise; every version of the struct begins with its size.
        let size = unsafe { addr_of!((*host).size).read() };
        if size < size_of::<HostAbi>() {
            return None;
        }
        // SAFETY: the struct is at least as large as the one known here.
        let (major, context, send) = unsafe {
            (addr_of!((*host).abi_major).read(), addr_of!((*host).context).read(), addr_of!((*host).send).read())
        };
        (major == ABI_MAJOR).then_some(HostLink { context, send: send? })
    }
}

impl Outbox for HostLink {
    fn send(&self, message: Vec<u8>) -> Result<(), Closed> {
        let slice = Slice { data: message.as_ptr(), len: message.len() };
        // SAFETY: `send` and `context` came from the host together; `message` lives until the call is over.
        let status = unsafe { (self.send)(self.context, slice) };
        if status == Status::Ok as i32 { Ok(()) } else { Err(Closed) }
    }
}

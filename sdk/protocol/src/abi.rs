//! The C border of the in-process transport.
//!
//! A native plugin exports one symbol, [`SYMBOL`]: a static [`PluginAbi`]. Nothing of the plugin is called
//! before its sizes and versions were read. Rules:
//!
//! - Structs are size-prefixed and only ever grow at the end. A reader copies what both sides know and treats
//!   the rest as absent.
//! - Messages cross as byte slices of JSON that the callee copies; it never keeps the pointer.
//! - An owned buffer carries the function that releases it, so that no allocator is shared.
//! - No function may unwind: each side catches its own panics and answers [`Status::Panicked`].
//! - No Rust type, future or allocator crosses.

use std::ffi::c_void;

/// The one exported symbol, NUL-terminated.
pub const SYMBOL: &std::ffi::CStr = c"orchestrator_plugin";

/// Incompatible when different.
pub const ABI_MAJOR: u32 = 1;
/// Rises when a field is added at the end.
pub const ABI_MINOR: u32 = 0;

/// [`PluginAbi::flags`]: the library catches panics (it was built with `panic = "unwind"`). A library without
/// it would take the host's process with it, and is refused in process.
pub const FLAG_UNWINDS: u32 = 1;

/// Bytes owned by the caller, readable during the call alone.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Slice {
    pub data: *const u8,
    pub len: usize,
}

/// Bytes owned by the callee, handed over with the function that releases them.
///
/// `release` may be called from any thread, exactly once; it is null when there is nothing to release.
#[repr(C)]
pub struct OwnedBuffer {
    pub data: *mut u8,
    pub len: usize,
    pub capacity: usize,
    pub release: Option<unsafe extern "C" fn(data: *mut u8, len: usize, capacity: usize)>,
}

impl OwnedBuffer {
    pub const EMPTY: OwnedBuffer = OwnedBuffer { data: std::ptr::null_mut(), len: 0, capacity: 0, release: None };
}

/// What a border function answers.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Ok = 0,
    /// The receiver's session is over.
    Closed = 1,
    /// The message was too large or the pointer null.
    Invalid = 2,
    /// The callee panicked and caught it.
    Panicked = 3,
}

impl Status {
    /// What a number means; nothing, if it is none of the above.
    pub fn from_raw(status: i32) -> Option<Self> {
        [Status::Ok, Status::Closed, Status::Invalid, Status::Panicked]
            .into_iter()
            .find(|known| *known as i32 == status)
    }
}

/// What a plugin exports.
#[repr(C)]
pub struct PluginAbi {
    /// `size_of::<PluginAbi>()` as the plugin was built.
    pub size: usize,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub flags: u32,
    pub reserved: u32,
    /// Makes one instance and starts its threads. Called once per load, on a thread of the host's own that may
    /// be blocked; the instance may use `host` from any thread until `destroy` returns, and harmlessly after.
    /// Null on failure.
    pub create: Option<unsafe extern "C" fn(host: *const HostAbi) -> *mut c_void>,
    /// Takes a message from the host. Called from one thread at a time, in order; must not block; answers a [`Status`].
    pub receive: Option<unsafe extern "C" fn(instance: *mut c_void, message: Slice) -> i32>,
    /// Runs one hook handler to its end: a [`crate::hook::HookRequest`] in, a [`crate::hook::HookReply`] out.
    /// Called from any thread, several at once; may block; must not call the host; answers a [`Status`].
    pub hook: Option<unsafe extern "C" fn(instance: *mut c_void, request: Slice, reply: *mut OwnedBuffer) -> i32>,
    /// Ends the instance's threads and frees it. Called at most once, after `bye` or when the host waits no
    /// longer, on a thread that may be blocked; never while `receive` or `hook` run.
    pub destroy: Option<unsafe extern "C" fn(instance: *mut c_void)>,
}

/// What the host hands to a plugin. It outlives the plugin's instance: the host never frees it.
#[repr(C)]
pub struct HostAbi {
    /// `size_of::<HostAbi>()` as the host was built.
    pub size: usize,
    pub abi_major: u32,
    pub abi_minor: u32,
    /// Given back with every call.
    pub context: *mut c_void,
    /// Takes a message from the plugin. May be called from any thread; does not block; answers a [`Status`].
    pub send: Option<unsafe extern "C" fn(context: *mut c_void, message: Slice) -> i32>,
}

// SAFETY: immutable data and function pointers; the functions' own rules are above.
#[allow(unsafe_code)]
unsafe impl Sync for PluginAbi {}

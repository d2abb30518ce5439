//! The C border, seen from the plugin: the only place of this crate with `unsafe`.
//!
//! It turns pointers into slices and calls into [`crate::session`]; it decides nothing. No function lets a panic
//! out, and none keeps a pointer that was only lent.
#![allow(unsafe_code)]

mod host;

use std::ffi::c_void;
use std::ptr::NonNull;

use orchestrator_protocol::MAX_MESSAGE_BYTES;
use orchestrator_protocol::abi::{ABI_MAJOR, ABI_MINOR, FLAG_UNWINDS, HostAbi, OwnedBuffer, PluginAbi, Slice, Status};

use crate::Plugin;
use crate::panic::catch;
use crate::session::Instance;

pub(crate) use host::HostLink;

/// The table that [`crate::export_plugin!`] exports. `unwinds` is whether the plugin's crate catches panics.
pub const fn table<P: Plugin>(unwinds: bool) -> PluginAbi {
    PluginAbi {
        size: size_of::<PluginAbi>(),
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        flags: if unwinds { FLAG_UNWINDS } else { 0 },
        reserved: 0,
        create: Some(create::<P>),
        receive: Some(receive),
        hook: Some(hook),
        destroy: Some(destroy),
    }
}

unsafe extern "C" fn create<P: Plugin>(host: *const HostAbi) -> *mut c_void {
    let started = catch(|| {
        // SAFETY: the border's rules say that `host` is null or points to a HostAbi of its own stated size that
        // outlives the instance.
        let link = unsafe { HostLink::read(host) }?;
        Instance::start::<P>(link).ok()
    });
    match started {
        Ok(Some(instance)) => Box::into_raw(Box::new(instance)).cast(),
        Ok(None) | Err(_) => std::ptr::null_mut(),
    }
}

unsafe extern "C" fn receive(instance: *mut c_void, message: Slice) -> i32 {
    // SAFETY: `instance` came from `create` and `destroy` was not called yet; `message` is readable during the call.
    let (Some(instance), Some(message)) = (unsafe { (borrow(instance), bytes(&message)) }) else {
        return Status::Invalid as i32;
    };
    match catch(|| instance.receive(message)) {
        Ok(()) => Status::Ok as i32,
        Err(_) => Status::Panicked as i32,
    }
}

unsafe extern "C" fn hook(instance: *mut c_void, request: Slice, reply: *mut OwnedBuffer) -> i32 {
    // SAFETY: as in `receive`.
    let (Some(instance), Some(request)) = (unsafe { (borrow(instance), bytes(&request)) }) else {
        return Status::Invalid as i32;
    };
    let Some(reply) = NonNull::new(reply) else {
        return Status::Invalid as i32;
    };
    match catch(|| instance.hook(request)) {
        Ok(answer) => {
            // SAFETY: `reply` points to memory of the caller's that may be written during the call. What stood there
            // is not dropped: it is plain data.
            unsafe { reply.write(hand_over(answer)) };
            Status::Ok as i32
        }
        Err(_) => Status::Panicked as i32,
    }
}

unsafe extern "C" fn destroy(instance: *mut c_void) {
    if let Some(instance) = NonNull::new(instance.cast::<Instance>()) {
        // SAFETY: made by `create`'s Box::into_raw; the rules say that this is called once and nothing else after it.
        let instance = unsafe { Box::from_raw(instance.as_ptr()) };
        // A panic of the author's destructors ends here; there is nobody left to tell.
        let _ = catch(|| instance.end());
    }
}

/// # Safety
/// `instance` is null or a live pointer that [`create`] made.
unsafe fn borrow<'a>(instance: *mut c_void) -> Option<&'a Instance> {
    // SAFETY: the caller's promise; only shared references to an instance are ever made.
    unsafe { instance.cast::<Instance>().as_ref() }
}

/// # Safety
/// A non-null `slice.data` is readable for `slice.len` bytes during `'a`.
unsafe fn bytes<'a>(slice: &Slice) -> Option<&'a [u8]> {
    if slice.data.is_null() || slice.len > MAX_MESSAGE_BYTES {
        return None;
    }
    // SAFETY: the caller's promise, and the length is far below `isize::MAX`.
    Some(unsafe { std::slice::from_raw_parts(slice.data, slice.len) })
}

fn hand_over(answer: Vec<u8>) -> OwnedBuffer {
    let mut answer = std::mem::ManuallyDrop::new(answer);
    OwnedBuffer { data: answer.as_mut_ptr(), len: answer.len(), capacity: answer.capacity(), release: Some(release) }
}

unsafe extern "C" fn release(data: *mut u8, len: usize, capacity: usize) {
    if !data.is_null() {
        // SAFETY: the three parts of a Vec that `hand_over` took apart, given back once.
        drop(unsafe { Vec::from_raw_parts(data, len, capacity) });
    }
}

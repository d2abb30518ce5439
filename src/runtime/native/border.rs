//! The C border, seen from the host: the only place of this room with `unsafe`.
//!
//! A library is code that the operator trusts with the whole process; what is checked here guards against mistakes,
//! not against malice. Sizes and versions are read before anything of the library's is called. Libraries are never
//! unloaded: one that touched a thread's local storage would take the process with it when that thread ends.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::mem::offset_of;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::ptr::{NonNull, addr_of};
use std::sync::{Arc, Mutex, PoisonError};

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use orchestrator_protocol::MAX_MESSAGE_BYTES;
use orchestrator_protocol::abi::{
    ABI_MAJOR, ABI_MINOR, FLAG_UNWINDS, HostAbi, OwnedBuffer, PluginAbi, SYMBOL, Slice, Status,
};
use orchestrator_protocol::peer::Closed;

use crate::runtime::LoadError;

/// What the plugin gives back with each message; a thin pointer leads to it.
type Context = Box<dyn MessageSink>;

type Create = unsafe extern "C" fn(host: *const HostAbi) -> *mut c_void;
type Receive = unsafe extern "C" fn(instance: *mut c_void, message: Slice) -> i32;
type Hook = unsafe extern "C" fn(instance: *mut c_void, request: Slice, reply: *mut OwnedBuffer) -> i32;
type Destroy = unsafe extern "C" fn(instance: *mut c_void);

/// Where an instance's messages go. Called from any thread of the plugin's, even after the instance's end.
pub(in crate::runtime) trait MessageSink: Send + Sync + 'static {
    /// Takes one message in. An error tells the plugin that its session is over.
    fn take(&self, message: &[u8]) -> Result<(), Closed>;
}

/// A loaded library's functions, checked.
pub(in crate::runtime) struct Table {
    create: Create,
    receive: Receive,
    hook: Hook,
    destroy: Destroy,
}

/// Loads a library for ever and reads its table. Runs the library's constructors, so it may block.
pub(in crate::runtime) fn open(path: &Path) -> Result<Table, LoadError> {
    // SAFETY: loading runs the library's constructors, which the operator trusts.
    let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) };
    let library = library.map_err(|error| LoadError::NotALibrary { path: path.to_owned(), reason: words(&error) })?;
    // SAFETY: the symbol is a static; only its address is taken.
    let address = unsafe { library.get::<*const PluginAbi>(SYMBOL.to_bytes_with_nul()) }.map(|symbol| *symbol);
    // Never unloaded, see above.
    std::mem::forget(library);
    match address {
        // SAFETY: the library exports a static under the name that stands for the border.
        Ok(table) if !table.is_null() => unsafe { read(table) },
        Ok(_) | Err(_) => Err(LoadError::MissingSymbol { path: path.to_owned() }),
    }
}

fn words(error: &libloading::Error) -> String {
    use std::error::Error;
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

/// # Safety
/// `table` points to a static, aligned or not, that begins with its own size, followed by the versions.
unsafe fn read(table: *const PluginAbi) -> Result<Table, LoadError> {
    if !table.is_aligned() {
        return Err(LoadError::Misaligned);
    }
    let least = size_of::<PluginAbi>();
    // SAFETY: the caller's promise.
    let size = unsafe { addr_of!((*table).size).read() };
    if size < offset_of!(PluginAbi, flags) {
        return Err(LoadError::TooSmall { size, least });
    }
    // SAFETY: the static reaches beyond its versions.
    let major = unsafe { addr_of!((*table).abi_major).read() };
    // Before the rest of the size: how large another major's table should be is not known here.
    if major != ABI_MAJOR {
        let remedy = if major < ABI_MAJOR { "Build the plugin with the current SDK" } else { "Update the host" };
        return Err(LoadError::AbiVersion { theirs: major, ours: ABI_MAJOR, remedy });
    }
    if size < least {
        return Err(LoadError::TooSmall { size, least });
    }
    // SAFETY: the static is at least as large as the struct that is known here, and immutable.
    let table = unsafe { &*table };
    if table.flags & FLAG_UNWINDS == 0 {
        return Err(LoadError::AbortsOnPanic);
    }
    let missing = |function| LoadError::MissingFunction { function };
    Ok(Table {
        create: table.create.ok_or(missing("create"))?,
        receive: table.receive.ok_or(missing("receive"))?,
        hook: table.hook.ok_or(missing("hook"))?,
        destroy: table.destroy.ok_or(missing("destroy"))?,
    })
}

impl Table {
    /// Makes an instance whose messages go to `sink`. May block.
    pub(in crate::runtime) fn create(self, sink: impl MessageSink) -> Result<(Receiver, Arc<Hooks>), LoadError> {
        // Leaked: threads of the plugin's that were left behind may use it at any time.
        let sink: Context = Box::new(sink);
        let context: &'static Context = Box::leak(Box::new(sink));
        let host: &'static HostAbi = Box::leak(Box::new(HostAbi {
            size: size_of::<HostAbi>(),
            abi_major: ABI_MAJOR,
            abi_minor: ABI_MINOR,
            context: std::ptr::from_ref(context).cast_mut().cast(),
            send: Some(send),
        }));
        // SAFETY: `host` lives for ever; the table was checked.
        let instance = unsafe { (self.create)(host) };
        let instance = Instance(NonNull::new(instance).ok_or(LoadError::CreateFailed)?);
        let hooks = Arc::new(Hooks { hook: self.hook, instance, gate: Mutex::default() });
        Ok((Receiver { receive: self.receive, destroy: self.destroy, hooks: hooks.clone() }, hooks))
    }
}

#[derive(Clone, Copy)]
struct Instance(NonNull<c_void>);

// SAFETY: the pointer is only ever given back to the plugin, under the border's rules about threads.
unsafe impl Send for Instance {}
// SAFETY: as above.
unsafe impl Sync for Instance {}

/// The right to deliver messages, which only one thread has at a time, and to end the instance.
pub(in crate::runtime) struct Receiver {
    receive: Receive,
    destroy: Destroy,
    hooks: Arc<Hooks>,
}

impl Receiver {
    /// Delivers one message. Nothing, if the plugin answers with a number that means nothing.
    pub(in crate::runtime) fn deliver(&mut self, message: &[u8]) -> Option<Status> {
        let slice = Slice { data: message.as_ptr(), len: message.len() };
        // SAFETY: the instance lives until `destroy` takes self; `&mut self` keeps this to one thread at a time.
        Status::from_raw(unsafe { (self.receive)(self.hooks.instance.0.as_ptr(), slice) })
    }

    /// Ends the instance's threads and frees it; may block. While a hook still runs it can't be: then the instance
    /// is left as it is, and the error says so.
    pub(in crate::runtime) fn destroy(self) -> Result<(), String> {
        let running = self.hooks.close();
        if running > 0 {
            return Err(format!("{running} of its hook handlers have not returned; its threads were left behind"));
        }
        // SAFETY: taking self ends `deliver`, and the closed gate keeps hooks out; called once.
        unsafe { (self.destroy)(self.hooks.instance.0.as_ptr()) };
        Ok(())
    }
}

/// The right to run hook handlers, from any thread, until the instance is destroyed.
pub(in crate::runtime) struct Hooks {
    hook: Hook,
    instance: Instance,
    gate: Mutex<Gate>,
}

#[derive(Default)]
struct Gate {
    closed: bool,
    running: usize,
}

/// Why a hook gave no answer.
pub(super) enum NoReply {
    /// The instance is gone, or says so.
    Closed,
    Panicked,
    /// The plugin answered against the border's rules.
    Broken,
}

impl Hooks {
    /// Runs one handler on this thread, for as long as it takes.
    pub(super) fn call(&self, request: &[u8]) -> Result<Vec<u8>, NoReply> {
        let _inside = self.enter().ok_or(NoReply::Closed)?;
        let slice = Slice { data: request.as_ptr(), len: request.len() };
        let mut reply = OwnedBuffer::EMPTY;
        // SAFETY: the open gate keeps the instance alive; `reply` may be written during the call.
        let status = unsafe { (self.hook)(self.instance.0.as_ptr(), slice, &mut reply) };
        match Status::from_raw(status) {
            // SAFETY: the plugin says that it filled `reply` by the border's rules.
            Some(Status::Ok) => unsafe { take(&reply) }.ok_or(NoReply::Broken),
            Some(Status::Closed) => Err(NoReply::Closed),
            Some(Status::Panicked) => Err(NoReply::Panicked),
            Some(Status::Invalid) | None => Err(NoReply::Broken),
        }
    }

    fn enter(&self) -> Option<Inside<'_>> {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if gate.closed {
            return None;
        }
        gate.running += 1;
        Some(Inside(self))
    }

    /// Lets nobody in any more; how many are still inside.
    fn close(&self) -> usize {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        gate.closed = true;
        gate.running
    }
}

struct Inside<'a>(&'a Hooks);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.gate.lock().unwrap_or_else(PoisonError::into_inner).running -= 1;
    }
}

/// Copies a buffer and releases it.
///
/// # Safety
/// A non-null `data` is readable for `len` bytes until it is released, which was not done yet.
unsafe fn take(reply: &OwnedBuffer) -> Option<Vec<u8>> {
    let readable = !reply.data.is_null() && reply.len <= MAX_MESSAGE_BYTES;
    // SAFETY: the caller's promise, and the length is far below `isize::MAX`.
    let copy = readable.then(|| unsafe { std::slice::from_raw_parts(reply.data, reply.len) }.to_vec());
    if let Some(release) = reply.release {
        // SAFETY: the function came with the buffer, and is called once.
        unsafe { release(reply.data, reply.len, reply.capacity) };
    }
    copy
}

/// [`HostAbi::send`]: called by the plugin, from any thread, even after its end.
unsafe extern "C" fn send(context: *mut c_void, message: Slice) -> i32 {
    // SAFETY: the context is the leaked one that came with this function.
    let Some(sink) = (unsafe { context.cast::<Context>().as_ref() }) else {
        return Status::Invalid as i32;
    };
    if message.data.is_null() || message.len > MAX_MESSAGE_BYTES {
        return Status::Invalid as i32;
    }
    // SAFETY: the plugin says that the bytes are readable during the call; what is made of them is owned.
    let bytes = unsafe { std::slice::from_raw_parts(message.data, message.len) };
    match catch_unwind(AssertUnwindSafe(|| sink.take(bytes))) {
        Ok(Ok(())) => Status::Ok as i32,
        Ok(Err(Closed)) => Status::Closed as i32,
        Err(_) => Status::Panicked as i32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    unsafe extern "C" fn create(_: *const HostAbi) -> *mut c_void {
        std::ptr::null_mut()
    }
    unsafe extern "C" fn receive(_: *mut c_void, _: Slice) -> i32 {
        0
    }
    unsafe extern "C" fn hook(_: *mut c_void, _: Slice, _: *mut OwnedBuffer) -> i32 {
        0
    }
    unsafe extern "C" fn destroy(_: *mut c_void) {}

    fn table() -> PluginAbi {
        PluginAbi {
            size: size_of::<PluginAbi>(),
            abi_major: ABI_MAJOR,
            abi_minor: ABI_MINOR,
            flags: FLAG_UNWINDS,
            reserved: 0,
            create: Some(create),
            receive: Some(receive),
            hook: Some(hook),
            destroy: Some(destroy),
        }
    }

    fn check(table: &PluginAbi) -> Result<Table, LoadError> {
        // SAFETY: a whole table.
        unsafe { read(table) }
    }

    #[test]
    fn a_table_is_checked_before_anything_is_called() {
        assert!(check(&table()).is_ok());
        let larger = PluginAbi { size: 4096, abi_minor: ABI_MINOR + 1, ..table() };
        assert!(check(&larger).is_ok(), "a newer minor version only adds");
        let smaller = PluginAbi { size: size_of::<PluginAbi>() - 1, ..table() };
        assert!(matches!(check(&smaller), Err(LoadError::TooSmall { .. })));
        let tiny = PluginAbi { size: 4, ..table() };
        assert!(matches!(check(&tiny), Err(LoadError::TooSmall { size: 4, .. })));
        let other = PluginAbi { abi_major: ABI_MAJOR + 1, size: 64, ..table() };
        assert!(matches!(check(&other), Err(LoadError::AbiVersion { .. })));
        let aborting = PluginAbi { flags: 0, ..table() };
        assert!(matches!(check(&aborting), Err(LoadError::AbortsOnPanic)));
        let hollow = PluginAbi { hook: None, ..table() };
        assert!(matches!(check(&hollow), Err(LoadError::MissingFunction { function: "hook" })));
    }

    #[test]
    fn a_table_that_is_not_aligned_is_not_read() {
        let tables = [table(), table()];
        let shifted = tables.as_ptr().wrapping_byte_add(1);
        // SAFETY: the first of two tables is readable beyond its first byte, and is not read.
        assert!(matches!(unsafe { read(shifted) }, Err(LoadError::Misaligned)));
    }

    #[test]
    fn a_plugin_that_makes_no_instance_is_refused() {
        let refused = check(&table()).unwrap().create(Over);
        assert!(matches!(refused, Err(LoadError::CreateFailed)));
    }

    struct Over;

    impl MessageSink for Over {
        fn take(&self, _: &[u8]) -> Result<(), Closed> {
            Err(Closed)
        }
    }

    #[test]
    fn messages_after_the_end_are_answered_with_closed() {
        let context: Context = Box::new(Over);
        let context = std::ptr::from_ref(&context).cast_mut().cast();
        let message = Slice { data: b"{}".as_ptr(), len: 2 };
        // SAFETY: the context is one, the message is readable.
        assert_eq!(unsafe { send(context, message) }, Status::Closed as i32);
        let null = Slice { data: std::ptr::null(), len: 2 };
        // SAFETY: as above; null is what is tested.
        assert_eq!(unsafe { send(context, null) }, Status::Invalid as i32);
    }

    #[test]
    fn an_instance_whose_hook_still_runs_is_left_alone() {
        let instance = Instance(NonNull::dangling());
        let hooks = Arc::new(Hooks { hook, instance, gate: Mutex::default() });
        let receiver = Receiver { receive, destroy, hooks: hooks.clone() };
        let inside = hooks.enter();
        assert!(inside.is_some());
        assert!(receiver.destroy().unwrap_err().contains("1 of its hook handlers"));
        assert!(hooks.enter().is_none());
    }
}

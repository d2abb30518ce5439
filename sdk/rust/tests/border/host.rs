//! A host as small as can be, on the other side of the real border.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::sync::{Mutex, OnceLock, mpsc};
use std::time::Duration;

use orchestrator_sdk::protocol::abi::{ABI_MAJOR, ABI_MINOR, HostAbi, OwnedBuffer, PluginAbi, Slice, Status};
use orchestrator_sdk::protocol::hook::{HookReply, HookRequest};
use orchestrator_sdk::protocol::peer::{CallEvent, Closed, Incoming, Limits, OpenCall, Outbox, Peer, Received};
use orchestrator_sdk::protocol::permission::Granted;
use orchestrator_sdk::protocol::session::{Declared, Hello, Initialize, Initialized, Log, Shutdown};
use orchestrator_sdk::protocol::target::{HostTarget, PluginTarget};
use orchestrator_sdk::protocol::{CallError, Message, PROTOCOL_VERSION};
use serde_json::{Map, Value};

/// Longer than anything here takes, so that a test that hangs says so.
const PATIENCE: Duration = Duration::from_secs(20);

struct Queue(mpsc::Sender<Vec<u8>>);

impl Outbox for Queue {
    fn send(&self, message: Vec<u8>) -> Result<(), Closed> {
        self.0.send(message).map_err(|_| Closed)
    }
}

/// What the plugin's messages reach.
struct Inbox {
    peer: OnceLock<Peer<HostTarget, PluginTarget>>,
    session: mpsc::Sender<Message<HostTarget>>,
    calls: tokio::sync::mpsc::UnboundedSender<Incoming<HostTarget>>,
}

pub struct Host {
    table: &'static PluginAbi,
    instance: *mut c_void,
    peer: Peer<HostTarget, PluginTarget>,
    session: Mutex<mpsc::Receiver<Message<HostTarget>>>,
    pub calls: tokio::sync::mpsc::UnboundedReceiver<Incoming<HostTarget>>,
}

// SAFETY: the border says which thread may call what; the instance is only passed back.
unsafe impl Send for Host {}
// SAFETY: as above.
unsafe impl Sync for Host {}

unsafe extern "C" fn send(context: *mut c_void, message: Slice) -> i32 {
    // SAFETY: the context is the leaked Inbox below, the message is readable during the call.
    let (inbox, bytes) = unsafe { (&*context.cast::<Inbox>(), std::slice::from_raw_parts(message.data, message.len)) };
    match inbox.peer.get().expect("set before the plugin was made").receive(bytes) {
        Received::Handled => {}
        Received::Call(call) => inbox.calls.send(call).unwrap_or_default(),
        Received::Rejected(breach) | Received::Violation(breach) => panic!("the plugin broke the protocol: {breach}"),
        Received::Session(message) => inbox.session.send(*message).unwrap_or_default(),
    }
    Status::Ok as i32
}

impl Host {
    /// Makes an instance and greets it.
    pub fn create(table: &'static PluginAbi) -> Host {
        let (to_plugin, queue) = mpsc::channel::<Vec<u8>>();
        let (session_sender, session) = mpsc::channel();
        let (calls_sender, calls) = tokio::sync::mpsc::unbounded_channel();
        let inbox = Inbox { peer: OnceLock::new(), session: session_sender, calls: calls_sender };
        let inbox: &'static Inbox = Box::leak(Box::new(inbox));
        let peer = inbox.peer.get_or_init(|| Peer::new(Queue(to_plugin), Limits::default())).clone();
        let host: &'static HostAbi = Box::leak(Box::new(HostAbi {
            size: size_of::<HostAbi>(),
            abi_major: ABI_MAJOR,
            abi_minor: ABI_MINOR,
            context: std::ptr::from_ref(inbox).cast_mut().cast(),
            send: Some(send),
        }));
        // SAFETY: the border's rules, as a host keeps them.
        let instance = unsafe { table.create.expect("it is given")(host) };
        assert!(!instance.is_null());
        let address = instance as usize;
        std::thread::spawn(move || {
            for message in queue {
                let slice = Slice { data: message.as_ptr(), len: message.len() };
                // SAFETY: the one thread that delivers messages; the tests never destroy while it does.
                let status = unsafe { table.receive.expect("it is given")(address as *mut c_void, slice) };
                assert_eq!(status, Status::Ok as i32);
            }
        });
        let host = Host { table, instance, peer, session: Mutex::new(session), calls };
        assert!(matches!(host.message(), Message::Hello(hello) if hello.protocol == PROTOCOL_VERSION));
        host.tell(&Message::Hello(Hello { protocol: PROTOCOL_VERSION, software: "a test".into() }));
        host
    }

    /// Makes an instance and initializes it.
    pub fn start(table: &'static PluginAbi) -> Host {
        let host = Host::create(table);
        host.initialize(Map::new()).expect("it initializes");
        host
    }

    pub fn initialize(&self, config: Map<String, Value>) -> Result<Initialized, CallError> {
        self.initialize_with(config, Vec::new())
    }

    pub fn initialize_with(
        &self,
        config: Map<String, Value>,
        permissions: Vec<Granted>,
    ) -> Result<Initialized, CallError> {
        self.tell(&Message::Initialize(Initialize {
            name: "test".into(),
            config,
            plugin_dir: "/plugin".into(),
            data_dir: "/data".into(),
            project_dir: "/project".into(),
            declared: Declared::default(),
            permissions,
        }));
        match self.message() {
            Message::Initialized(described) => Ok(described),
            Message::InitializeFailed { error } => Err(error),
            other => panic!("not an answer to initialize: {other:?}"),
        }
    }

    pub fn tell(&self, message: &Message<PluginTarget>) {
        self.peer.send(message).expect("the queue is there");
    }

    /// The next message of the session itself.
    pub fn message(&self) -> Message<HostTarget> {
        self.session.lock().expect("one test thread").recv_timeout(PATIENCE).expect("the plugin says something")
    }

    pub fn next_log(&self) -> Log {
        match self.message() {
            Message::Log(log) => log,
            other => panic!("not a log line: {other:?}"),
        }
    }

    pub fn open(&self, target: PluginTarget) -> OpenCall {
        self.peer.open(target, None, None).expect("the session is open")
    }

    pub fn open_agent(&self, name: &str, task: &str) -> OpenCall {
        let request = serde_json::json!({ "task": task });
        self.open(PluginTarget::Agent { name: name.into(), request })
    }

    /// Runs an agent to its end: its pieces, and how it ended.
    pub async fn run_agent(&self, name: &str, task: &str) -> (Vec<Value>, Result<Value, CallError>) {
        collect(self.open_agent(name, task)).await
    }

    pub fn hook(&self, request: &HookRequest) -> HookReply {
        let request = serde_json::to_vec(request).expect("it encodes");
        let slice = Slice { data: request.as_ptr(), len: request.len() };
        let mut reply = OwnedBuffer::EMPTY;
        // SAFETY: the border's rules; the reply is released once, after it was read.
        unsafe {
            let status = self.table.hook.expect("it is given")(self.instance, slice, &mut reply);
            assert_eq!(status, Status::Ok as i32);
            let bytes = std::slice::from_raw_parts(reply.data, reply.len);
            let answer = serde_json::from_slice(bytes).expect("a reply");
            reply.release.expect("it is given")(reply.data, reply.len, reply.capacity);
            answer
        }
    }

    /// Says farewell and destroys the instance; what the plugin answered.
    pub fn shut_down(self, deadline_ms: u64) -> Option<String> {
        self.tell(&Message::Shutdown(Shutdown { deadline_ms }));
        let bye = loop {
            match self.message() {
                Message::Bye(bye) => break bye,
                Message::Log(_) => {}
                other => panic!("not a farewell: {other:?}"),
            }
        };
        // SAFETY: called once; nothing was sent that `receive` could still be busy with.
        unsafe { self.table.destroy.expect("it is given")(self.instance) };
        bye.error
    }
}

pub async fn collect(mut call: OpenCall) -> (Vec<Value>, Result<Value, CallError>) {
    let mut pieces = Vec::new();
    loop {
        match call.next().await {
            CallEvent::Item(piece) => pieces.push(piece),
            CallEvent::End(value) => return (pieces, Ok(value)),
            CallEvent::Error(error) => return (pieces, Err(error)),
        }
    }
}

/// The table that a plugin exports; made once for each type.
pub fn table<P: orchestrator_sdk::Plugin>() -> &'static PluginAbi {
    Box::leak(Box::new(orchestrator_sdk::border::table::<P>(true)))
}

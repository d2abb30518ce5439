//! Programs started through the real binary as their supervisor.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

use orchestrator::config::{Bases, Places};
use orchestrator::event::bus::{Bus, Journal, JournalError, Page, Record};
use orchestrator::event::{ContentHash, PluginName, StreamId};
use orchestrator::permission::{Ask, Permissions, Permit, Request, Spawn, Subject};
use orchestrator::runtime::exec::Exec;
use orchestrator::runtime::supervise::SUPERVISE;
use orchestrator_protocol::peer::{CallEvent, Closed, Limits, OpenCall, Outbox, Peer, Received, Responder};
use orchestrator_protocol::target::{ExecOutcome, ExecOutput, ExecRequest, ExecStream, HostTarget, PluginTarget};
use orchestrator_protocol::{CallError, ErrorKind, Permission};
use tempfile::TempDir;
use tokio::sync::mpsc;

const SUPERVISOR: &str = env!("CARGO_BIN_EXE_orchestrator");

type HostEnd = Peer<HostTarget, PluginTarget>;
type PluginEnd = Peer<PluginTarget, HostTarget>;

/// Hands messages straight over.
struct ToHost(Arc<OnceLock<HostEnd>>, mpsc::UnboundedSender<Responder>);
struct ToPlugin(PluginEnd);

impl Outbox for ToHost {
    fn send(&self, message: Vec<u8>) -> Result<(), Closed> {
        if let Received::Call(call) = self.0.get().ok_or(Closed)?.receive(&message) {
            self.1.send(call.responder).map_err(|_| Closed)?;
        }
        Ok(())
    }
}

impl Outbox for ToPlugin {
    fn send(&self, message: Vec<u8>) -> Result<(), Closed> {
        self.0.receive(&message);
        Ok(())
    }
}

/// Keeps no events: these tests read none.
struct Nowhere;

impl Journal for Nowhere {
    fn append(&self, _: &[Record]) -> Result<(), JournalError> {
        Ok(())
    }

    fn read(&self, _: StreamId, _: u64, _: usize) -> Result<Page, JournalError> {
        Ok(Page::default())
    }
}

struct Desk {
    dir: TempDir,
    permissions: Permissions,
    plugin: PluginEnd,
    calls: mpsc::UnboundedReceiver<Responder>,
}

fn demo() -> PluginName {
    "demo".parse().expect("a name")
}

impl Desk {
    async fn new() -> Desk {
        let dir = TempDir::new().expect("a temporary folder");
        std::fs::create_dir(dir.path().join("config")).expect("a folder");
        let home = dir.path().join("home");
        let bases = Bases { config: home.clone(), data: home.clone(), state: home };
        let places = Places::at(dir.path(), &bases).expect("places");
        let permissions = Permissions::open(places, Bus::start(Arc::new(Nowhere)));
        let content = ContentHash::of(b"1");
        let requests = vec![Request::all_of(Permission::Spawn)];
        permissions.register(Subject { name: demo(), content, requests, bundled: false, dir: None });
        permissions.trust(&demo(), None, "test").await.expect("it can be trusted");
        let (sender, calls) = mpsc::unbounded_channel();
        let host = Arc::new(OnceLock::new());
        let plugin = PluginEnd::new(ToHost(host.clone(), sender), Limits::default());
        assert!(host.set(HostEnd::new(ToPlugin(plugin.clone()), Limits::default())).is_ok());
        Desk { dir, permissions, plugin, calls }
    }

    async fn permit(&self, program: &str) -> Permit<Spawn> {
        let ask = Ask { plugin: demo(), scope: Some(program.to_owned()), stream: StreamId::Host, span: None };
        self.permissions.authorize(ask).await.expect("it was trusted")
    }

    /// Starts a program under a permit for `permitted`.
    async fn start(&mut self, permitted: &str, request: ExecRequest) -> OpenCall {
        let permit = self.permit(permitted).await;
        let call = self.plugin.open(HostTarget::Exec(request.clone()), None, None).expect("the session is open");
        let responder = self.calls.recv().await.expect("the call arrived");
        let exec = Exec::new(self.dir.path().to_owned(), SUPERVISOR.into());
        tokio::spawn(async move { exec.run(&permit, request, responder).await });
        call
    }

    async fn run(&mut self, request: ExecRequest) -> (Vec<ExecOutput>, Result<ExecOutcome, CallError>) {
        let program = request.program.clone();
        collect(self.start(&program, request).await).await
    }
}

async fn collect(mut call: OpenCall) -> (Vec<ExecOutput>, Result<ExecOutcome, CallError>) {
    let mut output = Vec::new();
    loop {
        match call.next().await {
            CallEvent::Item(item) => output.push(serde_json::from_value(item).expect("output")),
            CallEvent::End(outcome) => return (output, Ok(serde_json::from_value(outcome).expect("an outcome"))),
            CallEvent::Error(error) => return (output, Err(error)),
        }
    }
}

fn shell(script: &str) -> ExecRequest {
    program("sh", &["-c", script])
}

fn program(name: &str, args: &[&str]) -> ExecRequest {
    ExecRequest {
        program: name.to_owned(),
        args: args.iter().map(|&arg| arg.to_owned()).collect(),
        env: Default::default(),
        dir: None,
        stdin: None,
    }
}

fn text(output: &[ExecOutput], wanted: ExecStream) -> String {
    output.iter().filter(|piece| piece.stream == wanted).map(|piece| piece.text.as_str()).collect()
}

fn exists(pid: &str) -> bool {
    Path::new("/proc").join(pid.trim()).exists()
}

/// Makes a session of its own, ignores SIGTERM, tells its number, and stays.
const STUBBORN: &str = r#"setsid sh -c 'trap "" TERM HUP; echo $$; while :; do sleep 1; done' & "#;

#[tokio::test]
async fn output_and_exit_status_come_back() {
    let mut desk = Desk::new().await;
    let mut request = shell("echo \"$GREETING\"; pwd; echo oh >&2; exit 3");
    request.env.insert("GREETING".into(), "hello".into());
    std::fs::create_dir(desk.dir.path().join("sub")).unwrap();
    request.dir = Some("sub".into());
    let (output, outcome) = desk.run(request).await;
    assert_eq!(outcome, Ok(ExecOutcome { code: Some(3), signal: None }));
    let out = text(&output, ExecStream::Stdout);
    assert!(out.starts_with("hello\n") && out.ends_with("/sub\n"), "{out}");
    assert_eq!(text(&output, ExecStream::Stderr), "oh\n");
}

#[tokio::test]
async fn variables_are_the_programs_alone_and_the_loaders_are_refused() {
    let mut desk = Desk::new().await;
    let mut request = shell("echo $GREETING; tr '\\0' '\\n' < /proc/$PPID/environ | grep -c ^GREETING=");
    request.env.insert("GREETING".into(), "hello".into());
    let (output, _) = desk.run(request.clone()).await;
    assert_eq!(text(&output, ExecStream::Stdout), "hello\n0\n", "the shell's parent is the supervisor");
    request.env.insert("LD_PRELOAD".into(), "./evil.so".into());
    let error = desk.run(request).await.1.unwrap_err();
    assert!(error.kind == ErrorKind::InvalidRequest && error.message.contains("LD_PRELOAD"), "{error}");
}

#[tokio::test]
async fn a_path_is_the_projects_whatever_the_working_directory() {
    let mut desk = Desk::new().await;
    let executable = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o755);
    for (file, said) in [("tool", "ours"), ("sub/tool", "theirs")] {
        let file = desk.dir.path().join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, format!("#!/bin/sh\necho {said}; pwd\n")).unwrap();
        std::fs::set_permissions(&file, executable.clone()).unwrap();
    }
    let (output, outcome) = desk.run(ExecRequest { dir: Some("sub".into()), ..program("./tool", &[]) }).await;
    let out = text(&output, ExecStream::Stdout);
    assert!(outcome.is_ok() && out.starts_with("ours\n") && out.ends_with("/sub\n"), "{out}");
}

#[tokio::test]
async fn standard_input_is_given_and_closed() {
    let mut desk = Desk::new().await;
    let mut request = program("cat", &[]);
    let (output, outcome) = desk.run(request.clone()).await;
    assert_eq!((output.len(), outcome.unwrap().code), (0, Some(0)));
    request.stdin = Some("line\n".repeat(50_000));
    let (output, outcome) = desk.run(request).await;
    assert_eq!(outcome.unwrap().code, Some(0));
    assert_eq!(text(&output, ExecStream::Stdout), "line\n".repeat(50_000));
    assert!(output.iter().all(|piece| piece.text.ends_with('\n')), "lines stay whole");
}

#[tokio::test]
async fn a_prompt_without_a_line_end_arrives_before_the_program_ends() {
    let mut desk = Desk::new().await;
    let mut call = desk.start("sh", shell("printf 'name? '; sleep 1000")).await;
    let CallEvent::Item(item) = call.next().await else { panic!("no output") };
    assert_eq!(item["text"], "name? ");
}

#[tokio::test]
async fn a_signal_is_told_apart_from_an_exit_status() {
    let mut desk = Desk::new().await;
    let (_, outcome) = desk.run(shell("kill -9 $$")).await;
    assert_eq!(outcome, Ok(ExecOutcome { code: None, signal: Some(9) }));
    // A script may signal its own group without hitting its supervisor.
    let (_, outcome) = desk.run(shell("kill -15 0")).await;
    assert_eq!(outcome, Ok(ExecOutcome { code: None, signal: Some(15) }));
}

#[tokio::test]
async fn what_can_not_be_started_says_why() {
    let mut desk = Desk::new().await;
    let (_, outcome) = desk.run(program("no-such-program", &[])).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(error.message.contains(&std::env::var("PATH").unwrap()), "{error}");

    let mut request = shell("true");
    request.dir = Some("nowhere".into());
    assert_eq!(desk.run(request).await.1.unwrap_err().kind, ErrorKind::NotFound);

    let broken = desk.dir.path().join("broken");
    std::fs::write(&broken, "#!/no/such/interpreter\n").unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&broken, executable).unwrap();
    let error = desk.run(program("./broken", &[])).await.1.unwrap_err();
    assert!(error.message.contains("`./broken`") && error.message.contains("can't be started"), "{error}");
}

#[tokio::test]
async fn a_permit_is_for_its_own_program() {
    let mut desk = Desk::new().await;
    let call = desk.start("cat", shell("true")).await;
    assert_eq!(collect(call).await.1.unwrap_err().kind, ErrorKind::PermissionDenied);
}

#[tokio::test]
async fn cancelling_ends_descendants_that_escaped_and_ignore_sigterm() {
    let mut desk = Desk::new().await;
    let mut call = desk.start("sh", shell(&format!("{STUBBORN} wait"))).await;
    let CallEvent::Item(item) = call.next().await else { panic!("no output") };
    let pid = item["text"].as_str().unwrap().to_owned();
    assert!(exists(&pid));
    call.cancel("enough");
    let error = collect(call).await.1.unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Cancelled, "enough"));
    assert!(!exists(&pid), "the answer comes when the tree has ended");
}

#[tokio::test]
async fn what_a_program_leaves_behind_ends_with_it() {
    let mut desk = Desk::new().await;
    // The program ends when it knows that the other one stands.
    let script = format!("mkfifo up; {} read line < up; echo $line", STUBBORN.replace("echo $$;", "echo $$ > up;"));
    let (output, outcome) = desk.run(shell(&script)).await;
    assert_eq!(outcome, Ok(ExecOutcome { code: Some(0), signal: None }));
    let pid = text(&output, ExecStream::Stdout);
    assert!(!pid.trim().is_empty());
    assert!(!exists(&pid));
}

#[test]
fn when_the_host_is_killed_nothing_is_left() {
    let (host_end, supervisor_end) = UnixStream::pair().unwrap();
    let mut supervisor = Command::new(SUPERVISOR)
        .arg(SUPERVISE)
        .stdin(Stdio::from(OwnedFd::from(supervisor_end)))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let script = format!("{STUBBORN} wait");
    let order =
        serde_json::json!({"program": "/bin/sh", "name": "sh", "args": ["-c", script], "env": {}, "stdin": null});
    (&host_end).write_all(format!("{order}\n").as_bytes()).unwrap();
    // The process that holds the host's end, and does nothing about it when it is killed.
    let mut host = Command::new("sleep").arg("1000").stdin(Stdio::from(OwnedFd::from(host_end))).spawn().unwrap();
    let mut pid = String::new();
    BufReader::new(supervisor.stdout.take().unwrap()).read_line(&mut pid).unwrap();
    assert!(exists(&pid));
    host.kill().unwrap();
    host.wait().unwrap();
    assert!(supervisor.wait().unwrap().success());
    assert!(!exists(&pid));
}

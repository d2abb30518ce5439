//! Both sides over real sockets, in folders of their own.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use super::message::{Hello, VERSION};
use super::*;
use crate::event::StreamId;
use crate::orchestrator::api::{
    Answer, ApiCall, Command, Done, Facade, FacadeError, Feed, Query, RouteAnswer, RouteFailure,
};

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Does what it is told by writing it down.
#[derive(Default)]
struct Diary {
    told: Mutex<Vec<Command>>,
}

impl Facade for Diary {
    fn command(&self, command: Command) -> BoxFuture<'_, Result<Done, FacadeError>> {
        let result = match &command {
            Command::LoadPlugin { .. } => Err(FacadeError::denied("not today").remedy("come again")),
            _ => Ok(Done::Ok { message: "done".into() }),
        };
        self.told.lock().unwrap().push(command);
        async { result }.boxed()
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<Answer, FacadeError>> {
        let answer = match query {
            // More than one line may hold.
            Query::Doctor => Answer::Body(Value::String("x".repeat(line::RESPONSE))),
            _ => Answer::Agents(Vec::new()),
        };
        async { Ok(answer) }.boxed()
    }

    fn subscribe(&self, _: StreamId, _: u64) -> Box<dyn Feed> {
        unreachable!("nothing here follows a stream")
    }

    fn fetch(&self, _: ApiCall) -> BoxFuture<'_, Result<RouteAnswer, RouteFailure>> {
        unreachable!("nothing here calls a route")
    }
}

/// A host that listens in a folder of its own.
struct Host {
    state: TempDir,
    diary: Arc<Diary>,
    server: Server,
}

impl Host {
    async fn start() -> Host {
        let state = tempfile::tempdir().unwrap();
        let diary = Arc::new(Diary::default());
        let server = listen(state.path(), &diary).await;
        Host { state, diary, server }
    }

    /// This process listens itself, so that it is none of its own neighbours.
    async fn call(&self) -> Link {
        client::at(&self.socket()).call().await.unwrap()
    }

    fn socket(&self) -> std::path::PathBuf {
        self.folder().join(format!("{}.sock", std::process::id()))
    }

    fn folder(&self) -> std::path::PathBuf {
        folder::of(self.state.path())
    }

    async fn raw(&self) -> BufReader<UnixStream> {
        BufReader::new(UnixStream::connect(self.socket()).await.unwrap())
    }

    fn told(&self) -> usize {
        self.diary.told.lock().unwrap().len()
    }
}

async fn listen(state: &Path, diary: &Arc<Diary>) -> Server {
    let facade: Arc<dyn Facade> = diary.clone();
    Server::start(state, "the test", Arc::downgrade(&facade)).await.unwrap()
}

fn cancel(run: u64) -> Command {
    Command::CancelRun { run: crate::event::RunId(run), by: "a test".into() }
}

async fn line(stream: &mut BufReader<UnixStream>) -> Value {
    let mut line = String::new();
    tokio::time::timeout(PATIENCE, stream.read_line(&mut line)).await.unwrap().unwrap();
    serde_json::from_str(&line).unwrap()
}

#[tokio::test]
async fn commands_queries_and_errors_cross_whole_and_in_order() {
    let host = Host::start().await;
    let mut link = host.call().await;
    assert_eq!(link.face(), "the test");
    for run in 1..=3 {
        let done = link.command(cancel(run), PATIENCE).await.unwrap();
        assert_eq!(done, Done::Ok { message: "done".into() });
    }
    assert_eq!(*host.diary.told.lock().unwrap(), [cancel(1), cancel(2), cancel(3)]);
    let error = link.command(Command::LoadPlugin { plugin: "echo".parse().unwrap() }, PATIENCE).await.unwrap_err();
    let LinkError::Host(error) = error else { panic!("{error}") };
    assert_eq!(error, FacadeError::denied("not today").remedy("come again"));
    assert_eq!(link.query(Query::Agents, PATIENCE).await.unwrap(), Answer::Agents(Vec::new()));
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_an_error_of_that_question_alone() {
    let host = Host::start().await;
    let mut link = host.call().await;
    let error = link.query(Query::Doctor, PATIENCE).await.unwrap_err().to_string();
    assert!(error.contains("longer than") && error.contains("ask for less"), "{error}");
    link.query(Query::Agents, PATIENCE).await.unwrap();
}

#[tokio::test]
async fn the_socket_is_its_owners_alone_and_goes_with_the_host() {
    let host = Host::start().await;
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&host.folder()), 0o700);
    assert_eq!(mode(&host.socket()), 0o600);
    let mut idle = host.raw().await;
    line(&mut idle).await;
    let folder = host.folder();
    host.server.close().await;
    assert_eq!(folder.read_dir().unwrap().count(), 0, "the host left something behind");
    assert_eq!(tokio::time::timeout(PATIENCE, idle.read(&mut [0; 1])).await.unwrap().unwrap(), 0, "not hung up");
}

#[tokio::test]
async fn a_caller_that_talks_nonsense_is_told_and_hung_up_on_and_harms_nobody() {
    let host = Host::start().await;
    let mut good = host.call().await;
    let hello = serde_json::to_string(&Hello { control: VERSION }).unwrap();
    let nonsense = [
        "nonsense\n".to_owned(),
        "\u{0}\n".to_owned(),
        format!("{hello}\n{{\"id\":1,\"command\":{{\"command\":\"fly\"}}}}\n"),
        format!("{hello}\n{{\"id\":1}}\n"),
        format!("{hello}\n{}\n", "x".repeat(line::REQUEST + 1)),
        "x".repeat(line::REQUEST + 1),
        "{\"control\":99}\n".to_owned(),
    ];
    for said in nonsense {
        let mut stream = host.raw().await;
        line(&mut stream).await;
        // It may hang up before all of it was taken.
        let _ = stream.write_all(said.as_bytes()).await;
        let answer = line(&mut stream).await;
        assert_eq!(answer["id"], 0, "{answer}");
        assert!(answer["error"]["message"].is_string(), "{answer}");
        let mut rest = Vec::new();
        // Hung up, in one way or the other.
        let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("it hangs up");
        assert!(rest.is_empty());
    }
    // Half a line, and nothing at all.
    for said in ["{\"control\":", ""] {
        let mut stream = host.raw().await;
        stream.write_all(said.as_bytes()).await.unwrap();
        drop(stream);
    }
    good.command(cancel(1), PATIENCE).await.unwrap();
    assert_eq!(host.told(), 1, "nonsense became a command");
}

#[tokio::test]
async fn callers_that_say_nothing_do_not_keep_others_out() {
    let host = Host::start().await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(host.raw().await);
    }
    // They are hung up on when their time is over; whoever waits longer than a greeting usually takes is let in.
    let mut patient = host.raw().await;
    assert_eq!(line(&mut patient).await["face"], "the test");
    drop(silent);
}

#[tokio::test]
async fn what_a_dead_process_left_behind_is_removed_and_a_living_one_is_not() {
    let state = tempfile::tempdir().unwrap();
    let folder = folder::of(state.path());
    std::fs::create_dir(&folder).unwrap();
    for file in ["4000001.lock", "4000001.sock", "4000002.lock", "notes.txt"] {
        std::fs::write(folder.join(file), "").unwrap();
    }
    let living = std::fs::File::open(folder.join("4000002.lock")).unwrap();
    living.lock().unwrap();

    let found = Neighbours::of(state.path()).live().await.unwrap();
    assert_eq!(found.iter().map(|neighbour| neighbour.process).collect::<Vec<_>>(), [4_000_002]);
    let left: std::collections::BTreeSet<_> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(left.into_iter().collect::<Vec<_>>(), ["4000002.lock", "notes.txt"]);
    // It lives, and does not listen.
    let error = found[0].call().await.err().unwrap().to_string();
    assert!(error.contains("can't be reached"), "{error}");
}

#[tokio::test]
async fn a_host_takes_the_place_of_a_dead_process_with_its_number() {
    let host = Host::start().await;
    let Host { state, diary, server } = host;
    server.close().await;
    let folder = folder::of(state.path());
    for extension in ["lock", "sock"] {
        std::fs::write(folder.join(format!("{}.{extension}", std::process::id())), "").unwrap();
    }
    let server = listen(state.path(), &diary).await;
    let host = Host { state, diary, server };
    host.call().await.query(Query::Agents, PATIENCE).await.unwrap();
}

#[tokio::test]
async fn a_path_that_no_address_holds_is_reached_all_the_same() {
    let base = tempfile::tempdir().unwrap();
    let state = base.path().join("a".repeat(100)).join("b".repeat(100));
    std::fs::create_dir_all(&state).unwrap();
    let diary = Arc::new(Diary::default());
    let server = listen(&state, &diary).await;
    let socket = folder::of(&state).join(format!("{}.sock", std::process::id()));
    client::at(&socket).call().await.unwrap().query(Query::Agents, PATIENCE).await.unwrap();
    server.close().await;
    assert!(!socket.exists());
}

#[tokio::test]
async fn a_project_in_which_nobody_ever_listened_has_no_neighbours() {
    let state = tempfile::tempdir().unwrap();
    assert_eq!(Neighbours::of(&state.path().join("nowhere")).live().await.unwrap(), []);
}

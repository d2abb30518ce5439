//! Starting a child.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use orchestrator_protocol::frame::FrameCodec;
use orchestrator_protocol::session::{Initialized, LogLevel};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::codec::FramedRead;
use tokio_util::sync::CancellationToken;

use super::conduct::{Conduct, Gone};
use super::hooks::ChildHooks;
use super::meter::Meter;
use super::outbox::{self, ToChild};
use super::output::{LastWords, Log};
use super::private::PrivateDir;
use super::process::{self, Process};
use super::program::{Launch, Program};
use super::seen::Seen;
use super::transport::ChildTransport;
use super::{ChildProgram, ChildSpec, environment, watchdog};
use crate::runtime::LoadError;
use crate::runtime::backlog::Backlog;
use crate::runtime::calls::Calls;
use crate::runtime::greeting::Start;
use crate::runtime::live::LivePlugin;
use crate::runtime::native::copy;
use crate::runtime::services::HostServices;
use crate::runtime::session::{Greeting, Session};
use crate::sandbox::{Confinement, Quota};

/// How long a child that was started in vain is waited for, so that its last words can be told.
const TO_END: Duration = Duration::from_secs(3);

/// Starts a plugin in a process of its own and initializes it, within `limit`. When the returned future is dropped
/// half way, the child is killed.
pub async fn start(
    spec: ChildSpec,
    services: Arc<dyn HostServices>,
    limit: Duration,
) -> Result<Arc<LivePlugin>, LoadError> {
    let start = Start::within(limit);
    let prepared = tokio::task::spawn_blocking(move || prepare(spec)).await;
    let Ready { spec, program, private, process } =
        prepared.map_err(|error| LoadError::Thread(std::io::Error::other(error)))??;
    let confinement = confinement(&spec, &program, &private);
    let launch = Launch { supervisor: process.supervisor_id, confinement, least: spec.least, program };
    let launch = serde_json::to_vec(&launch).map_err(|error| LoadError::Process(error.to_string()))?;

    let folders = vec![private.path().to_owned(), spec.initialize.data_dir.clone()];
    let quota = spec.quota;
    let mut child = Beginning::new(&spec, launch, private, process, services);
    let half_way = child.kill.clone().drop_guard();
    match child.greet(&start, spec).await {
        Ok((process, contributions)) => {
            half_way.disarm();
            Ok(child.into_live(process, contributions, quota, folders))
        }
        Err(error) => Err(child.give_up(error).await),
    }
}

/// A started process, and what belongs to it.
struct Ready {
    spec: ChildSpec,
    program: Program,
    private: PrivateDir,
    process: Process,
}

/// Everything that may block: the library's copy, the folders, the supervisor's start.
fn prepare(spec: ChildSpec) -> Result<Ready, LoadError> {
    let program = match &spec.program {
        ChildProgram::Library { library, approved, libs_dir } => {
            Program::Library { copy: copy::copy(library, libs_dir, approved.as_ref())? }
        }
        ChildProgram::Python { interpreter, args } => {
            Program::Python { interpreter: interpreter.clone(), args: args.clone() }
        }
    };
    let private = PrivateDir::new(&spec.private_dir)
        .map_err(|source| LoadError::Folder { path: spec.private_dir.clone(), source })?;
    let environment = environment::prepare(std::env::vars_os(), private.path())?;
    let process = process::spawn(&spec, &spec.initialize.project_dir, environment).map_err(|error| {
        let (executable, dir) = (spec.executable.display(), spec.initialize.project_dir.display());
        LoadError::Process(format!("{executable} in {dir}: {error}"))
    })?;
    Ok(Ready { spec, program, private, process })
}

/// What the child may touch, its program and its private folder with it.
fn confinement(spec: &ChildSpec, program: &Program, private: &PrivateDir) -> Confinement {
    let mut confinement = spec.confinement.clone();
    confinement.write.push(private.path().to_owned());
    confinement.read.push(match program {
        Program::Library { copy } => copy.clone(),
        Program::Python { interpreter, .. } => interpreter.clone(),
    });
    confinement
}

/// A child that is not initialized yet.
struct Beginning {
    session: Arc<Session>,
    greetings: mpsc::Receiver<Greeting>,
    backlog: Arc<Backlog>,
    kill: CancellationToken,
    started: oneshot::Receiver<u32>,
    gone: watch::Receiver<Gone>,
    last_words: LastWords,
    supervisor: u32,
}

impl Beginning {
    /// Starts the tasks that a child needs. The last one to end is [`Conduct`], which owns the others.
    fn new(
        spec: &ChildSpec,
        launch: Vec<u8>,
        private: PrivateDir,
        process: Process,
        services: Arc<dyn HostServices>,
    ) -> Self {
        let (queue, messages) = mpsc::unbounded_channel();
        let backlog = Arc::<Backlog>::default();
        let waiting = backlog.clone();
        let (session, greetings) = Session::new(spec.name.clone(), services.clone(), move |session| ToChild {
            queue,
            backlog: waiting,
            session,
        });

        let log = Log { plugin: spec.name.clone(), services, last_words: LastWords::default() };
        let last_words = log.last_words.clone();
        let mut printed = JoinSet::new();
        printed.spawn(log.clone().read(process.stdout, LogLevel::Info));
        printed.spawn(log.read(process.stderr, LogLevel::Warning));

        let (from_child, to_child) = process.socket.into_split();
        let (over, kill) = (CancellationToken::new(), CancellationToken::new());
        let ((tell_started, started), (tell_gone, gone)) = (oneshot::channel(), watch::channel(None));
        let conduct = Conduct {
            session: session.clone(),
            supervisor: process.supervisor,
            frames: FramedRead::new(from_child, FrameCodec),
            writer: tokio::spawn(outbox::write(launch, messages, backlog.clone(), to_child, over.clone())),
            over,
            printed,
            private,
            kill: kill.clone(),
            started: Some(tell_started),
            gone: tell_gone,
        };
        tokio::spawn(conduct.run());
        let supervisor = process.supervisor_id;
        Beginning { session, greetings, backlog, kill, started, gone, last_words, supervisor }
    }

    /// Waits for the process to start, then greets the plugin.
    async fn greet(&mut self, start: &Start, spec: ChildSpec) -> Result<(u32, Initialized), LoadError> {
        let process = start.limit("start its process", &mut self.started).await?.map_err(|_| {
            let reason = self.session.ended().borrow().clone();
            LoadError::Process(reason.unwrap_or_else(|| "its supervisor did not say why".to_owned()))
        })?;
        let contributions = start.greet(&self.session, &mut self.greetings, spec.initialize).await?;
        Ok((process, contributions))
    }

    fn into_live(
        self,
        process: u32,
        contributions: Initialized,
        quota: Quota,
        folders: Vec<PathBuf>,
    ) -> Arc<LivePlugin> {
        let seen = Arc::<Seen>::default();
        let meter = Meter {
            session: self.session.clone(),
            kill: self.kill.clone(),
            process,
            supervisor: self.supervisor,
            quota,
            folders,
            seen: seen.clone(),
        };
        tokio::spawn(meter.run());
        let written_off = watch::Sender::default();
        tokio::spawn(watchdog::watch(self.session.clone(), written_off.subscribe(), self.kill.clone()));
        let transport = ChildTransport {
            session: self.session.clone(),
            backlog: self.backlog,
            kill: self.kill,
            gone: self.gone,
            written_off,
            process,
            supervisor: self.supervisor,
            seen,
        };
        let calls = Calls { session: self.session, transport: Arc::new(transport) };
        let hooks = Arc::new(ChildHooks::new(calls.clone()));
        Arc::new(LivePlugin::new(calls, contributions, hooks, self.greetings))
    }

    /// Ends what was started in vain. One that died by itself is told of with its last words.
    async fn give_up(mut self, error: LoadError) -> LoadError {
        self.session.end(&error.to_string());
        self.kill.cancel();
        let _ = timeout(TO_END, self.gone.wait_for(Option::is_some)).await;
        match error {
            LoadError::Ended(how) => LoadError::Died { how, said: self.last_words.get() },
            other => other,
        }
    }
}

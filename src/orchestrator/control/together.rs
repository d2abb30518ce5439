//! A facade that has the other hosts of a project hear of what it changes.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join, join_all};

use super::client::{Link, LinkError, Neighbour, Neighbours};
use super::spread::{FollowUp, Spread, spread};
use crate::event::{PluginName, StreamId};
use crate::orchestrator::api::{
    Answer, ApiCall, Command, Done, Facade, FacadeError, FailureKind, Feed, Hearing, Place, Query, RouteAnswer,
    RouteFailure,
};

/// What a host gets for what it does in memory.
const MEMORY_LIMIT: Duration = Duration::from_secs(3);
/// What it gets to load a plugin.
const LOAD_LIMIT: Duration = Duration::from_secs(20);
/// What is said of a host that is no more.
const ENDED: &str = "it has ended";

/// Who remembers answers that are in no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// This process: it stays, and they are about what it does itself.
    Here,
    /// The other hosts: this process is gone at once.
    Elsewhere,
}

/// A host, together with the others that have its project open.
pub struct Together {
    local: Arc<dyn Facade>,
    others: Neighbours,
    keeps: Keeps,
}

/// A host that was called.
struct Called {
    neighbour: Neighbour,
    link: Result<Link, LinkError>,
}

/// A host that was told.
struct Told {
    neighbour: Neighbour,
    face: Option<String>,
    /// What it made of it, in words.
    came_to: Result<String, LinkError>,
}

impl Together {
    pub fn new(local: Arc<dyn Facade>, others: Neighbours, keeps: Keeps) -> Self {
        Together { local, others, keeps }
    }

    async fn share(&self, command: Command) -> Result<Done, FacadeError> {
        match (spread(&command), self.keeps) {
            (Spread::Own, _) | (Spread::Memory, Keeps::Here) => self.local.command(command).await,
            (Spread::Memory, Keeps::Elsewhere) => self.hand_over(command).await,
            (Spread::Files(follow_up), _) => self.change_files(command, follow_up).await,
        }
    }

    async fn change_files(&self, command: Command, follow_up: FollowUp) -> Result<Done, FacadeError> {
        let revokes = matches!(command, Command::RevokePermission { .. });
        // Before the change: a host may end because of it, and is named all the same.
        let live = self.live().await;
        let calls = join_all(live.as_deref().unwrap_or_default().iter().cloned().map(call));
        let (called, changed) = join(calls, self.local.command(command)).await;
        match (changed, live) {
            (Ok(Done::Ok { message }), Ok(_)) if called.is_empty() => Ok(Done::Ok { message }),
            (Ok(Done::Ok { message }), Ok(_)) => {
                let hosts = self.tell(called, &follow_up).await.into_iter().map(Hearing::from).collect();
                Ok(Done::Shared { message, hosts })
            }
            // What was changed is changed, and the others look at the files by themselves.
            (Ok(Done::Ok { message }), Err(error)) => Ok(Done::Ok { message: format!("{message}\n{error}") }),
            (Ok(other), _) => Ok(other),
            // There was nothing in the files; somebody may have had it in memory.
            (Err(error), _) if revokes && error.kind == FailureKind::Nothing => {
                let told = self.tell(called, &follow_up).await;
                if !told.iter().any(|told| told.came_to.is_ok()) {
                    return Err(error);
                }
                let message = format!("nothing was changed in the files: {}", error.message);
                Ok(Done::Shared { message, hosts: told.into_iter().map(Hearing::from).collect() })
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Has the others keep what is not written down.
    async fn hand_over(&self, command: Command) -> Result<Done, FacadeError> {
        let called = join_all(self.live().await?.into_iter().map(call)).await;
        let mut told = self.tell(called, &FollowUp::Do(command)).await;
        if told.iter().any(|told| told.came_to.is_ok()) {
            let message = "it is kept in memory alone, until each of these ends".to_owned();
            return Ok(Done::Shared { message, hosts: told.into_iter().map(Hearing::from).collect() });
        }
        // None of them took it: what one says will do for all.
        match told.pop() {
            Some(Told { came_to: Err(LinkError::Host(error)), .. }) => Err(error),
            Some(told) => Err(FacadeError::failed(Hearing::from(told).to_string())),
            None => Err(FacadeError::failed(
                "nobody has this project open, so there is nobody to keep an answer that is not written down",
            )
            .remedy(
                "open the workbench or start the run first, or answer with --always; for one headless run there is \
                 --grant PLUGIN:PERMISSION",
            )),
        }
    }

    async fn live(&self) -> Result<Vec<Neighbour>, FacadeError> {
        self.others.live().await.map_err(|error| {
            FacadeError::failed(format!("the other hosts of this project can't be looked for: {error}"))
        })
    }

    /// Tells all of them, at the same time.
    async fn tell(&self, called: Vec<Called>, what: &FollowUp) -> Vec<Told> {
        join_all(called.into_iter().map(|called| self.tell_one(called, what))).await
    }

    async fn tell_one(&self, called: Called, what: &FollowUp) -> Told {
        let neighbour = called.neighbour.clone();
        let told = follow(called, what).await;
        if !told.came_to.as_ref().is_err_and(LinkError::may_have_ended) {
            return told;
        }
        // Nobody can be asked any more, or it hung up on a call that took long.
        match self.others.live().await {
            Ok(live) if !live.contains(&neighbour) => Told { came_to: Ok(ENDED.to_owned()), ..told },
            Ok(_) | Err(_) => follow(call(neighbour).await, what).await,
        }
    }
}

impl Facade for Together {
    fn command(&self, command: Command) -> BoxFuture<'_, Result<Done, FacadeError>> {
        self.share(command).boxed()
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<Answer, FacadeError>> {
        self.local.query(query)
    }

    fn subscribe(&self, stream: StreamId, from_seq: u64) -> Box<dyn Feed> {
        self.local.subscribe(stream, from_seq)
    }

    fn fetch(&self, call: ApiCall) -> BoxFuture<'_, Result<RouteAnswer, RouteFailure>> {
        self.local.fetch(call)
    }
}

async fn call(neighbour: Neighbour) -> Called {
    let link = neighbour.call().await;
    Called { neighbour, link }
}

async fn follow(called: Called, what: &FollowUp) -> Told {
    let Called { neighbour, link } = called;
    match link {
        Err(error) => Told { neighbour, face: None, came_to: Err(error) },
        Ok(mut link) => Told { neighbour, face: Some(link.face().to_owned()), came_to: have(&mut link, what).await },
    }
}

/// Has the host do it. What it says of it, in words.
async fn have(link: &mut Link, what: &FollowUp) -> Result<String, LinkError> {
    match what {
        FollowUp::Look => link.query(Query::Permissions, MEMORY_LIMIT).await.map(|_| String::new()),
        FollowUp::Do(command) => words(link.command(command.clone(), MEMORY_LIMIT).await?),
        FollowUp::Load(plugin) => {
            link.query(Query::Permissions, MEMORY_LIMIT).await?;
            match place(link, plugin).await? {
                Place::Host | Place::Child => {
                    Ok(format!("{plugin} goes on there as it was loaded, until it is loaded again"))
                }
                // A load alone would not look at the folder again.
                Place::Nowhere => reload(link, plugin).await,
            }
        }
        FollowUp::MoveOut(plugin) => {
            link.query(Query::Permissions, MEMORY_LIMIT).await?;
            match place(link, plugin).await? {
                Place::Host => reload(link, plugin).await,
                Place::Child => Ok(format!("{plugin} runs in a process of its own there already")),
                Place::Nowhere => Ok(format!("{plugin} does not run there")),
            }
        }
    }
}

/// Where the plugin runs there.
async fn place(link: &mut Link, plugin: &PluginName) -> Result<Place, LinkError> {
    match link.query(Query::Plugin { plugin: plugin.clone() }, MEMORY_LIMIT).await? {
        Answer::Plugin(detail) => Ok(detail.summary.place),
        _ => Err(LinkError::Line("it answered something that was not asked".to_owned())),
    }
}

async fn reload(link: &mut Link, plugin: &PluginName) -> Result<String, LinkError> {
    words(link.command(Command::ReloadPlugin { plugin: plugin.clone() }, LOAD_LIMIT).await?)
}

fn words(done: Done) -> Result<String, LinkError> {
    match done {
        Done::Ok { message } | Done::Shared { message, .. } => Ok(message),
        Done::Answered(_) => Err(LinkError::Line("it answered a request instead".to_owned())),
        Done::RunStarted { run } => Err(LinkError::Line(format!("it started the run #{run} instead"))),
    }
}

impl From<Told> for Hearing {
    fn from(Told { neighbour, face, came_to }: Told) -> Self {
        let (in_effect, words) = match came_to {
            Ok(words) => (true, words),
            // It remembers nothing of it, and there is nothing to say.
            Err(LinkError::Host(error)) if error.kind == FailureKind::Nothing => (true, String::new()),
            // It has nothing that this could be about.
            Err(LinkError::Host(error)) if matches!(error.kind, FailureKind::Usage | FailureKind::Missing) => {
                (true, error.message)
            }
            Err(error) => (false, error.to_string()),
        };
        Hearing { face, process: neighbour.process, in_effect, words }
    }
}

//! The side of the caller: finds the hosts that have a project open, and speaks to one.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::folder;
use super::line::{self, LineError, Lines};
use super::message::{CameTo, Greeting, Hello, Request, Response, VERSION, Wanted};
use super::peer::{self, Refusal};
use super::server::other_version;
use crate::orchestrator::api::{Answer, Command, Done, FacadeError, Query};

/// What a host gets to say who it is; one that is suspended never does.
const GREETING_LIMIT: Duration = Duration::from_secs(1);

/// The other processes that have the project open and can be reached.
#[derive(Debug, Clone)]
pub struct Neighbours {
    folder: PathBuf,
}

/// One of them. It may be gone any time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    pub process: u32,
    socket: PathBuf,
}

/// A conversation with a host.
pub struct Link {
    lines: Lines,
    face: String,
    last: u64,
}

/// Why a host could not be spoken to, or what it answered instead.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("it can't be reached: {0}")]
    Unreachable(#[from] io::Error),
    #[error("it is not spoken to: {0}")]
    NotSpokenTo(String),
    #[error("{0}")]
    Line(String),
    #[error("it hung up")]
    HungUp,
    /// It was understood, and this is the answer.
    #[error(transparent)]
    Host(#[from] FacadeError),
}

impl LinkError {
    /// Whether this is what one sees of a host that ends.
    pub(super) fn may_have_ended(&self) -> bool {
        match self {
            LinkError::Unreachable(_) | LinkError::HungUp => true,
            LinkError::NotSpokenTo(_) | LinkError::Line(_) | LinkError::Host(_) => false,
        }
    }
}

impl From<Refusal> for LinkError {
    fn from(refusal: Refusal) -> Self {
        LinkError::NotSpokenTo(refusal.to_string())
    }
}

impl From<LineError> for LinkError {
    fn from(error: LineError) -> Self {
        match error {
            LineError::Broken(error) => LinkError::Unreachable(error),
            LineError::TooLong(_) | LineError::Unreadable(_) | LineError::Late(_) => LinkError::Line(error.to_string()),
        }
    }
}

impl Neighbours {
    /// Of the project with this state folder.
    pub fn of(state_dir: &Path) -> Self {
        Neighbours { folder: folder::of(state_dir) }
    }

    /// Those that live now, without this process. What dead ones left behind is removed.
    pub async fn live(&self) -> io::Result<Vec<Neighbour>> {
        let folder = self.folder.clone();
        let found = tokio::task::spawn_blocking(move || folder::others(&folder)).await.map_err(io::Error::other)??;
        Ok(found.into_iter().map(|(process, socket)| Neighbour { process, socket }).collect())
    }
}

/// The first line of a host.
#[derive(Deserialize)]
#[serde(untagged)]
enum Opening {
    Greeting(Greeting),
    Refusal(Response),
}

impl Neighbour {
    /// Starts a conversation.
    pub async fn call(&self) -> Result<Link, LinkError> {
        let (path, _folder) = folder::short(&self.socket)?;
        let connected = timeout(GREETING_LIMIT, UnixStream::connect(path)).await;
        let stream = connected.map_err(|_| LineError::Late(GREETING_LIMIT))??;
        peer::check_user(&stream)?;
        let mut lines = Lines::new(stream, line::RESPONSE);
        let greeting = match lines.read::<Opening>(GREETING_LIMIT).await?.ok_or(LinkError::HungUp)? {
            Opening::Greeting(greeting) => greeting,
            Opening::Refusal(Response { result: CameTo::Error(error), .. }) => return Err(error.into()),
            Opening::Refusal(_) => return Err(LinkError::Line("it answered before it was asked".to_owned())),
        };
        if greeting.control != VERSION {
            return Err(other_version(greeting.control, VERSION).into());
        }
        lines.write(&Hello { control: VERSION }, line::REQUEST, GREETING_LIMIT).await?;
        Ok(Link { lines, face: greeting.face, last: 0 })
    }
}

impl Link {
    /// What the host is, in words.
    pub fn face(&self) -> &str {
        &self.face
    }

    /// Has the host do something, and waits for it no longer than `within`; the host goes on with it all the same.
    pub async fn command(&mut self, command: Command, within: Duration) -> Result<Done, LinkError> {
        match self.ask(Wanted::Command(command), within).await? {
            CameTo::Done(done) => Ok(done),
            CameTo::Error(error) => Err(error.into()),
            CameTo::Answer(_) => Err(LinkError::Line("it answered something that was not asked".to_owned())),
        }
    }

    /// Asks the host.
    pub async fn query(&mut self, query: Query, within: Duration) -> Result<Answer, LinkError> {
        match self.ask(Wanted::Query(query), within).await? {
            CameTo::Answer(answer) => Ok(answer),
            CameTo::Error(error) => Err(error.into()),
            CameTo::Done(_) => Err(LinkError::Line("it answered something that was not asked".to_owned())),
        }
    }

    async fn ask(&mut self, wanted: Wanted, within: Duration) -> Result<CameTo, LinkError> {
        self.last += 1;
        let request = Request { id: self.last, wanted };
        self.lines.write(&request, line::REQUEST, within).await?;
        let response = self.lines.read::<Response>(within).await?.ok_or(LinkError::HungUp)?;
        match response {
            Response { id, result } if id == self.last => Ok(result),
            // Of no request: it could not read what was said, and hangs up.
            Response { id: 0, result: CameTo::Error(error) } => Err(error.into()),
            Response { .. } => Err(LinkError::Line("it answered another request".to_owned())),
        }
    }
}

#[cfg(test)]
pub(super) fn at(socket: &Path) -> Neighbour {
    Neighbour { process: std::process::id(), socket: socket.to_owned() }
}

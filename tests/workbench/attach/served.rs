//! A host that is served.

use std::net::SocketAddr;
use std::path::PathBuf;

use orchestrator::attach::Remote;

use crate::support::{Live, Project};

/// `orchestrator serve`. Killed when dropped.
pub struct Served {
    _program: Live,
    pub address: SocketAddr,
    pub token_file: PathBuf,
}

impl Served {
    #[track_caller]
    pub fn start(project: &Project) -> Self {
        let mut program = Live::start(project, ["serve", "--port", "0", "--json"]);
        let told = program.next().expect("it says where it listens");
        let address = told["address"].as_str().unwrap().parse().unwrap();
        Served { _program: program, address, token_file: told["token_file"].as_str().unwrap().into() }
    }

    pub async fn attach(&self, address: SocketAddr) -> Remote {
        let token = std::fs::read_to_string(&self.token_file).unwrap();
        Remote::attach(address.to_string().parse().unwrap(), token.trim()).await.unwrap()
    }
}

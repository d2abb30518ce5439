//! From an approved plugin to a running one: what is to run, and where.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use orchestrator_protocol::session::Initialize;
use serde_json::{Map, Value};

use super::python::Install;
use super::{Manager, Record, Status};
use crate::config::atomic::{self, Access};
use crate::event::{PluginName, PluginState};
use crate::plugin::discovery::Found;
use crate::plugin::manifest::Runtime;
use crate::runtime::child::{self, ChildProgram, ChildSpec};
use crate::runtime::native::{self, LoadSpec};
use crate::runtime::{LivePlugin, LoadError};

/// The longest that a plugin may take from its start to being initialized.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A plugin whose code runs, and what it was started from.
pub(super) struct Started {
    pub(super) live: Arc<LivePlugin>,
    pub(super) found: Found,
}

/// Why a plugin does not run.
pub(super) enum NotStarted {
    /// Its code was not touched: something is to be done first.
    Held(Status),
    /// Its code was run and did not come up.
    Failed(Status),
}

impl NotStarted {
    pub(super) fn into_status(self) -> Status {
        match self {
            NotStarted::Held(status) | NotStarted::Failed(status) => status,
        }
    }
}

impl From<Status> for NotStarted {
    fn from(status: Status) -> Self {
        NotStarted::Held(status)
    }
}

/// What is to run.
enum Code {
    /// A library in this process: its content is trusted.
    InProcess {
        library: PathBuf,
        approved: Option<[u8; 32]>,
    },
    Child(ChildProgram),
}

impl Manager {
    /// Starts the plugin's code, if everything holds. Anything else is the state that the plugin is in. Ends early
    /// when the host closes.
    pub(super) async fn start(&self, plugin: &PluginName, install: Install) -> Result<Started, NotStarted> {
        tokio::select! {
            biased;
            () = self.shared.closing.cancelled() => Err(Status::closing().into()),
            started = self.start_now(plugin, install) => started,
        }
    }

    async fn start_now(&self, plugin: &PluginName, install: Install) -> Result<Started, NotStarted> {
        let record = self.get(plugin).ok_or_else(|| Status::of(PluginState::Stopped).because("it is gone"))?;
        let config = self.check(&record)?;
        let found = record.plugin.found.as_ref().map_err(Status::broken)?;
        let code = self.code(&record, found, install).await?;
        let data_dir = self.places().plugin_data_dir(plugin);
        let private_dir = self.places().plugin_private_dir(plugin);
        for dir in [&data_dir, &private_dir] {
            atomic::create_dir(dir, Access::OwnerOnly).map_err(|error| {
                Status::of(PluginState::Broken)
                    .because(format!("its folder {} can't be made: {error}", dir.display()))
                    .remedy("see `orchestrator doctor` for where the state lives")
            })?;
        }
        self.note_start(plugin, &code, &config.values);
        self.set_status(plugin, Status::of(PluginState::Loading)).await;
        let initialize = Initialize {
            name: plugin.to_string(),
            config: config.values,
            plugin_dir: record.plugin.dir.clone(),
            data_dir,
            project_dir: self.places().project_dir().to_owned(),
            declared: found.manifest.declared(),
        };
        let services = self.shared.services.clone();
        let name = plugin.clone();
        let live = match code {
            Code::InProcess { library, approved } => {
                let libs_dir = self.places().libraries_dir();
                let Initialize { config, plugin_dir, data_dir, project_dir, declared, .. } = initialize;
                let spec =
                    LoadSpec { name, library, approved, libs_dir, config, plugin_dir, data_dir, project_dir, declared };
                native::load(spec, services, START_LIMIT).await
            }
            Code::Child(program) => {
                let executable = self.shared.executable.clone();
                let spec = ChildSpec { name, program, initialize, private_dir, executable };
                child::start(spec, services, START_LIMIT).await
            }
        };
        let live = live.map_err(|error| not_started(&error))?;
        Ok(Started { live, found: found.clone() })
    }

    /// What the plugin's kind and the operator's trust make of it.
    async fn code(&self, record: &Record, found: &Found, install: Install) -> Result<Code, Status> {
        let name = &record.plugin.name;
        match found.manifest.runtime {
            Runtime::Native => {
                let (library, approved) = self.library(record, found).await?;
                if self.permissions().is_trusted(name, &found.content_hash) {
                    return Ok(Code::InProcess { library, approved });
                }
                let libs_dir = self.places().libraries_dir();
                Ok(Code::Child(ChildProgram::Library { library, approved, libs_dir }))
            }
            Runtime::Python => Ok(Code::Child(self.python(record, found, install).await?)),
        }
    }

    /// For those who look at the plugin.
    fn note_start(&self, plugin: &PluginName, code: &Code, config: &Map<String, Value>) {
        if let Some(record) = self.roster().records.get_mut(plugin) {
            record.library = match code {
                Code::InProcess { library, .. } | Code::Child(ChildProgram::Library { library, .. }) => {
                    Some(library.clone())
                }
                Code::Child(ChildProgram::Python { .. }) => None,
            };
            record.config.clone_from(config);
        }
    }
}

fn not_started(error: &LoadError) -> NotStarted {
    match error {
        LoadError::NotApproved { .. } => NotStarted::Held(
            Status::of(PluginState::NeedsApproval)
                .because(error.to_string())
                .remedy("reload it, read what has changed, and approve it again"),
        ),
        _ => NotStarted::Failed(
            Status::of(PluginState::Broken).because(error.to_string()).remedy("see its log, then reload it"),
        ),
    }
}

//! From an approved plugin to a running one: what is to run, and where.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use orchestrator_protocol::session::Initialize;
use serde_json::{Map, Value};

use super::confining::{MIB, Prepared, Sandboxed};
use super::python::Install;
use super::widening::KernelGrants;
use super::{Manager, Record, Status};
use crate::config::atomic::{self, Access};
use crate::config::plugin::Config;
use crate::config::sandbox::Allowance;
use crate::event::{PluginName, PluginState};
use crate::plugin::discovery::Found;
use crate::plugin::manifest::Runtime;
use crate::runtime::child::{self, ChildProgram, ChildSpec};
use crate::runtime::native::{self, LoadSpec};
use crate::runtime::{LivePlugin, LoadError};
use crate::sandbox::Quota;

/// The longest that a plugin may take from its start to being initialized.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A plugin whose code runs, and what it was started from.
pub(super) struct Started {
    pub(super) live: Arc<LivePlugin>,
    pub(super) found: Found,
    /// What the kernel was to give it.
    pub(super) given: KernelGrants,
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
    InProcess { library: PathBuf, approved: Option<[u8; 32]> },
    /// And what the process must read to run it.
    Child(ChildProgram, Vec<PathBuf>),
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
        self.may_run_code(&record).await?;
        let config = self.check(&record).await?;
        let found = record.plugin.found.as_ref().map_err(Status::broken)?;
        let code = self.code(&record, found, install).await?;
        self.note_start(plugin, &code, &config);
        self.set_status(plugin, Status::of(PluginState::Loading)).await;
        let given = self.kernel_grants(plugin);
        let live = self.instance(&record, found, config.resolved.clone(), code, &[]).await?;
        Ok(Started { live, found: found.clone(), given })
    }

    /// Starts a second process of a plugin that runs in one, which may also read `more`. It is the caller's alone: nobody
    /// is told of it, and nothing of it is put to use.
    pub async fn start_beside(&self, plugin: &PluginName, more: &[PathBuf]) -> Result<Arc<LivePlugin>, Status> {
        self.second(plugin, more).await.map(|started| started.live).map_err(NotStarted::into_status)
    }

    /// Starts a plugin that runs a second time. What runs already is not touched.
    pub(super) async fn second(&self, plugin: &PluginName, more: &[PathBuf]) -> Result<Started, NotStarted> {
        let record = self.get(plugin).ok_or_else(|| Status::of(PluginState::Stopped).because("it is gone"))?;
        self.may_run_code(&record).await?;
        let config = self.check(&record).await?;
        let found = record.plugin.found.as_ref().map_err(Status::broken)?;
        let code = self.code(&record, found, Install::No).await?;
        let given = self.kernel_grants(plugin);
        let live = self.instance(&record, found, config.resolved.clone(), code, more).await?;
        Ok(Started { live, found: found.clone(), given })
    }

    /// Runs the plugin's code, in this process or in one of its own.
    async fn instance(
        &self,
        record: &Record,
        found: &Found,
        config: Map<String, Value>,
        code: Code,
        more: &[PathBuf],
    ) -> Result<Arc<LivePlugin>, NotStarted> {
        let name = record.plugin.name.clone();
        let (data_dir, private_dir) = self.folders_of(&name)?;
        let services = self.shared.services.clone();
        let told = self.permissions().granted(&name);
        let initialize = Initialize {
            name: name.to_string(),
            config,
            plugin_dir: record.plugin.dir.clone(),
            data_dir: data_dir.clone(),
            project_dir: self.places().project_dir().to_owned(),
            declared: found.manifest.declared(),
            permissions: told.clone(),
        };
        match code {
            Code::InProcess { library, approved } => {
                let libs_dir = self.places().libraries_dir();
                let spec = LoadSpec { name, library, approved, libs_dir, initialize };
                self.note_sandbox(&record.plugin.name, None);
                let live = native::load(spec, services, START_LIMIT).await.map_err(|error| not_started(&error))?;
                self.tell_permissions(&live, told);
                Ok(live)
            }
            Code::Child(program, reads) => {
                let Prepared { mut sandboxed, held } = self.confining(record, found, reads, more).await?;
                sandboxed.confinement.write.push(data_dir);
                let spec = ChildSpec {
                    name,
                    program,
                    initialize,
                    private_dir,
                    executable: self.shared.executable.clone(),
                    confinement: sandboxed.confinement.clone(),
                    // What was measured holds, or the child does not start: it is never less than what is shown.
                    least: sandboxed.level,
                    quota: quota(&sandboxed.allowance),
                };
                // Each start has a folder of its own in there.
                sandboxed.confinement.write.push(spec.private_dir.clone());
                if more.is_empty() {
                    self.note_sandbox(&record.plugin.name, Some(sandboxed));
                }
                let live = child::start(spec, services, START_LIMIT).await.map_err(|error| not_started(&error))?;
                self.end_when_revoked(&live, held);
                self.tell_permissions(&live, told);
                Ok(live)
            }
        }
    }

    /// The plugin's own folders, which are made: the one that outlives it, and its process's.
    fn folders_of(&self, plugin: &PluginName) -> Result<(PathBuf, PathBuf), Status> {
        let folders = (self.places().plugin_data_dir(plugin), self.places().plugin_private_dir(plugin));
        for dir in [&folders.0, &folders.1] {
            atomic::create_dir(dir, Access::OwnerOnly).map_err(|error| {
                Status::of(PluginState::Broken)
                    .because(format!("its folder {} can't be made: {error}", dir.display()))
                    .remedy("see `orchestrator doctor` for where the state lives")
            })?;
        }
        Ok(folders)
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
                Ok(Code::Child(ChildProgram::Library { library, approved, libs_dir }, Vec::new()))
            }
            Runtime::Python => {
                let (program, reads) = self.python(record, found, install).await?;
                Ok(Code::Child(program, reads))
            }
        }
    }

    fn note_sandbox(&self, plugin: &PluginName, sandboxed: Option<Sandboxed>) {
        if let Some(record) = self.roster().records.get_mut(plugin) {
            record.sandbox = sandboxed;
        }
    }

    /// For those who look at the plugin.
    fn note_start(&self, plugin: &PluginName, code: &Code, config: &Arc<Config>) {
        if let Some(record) = self.roster().records.get_mut(plugin) {
            record.library = match code {
                Code::InProcess { library, .. } | Code::Child(ChildProgram::Library { library, .. }, _) => {
                    Some(library.clone())
                }
                Code::Child(ChildProgram::Python { .. }, _) => None,
            };
            record.config = Some(config.clone());
            record.hung = false;
        }
    }
}

/// The bounds that are kept for a whole tree of processes.
fn quota(allowance: &Allowance) -> Quota {
    Quota {
        memory: u64::from(allowance.memory_mb) * MIB,
        cpu: Duration::from_secs(allowance.cpu_seconds.into()),
        threads: allowance.threads.into(),
        disk: u64::from(allowance.disk_mb) * MIB,
    }
}

fn not_started(error: &LoadError) -> NotStarted {
    match error {
        LoadError::NotApproved { .. } => NotStarted::Held(
            Status::of(PluginState::NeedsApproval)
                .because(error.to_string())
                .remedy("reload it, read what has changed, and approve it again"),
        ),
        LoadError::Unreadable { .. }
        | LoadError::Copy { .. }
        | LoadError::NotALibrary { .. }
        | LoadError::MissingSymbol { .. }
        | LoadError::TooSmall { .. }
        | LoadError::Misaligned
        | LoadError::AbiVersion { .. }
        | LoadError::MissingFunction { .. }
        | LoadError::AbortsOnPanic
        | LoadError::CreateFailed
        | LoadError::ProtocolVersion { .. }
        | LoadError::InitializeFailed(_)
        | LoadError::Ended(_)
        | LoadError::TimedOut { .. }
        | LoadError::Thread(_)
        | LoadError::Process(_)
        | LoadError::Folder { .. }
        | LoadError::Died { .. } => NotStarted::Failed(
            Status::of(PluginState::Broken).because(error.to_string()).remedy("see its log, then reload it"),
        ),
    }
}

//! What a plugin's own process may touch and use: what its program needs, what is granted, what the operator allows.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, select_all};
use orchestrator_protocol::permission::Permission;

use super::{Manager, Record, Status};
use crate::config::sandbox::Allowance;
use crate::event::{PluginName, PluginState, StreamId};
use crate::permission::{Ask, Denial, Kind, Network, Permit, ReadFiles, WriteFiles};
use crate::plugin::discovery::{Found, Origin};
use crate::plugin::manifest::{FILE_NAME, Runtime};
use crate::plugin::readable::readable;
use crate::runtime::LivePlugin;
use crate::sandbox::{self, Confinement, Level, Limits, system};

/// The scope of `network` that opens sockets to anywhere; any other is for the host to keep.
const ANY: &str = "any";
pub(super) const MIB: u64 = 1024 * 1024;

/// Whether it is the kernel that holds a plugin's process to what was answered to this.
pub fn is_for_kernel(permission: Permission, scope: Option<&str>) -> bool {
    match permission {
        Permission::ReadFiles | Permission::WriteFiles => true,
        Permission::Network => scope.is_none_or(|scope| scope == ANY),
        Permission::ReadWorkflow
        | Permission::WriteWorkflow
        | Permission::ExecuteAgent
        | Permission::AccessApi
        | Permission::ModifyConfig
        | Permission::Spawn => false,
    }
}

/// What holds for one process of a plugin's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandboxed {
    /// How far the kernel holds it.
    pub level: Level,
    /// Why not all of it, if so.
    pub lacking: Option<String>,
    pub confinement: Confinement,
    pub allowance: Allowance,
}

/// What is put together for a start.
pub(super) struct Prepared {
    pub(super) sandboxed: Sandboxed,
    /// Each ends when what it was given for is granted no longer.
    pub(super) held: Vec<BoxFuture<'static, Denial>>,
}

impl Manager {
    /// Puts together what a child may touch. `program` is what it must read to run; `more` was allowed for one run.
    pub(super) async fn confining(
        &self,
        record: &Record,
        found: &Found,
        program: Vec<PathBuf>,
        more: &[PathBuf],
    ) -> Result<Prepared, Status> {
        let name = &record.plugin.name;
        let (level, lacking, allowance) = self.level(name, found).await?;
        let mut held = Vec::new();
        let network = self.granted::<Network>(name, &mut held).await;
        let network = network.iter().any(|scope| scope.as_deref().is_none_or(|scope| scope == ANY));
        let own = own_files(record, found).await?;
        let mut read = system::readable(network);
        read.extend(program);
        read.extend(own);
        read.extend(more.iter().cloned());
        let mut granted = self.granted_paths::<ReadFiles>(name, &mut held).await;
        read.extend(granted.iter().cloned());
        let mut write = system::writable();
        let changed = self.granted_paths::<WriteFiles>(name, &mut held).await;
        write.extend(changed.iter().cloned());
        granted.extend(changed);
        tell_links(name, &granted);
        let limits = Limits {
            data_bytes: u64::from(allowance.memory_mb) * MIB,
            file_bytes: u64::from(allowance.file_mb) * MIB,
            open_files: u64::from(allowance.open_files),
        };
        let confinement = Confinement {
            read,
            list: own_folder(record, found).into_iter().collect(),
            write,
            granted,
            network,
            limits,
            level: allowance.level,
        };
        Ok(Prepared { sandboxed: Sandboxed { level, lacking, confinement, allowance }, held })
    }

    /// How far the kernel will hold the plugin's process; too little is the state that the plugin is in.
    async fn level(&self, name: &PluginName, found: &Found) -> Result<(Level, Option<String>, Allowance), Status> {
        let measured = self.measured_sandbox().await;
        let manifest = found.manifest.sandbox;
        let asked =
            Allowance { memory_mb: manifest.memory_mb, cpu_seconds: manifest.cpu_seconds, ..Allowance::default() };
        let allowance = self.shared.sandbox.allowance(name, asked);
        let level = allowance.level.min(measured.level);
        let lacking = match level < allowance.level {
            true => measured.shortcomings(),
            false if level < Level::Full => Some("your settings ask for no more".to_owned()),
            false => measured.shortcomings(),
        };
        let least = self.shared.sandbox.min_level();
        if level >= least {
            return Ok((level, lacking, allowance));
        }
        let why = lacking.map(|lacking| format!(": {lacking}")).unwrap_or_default();
        let file = self.places().user_settings_file();
        Err(Status::of(PluginState::Broken)
            .because(format!("the sandbox reaches only the level {level} here, and {least} is the least{why}"))
            .remedy(format!("to run it all the same, write `sandbox: {{min_level: {level}}}` into {}", file.display())))
    }

    /// How far a process can be confined here, found out once by trying.
    pub async fn measured_sandbox(&self) -> &sandbox::Confined {
        self.shared.measured.get_or_init(|| sandbox::measure(&self.shared.executable)).await
    }

    /// The scopes of what is granted to a plugin and held by the kernel.
    async fn granted<P: Kind>(
        &self,
        plugin: &PluginName,
        held: &mut Vec<BoxFuture<'static, Denial>>,
    ) -> Vec<Option<String>> {
        let mut scopes = Vec::new();
        let parts = self.permissions().granted(plugin).into_iter().filter(|part| part.permission == P::PERMISSION);
        for part in parts {
            for scope in scopes_of(part.scope) {
                let ask = Ask { plugin: plugin.clone(), scope: scope.clone(), stream: StreamId::Host, span: None };
                // What is denied meanwhile is left out.
                if let Ok(permit) = self.permissions().authorize::<P>(ask).await {
                    held.push(self.lost(permit));
                    scopes.push(scope);
                }
            }
        }
        scopes
    }

    async fn granted_paths<P: Kind>(
        &self,
        plugin: &PluginName,
        held: &mut Vec<BoxFuture<'static, Denial>>,
    ) -> Vec<PathBuf> {
        let scopes = self.granted::<P>(plugin, held).await;
        let project = self.places().project_dir();
        let project = project.canonicalize().unwrap_or_else(|_| project.to_owned());
        scopes
            .into_iter()
            .map(|scope| scope.map_or_else(|| PathBuf::from("/"), |path| resolve(&path, &project)))
            .collect()
    }

    fn lost<P: Kind>(&self, permit: Permit<P>) -> BoxFuture<'static, Denial> {
        let permissions = self.permissions().clone();
        async move { permissions.revoked(&permit).await }.boxed()
    }

    /// Ends a child when something that the kernel gave it is granted no longer; it is started again without.
    pub(super) fn end_when_revoked(&self, live: &Arc<LivePlugin>, held: Vec<BoxFuture<'static, Denial>>) {
        if held.is_empty() {
            return;
        }
        let (live, mut ended) = (Arc::downgrade(live), live.ended());
        self.shared.watchers.spawn(async move {
            tokio::select! {
                biased;
                _ = ended.wait_for(Option::is_some) => {}
                (denial, ..) = select_all(held) => {
                    if let Some(live) = live.upgrade() {
                        live.revoke(&taken_back(&denial));
                    }
                }
            }
        });
    }
}

/// Each name by itself; nothing stands for everything.
pub(super) fn scopes_of(names: Vec<String>) -> impl Iterator<Item = Option<String>> {
    let everything = names.is_empty().then_some(None);
    everything.into_iter().chain(names.into_iter().map(Some))
}

/// What was granted when the process was started, and is no longer.
fn taken_back(denial: &Denial) -> String {
    let scope = denial.scope.as_ref().map(|scope| format!(" ({scope})")).unwrap_or_default();
    format!("its permission {}{scope} was revoked, and its process ended: {denial}", denial.permission)
}

/// The plugin's folder. A library that came with the program lies beside it, and has none.
fn own_folder(record: &Record, found: &Found) -> Option<PathBuf> {
    let dir = &record.plugin.dir;
    match (record.plugin.origin, found.manifest.runtime) {
        (Origin::Bundled(_), Runtime::Native) => dir.join(FILE_NAME).is_file().then(|| dir.clone()),
        (Origin::Bundled(_) | Origin::Project | Origin::InPlaceOfBundled, _) => Some(dir.clone()),
    }
}

async fn own_files(record: &Record, found: &Found) -> Result<Vec<PathBuf>, Status> {
    let Some(dir) = own_folder(record, found) else { return Ok(Vec::new()) };
    let looked = tokio::task::spawn_blocking(move || readable(&dir)).await;
    looked.map_err(std::io::Error::other).flatten().map_err(|error| {
        let reason = format!("its folder {} can't be read: {error}", record.plugin.dir.display());
        Status::of(PluginState::Broken).because(reason).remedy("make it readable, then reload it")
    })
}

/// A granted path that leads elsewhere by a link counts for nothing: says so to whoever wonders.
fn tell_links(plugin: &PluginName, granted: &[PathBuf]) {
    for path in granted {
        if let Some(leads_to) = path.canonicalize().ok().filter(|real| real != path) {
            let (path, leads_to) = (path.display(), leads_to.display());
            tracing::warn!(%plugin, %path, %leads_to, "a granted path is, or lies behind, a link; it is not granted");
        }
    }
}

/// A path as people write it: relative ones are the project's, `~` is the user's home.
pub fn resolve(path: &str, project: &Path) -> PathBuf {
    let home = || directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    match path.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            home().map_or_else(|| project.join(path), |home| home.join(rest.trim_start_matches('/')))
        }
        // Without the dot that stands for the project itself, for those who read it.
        _ => project.join(path).components().collect(),
    }
}

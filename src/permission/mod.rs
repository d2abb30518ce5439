//! What plugins may do: what they ask for, what was granted, and the one place that decides.
//!
//! A host operation takes a [`Permit`], which only [`Permissions::authorize`] makes. Grants are written in the
//! project's `config/permissions.yaml` ([`grants`]), which counts once the user accepted it on this machine; what
//! the user approves and trusts is kept in the user's own state ([`trust`]), what is answered for this session in
//! memory ([`session`]). The rules stand in one pure function ([`decide`]). What is decided is written into the audit
//! log ([`audit`]).
//!
//! It must not know what is done with a permit, nor where a plugin's code runs.

mod answer;
mod asked;
mod audit;
mod change;
mod changes;
mod decide;
mod file_list;
mod granted;
mod grants;
mod kind;
mod operator;
mod permissions;
mod permit;
mod request;
mod session;
mod state;
#[cfg(test)]
mod tests;
mod told;
mod trust;

pub use answer::{Lasting, PermissionAnswer, UpdatePolicy};
pub use audit::{AuditAct, AuditEntry};
pub use change::ChangeError;
pub use changes::PluginChanges;
pub use decide::{grant_command, is_within, run_flag, shell_word};
pub use file_list::{FileChanges, FileList, MAX_FILES};
pub use grants::FileStanding;
pub use kind::{
    AccessApi, ExecuteAgent, Kind, ModifyConfig, Network, ReadFiles, ReadWorkflow, Spawn, WriteFiles, WriteWorkflow,
};
pub use permissions::{FileEntry, Permissions, Refusal, Standing, View};
pub use permit::{Ask, Denial, Permit};
pub use request::{Request, read_request};
pub use state::{RunGrant, Subject};

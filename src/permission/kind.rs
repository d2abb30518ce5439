//! The permissions that host operations take permits of, as types.

use orchestrator_protocol::permission::Permission;

/// Which permission a [`super::Permit`] is for.
pub trait Kind: sealed::Sealed + Send + Sync + 'static {
    const PERMISSION: Permission;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl sealed::Sealed for $name {}

        impl Kind for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )*};
}

kinds! {
    /// Hand workflow contexts and results to a plugin.
    ReadWorkflow,
    /// Take changes from a plugin's hooks; launch its workflows.
    WriteWorkflow,
    /// Run an agent for a plugin.
    ExecuteAgent,
    /// Call a plugin's routes, and hand requests to its hooks.
    AccessApi,
    /// Change a plugin's own config for it.
    ModifyConfig,
    /// Start a program for a plugin.
    Spawn,
    /// Let a plugin's process read files; held by the kernel.
    ReadFiles,
    /// Let a plugin's process read and change files; held by the kernel.
    WriteFiles,
    /// Let a plugin's process open sockets; held by the kernel, all or nothing.
    Network,
}

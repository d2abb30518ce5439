//! What every plugin may do, and the cell of it that is selected. Its row is the plugin list's selection.

use orchestrator_protocol::permission::Permission;

use crate::event::PluginName;
use crate::orchestrator::api::{PermissionState, PermissionView, PermissionsFileView};

#[derive(Debug, Default)]
pub struct Permissions {
    all: Vec<PermissionView>,
    /// The project's permissions file, once it was looked at.
    file: Option<PermissionsFileView>,
    /// A place in [`Permission::ALL`].
    column: usize,
}

impl Permissions {
    pub fn replace(&mut self, all: Vec<PermissionView>) {
        self.all = all;
    }

    pub fn replace_file(&mut self, file: PermissionsFileView) {
        self.file = Some(file);
    }

    /// The permissions file, if it waits for being accepted. One with a fault can't be.
    pub fn waiting_file(&self) -> Option<&PermissionsFileView> {
        self.file.as_ref().filter(|file| file.content.is_some() && !file.accepted && file.problems.is_empty())
    }

    /// How one stands; nothing, if the plugin does not ask for it.
    pub fn of(&self, plugin: &PluginName, permission: Permission) -> Option<&PermissionView> {
        self.all.iter().find(|view| view.plugin == *plugin && view.permission == permission)
    }

    /// What a plugin asks for and nobody has answered.
    pub fn requested(&self) -> impl Iterator<Item = &PermissionView> {
        self.all.iter().filter(|view| view.state == PermissionState::Requested)
    }

    /// The place of the selected column.
    pub fn column(&self) -> usize {
        self.column
    }

    pub fn permission(&self) -> Permission {
        Permission::ALL[self.column.min(Permission::ALL.len() - 1)]
    }

    pub fn select_column(&mut self, column: usize) {
        self.column = column.min(Permission::ALL.len() - 1);
    }

    pub fn step_column(&mut self, by: isize) {
        self.select_column(self.column.saturating_add_signed(by));
    }
}

//! The right to change a plugin's life, for one at a time.

use super::crashes::Crashes;
use super::{Manager, ManagerError};
use crate::event::PluginName;

pub(super) struct Claim {
    manager: Manager,
    plugin: PluginName,
}

impl Manager {
    pub(super) fn claim(&self, plugin: &PluginName) -> Result<Claim, ManagerError> {
        let mut roster = self.roster();
        let record = roster.records.get_mut(plugin).ok_or_else(|| ManagerError::Unknown(plugin.clone()))?;
        if std::mem::replace(&mut record.busy, true) {
            return Err(ManagerError::Busy(plugin.clone()));
        }
        Ok(Claim { manager: self.clone(), plugin: plugin.clone() })
    }

    /// [`Manager::claim`] for somebody who asked for it: what was to be done by itself is not done any more, and what
    /// went wrong before is forgotten.
    pub(super) fn claim_by_hand(&self, plugin: &PluginName) -> Result<Claim, ManagerError> {
        let claim = self.claim(plugin)?;
        if let Some(record) = self.roster().records.get_mut(plugin) {
            record.crashes = Crashes::default();
            if let Some(restart) = record.restart.take() {
                restart.cancel();
            }
        }
        Ok(claim)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(record) = self.manager.roster().records.get_mut(&self.plugin) {
            record.busy = false;
        }
        self.manager.changed();
    }
}

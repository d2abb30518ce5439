//! In which order plugins are loaded.

use std::collections::BTreeMap;

use super::Record;
use crate::event::PluginName;

/// By name, but after what they require. Plugins that require each other in a circle come last, and fail on what
/// they lack.
pub(super) fn load_order(records: &BTreeMap<PluginName, Record>) -> Vec<PluginName> {
    let mut waiting: Vec<&PluginName> = records.keys().collect();
    let mut order: Vec<PluginName> = Vec::with_capacity(waiting.len());
    loop {
        let ready = |name: &PluginName| {
            required(records, name).all(|other| order.contains(other) || !records.contains_key(other) || other == name)
        };
        match waiting.iter().position(|name| ready(name)) {
            Some(next) => order.push(waiting.remove(next).clone()),
            None => {
                order.extend(waiting.into_iter().cloned());
                return order;
            }
        }
    }
}

pub(super) fn required<'r>(
    records: &'r BTreeMap<PluginName, Record>,
    name: &PluginName,
) -> impl Iterator<Item = &'r PluginName> {
    let found = records.get(name).and_then(|record| record.plugin.found.as_ref().ok());
    found.into_iter().flat_map(|found| found.manifest.requires.plugins.keys())
}

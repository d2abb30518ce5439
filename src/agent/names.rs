//! Names that several may want and one holds.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::config::closest::closest;
use crate::event::PluginName;

/// What is registered under names. The first to take a name keeps it until its plugin is removed.
pub struct Names<T> {
    held: RwLock<BTreeMap<String, Arc<Named<T>>>>,
}

/// One registration.
#[derive(Debug)]
pub struct Named<T> {
    pub name: String,
    /// Absent for the host's own.
    pub plugin: Option<PluginName>,
    pub value: T,
}

/// A name that was held already; the one who came second does not get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    pub name: String,
    /// Who keeps it; absent for the host itself.
    pub held_by: Option<PluginName>,
}

impl<T> Names<T> {
    pub fn new() -> Self {
        Names { held: RwLock::default() }
    }

    /// Takes the names for one plugin, or for the host, all that are free at once, in the place of those that the plugin
    /// has. Returns those that were held by someone else. A name that the plugin gives twice counts once, the first time.
    pub fn add(&self, plugin: Option<&PluginName>, values: impl IntoIterator<Item = (String, T)>) -> Vec<Conflict> {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if plugin.is_some() {
            held.retain(|_, named| named.plugin.as_ref() != plugin);
        }
        let mut conflicts = Vec::new();
        for (name, value) in values {
            match held.get(&name) {
                Some(holder) => conflicts.push(Conflict { name, held_by: holder.plugin.clone() }),
                None => {
                    held.insert(name.clone(), Arc::new(Named { name, plugin: plugin.cloned(), value }));
                }
            }
        }
        conflicts
    }

    /// Frees the names that a plugin holds.
    pub fn remove(&self, plugin: &PluginName) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, named| named.plugin.as_ref() != Some(plugin));
    }

    pub fn get(&self, name: &str) -> Option<Arc<Named<T>>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// All of them, by name.
    pub fn list(&self) -> Vec<Arc<Named<T>>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// What to do about a name that is not there: the one that was probably meant, or all there are.
    pub fn remedy(&self, unknown: &str) -> String {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let known = || held.keys().map(String::as_str);
        match closest(unknown, known()) {
            Some(best) => format!("did you mean `{best}`?"),
            None if held.is_empty() => "there are none".to_owned(),
            None => format!("there are {}", known().collect::<Vec<_>>().join(", ")),
        }
    }
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Names::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plugin(name: &str) -> PluginName {
        name.parse().unwrap()
    }

    #[test]
    fn the_first_keeps_a_name_until_it_is_removed_and_the_second_is_told() {
        let names = Names::new();
        names.add(None, [("planner".to_owned(), 0)]);
        assert_eq!(names.add(Some(&plugin("a")), [("x".to_owned(), 1), ("y".to_owned(), 1)]), []);
        let conflicts = names.add(Some(&plugin("b")), [("x", 2), ("planner", 2), ("z", 2)].map(|(n, v)| (n.into(), v)));
        let told: Vec<_> =
            conflicts.iter().map(|c| (c.name.as_str(), c.held_by.as_ref().map(|p| p.as_str()))).collect();
        assert_eq!(told, [("x", Some("a")), ("planner", None)]);
        assert_eq!(names.get("x").unwrap().value, 1);
        assert_eq!(names.add(Some(&plugin("a")), [("x".to_owned(), 3)]), [], "its own are replaced");
        assert_eq!(names.get("x").unwrap().value, 3);
        assert!(names.get("y").is_none());

        names.remove(&plugin("a"));
        assert!(names.get("x").is_none());
        let left: Vec<_> = names.list().iter().map(|named| named.name.clone()).collect();
        assert_eq!(left, ["planner", "z"]);
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest_or_with_all() {
        let names = Names::new();
        assert_eq!(names.remedy("x"), "there are none");
        names.add(None, [("planner_agent".to_owned(), ()), ("reviewer_agent".to_owned(), ())]);
        assert_eq!(names.remedy("planer_agent"), "did you mean `planner_agent`?");
        assert_eq!(names.remedy("cook"), "there are planner_agent, reviewer_agent");
    }
}

//! `config_change`: what a plugin ran with before, and what it would run with now; secrets masked.

use serde_json::{Map, Value, json};

use crate::config::plugin::Config;
use crate::event::PluginName;

pub(super) fn part(plugin: &PluginName, before: &Config, now: &Config) -> Value {
    // Told by name: of a masked value nobody sees that it changed.
    let changed = changed(&before.resolved, &now.resolved);
    json!({"plugin": plugin, "changed": changed, "before": before.shown(), "after": now.shown()})
}

fn changed<'c>(before: &'c Map<String, Value>, now: &'c Map<String, Value>) -> Vec<&'c String> {
    let keys = before.keys().chain(now.keys().filter(|key| !before.contains_key(*key)));
    keys.filter(|key| before.get(*key) != now.get(*key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_gone_or_another_is_named() {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let before = object(json!({"api_key": "old", "depth": 1, "gone": true}));
        let now = object(json!({"api_key": "new", "depth": 1, "new": {}}));
        assert_eq!(changed(&before, &now), ["api_key", "gone", "new"]);
    }
}

//! A handler's name.

use std::fmt;
use std::str::FromStr;

use orchestrator_protocol::hook::HookName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::PluginName;

/// Names one handler: of this plugin, for this hook. Written `plugin:hook:handler`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct HandlerRef {
    pub plugin: PluginName,
    pub hook: HookName,
    pub handler: String,
}

impl fmt::Display for HandlerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.plugin, self.hook, self.handler)
    }
}

impl FromStr for HandlerRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        let (Some(plugin), Some(hook), Some(handler)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(format!("`{text}` names no handler; write `plugin:hook:handler`"));
        };
        let plugin = plugin.parse().map_err(|error| format!("`{plugin}` is no plugin's name: {error}"))?;
        let hook = hook.parse::<HookName>().map_err(|error| error.to_string())?;
        Ok(HandlerRef { plugin, hook, handler: handler.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_is_read_as_it_is_written() {
        let text = "notes:run_end:tell:all";
        let handler: HandlerRef = text.parse().unwrap();
        assert_eq!((handler.hook, handler.handler.as_str()), (HookName::RunEnd, "tell:all"));
        assert_eq!(handler.to_string(), text);
        assert!("notes:tell".parse::<HandlerRef>().unwrap_err().contains("plugin:hook:handler"));
        assert!("notes:pre_run:tell".parse::<HandlerRef>().unwrap_err().contains("run_end"));
    }
}

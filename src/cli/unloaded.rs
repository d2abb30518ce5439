//! What is not known of plugins that are not loaded, and what to do about it.

use std::collections::BTreeMap;

use super::console::Console;
use super::exit::Failure;
use crate::orchestrator::api::{Answer, Facade, Query};

/// Says of which plugins `what` can't be known, since only their code says it.
pub(super) async fn remark_unloaded(facade: &dyn Facade, console: &mut Console, what: &str) -> Result<(), Failure> {
    let Answer::Plugins(plugins) = facade.query(Query::Plugins).await? else {
        return Err(Failure::unexpected_answer());
    };
    let mut by_reason: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for plugin in plugins.iter().filter(|plugin| !plugin.state.is_usable()) {
        let reason = plugin.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let remedy = plugin.remedy.as_ref().map(|remedy| format!("\n  {remedy}")).unwrap_or_default();
        let words = format!("which {}{reason}{remedy}", plugin.state.as_predicate());
        by_reason.entry(words).or_default().push(plugin.name.to_string());
    }
    for (words, names) in by_reason {
        console.remark(&format!("{what} are not known of {}, {words}", names.join(", ")))?;
    }
    Ok(())
}

//! Events of the streams that are followed.

use std::sync::Arc;

use crate::event::{Event, EventKind, RunId, StreamId};
use crate::orchestrator::api::{Query, RunFilter};
use crate::tui::effect::Effect;
use crate::tui::model::Model;

pub(super) fn arrived(model: &mut Model, stream: StreamId, events: &[Arc<Event>]) -> Vec<Effect> {
    match stream {
        StreamId::Host => of_the_host(model, events),
        StreamId::Run(run) => of_a_run(model, run, events),
    }
}

fn of_a_run(model: &mut Model, run: RunId, events: &[Arc<Event>]) -> Vec<Effect> {
    let on_screen = model.tab().is_some_and(|tab| tab.view.id == run);
    let Some(tab) = model.open.find_mut(run) else { return Vec::new() };
    let was_over = tab.view.is_over();
    events.iter().for_each(|event| tab.apply(event));
    tab.refresh_searches();
    let ended = tab.view.is_over() && !was_over;
    let mut effects = Vec::new();
    if ended {
        // The list shows how it ended.
        effects.push(Effect::Ask(Query::Runs(RunFilter::default())));
        // What was used and called is counted.
        effects.push(Effect::Ask(Query::Permissions));
        effects.push(Effect::Ask(Query::Hooks));
    }
    if on_screen || ended {
        effects.push(Effect::Draw);
    }
    effects
}

fn of_the_host(model: &mut Model, events: &[Arc<Event>]) -> Vec<Effect> {
    let (mut effects, mut asked) = (Vec::new(), Vec::new());
    for event in events {
        // Also of the whole permissions file, where no plugin is named.
        if let EventKind::GrantChanged { .. } = event.kind {
            model.plugins.stale = true;
            effects = vec![Effect::Draw];
            continue;
        }
        let Some(plugin) = &event.plugin else { continue };
        match &event.kind {
            EventKind::PluginState { state, reason, remedy } => {
                model.plugins.set_state(plugin, *state, reason.clone(), remedy.clone());
                model.plugins.stale = true;
            }
            EventKind::PluginLog { message, .. } => model.plugins.push_log(plugin.clone(), message.clone()),
            EventKind::ConfigChanged { who, what } => {
                model.plugins.stale = true;
                asked.extend(super::config::changed(model, plugin, who, what));
            }
            // The others belong to runs.
            _ => continue,
        }
        effects = vec![Effect::Draw];
    }
    effects.extend(asked);
    effects.extend(super::answer::refresh_plugins(model));
    effects
}

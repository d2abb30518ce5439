//! Whether an action makes sense right now: hints and palette offer only what does.

use super::{Action, Context, run};
use crate::event::PluginState;
use crate::orchestrator::api::{Place, PluginKind};
use crate::tui::model::{Model, View, bodies_of};

pub fn is_available(model: &Model, action: Action) -> bool {
    if model.screen.readonly && is_change(action) {
        return false;
    }
    let plugin = model.plugins.selected();
    let pane = model.tab().and_then(|tab| tab.pane());
    match action {
        Action::Reload => plugin.is_some_and(|plugin| plugin.state != PluginState::NeedsApproval),
        Action::Load => plugin.is_some_and(|plugin| {
            matches!(plugin.state, PluginState::Discovered | PluginState::Stopped | PluginState::Disabled)
        }),
        Action::Unload => plugin.is_some_and(|plugin| plugin.state.is_usable()),
        Action::Approve => plugin.is_some_and(|plugin| plugin.state == PluginState::NeedsApproval),
        Action::Install => plugin
            .is_some_and(|plugin| plugin.state == PluginState::NeedsInstall && plugin.kind == Some(PluginKind::Python)),
        Action::Trust => {
            plugin.is_some_and(|plugin| plugin.place == Place::Child && plugin.kind == Some(PluginKind::Native))
        }
        Action::Distrust => plugin.is_some_and(|plugin| plugin.place == Place::Host),
        Action::Cancel => run::meant(model).is_some_and(|run| model.is_live(run)),
        Action::Zoom | Action::Wrap | Action::ScrollUp | Action::ScrollDown => pane.is_some(),
        Action::NextMatch | Action::PreviousMatch => pane.is_some_and(|pane| pane.search.is_some()),
        Action::NextRun | Action::PreviousRun => model.open.tabs().len() > 1,
        Action::Trace => model.screen.view == View::Workbench && model.tab().is_some(),
        Action::Workbench => model.screen.view != View::Workbench,
        Action::Runs => model.screen.view != View::Runs,
        Action::NextColumn | Action::PreviousColumn => model.screen.view == View::Workbench,
        Action::Open => match model.context() {
            Context::Plugins => plugin.is_some(),
            Context::Trace => model
                .tab()
                .and_then(|tab| tab.trace.selected(&tab.view))
                .is_some_and(|entry| bodies_of(entry).is_some()),
            Context::Runs => model.runs.selected().is_some(),
            _ => true,
        },
        Action::Filter => match model.context() {
            Context::Plugins => !model.plugins.all().is_empty(),
            Context::Run => pane.is_some(),
            Context::Trace => model.tab().is_some_and(|tab| !tab.view.trace.is_empty()),
            _ => true,
        },
        Action::Close => model.context() != Context::Run || model.tab().is_some(),
        Action::Move(super::Motion::Bottom) => match model.context() {
            // There only as "follow", while it is not done already.
            Context::Run => pane.is_some_and(|pane| !pane.scroll.is_following()),
            Context::Trace => model.tab().is_some_and(|tab| !tab.trace.is_following()),
            _ => true,
        },
        Action::Launch
        | Action::Palette
        | Action::Help
        | Action::Themes
        | Action::Mouse
        | Action::Redraw
        | Action::Suspend
        | Action::Quit
        | Action::Clear
        | Action::Move(_)
        | Action::Start
        | Action::NextField
        | Action::PreviousField
        | Action::Yes
        | Action::No => true,
    }
}

/// Whether it would change something beside what is on the screen.
pub(super) fn is_change(action: Action) -> bool {
    match action {
        Action::Launch
        | Action::Start
        | Action::Cancel
        | Action::Reload
        | Action::Load
        | Action::Unload
        | Action::Approve
        | Action::Install
        | Action::Trust
        | Action::Distrust => true,
        Action::Palette
        | Action::Help
        | Action::Themes
        | Action::NextColumn
        | Action::PreviousColumn
        | Action::Workbench
        | Action::Runs
        | Action::Trace
        | Action::NextRun
        | Action::PreviousRun
        | Action::Mouse
        | Action::Redraw
        | Action::Suspend
        | Action::Quit
        | Action::Open
        | Action::Close
        | Action::Clear
        | Action::Filter
        | Action::Move(_)
        | Action::Zoom
        | Action::ScrollUp
        | Action::ScrollDown
        | Action::NextMatch
        | Action::PreviousMatch
        | Action::Wrap
        | Action::NextField
        | Action::PreviousField
        | Action::Yes
        | Action::No => false,
    }
}
